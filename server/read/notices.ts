import type { Instant } from "@/server/domain/instant";
import type { NoticeDelivery, NoticeKind } from "@/server/domain/notices";
import type { Query } from "./query";

export interface SubscriptionRow { kind: NoticeKind; entity: string; team: string; delivery: NoticeDelivery; since: Instant }
export interface MailRow { id: string; subject: string; state: "wanted" | "sending" | "sent" | "dead"; tries: number; createdAt: Instant; sentAt: Instant | null; dueAt: Instant; answer: string | null }

export const subscriptionsOf = (query: Query, person: string): Promise<SubscriptionRow[]> =>
  query.rows(`select kind, entity, team, delivery, since from notice_subscription where user_id = $1 order by entity, kind, team`, [person]);

/** The person's latest mails. */
export const mailsOf = (query: Query, person: string): Promise<MailRow[]> =>
  query.rows(`select id, subject, state, tries, created_at as "createdAt", sent_at as "sentAt", due_at as "dueAt", answer from mail where user_id = $1 order by created_at desc, id limit 20`, [person]);

/** Whether anybody carries mail: connectors of these kinds that are active. */
export const mailIsCarried = async (query: Query, types: readonly string[]): Promise<boolean> =>
  (await query.rows("select 1 from connector where state = 'active' and type = any($1) limit 1", [types])).length > 0;
