import { describe, expect, test } from "vitest";
import { at, authorised, customer, event, order, overlays, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { open, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { dec, sumOf } from "../decimal";
import { planners } from "../planners";
import { plansOnce, scenario, soundState } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const shipped = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]);
const card = (receipt: string, short: string, more: { version?: number; reversed?: boolean } = {}) => ({ ...pays(receipt, short, "100.00", { "INV-1": "100.00" }, { means: "card", order: "SO-1", authorisation: "AU-1", receivedOn: "2026-03-02", ...more }), source: "pay" });
/** INV-1 of 100.00, captured whole as CAP-1. */
const captured = (play: Play) => { play.given(exempt); play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00")); play.until("2026-03-02 09:30"); play.tell(shipped); play.until("2026-03-02 18:00"); };
const back = (id: string, quantity: number, day: string) => [returnAuthorised(id, "SO-1", `${day} 10:00`, { 1: quantity }), returnReceived(id, "SO-1", `${day} 12:00`, [{ line: "1", item: "A", quantity }])] as const;
const byItself = (amount: string, short: string) => event("refund.settled", at(short), { refund: "RF-X9", receipt: "CAP-1", version: 1, state: "settled", amount, currency: "USD", at: at(short) }, "pay");
const refunds = (world: World) => world.commands("refund_payment").map(({ state, payload }) => [state, payload["capture"], payload["amount"]]);
const given = (world: World) => sumOf(world.commands("refund_payment").filter(({ state }) => state === "confirmed"), ({ payload }) => dec(String(payload["amount"]))).toFixed(2);

describe("a chargeback took the card's money: nothing of it is given back a second time", () => {
  scenario("what comes back is set against the invoice that is open again", {
    script: (play) => { captured(play); play.tell(card("P-1", "2026-03-02 20:00")); play.until("2026-03-03 09:00"); play.tell(card("P-1", "2026-03-05 20:00", { version: 2, reversed: true })); play.until("2026-03-09 09:00"); play.tell(...back("RMA-1", 3, "2026-03-10")); play.until("2026-03-12 09:00"); },
    end: (world) => { expect([refunds(world), open(world, "INV-1"), open(world, "CM-1"), troubles(world)]).toEqual([[], "70.00", "0.00", []]); },
  });
  scenario("nor where some of it was given back before the chargeback", {
    script: (play) => {
      captured(play); play.tell(card("CAP-1", "2026-03-02 20:00")); play.until("2026-03-03 09:00"); play.tell(...back("RMA-1", 2, "2026-03-04")); play.until("2026-03-05 09:00");
      play.tell(card("CAP-1", "2026-03-05 20:00", { version: 2, reversed: true })); play.until("2026-03-09 09:00"); play.tell(...back("RMA-2", 3, "2026-03-10")); play.until("2026-03-12 09:00");
    },
    end: (world) => { expect([refunds(world), open(world, "INV-1"), open(world, "CM-1"), open(world, "CM-2"), troubles(world)]).toEqual([[["confirmed", "CAP-1", "20.00"]], "70.00", "0.00", "0.00", []]); },
    shuffles: 0,
  });
});

describe("a person's refund of a card receipt", () => {
  /** The bank paid the invoice, so all of the card's money is over. */
  const over = (world: World, receipt = "P-1") => {
    world.tell(exempt, order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00"), shipped);
    world.advance("2026-03-02 18:00");
    world.tell(pays("B-1", "2026-03-02 19:00", "100.00", { "INV-1": "100.00" }), card(receipt, "2026-03-02 20:00"));
  };
  const wish = (amount: string, means = "original", receipt = "P-1") => overlays({ entity: "US01", kind: "receipt", key: receipt }, "D-1", "2026-03-03 15:00", receipt, "refund", { amount, means });
  test("goes back on the capture, whatever number the receipt has, and leaves a return nothing of it", () => {
    const world = createWorld({ planners });
    over(world);
    world.tell(wish("100.00"));
    world.advance("2026-03-04 10:00");
    expect([refunds(world), troubles(world)]).toEqual([[["confirmed", "CAP-1", "100.00"]], []]);
    world.tell(...back("RMA-1", 2, "2026-03-05"));
    world.advance("2026-03-06 10:00");
    soundState(world); plansOnce(world);
    expect([given(world), open(world, "CM-1"), troubles(world)], "the credit stays open").toEqual(["100.00", "20.00", []]);
  });
  test("is not above what a return left of the capture: the rest goes back by other means", () => {
    const world = createWorld({ planners });
    over(world, "CAP-1");
    world.tell(...back("RMA-1", 2, "2026-03-03"));
    world.advance("2026-03-03 14:00");
    world.tell(wish("100.00", "original", "CAP-1"));
    soundState(world);
    expect([refunds(world), troubles(world)]).toEqual([[["confirmed", "CAP-1", "20.00"]], ["PAY-01", "REF-01"]]);
    const other = createWorld({ planners });
    over(other, "CAP-1");
    other.tell(wish("100.00", "other", "CAP-1"));
    other.decide({ rule: "REFUND_APPROVAL", author: "bob" });
    expect(refunds(other), "by bank").toEqual([["confirmed", null, "100.00"]]);
  });
});

describe("money that the provider gave back by itself", () => {
  scenario("is not given back again for the return that it was for", {
    script: (play) => {
      captured(play); play.tell(card("CAP-1", "2026-03-02 20:00")); play.until("2026-03-03 09:00"); play.tell(byItself("100.00", "2026-03-03 10:00")); play.until("2026-03-03 12:00"); play.until("2026-03-03 13:00");
      play.allow({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-04 10:00"); play.tell(...back("RMA-1", 2, "2026-03-05")); play.until("2026-03-06 10:00");
    },
    end: (world) => { expect([refunds(world), open(world, "INV-1"), open(world, "CM-1"), troubles(world)]).toEqual([[], "80.00", "0.00", []]); },
    shuffles: 0,
  });
  test("nor while nobody has said yes to its booking, or whose it is is not clear yet", () => {
    const world = createWorld({ planners });
    world.tell(exempt, order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00"), shipped);
    world.advance("2026-03-02 18:00");
    world.tell(card("CAP-1", "2026-03-02 20:00"), byItself("90.00", "2026-03-05 11:50"), ...back("RMA-1", 2, "2026-03-05"));
    expect([refunds(world), world.holds().map(({ rule, amount }) => [rule, amount])], "a second refund of it, of what is left").toEqual([[], [["REFUND_APPROVAL", "10.00"]]]);
    world.decide({ rule: "REFUND_APPROVAL", author: "fay" });
    expect(refunds(world)[0]).toEqual(["confirmed", "CAP-1", "10.00"]);
    world.advance("2026-03-06 10:00");
    soundState(world);
    expect([given(world), open(world, "CM-1"), troubles(world)]).toEqual(["10.00", "10.00", ["PAY-03", "REFUND_APPROVAL"]]);
  });
});
