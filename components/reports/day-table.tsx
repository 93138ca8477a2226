import Link from "next/link";
import { Table, type Column } from "@/components/ui/table";
import { shortDay } from "@/components/ui/duration-text";
import type { FlowReport } from "@/server/api/shapes";
import { countedHref, fixesHref } from "./search";
import { orNone, percent } from "./words";

type DayRow = FlowReport["days"][number];
const counted = (count: number, href: string) => (count === 0 ? <span className="m3">–</span> : <Link className="ln" href={href}>{count.toLocaleString("en-US")}</Link>);
const of = ({ day }: DayRow) => ({ from: day, to: day });

const columns: readonly Column<DayRow>[] = [
  { key: "day", head: "Day", cell: (row) => <span className="whitespace-nowrap">{shortDay(row.day)}</span> },
  { key: "complete", head: "Complete", align: "right", cell: (row) => counted(row.touchless.complete, countedHref("complete", of(row))) },
  { key: "touchless", head: "Touchless", align: "right", cell: (row) => counted(row.touchless.touchless, countedHref("touchless", of(row))) },
  { key: "touched", head: "Touched", align: "right", cell: (row) => counted(row.touchless.complete - row.touchless.touchless, countedHref("touched", of(row))) },
  { key: "rate", head: "Rate", align: "right", cell: (row) => percent(row.touchless.rate) },
  { key: "sent", head: "Orders invoiced", from: "phone", align: "right", cell: (row) => counted(row.cycle.orders, countedHref("sent", of(row))) },
  { key: "p50", head: "Due to sent p50", from: "phone", align: "right", cell: (row) => orNone(row.cycle.dueToSent.p50) },
  { key: "p95", head: "p95", from: "phone", align: "right", cell: (row) => orNone(row.cycle.dueToSent.p95) },
  { key: "tried", head: "Fixes", from: "phone", align: "right", cell: (row) => counted(row.fixes.tried, fixesHref(of(row))) },
  { key: "verified", head: "Verified", from: "phone", align: "right", cell: (row) => counted(row.fixes.verified, fixesHref(of(row), "verified")) },
];

/** Each day of the period, newest first. */
export const DayTable = ({ days }: { days: readonly DayRow[] }) => <Table caption="Figures by day" flush columns={columns} rows={[...days].reverse()} rowKey={({ day }) => day} />;
