"use client";
import { useClock } from "@/components/ui/clock";
import { axisText, clockText, dayClockText, durationText, zoneOffset } from "@/components/ui/duration-text";
import { useWide } from "@/components/ui/use-wide";
import { ChartTable } from "./chart-table";
import { hourTicks } from "./latency-shape";
import { labelPlace, place } from "./waterfall-shape";

/** Who holds the ball. */
export type HolderRole = "engine" | "source" | "target" | "partner" | "master_data" | "finance" | "customer" | "service";
export interface HolderInterval {
  key: string;
  /** What happened or is awaited: "Post invoice: waits for budget". */
  name: string;
  /** Who held it, by name: "Business Central". */
  holder: string;
  role: HolderRole;
  from: string;
  /** Null while it lasts. */
  to: string | null;
  /** The one that explains why it is not done. */
  strong?: boolean | undefined;
}
export interface WaterfallChartProps {
  /** What the chart says, in one sentence; its accessible name. */
  sentence: string;
  intervals: readonly HolderInterval[];
  from: string;
  to: string;
  now: string;
  limit?: { at: string; label: string } | undefined;
}

export const holderHues = { engine: "engine", source: "quiet", partner: "quiet", customer: "quiet", service: "part", target: "tech", master_data: "biz", finance: "hold" } as const satisfies Readonly<Record<HolderRole, string>>;
const dark: ReadonlySet<HolderRole> = new Set(["engine", "target", "master_data", "finance"]);

/** Parts of the width that the first and the last mark take. */
const FIRST_SHARE = { wide: 0.24, narrow: 0.56 }, LAST_SHARE = { wide: 0.04, narrow: 0.1 };

/** Who held the ball, and how long; the current time is the accent line. */
export function WaterfallChart({ sentence, intervals, from, to, now, limit }: WaterfallChartProps) {
  const { timeZone } = useClock();
  const plot = useWide() ? "wide" : "narrow";
  const start = Date.parse(from);
  const end = Date.parse(to);
  // the first mark says the day; no other mark stands so near that they touch
  const ticks = hourTicks(start, end, zoneOffset(end, timeZone)).filter((tick) => (tick - start) / (end - start) > FIRST_SHARE[plot] && (end - tick) / (end - start) > LAST_SHARE[plot]);
  const nowAt = place(Date.parse(now), Date.parse(now), start, end, 0).left;
  const at = (instant: string) => `${place(Date.parse(instant), Date.parse(instant), start, end, 0).left}%`;
  const held = (interval: HolderInterval) => durationText(Date.parse(interval.to ?? now) - Date.parse(interval.from), "precise");
  return (
    <figure>
      <div className="wfw" role="img" aria-label={sentence} tabIndex={0}>
        <div className="wf" aria-hidden>
          <span />
          <div className="wf-axis"><span className="wf-first" style={{ left: 0 }}>{dayClockText(from, timeZone, null)}</span>{ticks.map((tick) => <span key={tick} style={{ left: `${((tick - start) / (end - start)) * 100}%` }}>{axisText(tick, timeZone)}</span>)}</div>
          <div>{intervals.map((interval) => <div key={interval.key} className={`wf-name${interval.strong ? " strong" : ""}`} title={interval.name}><span>{interval.name}</span></div>)}</div>
          <div className="wf-plot">
            {ticks.map((tick) => <i key={tick} className="wf-grid" style={{ left: `${((tick - start) / (end - start)) * 100}%` }} />)}
            {limit !== undefined && <i className="wf-limit" style={{ left: at(limit.at) }} />}
            {intervals.map((interval) => {
              const bar = place(Date.parse(interval.from), Date.parse(interval.to ?? now), start, end);
              const text = `${interval.holder} · ${held(interval)}`;
              const where = labelPlace(bar, text.length, nowAt, plot);
              return (
                <div key={interval.key} className="wf-line">
                  <i className={`wf-bar w-${holderHues[interval.role]}`} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />
                  <span
                    className={`wf-text ${where === "inside" ? `in${dark.has(interval.role) ? " inv" : ""}` : "out"}`}
                    style={where === "before" ? { right: `${100 - bar.left}%` } : { left: `${where === "inside" ? bar.left : bar.left + bar.width}%` }}
                  >
                    {text}
                  </span>
                </div>
              );
            })}
            {limit !== undefined && <span className="wf-mark" style={{ right: `calc(100% - ${at(limit.at)})`, top: 6 }}>{limit.label}</span>}
            <i className="wf-now" style={{ left: at(now) }} />
          </div>
          <span />
          <div className="wf-axis"><span className="wf-mark now" style={nowAt > 70 ? { right: `${100 - nowAt}%`, left: "auto", transform: "none", top: 2 } : { left: at(now), top: 2 }}>now {clockText(now, timeZone)}</span></div>
        </div>
      </div>
      <ChartTable
        caption={sentence} heads={["What", "Holder", "From", "To", "Held for"]}
        rows={intervals.map((interval) => [interval.name, interval.holder, dayClockText(interval.from, timeZone, null), interval.to === null ? "now" : dayClockText(interval.to, timeZone, null), held(interval)])}
      />
    </figure>
  );
}
