"use client";
import { WaterfallChart, type HolderInterval } from "@/components/charts/waterfall-chart";
import { stageName } from "@/components/tower/stage-words";
import type { OrderDetail } from "@/server/api/shapes";
import { BallTotals } from "./ball";
import { holderName, roleOf } from "./holders";

/** Intervals by stage, document and holder: slices that moved within a second are one bar; at most 12, the longest. */
function intervalsOf({ slices, related }: Pick<OrderDetail, "slices" | "related">): HolderInterval[] {
  const bars = new Map<string, HolderInterval>();
  for (const slice of slices) {
    // A billing unit that has no number yet is named by its shipment; what is being carried is the shipment's, whoever counts it.
    const document = related.find(({ id }) => id === slice.subjectId)?.number.split("/")[0] ?? (slice.stage === "deliver" ? slice.document : null) ?? undefined;
    const name = document === undefined ? stageName(slice.stage) : `${stageName(slice.stage)} ${document}`;
    const key = `${name}|${slice.holder}|${slice.validFrom.slice(0, 19)}`;
    const present = bars.get(key);
    const to = slice.validTo;
    if (present) { if (to === null || (present.to !== null && to > present.to)) present.to = to; continue; }
    bars.set(key, { key, name, holder: holderName(slice.holder), role: roleOf(slice.holder), from: slice.validFrom, to, strong: to === null });
  }
  const length = (bar: HolderInterval): number => (bar.to === null ? Number.MAX_SAFE_INTEGER : Date.parse(bar.to)) - Date.parse(bar.from);
  return [...bars.values()].sort((a, b) => length(b) - length(a)).slice(0, 12).sort((a, b) => a.from.localeCompare(b.from));
}

/** Who held the ball, and how long. */
export function Across({ detail }: { detail: OrderDetail }) {
  const intervals = intervalsOf(detail);
  const first = intervals[0];
  if (!first) return <p className="sm m2">No stage has begun yet.</p>;
  const last = intervals.reduce((latest, interval) => (interval.to === null || (latest !== null && interval.to > latest) ? interval.to : latest), intervals[0]?.to ?? null);
  const to = last === null || detail.asOf < last ? detail.asOf : last;
  const end = Math.max(Date.parse(to), Date.parse(first.from) + 60_000);
  const open = intervals.find((interval) => interval.to === null);
  return <><WaterfallChart sentence={open ? `${open.name} is with ${open.holder} now` : "Every stage has ended"} intervals={intervals} from={first.from} to={new Date(end + (end - Date.parse(first.from)) * 0.05).toISOString()} now={detail.asOf} /><BallTotals detail={detail} /></>;
}
