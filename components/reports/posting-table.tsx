import Link from "next/link";
import { Age } from "@/components/ui/age";
import { orderHref } from "@/components/orders/search";
import { Table, type Column } from "@/components/ui/table";
import type { FlowReport } from "@/server/api/shapes";
import { countedHref, type DayRange } from "./search";
import { orders, orNone } from "./words";

type EntityRow = FlowReport["posting"][number];
const columnsOf = (period: DayRange): readonly Column<EntityRow>[] => [
  { key: "entity", head: "Entity", cell: ({ entity }) => <span className="id b">{entity}</span> },
  { key: "orders", head: "Posted in the period", align: "right", wrap: true, cell: (row) => (row.orders === 0 ? <span className="m3">–</span> : <Link className="ln" href={countedHref("posted", period, row.entity)}>{orders(row.orders)}</Link>) },
  { key: "invoices", head: "Invoices", from: "phone", align: "right", cell: ({ posted }) => posted.count.toLocaleString("en-US") },
  { key: "p50", head: "p50", align: "right", cell: ({ posted }) => orNone(posted.p50) },
  { key: "p95", head: "p95", align: "right", cell: ({ posted }) => orNone(posted.p95) },
  { key: "open", head: "Due and unposted now", align: "right", wrap: true, cell: ({ entity, open }) => (open.orders === 0 ? <span className="m3">–</span> : <Link className="ln" href={orderHref({ stage: "all", unposted: true, entity }, {})}>{orders(open.orders)}</Link>) },
  { key: "oldest", head: "Oldest", from: "phone", align: "right", cell: ({ open }) => (open.oldest === null ? null : <Age since={open.oldest} />) },
];

/** How long each entity took from billing due to posted, never without what is still unposted. */
export const PostingTable = ({ rows, period }: { rows: readonly EntityRow[]; period: DayRange }) => <Table caption="Posting latency by entity" flush columns={columnsOf(period)} rows={rows} rowKey={({ entity }) => entity} />;
