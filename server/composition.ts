import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { createAdmission } from "./api/admission";
import type { HealthReport, Services } from "./api/services";
import type { UserDirectory } from "./auth/directory";
import { env } from "./config/env";
import { createBulkDesk } from "./db/bulk/acts";
import { createChanges } from "./db/changes";
import { createCloseDesk } from "./db/close/acts";
import { createCodeBook, type CodeBook } from "./db/codes";
import { loadConnectorRows } from "./db/connector-rows";
import { createDesk } from "./db/desk";
import { decideRoute, proposeRoute, type CapabilitiesOf } from "./db/desk/routes";
import { limitPostings, releasePosting, resumePostings, stopPostings } from "./db/desk/postings";
import { decideTerms, proposeTerms } from "./db/desk/terms";
import { countWaiting, readHealth } from "./db/health";
import { createKey, readClient, revokeKey, type NewKey } from "./db/keys";
import { createDirectory, grantTo, letGo, listUsers, readPerson, revokeFrom, showUser, writeUser, type ListedUser, type UserCard } from "./db/people";
import { createQuery } from "./db/query";
import { prepareHistory } from "./db/history";
import { seedBasics, seedConnector, seedEntity, seedPolicy, seedServiceLevels } from "./db/seed";
import { subscribe } from "./db/notices/subscriptions";
import { createPool } from "./db/pool";
import { setUpEntity } from "./db/set-up";
import { isWaiting } from "./db/waiting";
import { isOutage } from "./db/outage";
import { createReconciliationDesk } from "./db/reconciliation/acts";
import { createStores, type Stores } from "./db/stores";
import type { Result } from "./domain/result";
import { planners } from "./domain/planners";
import type { RoleGrant } from "./domain/rights";
import { connectorTypesOf, describeConnectors } from "./integrations/describe";
import { crossReferenceFile, demoConnectors, demoMappings, demoRoutes, demoSystemsOfRecord, demoTerms, landscapeFile } from "./integrations/demo";
import { connectorTypes, fileImports } from "./integrations/registry";
import { createIntegrations, type Integrations } from "./integrations/runtime";
import { renderMetrics } from "./observability/metrics";
import { normalizeWaiting, understand } from "./pipeline/normalize";
import { planWaiting } from "./pipeline/plan";
import type { Ports } from "./pipeline/ports";
import { processTimers } from "./pipeline/timers";
import { receive } from "./pipeline/receive";
import { postingStops } from "./read/posting-brake";
import { databaseNow, keepTime } from "./db/clock";

/** Everything wired, once in a process. Nothing is opened before the first use. */
export interface Composition {
  services: Services;
  directory: UserDirectory;
  ports: Ports;
  stores: Stores;
  integrations: Integrations;
  codes: CodeBook;
  pool: pg.Pool;
  people: {
    write(user: Parameters<typeof writeUser>[1]): Promise<string>;
    grant(email: string, grant: RoleGrant | null, teams: readonly string[], leads: readonly string[]): Promise<string | null>;
    revoke(email: string, grant: string): Promise<boolean>;
    letGo(email: string, reason: string): Promise<boolean | null>;
    show(email: string): Promise<UserCard | null>;
    list(): Promise<ListedUser[]>;
  };
  keys: { create(input: NewKey): Promise<Result<{ id: string; secret: string }>>; revoke(id: string, reason: string): Promise<Result<true>> };
  setUp: ReturnType<typeof setUpEntity>;
  /** Runs the stages that call nobody (normalize, pass on, plan) until nothing waits, with a worker or without one; then waits for what another process has in hand of `of`. */
  drain: (of?: { entity: string; connector: string }) => Promise<void>;
  imports: typeof fileImports & { prepare: ReturnType<typeof prepareHistory>; taken: (connector: string) => Promise<void>; demo: typeof demoSetUp };
  seeding: { basics(): Promise<void>; entity(entity: Parameters<typeof seedEntity>[1]): Promise<void>; connector(connector: Parameters<typeof seedConnector>[2]): Promise<void>; policy(policy: Parameters<typeof seedPolicy>[1], from: string): Promise<void>; serviceLevels(entity: string): Promise<void> };
  close(): Promise<void>;
}

const holder = globalThis as unknown as { ledgerline?: Promise<Composition> };
/** One for the process. `worker`: its connections are tuned for the pipeline. */
export const composition = (of: "web" | "worker" = "web"): Promise<Composition> => (holder.ledgerline ??= compose(of));

async function compose(of: "web" | "worker"): Promise<Composition> {
  const settings = env();
  const key = Buffer.from(settings.TOWER_SECRET_KEY, "base64");
  const pool = createPool(settings.DATABASE_URL, { max: settings.TOWER_POOL, of: of === "worker" ? "pipeline" : "screens" });
  const clock = { now: () => databaseNow() }, letTimeGo = await keepTime(pool);
  const codes = createCodeBook(pool);
  const integrations = createIntegrations({
    renewCodes: () => codes.renew(), loadConnectors: async () => { await codes.refresh(); return loadConnectorRows(pool, key); },
    resolveCode: (entity, system, kind, canonical) => codes.resolveCode(entity, system, kind, canonical), otherCodes: (entity, system, kind, canonical) => codes.otherCodes(entity, system, kind, canonical), baseUnit: (entity, item) => codes.baseUnit(entity, item), clock,
  });
  const serial = serialKeys(pool, key);
  const stores = createStores({ pool, serialKeyOf: serial });
  const ports: Ports = {
    clock, timers: processTimers, identifiers: { next: randomUUID }, random: { fraction: Math.random }, inbox: stores.inbox, broadcasts: stores.broadcasts, plans: stores.plans, commands: stores.commands, reconciliation: stores.reconciliation, connectors: integrations,
  };
  const query = createQuery(pool);
  const health = (): Promise<HealthReport> => readHealth(pool);
  const capabilitiesOf: CapabilitiesOf = (type) => connectorTypes.get(type)?.capabilities ?? [];
  const admission = createAdmission({ requests: settings.TOWER_DOOR_REQUESTS, bytes: settings.TOWER_DOOR_MB * 1024 * 1024, backlog: settings.TOWER_BACKLOG, bodyMs: settings.TOWER_DOOR_SECONDS * 1000, graceMs: 1_000 }, { backlog: (most) => countWaiting(pool, most), fraction: Math.random });
  const services: Services = {
    query, now: clock.now, health, isOutage, changes: createChanges(settings.DATABASE_URL), receive: (inputs) => receive(stores.inbox, inputs), rehearse: (message) => understand(ports, message),
    verifyWebhook: (id, headers, body) => integrations.verifyWebhook(id, headers, body),
    clientOf: (bearer) => readClient(pool, bearer), personOf: (id, since) => readPerson(pool, id, since), metrics: () => renderMetrics(query, health, () => postingStops(query, null), admission), admission,
    connectors: describeConnectors(integrations, connectorTypes, async (id) => Object.keys((await loadConnectorRows(pool, key)).find((row) => row.id === id)?.secrets ?? {})),
    routes: { propose: proposeRoute(pool, capabilitiesOf), decide: decideRoute(pool, capabilitiesOf) },
    terms: { propose: proposeTerms(pool), decide: decideTerms(pool, clock.now) },
    postings: { stop: stopPostings(pool), resume: resumePostings(pool), release: releasePosting(pool), limit: limitPostings(pool) },
    notices: { subscribe: subscribe(pool) },
    bulk: createBulkDesk(pool),
    reconciliation: createReconciliationDesk(pool), close: createCloseDesk(pool),
    desk: createDesk(pool, key, connectorTypesOf(connectorTypes)),
  };
  return {
    services, ports, stores, integrations, codes, pool, directory: createDirectory(pool),
    people: { write: (user) => writeUser(pool, user), grant: (email, grant, teams, leads) => grantTo(pool, email, grant, teams, leads), revoke: (email, grant) => revokeFrom(pool, email, grant), letGo: (email, reason) => letGo(pool, email, reason), show: (email) => showUser(pool, email), list: () => listUsers(pool) }, keys: { create: (input) => createKey(pool, input), revoke: (id, reason) => revokeKey(pool, { id, actor: "cli", reason }) }, setUp: setUpEntity(pool), drain: (of) => drain(ports, () => (of ? isWaiting(pool, of) : Promise.resolve(false))),
    imports: { ...fileImports, demo: demoSetUp, prepare: async (target) => {
      const prepared = await prepareHistory(pool)(target);
      integrations.refresh();
      return prepared;
    }, taken: async (connector) => { await pool.query("update connector set last_success_at = now() where id = $1", [connector]); } },
    seeding: { basics: () => seedBasics(pool), entity: (entity) => seedEntity(pool, entity), connector: (connector) => seedConnector(pool, key, connector), policy: (policy, from) => seedPolicy(pool, policy, from), serviceLevels: (entity) => seedServiceLevels(pool, entity) },
    close: async () => { letTimeGo(); integrations.close(); await pool.end(); },
  };
}

/** What the demo is connected to, from the files that the simulated systems write. */
function demoSetUp(landscape: unknown, names: unknown, entity: string) {
  const systems = landscapeFile.parse(landscape), words = crossReferenceFile.parse(names);
  return { connectors: demoConnectors(systems, words, entity), mappings: demoMappings(words), routes: demoRoutes(systems), systemsOfRecord: demoSystemsOfRecord(systems), terms: demoTerms(words) };
}

/** A connector's own order of calls, by its type; types change with a connector's row only, so they are kept for 30 s. */
function serialKeys(pool: pg.Pool, key: Buffer) {
  let types = new Map<string, string>();
  let until = 0;
  const refresh = (): void => {
    until = performance.now() + 30_000;
    loadConnectorRows(pool, key).then((rows) => { types = new Map(rows.map((row) => [row.id, row.type])); }).catch(() => { until = 0; });
  };
  refresh();
  return (connector: string, kind: Parameters<Integrations["send"]>[0]["kind"], payload: Readonly<Record<string, unknown>>): string | null => {
    if (performance.now() > until) refresh();
    return connectorTypes.get(types.get(connector) ?? connector)?.serializeBy(kind, payload) ?? null;
  };
}

async function drain(ports: Ports, elsewhere: () => Promise<boolean>): Promise<void> {
  for (;;) {
    const moved = (await normalizeWaiting(ports, 200)) + (await ports.broadcasts.passOn(500)) + (await planWaiting(ports, planners, 100));
    if (moved > 0) continue;
    if (!(await elsewhere())) return;
    await pause(100);
  }
}
