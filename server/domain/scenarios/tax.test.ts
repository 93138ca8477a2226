import { describe, expect, test } from "vitest";
import { item, order, overlays, ships } from "../../testing/world/builders";
import { heldBy, summaryOf, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { packDocument, packPath } from "../order-to-cash/order/lines/packs";
import { planners } from "../planners";
import type { BillingTerms } from "../publications";

const asked = (world: World) => world.commands("estimate_tax").map(({ sequence, payload }) => [sequence, (payload["lines"] as { line: string; quantity: string; net: string }[]).map(({ line, quantity, net }) => `${line}: ${quantity} for ${net}`)]);
const boxOf = (numerator: number, version: number) => item("B", { units: [{ unit: "BX", numerator, denominator: 1 }] }, version);
const pack = { unit: "BX", numerator: 12, denominator: 1 };
/** Its goods are released: a person says that the old pack was wrong. */
const takenAt12 = () => overlays({ entity: "US01", kind: "order", key: "SO-1" }, "D-1", "2026-03-02 13:00", packDocument("B", "BX"), packPath, { use: pack, master: pack });
const replanned = (world: World) => { world.planAgain(); world.settle(); };
const boxes = () => order("SO-1").line("1", "A", 10, "12.50").line("2", "B", 4, "2.50", { unit: "BX", priceUnitOf: "EA" });
const left = (quantityOfB: number) => ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: quantityOfB }]);

/** A unit that nobody mapped is mended at the same version of the order; then all of it ships. */
function mended(prepare: (world: World) => void = () => undefined): World {
  const world = createWorld({ planners });
  prepare(world);
  world.tell(boxes());
  expect(troubles(world)).toEqual(["MAP-03"]);
  world.tell(boxOf(12, 2));
  replanned(world);
  world.tell(left(48));
  return world;
}

describe("what tax depends on changes at the same version of the order (P18)", () => {
  test("a line that is not understood is no part of the question, and the mended one is asked anew", () => {
    const world = mended();
    expect(asked(world)).toEqual([[1, ["1: 10 for 125.00"]], [2, ["1: 10 for 125.00", "2: 48 for 120.00"]]]);
    expect(summaryOf(world, "US01:order:SO-1")?.amounts["ordered"]).toBe("264.60");
  });
  test("the mended quantity raises no TAX_VARIANCE", () => {
    const world = mended();
    expect(troubles(world)).toEqual([]);
    expect(totals(world)).toEqual(["264.60"]);
  });
  test("a difference that nothing explains is found all the same", () => {
    const world = mended((made) => { made.tax.override("SH-1", "29.60"); });
    expect(troubles(world)).toEqual(["TAX_VARIANCE"]);
    expect(heldBy(world, "TAX_VARIANCE")).toBe("274.60");
  });
  test("a wrong pack that is corrected is asked again, and its quantity explains the difference", () => {
    const world = createWorld({ planners });
    world.tell(boxOf(6, 1), boxes(), boxOf(12, 2), takenAt12());
    replanned(world);
    world.tell(left(48));
    expect(asked(world).map(([sequence]) => sequence)).toEqual([1, 2]);
    expect(troubles(world)).toEqual([]);
    expect(totals(world)).toEqual(["264.60"]);
  });
  test("while the tax service has not answered the new question, the old answer is compared at its own rates", () => {
    const world = createWorld({ planners });
    world.tell(boxOf(6, 1), boxes());
    world.delivery.down.add("tax");
    world.tell(boxOf(12, 2), takenAt12());
    replanned(world);
    world.tell(left(48));
    const order = [...world.store.subjects.values()].find(({ ref }) => ref.kind === "order");
    const terms = order?.plan?.publications.find(({ topic }) => topic === "billing.terms")?.data as BillingTerms;
    expect(terms.estimate?.total).toBe("19.60");
  });
});

describe("the next version of the order", () => {
  test("is asked under its own number, whatever was asked again before", () => {
    const world = mended();
    expect(asked(world).at(-1)?.[0]).toBe(2);
    world.tell(boxes().change("2026-03-02 16:00", (data) => { data.lines[0]!.price = "12.00"; }));
    expect(asked(world).at(-1)).toEqual([3, ["1: 10 for 120.00", "2: 48 for 120.00"]]);
  });
});
