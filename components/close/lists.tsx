"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { Age, Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import { quantityText } from "@/components/ui/money-text";
import { Region } from "@/components/ui/region";
import { Table, type Column } from "@/components/ui/table";
import type { CloseDetail, CloseRows } from "@/server/api/shapes";
import { dec } from "@/server/domain/decimal";
import type { Chosen } from "./detail";
import { closeHref } from "./search";
import { bucketWords, lateWords } from "./words";

const count = (value: number): string => quantityText(String(value));
const orderHref = (number: string): string => `/orders/${encodeURIComponent(number)}`;

/** The list behind the number that was followed. */
export function CloseListOf({ view, search }: { view: CloseDetail; search: Chosen }) {
  const end = <Button size="xs" icon="x" href={closeHref(search, { list: null })}>Close the list</Button>;
  switch (search.list) {
    case "shipped": return <Shipped view={view} search={search} rows={view.rows} title="Shipped, not invoiced" />;
    case "accrual": return <Shipped view={view} search={search} rows={view.rows.filter(({ accrued }) => !dec(accrued).isZero())} title="Accrual: title passed, no invoice" />;
    case "late": return <Late view={view} end={end} />;
    case "unexplained": return <Drifts view={view} end={end} />;
    case "held": case "exceptions": case "unposted": return <Blocking list={search.list} search={search} />;
    default: return null;
  }
}

function Order({ named, order }: { named: CloseDetail["rows"][number]["named"]; order: string }) {
  return <><Identifier {...(named ? { href: orderHref(named.number) } : {})}>{named?.number ?? order}</Identifier> <span className="m2">{named?.customerName}</span></>;
}

type Row = CloseDetail["rows"][number];
const shippedColumns: readonly Column<Row>[] = [
  { key: "order", head: "Order", wrap: true, cell: (row) => <Order named={row.named} order={row.order} /> },
  { key: "shipment", head: "Shipment", from: "phone", cell: ({ shipment }) => <Identifier>{shipment}</Identifier> },
  { key: "left", head: "Left", from: "phone", cell: ({ shippedOn }) => <span className="n">{shippedOn}</span> },
  { key: "title", head: "Title passed", from: "phone", cell: ({ titleOn }) => (titleOn === null ? <span className="m3">not yet</span> : <span className="n">{titleOn}</span>) },
  { key: "total", head: "Not invoiced", align: "right", cell: (row) => <Money amount={row.total} currency={row.currency} /> },
  { key: "accrued", head: "Accrual", align: "right", cell: (row) => <Money amount={row.accrued} currency={row.currency} /> },
  { key: "why", head: "Now", from: "wide", wrap: true, cell: ({ named }) => <span className="sm m2">{named?.sentence ?? (named?.bucket ? bucketWords[named.bucket] : "invoiced since, or of another day")}</span> },
];
type Line = CloseDetail["entry"][number];
const entryColumns: readonly Column<Line>[] = [
  { key: "day", head: "Day", cell: ({ day }) => <span className="n">{day}</span> },
  { key: "account", head: "Account", wrap: true, cell: ({ account }) => account },
  { key: "debit", head: "Debit", align: "right", cell: ({ debit, currency }) => (dec(debit).isZero() ? null : <Money amount={debit} currency={currency} />) },
  { key: "credit", head: "Credit", align: "right", cell: ({ credit, currency }) => (dec(credit).isZero() ? null : <Money amount={credit} currency={currency} />) },
  { key: "text", head: "Text", from: "desk", wrap: true, cell: ({ text }) => <span className="sm m2">{text}</span> },
];

function Shipped({ view, search, rows, title }: { view: CloseDetail; search: Chosen; rows: readonly Row[]; title: string }) {
  return (
    <>
      <Region title={title} sub={view.counted > view.rows.length ? `the ${count(view.rows.length)} largest of ${count(view.counted)}; all are in the CSV` : "shipment by shipment, at ordered net prices, without tax"}
        end={<><Button size="xs" icon="download" download href={closeHref(search, { list: null }, "/close/csv")}>CSV</Button><Button size="xs" icon="x" href={closeHref(search, { list: null })}>Close the list</Button></>}>
        {rows.length === 0 ? <p className="sm m2">There is none as of this day, as it was known then.</p> : <div className="scrollx" tabIndex={0} role="group" aria-label={`${title}, scrolls sideways`}><Table caption={title} columns={shippedColumns} rows={rows} rowKey={(row) => `${row.order} ${row.shipment} ${row.currency}`} rowName={(row) => `${row.named?.number ?? row.order} ${row.shipment}`} flush keyboard={false} /></div>}
      </Region>
      <Region title="Proposed entry" sub="taken back on the day after, when the invoices come; it is booked in the ledger by whoever keeps it">
        {view.entry.length === 0 ? <p className="sm m2">Nothing is to be accrued.</p> : <div className="scrollx" tabIndex={0} role="group" aria-label="Proposed entry, scrolls sideways"><Table caption="Proposed entry with its reversal" columns={entryColumns} rows={view.entry} rowKey={(line) => `${line.day} ${line.account} ${line.currency}`} rowName={(line) => `${line.day} ${line.account}`} flush keyboard={false} /></div>}
      </Region>
    </>
  );
}

type LateRow = CloseDetail["late"][number];
const lateColumns: readonly Column<LateRow>[] = [
  { key: "order", head: "Order", wrap: true, cell: (row) => <Order named={row.named} order={row.order} /> },
  { key: "before", head: "Signed", align: "right", from: "phone", cell: (row) => <Money amount={row.before} currency={row.before === null ? null : row.currency} /> },
  { key: "now", head: "Now", align: "right", from: "phone", cell: (row) => <Money amount={row.now} currency={row.now === null ? null : row.currency} /> },
  { key: "control", head: "Late", align: "right", cell: (row) => <Money amount={row.control} currency={row.currency} signed /> },
  { key: "accrual", head: "Accrual", align: "right", cell: (row) => <Money amount={row.accrual} currency={row.currency} signed /> },
  { key: "because", head: "What came", wrap: true, cell: (row) => (row.because.length === 0 ? <span className="sm m2">a correction of what was known</span> : row.because.map((fact) => <span key={`${fact.what} ${fact.document} ${fact.recordedAt}`} className="sm m2 block">{lateWords[fact.what]} {fact.day}, {fact.document}, known <Moment at={fact.recordedAt} /></span>)) },
];
function Late({ view, end }: { view: CloseDetail; end: React.ReactNode }) {
  return (
    <Region title="Late since close" sub={view.lateCounted > view.late.length ? `the ${count(view.late.length)} largest of ${count(view.lateCounted)}` : "what is known now of the signed day, less what was signed"} end={end}>
      {view.live === null ? <p className="sm m2">Nothing is signed yet: late is what comes after a signature.</p> : view.late.length === 0 ? <p className="sm m2">Nothing came since that changes it.</p>
        : <div className="scrollx" tabIndex={0} role="group" aria-label="Late since close, scrolls sideways"><Table caption="Late since close" columns={lateColumns} rows={view.late} rowKey={(row) => `${row.order} ${row.shipment} ${row.currency}`} rowName={(row) => row.named?.number ?? row.order} flush keyboard={false} /></div>}
    </Region>
  );
}

type Drift = CloseDetail["drifts"][number];
const driftColumns: readonly Column<Drift>[] = [
  { key: "equation", head: "Equation", wrap: true, cell: ({ equation, statement }) => <><span className="b">{equation}</span> <span className="sm m2">{statement}</span></> },
  { key: "where", head: "Of", wrap: true, cell: ({ subject, line }) => { const key = subject?.split(":").slice(2).join(":"); return <>{key === undefined ? null : <Identifier href={`/trace?q=${encodeURIComponent(key)}`}>{key}</Identifier>} <span className="m2">{line}</span></>; } },
  { key: "left", head: "Left", align: "right", from: "phone", cell: ({ left }) => <span className="n">{left}</span> },
  { key: "right", head: "Right", align: "right", from: "phone", cell: ({ right }) => <span className="n">{right}</span> },
  { key: "residual", head: "Residual", align: "right", cell: ({ residual, currency }) => <b className="n">{residual} {currency ?? "pieces"}</b> },
];
function Drifts({ view, end }: { view: CloseDetail; end: React.ReactNode }) {
  const rows = [...view.drifts].sort((a, b) => dec(b.residual).abs().cmp(dec(a.residual).abs()));
  return (
    <Region title="Unexplained difference" sub="every equation that does not close, the largest first, as it stands now" end={end}>
      {rows.length === 0 ? <p className="sm m2">Every equation closes.</p> : <div className="scrollx" tabIndex={0} role="group" aria-label="Unexplained difference, scrolls sideways"><Table caption="Equations that do not close" columns={driftColumns} rows={rows} rowKey={(row) => `${row.equation} ${row.subject ?? ""} ${row.line} ${row.currency ?? ""}`} rowName={(row) => row.equation} flush keyboard={false} /></div>}
    </Region>
  );
}

type BlockingRow = CloseRows[number];
const listWords = { held: "Held postings", exceptions: "Stopped by an exception", unposted: "Not in the ledger yet" } as const;
const hrefOf = (list: keyof typeof listWords, row: BlockingRow): string =>
  list === "held" ? `/held?rule=${row.of}&hold=${row.id}` : row.number === null ? `/exceptions?code=${row.of}` : row.subjectKind === "order" ? orderHref(row.number) : `/trace?q=${encodeURIComponent(row.number)}`;

function Blocking({ list, search }: { list: keyof typeof listWords; search: Chosen }) {
  const { entity, period, day, known, of } = search;
  const rows = useQuery(useTRPC().close.rows.queryOptions({ entity, period, list, ...(day ? { day } : {}), ...(known ? { known } : {}), ...(of ? { of } : {}) }));
  const columns: readonly Column<BlockingRow>[] = [
    { key: "document", head: "Document", wrap: true, cell: (row) => <><Identifier href={hrefOf(list, row)}>{row.number ?? "a message"}</Identifier> <span className="m2">{row.customerName}</span></> },
    { key: "of", head: list === "held" ? "Reason" : list === "exceptions" ? "Code" : "Kind", from: "phone", cell: (row) => <span className="id">{row.of}</span> },
    { key: "day", head: "Day", from: "phone", cell: (row) => <span className="n">{row.day}</span> },
    { key: "amount", head: "Amount", align: "right", cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
    { key: "since", head: "For", align: "right", cell: (row) => <Age since={row.since} /> },
    { key: "says", head: "Why", from: "desk", wrap: true, cell: (row) => <span className="sm m2">{row.says}</span> },
  ];
  return (
    <Region title={listWords[list]} sub={of ?? "all of the period and before, most money first"} end={<>{list === "held" && <Button size="xs" href={of ? `/held?rule=${of}` : "/held"}>Decide them under Held postings</Button>}<Button size="xs" icon="x" href={closeHref(search, { list: null })}>Close the list</Button></>}>
      {rows.isError ? <EmptyState icon="wifi-off" title="The list could not be read" action={<Button size="xs" onClick={() => { void rows.refetch(); }}>Try now</Button>}>{rows.error.message}</EmptyState>
        : rows.isPending ? <p className="sm m2">Reading.</p>
          : rows.data.length === 0 ? <p className="sm m2">There is none.</p>
            : <div className="scrollx" tabIndex={0} role="group" aria-label={`${listWords[list]}, scrolls sideways`}><Table caption={listWords[list]} columns={columns} rows={rows.data} rowKey={({ id }) => id} rowName={(row) => row.number ?? row.id} flush keyboard={false} /></div>}
    </Region>
  );
}
