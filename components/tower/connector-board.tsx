"use client";
import { useRouter } from "next/navigation";
import { Age, Clock, Moment } from "@/components/ui/age";
import { EmptyState } from "@/components/ui/empty-state";
import { Meter } from "@/components/ui/meter";
import { ConnectorStatus } from "@/components/ui/status-mark";
import { Table, type Column } from "@/components/ui/table";
import type { TowerOverview } from "@/server/api/shapes";
import Link from "next/link";

type Row = TowerOverview["connectors"][number];

/** What a source has none of: others bring its events, and nobody calls it. */
export const uncalled = <span className="m3">–</span>;

/** State of a breaker in words, with when it is tried again. */
export function BreakerMark({ row }: { row: Pick<Row, "breaker" | "probeAt"> }) {
  if (row.breaker === "open") return <ConnectorStatus state="breaker_open" small>{row.probeAt ? <>Open, tries <Clock at={row.probeAt} /></> : "Open"}</ConnectorStatus>;
  return <ConnectorStatus state={row.breaker === "half_open" ? "breaker_half_open" : "breaker_closed"} small />;
}

const columns: readonly Column<Row>[] = [
  { key: "name", head: "Connector", wrap: true, cell: (row) => <><Link className="b" href={`/connectors?connector=${encodeURIComponent(row.id)}`}>{row.name}</Link><span className="m3"> {row.serves}{row.grade === "sandbox" && ", sandbox"}</span></> },
  { key: "state", head: "State", cell: (row) => <ConnectorStatus state={row.health} small /> },
  { key: "breaker", head: "Breaker", cell: (row) => (row.called ? <BreakerMark row={row} /> : uncalled) },
  { key: "calls", head: "Calls / min of budget", cell: (row) => (row.called ? <Meter label={`Calls a minute, ${row.name}`} used={row.calls} of={row.perMinute} tech={row.calls >= row.perMinute * 0.9} /> : uncalled) },
  { key: "queue", head: "Queue", align: "right", cell: (row) => (row.queue > 0 ? <b>{row.queue.toLocaleString("en-US")}</b> : row.called ? "0" : uncalled) },
  { key: "oldest", head: "Oldest", align: "right", cell: (row) => (row.oldestAt ? <Age since={row.oldestAt} /> : <span className="m3">–</span>) },
  { key: "good", head: "Last good", align: "right", cell: (row) => (row.lastGoodAt ? <Moment at={row.lastGoodAt} /> : row.called ? <span className="m3">never</span> : uncalled) },
];

/** Connectors worst first: state, breaker, budget, what waits and for how long. J and K move, Enter opens. */
export function ConnectorBoard({ rows }: { rows: readonly Row[] }) {
  const router = useRouter();
  if (rows.length === 0) return <EmptyState icon="plug" title="No connector yet">Nothing is connected. An administrator adds one under Connectors.</EmptyState>;
  return <Table caption="Connectors, worst first" flush columns={columns} rows={rows} rowKey={(row) => row.id} rowName={(row) => row.name} onOpen={(row) => { router.push(`/connectors?connector=${encodeURIComponent(row.id)}`); }} />;
}
