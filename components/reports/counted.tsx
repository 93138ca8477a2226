"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { deskHref } from "@/components/exceptions-desk/search";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { EmptyState } from "@/components/ui/empty-state";
import { Identifier } from "@/components/ui/identifier";
import { LoadMore } from "@/components/ui/load-more";
import { Money } from "@/components/ui/money";
import { Said } from "@/components/ui/said";
import { Segmented } from "@/components/ui/segmented";
import { Table, type Column } from "@/components/ui/table";
import type { CountedExceptions, ReportedException } from "@/server/api/shapes";
import { exceptionResults, exceptionsHref, reportHref, type ExceptionSearch } from "./search";
import { exceptionName } from "./words";

const columns: readonly Column<ReportedException>[] = [
  { key: "seen", head: "First seen", cell: (row) => <span className="m2 whitespace-nowrap"><Age since={row.seenAt} ago /></span> },
  { key: "document", head: "Document", cell: (row) => (row.number !== null ? <Identifier href={row.subjectKind === "order" ? `/orders/${encodeURIComponent(row.number)}` : `/trace?q=${encodeURIComponent(row.number)}`}>{row.number}</Identifier> : <span className="m3">{row.messageId === null ? "none" : `message ${row.messageId}`}</span>) },
  { key: "customer", head: "Customer", from: "desk", wrap: true, cell: (row) => row.customerName ?? <span className="m3">–</span> },
  { key: "message", head: "What was said", from: "phone", wrap: true, cell: (row) => <Link className="ln" href={deskHref({ filter: { tab: row.state === "resolved" ? "resolved" : "open", sort: "money" } }, { group: row.group })}><Said>{row.message}</Said></Link> },
  { key: "money", head: "At stake", align: "right", cell: (row) => <Money amount={row.currency === null || Number(row.amount) === 0 ? null : row.amount} currency={row.currency} /> },
  { key: "solved", head: "Solved", align: "right", cell: (row) => (row.state !== "resolved" ? <span className="m3">not yet</span> : row.resolvedAt === null ? "yes" : <span className="whitespace-nowrap"><Age since={row.resolvedAt} ago /></span>) },
];
const labels = { all: "All", solved: "Solved", open: "Not solved" } as const;

/** What a line of "Exceptions by cause" counts: the exceptions of one code that were first seen in these days. */
export function CountedView({ search, initial }: { search: ExceptionSearch; initial: CountedExceptions }) {
  const trpc = useTRPC();
  const pages = useInfiniteQuery(trpc.reports.exceptions.infiniteQueryOptions(search, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initial], pageParams: [null] } }));
  const rows = useMemo(() => pages.data.pages.flatMap((page) => page.items), [pages.data]);
  const { range, code, result } = search;
  return (
    <Page title={exceptionName(code)} crumbs={[{ label: "Reports", href: reportHref(range) }]} footEnd={rows.length === 1 && !pages.hasNextPage ? "1 exception" : `${rows.length}${pages.hasNextPage ? "+" : ""} exceptions`}>
      <div className="bar">
        <Segmented label="Which" value={result} options={exceptionResults.map((value) => ({ value, label: labels[value], href: exceptionsHref(range, code, value) }))} />
        <span className="sm m2"><span className="id">{code}</span>, first seen {range.from === range.to ? `on ${range.from}` : `${range.from} to ${range.to}`}</span>
        <span className="grow" />
        <Link className="ln sm" href={deskHref({ filter: { tab: "open", sort: "money" } }, { code })}>Its causes that are open now</Link>
      </div>
      <h2 className="vh">Exceptions counted</h2>
      {rows.length === 0 ? <EmptyState icon="check" title="None fits">Nothing of this code that was first seen in these days is {result === "open" ? "still open" : result === "solved" ? "solved" : "here"}.</EmptyState> : <Table caption="Exceptions counted" columns={columns} rows={rows} rowKey={({ id }) => id} />}
      <LoadMore pages={pages} />
    </Page>
  );
}
