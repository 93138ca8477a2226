import { describe, expect } from "vitest";
import { at, authorised, customer, event, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { open, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { dec, sumOf } from "../decimal";
import { booked, scenario } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const so = (price: number) => order("SO-1").line("1", "A", 10, String(price)).card();
const counted = (quantity: number, version = 1) => ships("SH-1", `2026-03-0${version + 1} 10:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: at("2026-03-02 10:00") });
const came = (id: string, quantity: number, hour = "10") => [returnAuthorised(id, "SO-1", `2026-03-05 ${hour}:00`, { 1: quantity }), returnReceived(id, "SO-1", `2026-03-05 ${hour}:30`, [{ line: "1", item: "A", quantity }])] as const;
/** INV-1 of 10 × the price, captured whole and received by card. */
const paidByCard = (play: Play, price: number) => {
  const captured = price * 10;
  play.given(exempt);
  play.tell(so(price), authorised("SO-1", "AUTH-7", "2026-03-02 09:05", captured.toFixed(2)));
  play.until("2026-03-02 09:30");
  play.tell(counted(10));
  play.until("2026-03-02 18:00");
  play.tell(pays("R-1", "2026-03-02 19:00", captured.toFixed(2), { "INV-1": captured.toFixed(2) }, { means: "card", order: "SO-1", authorisation: "AUTH-7" }));
  play.until("2026-03-03 09:00");
};
const unit = "US01:billing_unit:SH-1/C-1/USD/net30/p1";
const refunds = (world: World) => world.commands("refund_payment").map((row) => [row.naturalKey.split("|").slice(1).join("|"), row.state, row.payload["amount"], row.payload["capture"], row.payload["receipt"]]);
const given = (world: World) => sumOf(world.commands("refund_payment").filter(({ state }) => state === "confirmed"), (row) => dec(String(row.payload["amount"]))).toFixed(2);
const m6 = (world: World, subject = unit) => ["credit_total", "credit_applied_out", "credit_refunded"].map((term) => booked(world, subject, term).amount);
const openOf = (world: World, ...documents: string[]) => documents.map((document) => open(world, document));

describe("a card that was captured for what did not leave, or at another price, is given back like a return's credit", () => {
  scenario("fewer goods than were billed and captured", {
    script: (play) => { paidByCard(play, 10); play.tell(counted(8, 2)); play.decide({ rule: "CREDIT_APPROVAL" }); },
    end: (world) => {
      expect(refunds(world)).toEqual([[`${unit}|correction/SO-1/1|1`, "confirmed", "20.00", "CAP-1", "R-1"]]);
      expect(world.commands("post_refund").map(({ state, payload }) => [state, payload["source"], payload["number"], payload["amount"]])).toEqual([["confirmed", "credit", "CM-1", "20.00"]]);
      expect([m6(world), openOf(world, "INV-1", "CM-1"), troubles(world)]).toEqual([["20.00", "0.00", "20.00"], ["0.00", "0.00"], []]);
    },
  });
  scenario("a price lowered after the capture", {
    script: (play) => { paidByCard(play, 10); play.tell(so(10).change("2026-03-03 10:00", (data) => { data.lines[0]!.price = "9"; })); play.decide({ rule: "CREDIT_APPROVAL" }); },
    end: (world) => { expect([refunds(world).map(([, state, amount]) => [state, amount]), m6(world), openOf(world, "INV-1", "CM-1"), troubles(world)]).toEqual([[["confirmed", "10.00"]], ["10.00", "0.00", "10.00"], ["0.00", "0.00"], []]); },
  });
  scenario("more than a refund may be by itself waits for approval, and the credit is open until then", {
    script: (play) => { paidByCard(play, 400); play.tell(counted(8, 2)); play.decide({ rule: "CREDIT_APPROVAL" }); },
    end: (world) => { expect([refunds(world), m6(world), openOf(world, "CM-1"), troubles(world)]).toEqual([[], ["800.00", "0.00", "0.00"], ["800.00"], ["REFUND_APPROVAL"]]); },
  });
  scenario("once approved it goes back", {
    script: (play) => { paidByCard(play, 400); play.tell(counted(8, 2)); play.decide({ rule: "CREDIT_APPROVAL" }); play.decide({ rule: "REFUND_APPROVAL", author: "bob" }); },
    end: (world) => { expect([m6(world), openOf(world, "CM-1"), troubles(world)]).toEqual([["800.00", "0.00", "800.00"], ["0.00"], []]); },
  });
});

describe("never more goes back to the card than came by it", () => {
  const creditedWhole = (play: Play) => {
    play.tell(counted(7, 2));
    play.decide({ rule: "CREDIT_APPROVAL" });
    play.until("2026-03-04 09:00");
    play.tell(...came("RMA-1", 3), ...came("RMA-2", 4, "14"));
    play.until("2026-03-06 09:00");
    for (const author of ["fay", "gus"]) play.allow({ rule: "REFUND_APPROVAL", author });
  };
  const stillOpen = (world: World) => sumOf(openOf(world, "CM-1", "CM-2", "CM-3"), (amount) => dec(amount)).toFixed(2);
  scenario("a correction and two returns that take the whole of it back", {
    script: (play) => { paidByCard(play, 10); creditedWhole(play); },
    end: (world) => { expect([given(world), stillOpen(world), troubles(world)]).toEqual(["100.00", "0.00", []]); },
  });
  scenario("the same where the bank paid 40.00 of it: that much stays open credit", {
    script: (play) => {
      play.given(exempt);
      play.tell(so(10), event("payment.authorised", at("2026-03-02 09:05"), { order: "SO-1", authorisation: "AUTH-7", version: 1, state: "authorised", amount: "100.00", currency: "USD", at: at("2026-03-02 09:05"), expires: at("2026-03-02 11:30") }));
      play.until("2026-03-02 11:00");
      play.until("2026-03-02 11:40");
      play.tell(counted(10));
      play.until("2026-03-02 13:00");
      play.tell(pays("B-1", "2026-03-02 13:30", "40.00", { "INV-1": "40.00" }));
      play.until("2026-03-02 15:00");
      play.tell(authorised("SO-1", "AUTH-8", "2026-03-02 16:00", "60.00"));
      play.until("2026-03-02 18:00");
      play.tell(pays("R-1", "2026-03-02 19:00", "60.00", { "INV-1": "60.00" }, { means: "card", order: "SO-1", authorisation: "AUTH-8" }));
      play.until("2026-03-03 09:00");
      creditedWhole(play);
    },
    end: (world) => { expect([given(world), stillOpen(world), troubles(world)]).toEqual(["60.00", "40.00", []]); },
  });
});

scenario("a return that comes in two parts gives back both", {
  script: (play) => {
    paidByCard(play, 10);
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-04 10:00", { 1: 5 }), returnReceived("RMA-1", "SO-1", "2026-03-05 10:00", [{ line: "1", item: "A", quantity: 2 }]));
    play.until("2026-03-05 12:00");
    play.tell(returnReceived("RMA-1", "SO-1", "2026-03-06 10:00", [{ line: "1", item: "A", quantity: 5 }], 2));
    play.decide({ rule: "REFUND_APPROVAL", author: "fay" });
  },
  end: (world) => { expect([given(world), m6(world, "US01:return:RMA-1"), openOf(world, "CM-1", "CM-2"), troubles(world)]).toEqual(["50.00", ["50.00", "0.00", "50.00"], ["0.00", "0.00"], []]); },
});

describe("only the first refund of a receipt goes by itself (code 21), whoever asks for the next", () => {
  const refundHolds = (world: World) => world.holds().map(({ rule, message }) => [rule, message]);
  scenario("two returns of one capture, each below the limit", {
    script: (play) => {
      paidByCard(play, 100);
      play.tell(...came("RMA-1", 4));
      play.until("2026-03-05 12:00");
      play.tell(...came("RMA-2", 4, "14"));
    },
    end: (world) => {
      expect([given(world), refundHolds(world)]).toEqual(["400.00", [["REFUND_APPROVAL", "Refund of 400.00 USD for return RMA-2 is not the first of CAP-1: 400.00 went back of it before."]]]);
    },
    shuffles: 0,
  });
  scenario("once finance says yes the second goes, too", {
    script: (play) => { paidByCard(play, 100); play.tell(...came("RMA-1", 4), ...came("RMA-2", 4, "14")); play.until("2026-03-06 09:00"); play.decide({ rule: "REFUND_APPROVAL", author: "fay" }); },
    end: (world) => { expect([given(world), openOf(world, "CM-1", "CM-2"), troubles(world)]).toEqual(["800.00", ["0.00", "0.00"], []]); },
  });
  scenario("card money that the shop took for two orders at once", {
    script: (play) => {
      play.given(exempt);
      play.tell(so(10), order("SO-2").line("1", "A", 10, "10.00").card().placed("2026-03-02 09:02")); play.until("2026-03-02 09:30");
      play.tell(counted(10), ships("SH-2", "2026-03-02 12:00", [{ order: "SO-2", line: "1", item: "A", quantity: 10 }])); play.until("2026-03-02 18:00");
      play.tell({ ...pays("CH-1", "2026-03-02 19:00", "200.00", { "INV-1": "100.00", "INV-2": "100.00" }, { means: "card" }), source: "pay" }); play.until("2026-03-03 09:00");
      play.tell(...came("RMA-1", 4)); play.until("2026-03-05 12:00");
      play.tell(returnAuthorised("RMA-2", "SO-2", "2026-03-05 14:00", { 1: 3 }), returnReceived("RMA-2", "SO-2", "2026-03-05 14:30", [{ line: "1", item: "A", quantity: 3 }]));
    },
    end: (world) => {
      expect([given(world), refundHolds(world)]).toEqual(["40.00", [["REFUND_APPROVAL", "Refund of 30.00 USD for return RMA-2 is not the first of CH-1: 40.00 went back of it before."]]]);
    },
    shuffles: 0,
  });
  scenario("a return after the provider gave some back by itself", {
    script: (play) => {
      paidByCard(play, 10);
      play.tell(event("refund.settled", at("2026-03-03 10:00"), { refund: "RF-X9", receipt: "R-1", version: 1, state: "settled", amount: "20.00", currency: "USD", at: at("2026-03-03 10:00") }, "pay"));
      play.until("2026-03-03 12:00"); play.decide({ rule: "REFUND_APPROVAL", author: "fay" }); play.until("2026-03-04 09:00");
      play.tell(...came("RMA-1", 4));
    },
    end: (world) => { expect([given(world), refundHolds(world).map(([, message]) => message)]).toEqual(["0.00", ["Refund of 20.00 USD for return RMA-1 is not the first of CAP-1: 20.00 went back of it before."]]); },
    shuffles: 0,
  });
});
