"use client";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "@/components/trpc/client";
import { Age, Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { useClock } from "@/components/ui/clock";
import { dayClockText } from "@/components/ui/duration-text";
import { EmptyState } from "@/components/ui/empty-state";
import { Icon } from "@/components/ui/icon";
import { Identifier } from "@/components/ui/identifier";
import { LoadMore } from "@/components/ui/load-more";
import { Money } from "@/components/ui/money";
import { Region } from "@/components/ui/region";
import { Segmented } from "@/components/ui/segmented";
import { StatusMark } from "@/components/ui/status-mark";
import { Table, type Column } from "@/components/ui/table";
import { Why } from "@/components/ui/why";
import type { CompletenessSource, DocumentFilter, DocumentRow, WindowRow } from "@/server/api/shapes";
import type { DocumentKind } from "@/server/domain/completeness";
import { completenessHref, shownWords, type CompletenessSearch } from "./search";
import { SuccessorMark, DocumentMark } from "./marks";

const choices: Readonly<Record<DocumentFilter, string>> = { missing: "Missing", late: "Late", said: "All", held: "Held", excluded: "Excluded", healed: "Came late", confirmed: "Confirmed", unconfirmed: "Not confirmed" };
const shown: readonly DocumentFilter[] = ["missing", "late", "said", "held", "excluded", "healed"];

/** One kind of document of one source: its gaps with what can be done, the documents behind a number, and its windows. */
export function SourceDetail({ source, search }: { source: CompletenessSource; search: CompletenessSearch }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const fetch = useMutation(trpc.completeness.fetch.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const of = { connector: source.connector, kind: source.kind as DocumentKind };
  const show = search.show ?? (source.missing > 0 ? "missing" : "said");
  const fetchNow = (items?: string[]): void => { fetch.mutate({ fingerprint: source.fingerprint, ...(items ? { items } : {}) }); };
  return (
    <section className="cn" aria-label={`${source.name}, ${source.kind}`}>
      <header className="cn-head">
        <div className="row wrap">
          <h2 className="tt">{source.name}</h2><span className="m2">{source.kind}, {source.entity}</span><span className="grow" />
          {source.missing > 0 && <Button icon="download" pending={fetch.isPending} why={source.missingRight ?? (source.asked === source.missing ? "Asked for already: it is being fetched" : undefined)} onClick={() => { fetchNow(); }}>Fetch now, {source.missing === 1 ? "1 document" : `${source.missing} documents`}</Button>}
          {source.missing > 0 && <Button href={`/exceptions?group=${encodeURIComponent(source.fingerprint)}`}>Open the exception</Button>}
          <Button variant="ghost" icon="x" label="Back to the list" href={completenessHref(search, { source: null })} />
        </div>
        <Why><Sentence source={source} /></Why>
        <div role="status" aria-live="polite">
          {fetch.data && <p className="cn-check sm"><Icon name="download" small /> {fetch.data.asked === 1 ? "1 document is" : `${fetch.data.asked} documents are`} being fetched. It counts as a verified fix when all of it is held.</p>}
          {fetch.isError && <p className="cn-check hp e"><Icon name="circle-alert" small /> {fetch.error.message}</p>}
        </div>
      </header>
      <Documents of={of} source={source} show={show} search={search} onFetch={(item) => { fetchNow([item]); }} />
      <Windows of={of} source={source} search={search} />
    </section>
  );
}

function Sentence({ source }: { source: CompletenessSource }) {
  if (source.failure !== null) return <>{source.name} does not say what exists: {source.failure}. What it had up to <Clock at={source.checkedTo} /> is proved; it is asked again by itself.</>;
  if (source.missing > 0) return <>{source.missing === 1 ? "One document that it says exists is" : `${source.missing} documents that it says exist are`} not here{source.oldestMissing && <>, the oldest for <Age since={source.oldestMissing} /></>}. A message was lost, or a feed does not see this change. What is fetched is taken in as if it had just been told.</>;
  return <>All that it says exists is here, up to <Clock at={source.checkedTo} />{source.late > 0 && <>; {source.late === 1 ? "one is" : `${source.late} are`} late and may still come</>}.</>;
}

const trail = (row: DocumentRow) => {
  if (row.state === "excluded") return row.excluded;
  if (row.state === "excused") return "a person said that it need not come";
  if (row.askedAt === null) return row.state === "held" && row.missed ? "came late, by itself" : null;
  const asked = <>{row.askedBy ?? "somebody"} asked <Clock at={row.askedAt} seconds /></>;
  if (row.state === "held") return <>{asked}, {row.answer ?? "it came by itself"}, held <StatusMark state="verified" /></>;
  return row.answeredAt === null ? <>{asked}, being fetched</> : <>{asked}: {row.answer}{row.answer === "taken in" && ", not held yet"}</>;
};

const hrefOf = (row: DocumentRow): string => (row.subjectKind === "order" && row.number !== null ? `/orders/${encodeURIComponent(row.number)}` : `/trace?q=${encodeURIComponent(row.document)}`);

function documentColumns(next: string | null, missingRight: string | null, onFetch: (item: string) => void): readonly Column<DocumentRow>[] {
  return [
    { key: "document", head: "Document", cell: (row) => (row.subjectId !== null ? <Identifier href={hrefOf(row)}>{row.document}</Identifier> : <Identifier>{row.document}</Identifier>) },
    { key: "state", head: "State", cell: (row) => <DocumentMark state={row.state} /> },
    { key: "since", head: "Missing for", align: "right", cell: (row) => (row.state === "missing" ? <Age since={row.missesFrom} /> : <span className="m3">–</span>) },
    { key: "at", head: "Changed there", align: "right", from: "phone", cell: (row) => <span className="m2"><Clock at={row.changedAt} seconds /></span> },
    { key: "amount", head: "Amount", align: "right", from: "phone", cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
    ...(next === null ? [] : [{ key: "next", head: `Next: ${next}`, from: "phone" as const, cell: (row: DocumentRow) => <SuccessorMark state={row.successor} /> }]),
    { key: "trail", head: "What became of it", from: "desk", wrap: true, cell: (row) => <span className="sm m2">{trail(row)}</span> },
    { key: "fetch", head: <span className="vh">Fetch</span>, name: "fetch", align: "right", cell: (row) => row.exception !== null && missingRight === null && <Button size="xs" why={row.askedAt !== null && row.answeredAt === null ? "It is being fetched" : undefined} onClick={() => { if (row.exception !== null) onFetch(row.exception); }}>Fetch<span className="vh"> {row.document}</span></Button> },
  ];
}

interface Part { of: { connector: string; kind: DocumentKind }; source: CompletenessSource; search: CompletenessSearch }

function Documents({ of, source, show, search, onFetch }: Part & { show: DocumentFilter; onFetch: (item: string) => void }) {
  const { now, timeZone } = useClock();
  const pages = useInfiniteQuery(useTRPC().completeness.documents.infiniteQueryOptions({ ...of, show, hours: search.hours, ...(search.window ? { window: search.window } : {}) }, { getNextPageParam: (page) => page.next ?? undefined }));
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const options = [...shown, ...(source.next === null ? [] : (["confirmed", "unconfirmed"] as const))];
  return (
    <Region title={shownWords[show]} sub={search.window ? `of the window from ${dayClockText(search.window, timeZone, now)}` : "missing ones first, then the newest"} end={search.window && <Button size="xs" icon="x" href={completenessHref(search, { window: null })}>All windows</Button>}>
      <div className="cm-which"><Segmented label="Which documents" value={show} options={options.map((value) => ({ value, label: choices[value], href: completenessHref(search, { show: value }) }))} /></div>
      {pages.isError ? <EmptyState icon="wifi-off" title="This list could not be read" action={<Button size="xs" onClick={() => { void pages.refetch(); }}>Try now</Button>}>{pages.error.message}</EmptyState>
        : pages.isPending ? <p className="sm m2">Reading.</p>
          : rows.length === 0 ? <EmptyState title={show === "missing" ? "Nothing is missing" : "There is none"}>{search.window ? "In this window there is no such document." : "In this time there is no such document."}</EmptyState>
            : <div className="scrollx" tabIndex={0} role="group" aria-label="Documents, scrolls sideways"><Table caption="Documents" columns={documentColumns(source.next, source.missingRight, onFetch)} rows={rows} rowKey={(row) => `${row.document} ${row.opensAt}`} rowName={(row) => row.document} flush keyboard={false} /></div>}
      <LoadMore pages={pages} />
    </Region>
  );
}

function Windows({ of, source, search }: Part) {
  const { now, timeZone } = useClock();
  const pages = useInfiniteQuery(useTRPC().completeness.windows.infiniteQueryOptions({ ...of, limit: 24, ...(search.gaps ? { gaps: true } : {}) }, { getNextPageParam: (page) => page.next ?? undefined }));
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const name = (row: WindowRow): string => `${dayClockText(row.opensAt, timeZone, now)} to ${dayClockText(row.closesAt, timeZone, now)}`;
  const number = (row: WindowRow, show: DocumentFilter, value: number) => (value === 0 ? <span className="m3">0</span> : <Link className="ln" scroll={false} href={completenessHref(search, { window: row.opensAt, show })} aria-label={`${value} ${choices[show].toLowerCase()}, ${name(row)}`}>{show === "missing" ? <Chip kind="drift" icon="file-x" small>{value}</Chip> : value}</Link>);
  const columns: readonly Column<WindowRow>[] = [
    { key: "window", head: "Window", cell: (row) => <time dateTime={row.opensAt} suppressHydrationWarning>{name(row)}</time> },
    { key: "said", head: "Says", align: "right", cell: (row) => number(row, "said", row.said) },
    { key: "held", head: "Held", align: "right", cell: (row) => number(row, "held", row.held) },
    { key: "excluded", head: "Excluded", align: "right", from: "phone", cell: (row) => number(row, "excluded", row.excluded) },
    { key: "late", head: "Late", align: "right", from: "phone", cell: (row) => number(row, "late", row.late) },
    { key: "missing", head: "Missing", align: "right", cell: (row) => number(row, "missing", row.missing) },
    { key: "healed", head: "Came late", align: "right", from: "phone", cell: (row) => number(row, "healed", row.healed) },
    ...(source.next === null ? [] : [{ key: "confirmed", head: "Next confirmed", align: "right" as const, from: "phone" as const, cell: (row: WindowRow) => number(row, "confirmed", row.confirmed) }]),
    { key: "checked", head: "Asked", align: "right", from: "phone", cell: (row) => <span className="m2"><Clock at={row.checkedAt} seconds />{row.checks > 1 && `, ${row.checks} times`}</span> },
  ];
  return (
    <Region className="rule" title="Windows" sub="newest first; each is asked for ten seconds after its close, and once more with the next">
      {pages.isError ? <EmptyState icon="wifi-off" title="The windows could not be read" action={<Button size="xs" onClick={() => { void pages.refetch(); }}>Try now</Button>}>{pages.error.message}</EmptyState>
        : pages.isPending ? <p className="sm m2">Reading.</p>
          : rows.length === 0 ? <EmptyState title="No window has a gap">Every window of this source is whole.</EmptyState>
            : <div className="scrollx" tabIndex={0} role="group" aria-label="Windows, scrolls sideways"><Table caption="Windows, newest first" columns={columns} rows={rows} rowKey={(row) => row.opensAt} rowName={name} flush keyboard={false} /></div>}
      <LoadMore pages={pages} />
    </Region>
  );
}
