"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadMore } from "@/components/ui/load-more";
import { Segmented } from "@/components/ui/segmented";
import { StatusMark } from "@/components/ui/status-mark";
import { Table, type Column } from "@/components/ui/table";
import type { FixList, FixRow } from "@/server/api/shapes";
import { fixesHref, fixResults, reportHref, type FixSearch } from "./search";

const columns: readonly Column<FixRow>[] = [
  { key: "when", head: "Tried", cell: (row) => <span className="m2 whitespace-nowrap"><Age since={row.triedAt} ago /></span> },
  { key: "cause", head: "Cause", wrap: true, cell: (row) => (row.fingerprint === null || row.title === null ? <span className="m3">no cause of its own</span> : <Link className="ln" href={`/exceptions?group=${encodeURIComponent(row.fingerprint)}`}><span className="id">{row.code}</span> {row.title}</Link>) },
  { key: "verb", head: "What", cell: (row) => row.verb.replaceAll("_", " ") },
  { key: "author", head: "By", from: "phone", cell: (row) => row.author },
  { key: "reason", head: "Reason", from: "phone", wrap: true, cell: (row) => (row.reason === "" ? <span className="m3">–</span> : row.reason) },
  { key: "verified", head: "Read back", align: "right", cell: (row) => <span className="whitespace-nowrap">{row.verified} of {row.total}{row.verified === row.total && <> <StatusMark state="verified" /></>}</span> },
];
const empty = { all: "Nothing was sent again, fetched or mapped in these days.", verified: "Nothing that was sent again, fetched or mapped in these days was read back as right.", open: "All that was sent again, fetched or mapped in these days was read back as right, or nothing was." } as const;
const labels = { all: "All", verified: "Verified", open: "Not verified" } as const;

/** What the verified fix rate counts: fixes that sent something again, fetched it or mapped a code, and how much of it was read back as right or is held. */
export function FixesView({ search, initial }: { search: FixSearch; initial: FixList }) {
  const trpc = useTRPC();
  const pages = useInfiniteQuery(trpc.reports.fixes.infiniteQueryOptions(search, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initial], pageParams: [null] } }));
  const rows = useMemo(() => pages.data.pages.flatMap((page) => page.items), [pages.data]);
  const { range, result } = search;
  return (
    <Page title="Fixes" crumbs={[{ label: "Reports", href: reportHref(range) }]} footEnd={rows.length === 1 && !pages.hasNextPage ? "1 fix" : `${rows.length}${pages.hasNextPage ? "+" : ""} fixes`}>
      <div className="bar">
        <Segmented label="Which" value={result} options={fixResults.map((value) => ({ value, label: labels[value], href: fixesHref(range, value) }))} />
        <span className="sm m2">tried {range.from === range.to ? `on ${range.from}` : `${range.from} to ${range.to}`}</span>
      </div>
      <h2 className="vh">Fixes tried</h2>
      {rows.length === 0 ? <EmptyState icon="repeat" title="No fix fits">{empty[result]}</EmptyState> : <Table caption="Fixes" columns={columns} rows={rows} rowKey={({ id }) => id} />}
      <LoadMore pages={pages} />
    </Page>
  );
}
