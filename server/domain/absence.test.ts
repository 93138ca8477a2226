import { expect, test } from "vitest";
import { provedAbsent, type Tried } from "./absence";

const call = (over: Partial<Tried>): Tried => ({ purpose: "send", startedAt: "2026-03-02T10:00:00.000Z", outcome: "rejected", code: null, httpStatus: 422, request: {}, response: {}, ...over });
const lost = call({ outcome: "unknown", httpStatus: null }), empty = call({ purpose: "lookup", outcome: "absent", httpStatus: 200 });

test.each([
  ["nothing was ever sent", [], true], ["it refused", [call({})], true], ["the connection was never made", [call({ outcome: "retryable", httpStatus: null, response: { left: "no" } })], true],
  ["too many requests", [call({ outcome: "retryable", httpStatus: 429 })], true], ["the answer was lost", [lost], false], ["it failed inside and its key made a repeat harmless", [call({ outcome: "retryable", httpStatus: 503 })], false],
  ["lost, and a look-up found nothing", [lost, empty], true], ["a look-up found nothing, and then one was lost", [empty, lost], false], ["a search that proves nothing", [lost, { ...empty, code: "TEC-04" }], false],
  ["no search was made, its key is alive", [lost, { ...empty, request: null }], false], ["lost, then refused", [lost, call({})], false], ["it is there", [lost, call({ purpose: "lookup", outcome: "found" })], false],
])("absence is proved where %s: %#", (_what, calls, proved) => { expect(provedAbsent(calls, null)).toBe(proved); });

test("a person's word counts for what was sent before it", () => {
  expect(provedAbsent([lost], "2026-03-02T11:00:00.000Z")).toBe(true);
  expect(provedAbsent([lost, { ...lost, startedAt: "2026-03-02T12:00:00.000Z" }], "2026-03-02T11:00:00.000Z")).toBe(false);
});
