"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { adoptHref } from "@/components/adoption/words";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { Icon } from "@/components/ui/icon";
import { Identifier } from "@/components/ui/identifier";
import { useKeys } from "@/components/ui/keys";
import { Region } from "@/components/ui/region";
import { Table, type Column } from "@/components/ui/table";
import type { RouteTables } from "@/server/api/shapes";
import { RouteDetail } from "./detail";
import { NoEntity } from "./no-entity";
import { routeKey, routePage, type RouteSearch } from "./search";
import { capabilityWords, documentWords, modeWords, startText } from "./words";

type Home = RouteTables["entities"][number];
type Row = Home["routes"][number];

const icons = { observe: "eye", propose: "hand", act: "send" } as const;

const columnsOf = (home: Home): readonly Column<Row>[] => [
  { key: "capability", head: "What", wrap: true, cell: (row) => <><span className="b">{capabilityWords[row.capability]}</span> <span className="m3">{documentWords(row.document)}</span></> },
  { key: "connector", head: "Connector", wrap: true, cell: (row) => (row.connectorState === "absent" ? <span className="m2"><span className="id">{row.connector}</span>, not added</span> : <><Identifier href={`/connectors?connector=${encodeURIComponent(row.connector)}`}>{row.connector}</Identifier>{row.connectorState === "paused" && <span className="m2">, paused</span>}</>) },
  { key: "mode", head: "Mode", cell: (row) => <span className={`kd${row.mode === "act" ? "" : " m2"}`}><Icon name={icons[row.mode]} small />{modeWords[row.mode].name}</span> },
  { key: "from", head: "Managed from", from: "phone", cell: (row) => <span className="n">{startText(row.managedFrom, home.zone)}</span> },
  { key: "proposal", head: "Proposed", cell: (row) => (row.proposal ? <Chip kind="hold" icon={icons[row.proposal.mode]} small>{modeWords[row.proposal.mode].name}</Chip> : <span className="m3">–</span>) },
  { key: "by", head: "Proposed by", from: "desk", cell: (row) => <span className="m2">{row.proposedBy ?? "set-up"}</span> },
  { key: "confirmed", head: "Confirmed by", from: "desk", cell: (row) => (row.confirmedBy && row.confirmedAt ? <span className="m2">{row.confirmedBy}, <Age since={row.confirmedAt} ago /></span> : <span className="m3">–</span>) },
];

/** Every legal entity with who serves what, in which mode and from when; one route opened, to propose a change or to decide one. */
export function RouteDesk({ search, initial }: { search: RouteSearch; initial: RouteTables }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { data: { entities } } = useQuery({ ...trpc.routes.list.queryOptions(), initialData: initial });
  const found = entities.flatMap((home) => home.routes.map((route) => ({ home, route }))).find(({ home, route }) => routeKey(home.code, route) === search.route);
  const waiting = entities.flatMap((home) => home.routes).filter(({ proposal }) => proposal !== null).length;
  const current = found?.home.code ?? entities[0]?.code;
  useKeys([{ keys: "esc", label: "back to the list", run: () => { if (search.route) router.push(routePage(null), { scroll: false }); } }]);
  if (entities.length === 0) return <NoEntity title="Entities and routes" />;
  return (
    <Page title="Entities and routes" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }]} footEnd={waiting === 0 ? "Nothing is proposed" : `${waiting} proposed`}>
      <div className="bar cn-bar">
        <span className="b n">{entities.length} {entities.length === 1 ? "legal entity" : "legal entities"}</span>
        <span className="sm m2">{waiting === 0 ? "no change is proposed" : `${waiting} ${waiting === 1 ? "change waits" : "changes wait"} for a second person`}</span><span className="grow" />
        <Button size="xs" icon="list-checks" href={adoptHref({ entity: found?.home.code })}>Adopt and go live</Button>
        <Button size="xs" icon="plug" href="/connectors">Connectors</Button>
      </div>
      <div className="sl" data-open={search.route !== undefined}>
        <div className="min-w-0">
          {entities.map((home) => (
            <Region key={home.code} className="rt-home" title={<><span className="id">{home.code}</span> {home.name}</>} sub={`${home.currency}, ${home.zone}, rules v${home.policyVersion}`}>
              <Table
                caption={`Routes of ${home.code}`} columns={columnsOf(home)} rows={home.routes} rowKey={(row) => routeKey(home.code, row)} rowName={(row) => `${capabilityWords[row.capability]}, ${documentWords(row.document)}`}
                openKey={search.route} keyboard={home.code === current} onOpen={(row) => { router.push(routePage(routeKey(home.code, row)), { scroll: false }); }}
              />
            </Region>
          ))}
        </div>
        {found ? <RouteDetail key={`${search.route ?? ""}/${found.home.policyVersion}/${found.route.proposal?.id ?? ""}`} home={found.home} route={found.route} />
          : search.route !== undefined && <section className="sl-form" aria-label="Route"><h2 className="vh">Route</h2><EmptyState icon="route" title="This route is not here" action={<Button size="xs" href={routePage(null)}>Back to the list</Button>}>It does not exist, or not in your entities.</EmptyState></section>}
      </div>
    </Page>
  );
}
