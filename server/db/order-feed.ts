import type pg from "pg";
import { rowsOf, statement, transaction } from "./statement";

const onlyOne = statement("order_feed_lock", "select pg_try_advisory_xact_lock(hashtext('order_feed')) as mine");
/**
 * Committed changes get their time here, one after another for each entity and each its own: later ones in a later commit. So
 * nothing ever appears behind a time that somebody has seen, however long a transaction took.
 */
const seal = statement("order_feed_seal", `
  with taken as (delete from order_change where id in (select id from order_change order by id limit $1) returning subject_id),
  told as (select s.id, s.entity, row_number() over (partition by s.entity order by s.id) as place from subject s where s.id in (select subject_id from taken)),
  begin as (select e.entity, greatest(clock_timestamp(), (select max(f.changed_at) from order_feed f where f.entity = e.entity) + interval '1 millisecond') as at from (select distinct entity from told) e),
  sealed as (insert into order_feed (subject_id, entity, changed_at)
    select t.id, t.entity, date_trunc('milliseconds', b.at) + (t.place - 1) * interval '1 millisecond' from told t join begin b on b.entity = t.entity order by t.id
    on conflict (subject_id) do update set changed_at = excluded.changed_at)
  select count(*)::int as taken from taken`);
const batch = 1_000;

/** Gives committed changes of orders their place in the feed, one sealer at a time. Answers whether more are waiting. */
export const sealOrders = (pool: pg.Pool): Promise<boolean> => transaction(pool, async (client) => {
  const [lock] = await rowsOf<{ mine: boolean }>(client, onlyOne);
  if (lock?.mine !== true) return false;
  const [done] = await rowsOf<{ taken: number }>(client, seal, [batch]);
  return done?.taken === batch;
});
