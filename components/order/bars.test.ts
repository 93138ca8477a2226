import { expect, test } from "vitest";
import { barsOf } from "./bars";

const related = [{ id: "u", number: "SHP-1/C-1/USD/N30/p1" }, { id: "s", number: "SHP-1" }];
const slice = (subjectId: string, stage: string, holder: string, document: string | null, validFrom: string, validTo: string | null) => ({ subjectId, stage, holder, document, validFrom: `2026-11-27T15:${validFrom}Z`, validTo: validTo === null ? null : `2026-11-27T15:${validTo}Z` });
const shown = (slices: Parameters<typeof barsOf>[0]) => barsOf(slices, related).map(({ name, from, to }) => [name, from.slice(14, 19), to?.slice(14, 19) ?? null]);

test("what the order and its document say of the same goods is one bar, also over the turn of a second", () => {
  expect(shown([
    slice("s", "deliver", "carrier", "SHP-1", "13:41.983", "18:33.426"), slice("o", "deliver", "carrier", "SHP-1", "13:42.127", "18:33.462"),
    slice("u", "bill_control", "billing", "SHP-1", "13:20.896", null), slice("o", "bill_control", "billing", "SHP-1/C-1/USD/N30/p1", "13:20.952", null),
  ])).toEqual([["Billing control SHP-1", "13:20", null], ["Deliver SHP-1", "13:41", "18:33"]]);
});
test("what goes on with the same holder is one bar; what comes back later is another", () => {
  expect(shown([
    slice("o", "fulfil", "warehouse", "R1", "13:03.234", "13:04.454"), slice("o", "fulfil", "warehouse", "R1", "13:04.454", "13:20.952"), slice("o", "fulfil", "warehouse", "R2", "16:00.000", "16:10.000"),
    slice("o", "fulfil", "purchasing", null, "13:20.952", "16:00.000"),
  ])).toEqual([["Fulfil", "13:03", "13:20"], ["Fulfil", "13:20", "16:00"], ["Fulfil", "16:00", "16:10"]]);
});
