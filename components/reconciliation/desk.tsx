"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { useKeys } from "@/components/ui/keys";
import { LoadMore } from "@/components/ui/load-more";
import { quantityText } from "@/components/ui/money-text";
import { Note } from "@/components/ui/note";
import { Segmented } from "@/components/ui/segmented";
import { sumByCurrency } from "@/components/ui/sum";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import type { StatementList, StatementView } from "@/server/api/shapes";
import { processes, processNames } from "@/server/domain/reconciliation/settling";
import { reconciliationHref, type ReconciliationSearch } from "./search";
import { StatementDetail } from "./statement";
import { TakeStatement } from "./take";
import { unsettled } from "./words";

const count = (value: number): string => quantityText(String(value));
const agreed = ({ totals }: StatementView): number => totals.filter(({ result, certain }) => result === "matched" && certain).reduce((total, { items }) => total + items, 0);
const openMoney = (row: StatementView) => sumByCurrency(unsettled(row).money.map(({ currency, difference }) => ({ currency, amount: difference })));

const columns: readonly Column<StatementView>[] = [
  { key: "books", head: "Books", wrap: true, cell: (row) => <><span className="b">{processes[row.process].name}</span> <span className="m2">{row.entity}</span></> },
  { key: "span", head: "Span", from: "phone", cell: (row) => <span className="n">{row.from} to {row.to}</span> },
  { key: "known", head: "Known at", align: "right", cell: (row) => <Clock at={row.knownAt} /> },
  { key: "agreed", head: "Agree", align: "right", from: "phone", cell: (row) => count(agreed(row)) },
  { key: "open", head: "Unsettled", align: "right", cell: (row) => { const { items } = unsettled(row); return items === 0 ? <span className="m3">0</span> : <Chip kind={row.state === "open" ? "drift" : "plain"} icon="equal-not" small>{count(items)}</Chip>; } },
  { key: "difference", head: "A less B, unsettled", align: "right", from: "desk", cell: (row) => <Sums money={openMoney(row)} /> },
  { key: "author", head: "Taken by", from: "desk", cell: (row) => <span className="m2">{row.author}</span> },
  { key: "state", head: "State", from: "desk", cell: (row) => <span className="m2">{row.state === "open" ? "newest" : "followed by a newer one"}</span> },
];

/** Statements of two books, newest first, with a bench for one of them: what differs, why, and who settled it. */
export function ReconciliationDesk({ search, initial }: { search: ReconciliationSearch; initial: StatementList }) {
  const router = useRouter();
  const [taking, setTaking] = useState(false);
  const list = useInfiniteQuery(useTRPC().reconciliation.list.infiniteQueryOptions(search.process ? { process: search.process } : {}, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initial], pageParams: [null] } }));
  const rows = list.data.pages.flatMap((page) => page.items), { entities, today } = list.data.pages[0] ?? initial, allowed = entities.filter(({ missing }) => missing === null);
  useKeys([{ keys: "esc", label: "back to the list", run: () => { if (search.run) router.push(reconciliationHref(search, { run: null }), { scroll: false }); } }]);
  return (
    <Page title="Reconciliation" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }]} footEnd={rows.length === 1 ? "1 statement" : `${rows.length} statements`}>
      <div className="bar cn-bar">
        <Segmented label="Books" value={search.process ?? ""} options={[{ value: "", label: "All", href: reconciliationHref(search, { process: null, run: null }) }, ...processNames.map((name) => ({ value: name, label: processes[name].name, href: reconciliationHref(search, { process: name, run: null }) }))]} />
        <span className="grow" />
        <Button size="xs" variant="primary" icon="plus" why={allowed.length === 0 ? (entities[0]?.missing ?? "There is no entity yet") : undefined} onClick={() => { setTaking(true); }}>Take a statement</Button>
        <Button size="xs" icon="download" download href={reconciliationHref(search, { run: null }, "/reconciliation/csv")}>CSV</Button>
      </div>
      {list.isError && <div className="rg"><Note icon="wifi-off" title="Not fresh" end={<Button size="xs" onClick={() => { void list.refetch(); }} pending={list.isFetching}>Try now</Button>}>The statements could not be read again. It is tried with the next change.</Note></div>}
      <h2 className="vh">Statements</h2>
      {rows.length === 0
        ? <EmptyState icon="scale" title="No statement was taken yet">A statement compares two books as they are known at that moment, keeps both, and leaves what differs to be settled by name.</EmptyState>
        : <Table caption="Statements, newest first" columns={columns} rows={rows} rowKey={({ id }) => id} rowName={(row) => `${processes[row.process].name}, ${row.entity}, ${row.from} to ${row.to}`} openKey={search.run} onOpen={(row) => { router.push(reconciliationHref(search, { run: row.id }), { scroll: false }); }} />}
      <LoadMore pages={list} />
      {search.run !== undefined && <StatementDetail key={search.run} run={search.run} search={search} />}
      {allowed.length > 0 && <TakeStatement open={taking} onOpenChange={setTaking} entities={allowed} today={today} onTaken={(id) => { router.push(reconciliationHref(search, { run: id }), { scroll: false }); }} />}
    </Page>
  );
}
