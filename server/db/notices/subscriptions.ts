import type pg from "pg";
import type { NoticeDesk } from "@/server/api/desk";
import { mayDo } from "@/server/domain/rights";
import { audit, inTransaction } from "../desk/transaction";

/** A person's own choice. What was chosen otherwise begins anew: what began before is not told. */
export const subscribe = (pool: pg.Pool): NoticeDesk["subscribe"] => (person, { kind, entity, team, delivery }) =>
  inTransaction(pool, async (client) => {
    const right = mayDo(person.grants, "read", entity);
    if (!right.ok) return right;
    if (delivery === null) {
      await client.query("delete from notice_subscription where user_id = $1 and kind = $2 and entity = $3 and team = $4", [person.id, kind, entity, team]);
      await client.query("update notice set dropped_at = now() where user_id = $1 and kind = $2 and entity = $3 and mail_id is null and dropped_at is null and not exists (select 1 from notice_subscription s where s.user_id = $1 and s.kind = $2 and s.entity = $3)", [person.id, kind, entity]);
    } else await client.query(
      `insert into notice_subscription (user_id, kind, entity, team, delivery) values ($1, $2, $3, $4, $5) on conflict (user_id, kind, entity, team) do update set delivery = excluded.delivery`, [person.id, kind, entity, team, delivery]);
    await audit(client, { actor: person.id, action: "notice.choose", aboutKind: "user", aboutId: person.id, reason: null, detail: { kind, entity, team, delivery } });
    return { ok: true as const, value: true as const };
  });
