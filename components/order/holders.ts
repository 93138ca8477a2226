import type { HolderRole } from "@/components/charts/waterfall-chart";
import { heldByHolder, holdersThroughout, holdersTogether, intervalsOfHistory } from "@/server/domain/figures/holders";
import { stageTable, type Holder, type Stage } from "@/server/domain/stages";
import type { OrderDetail } from "@/server/api/shapes";

const finance = new Set(["finance", "billing", "tax", "credit", "cash", "pricing", "controller"]);
export function roleOf(holder: string): HolderRole {
  if (holder === "tower") return "engine";
  if (holder.startsWith("target:")) return "target";
  if (holder === "source") return "source";
  if (holder === "customer" || holder === "calendar") return "customer";
  if (holder === "warehouse" || holder === "carrier" || holder === "supplier" || holder === "partner") return "partner";
  if (holder === "master_data" || holder === "order_desk" || holder === "integration") return "master_data";
  return finance.has(holder) ? "finance" : "service";
}

const sentence = (value: string): string => { const text = value.replaceAll("_", " "); return text.charAt(0).toUpperCase() + text.slice(1); };
/** A holder by name; we are named as ourselves. */
export const holderName = (holder: string): string => (holder === "tower" ? "Ledgerline" : holder.startsWith("target:") ? holder.slice("target:".length) : sentence(holder));

/** Who held it from when to when, longest first: the parts sum to the whole. */
export interface Held { from: string; to: string; ms: number; parts: { holder: Holder; ms: number }[]; /** When it is past its service level; null without one. */ dueAt: string | null }

const isStage = (stage: string): stage is Stage => stage in stageTable;
const bars = (detail: Pick<OrderDetail, "slices">, stages: ReadonlySet<string>) => detail.slices.filter(({ stage }) => stages.has(stage)).map((slice) => ({ holder: slice.holder as Holder, validFrom: slice.validFrom, validTo: slice.validTo }));

function held(detail: Pick<OrderDetail, "slices">, stages: ReadonlySet<string>, from: string, to: string, dueAt: string | null): Held | null {
  const rows = bars(detail, stages);
  const ms = Date.parse(to) - Date.parse(from);
  if (rows.length === 0 || ms <= 0) return null;
  const parts = heldByHolder(holdersThroughout(holdersTogether(intervalsOfHistory(rows, to)), from, to));
  return { from, to, ms, parts, dueAt };
}

const billing: ReadonlySet<string> = new Set(["bill_control", "post"]);
/** Who had it since the stage began in which the order stands; control and posting are one wait for whoever asks why it is not posted. */
export function heldInStage(detail: Pick<OrderDetail, "slices" | "order" | "asOf">): Held | null {
  const { stage, stageSince, stageDueAt, complete } = detail.order;
  if (complete || stage === null || stageSince === null) return null;
  const stages = billing.has(stage) ? billing : new Set([stage]);
  const since = detail.slices.filter((slice) => stages.has(slice.stage) && slice.validTo === null).map((slice) => slice.since).sort()[0];
  return held(detail, stages, since ?? stageSince, detail.asOf, stageDueAt);
}

const afterwards: ReadonlySet<string> = new Set(["collect", "apply", "closed"]);
/** Who had it from the first word of it until everything was billed, or now. What runs beside (telling, carrying, sending) holds nothing up. */
export function heldUntilBilled(detail: Pick<OrderDetail, "slices" | "order" | "asOf">): Held | null {
  const stages = new Set(detail.slices.flatMap(({ stage }) => (isStage(stage) && !stageTable[stage].parallel && !afterwards.has(stage) ? [stage] : [])));
  const rows = bars(detail, stages);
  const first = rows.map(({ validFrom }) => validFrom).sort()[0];
  if (first === undefined) return null;
  const from = detail.order.placedAt !== null && detail.order.placedAt < first ? detail.order.placedAt : first;
  const ends = rows.map(({ validTo }) => validTo);
  const to = ends.includes(null) ? detail.asOf : ends.flatMap((end) => (end === null ? [] : [end])).sort().at(-1) ?? detail.asOf;
  return held(detail, stages, from, to, null);
}
