import fc from "fast-check";
import { expect, test } from "vitest";
import { pairOf, suggestAdoptions, type InvoiceSlot } from "./adoption";
import { dec } from "./decimal";
import { runsOf } from "./scenarios/harness";
import type { SubjectId } from "./subject";
import { beforeTax, type UnclaimedDocument } from "./unclaimed";

const days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-04-10", "2026-09-01"] as const, amounts = ["100.00", "100.01", "250.00"] as const, customers = ["C-1", "C-2"] as const, orders = ["SO-1", "SO-2", "SO-3", "SO-4", "SO-5"] as const;
const slots = fc.array(fc.record({ amount: fc.constantFrom(...amounts), customer: fc.constantFrom(...customers), currency: fc.constantFrom("USD", "EUR"), order: fc.constantFrom(...orders), po: fc.constantFrom(null, "PO-77"), placed: fc.constantFrom(...days), shipped: fc.option(fc.constantFrom(...days)), declined: fc.subarray(["H-0", "H-1"]) }), { maxLength: 7 })
  .map((rows) => rows.map(({ order, po, customer, placed, shipped, declined, ...row }, index): InvoiceSlot => ({ ...row, subject: `US01:order:S-${index}` as SubjectId, customers: [customer], orders: [order], purchaseOrder: po, placedOn: placed, shippedOn: shipped, declined: new Set(declined) })));
const documents = fc.array(fc.record({ net: fc.constantFrom(...amounts), tax: fc.constantFrom("0.00", "8.00"), customer: fc.constantFrom(...customers), currency: fc.constantFrom("USD", "EUR"), text: fc.constantFrom("", "for SO-1", "so1, PO-77", "order SO-2 / SO-3", "rent"), date: fc.constantFrom(...days), state: fc.constantFrom("posted", "posted", "voided"), claimed: fc.constantFrom(null, null, "US01:order:X") }), { maxLength: 7 })
  .map((rows) => rows.map(({ text, date, state, claimed, net, tax, ...row }, index): UnclaimedDocument => ({
    document: { ...row, kind: "invoice", number: `H-${index}`, version: 1, state, net, tax, total: dec(net).plus(tax).toFixed(2), accountingDate: date, lines: [], ...(text === "" ? {} : { text }) }, source: "erp", occurredAt: `${date}T10:00:00.000Z`, recordedAt: `${date}T10:00:00.000Z`, claimedBy: claimed as SubjectId | null, changed: [],
  })));
const shuffled = <T>(rows: readonly T[], by: readonly number[]): T[] => rows.map((row, index) => ({ row, at: by[index] ?? 0 })).sort((a, b) => a.at - b.at).map(({ row }) => row);

test("one document for a slot and one slot for a document; adoptable only to the cent, in the currency, of the customer; declined, cancelled and claimed ones never; in any order the same", () => {
  fc.assert(fc.property(slots, documents, fc.array(fc.integer(), { minLength: 7, maxLength: 7 }), (wanted, there, by) => {
    const pairs = suggestAdoptions(wanted, there);
    expect(new Set(pairs.map(({ subject }) => subject)).size).toBe(pairs.length);
    expect(new Set(pairs.map(({ number }) => number)).size).toBe(pairs.length);
    for (const pair of pairs) {
      const slot = wanted.find(({ subject }) => subject === pair.subject)!, { document, claimedBy } = there.find((row) => row.document.number === pair.number)!;
      const exact = document.currency === slot.currency && slot.customers.includes(document.customer ?? "") && beforeTax(document)?.eq(slot.amount) === true;
      expect(pair.differs.length === 0, JSON.stringify(pair)).toBe(exact);
      expect([document.state, claimedBy, slot.declined.has(pair.number)]).toEqual(["posted", null, false]);
      if (pair.confidence === "certain") {
        const rivals = [...there.map((row) => pairOf(slot, row)), ...wanted.map((other) => pairOf(other, { document, claimedBy, source: "", occurredAt: "", recordedAt: "", changed: [] }))].filter((other) => other && other.differs.length === 0 && other.score >= pair.score && (other.subject !== pair.subject || other.number !== pair.number));
        expect([exact, pair.because.some((each) => each.startsWith("names ")), rivals]).toEqual([true, true, []]);
      }
    }
    expect(suggestAdoptions(shuffled(wanted, by), shuffled(there, by))).toEqual(pairs);
  }), { numRuns: runsOf(300) });
});
