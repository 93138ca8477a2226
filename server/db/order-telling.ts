import type pg from "pg";
import type { OrderTelling, ReachedMilestone } from "@/server/jobs/ports";
import { publicOrderColumns, type OrderView } from "@/server/read/public-orders";
import { json, rowsOf, statement } from "./statement";

const changed = statement("order_telling_changed", `
  select ${publicOrderColumns}, s.id as "subjectId", s.key, coalesce(t.milestones, '{}') as told,
    coalesce((select json_agg(json_build_object('name', m.name, 'slot', m.slot, 'occurredAt', m.occurred_at, 'document', m.document) order by m.occurred_at, m.name, m.slot) from milestone m where m.subject_id = s.id), '[]') as milestones
  from order_feed f join subject s on s.id = f.subject_id left join order_told t on t.connector = $1 and t.subject_id = s.id
  where f.entity = $2 and f.changed_at > coalesce($3::timestamptz, '-infinity') order by f.changed_at limit $4`);
const told = statement("order_telling_told", `
  insert into order_told (connector, subject_id, milestones)
  select $1, x."subjectId", array(select json_array_elements_text(x.milestones)) from json_to_recordset($2) as x("subjectId" text, milestones json) order by 2
  on conflict (connector, subject_id) do update set milestones = excluded.milestones`);

/** Reads the feed of orders that is in the order of commit: nothing appears behind what was read. */
export const createOrderTelling = (pool: pg.Pool): OrderTelling => ({
  async changedAfter(connector, entity, after, limit) {
    const rows = await rowsOf<OrderView & { subjectId: string; key: string; told: string[]; milestones: ReachedMilestone[] }>(pool, changed, [connector, entity, after, limit]);
    return rows.map(({ subjectId, key, told: known, milestones, ...order }) => ({ subjectId, key, order, told: known, milestones: milestones.map((one) => ({ ...one, occurredAt: new Date(one.occurredAt).toISOString() })) }));
  },
  async told(connector, orders) { if (orders.length > 0) await rowsOf(pool, told, [connector, json(orders)]); },
});
