import fc from "fast-check";
import { expect, test } from "vitest";
import { order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { describeWorld } from "../../testing/world/readings";
import { createWorld } from "../../testing/world/world";
import { planners } from "../planners";
import { runsOf, soundState } from "./harness";

/** Prices that go up and down, money for the invoice, its debits or the order, and goods that come back, in any order. */
const step = fc.oneof(
  fc.record({ what: fc.constant("price" as const), price: fc.constantFrom("9.99", "12.50", "13.33", "14.75") }),
  fc.record({ what: fc.constant("pays" as const), amount: fc.constantFrom("7.77", "40.00", "135.00"), for: fc.constantFrom("INV-1", "DM-1", "SO-1") }),
  fc.record({ what: fc.constant("back" as const), quantity: fc.constantFrom(1, 3) }),
);

test("whatever is paid, credited and billed beside an invoice, every document has the same open here and in the ledger, and nothing is refused there", () => {
  fc.assert(fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) => {
    const world = createWorld({ planners }), so = order("SO-1").line("1", "A", 10, "12.50");
    const yes = () => { while (world.decide({ rule: "CREDIT_APPROVAL" }) > 0) soundState(world); soundState(world); };
    world.tell(so); world.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
    let version = 1, back = 0;
    steps.forEach((next, index) => {
      const when = `2026-03-0${index > 4 ? 4 : 3} ${10 + index}:00`, id = String(index);
      if (next.what === "price") world.tell(so.change(when, (data) => { data.lines[0]!.price = next.price; }).with({ version: ++version }));
      else if (next.what === "pays") world.tell(pays(`R-${id}`, when, next.amount, { [next.for]: next.amount }));
      else if (back + next.quantity <= 10) { back += next.quantity; world.tell(returnAuthorised(`RMA-${id}`, "SO-1", when, { 1: next.quantity })); world.tell(returnReceived(`RMA-${id}`, "SO-1", when, [{ line: "1", item: "A", quantity: next.quantity }])); }
      soundState(world);
      yes();
    });
    const refused = world.commands().filter(({ state }) => state === "rejected").map(({ naturalKey }) => naturalKey);
    expect([refused, ledgerDrifts(world)], describeWorld(world)).toEqual([[], []]);
  }), { numRuns: runsOf(40) });
}, 180_000);
