import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { signIn } from "@/server/auth/directory";
import type { Person } from "@/server/api/services";
import { composition } from "@/server/composition";

/** All of standard input, for what is piped in. */
async function piped(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8").trim();
}

/** A line that is typed without being shown, or what is piped in. */
export async function typedUnseen(question: string): Promise<string> {
  if (!process.stdin.isTTY) return piped();
  process.stderr.write(question);
  const line = createInterface({ input: process.stdin, output: new Writable({ write: (_chunk, _encoding, done) => { done(); } }), terminal: true });
  try { return await line.question(""); } finally { line.close(); process.stderr.write("\n"); }
}

/** Who does it: the person of an address, proved by the password that is typed or piped in. */
export const personTyped = async (email: string): Promise<Person> => personOf(email, await typedUnseen(`Password of ${email}: `));

/** Two persons at one terminal are two passwords: typed one after the other, or piped in as two lines. */
export async function twoPersonsTyped(first: string, second: string): Promise<[Person, Person]> {
  const lines = process.stdin.isTTY ? null : (await piped()).split(/\r?\n/), asked = (email: string, at: number): Promise<string> => (lines ? Promise.resolve(lines[at] ?? "") : typedUnseen(`Password of ${email}: `));
  return [await personOf(first, await asked(first, 0)), await personOf(second, await asked(second, 1))];
}

async function personOf(email: string, password: string): Promise<Person> {
  const { directory, services } = await composition();
  if (password === "") throw new Error(`Give the password of ${email}: type it, or pipe it in`);
  const signed = await signIn(directory, email, password, services.now());
  if (!signed.ok) throw new Error(`${email} is unknown, the password is wrong, or there were too many failures in the last 15 minutes`);
  const person = await services.personOf(signed.user.id);
  if (!person) throw new Error(`${email} may not act any more`);
  return person;
}
