import { one, type Query } from "./query";

/** What is not done yet, though nobody must decide anything: `fresh` are orders of the last two minutes, whose life has hardly begun. */
export interface UnderWay { messages: number; plans: number; calls: number; unread: number; fresh: number }

export const underWay = async (query: Query): Promise<UnderWay> =>
  (await one<UnderWay>(query, `select
    (select count(*)::int from inbound_message where state = 'received') as messages,
    (select count(distinct subject_id)::int from wake where due_at <= now()) as plans,
    (select count(*)::int from command where state in ('wanted', 'sending', 'unknown')) as calls,
    (select count(*)::int from command where state = 'confirmed' and verified_at is null) as unread,
    (select count(*)::int from subject where kind = 'order' and created_at > now() - interval '2 minutes') as fresh`)) ?? { messages: 0, plans: 0, calls: 0, unread: 0, fresh: 0 };

const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

/** In one sentence; null where all is done. */
export function underWayWords({ messages, plans, calls, unread, fresh }: UnderWay): string | null {
  const parts = [
    ...(messages > 0 ? [`${many(messages, "message")} to be read`] : []), ...(plans > 0 ? [`${many(plans, "document")} to be planned`] : []), ...(calls > 0 ? [`${many(calls, "call")} to be made or looked up`] : []),
    ...(unread > 0 ? [`${many(unread, "answer")} to be read back`] : []), ...(fresh > 0 ? [`${many(fresh, "order")} of the last two minutes`] : []),
  ];
  return parts.length === 0 ? null : `Work is still under way: ${parts.join(", ")}. What differs may be only that; ask again in a minute.`;
}
