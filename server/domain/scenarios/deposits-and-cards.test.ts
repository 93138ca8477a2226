import { describe, expect } from "vitest";
import { authorised, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { open, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { dec, sumOf } from "../decimal";
import { scenario } from "./harness";

const left = (shipment: string, short: string, quantity: number) => ships(shipment, short, [{ order: "SO-1", line: "1", item: "A", quantity }]);
const deposit = (receipt: string, short: string, amount: string, more: Parameters<typeof pays>[4] = {}) => pays(receipt, short, amount, {}, { order: "SO-1", ...more });
const captured = (world: World) => world.commands("capture_payment").filter(({ state }) => state === "confirmed").map(({ payload }) => [payload["invoice"], payload["amount"]]).sort();
const total = (world: World) => sumOf(world.commands("capture_payment").filter(({ state }) => state === "confirmed"), ({ payload }) => dec(String(payload["amount"]))).toFixed(2);
const applied = (world: World) => world.commands("apply_receipt").map(({ state, payload }) => [state, payload["receipt"], payload["amount"]]).sort();
const ordered = (play: Play) => {
  play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "60.00"), authorised("SO-1", "AU-2", "2026-03-02 09:06", "60.00"));
  play.until("2026-03-02 09:30");
};

describe("a card is charged what no known receipt will settle", () => {
  scenario("what was paid in advance is not captured once more", {
    script: (play) => { ordered(play); play.tell(deposit("R-1", "2026-03-02 10:00", "50.00")); play.until("2026-03-02 12:00"); play.tell(left("SH-1", "2026-03-02 14:00", 10)); play.until("2026-03-02 18:00"); },
    end: (world) => { expect([captured(world), applied(world).length, troubles(world)]).toEqual([[["INV-1", "58.00"]], 1, []]); },
    shuffles: 0,
  });
  scenario("one that covers the first invoice and some of the second", {
    script: (play) => {
      ordered(play);
      play.tell(deposit("R-1", "2026-03-02 10:00", "80.00"));
      play.until("2026-03-02 12:00");
      for (const [shipment, short] of [["SH-1", "2026-03-02 14:00"], ["SH-2", "2026-03-03 14:00"]] as const) { play.tell(left(shipment, short, 5)); play.until(short.replace("14:00", "18:00")); }
    },
    end: (world) => { expect([captured(world), applied(world).map(([, , amount]) => amount), troubles(world)]).toEqual([[["INV-2", "28.00"]], ["26.00", "54.00"], []]); },
    shuffles: 0,
  });
  scenario("both shipments in one moment", {
    script: (play) => { ordered(play); play.tell(deposit("R-1", "2026-03-02 10:00", "80.00")); play.until("2026-03-02 12:00"); play.tell(left("SH-1", "2026-03-02 14:00", 5), left("SH-2", "2026-03-02 14:00", 5)); play.until("2026-03-03 18:00"); },
    end: (world) => { expect([total(world), troubles(world)]).toEqual(["28.00", []]); },
  });
  scenario("no authorisation is given back before the receipt has settled its part", {
    script: (play) => {
      ordered(play);
      play.tell(deposit("R-1", "2026-03-02 10:00", "50.00"));
      play.until("2026-03-02 12:00");
      play.fault({ kind: "apply_receipt", does: "refuse", refusal: { code: "INV-04", message: "the ledger is busy" } });
      play.tell(left("SH-1", "2026-03-02 14:00", 10));
      play.until("2026-03-03 12:00");
    },
    end: (world) => { expect([total(world), world.commands("void_authorisation")]).toEqual(["58.00", []]); },
    shuffles: 0,
  });
  scenario("what the bank took back is captured after all", {
    script: (play) => {
      play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "120.00"), deposit("R-1", "2026-03-02 10:00", "50.00"));
      play.until("2026-03-02 12:00");
      play.tell(left("SH-1", "2026-03-02 14:00", 10));
      play.until("2026-03-03 12:00");
      play.tell(deposit("R-1", "2026-03-04 10:00", "50.00", { version: 2, reversed: true, receivedOn: "2026-03-02" }));
      play.until("2026-03-05 12:00");
    },
    end: (world) => { expect([total(world), world.commands("capture_payment").length]).toEqual(["108.00", 2]); },
    shuffles: 0,
  });
});

describe("card money that the shop took by itself", () => {
  const charged = (play: Play, on: { authorisation?: string }) => {
    play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00")); play.until("2026-03-02 09:30");
    play.tell({ ...pays("CH-1", "2026-03-02 10:00", "108.00", {}, { means: "card", order: "SO-1", ...on }), source: "pay" }); play.until("2026-03-02 11:00");
    play.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }])); play.until("2026-03-03 18:00");
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-04 10:00", { 1: 4 }), returnReceived("RMA-1", "SO-1", "2026-03-04 11:00", [{ line: "1", item: "A", quantity: 4 }])); play.until("2026-03-06 10:00");
  };
  const done = (world: World) => [world.commands("capture_payment"), world.commands("void_authorisation").map(({ payload }) => payload["authorisation"]), world.commands("refund_payment").map(({ state, payload }) => [state, payload["receipt"], payload["capture"], payload["amount"]]), open(world, "INV-1"), open(world, "CM-1"), troubles(world)];
  const back = [["confirmed", "CH-1", "CH-1", "43.20"]];
  scenario("under the authorisation that it told of: that one stays, and what is credited goes back to the card that paid", {
    script: (play) => { charged(play, { authorisation: "AU-1" }); },
    end: (world) => { expect(done(world)).toEqual([[], [], back, "0.00", "0.00", []]); },
  });
  scenario("without one: what is authorised besides is given back", {
    script: (play) => { charged(play, {}); },
    end: (world) => { expect(done(world)).toEqual([[], ["AU-1"], back, "0.00", "0.00", []]); },
    shuffles: 0,
  });
  scenario("and charged back: nothing more goes to that card, the credit is set against the invoice", {
    script: (play) => {
      charged(play, { authorisation: "AU-1" });
      play.tell({ ...pays("CH-1", "2026-03-07 10:00", "108.00", {}, { means: "card", order: "SO-1", authorisation: "AU-1", version: 2, reversed: true, receivedOn: "2026-03-02" }), source: "pay" }); play.until("2026-03-09 10:00");
      play.tell(returnAuthorised("RMA-2", "SO-1", "2026-03-09 12:00", { 1: 6 }), returnReceived("RMA-2", "SO-1", "2026-03-09 13:00", [{ line: "1", item: "A", quantity: 6 }])); play.until("2026-03-11 10:00");
    },
    end: (world) => { expect([world.commands("refund_payment").length, world.commands("capture_payment").filter(({ state }) => state !== "wanted"), open(world, "INV-1"), open(world, "CM-2")]).toEqual([1, [], "43.20", "0.00"]); },
    shuffles: 0,
  });
});

describe("a card of which the shop took a part by itself is charged the rest, and a credit goes back by both", () => {
  const partly = (play: Play, amount: string, receipt: string, on: { authorisation?: string } = {}) => {
    play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00")); play.until("2026-03-02 09:30");
    play.tell({ ...pays("CH-1", "2026-03-02 10:00", amount, {}, { means: "card", order: "SO-1", ...on }), source: "pay" }); play.until("2026-03-02 11:00");
    play.tell(left("SH-1", "2026-03-02 14:00", 10)); play.until("2026-03-02 18:00");
    play.tell({ ...pays(receipt, "2026-03-02 20:00", dec("108.00").minus(amount).toFixed(2), {}, { means: "card", order: "SO-1", authorisation: "AU-1" }), source: "pay" }); play.until("2026-03-03 18:00");
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-04 10:00", { 1: 10 }), returnReceived("RMA-1", "SO-1", "2026-03-04 11:00", [{ line: "1", item: "A", quantity: 10 }])); play.until("2026-03-06 10:00");
  };
  const went = (world: World) => [captured(world), world.commands("refund_payment").map(({ state, payload }) => [state, payload["receipt"], payload["capture"], payload["amount"]]), open(world, "INV-1"), open(world, "CM-1"), troubles(world)];
  scenario("on an authorisation of its own", {
    script: (play) => { partly(play, "50.00", "CAP-1", { authorisation: "AU-0" }); },
    end: (world) => { expect(went(world)).toEqual([[["INV-1", "58.00"]], [["confirmed", "CAP-1", "CAP-1", "58.00"], ["confirmed", "CH-1", "CH-1", "50.00"]], "0.00", "0.00", []]); },
  });
  scenario("on none, and as much as is captured, under a number of the provider's own", {
    script: (play) => { partly(play, "54.00", "P-1"); },
    end: (world) => { expect(went(world)).toEqual([[["INV-1", "54.00"]], [["confirmed", "P-1", "CAP-1", "54.00"], ["confirmed", "CH-1", "CH-1", "54.00"]], "0.00", "0.00", []]); },
  });
});

describe("what becomes of money that the shop took takes nothing more off the card by itself", () => {
  const charge = (short: string, amount: string, more: { version?: number; reversed?: boolean } = {}) => ({ ...pays("CH-1", short, amount, {}, { means: "card", order: "SO-1", authorisation: "AU-0", receivedOn: "2026-03-02", ...more }), source: "pay" });
  const settledInPart = (play: Play) => {
    play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "216.00")); play.until("2026-03-02 09:30");
    play.tell(charge("2026-03-02 10:00", "50.00")); play.until("2026-03-02 11:00"); play.tell(left("SH-1", "2026-03-02 14:00", 10)); play.until("2026-03-02 18:00");
  };
  scenario("corrected: while the ledger takes it back and has it anew, the invoice is not open for a card", {
    script: (play) => { settledInPart(play); play.tell(charge("2026-03-03 10:00", "30.00", { version: 2 })); play.until("2026-03-03 12:00"); play.allow({ rule: "ADJUSTMENT_APPROVAL", author: "fay" }); play.until("2026-03-04 10:00"); },
    end: (world) => { expect([world.commands("capture_payment").map(({ payload }) => payload["amount"]), applied(world).filter(([, receipt]) => receipt === "CH-1").map(([, , amount]) => amount), open(world, "INV-1")]).toEqual([["58.00"], ["30.00", "50.00"], "78.00"]); },
  });
  scenario("charged back, where the authorisation has room for it", {
    script: (play) => { settledInPart(play); play.tell(charge("2026-03-03 10:00", "50.00", { version: 2, reversed: true })); play.until("2026-03-04 10:00"); },
    end: (world) => { expect([world.commands("capture_payment").map(({ payload }) => payload["amount"]), open(world, "INV-1"), troubles(world)]).toEqual([["58.00"], "108.00", []]); },
    shuffles: 0,
  });
});

describe("a deposit for one order of a joint invoice lightens that order's own card", () => {
  const joint = (play: Play, amount: string) => {
    play.tell(order("SO-1").line("1", "A", 10, "10.00").card(), order("SO-2").line("1", "A", 7, "10.00").card().placed("2026-03-02 09:02"), authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00"), authorised("SO-2", "AU-2", "2026-03-02 09:06", "75.60")); play.until("2026-03-02 09:30");
    play.tell(pays("R-1", "2026-03-02 10:00", amount, {}, { order: "SO-1" })); play.until("2026-03-02 11:00");
    play.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-2", line: "1", item: "A", quantity: 7 }])); play.until("2026-03-03 18:00");
  };
  const taken = (world: World) => world.commands("capture_payment").filter(({ state }) => state === "confirmed").map(({ payload }) => [payload["order"], payload["authorisation"], payload["amount"]]).sort();
  scenario("a part of it", {
    script: (play) => { joint(play, "50.00"); },
    end: (world) => { expect(taken(world)).toEqual([["SO-1", "AU-1", "58.00"], ["SO-2", "AU-2", "75.60"]]); },
  });
  scenario("all of it, and what is beyond the other's", {
    script: (play) => { joint(play, "150.00"); },
    end: (world) => { expect(taken(world)).toEqual([["SO-2", "AU-2", "33.60"]]); },
    shuffles: 0,
  });
});
