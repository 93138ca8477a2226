import { CalendarDay, Moment } from "@/components/ui/age";
import { Icon } from "@/components/ui/icon";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import { Table, type Column } from "@/components/ui/table";
import type { OrderDetail } from "@/server/api/shapes";

type Row = OrderDetail["terms"]["dates"][number];
type Invoice = OrderDetail["terms"]["invoices"][number];
const words: Readonly<Record<string, string>> = { placed: "Placed", released: "Released to the warehouse", shipped: "Shipped", delivered: "Delivered", billing_due: "Billing due", invoice_posted: "Invoice posted", receipt_recorded: "Receipt recorded", return_received: "Return received", credit_posted: "Credit posted" };

const columns: readonly Column<Row>[] = [
  { key: "what", head: "What", wrap: true, cell: (row) => <span className="b">{words[row.name] ?? row.name}</span> },
  { key: "document", head: "Document", from: "phone", wrap: true, cell: (row) => (row.document === null ? <span className="m3">–</span> : <Identifier href={`/trace?q=${encodeURIComponent(row.document)}`}>{row.document}</Identifier>) },
  { key: "occurred", head: "Happened", align: "right", cell: (row) => <Moment at={row.occurredAt} /> },
  { key: "recorded", head: "Known here", align: "right", cell: (row) => <span className="m2"><Moment at={row.recordedAt} /></span> },
  { key: "counts", head: "Counts on", align: "right", cell: (row) => (row.countsOn === null ? <span className="m3">–</span> : <CalendarDay day={row.countsOn} />) },
];

/** The three dates of each thing that happened, and until when each invoice is to be paid, with the day until which less is enough. */
export function Dates({ detail }: { detail: OrderDetail }) {
  const { dates, invoices } = detail.terms;
  return (
    <>
      {dates.length === 0 ? <p className="sm m2">Nothing has happened to it yet.</p> : <div className="scrollx" tabIndex={0} role="group" aria-label="Dates, scrolls sideways"><Table caption="The three dates of what happened" flush keyboard={false} columns={columns} rows={dates} rowKey={(row) => `${row.name}${row.document ?? ""}${row.occurredAt}`} /></div>}
      {invoices.length > 0 && <ul className="due">{invoices.map((invoice) => <Due key={invoice.subjectId} invoice={invoice} />)}</ul>}
    </>
  );
}

function Due({ invoice: { number, reference, state, accountingDate, revenueDate, dueDate, earlyPayment, amount, currency } }: { invoice: Invoice }) {
  return (
    <li>
      <Icon name="receipt" small />
      <span>
        <b>{reference === null ? "Invoice to come" : <>Invoice <span className="id">{reference}</span></>}</b>{reference === null && <span className="id m2"> {number}</span>}{amount !== null && currency !== null && <>, <Money amount={amount} currency={currency} /></>}: counts on <CalendarDay day={accountingDate} />{revenueDate !== null && revenueDate !== accountingDate && <>, revenue on <CalendarDay day={revenueDate} /></>}, {dueDate === null ? "no due date" : <>due <CalendarDay day={dueDate} /></>}{state === "confirmed" ? "" : ` (${state})`}.
        <span className="sm m2 facts-more">{earlyPayment === null || currency === null ? "No cash discount in its terms." : <>Cash discount: <Money amount={earlyPayment.amount} currency={currency} /> less ({earlyPayment.percent} % of goods of <Money amount={earlyPayment.base} currency={currency} />) if paid until <b><CalendarDay day={earlyPayment.until} /></b>.</>}</span>
      </span>
    </li>
  );
}
