import type pg from "pg";
import { closeCauses, dueBy, writeExceptions, type OpenException } from "./exceptions";
import type { Policies } from "./policies";
import { rowsOf, statement, transaction } from "./statement";

/** A short outage is told by the connector's breaker; a feed that is silent for longer hides what the source has to say. */
const silentAfterMinutes = 5;
const silent = statement("feeds_silent", `
  select f.connector, f.feed, k.entity, f.failing_since as since, coalesce(f.last_error, 'no answer') as why from feed_cursor f join connector k on k.id = f.connector
  where k.state = 'active' and f.failing_since <= now() - $1 * interval '1 minute'
    and not exists (select 1 from exception_item e where e.state = 'open' and e.code = 'CMP-02' and e.connector = f.connector and e.stops = array[f.connector || '/' || f.feed])`);
const heard = statement("feeds_heard", `
  select e.fingerprint from exception_item e where e.state = 'open' and e.code = 'CMP-02' and e.document is null
    and not exists (select 1 from feed_cursor f join connector k on k.id = f.connector and k.state = 'active' where e.stops = array[f.connector || '/' || f.feed] and f.failing_since is not null)`);

/** Opens CMP-02 for each feed that has not answered for five minutes, and closes it once it answers or is not asked any more. Answers how many of both. */
export async function tellSilentFeeds(pool: pg.Pool, policies: Policies): Promise<number> {
  return await transaction(pool, async (client) => {
    const feeds = await rowsOf<{ connector: string; feed: string; entity: string; since: string; why: string }>(client, silent, [silentAfterMinutes]);
    const opened = await Promise.all(feeds.map(async ({ connector, feed, entity, since, why }): Promise<OpenException> => {
      const { calendar } = await policies.of(entity);
      return {
        subjectId: null, messageId: null, connector, entity, code: "CMP-02", key: { connector, code: feed }, stops: [`${connector}/${feed}`], amount: "0", currency: null, since, dueAt: dueBy("CMP-02", since, calendar),
        message: `Nothing was read of ${feed} at ${connector} since then: ${why}. What it says meanwhile is not known here.`,
      };
    }));
    await writeExceptions(client, opened, []);
    const ended = await rowsOf<{ fingerprint: string }>(client, heard);
    return opened.length + (await closeCauses(client, ended.map(({ fingerprint }) => fingerprint)));
  });
}
