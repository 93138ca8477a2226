import { describe, expect, it } from "vitest";
import { at, credit, order, pays } from "../../testing/world/builders";
import { summaryOf } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";

const held = (world: World) => world.holds().map(({ rule, subject }) => [rule, subject]);
const amounts = (world: World, account: string) => summaryOf(world, `US01:credit_account:${account}`)?.amounts;
const toC2 = { sellTo: "C-2", billTo: "C-2", payer: "C-2", creditAccount: "C-2" };

describe("what moves to another leaves who had it", () => {
  it("an order that moves to another credit account counts there alone", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    world.tell(credit("C-1", 1, "2026-01-01 00:00", "1000.00", "0.00"), credit("C-2", 1, "2026-01-01 00:00", "1000.00", "0.00"));
    const moving = order("SO-1").line("1", "A", 10, "80");
    world.tell(moving);
    world.tell(moving.change("2026-03-02 10:00", (data) => { Object.assign(data.parties, toC2); }));
    world.advance("2026-03-02 12:00");
    expect([amounts(world, "C-1")?.["exposure"], amounts(world, "C-2")?.["exposure"]]).toEqual(["0.00", "864.00"]);
    world.tell(order("SO-2").line("1", "B", 10, "50").with({ placed: at("2026-03-03 11:00") }));
    expect(held(world)).toEqual([]);
    expect(world.commands("release_to_warehouse").map(({ subject }) => subject)).toEqual(["US01:order:SO-2"]);
  });

  it("a purchase order number that moved to another bill-to is nobody's double where it was", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    const moving = order("SO-1").line("1", "A", 10, "80").with({ purchaseOrder: "4711" });
    world.tell(moving);
    world.tell(moving.change("2026-03-02 10:00", (data) => { Object.assign(data.parties, toC2); }));
    world.tell(order("SO-2").line("1", "B", 1, "50").with({ purchaseOrder: "4711", placed: at("2026-03-03 11:00") }));
    expect(held(world)).toEqual([]);
  });

  it("an answer counts only from the account that the order has now", () => {
    const world = createWorld({ planners });
    world.tell(credit("C-1", 1, "2026-01-01 00:00", "1000.00", "0.00"), credit("C-2", 1, "2026-01-01 00:00", "10.00", "0.00"));
    world.wms.stock("A", "0");
    const moving = order("SO-1").line("1", "A", 10, "80");
    world.tell(moving);
    world.tell(moving.change("2026-03-02 10:00", (data) => { Object.assign(data.parties, toC2); }));
    expect(held(world)).toEqual([["CREDIT_LIMIT", "US01:order:SO-1"]]);
  });

  it("a receipt that the bank gives to another payer eases the other's account alone", () => {
    const world = createWorld({ planners });
    world.tell(credit("C-1", 1, "2026-01-01 00:00", "1000.00", "900.00"), credit("C-2", 1, "2026-01-01 00:00", "1000.00", "0.00"));
    world.tell(pays("R-1", "2026-03-02 10:00", "800.00", {}));
    world.tell(pays("R-1", "2026-03-02 11:00", "800.00", {}, { version: 2, payer: "C-2", receivedOn: "2026-03-02" }));
    expect(amounts(world, "C-1")?.["exposure"]).toBe("900.00");
    world.tell(order("SO-1").line("1", "A", 10, "80").with({ placed: at("2026-03-03 11:00") }));
    expect(held(world)).toEqual([["ADJUSTMENT_APPROVAL", "US01:receipt:R-1"], ["CREDIT_LIMIT", "US01:order:SO-1"]]);
    world.decide({ rule: "ADJUSTMENT_APPROVAL", author: "fay" });
    expect([amounts(world, "C-1")?.["exposure"], amounts(world, "C-2")?.["exposure"], held(world)]).toEqual(["900.00", "-800.00", [["CREDIT_LIMIT", "US01:order:SO-1"]]]);
  });

  it("money in advance that was meant for another order releases that one alone", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    world.wms.stock("B", "0");
    const advance = { terms: "advance", payment: { method: "advance" as const } };
    world.tell(order("SO-1").line("1", "A", 1, "100").with(advance), order("SO-2").line("1", "B", 1, "100").with({ ...advance, placed: at("2026-03-02 09:30") }));
    world.tell(pays("R-1", "2026-03-02 10:00", "108.00", { "SO-1": "108.00" }));
    expect(held(world)).toEqual([["PREPAYMENT_DUE", "US01:order:SO-2"]]);
    world.tell(pays("R-1", "2026-03-02 11:00", "108.00", { "SO-2": "108.00" }, { version: 2, receivedOn: "2026-03-02" }));
    expect(held(world)).toEqual([["PREPAYMENT_DUE", "US01:order:SO-1"]]);
  });

  it("money in advance that moves once the goods are on their way to the shelf calls the first order's back", () => {
    const world = createWorld({ planners });
    const advance = { terms: "advance", payment: { method: "advance" as const } };
    world.tell(order("SO-1").line("1", "A", 1, "100").with(advance), order("SO-2").line("1", "B", 1, "100").with({ ...advance, placed: at("2026-03-02 09:30") }));
    world.tell(pays("R-1", "2026-03-02 10:00", "108.00", { "SO-1": "108.00" }));
    world.tell(pays("R-1", "2026-03-02 11:00", "108.00", { "SO-2": "108.00" }, { version: 2, receivedOn: "2026-03-02" }));
    const sent = (kind: "release_to_warehouse" | "recall_release") => world.commands(kind).filter(({ state }) => state === "confirmed").map(({ subject }) => subject);
    expect([held(world), sent("release_to_warehouse"), sent("recall_release")]).toEqual([[["PREPAYMENT_DUE", "US01:order:SO-1"]], ["US01:order:SO-1", "US01:order:SO-2"], ["US01:order:SO-1"]]);
    expect(["SO-1", "SO-2"].map((number) => summaryOf(world, `US01:order:${number}`)?.tracks["cash"])).toEqual(["none", "deposit"]);
  });
});
