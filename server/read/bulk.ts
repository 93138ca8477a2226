import type { Entities } from "./exceptions";
import type { Query } from "./query";

/** Commands of finance, also while a bulk action has them in its own lane. */
export const ofFinance = "(c.lane in ('finance', 'bulk') and c.capability in ('finance', 'tax', 'payments'))";

/** What an act on one cause would reach, with the open items of this moment: the act is bound to just these. */
export interface CauseReach {
  fingerprint: string; code: string; title: string; entity: string; team: string; items: string[]; money: { currency: string; amount: string }[];
  /** Refused postings that would be sent again, of those how many into the books, and messages that would be read again. */
  commands: number; finance: number; messages: number;
}

export const causesReach = (query: Query, entities: Entities, fingerprints: readonly string[]): Promise<CauseReach[]> =>
  query.rows<CauseReach>(
    `select g.fingerprint, g.code, g.title, g.entity, g.team,
       coalesce((select array_agg(e.id::text order by e.id) from exception_item e where e.fingerprint = g.fingerprint and e.state = 'open'), '{}') as items,
       coalesce((select json_agg(json_build_object('currency', m.currency, 'amount', m.amount::text) order by m.amount desc) from (
         select e.currency, sum(e.amount) as amount from exception_item e where e.fingerprint = g.fingerprint and e.state = 'open' and e.currency is not null group by e.currency having sum(e.amount) <> 0) m), '[]') as money,
       (select count(distinct c.id)::int from exception_item e join command c on c.subject_id = e.subject_id and c.state = 'rejected' where e.fingerprint = g.fingerprint and e.state = 'open') as commands,
       (select count(distinct c.id)::int from exception_item e join command c on c.subject_id = e.subject_id and c.state = 'rejected' and ${ofFinance} where e.fingerprint = g.fingerprint and e.state = 'open') as finance,
       (select count(distinct m.id)::int from exception_item e join inbound_message m on m.id = e.message_id and m.state = 'failed' where e.fingerprint = g.fingerprint and e.state = 'open') as messages
     from exception_group g where g.fingerprint = any($1) and ($2::text[] is null or g.entity = any($2)) order by g.fingerprint`, [fingerprints, entities]);
