"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Bars } from "@/components/charts/bars";
import { Page } from "@/components/shell/page";
import { BreakerMark, uncalled } from "@/components/tower/connector-board";
import { useTRPC } from "@/components/trpc/client";
import { Age, Moment } from "@/components/ui/age";
import { EmptyState } from "@/components/ui/empty-state";
import { Button } from "@/components/ui/button";
import { useKeys } from "@/components/ui/keys";
import { Meter } from "@/components/ui/meter";
import { Segmented } from "@/components/ui/segmented";
import { ConnectorStatus } from "@/components/ui/status-mark";
import { Table, type Column } from "@/components/ui/table";
import type { ConnectorList, ConnectorView } from "@/server/api/shapes";
import { AddConnector } from "./add";
import { ConnectorDetail } from "./detail";
import { Grade } from "./grade";
import { connectorHref, type ConnectorSearch } from "./search";

type Row = ConnectorList["connectors"][number];

const columns: readonly Column<Row>[] = [
  { key: "name", head: "Connector", wrap: true, cell: (row) => <><span className="b">{row.name}</span> <span className="m3">{row.serves}</span></> },
  { key: "grade", head: "Grade", from: "phone", cell: (row) => (row.grade === "sandbox" ? <Grade grade={row.grade} /> : <span className="m2">{row.grade ?? "unknown kind"}</span>) },
  { key: "state", head: "State", cell: (row) => <ConnectorStatus state={row.health} small /> },
  { key: "breaker", head: "Breaker", from: "phone", cell: (row) => (row.called ? <BreakerMark row={row} /> : uncalled) },
  { key: "calls", head: "Calls / min of budget", from: "phone", cell: (row) => (row.called ? <Meter label={`Calls a minute, ${row.name}`} used={row.calls} of={row.perMinute} tech={row.calls >= row.perMinute * 0.9} /> : uncalled) },
  { key: "traffic", head: "Calls, last hour", from: "desk", cell: (row) => !row.called ? uncalled : <span className="row"><Bars values={row.traffic.calls} hue="quiet" width={72} height={18} sentence={`${sum(row.traffic.calls)} calls in the last hour, ${row.traffic.failed} failed`} /><span className="sm m2 n">{sum(row.traffic.calls).toLocaleString("en-US")}{row.traffic.failed > 0 && `, ${row.traffic.failed} failed`}</span></span> },
  { key: "queue", head: "Queue", align: "right", cell: (row) => (row.queue > 0 ? <b>{row.queue.toLocaleString("en-US")}</b> : row.called ? "0" : uncalled) },
  { key: "oldest", head: "Oldest", align: "right", cell: (row) => (row.oldestAt ? <Age since={row.oldestAt} /> : <span className="m3">–</span>) },
  { key: "good", head: "Last good", align: "right", from: "phone", cell: (row) => (row.lastGoodAt ? <Moment at={row.lastGoodAt} /> : row.called ? <span className="m3">never</span> : uncalled) },
  { key: "version", head: "Settings", align: "right", from: "desk", cell: (row) => <span className="m2">v{row.settingsVersion}</span> },
];
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What is connected, worst first, and one of them opened below. */
export function ConnectorDesk({ search, initialList, initialDetail }: { search: ConnectorSearch; initialList: ConnectorList; initialDetail: ConnectorView | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const list = useQuery({ ...trpc.connectors.list.queryOptions(), initialData: initialList });
  const detail = useQuery({ ...trpc.connectors.get.queryOptions({ id: search.connector ?? "" }), enabled: search.connector !== undefined, ...(initialDetail && initialDetail.id === search.connector ? { initialData: initialDetail } : {}) });
  const { connectors } = list.data;
  const problems = connectors.filter((row) => row.health !== "healthy");
  const rows = search.show === "problems" ? problems : connectors;
  const close = (): void => { if (search.connector) router.push(connectorHref(search, { connector: null }), { scroll: false }); };
  useKeys([{ keys: "esc", label: "back to the list", run: close }]);
  const words = (["down", "degraded", "paused", "healthy"] as const).map((health) => [connectors.filter((row) => row.health === health).length, health] as const).filter(([count]) => count > 0).map(([count, health]) => `${count} ${health}`).join(", ");
  return (
    <Page title="Connectors" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }, { keys: ["T"], label: "test connection" }]} footEnd={`${connectors.length} connected`}>
      <div className="bar cn-bar">
        <span className="b n">{connectors.length} {connectors.length === 1 ? "connector" : "connectors"}</span><span className="sm m2">{words}</span><span className="grow" />
        <AddConnector onAdded={(id) => { router.push(connectorHref(search, { connector: id }), { scroll: false }); }} />
        <Segmented label="Which" value={search.show ?? ""} options={[{ value: "", label: "All", href: connectorHref(search, { show: null }) }, { value: "problems", label: "Not healthy", href: connectorHref(search, { show: "problems" }) }]} />
      </div>
      <h2 className="vh">Connectors by state</h2>
      {connectors.length === 0
        ? <EmptyState icon="plug" title="Nothing is connected">An administrator adds the first one here; it starts paused, with its state and its settings in view.</EmptyState>
        : rows.length === 0
          ? <EmptyState title="All connectors are healthy" action={<Button size="xs" href={connectorHref(search, { show: null })}>Show all {connectors.length}</Button>}>None is down, degraded or paused.</EmptyState>
          : <Table caption="Connectors, worst first" columns={columns} rows={rows} rowKey={(row) => row.id} rowName={(row) => row.name} openKey={search.connector} onOpen={(row) => { router.push(connectorHref(search, { connector: row.id }), { scroll: false }); }} />}
      {search.connector === undefined
        ? rows.length > 0 && <div className="cn-none"><EmptyState icon="plug" title="Choose a connector">Its queue, its calls, its feeds and its settings stand here.</EmptyState></div>
        : detail.data ? <ConnectorDetail key={`${detail.data.id}/${detail.data.settingsVersion}`} connector={detail.data} search={search} />
          : <div className="cn-none"><EmptyState icon="plug" title={detail.isError ? "This connector is not here" : "Reading"}>{detail.isError ? detail.error.message : "Its state is being read."}</EmptyState></div>}
    </Page>
  );
}
