"use client";
import { WaterfallChart } from "@/components/charts/waterfall-chart";
import type { OrderDetail } from "@/server/api/shapes";
import { BallTotals } from "./ball";
import { barsOf } from "./bars";

/** Who held the ball, and how long. */
export function Across({ detail }: { detail: OrderDetail }) {
  const intervals = barsOf(detail.slices, detail.related);
  const first = intervals[0];
  if (!first) return <p className="sm m2">No stage has begun yet.</p>;
  const last = intervals.reduce((latest, interval) => (interval.to === null || (latest !== null && interval.to > latest) ? interval.to : latest), intervals[0]?.to ?? null);
  const to = last === null || detail.asOf < last ? detail.asOf : last;
  const end = Math.max(Date.parse(to), Date.parse(first.from) + 60_000);
  const open = intervals.find((interval) => interval.to === null);
  return <><WaterfallChart sentence={open ? `${open.name} is with ${open.holder} now` : "Every stage has ended"} intervals={intervals} from={first.from} to={new Date(end + (end - Date.parse(first.from)) * 0.05).toISOString()} now={detail.asOf} /><BallTotals detail={detail} /></>;
}
