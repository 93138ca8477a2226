import { expect, test } from "vitest";
import { testPolicy } from "../../../testing/world/defaults";
import { contracts, type EventType } from "../../contracts/registry";
import { toFact, type Fact } from "../../facts";
import type { Plan } from "../../plan";
import { subjectId } from "../../subject";
import { orderPlanner } from ".";

const policy = { ...testPolicy, routes: testPolicy.routes.map((route) => ({ ...route, managedFrom: "2026-01-01T00:00:00.000Z" })) };

interface Past { number: string; placed: string; shipped?: string; paid?: string; lines?: [string, string][]; freight?: string; invoice?: string; due?: string; total?: string; reserved?: string }

/** History of one order as an old system and its ledger tell it. */
function plan(past: Past): Plan {
  const subject = { entity: "US01", kind: "order" as const, key: past.number };
  const facts: Fact[] = [];
  const add = (type: EventType, data: unknown) => {
    const fact = toFact({ id: "1", type, source: "old", entity: "US01", occurredAt: `${past.placed}T00:00:00.000Z`, correlationId: "1", subject, data: contracts[type].schema.parse(data) }, "2026-01-05T00:00:00.000Z");
    if (fact.ok) facts.push(fact.value);
  };
  const lines = (past.lines ?? [["10", "14.00"]]).map(([quantity, price], index) => ({ line: String(index + 1), item: `I${index}`, quantity, unit: "EA", price }));
  add("order.captured", { number: past.number, version: 1, channel: "desk", placed: `${past.placed}T00:00:00Z`, parties: { sellTo: "7", billTo: "7", shipTo: "7" }, shipToAddress: { country: "US" }, currency: "USD", terms: "?", lines });
  add("order.observed", { number: past.number, freight: past.freight ?? "0", ...(past.shipped ? { shippedOn: `${past.shipped}T00:00:00Z` } : {}), ...(past.paid ? { paidOn: `${past.paid}T00:00:00Z` } : {}), ...(past.reserved ? { allocatedByLine: [{ line: "1", quantity: past.reserved }] } : {}) });
  if (past.invoice) add("ledger.document_read", { kind: "invoice", number: `I-${past.number}`, order: past.number, version: 1, state: "posted", currency: "USD", accountingDate: past.invoice, ...(past.due ? { dueDate: past.due } : {}), ...(past.total ? { net: past.total, charges: past.freight ?? "0", total: past.total } : {}) });
  return orderPlanner.plan({ subject: { ...subject, id: subjectId(subject) }, facts, commands: [], reference: new Map(), policy, now: "2026-02-01T00:00:00.000Z" });
}
const codes = (made: Plan) => [...made.exceptions.map(({ code }) => code), ...made.findings.map(({ code }) => code)].sort();

test.each<[string, Past, string[]]>([
  ["shipped, invoiced with amounts, paid", { number: "901", placed: "2006-01-15", shipped: "2006-01-22", invoice: "2006-01-23", total: "140.00", paid: "2006-01-30", due: "2006-02-22" }, []],
  ["shipped and paid without an invoice", { number: "902", placed: "2006-01-15", shipped: "2006-01-22", paid: "2006-01-22" }, ["INV-02"]],
  ["shipped and paid, no invoice, no lines: INV-02 alone", { number: "903", placed: "2006-01-15", shipped: "2006-01-22", paid: "2006-01-22", lines: [] }, ["INV-02"]],
  ["invoiced, not shipped", { number: "904", placed: "2006-01-15", invoice: "2006-01-20", total: "140.00" }, ["INV-03"]],
  ["open, nothing happened", { number: "905", placed: "2006-01-15" }, []],
  ["open without lines", { number: "906", placed: "2006-01-15", lines: [] }, ["CTR-01"]],
  ["open, two lines that order nothing: one CTR-01", { number: "907", placed: "2006-01-15", lines: [["0", "2.99"], ["0", "38.00"]] }, ["CTR-01"]],
  ["billed ahead", { number: "908", placed: "2006-01-15", shipped: "2006-01-22", invoice: "2006-01-20", total: "140.00", paid: "2006-02-01" }, ["FND-01"]],
  ["billed before it was ordered", { number: "909", placed: "2006-01-15", shipped: "2006-01-15", invoice: "2006-01-10", total: "140.00", paid: "2006-01-15" }, ["FND-01", "FND-02"]],
  ["amounts absent, freight not billed", { number: "910", placed: "2006-01-15", shipped: "2006-01-15", invoice: "2006-01-15", freight: "9.00", paid: "2006-01-15" }, ["FND-03", "FND-03"]],
  ["unpaid without a due date", { number: "911", placed: "2006-01-15", shipped: "2006-01-15", invoice: "2006-01-15", total: "140.00" }, ["FND-04"]],
  ["more reserved than ordered", { number: "912", placed: "2006-01-15", reserved: "110" }, ["FND-05"]],
])("%s", (_, past, expected) => { expect(codes(plan(past))).toEqual(expected); });

test("history makes no command, no hold, no clock and tells nobody", () => {
  const made = plan({ number: "950", placed: "2006-01-15", shipped: "2006-01-22", paid: "2006-01-15" });
  expect([made.wanted, made.holds, made.publications, made.balances, made.slices, made.nextReviewAt]).toEqual([[], [], [], [], [], null]);
  expect(made.summary.facets).toContain("prepaid");
});

test("absent amounts are derived, not zero; freight that no invoice shows is told with its amount", () => {
  const made = plan({ number: "951", placed: "2006-01-15", shipped: "2006-01-15", invoice: "2006-01-15", freight: "9.00", paid: "2006-01-15" });
  expect(made.findings.map(({ amount }) => amount)).toEqual([null, "9.00"]);
  expect(made.findings[0]?.message).toContain("140.00 is derived from the order");
});

test("an order without lines has no amount of goods, which is not an amount of zero", () => {
  const made = plan({ number: "952", placed: "2006-01-15", shipped: "2006-01-22", paid: "2006-01-22", lines: [] });
  expect(made.exceptions.map(({ code, currency }) => [code, currency])).toEqual([["INV-02", null]]);
  expect(made.summary.amounts).not.toHaveProperty("ordered");
});
