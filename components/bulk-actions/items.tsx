"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { Identifier } from "@/components/ui/identifier";
import { orderPath } from "@/components/order/href";
import { LoadMore } from "@/components/ui/load-more";
import { Money } from "@/components/ui/money";
import { Segmented } from "@/components/ui/segmented";
import { Table, type Column } from "@/components/ui/table";
import type { BulkItemList, BulkItemRow, BulkActionRow } from "@/server/api/shapes";
import { bulkItemStates, type BulkItemState } from "@/server/domain/bulk";
import { bulkItemMarks } from "./words";

const hrefOf = ({ subjectKind, name, entity }: BulkItemRow): string => (subjectKind === "order" ? orderPath(name, entity) : `/trace?q=${encodeURIComponent(name)}`);

const columns: readonly Column<BulkItemRow>[] = [
  { key: "document", head: "Document", width: "min(190px, 40vw)", cell: (row) => <Identifier href={hrefOf(row)}>{row.name}</Identifier> },
  { key: "step", head: "Step", align: "right", from: "phone", cell: (row) => (row.step === null ? <span className="m3">–</span> : row.step + 1) },
  { key: "state", head: "State", wrap: true, cell: (row) => <><Chip kind={bulkItemMarks[row.state].kind} icon={bulkItemMarks[row.state].icon} small>{bulkItemMarks[row.state].word}</Chip>{row.why !== null && <><br /><span className="sm m2">{row.why}</span></>}</> },
  { key: "reference", head: "At the target", from: "phone", cell: (row) => (row.reference === null ? <span className="m3">–</span> : <span className="id">{row.reference}</span>) },
  { key: "cause", head: "Cause", from: "desk", cell: (row) => (row.fingerprint === null ? <span className="m3">–</span> : <Link className="ln" href={`/exceptions?group=${encodeURIComponent(row.fingerprint)}`}>look at it</Link>) },
  { key: "settled", head: "Known", align: "right", from: "phone", cell: (row) => (row.settledAt === null ? <span className="m3">–</span> : <span className="m2"><Clock at={row.settledAt} seconds /></span>) },
  { key: "money", head: "At stake", align: "right", cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
];

/** What became of each document, in the order in which they go. */
export function BulkItems({ id, counts, state, initial }: { id: string; counts: BulkActionRow["counts"]; state: BulkItemState | undefined; initial: BulkItemList }) {
  const pages = useInfiniteQuery(useTRPC().bulk.items.infiniteQueryOptions({ id, ...(state && { state }) }, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initial], pageParams: [null] } }));
  const rows = useMemo(() => pages.data.pages.flatMap((page) => page.items), [pages.data]);
  const states = bulkItemStates.filter((each) => counts[each] > 0 || each === state);
  return (
    <section aria-labelledby="bulk-documents">
      <div className="bar wrap">
        <h2 id="bulk-documents" className="b">Documents</h2>
        <span className="grow" />
        <Button size="xs" icon="download" download href={`/bulk/${id}/csv${state === undefined ? "" : `?state=${state}`}`}>CSV</Button>
        <Segmented label="Documents" value={state ?? ""} options={[{ value: "", label: "All", href: `/bulk/${id}` }, ...states.map((each) => ({ value: each, label: `${bulkItemMarks[each].word} ${counts[each].toLocaleString("en-US")}`, href: `/bulk/${id}?state=${each}` }))]} />
      </div>
      {rows.length === 0 ? <p className="rg sm m2">None of them is in this state now.</p> : <Table caption="Documents" columns={columns} rows={rows} rowKey={({ position }) => String(position)} rowName={({ name }) => name} />}
      <LoadMore pages={pages} />
    </section>
  );
}
