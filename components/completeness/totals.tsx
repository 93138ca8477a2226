"use client";
import Link from "next/link";
import { Age, Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { quantityText } from "@/components/ui/money-text";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import type { ControlTotalRow } from "@/server/api/shapes";
import { TotalMark } from "./marks";

const count = (value: number): string => quantityText(String(value));
const keyOf = ({ connector, kind, opensAt, closesAt }: ControlTotalRow): string => [connector, kind, opensAt, closesAt].join(" ");
/** How many, with their money where the source states any. */
const Told = ({ count: told, sums }: { count: number | null; sums: ControlTotalRow["sums"] }) => (told === null ? <span className="m3">–</span> : <span className="row justify-end">{count(told)}{sums !== null && sums.length > 0 && <span className="sm m2"><Sums money={sums} /></span>}</span>);

const columns: readonly Column<ControlTotalRow>[] = [
  { key: "source", head: "Source", wrap: true, cell: (row) => <><span className="b">{row.name}</span> <span className="m2">{row.kind}</span></> },
  { key: "window", head: "Window", wrap: true, cell: (row) => <span className="sm"><Moment at={row.opensAt} /> to <Moment at={row.closesAt} /></span> },
  { key: "said", head: "Says", align: "right", cell: (row) => <Told count={row.count} sums={row.sums} /> },
  { key: "held", head: "Held", align: "right", cell: (row) => <Told count={row.heldCount} sums={row.sums === null ? null : row.heldSums} /> },
  { key: "state", head: "State", cell: (row) => (row.fingerprint === null ? <TotalMark state={row.state} /> : <Link href={`/exceptions?group=${encodeURIComponent(row.fingerprint)}`}><TotalMark state={row.state} /><span className="sr-only">, exception of {row.name} {row.kind}</span></Link>) },
  { key: "age", head: "Gap since", align: "right", from: "phone", cell: (row) => (row.since ? <Age since={row.since} /> : <span className="m3">{row.differed ? "ended" : "–"}</span>) },
  { key: "stated", head: "Stated", align: "right", from: "phone", cell: (row) => (row.statedAt ? <span className="m2"><Moment at={row.statedAt} /></span> : row.dueAt ? <span className="m2">due <Moment at={row.dueAt} /></span> : <span className="m3">–</span>) },
];

/** What sources that only push say they told in each window, beside what is held of it: those that differ or never came first. */
export function ControlTotals({ rows, hours }: { rows: readonly ControlTotalRow[]; hours: 24 | 168 }) {
  if (rows.length === 0) return null;
  return (
    <section aria-label="Control totals">
      <div className="row cm-head"><h2 className="tt">Control totals</h2><span className="grow" /><Button size="xs" icon="download" download href={`/completeness/csv?of=totals${hours === 168 ? "&hours=168" : ""}`}>CSV of the totals</Button></div>
      <Table caption="Control totals, gaps first" columns={columns} rows={rows} rowKey={keyOf} rowName={(row) => `${row.name}, ${row.kind}, ${row.opensAt}`} />
    </section>
  );
}
