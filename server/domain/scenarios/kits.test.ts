import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cancels, closesRequests, order, ships, type Goods, type OrderBuilder } from "../../testing/world/builders";
import { troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { runsOf, plansOnce, soundState } from "./harness";

const components = [{ item: "KA", per: "1", shareOfPrice: "40.00" }, { item: "KB", per: "2", shareOfPrice: "30.00" }];
const kits = (quantity: number): OrderBuilder => order("SO-1").line("1", "KIT", quantity, "100.00", { components });
const pieces = (shipment: string, short: string, counts: Record<string, number>) =>
  ships(shipment, short, Object.entries(counts).filter(([, quantity]) => quantity > 0).map(([item, quantity]): Goods => ({ order: "SO-1", line: "1", item, component: item, quantity })));
const inProcess = (world: World, key: string): number => {
  const rows = world.commands("release_to_warehouse").filter(({ state }) => state === "confirmed").flatMap(({ payload }) => payload["lines"] as { line: string; quantity: string }[]);
  const back = world.commands("recall_release").flatMap(({ result }) => (result?.["accepted"] ?? []) as { line: string; quantity: string }[]);
  const sum = (all: typeof rows) => all.filter(({ line }) => line === key).reduce((total, { quantity }) => total + Number(quantity), 0);
  return sum(rows) - sum(back);
};

describe("a kit of which pieces have left, and then less of it is wanted", () => {
  test.each([["three of four kits", { 1: 3 }, ["1"]], ["more than there is", { 1: 6 }, ["2"]], ["everything that is still open", undefined, []]] as const)("%s: begun kits are completed, the rest comes back once", (_, lines, late) => {
    const world = createWorld({ planners });
    world.tell(kits(4), pieces("SH-1", "2026-03-02 10:00", { KB: 3 }), cancels("SO-1", "CX-1", "2026-03-02 11:00", lines));
    expect([inProcess(world, "1/KA"), inProcess(world, "1/KB")]).toEqual([2, 4]);
    expect(world.commands("recall_release")).toHaveLength(1);
    expect(world.exceptions().map(({ code, message }) => [code, message])).toEqual(late.map((kits) => ["ORD-04", `${kits} of line 1 were to be cancelled and had already left: offer a return`]));
    soundState(world);
    plansOnce(world);
  });
  test("the same by a lower quantity", () => {
    const world = createWorld({ planners }), so = kits(4);
    world.tell(so, pieces("SH-1", "2026-03-02 10:00", { KB: 3 }), so.change("2026-03-02 11:00", (data) => { data.lines[0]!.quantity = "1"; }));
    expect([inProcess(world, "1/KA"), inProcess(world, "1/KB"), troubles(world)]).toEqual([2, 4, ["ORD-04"]]);
    soundState(world);
  });
});

type Happening = { what: "ships"; a: number; b: number } | { what: "cancels"; quantity: number } | { what: "asks"; quantity: number } | { what: "closes" } | { what: "refuses" };
const count = fc.integer({ min: 0, max: 7 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant("ships" as const), a: count, b: count }), fc.record({ what: fc.constant("cancels" as const), quantity: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ what: fc.constant("asks" as const), quantity: fc.integer({ min: 1, max: 7 }) }), fc.constant({ what: "closes" as const }), fc.constant({ what: "refuses" as const }),
);

test("whatever becomes of a kit order, its commands come to rest with the books closed", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.option(fc.integer({ min: 0, max: 9 })), fc.array(happening, { minLength: 1, maxLength: 6 }), (quantity, stock, happenings) => {
    const world = createWorld({ planners });
    if (stock !== null) world.wms.stock("KB", String(stock));
    let so = kits(quantity);
    world.tell(so);
    for (const [index, thing] of happenings.entries()) {
      const when = `2026-03-02 1${index}:00`;
      if (thing.what === "ships" && thing.a + thing.b > 0) world.tell(pieces(`SH-${index}`, when, { KA: thing.a, KB: thing.b }));
      if (thing.what === "cancels") world.tell(cancels("SO-1", `CX-${index}`, when, { 1: thing.quantity }));
      if (thing.what === "asks") { so = so.change(when, (data) => { data.lines[0]!.quantity = String(thing.quantity); }); world.tell(so); }
      if (thing.what === "closes") world.tell(closesRequests("SO-1", when));
      if (thing.what === "refuses") world.fault({ kind: "recall_release", does: "refuse", refusal: { code: "ORD-04", message: "picked" } });
      soundState(world);
    }
    world.advance("2026-03-12 10:00");
    soundState(world);
  }), { numRuns: runsOf(40), endOnFailure: true });
}, 120_000);
