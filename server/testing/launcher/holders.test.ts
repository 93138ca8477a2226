import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { alone, claimAfter } from "../../../scripts/lib/holders.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "ledgerline-holders-"));
const lock = path.join(folder, "start.lock");
const program = path.join(folder, "holder.mjs");
writeFileSync(program, `
  import { announceLeaving, claim } from ${JSON.stringify(path.resolve(import.meta.dirname, "../../../scripts/lib/holders.mjs"))};
  const lock = ${JSON.stringify(lock)};
  if ("holder" in claim(lock)) throw new Error("held already");
  process.on("message", (word) => { if (word === "left") process.exit(0); announceLeaving(lock); process.send("announced"); });
  process.send("holds");
`);
let holder: ChildProcess;
const hold = async () => { holder = spawn(process.execPath, [program], { stdio: ["ignore", "inherit", "inherit", "ipc"] }); await once(holder, "message"); };
const ended = async () => {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  holder.kill("SIGKILL");
  await once(holder, "exit");
};
beforeEach(hold);
afterEach(ended);
afterAll(() => { rmSync(folder, { recursive: true }); });

/** Wants what the holder has, and says how it went. */
async function wanted(how: { noticeMs: number; patienceMs: number }) {
  let waited = 0;
  const turn = await claimAfter(lock, { ...how, waiting: () => { waited += 1; } });
  if ("release" in turn) turn.release();
  return { turn: "release" in turn ? "taken" : turn, waited };
}
const announced = async () => { holder.send("leave"); await once(holder, "message"); };

test("a holder who goes on is not waited for", async () => {
  expect(await wanted({ noticeMs: 100, patienceMs: 60_000 })).toEqual({ turn: { holder: holder.pid, leaving: false }, waited: 0 });
});

test("one who is leaving is waited for, also where he is told to only now", async () => {
  setTimeout(() => { void announced().then(() => setTimeout(() => holder.send("left"), 200)); }, 100);
  expect(await wanted({ noticeMs: 10_000, patienceMs: 60_000 })).toEqual({ turn: "taken", waited: 1 });
});

test("but not for ever", async () => {
  await announced();
  expect(await wanted({ noticeMs: 100, patienceMs: 200 })).toEqual({ turn: { holder: holder.pid, leaving: true }, waited: 1 });
});

test("that an earlier holder was leaving says nothing of this one", async () => {
  await announced();
  await ended();
  await hold();
  expect(await wanted({ noticeMs: 100, patienceMs: 60_000 })).toEqual({ turn: { holder: holder.pid, leaving: false }, waited: 0 });
});

test("who waits for his turn is told whom he waits for, once", async () => {
  const told: number[] = [];
  const work = alone(lock, () => "done", { noticeMs: 0, waiting: (pid) => { told.push(pid); holder.send("left"); } });
  expect([await work, told]).toEqual(["done", [holder.pid]]);
});

test("and hears nothing where it is his at once", async () => {
  await ended();
  expect(await alone(lock, () => "done", { noticeMs: 0, waiting: () => { throw new Error("waited"); } })).toBe("done");
});
