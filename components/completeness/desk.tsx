"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age, Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { useClock } from "@/components/ui/clock";
import { absoluteText } from "@/components/ui/duration-text";
import { EmptyState } from "@/components/ui/empty-state";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { useKeys } from "@/components/ui/keys";
import { quantityText } from "@/components/ui/money-text";
import { Note } from "@/components/ui/note";
import { Segmented } from "@/components/ui/segmented";
import { sumByCurrency } from "@/components/ui/sum";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import type { CompletenessList, CompletenessSource, DocumentFilter } from "@/server/api/shapes";
import type { DocumentKind } from "@/server/domain/completeness";
import { figureDefinitions } from "@/server/domain/figures/definitions";
import { SourceDetail } from "./detail";
import { ControlTotals } from "./totals";
import { completenessHref, type CompletenessSearch } from "./search";

const count = (value: number): string => quantityText(String(value));
const keyOf = ({ connector, kind }: { connector: string; kind: string }): string => `${connector} ${kind}`;
const sum = (rows: readonly CompletenessSource[], pick: (row: CompletenessSource) => number): number => rows.reduce((total, row) => total + pick(row), 0);
const { sentence, population, notIncluded } = figureDefinitions.completenessGap;

function columnsOf(search: CompletenessSearch): readonly Column<CompletenessSource>[] {
  const list = (row: CompletenessSource, show: DocumentFilter): string => completenessHref(search, { source: { connector: row.connector, kind: row.kind as DocumentKind }, show });
  const number = (row: CompletenessSource, show: DocumentFilter, value: number) => (value === 0 ? <span className="m3">0</span> : <Link className="ln" href={list(row, show)} scroll={false} aria-label={`${count(value)} ${show}, ${row.name} ${row.kind}`}>{count(value)}</Link>);
  return [
    { key: "source", head: "Source", wrap: true, cell: (row) => <><span className="b">{row.name}</span> <span className="m2">{row.kind}</span></> },
    { key: "said", head: "Says", align: "right", cell: (row) => number(row, "said", row.said) },
    { key: "held", head: "Held", align: "right", cell: (row) => number(row, "held", row.held) },
    { key: "excluded", head: "Excluded", align: "right", from: "phone", cell: (row) => number(row, "excluded", row.excluded) },
    { key: "late", head: "Late", align: "right", from: "phone", cell: (row) => number(row, "late", row.late) },
    { key: "missing", head: "Missing", align: "right", cell: (row) => (row.missing === 0 ? <span className="m3">0</span> : <Link className="cm-gap" href={list(row, "missing")} scroll={false} aria-label={`${count(row.missing)} missing, ${row.name} ${row.kind}`}><Chip kind="drift" icon="file-x" small>{count(row.missing)}</Chip></Link>) },
    { key: "oldest", head: "Oldest gap", align: "right", from: "phone", cell: (row) => (row.oldestMissing ? <Age since={row.oldestMissing} /> : <span className="m3">–</span>) },
    { key: "money", head: "At stake", align: "right", from: "desk", cell: (row) => (row.money.length === 0 ? <span className="m3">–</span> : <Sums money={row.money} />) },
    { key: "confirmed", head: "Next confirmed", align: "right", from: "phone", cell: (row) => (row.next === null ? <span className="m3">nothing follows</span> : <span className="row justify-end">{number(row, "confirmed", row.confirmed)} <span className="sm m2">of {count(row.held)}, {row.next}</span></span>) },
    { key: "rest", head: "The rest of these", from: "wide", wrap: true, cell: (row) => <span className="sm m2">{restOf(row)}</span> },
    { key: "checked", head: "Asked up to", align: "right", from: "phone", cell: (row) => (row.failure === null ? <span className="m2"><Clock at={row.checkedTo} /></span> : <span title={row.failure}><Chip kind="tech" icon="unplug" small>not since <Clock at={row.checkedTo} /></Chip></span>) },
  ];
}

const restOf = (row: CompletenessSource): string =>
  row.next === null ? "" : ([[row.inFlight, "in flight"], [row.inException, "in exception"], [row.onHold, "on hold"], [row.waiting, "waiting"]] as const).filter(([value]) => value > 0).map(([value, word]) => `${count(value)} ${word}`).join(", ");

/** For each source what it says exists, what is held, what the next system confirmed; a gap is work, with its age. */
export function CompletenessDesk({ search, initial }: { search: CompletenessSearch; initial: CompletenessList }) {
  const router = useRouter();
  const list = useQuery({ ...useTRPC().completeness.list.queryOptions({ hours: search.hours }), initialData: initial });
  const { timeZone } = useClock();
  const { sources, unasked, unprovable, totals, asOf } = list.data;
  const off = totals.filter(({ fingerprint }) => fingerprint !== null);
  const withGaps = sources.filter(({ missing }) => missing > 0), rows = search.gaps ? withGaps : sources;
  const open = search.source && sources.find((row) => row.connector === search.source?.connector && row.kind === search.source.kind);
  const missing = sum(sources, (row) => row.missing), late = sum(sources, (row) => row.late);
  const oldest = withGaps.map(({ oldestMissing }) => oldestMissing ?? "").filter((at) => at !== "").sort()[0];
  const followed = sources.filter(({ next }) => next !== null);
  const silent = [...sources, ...unasked.map((row) => ({ ...row, kind: row.census }))].filter(({ failure }) => failure !== null);
  const over = search.hours === 24 ? "last 24 h" : "last 7 days";
  const money = sumByCurrency(withGaps.flatMap((row) => row.money));
  useKeys([{ keys: "esc", label: "back to the list", run: () => { if (search.source) router.push(completenessHref(search, { source: null }), { scroll: false }); } }]);
  return (
    <Page title="Nothing missing" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }]} footEnd={sources.length === 1 ? "1 kind of document" : `${sources.length} kinds of documents`}>
      <div className="bar cn-bar">
        <Segmented label="Over" value={String(search.hours)} options={[{ value: "24", label: "24 hours", href: completenessHref(search, { hours: 24 }) }, { value: "168", label: "7 days", href: completenessHref(search, { hours: 168 }) }]} />
        <Segmented label="Which" value={search.gaps ? "1" : ""} options={[{ value: "", label: "All", href: completenessHref(search, { gaps: false }) }, { value: "1", label: "With gaps", href: completenessHref(search, { gaps: true }) }]} />
        <span className="grow" />
        <span className="sm m3 n" suppressHydrationWarning>{absoluteText(asOf, timeZone)}</span>
        <Button size="xs" icon="download" download href={completenessHref(search, { source: null, gaps: false }, "/completeness/csv")}>CSV</Button>
      </div>
      {list.isError && <div className="rg"><Note icon="wifi-off" title="Not fresh" sub={`shown as of ${absoluteText(asOf, timeZone)}`} end={<Button size="xs" onClick={() => { void list.refetch(); }} pending={list.isFetching}>Try now</Button>}>The ledger could not be read again. It is tried with the next change.</Note></div>}
      <FigureStrip label="Completeness">
        <Figure label="Missing" value={count(missing)} watch={String(missing)} href="/exceptions?code=CMP-01" about={{ definition: sentence, population, excluded: notIncluded }} mark={missing > 0 ? <Chip kind="drift" icon="file-x" small>{withGaps.length === 1 ? "1 source" : `${withGaps.length} sources`}</Chip> : undefined} sub={missing === 0 ? (sources.length === 0 ? "nothing is proved yet" : "all that exists is here") : <><Sums money={money} />{oldest && <>{money.length > 0 && ", "}oldest <Age since={oldest} /></>}</>} />
        {totals.length > 0 && <Figure label="Control totals off" value={count(off.length)} watch={String(off.length)} sub={off.length === 0 ? "those that were stated agree" : `of ${count(totals.length)}; they differ or were not stated`} />}
        <Figure label="Late" value={count(late)} watch={String(late)} sub={late === 0 ? "nothing is on its way" : "their allowance still runs"} />
        <Figure label={`Sources say, ${over}`} value={count(sum(sources, (row) => row.said))} watch={String(sum(sources, (row) => row.said))} sub={`new or changed; ${count(sum(sources, (row) => row.excluded))} excluded by rule`} />
        <Figure label="Held" value={count(sum(sources, (row) => row.held))} watch={String(sum(sources, (row) => row.held))} sub="as facts, or as messages with an exception of their own" />
        <Figure label="Confirmed by the next system" value={count(sum(followed, (row) => row.confirmed))} watch={String(sum(followed, (row) => row.confirmed))} sub={`of ${count(sum(followed, (row) => row.held))} that something follows`} />
      </FigureStrip>
      {silent.length > 0 && <div className="rg"><Note icon="unplug" title={silent.length === 1 ? "1 source does not say what exists" : `${silent.length} sources do not say what exists`} sub="asked again by themselves">{silent.map(({ connector, name, kind, failure, checkedTo }) => <p key={`${connector} ${kind}`} className="sm"><span className="b">{name}</span> {kind}: {failure}. Proved up to <Clock at={checkedTo} />.</p>)}</Note></div>}
      <h2 className="vh">Sources</h2>
      {sources.length === 0
        ? <EmptyState icon="list-checks" title="Nothing is proved yet" action={<Button size="xs" href="/connectors">Look at the connectors</Button>}>{unasked.length > 0 ? "The first window of each source is asked for ten seconds after its close." : "Each connector that can say what exists is asked for it, window by window, from the day on which it was added."}</EmptyState>
        : rows.length === 0
          ? <EmptyState title="Nothing is missing" action={<Button size="xs" href={completenessHref(search, { gaps: false })}>Show all {sources.length}</Button>}>Every document that a source says exists is here.</EmptyState>
          : <Table caption="Sources, gaps first" columns={columnsOf(search)} rows={rows} rowKey={keyOf} rowName={(row) => `${row.name}, ${row.kind}`} openKey={search.source && keyOf(search.source)} onOpen={(row) => { router.push(completenessHref(search, { source: { connector: row.connector, kind: row.kind as DocumentKind } }), { scroll: false }); }} />}
      <ControlTotals rows={search.gaps ? off : totals} hours={search.hours} />
      {unprovable.length > 0 && <p className="sm m2 cm-note">Not proved, because they cannot be asked what exists and state no control totals: {unprovable.map(({ name }) => name).join(", ")}.</p>}
      {search.source !== undefined && (open
        ? <SourceDetail key={keyOf(open)} source={open} search={search} />
        : <div className="cn-none"><EmptyState icon="list-checks" title="This source is not here" action={<Button size="xs" href={completenessHref(search, { source: null })}>Back to the list</Button>}>It was not asked in this time, or not in your entities.</EmptyState></div>)}
    </Page>
  );
}
