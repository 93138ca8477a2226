import { expect, test } from "vitest";
import type { SlotToAdopt } from "@/server/api/shapes";
import { adoptable, adoptHref, becauseText, paired, shown, sureOf } from "./words";

const row = (subject: string, pair: Partial<NonNullable<SlotToAdopt["pair"]>> | null) => ({ subject, pair: pair && { because: ["same amount before tax"], differs: [], rival: null, confidence: "certain", ...pair }, document: pair && { number: "H-1" } }) as unknown as SlotToAdopt;
const rows = [row("US01:order:A", {}), row("US01:order:B", { differs: ["in EUR"], confidence: "possible" }), row("US01:order:C", { confidence: "possible", rival: "US01:order:A" }), row("US01:order:D", null)];

test("what is shown, picked and may be adopted", () => {
  expect([shown(rows, "suggested"), shown(rows, "differs"), shown(rows, "rest")].map((each) => each.map(({ subject }) => subject.at(-1)).join(""))).toEqual(["AC", "B", "D"]);
  const all = paired(rows, new Set(rows.map(({ subject }) => subject)));
  expect([all.length, adoptable(all).length, sureOf({ rows, missing: null }).length, sureOf({ rows, missing: "Needs the role finance" }).length]).toEqual([3, 2, 1, 0]);
  expect(all.map(becauseText)).toEqual(["same amount before tax", "in EUR, same amount before tax", "same amount before tax; A fits as well"]);
});
test("its address", () => { expect([adoptHref({}), adoptHref({ entity: "US01", show: "differs" })]).toEqual(["/routes/adopt", "/routes/adopt?entity=US01&show=differs"]); });
