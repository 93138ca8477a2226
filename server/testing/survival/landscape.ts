import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** A tower's surroundings for one test: simulated systems as processes, a state directory, and the environment of its processes. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** Where the systems send their webhooks, once somebody listens there. */
  doorsPort: number;
  /** Where the simulated systems write down themselves and their words. */
  state: string;
  /** Runs a program of the repository to its end; `input` goes to its standard input, `more` into its environment. */
  run(script: string, args?: readonly string[], input?: string, more?: Record<string, string | undefined>): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Starts one and gives the process; whoever starts it ends it. */
  launch(script: string, args?: readonly string[]): ChildProcess;
  stop(): Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => { if (child.exitCode !== null || child.signalCode !== null) resolve(); else child.once("exit", () => { resolve(); }); });
const node = (script: string, args: readonly string[]): string[] => ["--import", "./scripts/lib/typescript.mjs", path.join(root, script), ...args];

/**
 * Starts the simulated systems on ports from `portBase`; with `demo` it lays the demo's set-up into the database, else that stays as it is.
 * `revive` starts a system again that died. `real` takes the places of those that are not in `only`: it begins once they are up and says before the set-up where it is.
 */
export async function surround(options: { databaseUrl: string; portBase: number; speed: number; demo: boolean; only?: readonly string[]; revive?: boolean; real?: (state: string, webhooksAt: string) => Promise<void> }): Promise<Surroundings> {
  const state = mkdtempSync(path.join(tmpdir(), "ledgerline-survival-"));
  const doorsPort = options.portBase + 10;
  const env: NodeJS.ProcessEnv = {
    ...process.env, DATABASE_URL: options.databaseUrl, TOWER_STATE_DIR: state, TOWER_DEMO: options.demo ? "1" : "0", TOWER_POOL: "8", LOG_LEVEL: "error", NODE_ENV: "production",
    NEXTAUTH_SECRET: "a-secret-for-this-test-alone", TOWER_SECRET_KEY: Buffer.alloc(32, 1).toString("base64"), LANDSCAPE_PORT_BASE: String(options.portBase), LANDSCAPE_SPEED: String(options.speed),
    TOWER_WEBHOOK_BASE: `http://127.0.0.1:${doorsPort}`, ...(options.only ? { LANDSCAPE_ONLY: options.only.join(",") } : {}), LANDSCAPE_REVIVE: options.revive === true ? "1" : "0",
  };
  writeFileSync(path.join(state, "demo-accounts.json"), "[]");
  const launch = (script: string, args: readonly string[] = []): ChildProcess => spawn(process.execPath, node(script, args), { cwd: root, env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const run: Surroundings["run"] = (script, args = [], input = "", more = {}) => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, node(script, args), { cwd: root, env: { ...env, ...more }, stdio: "pipe" });
    child.stdin.on("error", () => undefined).end(input); // one that reads nothing may have closed it
    let stdout = "", stderr = "";
    child.stdout.on("data", (chunk: Buffer) => { stdout += chunk.toString(); });
    child.stderr.on("data", (chunk: Buffer) => { stderr += chunk.toString(); });
    child.on("error", reject);
    child.on("close", (code) => { resolve({ code: code ?? 1, stdout, stderr }); });
  });
  const systems = launch("server/landscape/main.ts");
  await new Promise<void>((resolve, reject) => {
    systems.on("message", (message) => { if ((message as { type?: string }).type === "ready") resolve(); });
    systems.once("exit", () => { reject(new Error("the simulated systems did not start")); });
  });
  await options.real?.(state, `http://127.0.0.1:${doorsPort}`);
  const seeded = options.demo ? await run("prisma/seed.ts") : { code: 0, stderr: "" };
  if (seeded.code !== 0) throw new Error(`the set-up failed: ${seeded.stderr}`);
  return { env, state, doorsPort, run, launch, stop: async () => { systems.kill("SIGTERM"); await ended(systems); rmSync(state, { recursive: true, force: true }); } };
}

/** Kills outright, as a machine that loses its power does. */
export async function killOutright(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await ended(child);
}
