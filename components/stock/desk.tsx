"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { Input } from "@/components/ui/input";
import { useKeys } from "@/components/ui/keys";
import { LoadMore } from "@/components/ui/load-more";
import { quantityText } from "@/components/ui/money-text";
import { Segmented } from "@/components/ui/segmented";
import { Table, type Column } from "@/components/ui/table";
import type { StockRow, StockStanding } from "@/server/api/shapes";
import { StockBulk } from "./bulk";
import { StockDetail } from "./detail";
import { Count, StandingMark } from "./marks";
import { standingWords, stockHref, type StockSearch } from "./search";

const columns: readonly Column<StockRow>[] = [
  { key: "item", head: "Item", cell: (row) => <><span className="b n">{row.item}</span> <span className="m2">{row.warehouse}</span></> },
  { key: "standing", head: "State", cell: (row) => <StandingMark standing={row.standing} /> },
  { key: "free", head: "Warehouse, free", align: "right", from: "phone", cell: (row) => <Count value={row.free} /> },
  { key: "channelFree", head: "Channel", align: "right", from: "phone", cell: (row) => <Count value={row.channelFree} /> },
  { key: "underway", head: "Under way", align: "right", from: "desk", cell: (row) => <Count value={row.underway} /> },
  { key: "difference", head: "Difference", align: "right", cell: (row) => <Count value={row.difference} signed /> },
  { key: "age", head: "For", align: "right", from: "phone", cell: (row) => (row.standing === "drift" && row.since ? <Age since={row.since} /> : <span className="m3">–</span>) },
  { key: "cause", head: "Probable cause", from: "desk", wrap: true, cell: (row) => <span className="sm m2">{row.cause ?? (row.channelFree === null ? "the channel has told no count" : row.keeper === null ? "no warehouse has told a count" : "")}</span> },
];
const count = (value: number): string => quantityText(String(value));
const shown: readonly StockStanding[] = ["drift", "behind", "told", "in_step", "other"];

/** What the warehouses say may be sold beside what the channel that sells it counts; a count that nobody can explain is work, with its age. */
export function StockDesk({ search }: { search: StockSearch }) {
  const router = useRouter(), trpc = useTRPC();
  const figures = useQuery(trpc.stock.figures.queryOptions());
  const pages = useInfiniteQuery(trpc.stock.list.infiniteQueryOptions({ ...(search.show ? { show: search.show } : {}), ...(search.find ? { find: search.find } : {}) }, { getNextPageParam: (page) => page.next ?? undefined }));
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [], open = rows.find(({ id }) => id === search.open), of = figures.data;
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const go = (change: Parameters<typeof stockHref>[1]): void => { router.push(stockHref(search, change), { scroll: false }); };
  useKeys([{ keys: "esc", label: "back to the list", run: () => { if (search.open) go({ open: null }); } }]);
  return (
    <Page title="Stock in channels" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }, { keys: ["X"], label: "tick" }]} footEnd={rows.length === 1 ? "1 position" : `${count(rows.length)}${pages.hasNextPage ? "+" : ""} positions`}>
      <div className="bar cn-bar">
        <Segmented label="Which" value={search.show ?? ""} options={[{ value: "", label: "All", href: stockHref(search, { show: null }) }, ...shown.map((value) => ({ value, label: standingWords[value], href: stockHref(search, { show: value }) }))]} />
        <span className="grow" />
        <form role="search" className="xr-search" onSubmit={(event) => { event.preventDefault(); const find = new FormData(event.currentTarget).get("find"); go({ find: typeof find === "string" && find.trim() !== "" ? find.trim() : null }); }}>
          <Input key={search.find ?? ""} name="find" type="search" aria-label="Find an item or a warehouse" placeholder="Item or warehouse" defaultValue={search.find ?? ""} />
        </form>
        <Button size="xs" icon="download" download href={stockHref(search, { open: null }, "/stock/csv")}>CSV</Button>
      </div>
      {of && (
        <FigureStrip label="Stock">
          <Figure label="Drift" value={count(of.drift)} watch={String(of.drift)} href={stockHref({}, { show: "drift" })} about={{ definition: "Positions at which the channel may sell another quantity than the warehouse has free, by its own doing.", population: "Items in warehouses that both a warehouse system and a channel count", excluded: "What orders under way explain, and differences of the last minute" }} mark={of.drift > 0 ? <Chip kind="drift" icon="equal-not" small>differs</Chip> : undefined} sub={of.oldest === null ? "every difference is explained" : <>oldest <Age since={of.oldest} /></>} />
          <Figure label="Behind" value={count(of.behind)} watch={String(of.behind)} href={stockHref({}, { show: "behind" })} sub="the channel is told within a minute" />
          <Figure label="Not read back" value={count(of.told)} watch={String(of.told)} href={stockHref({}, { show: "told" })} sub="told, and not said by the channel yet" />
          <Figure label="In step" value={count(of.in_step)} watch={String(of.in_step)} href={stockHref({}, { show: "in_step" })} sub="less what orders under way have promised" />
          <Figure label="Not compared" value={count(of.other)} watch={String(of.other)} href={stockHref({}, { show: "other" })} sub={of.unread === 0 ? "only one side counts them" : `and ${count(of.unread)} ${of.unread === 1 ? "count waits" : "counts wait"} for a code`} />
        </FigureStrip>
      )}
      <h2 className="vh">Positions</h2>
      {pages.isError ? <EmptyState icon="wifi-off" title="This list could not be read" action={<Button size="xs" onClick={() => { void pages.refetch(); }}>Try now</Button>}>{pages.error.message}</EmptyState>
        : pages.isPending ? <p className="sm m2 cm-note">Reading.</p>
          : rows.length === 0 ? <EmptyState icon="package-open" title={search.show || search.find ? "There is none" : "Nobody has counted anything yet"} action={search.show || search.find ? <Button size="xs" href="/stock">Show all</Button> : <Button size="xs" href="/connectors">Look at the connectors</Button>}>{search.show === "drift" ? "Every channel counts what its warehouse counts." : search.show || search.find ? "No position is like this now." : "A warehouse system and a channel that tell their stock are compared here, item by item."}</EmptyState>
            : <Table caption="Positions, drifts first" columns={columns} rows={rows} rowKey={({ id }) => id} rowName={(row) => `${row.item} in ${row.warehouse}`} openKey={search.open} onOpen={(row) => { go({ open: row.id }); }} picking={{ picked: ticked, onPick: setTicked, label: "Select position" }} />}
      <LoadMore pages={pages} />
      <StockBulk picked={rows.filter(({ id }) => ticked.has(id))} onClear={() => { setTicked(new Set()); }} />
      {search.open !== undefined && !pages.isPending && (open
        ? <StockDetail key={open.id} row={open} onClose={() => { go({ open: null }); }} />
        : <div className="cn-none"><EmptyState icon="package-open" title="This position is not in the list" action={<Button size="xs" href={stockHref(search, { open: null })}>Back to the list</Button>}>It stands otherwise by now, or is not in your entities.</EmptyState></div>)}
    </Page>
  );
}
