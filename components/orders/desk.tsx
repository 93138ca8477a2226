"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { orderPath } from "@/components/order/href";
import { SavedViews } from "@/components/views/saved-views";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { ColumnChooser } from "@/components/ui/column-chooser";
import { DataList, type DataListProps } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import type { MoneyMode } from "@/components/ui/money-text";
import { Segmented } from "@/components/ui/segmented";
import type { OrderList, OrderRow } from "@/server/api/shapes";
import { stageName } from "@/components/tower/stage-words";
import { filterWords, orderHref, type OrderSearch } from "./search";

type Columns = DataListProps<OrderRow>["columns"];
const words = (value: string | undefined): string => (value ?? "").replaceAll("_", " ");

const otherFacets = (order: OrderRow): string => order.facets.filter((facet) => facet !== "exception" && facet !== "on_hold").map(words).join(", ");

const ordered = (order: OrderRow, mode?: MoneyMode) => <Money amount={order.amounts["ordered"] ?? null} currency={order.currency ?? "USD"} mode={mode} />;

const columns: Columns = [
  { key: "number", head: "Order", width: "min(110px, 23vw)", cell: (order) => <Identifier href={orderPath(order.number, order.entity)}>{order.number}</Identifier> },
  { key: "customer", head: "Customer", width: "min(165px, 27vw)", cell: (order) => <span className="el" title={order.customerName ?? order.customer ?? undefined}>{order.customerName ?? order.customer}</span> },
  { key: "stage", head: "Stage", width: "min(130px, 31vw)", cell: (order) => <span className="row">{order.late ? <Chip kind="late" icon="clock-alert" small>{stageName(order.stage ?? "complete")}</Chip> : <Chip kind="line" icon={order.complete ? "check" : "circle-dot"} small>{stageName(order.complete ? "complete" : order.stage ?? "captured")}</Chip>}</span> },
  { key: "problems", head: "Facets", from: "phone", width: "220px", cell: (order) => <span className="row">{order.facets.includes("exception") && <Chip kind="biz" icon="scale" small>Exception</Chip>}{order.facets.includes("on_hold") && <Chip kind="hold" icon="hand" small>On hold</Chip>}<span className="sm m2 el" title={otherFacets(order)}>{otherFacets(order)}</span></span> },
  { key: "age", head: "In stage", from: "phone", width: "70px", align: "right", cell: (order) => (order.stageSince && !order.complete ? <span className="m2"><Age since={order.stageSince} /></span> : <span className="m3">–</span>) },
  { key: "ordered", head: "Ordered", width: "min(95px, 19vw)", align: "right", cell: (order) => <><span className="from-phone">{ordered(order)}</span><span className="to-phone">{ordered(order, "compact")}</span></> },
  { key: "posted", head: "Posted", from: "phone", width: "95px", align: "right", cell: (order) => <Money amount={order.amounts["posted"] ?? null} currency={order.currency ?? "USD"} /> },
  { key: "fulfilment", head: "Fulfilment", from: "phone", width: "100px", cell: (order) => <span className="sm">{words(order.tracks["fulfilment"])}</span> },
  { key: "billing", head: "Billing", from: "phone", width: "105px", cell: (order) => <span className="sm">{words(order.tracks["billing"])}</span> },
  { key: "cash", head: "Cash", from: "phone", width: "60px", cell: (order) => <span className="sm">{words(order.tracks["cash"])}</span> },
  { key: "placed", head: "Placed", from: "phone", width: "90px", align: "right", cell: (order) => (order.placedAt ? <span className="m2"><Age since={order.placedAt} ago /></span> : null) },
];

/** Orders by any filter that a figure can link with; 100 at a time by keyset. */
export function OrderDesk({ search, initial }: { search: OrderSearch; initial: OrderList }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [hidden, setHidden] = useState<string[]>([]);
  const pages = useInfiniteQuery(trpc.orders.list.infiniteQueryOptions(search, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initial], pageParams: [null] } }));
  const rows = useMemo(() => pages.data.pages.flatMap((page) => page.items), [pages.data]);
  const filters = Object.keys(search).filter((name) => name !== "stage").length + (["open", "all", "complete"].includes(search.stage) ? 0 : 1);
  return (
    <Page title="Orders" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }]} footEnd={rows.length === 1 && !pages.hasNextPage ? "1 order" : `${rows.length}${pages.hasNextPage ? "+" : ""} orders`}>
      <div className="bar">
        <Segmented label="Which" value={search.stage === "all" || search.stage === "complete" ? search.stage : "open"} options={[{ value: "open", label: "In flight", href: orderHref(search, { stage: "open" }) }, { value: "complete", label: "Complete", href: orderHref(search, { stage: "complete" }) }, { value: "all", label: "All", href: orderHref(search, { stage: "all" }) }]} />
        <Segmented label="Problems" value={search.having ?? (search.late ? "late" : "")} options={[{ value: "", label: "Any", href: orderHref(search, { having: null, late: null }) }, { value: "facet:exception", label: "Exception", href: orderHref(search, { having: "facet:exception", late: null }) }, { value: "facet:on_hold", label: "On hold", href: orderHref(search, { having: "facet:on_hold", late: null }) }, { value: "late", label: "Late", href: orderHref(search, { having: null, late: true }) }]} />
        {filterWords(search).map((words) => <Chip key={words} kind="line" icon="funnel" small>{words}</Chip>)}
        {filters > 0 && <Button size="xs" icon="x" href={orderHref({ stage: ["all", "complete"].includes(search.stage) ? search.stage : "open" }, {})}>Clear filter</Button>}
        <span className="grow" />
        <SavedViews page="orders" href={orderHref(search, {})} />
        <Button size="xs" icon="download" download href={orderHref(search, {}).replace("/orders", "/orders/csv")}>CSV</Button>
        <ColumnChooser columns={columns} hidden={hidden} onChange={(next) => { setHidden([...next]); }} always={["number"]} />
      </div>
      <DataList caption="Orders" columns={columns} rows={rows} rowKey={(order) => order.id} rowName={(order) => order.number} hidden={hidden} height="calc(100dvh - 118px)" hasMore={pages.hasNextPage} loadingMore={pages.isFetchingNextPage} onLoadMore={() => { void pages.fetchNextPage(); }}
        onOpen={(order) => { router.push(orderPath(order.number, order.entity)); }} empty={<><h2 className="vh">Orders</h2><EmptyState icon="package" title="No order fits">Take a filter away, or look at all orders.</EmptyState></>} />
    </Page>
  );
}
