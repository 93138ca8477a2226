import { afterEach, beforeEach, expect, test } from "vitest";
import { createQuery } from "@/server/db/query";
import { drifts, prove } from "@/server/domain/conservation/evaluate";
import { planners } from "@/server/domain/planners";
import { parseSubjectId } from "@/server/domain/subject";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { runToRest } from "@/server/testing/memory/ports";
import { at, cancels, credit, customer, event, item, order, pays, periods, returnAuthorised, returnReceived, ships } from "@/server/testing/world/builders";
import { openOn, readBooks } from "./conservation";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

/** The moments at which everything that was told had been worked out. */
async function lived(): Promise<string[]> {
  const rests: string[] = [];
  const goods = (quantity: number) => [{ order: "SO-1", line: "1", item: "A", quantity }];
  for (const told of [
    [customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00")], [order("SO-1").line("1", "A", 10, "12.50")], [ships("SH-1", "2026-03-02 14:00", goods(4))],
    [ships("SH-2", "2026-03-03 14:00", goods(3))], [pays("R-1", "2026-03-04 09:00", "40.00", { "INV-1": "40.00" })], [returnAuthorised("RMA-1", "SO-1", "2026-03-05 09:00", { "1": 1 }), returnReceived("RMA-1", "SO-1", "2026-03-05 10:00", [{ line: "1", item: "A", quantity: 1 }])],
    [cancels("SO-1", "CX-1", "2026-03-06 09:00")],
  ]) {
    await engine.say(...told);
    await runToRest(engine.ports, planners);
    rests.push(await engine.value<string>("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  }
  return rests;
}

test("the books as they were known at any moment of rest close, and show what was open then", async () => {
  const rests = await lived(), query = createQuery(engine.pool);
  const open: string[] = [];
  for (const known of rests) {
    const books = await readBooks(query, { entities: null, known });
    expect(drifts(prove(books, { known })).map(({ equation, subject, line, residual }) => [equation, subject, line, residual]), known).toEqual([]);
    open.push(books.slices.filter(({ stage, quantity }) => stage === "fulfil" && quantity !== "0").map(({ quantity }) => Number(quantity)).join());
  }
  expect(open.slice(1)).toEqual(["10", "6", "3", "3", "3", ""]);
  expect(drifts(prove(await readBooks(query, { entities: null }), { day: "2026-03-02" }))).toEqual([]);
});

test("what the ledger changed in an invoice of ours is named beside the books that differ by it", async () => {
  const goods = [{ order: "SO-1", line: "1", item: "A", quantity: 10 }], query = createQuery(engine.pool);
  for (const told of [[customer("C-1"), item("A"), credit("C-1", 1, "2026-01-01 00:00", "9000000.00", "0.00"), periods(1, "2026-01-01 00:00")], [order("SO-1").line("1", "A", 10, "12.50")], [ships("SH-1", "2026-03-02 14:00", goods)]]) {
    await engine.say(...told);
    await runToRest(engine.ports, planners);
  }
  const unit = await engine.value<string>("select id from subject where kind = 'billing_unit'");
  expect(await openOn(query, [unit])).toEqual([]);
  await engine.say({ ...event("ledger.document_read", at("2026-03-03 10:00"), { kind: "invoice", number: "INV-1", version: 9_000_000_000_000, state: "posted", customer: "C-1", currency: "USD", net: "120.00", charges: "0.00", tax: "0.00", total: "120.00", accountingDate: "2026-03-02" }, "erp"), subject: parseSubjectId(unit) });
  await runToRest(engine.ports, planners);
  expect(await openOn(query, [unit, unit])).toMatchObject([{ subject: unit, code: "INV-04", message: expect.stringContaining("INV-1") as string }]);
});
