"use client";
import { StackBar } from "@/components/charts/stack-bar";
import { holderHues } from "@/components/charts/waterfall-chart";
import { useClock } from "@/components/ui/clock";
import { dayClockText, durationText } from "@/components/ui/duration-text";
import { stageName } from "@/components/tower/stage-words";
import type { OrderDetail } from "@/server/api/shapes";
import { heldInStage, heldUntilBilled, holderName, roleOf, type Held } from "./holders";

/** Less than this explains nothing, but of a whole that took hardly longer. */
const LEAST_MS = 1000, LEAST_SHARE = 0.05;
const precise = (ms: number): string => (ms < LEAST_MS ? `${Math.round(ms)} ms` : durationText(ms, "precise"));
const shown = ({ parts, ms: whole }: Held) => parts.filter(({ ms }) => ms >= Math.min(LEAST_MS, whole * LEAST_SHARE));
const hueOf = (holder: string) => holderHues[roleOf(holder)];

/** Who held the ball since the stage began in which the order stands, beside the limit of that stage. */
export function BallBar({ detail }: { detail: OrderDetail }) {
  const { timeZone, now } = useClock();
  const held = heldInStage(detail);
  if (held === null || shown(held).length === 0) return null;
  const limit = held.dueAt === null ? "" : `, limit ${precise(Date.parse(held.dueAt) - Date.parse(held.from))}`;
  const words = shown(held).map(({ holder, ms }) => `${holderName(holder)} ${precise(ms)}`).join(", ");
  return (
    <div className="ball">
      <p className="lb" suppressHydrationWarning>Who held the ball since {dayClockText(held.from, timeZone, now)} · {precise(held.ms)}{limit}</p>
      <StackBar sentence={`In ${stageName(detail.order.stage ?? "")} for ${precise(held.ms)}: ${words}`} legend parts={shown(held).map(({ holder, ms }) => ({ key: holder, label: holderName(holder), text: precise(ms), size: ms, hue: hueOf(holder) }))} />
    </div>
  );
}

/** The same from the first word of the order on: a row for each holder, and their sum, which is the whole time. */
export function BallTotals({ detail }: { detail: OrderDetail }) {
  const held = heldUntilBilled(detail);
  if (held === null) return null;
  const percent = (ms: number): string => `${Math.round((ms / held.ms) * 100)} %`;
  const small = held.ms - shown(held).reduce((sum, { ms }) => sum + ms, 0);
  return (
    <table className="tb flush ballt">
      <caption className="vh">Who held the ball, in all</caption>
      <thead><tr><th scope="col">Held the ball</th><th scope="col"><span className="vh">Share, drawn</span></th><th scope="col" className="r">For</th><th scope="col" className="r">Share</th></tr></thead>
      <tbody>
        {shown(held).map(({ holder, ms }) => (
          <tr key={holder}><td className={`b${hueOf(holder) === "engine" ? " c-ok" : hueOf(holder) === "quiet" || hueOf(holder) === "part" ? "" : ` c-${hueOf(holder)}`}`}>{holderName(holder)}</td><td className="ballb"><i className={`w-${hueOf(holder)}`} style={{ width: `${(ms / held.ms) * 100}%` }} /></td><td className="r">{precise(ms)}</td><td className="r m2">{percent(ms)}</td></tr>
        ))}
        {small > 0 && <tr><td className="m2" colSpan={2}>Others, each less than a second</td><td className="r m2">{precise(small)}</td><td className="r m2">{percent(small)}</td></tr>}
        <tr className="tot"><td colSpan={2}>{held.to === detail.asOf ? "From its placing to now" : "From its placing to the last invoice"}</td><td className="r">{precise(held.ms)}</td><td className="r">100 %</td></tr>
      </tbody>
    </table>
  );
}
