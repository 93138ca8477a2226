import { expect, it } from "vitest";
import { diagramOf } from "./diagram-shape";

const entry = (what: string, lane: string, title: string, over: object = {}) => ({ at: "2026-03-02T10:00:00.000Z", what, lane, title, detail: null, outcome: null, subjectId: null, link: null, ...over }) as Parameters<typeof diagramOf>[0][number];

it("puts the first sender left, the tower beside it and people last, and draws who speaks to whom", () => {
  const { lanes, steps } = diagramOf([
    entry("message", "shop", "Message 1", { detail: "order.captured" }), entry("event", "tower", "order.captured"), entry("milestone", "tower", "credit_cleared"),
    entry("attempt", "erp", "post_invoice", { outcome: "rejected" }), entry("decision", "Ann", "approve AMOUNT_LIMIT"), entry("attempt", "erp", "post_invoice", { outcome: "confirmed", at: "2026-03-02T10:30:00.000Z" }),
  ]);
  expect(lanes).toEqual(["shop", "tower", "erp", "people"]);
  expect(steps.map(({ from, to, says, mood }) => [from, to, says, mood])).toEqual([
    [0, 1, "order captured", "plain"], [1, 1, "credit cleared", "plain"], [1, 2, "post invoice: rejected", "biz"], [3, 1, "approve AMOUNT_LIMIT", "plain"], [1, 2, "post invoice", "plain"]]);
  expect(steps.at(-1)?.gapMs).toBe(30 * 60_000);
});

it("stands with one lane where nothing came or went", () => {
  expect(diagramOf([entry("milestone", "tower", "placed")]).lanes).toEqual(["tower"]);
});
