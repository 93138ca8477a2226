import { createHash } from "node:crypto";
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { alone } from "../../../../scripts/lib/holders.mjs";
import { at } from "../../../../scripts/lib/place.mjs";
import { freeNear } from "../../../../scripts/lib/ports.mjs";

const HTTP_PORT = 24396, START_LIMIT_MS = 180_000;
const FILES = ["package.json", "package-lock.json"];

export interface Ready { url: string; apiKey: string; token: string; version: string; buyers: string[]; password: string }
export interface Boot { tower?: { url: string; connector: string; secret: string }; /** File that keeps its data; absent: memory only. */ database?: string; /** Of an earlier start of the same database; absent: one is made. */ apiKey?: string; /** Tells what takes long. */ say?: (text: string) => void }
export type Variables = Record<string, unknown>;
/** Somebody who speaks to a Vendure that runs. */
export interface VendureVisitor extends Ready {
  /** As an administrator, or as the first buyer at the shop; fails on an error of either kind. */
  admin(query: string, variables?: Variables): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
  shop(query: string, variables?: Variables): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
}
export interface VendureServer extends VendureVisitor {
  stop(): Promise<void>;
  /** Without a chance to put anything in order. */
  kill(): Promise<void>;
}

/** Installs Vendure apart from the product, once for each lock file; it belongs to the tree, whatever state folder is in use. */
async function installed(say: (text: string) => void): Promise<string> {
  const folder = at(".tower/vendure"), mark = path.join(folder, "installed");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await alone(at(".tower/vendure.lock"), async () => {
    const digest = createHash("sha256").update(FILES.map((name) => readFileSync(path.join(import.meta.dirname, name), "utf8")).join("")).digest("hex");
    if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return;
    for (const name of FILES) copyFileSync(path.join(import.meta.dirname, name), path.join(folder, name));
    say("installing Vendure, once for its lock file (about half a minute) ...");
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder }).catch((error: Error & { stderr?: string }) => { throw new Error(`Vendure could not be installed: ${(error.stderr ?? error.message).slice(-2000)}`); });
    writeFileSync(mark, digest);
  });
  return folder;
}

/** A Vendure of its own on loopback, seeded, with the plugin that this project ships. It ends with this process. */
export async function startVendure({ say = () => undefined, ...boot }: Boot = {}): Promise<VendureServer> {
  const options = { install: await installed(say), port: await freeNear(HTTP_PORT), ...boot };
  const child = fork(path.join(import.meta.dirname, "boot.mjs"), [JSON.stringify(options)], { env: { ...process.env, VENDURE_DISABLE_TELEMETRY: "true" }, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => { log = `${log}${chunk.toString()}`.slice(-4000); });
  const ready = await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => { child.kill("SIGKILL"); reject(new Error(`Vendure did not start: ${log}`)); }, START_LIMIT_MS);
    child.once("exit", (code) => { clearTimeout(timer); reject(new Error(`Vendure ended with ${code}: ${log}`)); });
    child.once("message", (message) => { clearTimeout(timer); resolve((message as { ready: Ready }).ready); });
  });
  const end = async (how: () => void): Promise<void> => { if (child.exitCode === null && child.signalCode === null) { const gone = once(child, "exit"); how(); await gone; } };
  return { ...await visitVendure(ready), stop: () => end(() => { child.disconnect(); }), kill: () => end(() => { child.kill("SIGKILL"); }) };
}

/** Signs in at a Vendure that runs: as its administrator by the token that it gave, and as the buyer, else the first one. */
export async function visitVendure(ready: Ready, buyer = ready.buyers[0]): Promise<VendureVisitor> {
  const asking = (api: "admin" | "shop", first: string | null) => {
    let token = first;
    return async (query: string, variables: Variables = {}): Promise<unknown> => {
      const answer = await fetch(`${ready.url}/${api}-api`, { method: "POST", headers: { "content-type": "application/json", connection: "close", ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query, variables }) });
      token = answer.headers.get("vendure-auth-token") ?? token;
      const { data, errors } = await answer.json() as { data: Record<string, { errorCode?: string }>; errors?: unknown };
      const failed = errors ?? Object.values(data).find((value) => value && Object.hasOwn(value, "errorCode"));
      if (failed) throw new Error(JSON.stringify(failed));
      return data;
    };
  };
  const shop = asking("shop", null);
  await shop("mutation($name: String!, $password: String!) { login(username: $name, password: $password) { ... on CurrentUser { id } ... on ErrorResult { errorCode message } } }", { name: buyer, password: ready.password });
  return { ...ready, admin: asking("admin", ready.token), shop };
}
