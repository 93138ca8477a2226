import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { credit, customer, item, order, periods, ships } from "@/server/testing/world/builders";

const root = path.resolve(import.meta.dirname, "../../..");
let engine: Engine, child: ChildProcess | null = null, deaths = 0, isOver = false;
beforeEach(async () => { engine = await createEngine(); deaths = 0; isOver = false; });
afterEach(async () => { isOver = true; child?.kill("SIGKILL"); await engine.close(); });

/** A worker is always there: one that died is followed by another. */
function start(): void {
  child = spawn(process.execPath, ["--import", "./scripts/lib/typescript.mjs", "server/testing/poison/worker.ts", engine.url], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  child.on("exit", () => { if (!isOver) { deaths += 1; start(); } });
}
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 150_000; !(await condition()); ) {
    if (performance.now() > end) throw new Error(`not in time; ${deaths} deaths, ${JSON.stringify(await engine.rows("select natural_key, state, deaths, attempts, rejection_message from command where state not in ('confirmed', 'withdrawn')"))}`);
    // Half a minute between two look-ups, and the wait after a death, are not what is looked at.
    await engine.pool.query("update command set due_at = now() - interval '1 second' where due_at > now() and state in ('unknown', 'wanted')");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

it("a command that takes its worker with it is set aside after three workers, as one exception; everything beside it is done", { timeout: 200_000 }, async () => {
  await engine.say(periods(1, "2026-01-01 00:00"), item("A"), customer("C-1"), credit("C-1", 1, "2026-01-01 00:00", "1000000.00", "0.00"));
  await engine.say(...["SO-1", "SO-POISON", "SO-2"].flatMap((number) => [order(number).line("1", "A", 1, "10.00"), ships(`SH-${number}`, "2026-03-02 14:00", [{ order: number, line: "1", item: "A", quantity: 1 }])]));
  start();
  const invoices = () => engine.rows<{ state: string; attempts: number; code: string | null }>("select state, attempts, rejection_code as code from command where kind = 'post_invoice' order by state, attempts");
  // The target's memory dies with the worker, so what it had before cannot be read back here, and nothing that follows from that is looked at.
  await until(async () => (await invoices()).filter(({ state }) => state === "rejected" || state === "confirmed").length === 3);
  expect(await invoices()).toMatchObject([{ state: "confirmed" }, { state: "confirmed" }, { state: "rejected", attempts: 3, code: "TEC-05" }]);
  await until(async () => (await engine.value<number>("select count(*)::int from exception_item where state = 'open' and code = 'TEC-05'")) === 1);
  expect(await engine.rows("select count(*)::int as tries, count(*) filter (where message like 'The worker that sent it%')::int as lost from attempt a join command c on c.id = a.command_id where c.state = 'rejected' and a.purpose = 'send'")).toEqual([{ tries: 3, lost: 3 }]);
  // The worker that found it set aside lives on, and the deaths that were are all of it.
  expect(deaths).toBe(3);
});
