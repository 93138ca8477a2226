"use client";
import { Chip } from "@/components/ui/chip";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { Kind } from "@/components/ui/kind";
import { Money } from "@/components/ui/money";
import { quantityText } from "@/components/ui/money-text";
import { Proved } from "@/components/ui/proved";
import { Sums } from "@/components/ui/sums";
import type { TowerOverview, TowerProof } from "@/server/api/shapes";
import { unexplainedText } from "@/server/domain/conservation/evaluate";
import { figureDefinitions, type FigureName } from "@/server/domain/figures/definitions";
import Link from "next/link";
import { ordersHref, type TowerSearch } from "./search";
import { minutesText } from "./shape";

const about = (name: FigureName, more?: string) => { const { sentence, population, notIncluded } = figureDefinitions[name]; return { definition: sentence, population: more ? `${population} ${more}` : population, excluded: notIncluded }; };
const count = (value: number): string => quantityText(String(value));
const orders = (value: number): string => `${count(value)} ${value === 1 ? "order" : "orders"}`;
const isZero = (amount: string): boolean => !/[1-9]/.test(amount);

const stated = <Row extends { amount: string }>(money: readonly Row[]): Row[] => money.filter(({ amount }) => !isZero(amount));
/** The chosen currency large; what is in others stands under it. */
function Main({ money, currency }: { money: readonly { currency: string; amount: string }[]; currency: string }) {
  const mine = money.find((row) => row.currency === currency);
  return mine ? <Money amount={mine.amount} currency={currency} mode="whole" /> : <>–</>;
}
function Others({ money, currency }: { money: readonly { currency: string; amount: string }[]; currency: string }) {
  const rest = stated(money).filter((row) => row.currency !== currency);
  return rest.length === 0 ? null : <>, and <Sums money={rest} mode="whole" /></>;
}
const sumsText = (money: readonly { currency: string; amount: string }[]): string => money.map(({ currency, amount }) => `${amount}${currency}`).join(" ");

/** The figures that must be right, each a link to the list that it counts, with its definition on hover. */
export function Strip({ data, proof, proofFailed, search }: { data: TowerOverview; proof: TowerProof | null; proofFailed: boolean; search: TowerSearch }) {
  const { flight, latency, exceptions, held, unbilled } = data;
  const kinds = (names: readonly string[]): number => exceptions.filter(({ kind }) => names.includes(kind)).reduce((sum, row) => sum + row.now, 0);
  const technical = kinds(["technical", "contract"]), business = kinds(["mapping", "business", "drift", "sla"]);
  const { gross, net, open } = latency.figure;
  const everywhere = search.channel ? ", all channels" : "";
  const unbilledMoney = unbilled.map((row) => ({ currency: row.currency, amount: row.total }));
  const share = flight.count === 0 ? 0 : Math.round((flight.late / flight.count) * 100);
  const pastLimit = gross.p95 !== null && gross.p95 > latency.limitMinutes;
  return (
    <div className="tower-strip"><FigureStrip label="Figures">
      <Figure label="Orders in flight" value={count(flight.count)} watch={String(flight.count)} href={ordersHref(search, { stage: "open" })} about={about("ordersInFlight")}
        sub={<><Main money={flight.money} currency={data.currency} /> in all<Others money={flight.money} currency={data.currency} />{flight.scheduled > 0 && <>, <Link href={ordersHref(search, { stage: "scheduled" })}>{count(flight.scheduled)} scheduled</Link></>}</>} />
      <Figure label="Past service level" value={count(flight.late)} watch={String(flight.late)} href={ordersHref(search, { stage: "open,scheduled", late: 1 })} about={about("pastServiceLevel")}
        mark={flight.late > 0 ? <Chip kind="late" icon="clock-alert" small>{share} % of orders</Chip> : undefined} sub={flight.late === 0 ? "none is late" : <Sums money={stated(flight.lateMoney)} mode="whole" />} />
      <Figure label="Due to posted, p50 / p95" value={gross.p50 === null || gross.p95 === null ? "–" : <>{minutesText(gross.p50)} <em>/</em> {minutesText(gross.p95)}</>} watch={`${gross.p50 ?? ""}/${gross.p95 ?? ""}`}
        href={ordersHref(search, { stage: "all", unposted: 1 })} about={about("postingLatency", `${count(gross.count)} posted in the last 24 h; net p50 ${net.p50 === null ? "none" : minutesText(net.p50)}, p95 ${net.p95 === null ? "none" : minutesText(net.p95)}.`)}
        mark={pastLimit ? <Chip kind="late" icon="clock-alert" small>over {minutesText(latency.limitMinutes)}</Chip> : undefined}
        sub={open.count === 0 ? "nothing due and unposted" : <>{orders(open.orders)} unposted, oldest {minutesText(open.oldestMinutes ?? 0)}{open.pastLimit > 0 && `, ${count(open.pastLimit)} over`}</>} />
      <Figure label="Open exceptions" value={count(technical + business)} watch={String(technical + business)} href="/exceptions" about={about("exceptionAge", "Counted by document.")}
        sub={<><Link href="/exceptions?kind=technical%2Ccontract"><Kind of="technical" small>{count(technical)} technical</Kind></Link> <Link href="/exceptions?kind=mapping%2Cbusiness%2Cdrift%2Csla"><Kind of="business" small>{count(business)} business</Kind></Link>{everywhere}</>} />
      <Figure label="Money held" value={<Main money={held.money} currency={data.currency} />} watch={sumsText(held.money)} href="/held" about={about("moneyHeld")} sub={held.count === 0 ? `nothing waits for a yes${everywhere}` : <><Kind of="hold" small>{count(held.count)} held</Kind><Others money={held.money} currency={data.currency} />{everywhere}</>} />
      <Figure label="Shipped, not invoiced" value={<Main money={unbilledMoney} currency={data.currency} />} watch={sumsText(unbilledMoney)} href={ordersHref(search, { stage: "all", unbilled: 1 })} about={about("shippedNotInvoiced")}
        sub={unbilled.length === 0 ? "all that left is billed" : <>{orders(unbilled.reduce((sum, row) => sum + row.orders, 0))}{unbilled.some((row) => row.currency === data.currency && !isZero(row.exception)) && <>, <Main money={unbilled.map((row) => ({ currency: row.currency, amount: row.exception }))} currency={data.currency} /> stopped</>}<Others money={unbilledMoney} currency={data.currency} /></>} />
      <Missing gap={data.gap} currency={data.currency} />
      <Unexplained proof={proof} failed={proofFailed} />
    </FigureStrip></div>
  );
}

/** What sources say exists and nobody here has. */
function Missing({ gap, currency }: { gap: TowerOverview["gap"]; currency: string }) {
  const none = gap.sources === 0 ? "nothing is proved yet" : `all that ${gap.sources === 1 ? "1 source says" : `${gap.sources} sources say`} is here`;
  return (
    <Figure label="Completeness gap" value={count(gap.missing)} watch={String(gap.missing)} href="/completeness?gaps=1" about={about("completenessGap")}
      sub={gap.missing > 0 ? <Kind of="drift" small>{gap.money.some((row) => row.currency === currency) ? <Main money={gap.money} currency={currency} /> : "not here"}</Kind> : gap.totals > 0 ? <Kind of="drift" small>{gap.totals === 1 ? "1 total off" : `${count(gap.totals)} totals off`}</Kind> : gap.unanswered > 0 ? `${gap.unanswered} not answering` : none} />
  );
}

/** To the cent, pieces apart from money. */
function Difference({ of: { pieces, money } }: { of: TowerProof["unexplained"] }) {
  const sums = money.map(({ currency, amount }) => <Money key={currency} amount={amount} currency={currency} />);
  const parts = isZero(pieces) ? sums : [<span key="pieces">{quantityText(pieces)} {pieces === "1" ? "piece" : "pieces"}</span>, ...sums];
  return <>{parts.map((part, index) => [index > 0 && " + ", part])}</>;
}

/** The one figure that must be 0. The double rule stands under it only when every equation held. */
function Unexplained({ proof, failed }: { proof: TowerProof | null; failed: boolean }) {
  const held = proof !== null && proof.proofs > 0 && proof.drifts === 0;
  const population = proof === null ? undefined : `Here: ${count(proof.subjects)} orders and documents, ${count(proof.proofs)} equations: what is in flight or moved in the last 24 h, and what belongs to it. The command "tower conservation" proves all of history.`;
  const scope = proof === null ? "" : proof.covered < proof.alive ? `of ${count(proof.covered)} of ${count(proof.alive)} documents, newest first` : "of all in flight and 24 h";
  const sub = failed ? "could not be proved just now" : proof === null ? "being proved" : proof.proofs === 0 ? "nothing to prove yet" : `${proof.drifts === 0 ? `${count(proof.proofs)} equations hold` : `${count(proof.drifts)} ${proof.drifts === 1 ? "does" : "do"} not hold`}, ${scope}`;
  return (
    <Figure label="Unexplained difference" value={proof === null || proof.proofs === 0 ? "–" : held ? <Proved>0</Proved> : <Difference of={proof.unexplained} />} watch={proof === null ? "–" : unexplainedText(proof.unexplained)}
      href={proof?.largest?.order ? `/orders/${encodeURIComponent(proof.largest.order)}` : ordersHref({}, { stage: "open" })} about={about("unexplainedDifference", population)}
      sub={proof !== null && proof.drifts > 0 ? <Kind of="drift" small>{count(proof.drifts)} {proof.drifts === 1 ? "does" : "do"} not hold</Kind> : sub} />
  );
}
