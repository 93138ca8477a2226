import { describe, expect, test } from "vitest";
import { at, authorised, customer, event, order, overlays, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { summaryOf } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const inAdvance = (number: string) => order(number).line("1", number === "SO-1" ? "A" : "B", 10, "10.00").with({ payment: { method: "advance" } });
const told = (world: World) => [...world.holds(), ...world.exceptions().map((row) => ({ ...row, rule: row.code }))].map(({ rule, message }) => `${rule} ${message}`);
const carriedOut = (world: World, kind: "release_to_warehouse" | "recall_release") => world.commands(kind).filter(({ state }) => state === "confirmed").map(({ subject }) => subject);
const released = (world: World) => carriedOut(world, "release_to_warehouse");
const cash = (world: World) => { const { tracks, facets } = summaryOf(world, "US01:order:SO-1") ?? {}; return [tracks?.["cash"], facets]; };
const sound = (world: World) => { soundState(world); plansOnce(world); };

describe("money releases what is paid in advance once, and only while it is there", () => {
  test("money of another currency is none (invariant 6), and takes no room from what pays", () => {
    const world = createWorld({ planners });
    world.tell(inAdvance("SO-1"), pays("R-1", "2026-03-02 10:00", "108.00", {}, { order: "SO-1", currency: "EUR" }));
    expect([released(world), told(world), cash(world)]).toEqual([[], ["PREPAYMENT_DUE 108.00 is due before release, 0.00 received", "PAY-01 108.00 EUR came for SO-1, which is in another currency."], ["none", ["on_hold"]]]);
    world.tell(pays("R-2", "2026-03-02 11:00", "108.00", {}, { order: "SO-1" }));
    expect([released(world), told(world), cash(world)]).toEqual([["US01:order:SO-1"], ["PAY-01 108.00 EUR came for SO-1, which is in another currency."], ["deposit", ["prepaid"]]]);
    sound(world);
  });
  test("what was given back before the release is due again", () => {
    const world = createWorld({ planners });
    world.tell(customer("C-1", { state: "blocked" }), inAdvance("SO-1"), pays("R-1", "2026-03-02 10:00", "108.00", {}, { order: "SO-1" }));
    world.tell(overlays({ entity: "US01", kind: "receipt", key: "R-1" }, "OV-1", "2026-03-02 11:00", "R-1", "refund", { amount: "108.00", means: "original" }));
    world.tell({ ...customer("C-1", {}, 2), at: "2026-03-02T12:00:00.000Z" });
    expect([world.commands("refund_payment").map(({ state }) => state), released(world), told(world), cash(world)]).toEqual([["confirmed"], [], ["PREPAYMENT_DUE 108.00 is due before release, 0.00 received"], ["none", ["on_hold"]]]);
    sound(world);
  });
  test("given back after the release, the goods are called back", () => {
    const world = createWorld({ planners });
    world.tell(inAdvance("SO-1"), pays("R-1", "2026-03-02 10:00", "108.00", {}, { order: "SO-1" }));
    world.tell(overlays({ entity: "US01", kind: "receipt", key: "R-1" }, "OV-1", "2026-03-02 11:00", "R-1", "refund", { amount: "108.00", means: "original" }));
    expect([released(world), carriedOut(world, "recall_release"), told(world)]).toEqual([["US01:order:SO-1"], ["US01:order:SO-1"], ["PREPAYMENT_DUE 108.00 is due before release, 0.00 received"]]);
    sound(world);
  });
  test("what pays another order's invoice by its number is for no order besides", () => {
    const world = createWorld({ planners });
    world.tell(order("SO-9").line("1", "B", 10, "10.00"), ships("SH-9", "2026-03-02 09:30", [{ order: "SO-9", line: "1", item: "B", quantity: 10 }]));
    world.advance("2026-03-02 09:50");
    world.tell(inAdvance("SO-1").placed("2026-03-02 10:00"), pays("R-1", "2026-03-02 10:30", "108.00", { "INV-1": "108.00" }, { order: "SO-1" }));
    expect([released(world), told(world), cash(world)]).toEqual([["US01:order:SO-9"], ["PREPAYMENT_DUE 108.00 is due before release, 0.00 received"], ["none", ["on_hold"]]]);
    sound(world);
  });
  test("a receipt that names more than came pays the orders in turn", () => {
    const world = createWorld({ planners });
    world.tell(inAdvance("SO-1"), inAdvance("SO-2"), pays("R-1", "2026-03-02 10:00", "150.00", { "SO-1": "108.00", "SO-2": "108.00" }));
    expect([released(world), told(world)]).toEqual([["US01:order:SO-1"], ["PREPAYMENT_DUE 108.00 is due before release, 42.00 received"]]);
    sound(world);
  });
  test("what is on its first invoice since releases the rest as before", () => {
    const world = createWorld({ planners });
    world.tell(inAdvance("SO-1"), pays("R-1", "2026-03-02 10:00", "108.00", {}, { order: "SO-1" }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 4 }]));
    world.advance("2026-03-02 18:00");
    expect([carriedOut(world, "recall_release"), told(world), world.erp.open("INV-1").toFixed(2)]).toEqual([[], [], "0.00"]);
    sound(world);
  });
  test.each([
    ["of which one waits for its day", "2026-03-20", 1],
    ["that both left the desk at once", undefined, 1],
  ])("goods that came back and were given back are not due again: the rest goes on, of two lines %s", (_, requestedShip, requests) => {
    const world = createWorld({ planners });
    world.tell(inAdvance("SO-1").line("2", "B", 10, "10.00", requestedShip ? { requestedShip } : {}), pays("R-1", "2026-03-02 10:00", "216.00", {}, { order: "SO-1" }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
    world.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-04 09:00", { "1": 10 }), returnReceived("RMA-1", "SO-1", "2026-03-05 09:00", [{ line: "1", item: "A", quantity: 10 }]));
    world.advance("2026-03-06 09:00");
    expect(released(world).length).toBe(requests);
    world.tell(event("refund.settled", at("2026-03-07 09:00"), { refund: "RF-1", receipt: "R-1", version: 1, state: "settled", amount: "108.00", currency: "USD", at: at("2026-03-07 09:00") }, "pay"));
    world.advance("2026-03-21 12:00");
    expect([carriedOut(world, "recall_release"), told(world).filter((line) => line.startsWith("PREPAYMENT_DUE")), released(world).length]).toEqual([[], [], requestedShip ? 2 : 1]);
    sound(world);
  });
  test("but more than was credited, given back, is due again", () => {
    const world = createWorld({ planners });
    world.tell(inAdvance("SO-1").line("2", "B", 10, "10.00", { requestedShip: "2026-03-20" }), pays("R-1", "2026-03-02 10:00", "216.00", {}, { order: "SO-1" }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
    world.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-04 09:00", { "1": 10 }), returnReceived("RMA-1", "SO-1", "2026-03-05 09:00", [{ line: "1", item: "A", quantity: 10 }]));
    world.advance("2026-03-06 09:00");
    world.tell(event("refund.settled", at("2026-03-07 09:00"), { refund: "RF-1", receipt: "R-1", version: 1, state: "settled", amount: "110.00", currency: "USD", at: at("2026-03-07 09:00") }, "pay"));
    world.advance("2026-03-21 12:00");
    expect([released(world).length, told(world).filter((line) => line.startsWith("PREPAYMENT_DUE"))]).toEqual([1, ["PREPAYMENT_DUE 108.00 is due before release, 106.00 received"]]);
    sound(world);
  });
});

test("a capture says that what is authorised is in another currency", () => {
  const world = createWorld({ planners }), euros = authorised("SO-1", "AU-1", "2026-03-02 09:30", "108.00");
  world.tell(order("SO-1").line("1", "A", 10, "10.00").card(), { ...euros, data: { ...euros.data, currency: "EUR" } }, ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  world.advance("2026-03-02 16:00");
  expect(told(world)).toEqual(["PAYMENT_AUTHORISATION Authorisation AU-1 is in EUR and the invoice in USD: nothing is authorised for its 108.00."]);
});
