import type { AgeMatrixProps, AgeStage } from "@/components/charts/age-matrix";
import type { PipelineProps } from "@/components/charts/pipeline";
import { durationText } from "@/components/ui/duration-text";
import type { TowerOverview } from "@/server/api/shapes";
import { ageBuckets } from "@/server/domain/figures/orders";
import { ordersHref, type TowerSearch } from "./search";
import { stageWords } from "./stage-words";

const hour = 3_600_000;
export const minutesText = (minutes: number): string => durationText(minutes * 60_000);

/** Edges of a bucket in hours, as the order list takes them. */
export function bucketEdges(index: number): { ageFrom?: number; ageTo?: number } {
  const from = index === 0 ? undefined : (ageBuckets[index - 1]?.below ?? 0) / hour, below = ageBuckets[index]?.below ?? Infinity;
  return { ...(from === undefined ? {} : { ageFrom: from }), ...(Number.isFinite(below) ? { ageTo: below / hour } : {}) };
}

/** The first bucket that lies wholly past a limit; null without a limit. */
export function lateFrom(limitMinutes: number | undefined): number | null {
  if (limitMinutes === undefined) return null;
  const index = ageBuckets.findIndex((_, at) => (at === 0 ? 0 : (ageBuckets[at - 1]?.below ?? Infinity)) >= limitMinutes * 60_000);
  return index === -1 ? ageBuckets.length : index;
}

/** Sums of whole columns: exact, as text; null where nothing of it has an amount. */
function added(stated: readonly (string | null)[]): string | null {
  const places = 6, amounts = stated.filter((amount) => amount !== null);
  if (amounts.length === 0) return null;
  const total = amounts.reduce((sum, amount) => { const [whole = "0", fraction = ""] = amount.replace("-", "").split("."); const value = BigInt(whole + fraction.padEnd(places, "0").slice(0, places)); return sum + (amount.startsWith("-") ? -value : value); }, 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(places + 1, "0");
  return `${total < 0n ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Age in stage as the chart takes it: each number leads to the orders that it counts. */
export function matrixProps(overview: TowerOverview, search: TowerSearch): AgeMatrixProps {
  const { aged } = overview.matrix;
  const all = aged.map(({ stage }) => stage).join(",");
  const stages = aged.map((row): AgeStage => {
    const limit = overview.targets[row.stage];
    return {
      key: row.stage, name: stageWords[row.stage].name, waits: `waits for ${stageWords[row.stage].waits}${limit === undefined ? "" : ` · ${minutesText(limit)}`}`,
      cells: row.cells.map((cell, index) => (cell.count === 0 ? null : { ...cell, href: ordersHref(search, { stage: row.stage, ...bucketEdges(index) }) })),
      lateFrom: lateFrom(limit), total: { count: row.count, amount: row.amount, href: ordersHref(search, { stage: row.stage }) }, late: { count: row.late, href: ordersHref(search, { stage: row.stage, late: 1 }) },
    };
  });
  const sum = (index: number) => ({ count: aged.reduce((total, row) => total + (row.cells[index]?.count ?? 0), 0), amount: added(aged.map((row) => row.cells[index]?.amount ?? null)) });
  return {
    caption: "Orders in flight by stage and age, money and orders", buckets: ageBuckets.map(({ name }) => name), stages, currency: overview.currency,
    sums: {
      cells: ageBuckets.map((_, index) => { const cell = sum(index); return cell.count === 0 ? null : { ...cell, href: ordersHref(search, { stage: all, ...bucketEdges(index) }) }; }),
      total: { count: aged.reduce((total, row) => total + row.count, 0), amount: added(aged.map((row) => row.amount)), href: ordersHref(search, { stage: all }) },
      late: { count: aged.reduce((total, row) => total + row.late, 0), href: ordersHref(search, { stage: all, late: 1 }) },
    },
  };
}

const stepLabels: Readonly<Record<string, string>> = { received: "Captured", validated: "Validated", released: "Released", shipped: "Shipped", invoice_posted: "Posted", settled: "Paid" };
const gapWords = [
  { stages: "transit,intake,validate", noun: "orders", moving: "moving" }, { stages: "approve,allocate,backorder,release", noun: "orders", moving: "moving" }, { stages: "fulfil", noun: "orders", moving: "moving" },
  { stages: "bill_wait,bill_control,post", noun: "orders", moving: "moving" }, { stages: null, noun: "unpaid", moving: "not yet due" },
] as const;
const unpaidHref: Readonly<Record<string, string>> = { technical: "/exceptions?kind=technical%2Ccontract", business: "/exceptions?kind=mapping%2Cbusiness", drift: "/exceptions?kind=drift", sla: "/exceptions?kind=sla" };

/** Captured to paid as the chart takes it. */
export function pipelineProps(overview: TowerOverview, search: TowerSearch): PipelineProps {
  return {
    currency: overview.currency,
    stages: overview.flow.passed.map(({ milestone, count, amount }) => ({ key: milestone, label: stepLabels[milestone] ?? milestone, count, amount, href: ordersHref(search, { stage: "all", passed: milestone }) })),
    gaps: overview.flow.gaps.map((gap, index) => {
      const words = gapWords[index] ?? gapWords[0];
      const list = (more: Record<string, string | number>) => words.stages === null ? ordersHref(search, { stage: "all", unpaid: 1, ...more }) : ordersHref(search, { stage: words.stages, ...more });
      return {
        amount: gap.amount, count: gap.count, noun: gap.count === 1 && words.noun === "orders" ? "order" : words.noun, href: list({}), moving: gap.moving, movingText: words.moving,
        stuck: gap.stuck.map(({ kind, count }) => ({ kind, count, href: words.stages === null ? (unpaidHref[kind] ?? list({})) : list({ stopped: kind }) })),
      };
    }),
  };
}

/** What the latency chart says, in one sentence. */
export function latencySentence({ latency }: Pick<TowerOverview, "latency">): string {
  const { gross, open } = latency.figure;
  const spread = gross.p50 === null || gross.p95 === null ? "No invoice was posted in the last 24 hours" : `Posting latency of the last 24 hours: p50 ${minutesText(gross.p50)}, p95 ${minutesText(gross.p95)}, limit ${minutesText(latency.limitMinutes)}`;
  return `${spread}. ${open.count === 0 ? "Nothing is due and not posted." : `${open.orders} ${open.orders === 1 ? "order is" : "orders are"} due and not posted, the oldest for ${minutesText(open.oldestMinutes ?? 0)}.`}`;
}
