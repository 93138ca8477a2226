import type pg from "pg";
import type { CommandStore, LaneWork, Reconciliation } from "@/server/pipeline/ports";
import type { Policies } from "../policies";
import type { Signals } from "../signals";
import { rowsOf, statement } from "../statement";
import { claimCommands, claimForLookup, claimForVerify, expireLeases, isSearchable, mayGoAlways, mayGoUnlessStopped } from "./claim";
import { closeRecovered, createConnectorHealth } from "./health";
import { settleCommands } from "./settle";

/** What may go out, counted to a limit; `p` is the brake of its connector's entity. Costs the same whatever the backlog, and however much of it is stopped. */
const countedTo = (limit: number, which: string): string => `select count(*) as due from (
    (select 1 from command c where ${which} and ${mayGoAlways} limit ${limit}) union all (select 1 from command c where p.stopped_at is null and ${which} and ${mayGoUnlessStopped} limit ${limit}) limit ${limit}) d`;
const lanes = "connector k left join posting_brake p on p.entity = k.entity cross join unnest(array['finance', 'operations', 'inquiry', 'bulk']) as l(lane)";
const ofLane = "c.connector = k.id and c.lane = l.lane";
const lanesWithWork = statement("command_lanes", `
  select k.id as connector, l.lane, w.due::int as due from ${lanes} cross join lateral (${countedTo(20, ofLane)}) w where k.state = 'active' and w.due > 0`);
const doubt = statement("command_doubt", `
  select connector, unknown, unverified from (
    select k.id as connector,
      exists (select 1 from command c where c.connector = k.id and ${isSearchable})
        or exists (select 1 from command c where c.connector = k.id and c.state = 'sending' and c.lease_until < now()) as unknown,
      exists (select 1 from command c where c.connector = k.id and c.state = 'confirmed' and c.verified_at is null and c.verify_due_at <= now() and (c.lease_until is null or c.lease_until < now())) as unverified
    from connector k where k.state = 'active') d where unknown or unverified`);
const survey = statement("reconcile_survey", `
  select (select count(*) from (select 1 from inbound_message where state = 'received' and received_at < now() - $1 * interval '1 millisecond' limit 1000) a)::int as messages,
    (select count(*) from (select 1 from wake where due_at < now() - $1 * interval '1 millisecond' limit 1000) a)::int as unplanned,
    (select count(*) from (select 1 from outbox where created_at < now() - $1 * interval '1 millisecond' limit 1000) a)::int as undelivered,
    (select coalesce(sum(w.due), 0) from ${lanes} cross join lateral (${countedTo(1000, `${ofLane} and c.due_at < now() - $1 * interval '1 millisecond'`)}) w where k.state = 'active')::int as unsent,
    (select count(*) from (select 1 from command where state = 'confirmed' and verified_at is null and verify_due_at < now() - $1 * interval '1 millisecond' limit 1000) a)::int as unverified`);

export function createCommandStore(pool: pg.Pool, policies: Policies, signals: Signals): CommandStore {
  const health = createConnectorHealth(pool, policies);
  return {
    claim: (request) => claimCommands(pool, policies, request),
    claimUnknown: (request) => claimForLookup(pool, request),
    claimUnverified: (request) => claimForVerify(pool, request),
    async settle(settlements) {
      if (settlements.length === 0) return 0;
      await health.heed(settlements);
      const held = await settleCommands(pool, policies, settlements);
      const counted = settlements.filter(({ command }) => held.has(command.id));
      signals.send("answers");
      signals.send("facts");
      await health.count(counted);
      return held.size;
    },
    lanesWithWork: () => rowsOf<LaneWork>(pool, lanesWithWork),
    connectorsWithDoubt: () => rowsOf(pool, doubt),
  };
}

type Survey = Awaited<ReturnType<Reconciliation["survey"]>>;

export const createReconciliation = (pool: pg.Pool): Reconciliation => ({
  expireLeases: () => expireLeases(pool, null),
  closeRecovered: () => closeRecovered(pool),
  async survey(olderThanMs) {
    const [row] = await rowsOf<Survey>(pool, survey, [olderThanMs]);
    return row ?? { messages: 0, unplanned: 0, undelivered: 0, unsent: 0, unverified: 0 };
  },
});
