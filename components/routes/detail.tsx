"use client";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Why } from "@/components/ui/why";
import type { RouteTables } from "@/server/api/shapes";
import { ProposalForm } from "./form";
import { Decision } from "./decision";
import { routePage } from "./search";
import { capabilityWords, documentWords, startText } from "./words";

export type Home = RouteTables["entities"][number];
export type Route = Home["routes"][number];

/** One route: what it does now and by whose word, then either the change that is proposed or a form to propose one. */
export function RouteDetail({ home, route }: { home: Home; route: Route }) {
  const title = `${capabilityWords[route.capability]}, ${documentWords(route.document)}`;
  return (
    <section className="sl-form" aria-label={`Route ${title}`}>
      <div className="rh"><h2>{title}</h2><span className="rh-sub">{home.code}</span><span className="rh-end"><Button variant="ghost" icon="x" label="Back to the list" href={routePage(null)} /></span></div>
      <Why><Now home={home} route={route} /></Why>
      {route.proposal ? <Decision home={home} route={route} proposal={route.proposal} /> : <ProposalForm home={home} route={route} />}
    </section>
  );
}

/** One sentence: what happens now, since whose word, and what would change it. */
function Now({ home, route }: { home: Home; route: Route }) {
  const by = route.confirmedBy ? <> Proposed by {route.proposedBy}, confirmed by {route.confirmedBy}.</> : null;
  if (route.connectorState === "absent") return <>Only observed: {home.code} has no connector <span className="id">{route.connector}</span> yet. Nothing is sent. Add one under <Link className="ln" href="/connectors">Connectors</Link>, then propose it here.</>;
  if (route.mode === "observe" || route.managedFrom === null) return <>Only observed: what <span className="id">{route.connector}</span> would be asked is planned and compared, and nothing is sent, until one person proposes a date and a second confirms it.{by}</>;
  const from = startText(route.managedFrom, home.zone);
  const paused = route.connectorState === "paused" ? <> It is paused: nothing goes there until it is resumed under <Link className="ln" href={`/connectors?connector=${encodeURIComponent(route.connector)}`}>Connectors</Link>.</> : null;
  return route.mode === "propose"
    ? <>Documents of {from} and later wait for a person, command by command, before they go to <span className="id">{route.connector}</span>; earlier ones are only compared.{paused}{by}</>
    : <>Documents of {from} and later go to <span className="id">{route.connector}</span> by themselves; earlier ones are only compared.{paused}{by}</>;
}
