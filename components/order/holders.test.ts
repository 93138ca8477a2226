import { expect, test } from "vitest";
import type { OrderDetail } from "@/server/api/shapes";
import { heldInStage, heldUntilBilled, holderName, roleOf } from "./holders";

const at = (minute: number): string => new Date(Date.UTC(2026, 6, 16, 9, minute)).toISOString();
const slice = (key: string, stage: string, holder: string, from: number, to: number | null, since = from) => ({ key, stage, holder, since: at(since), validFrom: at(from), validTo: to === null ? null : at(to) }) as OrderDetail["slices"][number];
const order = (more: Partial<OrderDetail["order"]>) => ({ stage: "bill_control", stageSince: at(30), stageDueAt: at(150), placedAt: at(0), complete: false, ...more }) as OrderDetail["order"];
const slices = [
  slice("1", "fulfil", "warehouse", 5, 30), slice("1", "deliver", "carrier", 30, null), slice("1", "bill_control", "billing", 30, 60), slice("1", "post", "target:erp", 60, 70), slice("1", "collect", "customer", 70, null),
  slice("2", "fulfil", "warehouse", 5, 30), slice("2", "bill_control", "tax", 30, 40), slice("2", "bill_control", "billing", 40, null, 30),
];

test("in its stage: since it began, the strongest of all its lines, and the parts sum to the whole", () => {
  const held = heldInStage({ slices, order: order({}), asOf: at(90) });
  expect(held).toMatchObject({ from: at(30), ms: 60 * 60_000, dueAt: at(150) });
  expect(held?.parts).toEqual([{ holder: "billing", ms: 60 * 60_000 }]);
  expect(heldInStage({ slices, order: order({ complete: true }), asOf: at(90) })).toBeNull();
});

test("until it is billed: from the placing on, without what runs beside and without the payment", () => {
  const open = heldUntilBilled({ slices, order: order({}), asOf: at(90) });
  expect(open?.parts.map(({ holder, ms }) => [holder, ms / 60_000])).toEqual([["billing", 60], ["warehouse", 25], ["source", 5]]);
  const billed = heldUntilBilled({ slices: slices.slice(0, 5), order: order({}), asOf: at(500) });
  expect([billed?.to, billed?.ms]).toEqual([at(70), 70 * 60_000]);
  expect(billed?.parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(billed?.ms);
});

test("holders are named, and we as ourselves", () => {
  expect(["tower", "target:erp", "order_desk"].map(holderName)).toEqual(["Ledgerline", "erp", "Order desk"]);
  expect(["tower", "target:erp", "billing", "carrier"].map(roleOf)).toEqual(["engine", "target", "finance", "partner"]);
});
