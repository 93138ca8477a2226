import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentKinds, kindOf } from "./completeness";
import { countAgainAt, differenceOf, differsFrom, tallyOf, toldBy, totalStateOf, windowWords } from "./control-total";
import { contracts, type EventData } from "./contracts/registry";
import { examples } from "./contracts/examples";
import type { CanonicalEvent } from "./facts";

type Told = Pick<CanonicalEvent, "type" | "data">;
const receipt = (number: string, amount: string, version = 1, currency = "USD"): Told => ({ type: "receipt.recorded", data: contracts["receipt.recorded"].schema.parse({ receipt: number, version, payer: "C-1", means: "bank", amount, currency, receivedOn: "2026-03-02" }) });
const heldOf = (...events: Told[]) => { const tally = tallyOf("payments"); for (const event of events) tally.add(event); return tally.held(); };
const stated = (over: object) => contracts["control_total.stated"].schema.safeParse({ kind: "payments", from: "2026-03-02T08:00:00Z", to: "2026-03-02T09:00:00Z", count: 2, ...over });

test("every kind has the event that tells of it", () => {
  for (const kind of documentKinds) {
    const type = toldBy[kind], data = contracts[type].schema.parse({ ...(examples[type] as object), ...(type === "ledger.document_read" ? { kind: kind.slice(0, -1) } : {}) }) as EventData<typeof type>;
    expect(kindOf({ type, data })).toBe(kind);
  }
});

describe("what is held of a window", () => {
  test("is each document once, by its latest version, and its money by currency", () => {
    expect(heldOf(receipt("R-1", "100.00"), receipt("R-2", "40.50"), receipt("R-1", "90.00", 2), receipt("R-3", "7.00", 1, "EUR"), receipt("R-2", "40.50"))).toEqual({ count: 3, sums: [{ currency: "EUR", amount: "7" }, { currency: "USD", amount: "130.5" }], documents: new Set(["R-1", "R-2", "R-3"]) });
  });
  test("is the same in whatever order and however often it was told", () => {
    fc.assert(fc.property(fc.array(fc.record({ number: fc.constantFrom("R-1", "R-2", "R-3"), version: fc.integer({ min: 1, max: 3 }) }), { maxLength: 12 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (rows, luck) => {
      const told = rows.map(({ number, version }) => receipt(number, `${version}0.00`, version)), mixed = [...told, ...told].map((event) => ({ event, at: luck.next().value as number })).sort((a, b) => a.at - b.at).map(({ event }) => event);
      expect(heldOf(...mixed)).toEqual({ ...heldOf(...told), documents: new Set(mixed.map(({ data }) => (data as EventData<"receipt.recorded">).receipt)) });
    }));
  });
  test("is of this kind alone", () => {
    const credits = tallyOf("credits");
    credits.add({ type: "ledger.document_read", data: contracts["ledger.document_read"].schema.parse({ kind: "invoice", number: "I-1", version: 1, state: "posted", currency: "USD", total: "5.00", accountingDate: "2026-03-02" }) });
    credits.add(receipt("R-1", "1.00"));
    expect(credits.held().count).toBe(0);
  });
});

describe("a statement beside what is held", () => {
  const held = heldOf(receipt("R-1", "100.00"), receipt("R-2", "40.50"));
  test.each([
    ["agrees in count and sum, however the sum is written", { count: 2, sums: [{ currency: "USD", amount: "140.500" }] }, []],
    ["without a sum only counts", { count: 2 }, []],
    ["says more", { count: 3, sums: [{ currency: "USD", amount: "200.50" }] }, ["it says 3, 2 are held", "it says 200.50 USD, 140.50 USD is held"]],
    ["says less", { count: 1 }, ["it says 1, 2 are held"]],
    ["has another sum for as many", { count: 2, sums: [{ currency: "USD", amount: "140.51" }] }, ["it says 140.51 USD, 140.50 USD is held"]],
    ["knows a currency that is not held", { count: 2, sums: [{ currency: "USD", amount: "140.50" }, { currency: "EUR", amount: "1.00" }] }, ["it says 1.00 EUR, 0.00 EUR is held"]],
    ["names one for another", { count: 2, documents: ["R-1", "R-9"] }, ["not here: R-9", "here and not named: R-2"]],
  ] as const)("%s", (_, said, words) => { expect(differenceOf(said as Parameters<typeof differenceOf>[0], held).words).toEqual(words); });
  test("tells the money that is off, most first", () => {
    expect(differenceOf({ count: 2, sums: [{ currency: "EUR", amount: "500.00" }, { currency: "USD", amount: "140.00" }] }, held).money).toEqual([{ currency: "EUR", amount: "500" }, { currency: "USD", amount: "0.5" }]);
  });
});

describe("a difference", () => {
  const statedAt = "2026-03-02T09:01:00.000Z", of = (now: string, more: object = {}) => totalStateOf({ agrees: false, isExcused: false, statedAt, ...more }, now);
  test("is one half a minute after the statement, not before; agreement and a person's word end it", () => {
    expect([of("2026-03-02T09:01:29.999Z"), of(differsFrom(statedAt)), of(differsFrom(statedAt), { agrees: true }), of(differsFrom(statedAt), { isExcused: true })]).toEqual(["late", "differs", "agreed", "excused"]);
  });
  test("is counted again after a tenth of its age, between five seconds and ten minutes", () => {
    const waits = (now: string) => (Date.parse(countAgainAt(statedAt, now)) - Date.parse(now)) / 1000;
    expect([waits("2026-03-02T09:01:10.000Z"), waits("2026-03-02T09:11:00.000Z"), waits("2026-03-09T09:00:00.000Z")]).toEqual([5, 60, 600]);
  });
});

test("the contract refuses what cannot be: at its place", () => {
  const place = (over: object) => stated(over).error?.issues[0]?.path.join(".") ?? null;
  expect([place({}), place({ to: "2026-03-02T08:00:00Z" }), place({ to: "2026-05-02T08:00:00Z" }), place({ documents: ["A"] }), place({ documents: ["A", "B"] }), place({ kind: "shipments", sums: [{ currency: "USD", amount: "1.00" }] }), place({ kind: "shipments" }), place({ sums: [{ currency: "USD", amount: "1" }, { currency: "USD", amount: "2" }] })])
    .toEqual([null, "to", "to", "documents", null, "sums", null, "sums.1.currency"]);
});

test("a window in words", () => {
  expect([windowWords({ opensAt: "2026-03-02T08:00:00.000Z", closesAt: "2026-03-02T09:00:00.000Z" }), windowWords({ opensAt: "2026-03-02T00:00:00.000Z", closesAt: "2026-03-03T00:00:00.000Z" })]).toEqual(["2026-03-02 08:00 to 09:00 UTC", "2026-03-02 00:00 to 2026-03-03 00:00 UTC"]);
});
