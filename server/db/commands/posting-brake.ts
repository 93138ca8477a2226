import type pg from "pg";
import { instantOn, localDay } from "@/server/domain/calendar";
import { addDays, type Day, type Instant } from "@/server/domain/instant";
import { guardAuthor, isPosting } from "@/server/domain/posting-brake";
import { excessText, judge, limitsOf, nothingClaimed, tooLargeText, type Claimed, type ClaimedDay, type Excess, type FixedLimits, type GuardLimits, type Verdict } from "@/server/domain/posting-guard";
import type { ClaimedCommand } from "@/server/pipeline/ports";
import { audit, nudge } from "../desk/transaction";
import type { Policies } from "../policies";
import { json, rowsOf, statement, transaction } from "../statement";

/** A claimed command with what the guard wants to know of it. */
export interface ClaimedRow extends ClaimedCommand { amount: string | null; currency: string | null; isReleased: boolean }
/** The brake of an entity while a transaction has it. */
interface HeldBrake { claimed: Claimed; limits: GuardLimits; isOver: boolean }

/**
 * Held from here to the commit: a stop waits for it, and the day's figures are nobody else's meanwhile. After the claim and
 * not before it, so that workers wait for each other's commit only. Answers no row where postings were stopped since.
 */
const hold = statement("posting_brake_hold", `select claimed, limits, coalesce(day_ends <= clock_timestamp(), true) as "isOver" from posting_brake where entity = $1 and stopped_at is null for update`);
const keepCount = statement("posting_brake_count", "update posting_brake set claimed = $2 where entity = $1");

/** Undoes a claim that may not stand, and carries out why. */
class Undone extends Error {
  readonly why: { kind: "stopped" } | { kind: "day_over" } | Exclude<Verdict, { kind: "claimed" }>;
  readonly entity: string;

  constructor(entity: string, why: Undone["why"]) {
    super(why.kind);
    this.entity = entity;
    this.why = why;
  }
}
const triesAllowed = 4;

/** A claim that is judged by the guard and counted in the same commit, or is as if it had not been. */
export async function underBrake(pool: pg.Pool, policies: Policies, take: (client: pg.PoolClient) => Promise<ClaimedRow[]>): Promise<ClaimedRow[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction(pool, async (client) => {
        const rows = await take(client), postings = rows.filter(({ kind, inDoubt }) => isPosting(kind) && !inDoubt), [first] = postings;
        if (first) await count(client, first.entity, postings);
        return rows;
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
      const { entity, why } = error;
      if (why.kind === "day_over") await beginDay(pool, policies, entity);
      if (why.kind === "exceeded") await stopByGuard(pool, entity, why.excess);
      if (why.kind === "too_large") await setAside(pool, entity, why.documents);
      // What stands in the way is settled; whoever comes next claims.
      if (tries >= triesAllowed) return [];
    }
  }
}

/** @throws Undone where these may not leave */
async function count(client: pg.PoolClient, entity: string, postings: readonly ClaimedRow[]): Promise<void> {
  const [held] = await rowsOf<HeldBrake>(client, hold, [entity]);
  if (!held) throw new Undone(entity, { kind: "stopped" });
  if (held.isOver) throw new Undone(entity, { kind: "day_over" });
  const verdict = judge(held.limits, held.claimed, postings.map((row) => ({ id: row.id, amount: row.amount, currency: row.currency, isCounted: row.attempt > 1, isReleased: row.isReleased })));
  if (verdict.kind !== "claimed") throw new Undone(entity, verdict);
  if (verdict.claimed.count > held.claimed.count) await rowsOf(client, keepCount, [entity, json(verdict.claimed)]);
}

interface DayRow { day: Day | null; isOver: boolean; now: Instant; claimed: Claimed; fixed: FixedLimits }
const lockDay = statement("posting_brake_day", `select day::text, coalesce(day_ends <= clock_timestamp(), true) as "isOver", clock_timestamp() as now, claimed, fixed from posting_brake where entity = $1 for update`);
/** Long enough for 20 days with postings of an entity that posts once a fortnight. */
const keepDay = statement("posting_day_keep", "insert into posting_day (entity, day, count, money) values ($1, $2, $3, $4) on conflict (entity, day) do update set count = excluded.count, money = excluded.money");
const pastDays = statement("posting_day_past", "select day::text, count, money from posting_day where entity = $1 and day >= $2::date - 400 order by day desc");
const startDay = statement("posting_brake_start", "update posting_brake set day = $2, day_ends = $3, claimed = $4, limits = $5 where entity = $1");

/** The entity's next day, by its own calendar and zone: the one that ended is kept, and its limits follow from those before it. */
async function beginDay(pool: pg.Pool, policies: Policies, entity: string): Promise<void> {
  const { calendar } = await policies.of(entity);
  await transaction(pool, async (client) => {
    const [row] = await rowsOf<DayRow>(client, lockDay, [entity]);
    if (!row?.isOver) return;
    const today = localDay(calendar, row.now), isSameDay = row.day === today;
    if (row.day !== null && !isSameDay && row.claimed.count > 0) await rowsOf(client, keepDay, [entity, row.day, row.claimed.count, json(row.claimed.money)]);
    const past = await rowsOf<ClaimedDay>(client, pastDays, [entity, today]);
    await rowsOf(client, startDay, [entity, today, instantOn(calendar, addDays(today, 1), 0), json(isSameDay ? row.claimed : nothingClaimed), json(limitsOf(past, today, calendar, row.fixed))]);
  });
}

const stop = statement("posting_brake_stop", "update posting_brake set stopped_at = now(), stopped_by = $2, reason = $3, excess = $4 where entity = $1 and stopped_at is null returning entity");

/** The same stop as a person's, with the guard as its author and the figures as its reason. */
const stopByGuard = (pool: pg.Pool, entity: string, excess: Excess): Promise<void> => transaction(pool, async (client) => {
  const reason = excessText(excess);
  if ((await rowsOf(client, stop, [entity, guardAuthor, reason, json(excess)])).length === 0) return;
  await audit(client, { actor: guardAuthor, action: "postings.stop", aboutKind: "entity", aboutId: entity, reason, detail: { ...excess } });
  await nudge(client);
});

const keepAside = statement("posting_hold_open", `
  insert into posting_hold (command_id, entity, digest, amount, currency, reason)
  select c.id, $1, c.digest, d.amount, d.currency, d.reason from json_to_recordset($2::json) as d(id bigint, amount numeric, currency text, reason text) join command c on c.id = d.id and c.state = 'wanted'
  on conflict (command_id) do update set digest = excluded.digest, amount = excluded.amount, currency = excluded.currency, reason = excluded.reason, held_at = now(), released_at = null, released_by = null
  where posting_hold.digest <> excluded.digest`);

const setAside = (pool: pg.Pool, entity: string, documents: Extract<Verdict, { kind: "too_large" }>["documents"]): Promise<void> => transaction(pool, async (client) => {
  const rows = documents.map(({ id, amount, currency, limit }) => ({ id, amount, currency, reason: tooLargeText(amount, currency, limit) }));
  await rowsOf(client, keepAside, [entity, json(rows)]);
  for (const { id, reason } of rows) await audit(client, { actor: guardAuthor, action: "posting.hold", aboutKind: "command", aboutId: id, reason, detail: { entity } });
  await nudge(client);
});
