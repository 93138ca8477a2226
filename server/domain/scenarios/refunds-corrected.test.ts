import { expect, test } from "vitest";
import { at, authorised, customer, event, order, pays, periods, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { open, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const told = (refund: string, short: string, amount: string, state: "settled" | "failed", version: number) => event("refund.settled", at(short), { refund, receipt: "CAP-1", version, state, amount, currency: "USD", at: at(short) }, "pay");
const settled = (world: World) => { soundState(world); plansOnce(world); expect(ledgerDrifts(world)).toEqual([]); };
/** INV-1 of 100.00, captured and received whole as CAP-1. */
function paid(): World {
  const world = createWorld({ planners });
  world.tell(customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] }), order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  world.advance("2026-03-02 18:00");
  world.tell({ ...pays("CAP-1", "2026-03-02 20:00", "100.00", { "INV-1": "100.00" }, { means: "card", order: "SO-1", authorisation: "AU-1" }), source: "pay" });
  return world;
}
/** The provider gave 20.00 back by itself, finance said yes, and the ledger has it. */
function booked(): World {
  const world = paid();
  world.tell(told("RF-X9", "2026-03-03 10:00", "20.00", "settled", 1));
  world.advance("2026-03-03 12:00");
  world.decide({ rule: "REFUND_APPROVAL", author: "fay" });
  settled(world);
  return world;
}
/** A return of 20.00 whose refund RF-2 was booked. */
function refunded(): World {
  const world = paid();
  world.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: 2 }), returnReceived("RMA-1", "SO-1", "2026-03-03 12:00", [{ line: "1", item: "A", quantity: 2 }]));
  settled(world);
  expect([world.commands("refund_payment").map(({ reference }) => reference), open(world, "CM-1")]).toEqual([["RF-2"], "0.00"]);
  return world;
}

test("the provider's own refund that came to more is booked anew once finance says yes", () => {
  const world = booked();
  world.tell(told("RF-X9", "2026-03-04 10:00", "30.00", "settled", 2));
  expect([troubles(world), open(world, "INV-1")], "never silent, and nothing moves before").toEqual([["PAY-03", "REFUND_APPROVAL"], "20.00"]);
  world.decide({ rule: "REFUND_APPROVAL", author: "fay" });
  settled(world);
  expect([troubles(world), open(world, "INV-1"), world.commands("reverse_refund").length]).toEqual([[], "30.00", 1]);
});

test("no booking of a refund lands in a closed period without finance (invariant 7): nor one that takes it back", () => {
  const world = paid(), days = (kind: "post_refund" | "reverse_refund") => world.commands(kind).map(({ state, payload }) => [state, payload["accountingDate"]]);
  const next = () => { world.decide({ rule: "PERIOD_CLOSED", consequence: "next_open_period", author: "fay" }); soundState(world); plansOnce(world); };
  world.tell(periods(2, "2026-03-03 09:00", { "2026-03": "closed" }), told("RF-X9", "2026-03-03 10:00", "20.00", "settled", 1));
  world.advance("2026-03-03 12:00");
  world.decide({ rule: "REFUND_APPROVAL", author: "fay" });
  expect([troubles(world), world.holds().map(({ message }) => message), days("post_refund").some(([state]) => state === "confirmed")]).toEqual([["PAY-03", "PERIOD_CLOSED"], ["The booking of a refund dated 2026-03-03 would land in 2026-03, which is closed."], false]);
  next();
  expect([troubles(world), open(world, "INV-1"), days("post_refund")]).toEqual([[], "20.00", [["confirmed", "2026-04-01"]]]);
  world.tell(told("RF-X9", "2026-03-04 10:00", "30.00", "settled", 2));
  world.decide({ rule: "REFUND_APPROVAL", author: "fay" });
  expect([troubles(world), days("reverse_refund").some(([state]) => state === "confirmed")]).toEqual([["PAY-03", "PERIOD_CLOSED"], false]);
  next();
  next();
  expect([troubles(world), open(world, "INV-1"), days("reverse_refund"), days("post_refund")]).toEqual([[], "30.00", [["confirmed", "2026-04-01"]], [["confirmed", "2026-04-01"], ["confirmed", "2026-04-01"]]]);
  settled(world);
});

test("the provider's own refund that failed after it was booked is taken back, and the invoice is paid again", () => {
  const world = booked();
  world.tell(told("RF-X9", "2026-03-04 10:00", "20.00", "failed", 2));
  expect(troubles(world)).toEqual(["PAY-03", "REFUND_APPROVAL"]);
  world.decide({ rule: "REFUND_APPROVAL", author: "fay" });
  settled(world);
  expect([troubles(world), open(world, "INV-1")]).toEqual([[], "0.00"]);
});

test("a return's refund that fails days later is REF-01, its credit is open again, and a person has it given back once more", () => {
  const world = refunded();
  world.tell(told("RF-2", "2026-03-06 10:00", "20.00", "failed", 3));
  settled(world);
  expect([troubles(world), open(world, "CM-1")]).toEqual([["REF-01"], "20.00"]);
  world.decideCommand(world.commands("refund_payment")[0]?.naturalKey ?? "", "restart");
  expect(world.commands("refund_payment").length).toBe(2);
});

test("of a return's refund that came to less the rest is open again", () => {
  const world = refunded();
  world.tell(told("RF-2", "2026-03-06 10:00", "11.00", "settled", 3));
  settled(world);
  expect([troubles(world), open(world, "CM-1")]).toEqual([["REF-01"], "9.00"]);
});
