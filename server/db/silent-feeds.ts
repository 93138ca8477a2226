import type pg from "pg";
import { closeCauses, dueBy, writeExceptions, type OpenException } from "./exceptions";
import type { Policies } from "./policies";
import { rowsOf, statement, transaction } from "./statement";

/** A short outage is told by the connector's breaker; a feed that is silent for longer hides what the source has to say. */
const silentAfterMinutes = 5;
/** What is wrong with a feed, under the name that its exception has: it does not answer, or its source's clock was set back (`contract/windows.ts`). */
const troubled = `
  select f.connector, f.feed, k.entity, f.connector || '/' || f.feed as name, f.failing_since as since, coalesce(f.last_error, 'no answer') as why
    from feed_cursor f join connector k on k.id = f.connector where k.state = 'active' and f.failing_since is not null
  union all
  select f.connector, f.feed, k.entity, f.connector || '/' || f.feed || '/clock', (f.cursor->>'setBack')::timestamptz, null
    from feed_cursor f join connector k on k.id = f.connector where k.state = 'active' and jsonb_typeof(f.cursor) = 'object' and f.cursor->>'setBack' is not null`;
const silent = statement("feeds_silent", `
  select t.* from (${troubled}) t where (t.why is null or t.since <= now() - $1 * interval '1 minute')
    and not exists (select 1 from exception_item e where e.state = 'open' and e.code = 'CMP-02' and e.connector = t.connector and e.stops = array[t.name])`);
const heard = statement("feeds_heard", `
  select e.fingerprint from exception_item e where e.state = 'open' and e.code = 'CMP-02' and e.document is null
    and not exists (select 1 from (${troubled}) t where e.stops = array[t.name])`);

const clockWasSetBack = (feed: string, connector: string): string =>
  `The clock of ${connector} shows less than it did: what it tells under ${feed} bears times that were read before. It is read back for each minute, and what is found is taken in, until the clock has passed where it was; ask its owner to set it right.`;

/** Opens CMP-02 for each feed that has not answered for five minutes, or whose source's clock was set back, and closes it once that is over or it is not asked any more. Answers how many of both. */
export async function tellSilentFeeds(pool: pg.Pool, policies: Policies): Promise<number> {
  return await transaction(pool, async (client) => {
    const feeds = await rowsOf<{ connector: string; feed: string; entity: string; name: string; since: string; why: string | null }>(client, silent, [silentAfterMinutes]);
    const opened = await Promise.all(feeds.map(async ({ connector, feed, entity, name, since, why }): Promise<OpenException> => {
      const { calendar } = await policies.of(entity);
      return {
        subjectId: null, messageId: null, connector, entity, code: "CMP-02", key: { connector, code: name.slice(connector.length + 1) }, stops: [name], amount: "0", currency: null, since, dueAt: dueBy("CMP-02", since, calendar),
        message: why === null ? clockWasSetBack(feed, connector) : `Nothing was read of ${feed} at ${connector} since then: ${why}. What it says meanwhile is not known here.`,
      };
    }));
    await writeExceptions(client, opened, []);
    const ended = await rowsOf<{ fingerprint: string }>(client, heard);
    return opened.length + (await closeCauses(client, ended.map(({ fingerprint }) => fingerprint)));
  });
}
