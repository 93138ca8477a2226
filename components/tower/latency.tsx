import Link from "next/link";
import { LatencyChart } from "@/components/charts/latency-chart";
import { StackBar } from "@/components/charts/stack-bar";
import { Region } from "@/components/ui/region";
import type { TowerOverview } from "@/server/api/shapes";
import { ordersHref, type TowerSearch } from "./search";
import { latencySentence, minutesText } from "./shape";

const holderText = (holder: string): string => (holder === "tower" ? "Ledgerline" : holder.startsWith("target:") ? holder.slice("target:".length) : holder.replaceAll("_", " "));

/** Who held it for less than a second does not explain it. */
const LEAST_MINUTES = 1 / 60;

/** The peak has room for a few words; the whole cause stands in the list of exceptions. */
const short = (cause: string): string => (cause.length <= 26 ? cause : `${cause.slice(0, 25).trimEnd()}…`);

/** Posting latency of the last 24 h with its limit, who held the slow one, and what is still unposted. */
export function Latency({ data, search }: { data: TowerOverview; search: TowerSearch }) {
  const { latency } = data;
  const { gross, open } = latency.figure;
  const held = latency.slow?.holders.filter(({ minutes }) => minutes >= LEAST_MINUTES) ?? [];
  const limit = latency.limitFrom === null ? <>the default target; <Link className="ln" href="/service-levels">set a service level</Link></> : <Link className="ln" href="/service-levels">{latency.limitFrom}</Link>;
  return (
    <Region title="Billing due to invoice posted" sub="p50, p95, last 24 h">
      {gross.count === 0
        ? <p className="sm m2 tower-none">No invoice was posted in the last 24 hours{search.channel ? ` for ${search.channel}` : ""}. The line begins with the first one.</p>
        : <LatencyChart points={latency.points} limitMinutes={latency.limitMinutes} sentence={latencySentence(data)} cause={latency.cause === null ? undefined : short(latency.cause)} height={260} />}
      {latency.slow !== null && held.length > 0 && (
        <div className="pt-2"><StackBar sentence={`Who held ${latency.slow.document}, the posting at p95: ${held.map(({ holder, minutes }) => `${holderText(holder)} ${minutesText(minutes)}`).join(", ")}`} lead={`p95, ${latency.slow.document}:`}
          parts={held.map(({ holder, minutes }) => ({ key: holder, label: holderText(holder), text: minutesText(minutes), size: minutes, hue: holder === "tower" ? "engine" : holder.startsWith("target:") ? "tech" : holder === "integration" ? "tech" : "quiet" }))} legend /></div>
      )}
      <p className="sm m2 pt-2">Limit: {limit}. {open.count === 0 ? "Nothing is due and unposted." : <><Link className="ln" href={ordersHref(search, { stage: "all", unposted: 1 })}>{open.orders} {open.orders === 1 ? "order is" : "orders are"} due and unposted</Link>, the oldest for {minutesText(open.oldestMinutes ?? 0)}, {open.pastLimit} past the limit.</>}</p>
    </Region>
  );
}
