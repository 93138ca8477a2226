import { spawn } from "node:child_process";
import { root, toolEnv } from "../tower";

export interface Said { code: number; out: string; err: string }

/** `npm run -s tower -- …` on the tower under test, as its administrator would type it. */
const tower = (args: readonly string[], typed = ""): Promise<Said> =>
  new Promise((done, failed) => {
    const child = spawn("npm", ["run", "-s", "tower", "--", ...args], { cwd: root, env: toolEnv, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.end(typed);
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => { said.out += chunk.toString(); });
    child.stderr.on("data", (chunk: Buffer) => { said.err += chunk.toString(); });
    child.on("error", failed);
    child.on("close", (code) => { done({ code: code ?? 1, ...said }); });
  });

/** Done, or the run fails with what was said. */
export async function towerDoes(...args: string[]): Promise<void> {
  const { code, out, err } = await tower(args);
  if (code !== 0) throw new Error(`tower ${args.join(" ")} ended with ${code}: ${out}${err}`);
}

/** Prints only JSON, or the run fails with what was said instead. */
export const towerJson = <T>(...args: string[]): Promise<T> => towerTyped<T>([], ...args);

/** The same, with passwords piped in, a line each. */
export async function towerTyped<T>(passwords: readonly string[], ...args: string[]): Promise<T> {
  const { out, err } = await tower([...args, "--json"], passwords.join("\n"));
  try { return JSON.parse(out) as T; } catch { throw new Error(`tower ${args.join(" ")} printed no JSON: ${out}${err}`); }
}
