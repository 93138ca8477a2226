import { describe, expect } from "vitest";
import { at, authorised, cancels, customer, event, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { describeWorld, summaryOf, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { dec, sumOf } from "../decimal";
import { scenario } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const voided = (world: World) => world.commands("void_authorisation").map(({ state, payload }) => [state, payload["authorisation"]]);
const captured = (world: World) => world.commands("capture_payment").map(({ state, payload }) => [state, payload["authorisation"], payload["amount"]]);
const cash = (world: World) => summaryOf(world, "US01:order:SO-1")?.tracks["cash"];
const left = (quantity: number, shipment = "SH-1", day = "03") => ships(shipment, `2026-03-${day} 10:00`, [{ order: "SO-1", line: "1", item: "A", quantity }]);
const until = (authorisation: string, short: string, amount: string, expires: string) => event("payment.authorised", at(short), { order: "SO-1", authorisation, version: 1, state: "authorised", amount, currency: "USD", at: at(short), expires: at(expires) });
const ordered = (play: Play, ...authorisations: [string, string][]) => {
  play.given(exempt);
  play.tell(order("SO-1").line("1", "A", 10, "10").card(), ...authorisations.map(([name, amount], index) => authorised("SO-1", name, `2026-03-02 09:0${index + 1}`, amount)));
  play.until("2026-03-02 12:00");
};

describe("an authorisation that nothing will be captured on any more is given back", () => {
  scenario("of two, the one that the capture did not need, once the order is complete", {
    script: (play) => {
      ordered(play, ["AU-1", "100.00"], ["AU-2", "100.00"]);
      play.tell(left(4));
      play.until("2026-03-04 12:00");
      play.check((world) => { expect([captured(world), voided(world)]).toEqual([[["confirmed", "AU-1", "40.00"]], []]); });
      play.tell(cancels("SO-1", "CX-1", "2026-03-05 10:00"));
      play.until("2026-03-06 09:00");
    },
    end: (world) => { expect([captured(world), voided(world), troubles(world)]).toEqual([[["confirmed", "AU-1", "40.00"]], [["confirmed", "AU-2"]], []]); },
  });
  scenario("not while anything is open, and never one that money was taken on: its rest lapses by its date", {
    script: (play) => {
      ordered(play, ["AU-1", "100.00"]);
      play.tell(left(4));
      play.until("2026-03-04 12:00");
      play.tell(cancels("SO-1", "CX-1", "2026-03-05 10:00"));
      play.until("2026-03-06 09:00");
    },
    end: (world) => { expect([captured(world), voided(world), summaryOf(world, "US01:order:SO-1")?.tracks["commercial"], troubles(world)]).toEqual([[["confirmed", "AU-1", "40.00"]], [], "complete", []]); },
  });
  scenario("of an order that the bank paid instead", {
    script: (play) => {
      ordered(play, ["AU-1", "100.00"]);
      play.fault({ kind: "capture_payment", does: "refuse", refusal: { code: "PAY-03", message: "the card was closed" } });
      play.tell(left(10));
      play.until("2026-03-04 12:00");
      play.tell(pays("B-1", "2026-03-04 13:00", "100.00", { "INV-1": "100.00" }));
      play.until("2026-03-05 09:00");
    },
    end: (world) => { expect([voided(world), cash(world), troubles(world)]).toEqual([[["confirmed", "AU-1"]], "paid", []]); },
  });
  scenario("of a cancelled order, and the order says authorised no more", {
    script: (play) => { ordered(play, ["AU-1", "100.00"]); play.tell(cancels("SO-1", "CX-1", "2026-03-05 10:00")); play.until("2026-03-06 09:00"); },
    end: (world) => { expect([voided(world), cash(world), troubles(world)]).toEqual([[["confirmed", "AU-1"]], "none", []]); },
  });
});

describe("two card orders in one shipment", () => {
  const goods = (a: number, b: number) => [{ order: "SO-1", line: "1", item: "A", quantity: a }, { order: "SO-2", line: "1", item: "B", quantity: b }];
  const both = (play: Play) => {
    play.given(exempt);
    for (const [name, item, authorisation] of [["SO-1", "A", "AU-1"], ["SO-2", "B", "AU-2"]] as const) play.tell(order(name).line("1", item, 10, "10").card(), authorised(name, authorisation, "2026-03-02 09:01", "100.00"));
    play.until("2026-03-02 12:00");
    play.tell(ships("SH-1", "2026-03-03 10:00", goods(6, 6)));
    play.until("2026-03-03 12:00");
  };
  scenario("each captures its own share on its own authorisation, the later part too", {
    script: (play) => { both(play); play.tell(ships("SH-2", "2026-03-04 10:00", goods(4, 4))); play.until("2026-03-04 12:00"); },
    end: (world) => { expect([captured(world).sort(), troubles(world)]).toEqual([[["confirmed", "AU-1", "40.00"], ["confirmed", "AU-1", "60.00"], ["confirmed", "AU-2", "40.00"], ["confirmed", "AU-2", "60.00"]], []]); },
  });
  scenario("and what did not leave of the one goes back to the card that paid it", {
    script: (play) => {
      both(play);
      play.tell(pays("R-1", "2026-03-03 13:00", "60.00", { "INV-1": "60.00" }, { means: "card", order: "SO-1" }), pays("R-2", "2026-03-03 13:00", "60.00", { "INV-1": "60.00" }, { means: "card", order: "SO-2" }));
      play.until("2026-03-03 18:00");
      play.tell(ships("SH-1", "2026-03-04 10:00", goods(6, 4), 2, { shippedAt: at("2026-03-03 10:00") }));
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => {
      const own = world.commands("capture_payment").find(({ payload }) => payload["order"] === "SO-2")?.result?.["capture"];
      expect([world.commands("refund_payment").map(({ state, payload }) => [state, payload["amount"], payload["capture"]]), troubles(world)]).toEqual([[["confirmed", "20.00", own]], []]);
    },
  });
});

describe("an authorisation that is not the order's alone, or not in its money", () => {
  const exempted = (play: Play, ...events: Parameters<Play["tell"]>) => { play.given(exempt); play.tell(...events); play.until("2026-03-02 12:00"); };
  scenario("one of a whole checkout that became two orders, both in one shipment: each captures its own share on it", {
    script: (play) => {
      exempted(play, ...["SO-1", "SO-2"].flatMap((name) => [order(name).line("1", "A", 10, "10").card(), authorised(name, "AU-1", "2026-03-02 09:01", "200.00")]));
      for (const [name, day] of [["SH-1", "03"], ["SH-2", "04"]] as const) {
        play.tell(ships(name, `2026-03-${day} 10:00`, ["SO-1", "SO-2"].map((each) => ({ order: each, line: "1", item: "A", quantity: 5 }))));
        play.until(`2026-03-${day} 18:00`);
      }
    },
    end: (world) => {
      const orders = world.commands("capture_payment").map(({ state, payload }) => [payload["order"], state, payload["authorisation"], payload["amount"]]).sort();
      expect([orders, troubles(world)]).toEqual([[...Array<string[]>(2).fill(["SO-1", "confirmed", "AU-1", "50.00"]), ...Array<string[]>(2).fill(["SO-2", "confirmed", "AU-1", "50.00"])], []]);
    },
  });
  const short = (world: World) => world.holds().map(({ rule, slot, evidence }) => [rule, slot, evidence["short"]]);
  const checkout = (amount: string) => ["SO-1", "SO-2"].flatMap((name) => [order(name).line("1", "A", 10, "10").card().placed("2026-03-02 09:00"), authorised(name, "AU-1", "2026-03-02 09:01", amount)]);
  scenario("one that is too small for both: the later shipment waits for what is missing, nothing is asked for above what is left", {
    script: (play) => {
      exempted(play, ...checkout("150.00"));
      for (const [number, day] of [["1", "03"], ["2", "04"]] as const) { play.tell(ships(`SH-${number}`, `2026-03-${day} 10:00`, [{ order: `SO-${number}`, line: "1", item: "A", quantity: 10 }])); play.until(`2026-03-${day} 18:00`); }
    },
    end: (world) => { expect([captured(world), short(world), world.exceptions().map(({ code }) => code).filter((code) => code !== "SLA-01")], describeWorld(world)).toEqual([[["confirmed", "AU-1", "100.00"]], [["PAYMENT_AUTHORISATION", world.commands("capture_payment")[0]?.payload["order"] === "SO-1" ? "SO-2" : "SO-1", "50.00"]], []]); },
    shuffles: 0,
  });
  scenario("too small, and both in one shipment: the second waits", {
    script: (play) => { exempted(play, ...checkout("150.00")); play.tell(ships("SH-1", "2026-03-03 10:00", ["SO-1", "SO-2"].map((each) => ({ order: each, line: "1", item: "A", quantity: 10 })))); play.until("2026-03-03 18:00"); },
    end: (world) => { expect([captured(world), short(world), world.exceptions()], describeWorld(world)).toEqual([[["confirmed", "AU-1", "100.00"]], [["PAYMENT_AUTHORISATION", "SO-2", "50.00"]], []]); },
    shuffles: 0,
  });
  scenario("a later order of it is released only against what the others left", {
    script: (play) => {
      exempted(play, ...checkout("150.00").slice(0, 2), ships("SH-1", "2026-03-02 11:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
      play.tell(authorised("SO-2", "AU-1", "2026-03-03 09:00", "150.00"));
      play.until("2026-03-03 10:00");
      play.tell(order("SO-2").line("1", "A", 9, "10").card().placed("2026-03-03 10:30"));
      play.until("2026-03-03 12:00");
    },
    end: (world) => { expect([world.holds().map(({ rule, message }) => [rule, message]), world.commands("release_to_warehouse").map(({ payload }) => payload["order"])], describeWorld(world)).toEqual([[["PAYMENT_AUTHORISATION", "50.00 authorised, 90.00 needed"]], ["SO-1"]]); },
    shuffles: 0,
  });
  scenario("in another currency it covers nothing, whatever it comes to: the order waits and says why", {
    script: (play) => {
      exempted(play, order("SO-1").line("1", "A", 10, "10").card(), event("payment.authorised", at("2026-03-02 09:01"), { order: "SO-1", authorisation: "AU-1", version: 1, state: "authorised", amount: "5000.00", currency: "EUR", at: at("2026-03-02 09:01") }));
    },
    end: (world) => { expect([world.holds().map(({ rule, message }) => [rule, message]), world.commands("release_to_warehouse"), cash(world)]).toEqual([[["PAYMENT_AUTHORISATION", "Authorisation AU-1 is in EUR and the order in USD"]], [], "none"]); },
  });
});

describe("several authorisations of one order, each captured at most for what is left of it", () => {
  const held = (world: World) => world.holds().map(({ rule, evidence }) => [rule, evidence["short"]]);
  const returns = (quantity: number) => [returnAuthorised("RMA-1", "SO-1", "2026-03-06 10:00", { 1: quantity }), returnReceived("RMA-1", "SO-1", "2026-03-07 10:00", [{ line: "1", item: "A", quantity }])];
  scenario("the older first, the rest on the newer", {
    script: (play) => { ordered(play, ["AU-1", "60.00"], ["AU-2", "60.00"]); play.tell(left(10)); play.until("2026-03-04 12:00"); },
    end: (world) => { expect([captured(world).sort(), cash(world), troubles(world)]).toEqual([[["confirmed", "AU-1", "60.00"], ["confirmed", "AU-2", "40.00"]], "authorised", []]); },
  });
  scenario("a second shipment takes what the first left", {
    script: (play) => {
      ordered(play, ["AU-1", "60.00"], ["AU-2", "60.00"]);
      play.tell(left(4));
      play.until("2026-03-03 18:00");
      play.tell(left(6, "SH-2", "04"));
      play.until("2026-03-05 12:00");
    },
    end: (world) => { expect([captured(world).sort(), troubles(world)]).toEqual([[["confirmed", "AU-1", "20.00"], ["confirmed", "AU-1", "40.00"], ["confirmed", "AU-2", "40.00"]], []]); },
  });
  scenario("two shipments of one moment never take more of one than it has, whichever is first", {
    script: (play) => { ordered(play, ["AU-1", "60.00"], ["AU-2", "60.00"]); play.tell(left(5), left(5, "SH-2")); play.until("2026-03-05 12:00"); },
    end: (world) => {
      const taken = world.commands("capture_payment").filter(({ state }) => state === "confirmed");
      const on = (authorisation: string) => sumOf(taken.filter(({ payload }) => payload["authorisation"] === authorisation), ({ payload }) => dec(String(payload["amount"])));
      expect([on("AU-1").lte(60), on("AU-2").lte(60), on("AU-1").plus(on("AU-2")).toFixed(2), troubles(world)]).toEqual([true, true, "100.00", []]);
    },
  });
  const shorts = (play: Play) => {
    play.given(exempt);
    play.tell(order("SO-1").line("1", "A", 10, "10").card(), until("AU-1", "2026-03-02 09:01", "100.00", "2026-03-02 15:00"));
    play.until("2026-03-02 12:00");
    play.until("2026-03-02 16:00");
    play.tell(authorised("SO-1", "AU-2", "2026-03-02 16:30", "20.00"), left(10));
    play.until("2026-03-03 12:00");
  };
  scenario("one that expired counts no more", {
    script: shorts,
    end: (world) => { expect([captured(world), held(world)]).toEqual([[], [["PAYMENT_AUTHORISATION", "80.00"]]]); },
  });
  scenario("a top-up of the short part lets the capture go", {
    script: (play) => { shorts(play); play.tell(authorised("SO-1", "AU-3", "2026-03-03 13:00", "80.00")); play.until("2026-03-04 12:00"); },
    end: (world) => { expect([captured(world).sort(), troubles(world)]).toEqual([[["confirmed", "AU-2", "20.00"], ["confirmed", "AU-3", "80.00"]], []]); },
  });
  scenario("one that the provider refuses is passed over once another covers it, and given back", {
    script: (play) => {
      ordered(play, ["AU-1", "100.00"]);
      play.fault({ kind: "capture_payment", does: "refuse", refusal: { code: "PAY-03", message: "the card was closed" } });
      play.tell(left(10));
      play.until("2026-03-04 12:00");
      play.tell(authorised("SO-1", "AU-2", "2026-03-04 13:00", "100.00"));
      play.until("2026-03-05 12:00");
    },
    end: (world) => { expect([captured(world).sort(), voided(world), troubles(world)]).toEqual([[["confirmed", "AU-2", "100.00"], ["withdrawn", "AU-1", "100.00"]], [["confirmed", "AU-1"]], []]); },
  });
  scenario("what comes back goes back by each capture, never above it", {
    script: (play) => {
      ordered(play, ["AU-1", "60.00"], ["AU-2", "60.00"]);
      play.tell(left(10));
      play.until("2026-03-04 12:00");
      play.tell(pays("R-1", "2026-03-04 13:00", "60.00", { "INV-1": "60.00" }, { means: "card", order: "SO-1", authorisation: "AU-1" }), pays("R-2", "2026-03-04 13:00", "40.00", { "INV-1": "40.00" }, { means: "card", order: "SO-1", authorisation: "AU-2" }));
      play.until("2026-03-05 12:00");
      play.tell(...returns(8));
      play.until("2026-03-09 12:00");
    },
    end: (world) => {
      const capture = (authorisation: string) => world.commands("capture_payment").find(({ payload }) => payload["authorisation"] === authorisation)?.result?.["capture"];
      expect([world.commands("refund_payment").map(({ state, payload }) => [state, payload["amount"], payload["capture"]]), troubles(world)]).toEqual([[["confirmed", "60.00", capture("AU-1")], ["confirmed", "20.00", capture("AU-2")]], []]);
    },
  });
});

describe("what is taken once is not taken again", () => {
  const paid = (version: number, reversed: boolean, receipt: string, amount: string, means: "bank" | "card", short: string) => pays(receipt, short, amount, { "INV-1": amount }, { means, order: "SO-1", version, reversed });
  scenario("of card money that the provider took back", {
    script: (play) => {
      ordered(play, ["AU-1", "100.00"], ["AU-2", "100.00"]);
      play.tell(left(10));
      play.until("2026-03-04 12:00");
      play.tell(paid(1, false, "R-1", "100.00", "card", "2026-03-04 13:00"));
      play.until("2026-03-05 12:00");
      play.tell(paid(2, true, "R-1", "100.00", "card", "2026-03-05 13:00"));
      play.until("2026-03-06 12:00");
    },
    end: (world) => { expect(captured(world)).toEqual([["confirmed", "AU-1", "100.00"]]); },
  });
  scenario("but what the bank had paid and took back is still to be captured", {
    script: (play) => {
      play.given(exempt);
      play.tell(order("SO-1").line("1", "A", 10, "10").card(), until("AU-1", "2026-03-02 09:01", "100.00", "2026-03-02 15:00"));
      play.until("2026-03-02 12:00");
      play.until("2026-03-02 16:00");
      play.tell(left(10));
      play.until("2026-03-03 12:00");
      play.tell(paid(1, false, "B-1", "40.00", "bank", "2026-03-03 13:00"));
      play.until("2026-03-03 15:00");
      play.tell(authorised("SO-1", "AU-2", "2026-03-03 16:00", "100.00"));
      play.until("2026-03-04 12:00");
      play.tell(paid(2, true, "B-1", "40.00", "bank", "2026-03-04 13:00"));
      play.until("2026-03-05 12:00");
    },
    end: (world) => { expect(captured(world).sort()).toEqual([["confirmed", "AU-2", "40.00"], ["confirmed", "AU-2", "60.00"]]); },
    shuffles: 0,
  });
});
