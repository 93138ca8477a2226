import type pg from "pg";
import { afterCall, closedBreaker, type Breaker, type CallSeen } from "@/server/domain/breaker";
import { rulesOf } from "@/server/domain/resilience";
import type { BrokerHealth } from "@/server/jobs/ports";
import type { Settlement } from "@/server/pipeline/ports";
import { causeOf, closeCauses, dueBy, writeExceptions, type OpenException } from "../exceptions";
import type { Policies } from "../policies";
import { changedBy, rowsOf, statement, together, transaction } from "../statement";
import { databaseNow } from "../clock";

const lockBreaker = statement("breaker_lock", `
  with made as (insert into breaker (connector) values ($1) on conflict do nothing)
  select state, failures, calls, failed, window_from as "windowFrom", opened_at as "openedAt", probes, probe_at as "probeAt", reason from breaker where connector = $1 for update`);
const writeBreaker = statement("breaker_write", `
  insert into breaker (connector, state, failures, opened_at, probe_at, reason, calls, failed, window_from, probes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (connector) do update set state = $2, failures = $3, opened_at = $4, probe_at = $5, reason = $6, calls = $7, failed = $8, window_from = $9, probes = $10`);
const noteSuccess = statement("connector_success", "update connector set last_success_at = now(), last_error = null where id = $1");
const noteFailure = statement("connector_failure", "update connector set last_failure_at = now(), last_error = $2 where id = $1");
const pause = statement("connector_pause", `
  update connector set state = 'paused', paused_reason = $2, paused_by = 'tower', last_failure_at = now(), last_error = $2, updated_at = now() where id = $1 and state = 'active' returning entity`);
/** Calls of the connector are spent until then, for everybody. */
const wait = statement("connector_wait", "update connector_budget set spent_until = greatest(spent_until, $2::timestamptz) where connector = $1");
const homeOf = statement("connector_home", "select entity, rules from connector where id = $1");

const connectorException = async (policies: Policies, connector: string, entity: string, code: "TEC-01" | "TEC-02", message: string, now: string): Promise<OpenException> => {
  const { calendar } = await policies.of(entity);
  return { subjectId: null, messageId: null, connector, entity, code, key: { connector }, stops: [connector], amount: "0", currency: null, message, since: now, dueAt: dueBy(code, now, calendar) };
};

/** Stops a connector at once: credentials that were refused are never tried in a loop. One exception for the connector. */
async function pauseForLogin(pool: pg.Pool, policies: Policies, connector: string, reason: string): Promise<void> {
  await transaction(pool, async (client) => {
    const [paused] = await rowsOf<{ entity: string }>(client, pause, [connector, reason]);
    if (paused) await writeExceptions(client, [await connectorException(policies, connector, paused.entity, "TEC-02", reason, databaseNow())], []);
  });
}

/** What the calls of one connector did, in the order in which they ended. */
async function countCalls(pool: pg.Pool, policies: Policies, connector: string, calls: readonly CallSeen[]): Promise<void> {
  await transaction(pool, async (client) => {
    const [[locked], [home]] = await together([rowsOf<Breaker>(client, lockBreaker, [connector]), rowsOf<{ entity: string; rules: unknown }>(client, homeOf, [connector])]);
    const before = locked ?? closedBreaker, { breaker: rules } = rulesOf(home?.rules);
    const after = calls.reduce((breaker, call) => afterCall(breaker, call, rules), before);
    await changedBy(client, writeBreaker, [connector, after.state, after.failures, after.openedAt, after.probeAt, after.reason, after.calls, after.failed, after.windowFrom, after.probes]);
    const failed = calls.findLast(({ answered }) => !answered);
    if (calls.some(({ answered }) => answered)) await changedBy(client, noteSuccess, [connector]);
    if (failed) await changedBy(client, noteFailure, [connector, failed.reason]);
    if (!home) return;
    if (after.state === "open" && before.state === "closed")
      await writeExceptions(client, [await connectorException(policies, connector, home.entity, "TEC-01", `${connector} cannot be reached: ${after.reason ?? "no answer"}. Nothing is sent until it answers.`, after.openedAt ?? databaseNow())], []);
    if (after.state === "closed" && before.state !== "closed") await closeCauses(client, [causeOf(home.entity, "TEC-01", { connector })]);
  });
}

const recoveredCauses = statement("connector_recovered", `
  select e.fingerprint from exception_item e join connector k on k.id = e.connector left join breaker b on b.connector = k.id
  where e.state = 'open' and e.subject_id is null and e.message_id is null and k.state = 'active'
    and ((e.code = 'TEC-01' and coalesce(b.state, 'closed') = 'closed') or (e.code = 'TEC-02' and k.last_success_at > e.first_seen_at))`);

/** Closes the exceptions of connectors that answer again. Answers how many were open. */
export const closeRecovered = async (pool: pg.Pool): Promise<number> => {
  const causes = await rowsOf<{ fingerprint: string }>(pool, recoveredCauses);
  return causes.length === 0 ? 0 : transaction(pool, (client) => closeCauses(client, [...new Set(causes.map(({ fingerprint }) => fingerprint))]));
};

/** Successes are written down at most this often: what counts is that there was one. */
const successSpacingMs = 1_000;

export interface ConnectorHealth {
  /** Before the rows are settled: who was refused is paused, and who asked for a pause has it, before anything else can be claimed. */
  heed(settlements: readonly Settlement[]): Promise<void>;
  count(settlements: readonly Settlement[]): Promise<void>;
}

const wasCalled = ({ exchange }: { exchange: Pick<Settlement, "request" | "httpStatus"> }): boolean => exchange.request !== null || exchange.httpStatus !== null;

export function createConnectorHealth(pool: pg.Pool, policies: Policies): ConnectorHealth {
  const written = new Map<string, number>(), skipped = new Map<string, number>(), failing = new Set<string>();
  return {
    async heed(settlements) {
      const pauses = new Map<string, string>();
      for (const { callAgainAt, command: { connector } } of settlements) if (callAgainAt !== null && callAgainAt > (pauses.get(connector) ?? "")) pauses.set(connector, callAgainAt);
      for (const [connector, until] of pauses) await changedBy(pool, wait, [connector, until]);
      const refused = new Map(settlements.filter(({ authenticationFailure }) => authenticationFailure).map(({ command, failure }) => [command.connector, failure?.message ?? "It refused our credentials"]));
      for (const [connector, reason] of refused) await pauseForLogin(pool, policies, connector, reason);
    },
    async count(settlements) {
      const calls = Map.groupBy(settlements.filter((one) => !one.authenticationFailure && (one.technicalFailure || wasCalled({ exchange: one }))), ({ command }) => command.connector);
      for (const [connector, ended] of calls) {
        const failed = ended.some(({ technicalFailure }) => technicalFailure);
        const isProbed = ended.some(({ command }) => command.isProbe === true);
        if (!failed && !isProbed && !failing.has(connector) && performance.now() - (written.get(connector) ?? -Infinity) < successSpacingMs) { skipped.set(connector, (skipped.get(connector) ?? 0) + ended.length); continue; }
        // Successes that were not written down yet come first: failures are counted in a row, and as a part of all.
        const inOrder = ended.sort((a, b) => a.endedAt.localeCompare(b.endedAt)), unwritten = skipped.get(connector) ?? 0;
        skipped.delete(connector);
        await countCalls(pool, policies, connector, [
          ...(unwritten > 0 ? [{ answered: true, at: inOrder[0]?.endedAt ?? databaseNow(), reason: null, calls: unwritten }] : []),
          ...inOrder.map((one) => ({ answered: !one.technicalFailure, at: one.endedAt, reason: one.failure?.message ?? null })),
        ]);
        written.set(connector, performance.now());
        if (failed) failing.add(connector); else failing.delete(connector);
      }
    },
  };
}

/** What a feed and the standing connection to a broker do to the same breaker, pause and exceptions. */
export const createBrokerHealth = (pool: pg.Pool, policies: Policies): BrokerHealth => ({
  refused: (connector, why) => pauseForLogin(pool, policies, connector, why),
  seen: (connector, failure) => countCalls(pool, policies, connector, [{ answered: failure === null, at: databaseNow(), reason: failure }]),
});
