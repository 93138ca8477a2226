import { describe, expect, test } from "vitest";
import { changesOf } from "../../commands";
import { dec, sumOf } from "../../decimal";
import type { ReceiptApplication, ReceiptInHand } from "../../publications";
import { asked } from "../../standing";
import { codes, type Rehearsal } from "../billing-unit/rehearsal";
import { books, counted, item, open, pays, receipt } from "./rehearsed";

describe("a receipt that its source corrects", () => {
  const all = ["post_receipt", "apply_receipt", "reverse_application", "reverse_receipt"] as const;
  const done = (rehearsal: Rehearsal) => rehearsal.commands.filter(({ kind, state }) => state === "confirmed" && all.some((name) => name === kind)).map((row) => `${row.kind} ${row.slot === "" ? (asked(row, "payer") ?? "") : row.slot} ${asked(row, "amount") ?? ""}`);
  const account = (rehearsal: Rehearsal, key: string) => rehearsal.look().publications.filter(({ topic, to }) => topic === "receipt.in_hand" && to?.kind === "credit_account" && to.key === key).map(({ data }) => data as ReceiptInHand);
  const applied = () => {
    const rehearsal = open(pays(receipt(), "270.00", { "INV-1": "135.00", "INV-2": "135.00" }), item("INV-1", "135.00"), item("INV-2", "135.00"));
    rehearsal.run();
    for (const row of [item("INV-1", "135.00"), item("INV-2", "135.00")]) counted(rehearsal, row, "135.00");
    return rehearsal;
  };

  test("for another invoice: the application is reversed and made anew there, and the ledger never has more applied than came", () => {
    const rehearsal = open(pays(receipt(), "135.00", { "INV-1": "135.00" }), item("INV-1", "135.00"), item("INV-2", "135.00"));
    rehearsal.run();
    counted(rehearsal, item("INV-1", "135.00"), "135.00");
    pays(rehearsal, "135.00", { "INV-2": "135.00" }, { version: 2 });
    rehearsal.plan();
    expect(rehearsal.row("apply_receipt", "INV-2"), "not while the ledger has it on the other").toBeUndefined();
    expect(books(rehearsal)).toEqual({ received: "135.00", applied: "135.00" });
    const plan = rehearsal.run();
    expect([codes(plan.exceptions), codes(plan.holds), done(rehearsal), books(rehearsal)]).toEqual([[], [], ["post_receipt C-1 135.00", "apply_receipt INV-1 135.00", "reverse_application INV-1 135.00", "apply_receipt INV-2 135.00"], { received: "135.00", applied: "135.00" }]);
    expect(plan.publications.filter(({ topic }) => topic === "receipt.application").map(({ to, data }) => [to?.key, (data as ReceiptApplication).applied]), "the one that it left is told").toEqual([["U-INV-2", "135.00"], ["U-INV-1", "0.00"]]);
    expect(changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set(plan.reopened))).toEqual([]);
  });

  test("split otherwise: only the difference moves, and what is still named stays where it is", () => {
    const rehearsal = applied();
    open(rehearsal, item("INV-3", "500.00"));
    pays(rehearsal, "270.00", { "INV-3": "70.00", "INV-1": "135.00", "INV-2": "65.00" }, { version: 2 });
    rehearsal.plan();
    expect(books(rehearsal)).toEqual({ received: "270.00", applied: "270.00" });
    rehearsal.run();
    expect([done(rehearsal).slice(3), books(rehearsal)]).toEqual([["reverse_application INV-2 70.00", "apply_receipt INV-3 70.00"], { received: "270.00", applied: "270.00" }]);
  });

  test("a later word that says nothing of what it is for takes nothing back", () => {
    const rehearsal = applied();
    pays(rehearsal, "270.00", {}, { version: 2 });
    expect([codes(rehearsal.run().exceptions), books(rehearsal)]).toEqual([[], { received: "270.00", applied: "270.00" }]);
  });

  test.each<[string, string, Record<string, string>, object, string, string[], Record<string, string>]>([
    ["less came", "200.00", { "INV-1": "135.00", "INV-2": "65.00" }, {}, "70.00", ["post_receipt C-1 200.00", "apply_receipt INV-1 135.00", "apply_receipt INV-2 65.00"], { received: "200.00", applied: "200.00" }],
    ["more came", "300.00", { "INV-1": "135.00", "INV-2": "135.00" }, {}, "30.00", ["post_receipt C-1 300.00", "apply_receipt INV-1 135.00", "apply_receipt INV-2 135.00"], { received: "300.00", applied: "270.00", unapplied: "30.00" }],
    ["somebody else paid", "270.00", { "INV-1": "135.00", "INV-2": "135.00" }, { payer: "C-2" }, "270.00", ["post_receipt C-2 270.00", "apply_receipt INV-1 135.00", "apply_receipt INV-2 135.00"], { received: "270.00", applied: "270.00" }],
  ])("%s: held, the books are the ledger's until somebody says yes; then it is taken back and posted anew", (_, amount, remittance, more, moved, anew, end) => {
    const rehearsal = applied();
    pays(rehearsal, amount, remittance, { version: 2, ...more });
    const held = rehearsal.run();
    expect([codes(held.exceptions), held.holds.map(({ rule, amount: money }) => [rule, money]), books(rehearsal), done(rehearsal).length]).toEqual([[], [["ADJUSTMENT_APPROVAL", moved]], { received: "270.00", applied: "270.00" }, 3]);
    rehearsal.decide("ADJUSTMENT_APPROVAL", "approve");
    const parts = () => { const { received, ...rest } = books(rehearsal); expect(sumOf(Object.values(rest), (part) => dec(part)).toFixed(2)).toBe(received); };
    for (let step = 0; step < 12; step++) { rehearsal.plan(); parts(); const next = rehearsal.commands.find(({ state }) => state === "wanted"); if (next) { rehearsal.send(next); rehearsal.plan(); parts(); rehearsal.confirm(next); if (next.kind === "reverse_application") open(rehearsal, item(next.slot, "135.00")); } }
    const plan = rehearsal.run();
    expect([done(rehearsal).slice(3), books(rehearsal), codes(plan.holds)]).toEqual([["reverse_application INV-1 135.00", "reverse_application INV-2 135.00", "reverse_receipt  270.00", ...anew], end, []]);
    expect(changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set(plan.reopened))).toEqual([]);
  });

  test("credit counts only what the corrected receipt leaves, while the ledger has more and after", () => {
    const rehearsal = applied();
    pays(rehearsal, "200.00", { "INV-1": "135.00", "INV-2": "65.00" }, { version: 2 });
    rehearsal.run();
    expect(account(rehearsal, "C-1")).toMatchObject([{ received: "270.00", posted: true, left: [{ amount: "70.00", at: null }] }]);
    pays(rehearsal, "200.00", { "INV-1": "135.00", "INV-2": "65.00" }, { version: 3, payer: "C-2" });
    rehearsal.run();
    expect([account(rehearsal, "C-1"), account(rehearsal, "C-2")]).toMatchObject([[{ received: "270.00", left: [{ amount: "270.00", at: null }] }], [{ amount: "200.00", posted: false }]]);
    rehearsal.decide("ADJUSTMENT_APPROVAL", "approve");
    rehearsal.now = "2026-02-11T09:00:00.000Z";
    rehearsal.run();
    expect([account(rehearsal, "C-1"), account(rehearsal, "C-2")]).toMatchObject([[{ received: "270.00", left: [{ amount: "270.00", at: "2026-02-11T09:00:00.000Z" }] }], [{ received: "200.00", posted: true }]]);
  });

  test("a code of the payer that means somebody else by now is no correction of receipts that were posted before", () => {
    const rehearsal = applied();
    rehearsal.know("map", "customer/bank/C-1", { canonical: "C-7" });
    expect(codes(rehearsal.run().holds)).toEqual([]);
  });

  test("refused it stays as the ledger has it; taken back by the source the hold goes", () => {
    const rehearsal = applied();
    pays(rehearsal, "200.00", { "INV-1": "135.00", "INV-2": "65.00" }, { version: 2 });
    rehearsal.run();
    rehearsal.decide("ADJUSTMENT_APPROVAL", "reject");
    expect([codes(rehearsal.run().holds), done(rehearsal).length]).toEqual([["ADJUSTMENT_APPROVAL"], 3]);
    pays(rehearsal, "270.00", { "INV-1": "135.00", "INV-2": "135.00" }, { version: 3 });
    expect([codes(rehearsal.run().holds), done(rehearsal).length, books(rehearsal)]).toEqual([[], 3, { received: "270.00", applied: "270.00" }]);
  });

  test("of which money was given back: INV-04, for a person", () => {
    const rehearsal = open(pays(receipt(), "300.00", { "INV-1": "300.00" }), item("INV-1", "100.00"));
    rehearsal.run();
    rehearsal.say("field.overlaid", { decision: "D-1", document: "R-1", path: "refund", value: { amount: "200.00", means: "original" }, reason: "paid twice", author: "cara" }, "person:cara").run();
    pays(rehearsal, "100.00", { "INV-1": "100.00" }, { version: 2 });
    const plan = rehearsal.run();
    expect([plan.exceptions, codes(plan.holds), rehearsal.row("reverse_receipt")]).toMatchObject([[{ code: "INV-04", amount: "200.00" }], [], undefined]);
  });
});
