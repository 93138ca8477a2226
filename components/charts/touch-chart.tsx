"use client";
import { useId } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { shortDay } from "@/components/ui/duration-text";

export interface TouchDay { day: string; touchless: number; touched: number }
export interface TouchChartProps {
  days: readonly TouchDay[];
  /** What the chart says, in one sentence; its accessible name. */
  sentence: string;
  /** Id of the table that has the same figures. */
  tableId: string;
  height?: number | undefined;
}

function Reading({ active, payload }: { active?: boolean; payload?: readonly { payload?: TouchDay }[] }) {
  const day = payload?.[0]?.payload;
  return active === true && day !== undefined ? <div className="ch-tip"><span className="b">{shortDay(day.day)}</span> {day.touchless} touchless, {day.touched} touched</div> : null;
}

/** Complete orders of each day: untouched ones solid from the ground, touched ones hatched above them. */
export function TouchChart({ days, sentence, tableId, height = 196 }: TouchChartProps) {
  const hatch = useId().replaceAll(/[^\w-]/g, "");
  return (
    <div className="ch" role="img" aria-label={sentence} aria-details={tableId} style={{ height }}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 446, height }}>
        <BarChart data={[...days]} margin={{ top: 10, right: 6, bottom: 0, left: 0 }} accessibilityLayer={false} barCategoryGap="22%">
          <defs><pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--heat-1)" /><rect width="1.5" height="5" fill="var(--ink-2)" /></pattern></defs>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="day" tickFormatter={shortDay} tickLine={{ stroke: "var(--line)" }} tickSize={3} axisLine={false} interval="preserveStartEnd" minTickGap={18} height={22} />
          <YAxis allowDecimals={false} axisLine={false} tickLine={false} width={36} tickCount={5} />
          <Bar dataKey="touchless" stackId="orders" fill="var(--ink-2)" maxBarSize={44} isAnimationActive={false} />
          <Bar dataKey="touched" stackId="orders" fill={`url(#${hatch})`} stroke="var(--ink-2)" strokeWidth={1} maxBarSize={44} isAnimationActive={false} />
          <Tooltip isAnimationActive={false} cursor={{ fill: "var(--hover)" }} content={({ active, payload }) => <Reading active={active} payload={payload} />} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
