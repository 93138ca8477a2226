import { expect } from "vitest";
import { driftsOf, ledgerDrifts } from "../../testing/world/books";
import { order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { netPosted, totals, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { scenario } from "./harness";

const so = order("SO-1").line("1", "A", 10, "12.50");
const left = (quantity: number, version = 1) => ships("SH-1", `2026-03-0${version + 1} 14:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: "2026-03-02T14:00:00.000Z" });
const moved = so.change("2026-03-03 10:00", (data) => { data.parties.billTo = "C-2"; data.parties.payer = "C-2"; });
const back = (quantity: number) => [returnAuthorised("RT-1", "SO-1", "2026-03-05 10:00", { 1: quantity }), returnReceived("RT-1", "SO-1", "2026-03-06 10:00", [{ line: "1", item: "A", quantity }])];
const parties = (world: World) => world.erp.documents.map(({ number, billTo }) => [number, billTo]);
const told = (world: World) => world.exceptions().filter(({ code }) => code === "ORD-04").map(({ amount, message }) => [amount, message]);
const message = "The bill-to and the payer changed after invoice INV-1 (unit SH-1/C-1/USD/net30/p1): credit and rebill, it stands on C-1";

scenario("S08 bill-to changed after the invoice: one exception, and a return is credited to the party that was billed", {
  script: (play) => {
    play.tell(so, left(10));
    play.until("2026-03-03 09:00");
    play.tell(moved);
    play.until("2026-03-04 10:00");
    play.check((world) => { expect(told(world)).toEqual([["135.00", message]]); });
    play.tell(...back(7));
    play.until("2026-03-08 10:00");
  },
  end: (world) => {
    expect(parties(world)).toEqual([["INV-1", "C-1"], ["CM-1", "C-1"]]);
    expect(told(world)).toEqual([["40.50", message]]);
    expect(world.erp.open("INV-1").toFixed(2)).toBe("40.50");
    expect([driftsOf(world), ledgerDrifts(world)]).toEqual([[], []]);
  },
});

scenario("S08 bill-to changed after the invoice: all of it credited ends the exception", {
  script: (play) => { play.tell(so, left(10)); play.until("2026-03-03 09:00"); play.tell(moved, ...back(10)); play.until("2026-03-08 10:00"); },
  end: (world) => { expect([parties(world), troubles(world)]).toEqual([[["INV-1", "C-1"], ["CM-1", "C-1"]], []]); },
});

scenario("S08 bill-to changed after the invoice and taken back: nothing is left to tell", {
  script: (play) => { play.tell(so, left(10)); play.until("2026-03-03 09:00"); play.tell(moved, moved.change("2026-03-03 11:00", (data) => { data.parties.billTo = "C-1"; data.parties.payer = "C-1"; })); play.until("2026-03-04 10:00"); },
  end: (world) => { expect([totals(world), troubles(world)]).toEqual([["135.00"], []]); },
});

scenario("S08 bill-to changed after the invoice: correction, receivable and receipt stay with the party that was billed", {
  script: (play) => {
    play.tell(so, left(10));
    play.until("2026-03-03 09:00");
    play.tell(moved);
    play.until("2026-03-03 12:00");
    play.tell(left(8, 2));
    play.decide({ rule: "CREDIT_APPROVAL" });
    play.tell(pays("R-1", "2026-03-05 10:00", "108.00", { "INV-1": "108.00" }));
    play.until("2026-03-08 10:00");
  },
  end: (world) => {
    expect(parties(world)).toEqual([["INV-1", "C-1"], ["CM-1", "C-1"]]);
    expect(world.erp.open("INV-1").toFixed(2)).toBe("0.00");
    expect(told(world)).toEqual([["108.00", message]]);
    expect([driftsOf(world), ledgerDrifts(world)]).toEqual([[], []]);
  },
});

scenario("S08 bill-to changed between two invoices: a return of both is credited to each party for what it was billed", {
  script: (play) => {
    play.tell(so, left(4));
    play.until("2026-03-03 09:00");
    play.tell(moved);
    play.until("2026-03-03 12:00");
    play.tell(ships("SH-2", "2026-03-03 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 6 }]));
    play.decide({ rule: "CHANGED_AFTER_RELEASE" });
    play.until("2026-03-04 10:00");
    play.check((world) => { expect(told(world).map(([amount]) => amount)).toEqual(["54.00"]); });
    play.tell(...back(10));
    play.until("2026-03-08 10:00");
  },
  end: (world) => { expect([world.erp.documents.map(({ kind, billTo, total }) => [kind, billTo, total].join(" ")).sort(), troubles(world)]).toEqual([["credit C-1 54.00", "credit C-2 81.00", "invoice C-1 54.00", "invoice C-2 81.00"], []]); },
});

scenario("S08 currency changed after the invoice: told once, and no credit is read from amounts of another currency", {
  script: (play) => { play.tell(so, left(10)); play.until("2026-03-03 09:00"); play.tell(so.change("2026-03-03 10:00", (data) => { data.currency = "EUR"; data.lines[0]!.price = "10.00"; })); play.until("2026-03-04 10:00"); },
  end: (world) => {
    expect([world.exceptions().map(({ code, currency }) => [code, currency]), world.holds()]).toEqual([[["ORD-04", "USD"]], []]);
    expect(netPosted(world).lines).toEqual({ "SO-1/1": { quantity: "10", net: "125.00" } });
  },
});
