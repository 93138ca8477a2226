import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { RouteDesk } from "@/server/api/desk";
import { canonicalJson } from "@/server/domain/commands";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import { checkRouteChange, managedFromOf, mayDecideRoute, withRoute, type RouteChange } from "@/server/domain/route-change";
import type { Route } from "@/server/domain/policy";
import { policyInForce } from "../policies";
import { lockEntity, passwordSetSince, planAgain, putInForce } from "./rules";
import { audit, inTransaction, nudge } from "./transaction";

/** What the code of a kind of connector serves; empty for a kind that is not known. Wired in composition. */
export type CapabilitiesOf = (type: string) => readonly string[];

type OpenProposal = Omit<RouteChange, "managedFrom"> & { entity: string; managed_from: Date | null; reason: string; proposed_by: string; proposed_at: Date; state: string };

async function checked(client: pg.PoolClient, capabilitiesOf: CapabilitiesOf, entity: string, change: RouteChange): Promise<Result<true>> {
  const { rows: [row] } = await client.query<{ entity: string; type: string }>("select entity, type from connector where id = $1", [change.connector]);
  return checkRouteChange(change, entity, row ? { entity: row.entity, capabilities: capabilitiesOf(row.type) } : null);
}

export const proposeRoute = (pool: pg.Pool, capabilitiesOf: CapabilitiesOf): RouteDesk["propose"] => (person, entity, asked, reason) =>
  inTransaction<Result<{ id: string }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "route.propose", entity);
    if (!allowed.ok) return allowed;
    const home = await lockEntity(client, entity);
    if (!home) return fail("NOT_FOUND", `There is no entity ${entity}`);
    const from = asked.managedFrom === null ? ok(null) : managedFromOf(home.zone, asked.managedFrom);
    if (!from.ok) return from;
    const change: RouteChange = { ...asked, managedFrom: from.value };
    const fits = await checked(client, capabilitiesOf, entity, change);
    if (!fits.ok) return fits;
    const { document, capability, connector, mode, managedFrom } = change;
    const present = (await policyInForce(client, entity)).routes.find((route) => route.capability === capability && route.document === document);
    if (present && present.connector === connector && present.mode === mode && present.managedFrom === managedFrom) return fail("CONFLICT", "It is so already");
    const id = randomUUID();
    const { rowCount } = await client.query(
      `insert into route_change (id, entity, document, capability, connector, mode, managed_from, reason, proposed_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (entity, capability, document) where state = 'open' do nothing`, [id, entity, document, capability, connector, mode, managedFrom, reason, person.id]);
    if (rowCount !== 1) return fail("CONFLICT", "Something is proposed for this route already: it is decided or withdrawn first");
    await audit(client, { actor: person.id, action: "route.propose", aboutKind: "route", aboutId: id, reason, detail: { entity, ...change } });
    await nudge(client);
    return ok({ id });
  });

/**
 * A confirmed proposal is a new version of the entity's rules, with its author and who confirmed it, in force at once;
 * everything open is planned again under it.
 */
export const decideRoute = (pool: pg.Pool, capabilitiesOf: CapabilitiesOf): RouteDesk["decide"] => (person, id, verdict, reason) =>
  inTransaction<Result<{ version: number | null }>>(pool, async (client) => {
    const { rows: [row] } = await client.query<OpenProposal>("select entity, document, capability, connector, mode, managed_from, reason, proposed_by, proposed_at, state from route_change where id = $1 for update", [id]);
    if (!row) return fail("NOT_FOUND", "There is no such proposal");
    const allowed = mayDecideRoute(person, { entity: row.entity, proposedBy: row.proposed_by, passwordSince: await passwordSetSince(client, person.id, row.proposed_at) }, verdict);
    if (!allowed.ok) return allowed;
    if (row.state !== "open") return fail("CONFLICT", `It is ${row.state} already`);
    const { entity, document, capability, connector, mode, managed_from } = row;
    const change: RouteChange = { document, capability, connector, mode, managedFrom: managed_from?.toISOString() ?? null };
    let version: number | null = null, before: Route | null = null;
    if (verdict === "confirm") {
      await lockEntity(client, entity);
      const fits = await checked(client, capabilitiesOf, entity, change);
      if (!fits.ok) return fits;
      const present = await policyInForce(client, entity), next = withRoute(present, change);
      await putInForce(client, next, { author: row.proposed_by, confirmedBy: person.id });
      await planAgain(client, entity, canonicalJson(present.systemsOfRecord) !== canonicalJson(next.systemsOfRecord));
      version = next.version;
      before = present.routes.find((route) => route.capability === capability && route.document === document) ?? null;
    }
    const state = { confirm: "confirmed", reject: "rejected", withdraw: "withdrawn" }[verdict];
    await client.query("update route_change set state = $2, decided_by = $3, decided_at = now(), decision_reason = $4, policy_version = $5 where id = $1 and state = 'open'", [id, state, person.id, reason, version]);
    await audit(client, { actor: person.id, action: `route.${verdict}`, aboutKind: "route", aboutId: id, reason, detail: { entity, ...change, proposedBy: row.proposed_by, ...(version === null ? {} : { version, before }) } });
    await nudge(client);
    return ok({ version });
  });
