import { Chip } from "@/components/ui/chip";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import type { Column } from "@/components/ui/table";
import type { SlotToAdopt } from "@/server/api/shapes";
import { becauseText, isPaired, showOf } from "./words";

const marks = {
  certain: <Chip kind="ok" icon="check" small>Certain</Chip>, likely: <Chip kind="line" icon="circle-dashed" small>Likely</Chip>, possible: <Chip kind="soon" icon="circle-dot" small>Look first</Chip>,
} as const;
const day = (date: string): string => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(date));

export const adoptionColumns: readonly Column<SlotToAdopt>[] = [
  { key: "order", head: "To be billed", width: "min(150px, 30vw)", cell: (row) => <span className="el" title={row.key}>{row.orders[0] ? <Identifier href={`/orders/${encodeURIComponent(row.orders[0])}`}>{row.orders[0]}</Identifier> : <span className="id">{row.key}</span>}{row.orders.length > 1 && <span className="m2"> and {row.orders.length - 1} more</span>}</span> },
  { key: "placed", head: "Ordered", from: "desk", width: "110px", cell: (row) => <span className="n m2">{day(row.placedAt)}</span> },
  { key: "customer", head: "Customer", from: "phone", width: "max(150px, 17vw)", cell: (row) => <span className="el" title={`${row.customer ?? ""} ${row.customerName ?? ""}`}><span className="id">{row.customer}</span> <span className="m2">{row.customerName}</span></span> },
  { key: "amount", head: "Before tax", from: "phone", width: "120px", align: "right", cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
  { key: "document", head: "In the ledger", width: "min(170px, 31vw)", cell: (row) => (row.document ? <span className="el" title={`${row.document.number}, ${day(row.document.accountingDate)}`}><span className="id b">{row.document.number}</span> <span className="m2">{day(row.document.accountingDate)}</span></span> : <span className="m3">nothing found</span>) },
  { key: "total", head: "Its total", from: "wide", width: "120px", align: "right", cell: (row) => row.document && <Money amount={row.document.total ?? null} currency={row.document.currency} /> },
  { key: "sure", head: "How sure", width: "104px", cell: (row) => row.pair && (showOf(row) === "differs" ? <Chip kind="drift" icon="file-x" small>Differs</Chip> : marks[row.pair.confidence]) },
  { key: "why", head: "Because", from: "desk", width: "320px", cell: (row) => (isPaired(row) ? <span className="m2 el" title={becauseText(row)}>{becauseText(row)}</span> : null) },
];
