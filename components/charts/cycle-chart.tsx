"use client";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { durationText, shortDay } from "@/components/ui/duration-text";
import { minuteTicks } from "./latency-shape";

export interface CycleDay { day: string; p50: number | null; p95: number | null }
export interface CycleChartProps {
  days: readonly CycleDay[];
  /** What the chart says, in one sentence; its accessible name. */
  sentence: string;
  /** Id of the table that has the same figures. */
  tableId: string;
  height?: number | undefined;
}

const minutes = (value: number): string => (value === 0 ? "0" : durationText(value * 60_000));
const measured = (value: number | null): string => (value === null ? "none" : minutes(value));

function Reading({ active, payload }: { active?: boolean; payload?: readonly { payload?: CycleDay }[] }) {
  const day = payload?.[0]?.payload;
  return active === true && day !== undefined ? <div className="ch-tip"><span className="b">{shortDay(day.day)}</span> p95 {measured(day.p95)}, p50 {measured(day.p50)}</div> : null;
}

/** p95 in ink, p50 thin, a mark for each day that has one: a day without an invoice is a gap, never a zero. */
export function CycleChart({ days, sentence, tableId, height = 196 }: CycleChartProps) {
  const ticks = minuteTicks(Math.max(0, ...days.map(({ p95 }) => p95 ?? 0)));
  return (
    <div className="ch" role="img" aria-label={sentence} aria-details={tableId} style={{ height }}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 446, height }}>
        <LineChart data={[...days]} margin={{ top: 10, right: 14, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="day" tickFormatter={shortDay} padding={{ left: 14, right: 14 }} tickLine={{ stroke: "var(--line)" }} tickSize={3} axisLine={false} interval="preserveStartEnd" minTickGap={18} height={22} />
          <YAxis ticks={ticks} domain={[0, ticks.at(-1) ?? 1]} tickFormatter={minutes} axisLine={false} tickLine={false} width={44} interval={0} />
          <Line dataKey="p50" type="linear" stroke="var(--ink-3)" strokeWidth={1.25} dot={{ r: 2.5, fill: "var(--surface)", stroke: "var(--ink-3)" }} activeDot={false} isAnimationActive={false} />
          <Line dataKey="p95" type="linear" stroke="var(--ink)" strokeWidth={1.75} dot={{ r: 3, fill: "var(--ink)", stroke: "none" }} activeDot={false} isAnimationActive={false} />
          <Tooltip isAnimationActive={false} cursor={{ stroke: "var(--line-2)" }} content={({ active, payload }) => <Reading active={active} payload={payload} />} />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
