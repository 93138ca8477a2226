import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import type { Certificate } from "../certificate";

export interface Taken { to: string[]; raw: string; encrypted: boolean; user: string | null }
export interface Sink { port: number; taken: Taken[]; logins: number; /** Takes the next mail and is gone before it says so. */ loseNextAnswer(): void; stop(): Promise<void> }

export const password = "hush-hush-4711";

/** A mail server that keeps what it took. `refused@` is no mailbox, `later@` is full for now. */
export async function startSink({ key, cert }: Certificate, { security, login = true }: { security: "starttls" | "tls" | "none"; login?: boolean }): Promise<Sink> {
  const taken: Taken[] = [];
  let logins = 0, loseNext = false;
  const answered = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    key, cert, secure: security === "tls", authOptional: !login, disabledCommands: [...(security === "none" ? ["STARTTLS"] : []), ...(login ? [] : ["AUTH"])], logger: false,
    onAuth({ username, password: given }, _session, done) { logins += 1; if (username === "tower" && given === password) done(null, { user: username }); else done(answered(535, "Authentication failed")); },
    onRcptTo({ address }, _session, done) { done(address.startsWith("refused@") ? answered(550, "No such mailbox") : address.startsWith("later@") ? answered(451, "Mailbox busy") : null); },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        taken.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString(), encrypted: session.secure, user: typeof session.user === "string" ? session.user : null });
        if (loseNext) { loseNext = false; for (const connection of server.connections) connection.close(); } else done();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((listening) => { server.listen(0, "127.0.0.1", listening); });
  return { port: (server.server.address() as AddressInfo).port, taken, get logins() { return logins; }, loseNextAnswer: () => { loseNext = true; }, stop: () => new Promise((stopped) => { server.close(() => { stopped(); }); }) };
}

export const header = (raw: string, name: string): string => new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "mi").exec(raw)?.[1]?.replace(/\r\n\s+/g, " ") ?? "";
/** Text of a quoted-printable message, all parts. */
export const readable = (raw: string): string => Buffer.from(raw.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), "latin1").toString("utf8");
