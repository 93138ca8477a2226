import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { serviceConfirmed } from "@/server/domain/service-confirmation";
import { lockNamed } from "../plan/load";
import type { Policies } from "../policies";
import { audit, inTransaction, nudge, sayAs } from "./transaction";
import { databaseNow } from "../clock";

interface Order { entity: string; key: string; placedAt: string; watched: boolean; correlation: string | null; said: number; behind: boolean }

/** `said`: how often a person confirmed for this order. `behind`: something that was said is not in its books yet. */
const orderSql = `select s.entity, s.key, to_char(s.placed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "placedAt", 'managed_elsewhere' = any(s.facets) as watched,
    (select e.correlation_id from canonical_event e where e.subject_id = s.id order by e.recorded_at limit 1) as correlation,
    (select count(*)::int from audit_entry a where a.about_kind = 'subject' and a.about_id = s.id and a.action = 'service.confirm') as said,
    exists (select 1 from wake w where w.subject_id = s.id and w.due_at <= now()) or exists (select 1 from audit_entry a where a.about_kind = 'subject' and a.about_id = s.id and a.action = 'service.confirm'
      and not exists (select 1 from fact f where f.subject_id = s.id and f.type like 'published.%' and split_part(f.source, '|', 1) = a.detail->>'subject')) as behind
  from subject s where s.id = $1 and s.kind = 'order' and s.placed_at is not null`;

/** The line as the order's own source has it, its item in our word, and what its books say that the order desk must still confirm. */
const lineSql = `select l->>'method' as method, coalesce(m.data->>'canonical', l->>'item') as item,
    coalesce((select sum(sl.quantity) from slice sl where sl.subject_id = $1 and sl.valid_to is null and sl.line = $2 and sl.stage = 'fulfil' and sl.holder = 'order_desk'), 0)::text as open
  from (select f.data, f.source from fact f where f.subject_id = $1 and f.type = 'order.captured'
    order by (f.source = coalesce((select p.data->'systemsOfRecord'->>'order' from policy_version p where p.entity = $3 and p.valid_from <= now() order by p.version desc limit 1), '')) desc, f.version desc limit 1) captured
  cross join lateral json_array_elements(captured.data->'lines') l
  left join reference_row m on m.entity = $3 and m.topic = 'map' and m.key = 'item/' || captured.source || '/' || (l->>'item') where l->>'line' = $2 limit 1`;

/** The order is locked before its books are read, so that two persons cannot confirm the same twice. */
export const confirmService = (pool: pg.Pool, policies: Policies): Desk["confirmService"] => (person, { order: subject, line, quantity, on }, reason) =>
  inTransaction<Result<{ shipment: string }>>(pool, async (client) => {
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    const locked = await lockNamed(client, subject);
    const { rows: [order] } = await client.query<Order>(orderSql, [subject]);
    if (!locked || !order) return fail("NOT_FOUND", "There is no such order");
    const allowed = mayDo(person.grants, "service.confirm", order.entity);
    if (!allowed.ok) return allowed;
    if (order.watched) return fail("STATE", "It is only watched: its own systems confirm what was done");
    if (order.behind) return fail("CONFLICT", "What was said of this order a moment ago is just being taken into its books. Look again before you confirm.");
    const { rows: [known] } = await client.query<{ method: string; item: string; open: string }>(lineSql, [subject, line, order.entity]);
    if (!known) return fail("NOT_FOUND", `The order has no line ${line}`);
    const decision = randomUUID(), shipment = `${order.key}-SVC-${order.said + 1}`, { calendar } = await policies.of(order.entity);
    const event = serviceConfirmed({ ...known, order: order.key, line, placedAt: order.placedAt }, { quantity, on }, { shipment, calendar, now: databaseNow() });
    if (!event.ok) return event;
    const about = `${order.entity}:shipment:${shipment}`;
    await sayAs(client, policies, person.id, { id: decision, type: "shipment.confirmed", entity: order.entity, subject: about, correlationId: order.correlation ?? decision, data: event.value });
    await audit(client, { actor: person.id, action: "service.confirm", aboutKind: "subject", aboutId: subject, reason, detail: { decision, line, quantity, on, shipment, subject: about } });
    await nudge(client);
    return ok({ shipment });
  });
