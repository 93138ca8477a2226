import { commandKinds, type CommandKind } from "@/server/domain/commands";
import { untilQuiet, type Bench } from "./bench";
import { percentile, type Measured } from "./figures";
import { comeAtRandom } from "./latency";
import { entity } from "./setting";

/** Orders that come beside the flood. */
const perSecond = 5;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** From the answer 202 to the ERP's answer to the posting of the order's invoice. */
async function postings(bench: Bench, count: number): Promise<number[]> {
  const { tower } = bench, accepted = await comeAtRandom(bench, count, perSecond);
  for (const until = performance.now() + 120_000; ;) {
    const { rows } = await tower.pool.query<{ number: string; ms: number }>(
      `select o.document as number, (extract(epoch from min(a.ended_at)) * 1000)::float8 as ms from command c join attempt a on a.command_id = c.id and a.purpose = 'send' and a.outcome = 'confirmed' cross join json_array_elements_text((c.payload->'orders')::json) as o(document)
       where c.kind = 'post_invoice' and o.document = any($1) group by 1`, [[...accepted.keys()]]);
    if (rows.length === accepted.size) return rows.map(({ number, ms }) => Math.max(0, ms - (accepted.get(number) ?? ms)));
    if (performance.now() > until) throw new Error(`${accepted.size - rows.length} of ${accepted.size} orders were not posted within two minutes beside the flood`);
    await pause(50);
  }
}

/** Accepted messages once more, beside those that are there, so that there are as many as the flood wants, however many runs there were; of the past, by which they are chosen. */
const fillSql = `
  with base as (select * from inbound_message where connector = 'shop' and state = 'normalized' and source_message_id not like '%#flood%' order by id limit 1000)
  insert into inbound_message (connector, source_message_id, digest, content_type, headers, body, correlation_id, state, received_at)
  select m.connector, m.source_message_id || '#flood' || n, m.digest, m.content_type, m.headers, m.body, m.correlation_id, 'normalized', timestamptz '2026-01-02T00:00:00Z' + m.id % $2 * interval '1 day'
  from generate_series(1, (select ceil($1::numeric / greatest(1, count(*)))::int from base)) n cross join base m
  limit greatest(0, $1::int - (select count(*) from inbound_message where source_message_id like '%#flood%'))`;
/** A bulk action takes 50,000 at most, so several go at once. */
const actions = 4;

/** What is replayed is read once more, and nothing of it is new. Answers how to end it, and how many were read until then. */
async function beginReplay({ tower, options }: Bench): Promise<() => Promise<number>> {
  await tower.pool.query(fillSql, [options.flood, actions]);
  const ids: string[] = [], { bulk } = tower.services;
  for (let day = 0; day < actions; day += 1) {
    const at = Date.parse("2026-01-02T00:00:00Z") + day * 86_400_000;
    const asked = await bulk.ask(null, "replay", { of: "messages", connector: "shop", state: "normalized", from: new Date(at).toISOString(), to: new Date(at + 1).toISOString() }, null);
    if (!asked.ok) throw new Error(asked.error.message);
    const started = await bulk.start(null, asked.value.id, "a flood of the benchmark");
    if (!started.ok) throw new Error(started.error.message);
    ids.push(asked.value.id);
  }
  return async () => {
    for (const id of ids) await bulk.abort(null, id, "it was measured");
    const { rows: [read] } = await tower.pool.query<{ count: number }>("select count(*)::int as count from bulk_action_item where action_id = any($1) and state not in ('waiting', 'left_out')", [ids]);
    return read?.count ?? 0;
  };
}

/** As many calls as the flood wants, by shares, that wait for a connector. */
async function waitFor(connector: string, home: string, { tower, options }: Bench, kinds: readonly (readonly [kind: CommandKind, share: number])[]): Promise<void> {
  for (const [kind, share] of kinds) await tower.pool.query(
    `insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, due_since, correlation_id)
     select $3 || '|' || $2 || ':order:FLOOD-' || n || '||1', $2 || ':order:FLOOD-' || n, $2, $3, '', 1, $5, $4, $6, 'wanted', '{}', 'flood', now(), 'flood' from generate_series(1, $1::int) n`,
    [Math.ceil(options.flood * share), home, kind, connector, commandKinds[kind].capability, commandKinds[kind].lane]);
  await tower.pool.query("analyze command");
  await tower.pool.query("select pg_notify('tower_changed', '')");
}
async function forget({ tower }: Bench, connector: string): Promise<void> {
  await tower.pool.query("update connector set state = 'paused', paused_reason = 'it was measured' where id = $1", [connector]);
  await tower.pool.query("delete from command where connector = $1", [connector]);
  // their subjects were never made, so nobody plans them
  await tower.pool.query("delete from wake where subject_id like '%:order:FLOOD-%'");
  await tower.pool.query("delete from connector where id = $1", [connector]);
}

/** A system that takes every call and answers none, with a backlog of its own: half of it postings. */
async function beginDead(bench: Bench): Promise<() => Promise<void>> {
  const { tower, stub } = bench;
  await tower.seeding.connector({ id: "dead", type: "bench-stub", name: "dead", entity, settings: { url: stub.silent, allowPrivateNetwork: true, isSystemOfRecord: true }, secrets: { key: "not-a-secret" }, concurrency: 64, perMinute: 10_000_000 });
  await waitFor("dead", entity, bench, [["post_invoice", 0.5], ["release_to_warehouse", 0.5]]);
  return () => forget(bench, "dead");
}

/** Postings of another entity, all of which wait for its stop. */
async function beginStopped(bench: Bench): Promise<() => Promise<void>> {
  const { tower, stub } = bench, home = "STOPPED";
  await tower.seeding.connector({ id: "stopped", type: "bench-stub", name: "stopped", entity: home, settings: { url: stub.silent, allowPrivateNetwork: true, isSystemOfRecord: true }, secrets: { key: "not-a-secret" }, concurrency: 64, perMinute: 10_000_000 });
  await tower.pool.query("insert into posting_brake (entity, stopped_at, stopped_by, reason) values ($1, now(), 'bench', 'it is measured') on conflict (entity) do update set stopped_at = now(), stopped_by = 'bench', reason = 'it is measured'", [home]);
  await waitFor("stopped", home, bench, [["post_invoice", 1]]);
  return async () => {
    await forget(bench, "stopped");
    await tower.pool.query("delete from posting_brake where entity = $1", [home]);
  };
}

/** How long postings take alone, beside a replay, and beside large backlogs of a dead system and of a stopped entity. */
export async function measureFlood(bench: Bench): Promise<Measured> {
  const { worker, tower, options: { quick } } = bench, count = quick ? 20 : 200;
  const half = async (): Promise<void> => { await postings(bench, quick ? 5 : 20); };
  await worker.start();
  try {
    await half();
    const alone = await postings(bench, count);
    const endReplay = await beginReplay(bench), replayBegan = performance.now();
    await half();
    const besideReplay = await postings(bench, count), replayed = await endReplay(), replayedFor = (performance.now() - replayBegan) / 1000;
    await untilQuiet(tower.pool, 120_000);
    const beside = async (begin: typeof beginDead): Promise<number[]> => {
      const end = await begin(bench);
      try {
        await half();
        return await postings(bench, count);
      } finally {
        await end();
        await untilQuiet(tower.pool, 120_000);
      }
    };
    const besideDead = await beside(beginDead), besideStopped = await beside(beginStopped);
    return {
      postingMsP50Alone: percentile(alone, 0.5), postingMsP99Alone: percentile(alone, 0.99), postingMsP50BesideReplay: percentile(besideReplay, 0.5), postingMsP99BesideReplay: percentile(besideReplay, 0.99),
      replayedPerSecond: replayed / replayedFor, postingMsP50BesideDead: percentile(besideDead, 0.5), postingMsP99BesideDead: percentile(besideDead, 0.99),
      postingMsP50BesideStopped: percentile(besideStopped, 0.5), postingMsP99BesideStopped: percentile(besideStopped, 0.99),
    };
  } finally {
    await worker.stop();
  }
}
