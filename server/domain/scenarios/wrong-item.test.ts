import { describe, expect, test } from "vitest";
import { item, order, returnAuthorised, ships } from "../../testing/world/builders";
import { totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const so = () => order("SO-1").line("1", "A", 10, "12.50");
const left = (code: string, quantity: number, version = 1, more: object = {}) => ships("SH-1", `2026-03-02 1${version}:00`, [{ order: "SO-1", line: "1", item: code, quantity, ...more }], version, { shippedAt: "2026-03-02T11:00:00.000Z" });
const billed = (world: World) => world.commands("post_invoice").flatMap(({ payload }) => (payload["lines"] as { item: string; description: string; quantity: string }[]).map((row) => [row.item, row.description, row.quantity]));
const said = (world: World) => world.exceptions().map(({ code, amount, message }) => [code, amount, message]);
const releases = (world: World) => world.commands("release_to_warehouse").map(({ slot, payload }) => [slot, ...(payload["lines"] as { item: string; quantity: string }[]).map((row) => `${row.quantity} ${row.item}`)]);
const wrong = "Shipment SH-1 line 1: Z was sent, and A was ordered";

describe("another item than the ordered one left, and nobody said that it is a substitute", () => {
  test("it is not billed as the ordered one: SHP-02 until the warehouse corrects it", () => {
    const world = createWorld({ planners });
    world.tell(item("A"), item("Z"), so(), left("Z", 10));
    expect([totals(world), said(world)]).toEqual([[], [["SHP-02", "125.00", wrong]]]);
    soundState(world);
    world.tell(left("A", 10, 2));
    expect([billed(world), world.exceptions()]).toEqual([[["A", "Item A", "10"]], []]);
    plansOnce(world);
  });
  test("the right ones of the same shipment are billed", () => {
    const world = createWorld({ planners });
    world.tell(so(), ships("SH-1", "2026-03-02 11:00", [{ order: "SO-1", line: "1", item: "A", quantity: 6 }, { order: "SO-1", line: "1", item: "Z", quantity: 4 }]));
    expect([totals(world), said(world)]).toEqual([["81.00"], [["SHP-02", "50.00", "Shipment SH-1 line 2: Z was sent, and A was ordered"]]]);
    soundState(world);
  });
  test("in place of a kit's component: the kit is not complete, and not billed", () => {
    const world = createWorld({ planners });
    const kit = order("SO-1").line("1", "KIT", 2, "100.00", { components: [{ item: "KA", per: "1", shareOfPrice: "40.00" }, { item: "KB", per: "2", shareOfPrice: "30.00" }] });
    const pieces = (other: string, version: number) => ships("SH-1", `2026-03-02 1${version}:00`, [{ order: "SO-1", line: "1", item: other, component: "KA", quantity: 2 }, { order: "SO-1", line: "1", item: "KB", component: "KB", quantity: 4 }], version, { shippedAt: "2026-03-02T11:00:00.000Z" });
    world.tell(kit, pieces("Z", 1));
    expect([totals(world), said(world)]).toEqual([[], [["SHP-02", "80.00", "Shipment SH-1 line 1: Z was sent, and KA was ordered"]]]);
    soundState(world);
    world.tell(pieces("KA", 2));
    expect([totals(world), world.exceptions()]).toEqual([["216.00"], []]);
    const other = createWorld({ planners });
    other.tell(kit, ships("SH-1", "2026-03-02 11:00", [{ order: "SO-1", line: "1", item: "Z", quantity: 2 }]));
    expect([troubles(other), totals(other)]).toEqual([["SHP-02"], []]);
    soundState(other);
  });
  test("an allowed substitute is named on the invoice as what it is", () => {
    const world = createWorld({ planners });
    world.tell(item("A2"), order("SO-1").line("1", "A", 10, "12.50", { substitutionAllowed: true }), left("A2", 10, 1, { substitute: true }));
    expect(billed(world)).toEqual([["A2", "Item A2", "10"]]);
  });
});

describe("the item of a line changes", () => {
  const changed = (short = "2026-03-02 10:00") => so().change(short, (data) => { data.lines[0]!.item = "B"; });
  test("after release: what was asked for comes back, and the new one is reserved and released", () => {
    const world = createWorld({ planners });
    world.wms.stock("B", "7");
    world.tell(so(), changed());
    expect(world.commands("recall_release").map(({ state, payload }) => [state, payload["lines"]])).toEqual([["confirmed", [{ line: "1", quantity: "10" }]]]);
    expect(world.commands("request_allocation").map(({ payload }) => [payload["item"], payload["quantity"]])).toEqual([["A", "10"], ["B", "10"]]);
    expect([releases(world), world.exceptions()]).toEqual([[["SO-1-R1", "10 A"], ["SO-1-R2", "7 B"]], []]);
    soundState(world);
    plansOnce(world);
    world.tell(left("B", 7));
    expect(billed(world)).toEqual([["B", "Item B", "7"]]);
  });
  test("too late: ORD-04, and the invoice names what left; a return that covers it ends it", () => {
    const world = createWorld({ planners });
    world.fault({ kind: "recall_release", does: "refuse", refusal: { code: "ORD-04", message: "picked" } });
    world.tell(item("A"), item("B"), so(), changed());
    const late = "The item of line 1 changed and request SO-1-R1 cannot come back: ask W1 to stop it, else offer a return";
    expect(said(world)).toEqual([["ORD-04", "125.00", late]]);
    world.tell(left("A", 10));
    expect([billed(world), said(world), releases(world)]).toEqual([[["A", "Item A", "10"]], [["ORD-04", "125.00", late]], [["SO-1-R1", "10 A"]]]);
    soundState(world);
    world.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: 10 }));
    expect(said(world)).toEqual([]);
  });
  test("after all of it left, or before any of it was released", () => {
    const world = createWorld({ planners });
    world.tell(so(), left("A", 10), changed("2026-03-02 12:00"));
    expect([billed(world), troubles(world), world.erp.documents.map(({ total }) => total)]).toEqual([[["A", "Item A", "10"]], ["ORD-04"], ["135.00"]]);
    const early = createWorld({ planners });
    early.wms.stock("A", "0");
    early.tell(so(), changed());
    expect([releases(early), early.commands("recall_release"), early.exceptions()]).toEqual([[["SO-1-R1", "10 B"]], [], []]);
  });
  test("a component that a kit lost after release comes back, and the new one goes out; refused, it is ORD-04", () => {
    const kit = order("SO-1").line("1", "KIT", 2, "100.00", { components: [{ item: "KA", per: "1", shareOfPrice: "40.00" }, { item: "KB", per: "2", shareOfPrice: "30.00" }] });
    const swapped = kit.change("2026-03-02 10:00", (data) => { data.lines[0]!.components = [{ item: "KA", per: "1", shareOfPrice: "40.00" }, { item: "KC", per: "2", shareOfPrice: "30.00" }]; });
    const world = createWorld({ planners });
    world.tell(kit, swapped);
    expect(world.commands("recall_release").map(({ payload }) => payload["lines"])).toEqual([[{ line: "1/KB", quantity: "4" }]]);
    expect([releases(world), world.exceptions()]).toEqual([[["SO-1-R1", "2 KA", "4 KB"], ["SO-1-R2", "4 KC"]], []]);
    soundState(world);
    const other = createWorld({ planners });
    other.fault({ kind: "recall_release", does: "refuse", refusal: { code: "ORD-04", message: "picked" } });
    other.tell(kit, swapped);
    expect(said(other).map(([code, , message]) => [code, message])).toEqual([["ORD-04", "W1 has 4 of KB in process on request SO-1-R1 that nobody wants: ask it to stop"]]);
    soundState(other);
  });
});
