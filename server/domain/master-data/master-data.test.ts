import { expect, test } from "vitest";
import { testPolicy } from "../../testing/world/defaults";
import type { Fact } from "../facts";
import { planners } from "../planners";
import { subjectId } from "../subject";

const at = "2026-03-02T09:00:00.000Z";
function told(key: string, ...rows: { type: string; source: string; document: string; version: number; data: unknown }[]) {
  const subject = { entity: "US01", kind: "master_record" as const, key };
  const facts: Fact[] = rows.map((row) => ({ ...row, subject: subjectId(subject), shape: "register", group: "g", occurredAt: at, recordedAt: at }));
  return planners.master_record.plan({ subject: { ...subject, id: subjectId(subject) }, facts, commands: [], reference: new Map(), policy: testPolicy, now: at }).publications;
}

test("tells the newest version of the system of record, under the rest of its key", () => {
  const row = (source: string, version: number) => ({ type: "customer.described", source, document: "C-1", version, data: { customer: "C-1", version, name: `${source} ${version}` } });
  expect(told("customer/C-1", row("erp", 2), row("erp", 1), row("crm", 9))).toMatchObject([{ topic: "customer", key: "C-1", to: null, data: { name: "erp 2" } }]);
  expect(told("customer/C-1", row("crm", 9))).toEqual([]);
});

test("a mapping keeps its whole key, and tells the other way round what a word of ours is called there; a foreign key tells nothing", () => {
  const row = (version: number, canonical?: string) => ({ type: "code.mapped", source: "person:ann", document: "shop/A/1", version, data: { kind: "customer", system: "shop", code: "A/1", version, ...(canonical === undefined ? {} : { canonical }) } });
  const known = { topic: "code", to: null, data: { code: "A/1" } };
  expect(told("map/customer/shop/A/1", row(1, "C-1"))).toMatchObject([{ topic: "map", key: "customer/shop/A/1" }, { ...known, key: "customer/shop/C-1" }]);
  expect(told("map/customer/shop/A/1", row(1, "C-1"), row(2, "C-2"))).toMatchObject([{ topic: "map" }, { key: "customer/shop/C-1", data: null }, { ...known, key: "customer/shop/C-2" }]);
  expect(told("map/customer/shop/A/1", row(1, "C-1"), row(2))).toMatchObject([{ topic: "map" }, { key: "customer/shop/C-1", data: null }]);
  expect(told("other/x")).toEqual([]);
});

test("several agreements of one customer and item are told together", () => {
  const row = (agreement: string, validFrom: string) => ({ type: "price.agreed", source: "erp", document: agreement, version: 1, data: { agreement, validFrom } });
  expect(told("price/C-1/A", row("AG-2", "2026-02-01"), row("AG-1", "2026-01-01"))).toMatchObject([{ data: { agreement: "AG-2", agreements: [{ agreement: "AG-1" }, { agreement: "AG-2" }] } }]);
  expect(told("price/C-1/A", row("AG-1", "2026-01-01"))[0]?.data).toEqual({ agreement: "AG-1", validFrom: "2026-01-01" });
});

test("a stated pack is told with the item until the system of record states it itself; the latest word stands", () => {
  const item = (version: number, units: object[]) => ({ type: "item.described", source: "erp", document: "V-1", version, data: { item: "V-1", version, baseUnit: "EA", units } });
  const stated = (version: number, numerator: number, source = "person:ann") => ({ type: "unit.stated", source, document: "V-1/BX", version, data: { item: "V-1", version, unit: "BX", numerator, denominator: 1 } });
  const units = (...rows: Parameters<typeof told>[1][]) => (told("item/V-1", ...rows)[0]?.data as { units: unknown[] } | undefined)?.units;
  expect(units(item(1, []), stated(10, 6))).toEqual([{ unit: "BX", numerator: 6, denominator: 1 }]);
  expect(units(item(1, []), stated(20, 12, "person:bob"), stated(10, 6))).toEqual([{ unit: "BX", numerator: 12, denominator: 1 }]);
  expect(units(item(2, [{ unit: "BX", numerator: 8, denominator: 1 }]), stated(10, 6))).toEqual([{ unit: "BX", numerator: 8, denominator: 1 }]);
  expect(told("item/V-1", stated(10, 6))).toEqual([]);
});

test("a version without news tells what was told before; news tells a new version", () => {
  const row = (version: number, name: string) => ({ type: "customer.described", source: "erp", document: "C-1", version, data: { customer: "C-1", version, name } });
  const before = told("customer/C-1", row(4, "Old"), row(7, "New"));
  expect(told("customer/C-1", row(4, "Old"), row(7, "New"), row(9, "New"), row(12, "New"))).toEqual(before);
  expect(before).toMatchObject([{ data: { version: 7 } }]);
  expect(told("customer/C-1", row(7, "New"), row(12, "New"), row(13, "Old"))).toMatchObject([{ data: { version: 13, name: "Old" } }]);
  const price = (version: number, amount: string) => ({ type: "price.agreed", source: "erp", document: "AG-1", version, data: { agreement: "AG-1", version, price: amount, validFrom: "2026-01-01" } });
  expect(told("price/C-1/A", price(1, "2.00"), price(2, "2.00"))).toEqual(told("price/C-1/A", price(1, "2.00")));
});
