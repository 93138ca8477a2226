"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "@/components/trpc/client";
import { Age, Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadMore } from "@/components/ui/load-more";
import { Money } from "@/components/ui/money";
import { quantityText } from "@/components/ui/money-text";
import { Region } from "@/components/ui/region";
import { Segmented } from "@/components/ui/segmented";
import { Table, type Column } from "@/components/ui/table";
import { Why } from "@/components/ui/why";
import type { StatementItemView, StatementView } from "@/server/api/shapes";
import { dec } from "@/server/domain/decimal";
import { processes } from "@/server/domain/reconciliation/settling";
import { ItemDetail } from "./item";
import { reconciliationHref, type ReconciliationSearch } from "./search";
import { excludedText, filterWords, resultWords, ruleWords, stateWords, unsettled } from "./words";

const count = (value: number): string => quantityText(String(value));
const filters = ["open", "suggested", "proposed", "settled", "agreed", "all"] as const;

/** One statement: what each result comes to, what was left out, and its items. */
export function StatementDetail({ run, search }: { run: string; search: ReconciliationSearch }) {
  const statement = useQuery(useTRPC().reconciliation.get.queryOptions({ run }));
  if (statement.isPending) return <div className="cn-none"><p className="sm m2 p-2">Reading.</p></div>;
  if (statement.isError) return <div className="cn-none"><EmptyState icon="wifi-off" title="This statement could not be read" action={<Button size="xs" onClick={() => { void statement.refetch(); }}>Try now</Button>}>{statement.error.message}</EmptyState></div>;
  if (!statement.data) return <div className="cn-none"><EmptyState icon="scale" title="This statement is not here" action={<Button size="xs" href={reconciliationHref(search, { run: null })}>Back to the list</Button>}>It does not exist, or is not of your entities.</EmptyState></div>;
  const row = statement.data, { name, a, b } = processes[row.process];
  return (
    <section className="cn" aria-label={`${name}, ${row.from} to ${row.to}`}>
      <header className="cn-head">
        <div className="row wrap">
          <h2 className="tt">{name}</h2><span className="m2">{row.entity}, {row.from} to {row.to}</span><span className="grow" />
          <Button size="xs" icon="download" download href={reconciliationHref(search, {}, "/reconciliation/csv")}>CSV of items</Button>
          <Button variant="ghost" icon="x" label="Back to the list" href={reconciliationHref(search, { run: null })} />
        </div>
        <Why><Sentence row={row} /></Why>
        <p className="sm m2">A: {a}. B: {b}. Known at <Clock at={row.knownAt} seconds />, taken by {row.author}: “{row.reason}”. Tolerance {row.toleranceAmount.replace(/\.?0+$/, "") || "0"}, {row.toleranceDays} days.</p>
      </header>
      <Totals row={row} search={search} />
      <Items row={row} search={search} />
    </section>
  );
}

function Sentence({ row }: { row: StatementView }) {
  const { items, waiting } = unsettled(row);
  if (row.state === "superseded") return <>A newer statement was taken: what was open here is carried into it.</>;
  if (items === 0) return <>Every document is matched, or its difference is settled by name.</>;
  return <>{items === 1 ? "One item is" : `${count(items)} items are`} not settled{waiting > 0 && <>, {waiting === 1 ? "one waits" : `${count(waiting)} wait`} for a second person</>}. What is not settled comes back in the next statement.</>;
}

function Totals({ row, search }: { row: StatementView; search: ReconciliationSearch }) {
  type Total = StatementView["totals"][number];
  const columns: readonly Column<Total>[] = [
    { key: "result", head: "Result", cell: ({ result, certain }) => <Chip small icon={resultWords[result].icon} kind={certain || result !== "matched" ? resultWords[result].kind : "plain"}>{resultWords[result].word}{result === "matched" && !certain && ", suggested"}</Chip> },
    { key: "items", head: "Items", align: "right", cell: ({ items }) => count(items) },
    { key: "a", head: "Side A", align: "right", from: "phone", cell: ({ amountA, currency }) => <Money amount={amountA} currency={currency} /> },
    { key: "b", head: "Side B", align: "right", from: "phone", cell: ({ amountB, currency }) => <Money amount={amountB} currency={currency} /> },
    { key: "difference", head: "A less B", align: "right", cell: ({ amountA, amountB, currency }) => <Money amount={dec(amountA).minus(amountB).toFixed()} currency={currency} signed /> },
  ];
  return (
    <Region title="As it was taken" sub="each document in one result; the results sum to each side" end={search.result && <Button size="xs" icon="x" href={reconciliationHref(search, { result: null })}>All results</Button>}>
      {row.totals.length === 0 ? <p className="sm m2">Neither side had a document in this span.</p>
        : <Table caption="Results by currency" columns={columns} rows={row.totals} rowKey={({ currency, result, certain }) => `${currency} ${result} ${String(certain)}`} rowName={({ result }) => resultWords[result].word} flush keyboard={false} />}
      <p className="sm m2">{row.excluded.length === 0 ? "Nothing was left out by rule." : <>Left out by rule: {row.excluded.map(({ side, rule, documents, amount, currency }, index) => <span key={`${side} ${rule} ${currency}`}>{index > 0 && "; "}{side.toUpperCase()} {excludedText(rule)}, {count(documents)} of <Money amount={amount} currency={currency} /></span>)}.</>}</p>
    </Region>
  );
}

const labels = (row: StatementItemView, side: "a" | "b") => { const own = row.documents.filter((each) => each.side === side), [first] = own; return first ? <><span className="id">{first.label}</span>{own.length > 1 && <span className="m2"> and {own.length - 1} more</span>}</> : <span className="m3">–</span>; };
const itemName = (row: StatementItemView): string => `${resultWords[row.result].word} ${row.documents.map(({ label }) => label).slice(0, 3).join(", ")}`;
const itemColumns: readonly Column<StatementItemView>[] = [
  { key: "result", head: "Result", cell: (row) => <Chip small icon={resultWords[row.result].icon} kind={row.state === "agreed" || row.result !== "matched" ? resultWords[row.result].kind : "plain"}>{resultWords[row.result].word}</Chip> },
  { key: "a", head: "Side A", cell: (row) => labels(row, "a") },
  { key: "b", head: "Side B", from: "phone", cell: (row) => labels(row, "b") },
  { key: "why", head: "Why", from: "desk", wrap: true, cell: (row) => <span className="sm m2">{ruleWords[row.rule]}: {row.because.join(", ")}</span> },
  { key: "amountA", head: "Amount A", align: "right", from: "wide", cell: (row) => <Money amount={row.documents.some(({ side }) => side === "a") ? row.amountA : null} currency={row.currency} /> },
  { key: "amountB", head: "Amount B", align: "right", from: "wide", cell: (row) => <Money amount={row.documents.some(({ side }) => side === "b") ? row.amountB : null} currency={row.currency} /> },
  { key: "difference", head: "Difference", align: "right", cell: (row) => <Money amount={row.result === "tax_differs" ? row.taxDifference : row.difference} currency={row.currency} signed /> },
  { key: "age", head: "Open for", align: "right", from: "phone", cell: (row) => (row.state === "open" || row.state === "proposed" ? <Age since={row.since} /> : <span className="m3">–</span>) },
  { key: "state", head: "State", from: "desk", cell: (row) => <span className="m2">{stateWords[row.state]}</span> },
];

function Items({ row, search }: { row: StatementView; search: ReconciliationSearch }) {
  const router = useRouter(), { show, result } = search;
  const pages = useInfiniteQuery(useTRPC().reconciliation.items.infiniteQueryOptions({ run: row.id, show, ...(result ? { result } : {}) }, { getNextPageParam: (page) => page.next ?? undefined }));
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Region className="rule" title="Items" sub="most money first">
      <div className="cm-which"><Segmented label="Which items" value={show} options={filters.map((value) => ({ value, label: filterWords[value], href: reconciliationHref(search, { show: value }) }))} /></div>
      {pages.isError ? <EmptyState icon="wifi-off" title="The items could not be read" action={<Button size="xs" onClick={() => { void pages.refetch(); }}>Try now</Button>}>{pages.error.message}</EmptyState>
        : pages.isPending ? <p className="sm m2">Reading.</p>
          : rows.length === 0 ? <EmptyState title={show === "open" ? "Nothing is open" : "There is none"}>{show === "open" ? "What agreed or was settled is under the other filters." : "This statement has no such item."}</EmptyState>
            : <div className="scrollx" tabIndex={0} role="group" aria-label="Items, scrolls sideways"><Table caption="Items, most money first" columns={itemColumns} rows={rows} rowKey={({ no }) => String(no)} rowName={itemName} openKey={search.item === undefined ? undefined : String(search.item)} onOpen={({ no }) => { router.push(reconciliationHref(search, { item: no }), { scroll: false }); }} flush keyboard={false} /></div>}
      <LoadMore pages={pages} />
      {search.item !== undefined && <OpenItem row={row} search={search} no={search.item} />}
    </Region>
  );
}

function OpenItem({ row, search, no }: { row: StatementView; search: ReconciliationSearch; no: number }) {
  const item = useQuery(useTRPC().reconciliation.items.queryOptions({ run: row.id, show: "all", no }));
  if (item.isPending) return <p className="sm m2">Reading.</p>;
  const found = item.data?.items[0];
  return found ? <ItemDetail key={`${no} ${found.state}`} statement={row} item={found} search={search} /> : <EmptyState title="This item is not here" action={<Button size="xs" href={reconciliationHref(search, { item: null })}>Back to the items</Button>}>It was taken apart, or does not exist.</EmptyState>;
}
