import { expect, test } from "vitest";
import type { PurchaseOrderRegistered } from "../../publications";
import { duplicateAnswers, normalisedPurchaseOrder } from ".";

const policy = { duplicateWindowDays: 365, duplicateContentHours: 24 };
const one = (order: string, placed: string, more: Partial<PurchaseOrderRegistered> = {}): PurchaseOrderRegistered => ({ order, placed: `${placed}:00.000Z`, channel: "web", purpose: "standard", purchaseOrder: null, billTo: "C-1", shipTo: "C-1", content: `${order}×1`, cancelled: false, blanket: null, ...more });
const doubles = (...orders: PurchaseOrderRegistered[]) => duplicateAnswers(orders, policy).filter(({ duplicateOf }) => duplicateOf !== null).map(({ order, duplicateOf, reason }) => `${order} ${duplicateOf} ${reason}`);

test.each([["PO-4711 ", "4711"], ["4711", "4711"], ["po 47/11", "4711"], ["ab-1", "AB1"], [" - ", null], ["PO", null], [null, null]])("number %s is compared as %s", (number, expected) => { expect(normalisedPurchaseOrder(number)).toBe(expected); });

test("the same number within a year: the earliest placed is the original, whoever came first", () => {
  const first = one("SO-1", "2026-03-02T09:00", { purchaseOrder: "4711" }), second = one("SO-2", "2026-03-02T09:40", { purchaseOrder: "PO-4711 " });
  expect(doubles(first, second)).toEqual(["SO-2 SO-1 purchase_order"]);
  expect(doubles(second, first)).toEqual(["SO-2 SO-1 purchase_order"]);
  expect(doubles(first, one("SO-3", "2027-03-03T09:00", { purchaseOrder: "4711" }))).toEqual([]);
});

test("the same content within 24 hours to the same ship-to", () => {
  const content = "A×5";
  expect(doubles(one("SO-1", "2026-03-02T09:00", { content }), one("SO-2", "2026-03-03T09:00", { content }))).toEqual(["SO-2 SO-1 content"]);
  expect(doubles(one("SO-1", "2026-03-02T09:00", { content }), one("SO-2", "2026-03-03T09:01", { content }))).toEqual([]);
  expect(doubles(one("SO-1", "2026-03-02T09:00", { content }), one("SO-2", "2026-03-02T09:30", { content, shipTo: "C-2" }))).toEqual([]);
});

test("releases of a blanket and cancelled orders are nobody's double", () => {
  const number = { purchaseOrder: "B-900" };
  expect(doubles(one("SO-1", "2026-03-02T09:00", { ...number, purpose: "blanket" }), one("SO-2", "2026-03-03T09:00", { ...number, purpose: "release" }), one("SO-3", "2026-03-04T09:00", { ...number, purpose: "release" }))).toEqual([]);
  expect(doubles(one("SO-1", "2026-03-02T09:00", { ...number, cancelled: true }), one("SO-2", "2026-03-03T09:00", number))).toEqual([]);
});
