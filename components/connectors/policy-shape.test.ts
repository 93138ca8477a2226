import { expect, it } from "vitest";
import { checkPolicy, defaultRules } from "@/server/domain/resilience";
import { breakerFigures, budgetFigures, laneFigures, policyDifferences, shown, typedPolicy } from "./policy-shape";

const policy = { ...defaultRules, concurrency: 8, perMinute: 600 }, limits = { concurrency: 8, perMinute: 600 };

it("shows every number in the unit in which it is typed, and reads it back as it was", () => {
  const figures = [...budgetFigures, ...laneFigures("bulk"), ...breakerFigures];
  expect(figures.map((one) => `${shown(policy, one)} ${one.unit}`)).toEqual(["8 calls", "600 calls", "25 %", "10 times", "24 h", "1 s", "300 s", "5 calls", "50 %", "20 calls", "60 s", "10 s", "60 s"]);
  expect(typedPolicy(policy, Object.fromEntries(figures.map((one) => [one.place.join("."), shown(policy, one)])))).toEqual(policy);
});

it("names what was changed, and finds what is no number where it was typed", () => {
  const changed = typedPolicy(policy, { "lanes.bulk.share": "7", perMinute: "60" });
  expect([changed.lanes.bulk.share, policyDifferences(policy, changed)]).toEqual([0.07, [{ name: "Budget: calls a minute", before: "600 calls", after: "60 calls" }, { name: "Bulk: may use", before: "25 %", after: "7 %" }]]);
  for (const text of ["", "many"]) expect(checkPolicy(typedPolicy(policy, { "breaker.inARow": text }), limits)).toMatchObject({ ok: false, error: { code: "POLICY", message: "Failures in a row is a whole number", at: "breaker.inARow" } });
});
