import { instantOn } from "./calendar";
import { commandKinds, type Capability, type DocumentType } from "./commands";
import { defaultPolicy } from "./default-policy";
import type { Instant } from "./instant";
import type { Policy, Route, RouteMode } from "./policy";
import { fail, ok, type Result } from "./result";
import { mayDo, type Permission, type RoleGrant } from "./rights";

export const routeModes = ["observe", "propose", "act"] as const satisfies readonly RouteMode[];
/** What a route can lead through, in the order of the process. */
export const routedCapabilities = ["orders", "warehouse", "transport", "tax", "finance", "payments", "crm", "stock"] as const satisfies readonly Capability[];
export type RoutedCapability = (typeof routedCapabilities)[number];

/** A route as it is to be (P20): proposed by one person, in force when a second has confirmed it. */
export interface RouteChange { document: DocumentType | "*"; capability: RoutedCapability; connector: string; mode: RouteMode; managedFrom: Instant | null }

/** The first moment that a route manages: of a day or a minute of its clocks in the entity's zone, or of an instant as it is written. */
export function managedFromOf(zone: string, text: string): Result<Instant> {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return ok(instantOn({ zone }, text, 0));
  const [wall, day, hour, minute] = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (wall !== undefined && day !== undefined && !Number.isNaN(Date.parse(day))) return ok(instantOn({ zone }, day, Number(hour) * 60 + Number(minute)));
  return /^\d{4}-\d{2}-\d{2}T[0-9:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)) ? ok(new Date(text).toISOString()) : fail("ROUTE", `${text} is no date: as 2026-12-01, or an instant as 2026-12-01T08:00:00Z`, "managedFrom");
}

/** Document types that a capability is asked to handle, each of which can have a route of its own. */
export const documentsOf = (capability: Capability): DocumentType[] =>
  [...new Set(Object.values(commandKinds).filter((kind) => kind.capability === capability).map(({ document }) => document))];

/** Whether a change makes sense for the entity: its connector is there and can do it, and what is not only observed has a date. */
export function checkRouteChange(change: RouteChange, entity: string, connector: { entity: string; capabilities: readonly string[] } | null): Result<true> {
  const { document, capability, mode, managedFrom } = change;
  if (document !== "*" && !documentsOf(capability).includes(document)) return fail("ROUTE", `The ${capability} system is asked for ${documentsOf(capability).join(", ") || "no document of its own"}, not for ${document}`, "document");
  if (!connector || connector.entity !== entity) return fail("ROUTE", `${entity} has no connector ${change.connector}`, "connector");
  if (!connector.capabilities.includes(capability)) return fail("ROUTE", `${change.connector} does not serve ${capability}${connector.capabilities.length > 0 ? `, only ${connector.capabilities.join(", ")}` : ": it only takes events in"}`, "connector");
  if (mode !== "observe" && managedFrom === null) return fail("ROUTE", `Mode ${mode} needs the date from which documents are managed`, "managedFrom");
  return ok(true);
}

const same = (route: Pick<Route, "capability" | "document">, change: RouteChange): boolean => route.capability === change.capability && route.document === change.document;

/**
 * The next version of the rules. Where the route of a whole capability moves to another connector, that connector becomes
 * the system of record of every fact that the one before it was (2.11), and the one before it is remembered as such. Rules that named no systems of record get the defaults: with a
 * route, what is said begins to count.
 */
export function withRoute(policy: Policy, change: RouteChange): Policy {
  const before = policy.routes.find((route) => same(route, change));
  const routes = before ? policy.routes.map((route) => (route === before ? { ...change } : route)) : [...policy.routes, { ...change }];
  const heir = (system: string): string => (change.document === "*" && system === before?.connector ? change.connector : system);
  const former = policy.formerSystems?.[change.capability] ?? [], moved = before !== undefined && before.connector !== change.connector;
  return {
    ...policy, version: policy.version + 1, routes, systemsOfRecord: Object.fromEntries(Object.entries({ ...defaultPolicy.systemsOfRecord, ...policy.systemsOfRecord }).map(([fact, system]) => [fact, heir(system)])),
    ...(moved ? { formerSystems: { ...policy.formerSystems, [change.capability]: [...new Set([...former, before.connector])] } } : {}),
  };
}

export type RouteVerdict = "confirm" | "reject" | "withdraw";

/** Whether a person may decide a proposal: its author may only withdraw it, a second person with the right confirms or rejects. */
export function mayDecideRoute(person: { id: string; grants: readonly RoleGrant[] }, proposal: { entity: string; proposedBy: string; /** The confirmer's password was set since it was proposed: whoever set it may be who proposed. */ passwordSince?: boolean }, verdict: RouteVerdict, permission: Permission = "route.confirm"): Result<true> {
  const own = proposal.proposedBy === person.id;
  if (verdict === "withdraw") return own ? ok(true) : fail("FORBIDDEN", "Only whoever proposed it may withdraw it");
  if (verdict === "confirm" && !own && proposal.passwordSince) return fail("FORBIDDEN", "Your password was set after this was proposed, and whoever set it may have proposed it: it is proposed again, or another person confirms it");
  return own ? fail("FORBIDDEN", "Whoever proposed it may not decide it: a second person must") : mayDo(person.grants, permission, proposal.entity);
}
