import { expect, test } from "vitest";
import { at, event, order, returnAuthorised, ships } from "../../testing/world/builders";
import { heldBy, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { scenario } from "./harness";

const so = order("SO-1").line("1", "A", 10, "12.50").with({ titleTransfer: "destination" });
const left = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]);
const expected = (short: string, on: string) => event("shipment.expected", at(short), { shipment: "SH-1", on, at: at(short) });
const delivered = (short: string) => event("shipment.delivered", at(short), { shipment: "SH-1", version: 4, state: "delivered", at: at(short) });
const dueBy = (world: World) => [...world.store.subjects.values()].flatMap(({ plan }) => plan?.slices ?? []).filter(({ stage }) => stage === "deliver").map(({ dueAt }) => dueAt);

scenario("billed on delivery: a wait until the carrier's date, DELIVERY_PROOF after it, billed when the proof arrives", {
  script: (play) => {
    play.tell(so, left, expected("2026-03-02 15:00", "2026-03-05"));
    play.until("2026-03-05 20:00");
    play.check((world) => {
      expect([troubles(world), totals(world)]).toEqual([[], []]);
      expect(new Set(dueBy(world))).toEqual(new Set(["2026-03-06T00:00:00.000Z"]));
    });
    play.until("2026-03-06 08:00");
    play.check((world) => { expect([troubles(world), heldBy(world, "DELIVERY_PROOF")]).toEqual([["DELIVERY_PROOF"], "135.00"]); });
    play.tell(delivered("2026-03-06 10:00"));
  },
  end: (world) => { expect([troubles(world), totals(world)]).toEqual([[], ["135.00"]]); expect(world.erp.documents[0]?.accountingDate).toBe("2026-03-06"); },
});

test("the carrier's newest date counts, in whatever order its words arrive", () => {
  const world = createWorld({ planners });
  world.tell(so, left, expected("2026-03-03 15:00", "2026-03-09"), expected("2026-03-02 15:00", "2026-03-05"));
  world.advance("2026-03-07 08:00");
  expect(troubles(world)).toEqual([]);
  world.advance("2026-03-10 08:00");
  expect(troubles(world)).toEqual(["DELIVERY_PROOF"]);
});

test("a carrier that never says a date or a word is asked for proof after two weeks: what is billed on delivery is not forgotten", () => {
  const world = createWorld({ planners });
  world.tell(so, left);
  world.advance("2026-03-16 20:00");
  expect([troubles(world), totals(world)]).toEqual([[], []]);
  world.advance("2026-03-17 08:00");
  expect([world.holds().map(({ rule, message, amount }) => [rule, amount, message]), totals(world)]).toEqual([[["DELIVERY_PROOF", "135.00", "Billed on delivery; the carrier gave no date, and by 2026-03-16 no proof has come."]], []]);
  world.decide({ rule: "DELIVERY_PROOF" });
  expect([troubles(world), totals(world)]).toEqual([[], ["135.00"]]);
});

test.each([["SO-1", "SO-2"], ["SO-2", "SO-1"]])("an invoice for goods of %s and, with title at the destination, of %s recognises none of it before they are delivered", (origin, destination) => {
  const world = createWorld({ planners }), ordered = (number: string) => order(number).line("1", number === "SO-1" ? "A" : "B", 10, "12.50");
  world.tell(ordered(origin), ordered(destination).with({ titleTransfer: "destination" }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-2", line: "1", item: "B", quantity: 10 }]));
  world.advance("2026-03-04 10:00");
  expect([troubles(world), totals(world)]).toEqual([[], []]);
  world.tell(delivered("2026-04-01 10:00"));
  expect([totals(world), world.commands("post_invoice").map(({ payload }) => [payload["accountingDate"], payload["revenueDate"]])]).toEqual([["270.00"], [["2026-04-01", "2026-04-01"]]]);
});

test.each([["refused", "refused_delivery"], ["lost", "credit_without_goods"]] as const)("what was %s is SHP-04 until a return covers all of it", (state, kind) => {
  const world = createWorld({ planners });
  world.tell(order("SO-1").line("1", "A", 10, "12.50"), left, event("shipment.delivered", at("2026-03-03 10:00"), { shipment: "SH-1", version: 2, state, at: at("2026-03-03 10:00") }));
  expect(troubles(world)).toEqual(["SHP-04"]);
  const credited = (quantity: number, version: number) => world.tell(returnAuthorised("RT-1", "SO-1", `2026-03-04 1${version}:00`, { 1: quantity }, { kind, version }));
  credited(6, 1);
  expect(troubles(world)).toContain("SHP-04");
  credited(10, 2);
  expect(troubles(world)).not.toContain("SHP-04");
});
