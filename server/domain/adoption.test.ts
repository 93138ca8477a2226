import { describe, expect, test } from "vitest";
import { suggestAdoptions, type InvoiceSlot } from "./adoption";
import type { SubjectId } from "./subject";
import { wordsOf, type UnclaimedDocument } from "./unclaimed";

const slot = (order: string, more: Partial<InvoiceSlot> = {}): InvoiceSlot => ({ subject: `US01:order:${order}` as SubjectId, customers: ["C-1"], currency: "USD", amount: "100.00", orders: [order], purchaseOrder: null, placedOn: "2026-03-01", shippedOn: "2026-03-02", declined: new Set(), ...more });
const invoice = (number: string, more: Partial<UnclaimedDocument["document"]> = {}): UnclaimedDocument => ({ document: { kind: "invoice", number, version: 1, state: "posted", customer: "C-1", currency: "USD", net: "100.00", tax: "8.00", total: "108.00", accountingDate: "2026-03-03", lines: [], ...more }, source: "erp", occurredAt: "2026-03-03T10:00:00.000Z", recordedAt: "2026-03-03T10:00:00.000Z", claimedBy: null, changed: [] });
const sure = (slots: InvoiceSlot[], documents: UnclaimedDocument[]) => suggestAdoptions(slots, documents).map(({ subject, number, confidence, differs, rival }) => [subject.slice("US01:order:".length), number, confidence, ...differs, ...(rival === null ? [] : [`rival ${rival}`])]);

describe("which document of the ledger is which invoice", () => {
  test("who names the order and bills it to the cent is certain, by whatever spelling; it says why", () => {
    const [pair] = suggestAdoptions([slot("SO-1001")], [invoice("H-1", { text: "Valves, your order so 1001 / SO-1001" })]);
    expect(pair).toMatchObject({ number: "H-1", confidence: "certain", because: ["names order SO-1001", "same amount before tax", "same customer", "dated 1 day after the goods left"], differs: [], rival: null });
  });
  test("the purchase order names it too; amount, customer and a near day alone are likely", () => {
    expect(sure([slot("SO-1001", { purchaseOrder: "4711-A" })], [invoice("H-1", { reference: "PO#4711-A" })])).toEqual([["SO-1001", "H-1", "certain"]]);
    expect(sure([slot("SO-1001")], [invoice("H-1")])).toEqual([["SO-1001", "H-1", "likely"]]);
  });
  test("cents, another currency or another customer are told and cannot be adopted", () => {
    expect(sure([slot("SO-1001")], [invoice("H-1", { text: "SO-1001", net: "99.98" })])).toEqual([["SO-1001", "H-1", "possible", "bills 99.98 before tax, 100.00 here"]]);
    expect(sure([slot("SO-1001")], [invoice("H-1", { text: "SO-1001", currency: "EUR" })])).toEqual([["SO-1001", "H-1", "possible", "in EUR"]]);
    expect(sure([slot("SO-1001")], [invoice("H-1", { text: "SO-1001", customer: "C-9" })])).toEqual([["SO-1001", "H-1", "possible", "for customer C-9"]]);
  });
  test("a part of an order is billed: neither part is its invoice", () => {
    expect(sure([slot("SO-1001")], [invoice("H-1", { text: "SO-1001", net: "60.00" }), invoice("H-2", { text: "SO-1001", net: "40.00" })])).toEqual([["SO-1001", "H-1", "possible", "bills 60.00 before tax, 100.00 here"]]);
  });
  test("of two that fit as well neither is certain; who names it comes before who only bills as much", () => {
    expect(sure([slot("SO-1001")], [invoice("H-1", { text: "SO-1001" }), invoice("H-2", { text: "SO-1001" })])).toEqual([["SO-1001", "H-1", "possible", "rival H-2"]]);
    expect(sure([slot("SO-1001"), slot("SO-1002")], [invoice("H-1"), invoice("H-2")])).toEqual([["SO-1001", "H-1", "possible", "rival H-2"], ["SO-1002", "H-2", "possible", "rival H-1"]]);
    expect(sure([slot("SO-1001")], [invoice("H-2"), invoice("H-3", { text: "SO-1001" })])).toEqual([["SO-1001", "H-3", "certain"]]);
  });
  test("without a name: never before the order, nor long after it", () => {
    expect(sure([slot("SO-1001")], [invoice("H-1", { accountingDate: "2026-02-28" }), invoice("H-2", { accountingDate: "2026-05-01" })])).toEqual([]);
  });
});

test("what people wrote: words with a digit or of some length, as they are compared", () => {
  expect(wordsOf({ reference: "PO#4711", text: "Rechnung zu (SO-1001), wie besprochen: 12", order: undefined })).toEqual(["4711", "SO1001"]);
});
