"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTRPC } from "@/components/trpc/client";
import { Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { Input } from "@/components/ui/input";
import { quantityText } from "@/components/ui/money-text";
import { Proved } from "@/components/ui/proved";
import { Region } from "@/components/ui/region";
import { Segmented } from "@/components/ui/segmented";
import { sumByCurrency } from "@/components/ui/sum";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import { Why } from "@/components/ui/why";
import type { CloseDetail } from "@/server/api/shapes";
import { unexplainedText } from "@/server/domain/conservation/evaluate";
import { CloseListOf } from "./lists";
import { closeHref, type CloseList, type CloseSearch } from "./search";
import { LateDocuments } from "./late-documents";
import { Checklist, Signing } from "./signing";
import { about, momentsOf, stateWords } from "./words";

export type Chosen = CloseSearch & { entity: string; period: string };
const count = (value: number): string => quantityText(String(value));

/** All of one period's close. */
export function CloseOfPeriod({ search }: { search: Chosen }) {
  const { entity, period, day, known } = search;
  const close = useQuery({ ...useTRPC().close.get.queryOptions({ entity, period, ...(day ? { day } : {}), ...(known ? { known } : {}) }), placeholderData: keepPreviousData });
  if (close.isPending) return <div className="cn-none"><p className="sm m2 p-2">Reading.</p></div>;
  if (close.isError) return <div className="cn-none"><EmptyState icon="wifi-off" title="This period could not be read" action={<Button size="xs" onClick={() => { void close.refetch(); }}>Try now</Button>}>{close.error.message}</EmptyState></div>;
  const view = close.data, { word, icon, kind } = stateWords[view.period.state];
  return (
    <section className="cn" aria-label={`${view.entity}, ${view.period.name}`}>
      <header className="cn-head">
        <div className="row wrap"><h2 className="tt">{view.entity} {view.period.name}</h2><span className="m2">{view.name}, {view.period.from} to {view.period.to}</span><Chip small icon={icon} kind={kind}>{word} in the ledger</Chip></div>
        <Why><Sentence view={view} /></Why>
      </header>
      <AsOf view={view} search={search} />
      <Strip view={view} search={search} />
      <Blockers view={view} search={search} />
      {search.list !== undefined && search.list !== "blockers" && <CloseListOf view={view} search={search} />}
      <LateDocuments view={view} search={search} />
      <Checklist view={view} />
      <Signing view={view} search={search} />
    </section>
  );
}

function Sentence({ view: { blockers, live, period, today, lateTotals } }: { view: CloseDetail }) {
  const blocked = blockers.length === 0 ? "Nothing blocks the close." : blockers.length === 1 ? "One thing blocks the close." : `${count(blockers.length)} things block the close.`;
  if (live?.state === "signed") return <>Signed by {live.preparedByName}{live.confirmedByName !== null && <> and {live.confirmedByName}</>}. {lateTotals.length === 0 ? "Nothing came since that changes it." : "What came since is told as late."}</>;
  if (live?.state === "proposed") return <>{live.preparedByName} signed although something blocked: a second person has to confirm it.</>;
  return <>{blocked} {today <= period.to ? `It ends on ${period.to}, and can be signed when it is over.` : "It is not signed yet."}</>;
}

/** Documents up to which day, and as they were known when. */
function AsOf({ view, search }: { view: CloseDetail; search: Chosen }) {
  const router = useRouter(), moments = momentsOf(view), { day } = view.asOf;
  const change = (form: FormData): void => {
    const wanted = form.get("day"), time = form.get("known");
    router.push(closeHref(search, { day: typeof wanted === "string" && wanted !== "" && wanted !== view.period.to ? wanted : null, known: typeof time === "string" && time !== "" ? new Date(`${time}Z`).toISOString() : null }), { scroll: false });
  };
  return (
    <Region title="As of" sub={<>documents up to <span className="n">{day}</span>, known {view.isNow ? "now" : <>at <Moment at={view.asOf.known} seconds /></>}</>}>
      <div className="row wrap gap-3">
        {moments.length > 0 && <Segmented label="Known at" value={search.known ?? ""} options={[{ value: "", label: "Now", href: closeHref(search, { known: null }) }, ...moments.filter((one, index) => moments.findIndex(({ known }) => known === one.known) === index).map(({ label, known }) => ({ value: known, label, href: closeHref(search, { known }) }))]} />}
        <form key={`${day} ${search.known ?? ""}`} className="row wrap gap-2" action={change}>
          <Field label="Last day"><Input type="date" name="day" defaultValue={day} min={view.period.from} max={view.period.to} /></Field>
          <Field label="Known at, UTC; empty is now"><Input type="datetime-local" name="known" step={1} defaultValue={search.known?.slice(0, 19) ?? ""} /></Field>
          <Button size="xs" type="submit">Show</Button>
        </form>
      </div>
      {!view.isNow && <p className="sm m2">Shipped not invoiced, held and stopped are as they were known then. Equations, books, what is on its way and what is missing are always as they stand now.</p>}
    </Region>
  );
}

function Strip({ view, search }: { view: CloseDetail; search: Chosen }) {
  const { figures, blockers } = view, { unexplained, unbilled, held } = figures, list = (name: CloseList) => closeHref(search, { list: name });
  const proved = unexplained.drifts === 0 && unexplained.covered >= unexplained.alive;
  const blocked = sumByCurrency(blockers.flatMap(({ money }) => money)), heldMoney = sumByCurrency(held), heldCount = held.reduce((sum, row) => sum + row.count, 0);
  const control = unbilled.map(({ currency, control: amount }) => ({ currency, amount })), accrual = unbilled.map(({ currency, accrual: amount }) => ({ currency, amount })), late = view.lateTotals.map(({ currency, control: amount }) => ({ currency, amount }));
  return (
    <FigureStrip label="Figures of the close">
      <Figure label="Unexplained difference" value={proved ? <Proved>0</Proved> : unexplainedText(unexplained)} href={list("unexplained")} about={about("unexplainedDifference", "As it stands now.")} sub={proved ? `${count(unexplained.alive)} documents proved` : `${count(unexplained.drifts)} equations, ${count(unexplained.covered)} of ${count(unexplained.alive)} documents`} />
      <Figure label="Held postings" value={heldCount === 0 ? "0" : <Sums money={heldMoney} />} href={list("held")} about={about("closeHeld")} sub={`${count(heldCount)} held`} />
      <Figure label="Blocks the close" value={count(blockers.length)} href={`${list("blockers")}#blockers`} about={about("closeBlockers")} sub={blocked.length === 0 ? "no money in it" : <Sums money={blocked} />} />
      <Figure label="Shipped, not invoiced" value={control.length === 0 ? "0" : <Sums money={control} />} href={list("shipped")} about={about("shippedNotInvoiced")} sub={`${count(view.counted)} ${view.counted === 1 ? "shipment" : "shipments"}`} />
      <Figure label="of which accrual" value={accrual.length === 0 ? "0" : <Sums money={accrual} />} href={list("accrual")} about={about("accrual")} sub="title passed to the customer" />
      <Figure label="Late since close" value={view.live === null ? "–" : late.length === 0 ? "0" : <Sums money={late} />} href={list("late")} about={about("lateSinceClose")} sub={view.live === null ? "nothing is signed yet" : `${count(view.lateCounted)} changed since`} />
    </FigureStrip>
  );
}

type Blocker = CloseDetail["blockers"][number];
/** The list that its number counts, or the page where it is settled. */
function whereOf({ name, of }: Blocker, search: Chosen, view: CloseDetail): string {
  if (name === "reconciliation") { const run = view.figures.reconciliation.find(({ process }) => process === of)?.run; return run ? `/reconciliation?process=${of}&run=${run}` : `/reconciliation?process=${of}`; }
  return name === "gaps" ? "/completeness" : closeHref(search, { list: name, of: name === "unexplained" ? null : of });
}

/** What blocks, the most money first; a cent is as visible as a million. */
function Blockers({ view, search }: { view: CloseDetail; search: Chosen }) {
  const columns: readonly Column<Blocker>[] = [
    { key: "says", head: "What blocks", wrap: true, cell: (row) => <Link className="ln" href={whereOf(row, search, view)} scroll={false}>{row.says}</Link> },
    { key: "count", head: "Count", align: "right", from: "phone", cell: ({ count: number }) => count(number) },
    { key: "money", head: "Money", align: "right", cell: ({ money }) => <Sums money={money} /> },
  ];
  return (
    <div id="blockers"><Region title="Blocks the close" sub="most money first, small ones too">
      {view.blockers.length === 0 ? <p className="sm m2">Nothing blocks it: the books close, both pairs of books are compared and settled, all is posted and read back, and nothing is missing.</p>
        : <Table caption="What blocks the close, most money first" columns={columns} rows={view.blockers} rowKey={({ name, of, says }) => `${name} ${of} ${says}`} rowName={({ says }) => says} flush keyboard={false} />}
    </Region></div>
  );
}
