"use client";
import { useState } from "react";
import { Age } from "@/components/ui/age";
import { BulkBar } from "@/components/ui/bulk-bar";
import { Button } from "@/components/ui/button";
import { ColumnChooser } from "@/components/ui/column-chooser";
import { DataList } from "@/components/ui/data-list";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import { Region } from "@/components/ui/region";
import { StatusMark } from "@/components/ui/status-mark";
import { Table, type Column } from "@/components/ui/table";
import { orders, type SampleOrder } from "./samples";

const columns: readonly Column<SampleOrder>[] = [
  { key: "number", head: "Order", cell: (order) => <Identifier href={`/orders/${order.number}`}>{order.number}</Identifier>, width: "110px", pin: true },
  { key: "customer", head: "Customer", cell: (order) => order.customer, width: "220px" },
  { key: "amount", head: "At stake", cell: (order) => <Money amount={order.amount} currency="USD" className="b" />, align: "right", width: "120px", sort: { href: "/gallery?sort=amount", direction: "descending" } },
  { key: "age", head: "Age", cell: (order) => <Age since={order.since} />, align: "right", width: "90px", from: "phone" },
  { key: "state", head: "Restart J-2291", cell: (order) => <StatusMark state={order.state} />, width: "160px", from: "phone" },
];
const few = orders(6);
const PAGE = 500;

export function GalleryLists() {
  const [open, setOpen] = useState("SO-48191");
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [loaded, setLoaded] = useState(PAGE);
  return (
    <>
      <div className="rule" />
      <Region title="Table" sub="J K move, Enter opens, X ticks" end={<ColumnChooser columns={columns} hidden={hidden} onChange={setHidden} always={["number"]} />}>
        <Table
          caption="Sample orders" columns={columns} rows={few} rowKey={(order) => order.number} openKey={open} onOpen={(order) => { setOpen(order.number); }} hidden={hidden} flush
          picking={{ picked, onPick: setPicked, label: "Select order" }}
          foot={<tr><td /><td>6 orders</td><td /><td className="r"><Money amount="131184.70" currency="USD" /></td><td colSpan={2} className="from-phone" /></tr>}
        />
        {picked.size > 0 && <BulkBar picked={picked.size === 1 ? "1 order" : `${picked.size} orders`} sub="frozen at 14:31:52, all in period July"><Button icon="user">Assign</Button><Button icon="x" variant="ghost" label="Clear" onClick={() => { setPicked(new Set()); }} /></BulkBar>}
      </Region>
      <Region title="Data list" sub="virtual rows, more pages as the end comes near">
        <DataList
          caption="Sample orders, long" columns={columns} rows={orders(loaded)} rowKey={(order) => order.number} keyboard={false} height="320px" total={100000}
          hasMore={loaded < 100000} onLoadMore={() => { setLoaded((count) => count + PAGE); }}
        />
      </Region>
    </>
  );
}
