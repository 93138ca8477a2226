import Link from "next/link";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import type { FlowReport } from "@/server/api/shapes";
import { exceptionsHref, type DayRange } from "./search";
import { exceptionName, orNone } from "./words";

type CodeRow = FlowReport["exceptions"][number];
const count = (value: number) => (value === 0 ? <span className="m3">–</span> : value.toLocaleString("en-US"));
const columnsOf = (period: DayRange): readonly Column<CodeRow>[] => [
  { key: "code", head: "What went wrong", wrap: true, cell: ({ code }) => <><Link className="ln b" href={exceptionsHref(period, code)}>{exceptionName(code)}</Link> <span className="id sm m3">{code}</span></> },
  { key: "causes", head: "Causes", from: "phone", align: "right", cell: (row) => count(row.causes) },
  { key: "documents", head: "Documents", align: "right", cell: (row) => count(row.documents) },
  { key: "money", head: "At stake", align: "right", cell: (row) => <Sums money={row.money} mode="whole" /> },
  { key: "solved", head: "Solved", align: "right", wrap: true, cell: (row) => <><Link className="ln" href={exceptionsHref(period, row.code, "solved")}>{row.solved.toLocaleString("en-US")}</Link> of <Link className="ln" href={exceptionsHref(period, row.code)}>{row.exceptions.toLocaleString("en-US")}</Link></> },
  { key: "p50", head: "Time to solve p50", from: "phone", align: "right", cell: ({ solve }) => orNone(solve.p50) },
  { key: "p95", head: "p95", from: "phone", align: "right", cell: ({ solve }) => orNone(solve.p95) },
];

/** What went wrong, how much hung on it and how fast it was solved; each code leads to just what it counts. */
export const ExceptionTable = ({ rows, period }: { rows: readonly CodeRow[]; period: DayRange }) => <Table caption="Exceptions by cause" flush keyboard={false} columns={columnsOf(period)} rows={rows} rowKey={({ code }) => code} />;
