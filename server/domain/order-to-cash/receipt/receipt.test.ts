import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, changesOf } from "../../commands";
import { dec, sumOf } from "../../decimal";
import type { OpenItem, ReceiptApplication, ReceiptInHand } from "../../publications";
import { remediesOf } from "../../remedies";
import { codes, type Rehearsal } from "../billing-unit/rehearsal";
import { books, counted, item, open, pays, receipt } from "./rehearsed";

describe("S17 one receipt, many invoices", () => {
  const start = () => open(pays(receipt(), "1500.00", { "INV-1": "600.00", "INV-2": "750.00", "INV-33": "150.00" }), item("INV-1", "600.00"), item("INV-2", "750.00"));

  test("1,350.00 applied, 150.00 unapplied, PAY-01", () => {
    const rehearsal = start();
    const plan = rehearsal.run();
    expect(plan.exceptions).toMatchObject([{ code: "PAY-01", amount: "150.00" }]);
    expect(books(rehearsal)).toEqual({ received: "1500.00", applied: "1350.00", unapplied: "150.00" });
    expect(rehearsal.commands.map((row) => `${row.kind}|${row.slot}|${row.sequence}`)).toEqual(["post_receipt||1", "apply_receipt|INV-1|1", "apply_receipt|INV-2|1"]);
    expect(plan.publications.filter(({ topic }) => topic === "receipt.application").map(({ to, data }) => [to?.key, (data as ReceiptApplication).applied])).toEqual([["U-INV-1", "600.00"], ["U-INV-2", "750.00"]]);
    expect(plan.publications.find(({ topic }) => topic === "receipt.in_hand")).toMatchObject({ to: { kind: "credit_account", key: "C-1" }, data: { unapplied: "150.00", posted: true } satisfies Partial<ReceiptInHand> });
  });

  test("is recorded when it was heard of, though the bank books whole days", () => {
    const rehearsal = start();
    for (const fact of rehearsal.facts) if (fact.type === "receipt.recorded") fact.occurredAt = "2026-02-10T00:00:00.000Z";
    expect(rehearsal.run().milestones.find(({ name }) => name === "receipt_recorded")?.occurredAt).toBe("2026-02-10T09:00:00.000Z");
  });

  test("matched to INV-9 with 140.00 open: 10.00 stays on account by that decision", () => {
    const rehearsal = start();
    rehearsal.run();
    counted(rehearsal, item("INV-1", "600.00"), "600.00");
    counted(rehearsal, item("INV-2", "750.00"), "750.00");
    open(rehearsal, item("INV-9", "140.00")).say("field.overlaid", { decision: "D-1", document: "R-1", path: "remittance.2.document", value: "INV-9", reason: "written INV-33 by mistake", author: "cara" }, "person:cara");
    const plan = rehearsal.run();
    expect([codes(plan.exceptions), books(rehearsal)]).toEqual([[], { received: "1500.00", applied: "1490.00", unapplied: "10.00" }]);
    expect(rehearsal.commands.some(({ kind }) => kind === "reverse_application")).toBe(false);
    expect(changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set(plan.reopened))).toEqual([]);
  });

  test("the bank file twice: nothing more", () => {
    const rehearsal = start();
    rehearsal.run();
    pays(rehearsal, "1500.00", { "INV-1": "600.00", "INV-2": "750.00", "INV-33": "150.00" });
    const before = rehearsal.commands.length;
    rehearsal.run();
    expect(rehearsal.commands.length).toBe(before);
  });
});

describe("S03 part payment, seen early", () => {
  test("139.28 stays open: neither written off nor PAY-02 before the due date", () => {
    const rehearsal = open(pays(receipt(), "400.00", { "INV-1": "400.00" }), item("INV-1", "539.28"));
    rehearsal.run();
    expect(rehearsal.row("apply_receipt")?.payload).toMatchObject({ amount: "400.00", writeOff: "0.00" });
    counted(rehearsal, item("INV-1", "539.28"), "400.00");
    expect([codes(rehearsal.run().exceptions), rehearsal.look().nextReviewAt]).toEqual([[], "2026-03-04T00:00:00.000Z"]);
    rehearsal.now = "2026-03-04T00:00:00.000Z";
    expect(rehearsal.run().exceptions).toMatchObject([{ code: "PAY-02", amount: "139.28" }]);
    open(rehearsal, { ...item("INV-1", "539.28"), open: "0.00", settledBy: [{ kind: "receipt", by: "R-1", wanted: "400.00", amount: "400.00", writtenOff: "0.00", at: "2026-02-10", means: "check" }] });
    expect(rehearsal.run().exceptions).toEqual([]);
  });

  test("before the invoice it waits, then SEQ-01 after 30 minutes, and ends the same", () => {
    const rehearsal = pays(receipt(), "400.00", { "INV-1": "400.00" });
    const plan = rehearsal.run();
    expect([codes(plan.exceptions), plan.waits.length, plan.nextReviewAt, rehearsal.row("post_receipt")?.state]).toEqual([[], 1, "2026-02-10T09:30:00.000Z", "confirmed"]);
    rehearsal.now = "2026-02-10T09:30:00.000Z";
    expect(codes(rehearsal.run().exceptions)).toEqual(["SEQ-01"]);
    open(rehearsal, item("INV-1", "539.28"));
    expect([codes(rehearsal.run().exceptions), rehearsal.row("apply_receipt")?.payload["amount"]]).toEqual([[], "400.00"]);
  });
});

test("a receipt of less than nothing, from before the contract refused it: all of it unapplied, and a person's matter (PAY-01)", () => {
  const rehearsal = pays(receipt(), "50.00", {});
  Object.assign(rehearsal.facts[0]?.data as object, { amount: "-50.00" });
  const plan = rehearsal.run();
  expect([books(rehearsal), plan.exceptions.map(({ code, amount }) => [code, amount]), rehearsal.commands]).toEqual([{ received: "-50.00", unapplied: "-50.00" }, [["PAY-01", "50.00"]], []]);
});

describe("what is applied", () => {
  test("up to 1.00 is let go with the application that closes (P12); above it nothing", () => {
    const small = open(pays(receipt(), "99.20", { "INV-1": "99.20" }), item("INV-1", "100.00"));
    small.run();
    expect(small.row("apply_receipt")?.payload).toMatchObject({ amount: "99.20", writeOff: "0.80" });
    counted(small, item("INV-1", "100.00"), "99.20", "0.80");
    const plan = small.run();
    expect([small.commands.filter(({ kind }) => kind === "apply_receipt").length, plan.exceptions]).toEqual([1, []]);
    const large = open(pays(receipt(), "97.60", { "INV-1": "97.60" }), item("INV-1", "100.00"));
    large.run();
    expect(large.row("apply_receipt")?.payload).toMatchObject({ writeOff: "0.00" });
  });

  test("in another currency than the limit's nothing is let go without a person: no rate says what it is worth (P12)", () => {
    for (const [currency, written] of [["USD", "0.80"], ["EUR", "0.00"], ["KWD", "0.00"]] as const) {
      const rehearsal = open(pays(receipt(), "99.20", { "INV-1": "99.20" }, { currency }), item("INV-1", "100.00", { currency }));
      rehearsal.run();
      expect([currency, dec(String(rehearsal.row("apply_receipt")?.payload["writeOff"])).toFixed(2)]).toEqual([currency, written]);
    }
  });

  test("over-payment is applied up to the open amount; the rest is PAY-01", () => {
    const rehearsal = open(pays(receipt(), "120.00", { "INV-1": "120.00" }), item("INV-1", "100.00"));
    expect([rehearsal.run().exceptions, rehearsal.row("apply_receipt")?.payload["amount"]]).toMatchObject([[{ code: "PAY-01", amount: "20.00" }], "100.00"]);
  });

  test("money in another currency is not applied (S09e)", () => {
    const rehearsal = open(pays(receipt(), "71.36", { "INV-1": "71.36" }), item("INV-1", "71.36", { currency: "EUR" }));
    expect([codes(rehearsal.run().exceptions), rehearsal.row("apply_receipt")]).toEqual([["PAY-01"], undefined]);
  });

  test("prepayment is a deposit, applied to the order's invoices as they are posted (P11)", () => {
    const rehearsal = pays(receipt(), "648.00", {}, { order: "O-1" });
    expect([codes(rehearsal.run().exceptions), books(rehearsal)]).toEqual([[], { received: "648.00", deposit: "648.00" }]);
    const posted = (...items: OpenItem[]) => { open(rehearsal, ...items).know("order.invoices", "O-1", { order: "O-1", invoices: items.map(({ invoice }) => invoice) }); rehearsal.run(); };
    posted(item("INV-1", "500.00"));
    expect(books(rehearsal)).toEqual({ received: "648.00", applied: "500.00", deposit: "148.00" });
    posted(item("INV-1", "500.00"), item("INV-2", "864.00"));
    expect(books(rehearsal)).toEqual({ received: "648.00", applied: "648.00" });
    expect(rehearsal.row("apply_receipt", "INV-2")?.payload["amount"]).toBe("148.00");
  });

  test("a deposit that comes after two invoices goes to both, the first posted first; the rest waits for the next (P11)", () => {
    const rehearsal = open(pays(receipt(), "648.00", { "O-1": "600.00", "INV-2": "48.00" }), item("INV-2", "300.00"), item("INV-1", "200.00")).know("order.invoices", "O-1", { order: "O-1", invoices: ["INV-1", "INV-2"] });
    rehearsal.run();
    expect(["INV-1", "INV-2"].map((invoice) => rehearsal.row("apply_receipt", invoice)?.payload["amount"])).toEqual(["200.00", "300.00"]);
    expect(books(rehearsal)).toEqual({ received: "648.00", applied: "500.00", deposit: "148.00" });
  });

  test("a reversed receipt gives back what it paid: PAY-03", () => {
    const rehearsal = open(pays(receipt(), "100.00", { "INV-1": "100.00" }), item("INV-1", "100.00"));
    rehearsal.run();
    counted(rehearsal, item("INV-1", "100.00"), "100.00");
    pays(rehearsal, "100.00", { "INV-1": "100.00" }, { version: 2, reversed: true });
    expect([codes(rehearsal.run(["reverse_receipt"]).exceptions), rehearsal.row("reverse_application")?.payload["amount"], books(rehearsal)]).toEqual([["PAY-03"], "100.00", { received: "100.00", reversed: "100.00" }]);
  });

  test("the ledger takes the receipt back once nothing of it is applied there; until that is read back PAY-03 stays", () => {
    const rehearsal = open(pays(receipt(), "100.00", { "INV-1": "100.00" }), item("INV-1", "100.00"));
    rehearsal.run();
    counted(rehearsal, item("INV-1", "100.00"), "100.00");
    pays(rehearsal, "100.00", { "INV-1": "100.00" }, { version: 2, reversed: true });
    rehearsal.run(["reverse_application"]);
    expect(rehearsal.row("reverse_receipt")).toBeUndefined();
    const back = rehearsal.row("reverse_application");
    if (back) rehearsal.send(back);
    rehearsal.plan();
    expect(rehearsal.row("reverse_receipt"), "not while an application may still stand").toBeUndefined();
    if (back) rehearsal.confirm(back);
    rehearsal.plan();
    const row = rehearsal.row("reverse_receipt");
    expect(row?.payload).toMatchObject({ receipt: "R-1", receiptNumber: "RC-1", amount: "100.00", currency: "USD", accountingDate: "2026-02-10" });
    if (row) rehearsal.confirm(row, { reversed: "90.00" });
    expect(codes(rehearsal.plan().exceptions), "confirmed, and not read back as sent").toEqual(["PAY-03"]);
    if (row) rehearsal.confirm(row);
    expect([codes(rehearsal.run().exceptions), rehearsal.commands.filter(({ kind }) => kind === "reverse_receipt").length]).toEqual([[], 1]);
  });

  test("a bounce that was an error: the receipt is posted anew under the next revision, applied again, and may bounce again", () => {
    const rehearsal = open(pays(receipt(), "100.00", { "INV-1": "100.00" }), item("INV-1", "100.00"));
    const tell = (version: number, reversed: boolean) => { pays(rehearsal, "100.00", { "INV-1": "100.00" }, { version, reversed }); return rehearsal.run(); };
    rehearsal.run();
    tell(2, true);
    expect(codes(tell(3, false).exceptions)).toEqual([]);
    const done = () => rehearsal.commands.filter(({ state }) => state === "confirmed").map((row) => `${row.kind}|${row.sequence}`).sort();
    const twice = (kind: string) => [`${kind}|1`, `${kind}|2`];
    expect([done(), books(rehearsal)]).toEqual([["apply_receipt", "post_receipt"].flatMap(twice).concat("reverse_application|1", "reverse_receipt|1"), { received: "100.00", applied: "100.00" }]);
    expect(codes(tell(4, true).exceptions)).toEqual([]);
    expect([done(), books(rehearsal)]).toEqual([["apply_receipt", "post_receipt", "reverse_application", "reverse_receipt"].flatMap(twice), { received: "100.00", reversed: "100.00" }]);
  });

  test("while a reversal is on its way nothing is applied, though the bounce was an error", () => {
    const rehearsal = open(pays(receipt(), "100.00", {}, { order: "O-1" }));
    rehearsal.run();
    pays(rehearsal, "100.00", {}, { order: "O-1", version: 2, reversed: true });
    rehearsal.plan();
    const back = rehearsal.row("reverse_receipt");
    if (back) rehearsal.send(back);
    open(pays(rehearsal, "100.00", { "INV-1": "100.00" }, { version: 3 }), item("INV-1", "100.00"));
    rehearsal.plan();
    expect(rehearsal.row("apply_receipt")).toBeUndefined();
    if (back) rehearsal.confirm(back);
    rehearsal.run();
    expect([rehearsal.row("apply_receipt")?.state, books(rehearsal)]).toEqual(["confirmed", { received: "100.00", applied: "100.00" }]);
  });

  test("one that never reached the ledger has nothing to take back there, and one of which money was given back is for a person", () => {
    const early = open(pays(receipt(), "100.00", { "INV-1": "100.00" }), item("INV-1", "100.00"));
    pays(early, "100.00", { "INV-1": "100.00" }, { version: 2, reversed: true });
    expect([codes(early.run().exceptions), early.commands]).toEqual([[], []]);
    const given = open(pays(receipt(), "300.00", { "INV-1": "300.00" }), item("INV-1", "100.00"));
    given.run();
    given.say("field.overlaid", { decision: "D-1", document: "R-1", path: "refund", value: { amount: "200.00", means: "original" }, reason: "paid twice", author: "cara" }, "person:cara").run();
    pays(given, "300.00", { "INV-1": "300.00" }, { version: 2, reversed: true });
    expect([codes(given.run().exceptions).includes("PAY-03"), given.row("reverse_receipt")]).toEqual([true, undefined]);
    expect(books(given), "what was given back is owed again").toEqual({ received: "300.00", refunded: "200.00", reversed: "300.00", unapplied: "-200.00" });
  });
});

describe("refunds", () => {
  const wish = (rehearsal: Rehearsal, amount: string, means: string) => rehearsal.say("field.overlaid", { decision: `D-${amount}`, document: "R-1", path: "refund", value: { amount, means }, reason: "paid twice", author: "cara" }, "person:cara");
  const overpaid = () => { const rehearsal = open(pays(receipt(), "900.00", { "INV-1": "900.00" }), item("INV-1", "100.00")); rehearsal.run(); return rehearsal; };

  test("card money goes back on its capture, which is the receipt, and not on the authorisation", () => {
    const card = open(pays(receipt(), "900.00", { "INV-1": "900.00" }, { means: "card", authorisation: "AU-1" }), item("INV-1", "100.00"));
    card.run();
    wish(card, "200.00", "original");
    card.run();
    expect(card.row("refund_payment")?.payload["capture"]).toBe("R-1");
  });
  test("by the original means up to 500 it goes by itself; above, or by other means, through REFUND_APPROVAL", () => {
    const small = overpaid();
    wish(small, "200.00", "original");
    expect([codes(small.run().holds), small.row("refund_payment")?.payload["amount"], books(small)["refunded"]]).toEqual([[], "200.00", "200.00"]);
    const large = overpaid();
    wish(large, "800.00", "original");
    expect(codes(large.run().holds)).toEqual(["REFUND_APPROVAL"]);
    const other = overpaid();
    wish(other, "10.00", "other");
    expect(codes(other.run().holds)).toEqual(["REFUND_APPROVAL"]);
    other.decide("REFUND_APPROVAL", "approve", { author: "cara" });
    expect(codes(other.run().holds)).toEqual(["REFUND_APPROVAL"]);
  });

  test("the credit account learns when the ledger had the money, and when it was told that some left again", () => {
    const hand = (rehearsal: Rehearsal) => rehearsal.look().publications.find(({ topic, to }) => topic === "receipt.in_hand" && to?.kind === "credit_account")?.data as ReceiptInHand;
    const rehearsal = overpaid();
    const sent = rehearsal.row("post_receipt")?.firstSentAt;
    expect([hand(rehearsal).postedAt, hand(rehearsal).received, hand(rehearsal).left]).toEqual([sent, "900.00", undefined]);
    wish(rehearsal, "200.00", "original");
    rehearsal.run(["post_refund"]);
    expect(hand(rehearsal).left).toEqual([{ amount: "200.00", at: null }]);
    rehearsal.run();
    expect(hand(rehearsal).left).toEqual([{ amount: "200.00", at: rehearsal.row("post_refund")?.confirmedAt }]);
    pays(rehearsal, "900.00", { "INV-1": "900.00" }, { version: 2, reversed: true });
    expect(hand(rehearsal)).toMatchObject({ amount: "0.00", received: "900.00" });
    expect(hand(rehearsal).left?.at(-1)).toEqual({ amount: "900.00", at: null });
  });
  test("one that failed at the provider goes by other means, through approval, or stays as credit; either ends REF-01", () => {
    const failed = () => {
      const rehearsal = overpaid();
      wish(rehearsal, "200.00", "original").run();
      rehearsal.say("refund.settled", { refund: rehearsal.row("refund_payment")?.reference ?? "", receipt: "R-1", version: 2, state: "failed", amount: "200.00", currency: "USD", at: "2026-02-11T10:00:00.000Z" }, "pay");
      return rehearsal;
    };
    const decide = (rehearsal: Rehearsal, verb: string) => {
      const trouble = rehearsal.run().exceptions.find(({ code }) => code === "REF-01");
      const remedy = trouble && remediesOf({ subject: { ...rehearsal.subject, id: rehearsal.id }, facts: rehearsal.facts, commands: rehearsal.commands, reference: rehearsal.reference, policy: rehearsal.policy, now: rehearsal.now }, trouble).find((one) => one.verb === verb);
      const said = remedy?.say({});
      if (!said?.ok) throw new Error(`no ${verb}`);
      said.value.forEach((saying, index) => { if (saying.type === "field.overlaid") rehearsal.say("field.overlaid", { decision: `D-${verb}-${index}`, document: saying.document, path: saying.path, value: saying.value as never, reason: "the card is closed", author: "fay" }, "person:fay"); });
      return rehearsal.run();
    };
    const other = failed(), plan = decide(other, "refund");
    expect([codes(plan.exceptions), plan.holds.map(({ rule, amount, preparedBy }) => [rule, amount, preparedBy])]).toEqual([["PAY-01"], [["REFUND_APPROVAL", "200.00", "fay"]]]);
    other.decide("REFUND_APPROVAL", "approve", { author: "cara" });
    expect([codes(other.run().exceptions), books(other)["refunded"]]).toEqual([["PAY-01"], "200.00"]);
    const kept = failed();
    expect([codes(decide(kept, "on_account").exceptions), books(kept)["unapplied"]]).toEqual([[], "800.00"]);
  });
  test("never above what is left of the receipt", () => {
    const rehearsal = overpaid();
    wish(rehearsal, "800.01", "original");
    expect([codes(rehearsal.run().exceptions), rehearsal.row("refund_payment")]).toEqual([["PAY-01", "REF-01"], undefined]);
  });
});

test("property: never above the receipt nor the open amount, every cent accounted for, in any order of facts", () => {
  const cents = fc.integer({ min: 1, max: 100000 });
  fc.assert(fc.property(cents, fc.array(fc.tuple(cents, cents, fc.boolean()), { minLength: 1, maxLength: 5 }), (amount, rows) => {
    const rehearsal = pays(receipt(), (amount / 100).toFixed(2), Object.fromEntries(rows.map(([named], index) => [`INV-${index}`, (named / 100).toFixed(2)])));
    rows.forEach(([, left, known], index) => { if (known) open(rehearsal, item(`INV-${index}`, (left / 100).toFixed(2))); });
    const plan = rehearsal.run();
    const applied = rehearsal.commands.filter(({ kind }) => kind === "apply_receipt");
    expect(sumOf(applied, (row) => dec(String(row.payload["amount"]))).lte(dec(amount).div(100))).toBe(true);
    for (const row of applied) expect(dec(String(row.payload["amount"])).plus(String(row.payload["writeOff"])).lte(dec(rows[Number(row.slot.slice(4))]?.[1] ?? 0).div(100))).toBe(true);
    const { received, ...parts } = books(rehearsal);
    expect(sumOf(Object.values(parts), (part) => dec(part)).toFixed(2)).toBe(received);
    expect(changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set(plan.reopened))).toEqual([]);
    expect(canonicalJson(rehearsal.look([...rehearsal.facts].reverse()))).toBe(canonicalJson(plan));
  }), { numRuns: 80 });
}, 60_000);
