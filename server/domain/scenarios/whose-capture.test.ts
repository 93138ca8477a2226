import { describe, expect, test } from "vitest";
import { at, authorised, customer, event, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { open, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, scenario, soundState } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const goods = (orderNumber: string, quantity: number) => ({ order: orderNumber, line: "1", item: "A", quantity });
const card = (receipt: string, short: string, amount: string, more: { order?: string; version?: number; reversed?: boolean } = {}) =>
  ({ ...pays(receipt, short, amount, {}, { means: "card", order: "SO-1", authorisation: "AU-1", receivedOn: "2026-03-02", ...more }), source: "pay" });
const comesBack = (id: string, orderNumber: string, quantity: number) => [returnAuthorised(id, orderNumber, "2026-03-10 10:00", { 1: quantity }), returnReceived(id, orderNumber, "2026-03-10 12:00", [{ line: "1", item: "A", quantity }])] as const;
const refunds = (world: World) => world.commands("refund_payment").map(({ payload }) => [payload["capture"], payload["amount"]]).sort();

describe("card money under numbers of the provider's own, and a chargeback of one of several captures", () => {
  scenario("two captures of one order and one amount: the receipt is that of the invoice it pays", {
    script: (play) => {
      play.given(exempt); play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00")); play.until("2026-03-02 09:30");
      play.tell(ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 5)])); play.until("2026-03-02 15:30"); play.tell(ships("SH-2", "2026-03-02 16:00", [goods("SO-1", 5)])); play.until("2026-03-02 18:00");
      play.tell({ ...card("P-1", "2026-03-02 19:00", "50.00") }); play.until("2026-03-02 19:30"); play.tell(card("P-2", "2026-03-02 20:00", "50.00")); play.until("2026-03-03 09:00");
      play.tell(card("P-1", "2026-03-05 20:00", "50.00", { version: 2, reversed: true })); play.until("2026-03-09 09:00"); play.tell(...comesBack("RMA-1", "SO-1", 10)); play.until("2026-03-12 09:00");
    },
    end: (world) => { expect([refunds(world).map(([, amount]) => amount), open(world, "INV-1"), open(world, "INV-2"), troubles(world)]).toEqual([["50.00"], "0.00", "0.00", []]); },
    shuffles: 0,
  });
  test("two orders on one invoice and one authorisation: it is that of the receipt's order", () => {
    const world = createWorld({ planners });
    world.tell(exempt, ...["SO-1", "SO-2"].flatMap((number) => [order(number).line("1", "A", 10, "10.00").card(), authorised(number, "AU-1", "2026-03-02 09:05", "200.00")]), ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 10), goods("SO-2", 10)]));
    world.advance("2026-03-02 18:00");
    world.tell(card("P-1", "2026-03-02 19:00", "100.00"), card("P-2", "2026-03-02 19:01", "100.00", { order: "SO-2" }));
    world.advance("2026-03-03 09:00");
    world.tell(card("P-1", "2026-03-05 20:00", "100.00", { version: 2, reversed: true }));
    world.advance("2026-03-09 09:00");
    world.tell(...comesBack("RMA-1", "SO-1", 10), ...comesBack("RMA-2", "SO-2", 4));
    world.advance("2026-03-12 09:00");
    soundState(world); plansOnce(world);
    expect([refunds(world).map(([, amount]) => amount), open(world, "INV-1"), troubles(world)], "nothing for the order whose card money bounced").toEqual([["40.00"], "0.00", []]);
  });
  test("one capture and one receipt belong together whatever cents part them", () => {
    const world = createWorld({ planners });
    world.tell(exempt, order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00"), ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 10)]));
    world.advance("2026-03-02 18:00");
    world.tell(card("P-1", "2026-03-02 19:00", "96.57"));
    world.advance("2026-03-03 09:00");
    world.tell(card("P-1", "2026-03-05 20:00", "96.57", { version: 2, reversed: true }));
    world.advance("2026-03-09 09:00");
    world.tell(...comesBack("RMA-1", "SO-1", 10));
    world.advance("2026-03-12 09:00");
    soundState(world); plansOnce(world);
    expect([refunds(world), open(world, "INV-1")]).toEqual([[], "0.00"]);
  });
});

describe("what came of an order's captures together, told as one receipt", () => {
  const together = (play: Play, on: { authorisation?: string }) => {
    play.given(exempt); play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00")); play.until("2026-03-02 09:30");
    play.tell(ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 6)])); play.until("2026-03-02 15:30"); play.tell(ships("SH-2", "2026-03-02 16:00", [goods("SO-1", 4)])); play.until("2026-03-02 18:00");
    play.tell(whole("2026-03-02 19:00", on)); play.until("2026-03-03 09:00");
  };
  const whole = (short: string, on: { authorisation?: string }, more: { version?: number; reversed?: boolean } = {}) => ({ ...pays("P-1", short, "100.00", {}, { means: "card", order: "SO-1", receivedOn: "2026-03-02", ...on, ...more }), source: "pay" });
  const ends = (world: World) => [refunds(world), open(world, "INV-1"), open(world, "INV-2"), troubles(world)];
  for (const [where, on] of [["on their authorisation", { authorisation: "AU-1" }], ["on none", {}]] as const) scenario(`charged back, ${where}: no card is given any of it once more`, {
    script: (play) => { together(play, on); play.tell(whole("2026-03-05 20:00", on, { version: 2, reversed: true })); play.until("2026-03-09 09:00"); play.tell(...comesBack("RMA-1", "SO-1", 10)); play.until("2026-03-12 09:00"); },
    end: (world) => { expect(ends(world)).toEqual([[], "0.00", "0.00", []]); },
    shuffles: 0,
  });
  scenario("given back in part by the provider itself: what is left of it all goes back, and no more", {
    script: (play) => {
      together(play, { authorisation: "AU-1" });
      play.tell(event("refund.settled", at("2026-03-04 10:00"), { refund: "RF-X9", receipt: "P-1", version: 1, state: "settled", amount: "92.00", currency: "USD", at: at("2026-03-04 10:00") }, "pay")); play.until("2026-03-04 12:00"); play.decide({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-09 09:00");
      play.tell(...comesBack("RMA-1", "SO-1", 10)); play.until("2026-03-10 15:00"); play.decide({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-12 09:00");
    },
    end: (world) => { expect(ends(world)).toEqual([[["CAP-1", "8.00"]], "0.00", "0.00", []]); },
    shuffles: 0,
  });
});

describe("a refund of ours is known as ours, whichever receipt the provider tells it of", () => {
  const settledOf = (world: World, short: string, receiptOf: Record<string, string>) => world.commands("refund_payment").map(({ reference, payload }) =>
    event("refund.settled", at(short), { refund: reference ?? "", receipt: receiptOf[String(payload["capture"])] ?? "", version: 1, state: "settled", amount: String(payload["amount"]), currency: "USD", at: at(short) }, "pay"));
  test("the receipt is told of after the refund", () => {
    const world = createWorld({ planners });
    world.tell(exempt, order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00"), ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 10)]));
    world.advance("2026-03-09 09:00");
    world.tell(...comesBack("RMA-1", "SO-1", 4));
    world.advance("2026-03-10 15:00");
    world.tell(card("P-1", "2026-03-10 16:00", "100.00"), ...settledOf(world, "2026-03-10 16:30", { "CAP-1": "P-1" }));
    world.advance("2026-03-12 09:00");
    soundState(world); plansOnce(world);
    expect([refunds(world), open(world, "INV-1"), troubles(world)]).toEqual([[["CAP-1", "40.00"]], "0.00", []]);
  });
  test("two captures of one invoice, a receipt each: what failed of the second is asked of whoever gave it back", () => {
    const world = createWorld({ planners });
    world.tell(exempt, order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "60.00"), authorised("SO-1", "AU-2", "2026-03-02 09:06", "240.00"), ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 10)]));
    world.advance("2026-03-02 18:00");
    world.tell(card("P-1", "2026-03-02 19:00", "60.00"), { ...pays("P-2", "2026-03-02 19:01", "40.00", {}, { means: "card", order: "SO-1", authorisation: "AU-2" }), source: "pay" });
    world.advance("2026-03-09 09:00");
    world.tell(...comesBack("RMA-1", "SO-1", 10));
    world.advance("2026-03-10 15:00");
    world.tell(...settledOf(world, "2026-03-10 16:00", { "CAP-1": "P-1", "CAP-2": "P-2" }));
    world.advance("2026-03-12 09:00");
    soundState(world); plansOnce(world);
    expect([refunds(world), open(world, "INV-1"), open(world, "CM-1"), troubles(world)]).toEqual([[["CAP-1", "60.00"], ["CAP-2", "40.00"]], "0.00", "0.00", []]);
    const [, second] = settledOf(world, "2026-03-12 10:00", { "CAP-1": "P-1", "CAP-2": "P-2" });
    if (second?.type === "refund.settled") world.tell({ ...second, data: { ...second.data, version: 2, state: "failed" } as typeof second.data });
    world.advance("2026-03-13 09:00");
    expect([open(world, "CM-1"), world.exceptions().map(({ code, message }) => [code, message])]).toEqual(["40.00", [["REF-01", "The refund for return RMA-1 failed at the provider."]]]);
  });
});

/** INV-1 of 100.00, captured whole as CAP-1, which came. */
const captured = (play: Play) => {
  play.given(exempt); play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00")); play.until("2026-03-02 09:30");
  play.tell(ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 10)])); play.until("2026-03-02 18:00"); play.tell(card("CAP-1", "2026-03-02 20:00", "100.00")); play.until("2026-03-03 09:00");
};

scenario("a provider that lowers what came lowers what may go back: the rest of a credit is set against the invoice", {
  script: (play) => {
    captured(play); play.tell(card("CAP-1", "2026-03-04 09:00", "80.00", { version: 2 })); play.until("2026-03-04 10:00"); play.until("2026-03-04 11:00"); play.allow({ rule: "ADJUSTMENT_APPROVAL", author: "fay" }); play.until("2026-03-09 09:00");
    play.tell(...comesBack("RMA-1", "SO-1", 10)); play.until("2026-03-12 09:00");
  },
  end: (world) => { expect([refunds(world), open(world, "INV-1"), open(world, "CM-1"), troubles(world)]).toEqual([[["CAP-1", "80.00"]], "0.00", "0.00", []]); },
  shuffles: 0,
});

scenario("what came in another currency after all is none of it", {
  script: (play) => {
    captured(play); play.tell({ ...pays("CAP-1", "2026-03-04 09:00", "90.00", {}, { means: "card", order: "SO-1", authorisation: "AU-1", receivedOn: "2026-03-02", version: 2, currency: "EUR" }), source: "pay" }); play.until("2026-03-04 10:00"); play.allow({ rule: "ADJUSTMENT_APPROVAL", author: "fay" }); play.until("2026-03-09 09:00");
    play.tell(...comesBack("RMA-1", "SO-1", 10)); play.until("2026-03-12 09:00");
  },
  end: (world) => { expect([refunds(world), open(world, "INV-1"), open(world, "CM-1"), troubles(world)]).toEqual([[], "0.00", "0.00", ["PAY-01"]]); },
  shuffles: 0,
  drifts: ["M8"],
});

test.each([
  ["a refund of the provider's own is heard of after the chargeback", ["2026-03-09 10:00", "2026-03-05 10:00"], "2026-03-12 12:00", "20.00", "Receipt CAP-1 was reversed, and 20.00 USD of it had been given back or was since: the payer has 20.00 USD more than came. Claim it from them, and enter that in the ledger."],
  ["a chargeback comes after a refund of the provider's own", ["2026-03-05 10:00", "2026-03-09 10:00"], "2026-03-12 12:00", "100.00", "Receipt CAP-1 was reversed, and 20.00 USD of it had been given back or was since: the payer has 20.00 USD more than came. Claim it from them, and take refund and receipt back in the ledger: it reverses no receipt of which some was given back."],
])("money that left twice is never passed over: %s", (_, [refunded = "", bounced = ""], until, amount, message) => {
  const world = createWorld({ planners });
  world.tell(exempt, order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "100.00"), ships("SH-1", "2026-03-02 14:00", [goods("SO-1", 10)]));
  world.advance("2026-03-02 18:00");
  world.tell(card("CAP-1", "2026-03-02 20:00", "100.00"));
  const told = [event("refund.settled", at(refunded), { refund: "RF-X9", receipt: "CAP-1", version: 1, state: "settled", amount: "20.00", currency: "USD", at: at(refunded) }, "pay"), card("CAP-1", bounced, "100.00", { version: 2, reversed: true })];
  for (const row of refunded < bounced ? told : told.reverse()) { world.tell(row); world.advance(new Date(Date.parse(world.store.now) + 2 * 86_400_000).toISOString()); }
  world.advance(until);
  expect(world.exceptions().filter(({ code }) => code === "PAY-03").map((row) => [row.amount, row.message])).toEqual([[amount, message]]);
});
