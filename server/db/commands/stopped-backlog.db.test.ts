import { afterEach, beforeEach, expect, it } from "vitest";
import { createStores } from "@/server/db/stores";
import { postingKinds } from "@/server/domain/posting-brake";
import { ample, createEngine, type Engine } from "@/server/testing/memory/engine";
import { createPool } from "../pool";

const waiting = 10_000;
/** What a look and a claim may read in all: far from what waits, far above what they need. */
const fewRows = 200;
let engine: Engine;
beforeEach(async () => {
  engine = await createEngine({ concurrency: 1000 });
  // every kind of posting, in both lanes in which they travel
  await engine.pool.query(
    `insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id)
     select k.kind || '|' || n, 'US01:order:SO-' || n, 'US01', k.kind, '', 1, 'finance', 'erp', l.lane, 'wanted', '{}', 'd', now() - interval '1 hour', 'c'
     from unnest($1::text[]) k(kind), unnest('{finance,bulk}'::text[]) l(lane), generate_series(1, $2::int) n where (n % 2 = 0) = (l.lane = 'bulk')`, [postingKinds, Math.ceil(waiting / postingKinds.length)]);
  await engine.pool.query("insert into posting_brake (entity, stopped_at, stopped_by, reason) values ('US01', now(), 'ann', 'wrong prices') on conflict (entity) do update set stopped_at = now(), stopped_by = 'ann', reason = 'wrong prices'");
});
afterEach(async () => { await engine.close(); });

/** How many rows of commands a worker of its own reads for what it does. */
async function reading<T>(work: (commands: ReturnType<typeof createStores>) => Promise<T>): Promise<{ rows: number; made: T }> {
  const pool = createPool(engine.url, { max: 1, of: "pipeline" });
  const read = async (): Promise<number> => {
    await pool.query("select pg_stat_force_next_flush()");
    return Number((await pool.query<{ rows: string }>("select seq_tup_read + coalesce(idx_tup_fetch, 0) as rows from pg_stat_user_tables where relname = 'command'")).rows[0]?.rows);
  };
  const before = await read(), made = await work(createStores({ pool })), rows = (await read()) - before;
  await pool.end();
  return { rows, made };
}
const claim = ({ commands }: Pick<ReturnType<typeof createStores>, "commands">, lane: "finance" | "bulk" = "finance", limit = 5) => commands.claim({ worker: "w", connector: "erp", lane, limit, leaseMs: 30_000, budget: ample(lane, 1000) });
const kinds = (claimed: readonly { kind: string }[]): string[] => claimed.map(({ kind }) => kind);

it("looks, claims and surveys read none of the postings that wait for a stop, however many these are", async () => {
  const { rows, made } = await reading(async (stores) => [await stores.commands.lanesWithWork(), await claim(stores), await claim(stores, "bulk"), (await stores.reconciliation.survey(1_000)).unsent]);
  expect(made).toEqual([[], [], [], 0]);
  expect(rows).toBeLessThan(fewRows);
});

it("what no stop keeps is found among them: other work of the lane, and what is in doubt", async () => {
  await engine.pool.query("update command set kind = 'commit_tax', due_at = now() where natural_key = 'post_invoice|7'");
  await engine.pool.query("update command set state = 'unknown', due_at = now(), repeat_until = now() + interval '1 hour', first_sent_at = now() where natural_key = 'post_invoice|9'");
  const { rows, made } = await reading(async (stores) => ({ lanes: await stores.commands.lanesWithWork(), claimed: await claim(stores) }));
  expect(made.lanes).toEqual([{ connector: "erp", lane: "finance", due: 2 }]);
  expect(kinds(made.claimed).sort()).toEqual(["commit_tax", "post_invoice"]);
  expect(rows).toBeLessThan(fewRows);
});

it("let go, postings and other work of a lane go by when they are due, and none is read that is not taken", async () => {
  await engine.pool.query("update posting_brake set stopped_at = null, stopped_by = null, reason = null");
  await engine.pool.query("update command set due_at = now() - interval '1 minute' where lane = 'finance'");
  await engine.pool.query("update command set due_at = now() - n * interval '1 hour', kind = kind_of from (values (7, 3, 'commit_tax'), (9, 2, 'post_invoice'), (11, 1, 'determine_tax')) v(key, n, kind_of) where natural_key = 'post_invoice|' || v.key");
  // the guard's day begins with the first claim
  await claim(engine.stores, "finance", 1);
  await engine.pool.query("update command set state = 'wanted', lease_owner = null, lease_until = null where state = 'sending'");
  const { rows, made } = await reading(async (stores) => ({ lanes: await stores.commands.lanesWithWork(), claimed: await claim(stores, "finance", 4) }));
  expect(made.lanes).toEqual([{ connector: "erp", lane: "finance", due: 20 }, { connector: "erp", lane: "bulk", due: 20 }]);
  expect([kinds(made.claimed.filter(({ naturalKey }) => /^post_invoice.(7|9|11)$/.test(naturalKey))).sort(), made.claimed.length]).toEqual([["commit_tax", "determine_tax", "post_invoice"], 4]);
  expect(rows).toBeLessThan(fewRows);
});
