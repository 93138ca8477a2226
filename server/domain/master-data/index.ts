import { canonicalJson } from "../commands";
import { allOf, publishedOf, type Known } from "../facts";
import { codeKey, type TargetCode } from "../awaited-codes";
import type { CrossReference, ItemMaster, PriceAgreement } from "../contracts/masters";
import type { EventType } from "../contracts/registry";
import type { Plan, PlanInput, Planner, Publication } from "../plan";
import { alikeTopic, likenessOf, readUnclaimed, unclaimedTopic, type UnclaimedDocument } from "../unclaimed";
import { emptyPlan } from "../order-to-cash/order/unseen";

/** Which contract speaks of each topic. */
const topics = { customer: "customer.described", item: "item.described", price: "price.agreed", periods: "periods.described", map: "code.mapped", code: "code.described" } as const satisfies Record<string, EventType>;
export type MasterTopic = keyof typeof topics;
const isTopic = (topic: string): topic is MasterTopic => topic in topics;

/**
 * A master record tells whoever depends on it what its system of record says now: topic `customer`, `item`, `price`,
 * `periods`, `map` or `code`, key the rest of its own key. Several agreements for one customer and item are told together, the newest first in hand.
 *
 * An ERP gives a record a new version with every posting that touches it (a customer with each change of balance). What is
 * told keeps the version in which its content last changed, so that a version without news is no publication and wakes nobody.
 */
export const masterRecordPlanner: Planner = {
  dependencies: () => [],
  plan: (input: PlanInput): Plan => {
    const plan = emptyPlan(input.subject.key);
    const [topic = "", ...rest] = input.subject.key.split("/");
    if (topic === unclaimedTopic) return { ...plan, publications: tellUnclaimed(input, rest.join("/")), summary: { ...plan.summary, complete: true } };
    if (topic === alikeTopic) return { ...plan, publications: tellAlike(input, rest.join("/")), summary: { ...plan.summary, complete: true } };
    if (!isTopic(topic)) return plan;
    const known = allOf(input.facts, topics[topic]);
    if (known.length === 0) return plan;
    const publication: Publication = { topic, key: rest.join("/"), to: null, data: topic === "price" ? agreements(known as Known<PriceAgreement>[]) : topic === "item" ? withStatedUnits(steady(known as Known<ItemMaster>[]), input) : steady(known) };
    return { ...plan, publications: [publication, ...(topic === "map" ? targetCodes(known as Known<CrossReference>[]) : [])], summary: { ...plan.summary, complete: true } };
  },
};

/** A document of the ledger that names nobody, to whoever adopted it, and to wherever those look whose invoice it may be. */
function tellUnclaimed({ subject, facts }: PlanInput, number: string): Publication[] {
  const row = readUnclaimed(facts, number);
  if (!row) return [];
  const stands = row.document.state === "posted" && row.claimedBy === null;
  return [{ topic: unclaimedTopic, key: number, to: null, data: row }, ...likenessOf(row.document).map((key): Publication => ({ topic: alikeTopic, key: number, to: { entity: subject.entity, kind: "master_record", key: `${alikeTopic}/${key}` }, data: stands ? row : null }))];
}

/** All of them that are alike in one thing, together: of a broadcast only the newest word under one key is read. */
const tellAlike = ({ facts }: PlanInput, key: string): Publication[] =>
  [{ topic: alikeTopic, key, to: null, data: publishedOf<UnclaimedDocument | null>(facts, alikeTopic).flatMap(({ data }) => data ?? []) }];

/** The newest content, with the oldest of the versions since which it has been the same. */
function steady<T extends object>(known: readonly Known<T>[]): T | null {
  const contentOf = ({ data }: Known<T>): string => canonicalJson({ ...data, version: 0 });
  let since = known.at(-1);
  if (!since) return null;
  const content = contentOf(since);
  for (let index = known.length - 2; index >= 0; index--) {
    const before = known[index];
    if (!before || contentOf(before) !== content) break;
    since = before;
  }
  return since.data;
}

/** The same the other way round, for commands that were refused for want of it: which code our word has there, and none where the code once meant something else. */
function targetCodes(known: readonly Known<CrossReference>[]): Publication[] {
  const last = known.at(-1)?.data;
  const words = new Set(known.flatMap(({ data }) => data.canonical ?? []));
  return [...words].sort().map((canonical): Publication => {
    const since = known.findLast(({ data }, index) => data.canonical === canonical && known[index - 1]?.data.canonical !== canonical);
    const { topic, key } = codeKey(last?.kind ?? "", last?.system ?? "", canonical);
    const data: TargetCode | null = last?.canonical === canonical && since ? { code: last.code, mappedAt: since.recordedAt } : null;
    return { topic, key, to: null, data };
  });
}

/** Newest content of each agreement, oldest validity first; one alone is told as it is. */
function agreements(known: readonly Known<PriceAgreement>[]): PriceAgreement & { agreements?: PriceAgreement[] } {
  const byAgreement = new Map<string, Known<PriceAgreement>[]>();
  for (const version of known) byAgreement.set(version.data.agreement, [...(byAgreement.get(version.data.agreement) ?? []), version]);
  const all = [...byAgreement.values()].flatMap((versions) => steady(versions) ?? []).sort((a, b) => a.validFrom.localeCompare(b.validFrom) || a.agreement.localeCompare(b.agreement));
  const last = all.at(-1) as PriceAgreement;
  return all.length === 1 ? last : { ...last, agreements: all };
}

/** The item with the packs that people stated for it. What the system of record says of a unit stands above any person's word. */
function withStatedUnits(item: ItemMaster | null, { facts }: PlanInput): ItemMaster | null {
  if (item === null) return null;
  const known = new Set([item.baseUnit, ...item.units.map(({ unit }) => unit)]);
  const latest = new Map(allOf(facts, "unit.stated").map(({ data }) => [data.unit, data]));
  const stated = [...latest.values()].filter(({ unit }) => !known.has(unit)).map(({ unit, numerator, denominator }) => ({ unit, numerator, denominator }));
  return stated.length === 0 ? item : { ...item, units: [...item.units, ...stated] };
}
