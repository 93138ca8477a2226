"use client";
import { useId } from "react";
import { Area, CartesianGrid, ComposedChart, Line, ReferenceDot, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useClock } from "@/components/ui/clock";
import { clockText, durationText, zoneOffset } from "@/components/ui/duration-text";
import { ChartTable } from "./chart-table";
import { endLabelShift, hourTicks, minuteTicks, peakOf, withCrossings, type LatencyPoint } from "./latency-shape";

export type { LatencyPoint } from "./latency-shape";

export interface LatencyChartProps {
  points: readonly LatencyPoint[];
  limitMinutes: number;
  /** What the chart says, in one sentence; its accessible name. */
  sentence: string;
  /** Written on the highest point, when it lies beyond the limit: "Business Central 429s". */
  cause?: string | undefined;
  height?: number | undefined;
}

const minutes = (value: number) => durationText(value * 60_000);
const axisMinutes = (value: number) => value === 0 ? "0" : minutes(value);

function Reading({ active, payload, label, zone }: { active?: boolean; payload?: readonly { payload?: { p50: number | null; p95: number | null } }[]; label?: unknown; zone: string }) {
  const point = payload?.[0]?.payload;
  if (active !== true || point === undefined || typeof label !== "number") return null;
  return (
    <div className="ch-tip">
      <span className="b">{clockText(new Date(label).toISOString(), zone)}</span> p95 {point.p95 === null ? "none" : minutes(point.p95)}, p50 {point.p50 === null ? "none" : minutes(point.p50)}
    </div>
  );
}

/** Height that the plot itself does not have: margin and time axis. */
const AXIS_PX = 36;

/** p95 in ink, p50 thin, the limit drawn and what lies beyond it hatched. Lines are labelled at their end. */
export function LatencyChart({ points, limitMinutes, sentence, cause, height = 196 }: LatencyChartProps) {
  const hatch = useId().replaceAll(/[^\w-]/g, "");
  const { timeZone } = useClock();
  const plot = withCrossings(points, limitMinutes);
  const from = plot[0]?.t ?? 0;
  const to = plot.at(-1)?.t ?? 1;
  const peak = peakOf(points);
  const ticks = minuteTicks(Math.max(limitMinutes * 1.2, peak?.p95Minutes ?? 0));
  const end = points.findLast((point) => point.p95Minutes !== null);
  const shift = endLabelShift(end?.p50Minutes ?? 0, end?.p95Minutes ?? 0, ticks.at(-1) ?? 1, height - AXIS_PX);
  const time = (value: number) => clockText(new Date(value).toISOString(), timeZone);
  const peakIsLate = peak?.p95Minutes != null && peak.p95Minutes > limitMinutes;
  const peakLeft = peak !== null && Date.parse(peak.at) - from > (to - from) * 0.5;
  return (
    <figure className="ch" style={{ height }}>
      <div role="img" aria-label={sentence} style={{ height }}>
        <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 446, height }}>
          <ComposedChart data={plot} margin={{ top: 14, right: 70, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <defs>
              <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.5" height="5" fill="var(--ink-2)" /></pattern>
            </defs>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="t" type="number" domain={[from, to]} ticks={hourTicks(from, to, zoneOffset(to, timeZone))} tickFormatter={time} tickLine={{ stroke: "var(--line)" }} tickSize={3} axisLine={false} interval={0} height={22} />
            <YAxis ticks={ticks} domain={[0, ticks.at(-1) ?? 1]} tickFormatter={axisMinutes} axisLine={false} tickLine={false} width={36} interval={0} />
            <Area dataKey="beyond" type="linear" stroke="none" fill={`url(#${hatch})`} fillOpacity={0.55} isAnimationActive={false} activeDot={false} />
            <Line dataKey="p50" type="linear" stroke="var(--ink-3)" strokeWidth={1.25} dot={false} activeDot={false} isAnimationActive={false} />
            <Line dataKey="p95" type="linear" stroke="var(--ink)" strokeWidth={1.75} dot={false} activeDot={{ r: 3, fill: "var(--ink)", stroke: "none" }} isAnimationActive={false} />
            <ReferenceLine y={limitMinutes} stroke="var(--ink)" strokeDasharray="4 3" label={{ value: `Limit, p95 ${minutes(limitMinutes)}`, position: "insideBottomLeft", offset: 5, className: "tx" }} />
            {end?.p95Minutes != null && <ReferenceDot x={Date.parse(end.at)} y={end.p95Minutes} r={3} fill="var(--ink)" stroke="none" label={{ value: `p95 ${minutes(end.p95Minutes)}`, position: "right", offset: 6, dy: shift.p95, className: "tx" }} />}
            {end?.p50Minutes != null && <ReferenceDot x={Date.parse(end.at)} y={end.p50Minutes} r={2.5} fill="var(--ink-3)" stroke="none" label={{ value: `p50 ${minutes(end.p50Minutes)}`, position: "right", offset: 6, dy: shift.p50 }} />}
            {cause !== undefined && peakIsLate && (
              <ReferenceDot x={Date.parse(peak.at)} y={peak.p95Minutes ?? 0} r={0} label={{ value: `${cause}, peak ${minutes(peak.p95Minutes ?? 0)}`, position: peakLeft ? "left" : "right", offset: 14, dy: -6, className: "tx" }} />
            )}
            <Tooltip isAnimationActive={false} cursor={{ stroke: "var(--line-2)" }} content={({ active, payload, label }) => <Reading active={active} payload={payload} label={label} zone={timeZone} />} />
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <ChartTable
        caption={sentence} heads={["Time", "p95", "p50"]}
        rows={points.map((point) => [time(Date.parse(point.at)), point.p95Minutes === null ? "none" : minutes(point.p95Minutes), point.p50Minutes === null ? "none" : minutes(point.p50Minutes)])}
      />
    </figure>
  );
}
