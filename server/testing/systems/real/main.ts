import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { inState, root } from "../../../../scripts/lib/place.mjs";
import { openTryton } from "../tryton-copy";
import { startTryton } from "../tryton-server";
import { startVendure } from "../vendure/server";
import { companyOf, readRealSystems, simulated, vendureShop, webhookSecret, writeRealSystems } from "./wiring";

/**
 * The systems of `npm run try:real`: Vendure and Tryton as they are, what stays simulated beside them, all on loopback, with data that
 * lasts. Says over its channel when they are ready, and ends each by its id when it is told to end or its launcher is gone.
 */
const state = inState(), towerUrl = new URL(process.env["TOWER_WEBHOOK_BASE"] ?? "").origin;
const leavings: (() => Promise<unknown>)[] = [];
let ending: Promise<void> | null = null;
const end = (code: number): Promise<void> => (ending ??= (async () => {
  for (const leave of leavings.reverse()) await leave().catch((error: unknown) => { process.stderr.write(`${String(error)}\n`); });
  process.exit(code);
})());
const say = (text: string): void => { process.send?.({ type: "says", text }); };
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(0));

async function startSimulated(): Promise<void> {
  const child: ChildProcess = fork(path.join(root, "server/landscape/main.ts"), [], { cwd: root, env: { ...process.env, LANDSCAPE_ONLY: simulated.join(",") }, execArgv: ["--import", path.join(root, "scripts/lib/typescript.mjs")] });
  leavings.push(async () => { if (child.exitCode === null && child.signalCode === null) { const gone = once(child, "exit"); child.kill("SIGTERM"); await gone; } });
  await new Promise<void>((resolve, reject) => {
    child.on("message", (message) => { if ((message as { type?: string }).type === "ready") resolve(); });
    child.once("exit", () => { reject(new Error("the simulated systems did not start")); });
  });
}

async function startFinance() {
  const server = await startTryton({ lasting: true, say });
  leavings.push(() => server.leave());
  const database = await openTryton(server, "finance");
  leavings.push(() => database.close());
  return { url: database.url, company: await companyOf(database), passwords: server.passwords };
}

async function startShop() {
  const before = readRealSystems(state);
  const vendure = await startVendure({ tower: { url: towerUrl, connector: "shop", secret: webhookSecret }, database: inState("vendure.sqlite"), say, ...(before ? { apiKey: before.vendure.apiKey } : {}) });
  leavings.push(() => vendure.stop());
  const { url, apiKey, token, version, buyers, password } = vendure;
  return { url, apiKey, token, version, buyers, password };
}

try {
  // all have started or failed before any is ended
  const starts = [startSimulated(), startFinance(), startShop()] as const;
  await Promise.allSettled(starts);
  const [, tryton, vendure] = await Promise.all(starts);
  writeRealSystems(state, vendureShop(vendure), tryton, { vendure });
  process.send?.({ type: "ready" });
} catch (error) {
  process.stderr.write(`Error: ${(error as Error).message}\n`);
  await end(1);
}
