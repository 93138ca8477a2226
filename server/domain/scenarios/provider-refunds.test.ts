import { describe, expect, test } from "vitest";
import { at, authorised, customer, event, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { open, summaryOf, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, plansOnce, scenario, soundState } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const goods = [{ order: "SO-1", line: "1", item: "A", quantity: 6 }];
const gaveBack = (refund: string, short: string, amount: string, more: { receipt?: string; state?: "settled" | "failed"; version?: number; currency?: string } = {}) =>
  event("refund.settled", at(short), { refund, receipt: "R-1", version: 1, state: "settled", amount, currency: "USD", at: at(short), ...more }, "pay");
const paid = (play: Play, amount = "60.00") => { play.given(exempt); play.tell(order("SO-1").line("1", "A", 6, "10.00"), ships("SH-1", "2026-03-02 14:00", goods), pays("R-1", "2026-03-03 10:00", amount, { "INV-1": amount })); };
const m5 = (world: World) => ["received", "applied", "unapplied", "refunded"].map((term) => booked(world, "US01:receipt:R-1", term).amount);
const raised = (world: World) => world.exceptions().map(({ code, amount }) => [code, amount]);

describe("money that the payment provider gave back by itself", () => {
  scenario("is a person's matter, and its booking waits for finance", {
    script: (play) => { paid(play); play.tell(gaveBack("RF-9", "2026-03-04 11:00", "20.00")); play.until("2026-03-05 09:00"); play.until("2026-03-05 10:00"); },
    end: (world) => {
      const [received, applied, unapplied, refunded] = m5(world).map(Number);
      expect([received, Number(applied) + Number(unapplied), refunded], "what was applied before it was heard of stays applied").toEqual([60, 40, 20]);
      expect([raised(world), world.holds().map(({ rule, amount }) => [rule, amount])]).toEqual([[["PAY-03", "20.00"]], [["REFUND_APPROVAL", "20.00"]]]);
    },
    // The ledger has what the provider has not any more: M8, until finance says yes.
    drifts: ["M8"],
  });
  scenario("approved, the ledger has it: so much of the invoice is open again", {
    script: (play) => { paid(play); play.tell(gaveBack("RF-9", "2026-03-04 11:00", "20.00")); play.until("2026-03-05 09:00"); play.until("2026-03-05 10:00"); play.allow({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-06 10:00"); },
    end: (world) => {
      expect([m5(world), troubles(world), open(world, "INV-1"), summaryOf(world, "US01:order:SO-1")?.tracks["cash"]]).toEqual([["60.00", "40.00", "0.00", "20.00"], [], "20.00", "part_paid"]);
      expect(world.commands("post_refund").map(({ state, payload }) => [state, payload["source"], payload["amount"]])).toEqual([["confirmed", "receipt", "20.00"]]);
    },
  });
  scenario("out of what was never applied, no invoice is touched", {
    script: (play) => { paid(play, "85.00"); play.tell(gaveBack("RF-9", "2026-03-04 11:00", "25.00")); play.until("2026-03-05 09:00"); play.until("2026-03-05 10:00"); play.allow({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-06 10:00"); },
    end: (world) => { expect([m5(world), troubles(world), open(world, "INV-1"), world.commands("reverse_application")]).toEqual([["85.00", "60.00", "0.00", "25.00"], [], "0.00", []]); },
  });
  scenario("two of them, all that came: the whole invoice is open again", {
    script: (play) => {
      paid(play); play.tell(gaveBack("RF-8", "2026-03-04 11:00", "20.00"), gaveBack("RF-9", "2026-03-04 12:00", "40.00")); play.until("2026-03-05 09:00"); play.until("2026-03-05 10:00");
      play.allow({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-05 12:00"); play.allow({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-06 10:00");
    },
    end: (world) => { expect([m5(world), troubles(world), open(world, "INV-1")]).toEqual([["60.00", "0.00", "0.00", "60.00"], [], "60.00"]); },
  });
  test("that did not get there after all is nothing", () => {
    const world = createWorld({ planners });
    world.tell(exempt, order("SO-1").line("1", "A", 6, "10.00"), ships("SH-1", "2026-03-02 14:00", goods), pays("R-1", "2026-03-03 10:00", "60.00", { "INV-1": "60.00" }), gaveBack("RF-9", "2026-03-04 11:00", "20.00"));
    world.advance("2026-03-04 12:00");
    expect(troubles(world)).toEqual(["PAY-03", "REFUND_APPROVAL"]);
    world.tell(gaveBack("RF-9", "2026-03-04 13:00", "20.00", { state: "failed", version: 2 }));
    soundState(world); plansOnce(world);
    expect([m5(world), troubles(world)]).toEqual([["60.00", "60.00", "0.00", "0.00"], []]);
  });
  test("in another currency than came, it is said and nothing is booked", () => {
    const world = createWorld({ planners });
    world.tell(exempt, order("SO-1").line("1", "A", 6, "10.00"), ships("SH-1", "2026-03-02 14:00", goods), pays("R-1", "2026-03-03 10:00", "60.00", { "INV-1": "60.00" }), gaveBack("RF-9", "2026-03-04 11:00", "20.00", { currency: "EUR" }));
    world.advance("2026-03-04 12:00");
    soundState(world);
    expect([m5(world), troubles(world)]).toEqual([["60.00", "60.00", "0.00", "0.00"], ["PAY-03"]]);
  });
  scenario("of a receipt that nobody told of: it waits, and is SEQ-01 after 30 minutes (P19)", {
    script: (play) => {
      play.tell(gaveBack("RF-9", "2026-03-04 11:00", "20.00", { receipt: "R-77" })); play.until("2026-03-04 11:10");
      play.check((world) => { expect(raised(world)).toEqual([]); });
      play.until("2026-03-04 12:30");
    },
    end: (world) => { expect(raised(world)).toEqual([["SEQ-01", "20.00"]]); },
  });
  scenario("and a refund that a return of ours asked for is not one of them", {
    script: (play) => {
      play.given(exempt); play.tell(order("SO-1").line("1", "A", 6, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "60.00")); play.until("2026-03-02 09:30");
      play.tell(ships("SH-1", "2026-03-02 14:00", goods)); play.until("2026-03-02 15:00");
      play.tell(pays("R-1", "2026-03-02 19:00", "60.00", { "INV-1": "60.00" }, { means: "card" })); play.until("2026-03-03 09:00");
      play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: 2 }), returnReceived("RMA-1", "SO-1", "2026-03-03 11:00", [{ line: "1", item: "A", quantity: 2 }])); play.until("2026-03-05 10:00");
    },
    end: (world) => { expect([m5(world), world.commands("refund_payment").map(({ state, payload }) => [state, payload["amount"]]), troubles(world)]).toEqual([["60.00", "60.00", "0.00", "0.00"], [["confirmed", "20.00"]], []]); },
  });
  scenario("nor is one that the invoice asked for itself, for goods that did not leave", {
    script: (play) => {
      play.given(exempt); play.tell(order("SO-1").line("1", "A", 6, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "60.00")); play.until("2026-03-02 09:30");
      play.tell(ships("SH-1", "2026-03-02 14:00", goods)); play.until("2026-03-02 15:00");
      play.tell(pays("R-1", "2026-03-02 19:00", "60.00", { "INV-1": "60.00" }, { means: "card" })); play.until("2026-03-03 09:00");
      play.tell(ships("SH-1", "2026-03-03 10:00", [{ order: "SO-1", line: "1", item: "A", quantity: 4 }], 2, { shippedAt: at("2026-03-02 14:00") })); play.until("2026-03-03 12:00");
      play.allow({ rule: "CREDIT_APPROVAL", author: "fay" }); play.until("2026-03-05 10:00");
    },
    end: (world) => { expect([m5(world), world.commands("refund_payment").map(({ state, payload }) => [state, payload["amount"]]), troubles(world).filter((code) => code !== "SHP-03")]).toEqual([["60.00", "60.00", "0.00", "0.00"], [["confirmed", "20.00"]], []]); },
    shuffles: 0,
  });
});

describe("a receipt that the bank corrects while the provider's own refund is not in the ledger yet", () => {
  const corrected = (receipt: string, version: number, short: string, amount: string) => pays(receipt, short, amount, { "INV-1": amount }, { version, receivedOn: "2026-03-03" });
  const refund = (world: World) => world.commands("post_refund").map(({ state, payload }) => [state, payload["amount"]]);
  const start = (play: Play) => { paid(play, "50.00"); play.tell(gaveBack("RF-9", "2026-03-04 11:00", "20.00")); play.until("2026-03-04 12:00"); };
  const correctedTo60 = (play: Play) => { play.tell(corrected("R-1", 2, "2026-03-04 13:00", "60.00")); play.until("2026-03-05 10:00"); };
  const whole = { end: (world: World) => { expect([m5(world), refund(world), open(world, "INV-1"), troubles(world)]).toEqual([["60.00", "40.00", "0.00", "20.00"], [["confirmed", "20.00"]], "20.00", []]); }, shuffles: 0 };
  const yes = (play: Play, rule: "ADJUSTMENT_APPROVAL" | "REFUND_APPROVAL", until: string) => { play.allow({ rule, author: "fay" }); play.until(until); };
  scenario("is corrected, then the refund is booked, whichever finance approves first: the correction", {
    script: (play) => { start(play); correctedTo60(play); yes(play, "ADJUSTMENT_APPROVAL", "2026-03-06 10:00"); yes(play, "REFUND_APPROVAL", "2026-03-07 10:00"); }, ...whole, drifts: ["M8"],
  });
  scenario("or the refund", {
    script: (play) => { start(play); correctedTo60(play); yes(play, "REFUND_APPROVAL", "2026-03-06 10:00"); yes(play, "ADJUSTMENT_APPROVAL", "2026-03-07 10:00"); }, ...whole, drifts: ["M8"],
  });
  scenario("and the refund alone where the correction is rejected", {
    script: (play) => {
      start(play); correctedTo60(play);
      play.allow({ rule: "ADJUSTMENT_APPROVAL", author: "fay", verdict: "reject" }); yes(play, "REFUND_APPROVAL", "2026-03-07 10:00");
    },
    end: (world) => { expect([m5(world), refund(world), open(world, "INV-1"), raised(world)]).toEqual([["50.00", "30.00", "0.00", "20.00"], [["confirmed", "20.00"]], "30.00", [["INV-04", "10.00"]]]); },
    shuffles: 0, drifts: ["M8"],
  });
  scenario("nor does a second refund wait for it once the ledger has the first", {
    script: (play) => {
      start(play); yes(play, "REFUND_APPROVAL", "2026-03-04 12:30"); correctedTo60(play);
      play.tell(gaveBack("RF-10", "2026-03-05 11:00", "10.00")); play.until("2026-03-05 12:00"); yes(play, "REFUND_APPROVAL", "2026-03-07 10:00");
    },
    end: (world) => { expect([m5(world), refund(world).sort(), open(world, "INV-1"), raised(world)]).toEqual([["50.00", "20.00", "0.00", "30.00"], [["confirmed", "10.00"], ["confirmed", "20.00"]], "40.00", [["INV-04", "10.00"]]]); },
    shuffles: 0, drifts: ["M8"],
  });
});
