"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { routeKey, routePage } from "@/components/routes/search";
import { documentWords, modeWords, startText } from "@/components/routes/words";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { DataList } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Figure, FigureStrip } from "@/components/ui/figure";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Why } from "@/components/ui/why";
import type { Adoptions } from "@/server/api/shapes";
import { adoptionColumns } from "./columns";
import { CreditsToAdopt } from "./credits";
import { DecideAdoptions } from "./decide";
import { adoptHref, invoicesText, paired, shown, shows, showWords, slotKey, sureOf, type Show } from "./words";

const none: ReadonlySet<string> = new Set();
const count = (value: number): string => value.toLocaleString("en-US");

/** Before an entity's invoices go live: what would be billed, what the ledger has of it already, and the way to switch it on. Nothing is adopted before a person says so. */
export function AdoptionDesk({ entity, show, initial }: { entity?: string | undefined; show: Show; initial: Adoptions }) {
  const router = useRouter();
  const [picked, setPicked] = useState(none);
  const { data } = useQuery({ ...useTRPC().adoption.list.queryOptions(entity === undefined ? {} : { entity }), initialData: initial });
  const { home, counts } = data, rows = shown(data.rows, show), sure = sureOf({ rows, missing: data.missing });
  const go = (to: string): void => { setPicked(none); router.push(to); };
  if (!home || !counts) return <Page title="Adopt and go live" crumbs={[{ label: "Entities and routes", href: "/routes" }]}><EmptyState icon="route" title="No legal entity yet">An administrator sets the first one up at the command line.</EmptyState></Page>;
  const link = (to: Show): string => adoptHref({ entity: home.code, show: to });
  return (
    <Page title="Adopt and go live" crumbs={[{ label: "Entities and routes", href: "/routes" }]} hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["X"], label: "pick" }, { keys: ["enter"], label: "open the order" }]} footEnd={invoicesText(data.rows.length)}>
      <div className="bar xr-bar">
        <Select aria-label="Legal entity" value={home.code} onChange={(event) => { go(adoptHref({ entity: event.target.value, show })); }} options={data.entities.map(({ code, name }) => ({ value: code, label: `${code}, ${name}` }))} />
        <Segmented label="Show" value={show} options={shows.map((value) => ({ value, label: showWords[value], href: link(value) }))} />
        <span className="grow" />
        {sure.length > 0 && <Button size="xs" icon="list-checks" onClick={() => { setPicked(new Set(sure.map(slotKey))); }}>{`Pick ${count(sure.length)} certain`}</Button>}
        {home.route && <Button size="xs" icon="send" variant={home.route.mode === "observe" ? "primary" : "plain"} href={routePage(routeKey(home.code, home.route))}>{home.route.mode === "observe" ? "Go live" : "Change the route"}</Button>}
      </div>
      <div className="rg"><Why question={`Invoices of ${home.code}`}><Now home={home} />{data.isCut ? ` The oldest ${count(data.rows.length)} are compared: what is beyond follows as these are decided.` : ""}</Why></div>
      <FigureStrip label="Invoices beside the ledger">
        <Figure label="Nothing found" value={count(counts.wouldPost)} watch={String(counts.wouldPost)} href={link("rest")} sub="would be billed by us" />
        <Figure label="Suggested" value={count(counts.suggested)} watch={String(counts.suggested)} href={link("suggested")} sub="a person says" />
        <Figure label="Differ" value={count(counts.differs)} watch={String(counts.differs)} href={link("differs")} sub="cannot be adopted" />
        <Figure label="Exist by reference" value={count(counts.byReference)} watch={String(counts.byReference)} sub="name ours themselves" />
        <Figure label="Adopted" value={count(counts.adopted)} watch={String(counts.adopted)} sub="by a person’s word" />
        <Figure label="Of nobody" value={count(counts.unclaimed)} watch={String(counts.unclaimed)} sub="in the ledger" />
      </FigureStrip>
      <DataList caption="Invoices to adopt" columns={adoptionColumns} rows={rows} rowKey={slotKey} rowName={(row) => row.orders[0] ?? row.key} height="max(320px, calc(100dvh - 330px))" onOpen={(row) => { router.push(`/orders/${encodeURIComponent(row.orders[0] ?? row.key)}`); }}
        picking={{ picked, onPick: setPicked, label: "Pick invoice" }}
        empty={<EmptyState icon="check" title={data.rows.length === 0 ? "Nothing waits to be billed" : "None of these"}>{data.rows.length === 0 ? "Orders and shipments that are not billed yet stand here beside what the ledger has already." : "Another filter shows the rest."}</EmptyState>} />
      {data.credits.total > 0 && <CreditsToAdopt entity={home.code} rows={data.credits.rows} total={data.credits.total} />}
      {picked.size > 0 && <DecideAdoptions entity={home.code} rows={paired(rows, picked)} picked={picked.size} missing={data.missing} onDone={() => { setPicked(none); }} />}
    </Page>
  );
}

/** What happens to invoices now, and what switches them on. */
function Now({ home: { code, zone, route } }: { home: NonNullable<Adoptions["home"]> }) {
  if (!route) return <>{code} has no route to a finance system: nothing is billed from here.</>;
  const proposed = route.proposal ? <> {modeWords[route.proposal.mode].name} from {startText(route.proposal.managedFrom, zone)} is proposed by {route.proposal.proposedBy} and waits for a second person.</> : null;
  if (route.mode === "observe" || route.managedFrom === null) return <>{documentWords(route.document)} to <span className="id">{route.connector}</span> are only observed: planned and compared, and nothing is posted. They go live from a time that one person proposes and a second confirms.{proposed}</>;
  return <>Goods that left from {startText(route.managedFrom, zone)} on are billed to <span className="id">{route.connector}</span>{route.mode === "propose" ? ", each released by a person" : ""}; what left before is only compared. Where a document may be the invoice already, ours waits for a person.{proposed}</>;
}
