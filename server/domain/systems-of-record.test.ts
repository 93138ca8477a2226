import { expect, test } from "vitest";
import { testPolicy } from "../testing/world/defaults";
import type { Fact } from "./facts";
import { believed } from "./systems-of-record";

const position = (source: string, version: number): Fact => ({
  subject: "US01:credit_account:C-1" as Fact["subject"], shape: "register", type: "credit.positioned", source, document: "C-1", group: "", version, occurredAt: "2026-03-02T08:00:00.000Z", recordedAt: "2026-03-02T08:00:00.000Z",
  data: { account: "C-1", version, currency: "USD", limit: "1000", openReceivables: "0", asOf: "2026-03-02T08:00:00.000Z" },
});
const sources = (facts: readonly Fact[]) => facts.map(({ source }) => source);

test("a list of facts is parted anew when it has grown, when the rules are others, and when other commands stand; else the same list comes back", () => {
  const policy = testPolicy, facts = [position("zeta", 1)];
  expect(sources(believed({ facts, policy }).facts)).toEqual([]);
  facts.push(position("erp", 1));
  const once = believed({ facts, policy }).facts;
  expect(sources(once)).toEqual(["erp"]);
  expect(believed({ facts, policy }).facts).toBe(once);
  const other = { ...policy, systemsOfRecord: { ...policy.systemsOfRecord, credit: "zeta" } };
  expect(sources(believed({ facts, policy: other }).facts)).toEqual(["zeta"]);
  expect(sources(believed({ facts, policy, commands: [] }).facts)).toEqual(["erp"]);
});
