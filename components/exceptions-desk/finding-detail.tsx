import Link from "next/link";
import { Day } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import { Said } from "@/components/ui/said";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import { Why } from "@/components/ui/why";
import { orderPath } from "@/components/order/href";
import { orderHref } from "@/components/orders/search";
import type { FindingGroupRow, FindingOrderRow } from "@/server/api/shapes";
import { findingCatalogue, type FindingCode } from "@/server/domain/exceptions";
import { findingsHref } from "./findings-search";

const meaning: Record<FindingCode, string> = {
  "FND-01": "The invoice is dated before the shipment. The shipment has closed it since.",
  "FND-02": "An invoice or a payment is dated before the order: a clock that is wrong, or back-dating.",
  "FND-03": "The invoices carry no amounts. Absent is not zero: what stands here is derived from the order. Freight that is on the order and on no invoice cannot be shown to be billed.",
  "FND-04": "The invoice is open and its source gives no due date, so it cannot be said to be late.",
  "FND-05": "More stock is allocated than the line orders.",
};

const columnsIn = (entity: string): readonly Column<FindingOrderRow>[] => [
  { key: "order", head: "Order", cell: (row) => <Identifier href={orderPath(row.number, entity)}>{row.number}</Identifier> },
  { key: "customer", head: "Customer", from: "wide", cell: (row) => <span className="m2">{row.customerName ?? "–"}</span> },
  { key: "placed", head: "Placed", from: "phone", cell: (row) => (row.placedAt ? <span className="m2"><Day at={row.placedAt} /></span> : "–") },
  { key: "said", head: "What is told", wrap: true, cell: (row) => row.messages.map((message) => <p key={message} className="sm"><Said>{message}</Said></p>) },
  { key: "amount", head: "Amount", align: "right", cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
];

/** One code in one entity: what it means, its money, and every order behind it. */
export function FindingDetail({ group, orders }: { group: FindingGroupRow; orders: readonly FindingOrderRow[] }) {
  const all = orderHref({ stage: "all", finding: group.code, entity: group.entity }, {});
  const named = orderHref({ stage: "all", finding: `${group.code}:money`, entity: group.entity }, {});
  return (
    <section className="dt" aria-label="Selected group">
      <div className="dh">
        <span className="back"><Button variant="ghost" icon="arrow-left" label="Back to groups" href={findingsHref({})} /></span>
        <div className="grow">
          <div className="row wrap gap-1.5"><Chip kind="line" icon="info">Finding</Chip><span className="id m3">{group.code}</span></div>
          <h2 className="dtt">{findingCatalogue[group.code as FindingCode]}</h2>
          <p className="sm m2">entity <span className="id">{group.entity}</span></p>
        </div>
        <div className="dm">
          {group.money.length > 0 && <span><b className="n"><Sums money={group.money} /></b><span className="sm m2">not provable as billed, <Link className="ln" href={named}>{group.ordersWithMoney === 1 ? "1 order" : `${group.ordersWithMoney} orders`}</Link></span></span>}
          <span><b className="n"><Link href={all}>{group.orders}</Link></b><span className="sm m2">{group.orders === 1 ? "order" : "orders"}</span></span>
        </div>
      </div>
      <div className="dl">
        <Why>{meaning[group.code as FindingCode]}</Why>
        <section>
          <div className="rh"><h3>Orders</h3><span className="sm">most money first</span><span className="rh-end"><Button size="xs" href={all}>{orders.length < group.orders ? `All ${group.orders} as a list` : "As a list"}</Button></span></div>
          <div className="scrollx" tabIndex={0} role="group" aria-label="Orders, scrolls sideways"><Table caption="Orders of this finding" columns={columnsIn(group.entity)} rows={orders} rowKey={(row) => row.id} flush keyboard={false} /></div>
        </section>
      </div>
    </section>
  );
}
