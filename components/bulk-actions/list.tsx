"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { CommandProgress } from "@/components/ui/command-progress";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadMore } from "@/components/ui/load-more";
import { Region } from "@/components/ui/region";
import { Segmented } from "@/components/ui/segmented";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import type { BulkActionRow, BulkList } from "@/server/api/shapes";
import { bulkRules } from "@/server/domain/bulk";
import { bulkMarks, bulkTitle, progressOf, selectionWords } from "./words";

const columns: readonly Column<BulkActionRow>[] = [
  { key: "what", head: "What", wrap: true, cell: (row) => <><Link className="ln b" href={`/bulk/${row.id}`}>{bulkTitle(row)}</Link><br /><span className="sm m2">{selectionWords(row)}</span></> },
  { key: "state", head: "State", wrap: true, cell: (row) => <><Chip kind={bulkMarks[row.state].kind} icon={bulkMarks[row.state].icon} small>{bulkMarks[row.state].word}</Chip>{row.stoppedWhy !== null && <><br /><span className="sm m2">{row.stoppedWhy}</span></>}</> },
  { key: "progress", head: "Progress", from: "phone", width: "240px", cell: (row) => <CommandProgress slim counts={progressOf(row)} /> },
  { key: "failed", head: "Failed", align: "right", cell: (row) => (row.counts.failed === 0 ? <span className="m3">0</span> : row.counts.failed) },
  { key: "money", head: "At stake", align: "right", from: "phone", cell: (row) => <Sums money={row.money} mode="whole" /> },
  { key: "author", head: "By", from: "desk", cell: (row) => (row.authorId === "cli" ? "the command line" : row.author) },
  { key: "when", head: "Asked", align: "right", from: "phone", cell: (row) => <span className="m2 whitespace-nowrap"><Age since={row.frozenAt} ago /></span> },
];

/** Every bulk action that was started, newest first. */
export function BulkActionsDesk({ open, initial }: { open: boolean; initial: BulkList }) {
  const router = useRouter();
  const pages = useInfiniteQuery(useTRPC().bulk.list.infiniteQueryOptions({ open }, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initial], pageParams: [null] } }));
  const rows = useMemo(() => pages.data.pages.flatMap((page) => page.items), [pages.data]);
  return (
    <Page title="Bulk actions" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }]} footEnd={rows.length === 1 ? "1 bulk action" : `${rows.length}${pages.hasNextPage ? "+" : ""} bulk actions`}>
      <div className="bar">
        <Segmented label="Which" value={open ? "open" : ""} options={[{ value: "", label: "All", href: "/bulk" }, { value: "open", label: "Not over", href: "/bulk?open=1" }]} />
      </div>
      <h2 className="vh">Bulk actions</h2>
      {rows.length === 0
        ? <EmptyState icon="repeat" title={open ? "None is under way" : "None was started yet"} action={<Button size="xs" href="/exceptions">Look at the exceptions</Button>}>Many documents are retried or restarted from Exceptions, with all that match a filter; <code>tower replay</code> reads messages once more.</EmptyState>
        : <Table caption="Bulk actions" columns={columns} rows={rows} rowKey={({ id }) => id} rowName={bulkTitle} onOpen={({ id }) => { router.push(`/bulk/${id}`); }} />}
      <LoadMore pages={pages} />
      <Region title="How they go" sub="the same for every bulk action">
        <dl className="facts">{bulkRules.map(({ name, says }) => <div key={name}><dt>{name}</dt><dd>{says}</dd></div>)}</dl>
      </Region>
    </Page>
  );
}
