import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { BulkSelection } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { bulkLimit, bulkVerbs, goesAtOnce, rampOf, type BulkVerb } from "@/server/domain/bulk";
import { postingKinds } from "@/server/domain/posting-brake";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import { exceptionTabs, narrowed, narrowing } from "@/server/read/exceptions";
import { inTransaction } from "../desk/transaction";
import { secondWhyAtFreeze } from "./money";

/** The documents of a selection: each once, with the open exceptions that stop it. `place` is what it is known by, `money` what is at stake. */
const documents = {
  causes: (tab: keyof typeof exceptionTabs) => `
    select coalesce(e.subject_id, 'message ' || e.message_id, 'exception ' || e.id) as place, min(e.entity) as entity, min(e.subject_id) as subject_id, min(e.message_id) as message_id,
      (array_agg(e.fingerprint order by e.amount desc, e.id))[1] as fingerprint, array_agg(e.id order by e.id) as exceptions, max(e.amount) as money, (array_agg(e.currency order by e.amount desc, e.id))[1] as currency
    from exception_item e join exception_group g on g.fingerprint = e.fingerprint where e.state = 'open' and ${exceptionTabs[tab]} and ${narrowed} and ($8::text[] is null or e.fingerprint = any($8)) group by 1`,
  messages: `
    select 'message ' || m.id as place, coalesce(k.entity, '') as entity, null as subject_id, m.id as message_id, null as fingerprint, '{}'::bigint[] as exceptions, null::numeric as money, null as currency
    from inbound_message m left join connector k on k.id = m.connector
    where ($1::text[] is null or k.entity = any($1)) and ($2::bigint[] is null or m.id = any($2)) and ($3::text is null or m.state = $3) and ($4::text is null or m.connector = $4) and ($5::timestamptz is null or m.received_at >= $5) and ($6::timestamptz is null or m.received_at < $6)`,
  orders: `
    select s.id as place, s.entity, s.id as subject_id, null::bigint as message_id, null as fingerprint, '{}'::bigint[] as exceptions, null::numeric as money, null as currency
    from subject s where ($1::text[] is null or s.entity = any($1)) and s.kind = 'order' and (s.key = any($2) or s.number = any($2))`,
} as const;
const tellingKinds = ["send_invoice", "notify_shipment", "update_order_status"];

/** The statement that finds a selection's documents, with the parameters that it takes. */
function chosen(selection: BulkSelection, entities: readonly string[] | null): { text: string; values: unknown[] } {
  if (selection.of === "causes") return { text: documents.causes(selection.tab), values: [...narrowing(entities, selection.filter), selection.fingerprints ?? null] };
  if (selection.of === "orders") return { text: documents.orders, values: [entities, selection.numbers] };
  return { text: documents.messages, values: [entities, selection.ids ?? null, selection.state ?? null, selection.connector ?? null, selection.from ?? null, selection.to ?? null] };
}

/** Why a document is left out, as things stand; null: it is done. What is in doubt, held, stopped or of another act under way is never touched. */
const whyNot = (verb: BulkVerb, forbidden: string): string => `case
    when ${forbidden} ? d.entity then ${forbidden}->>d.entity
    when d.subject_id is null and d.message_id is null then 'about a connector itself: it ends once that answers'
    when exists (select 1 from bulk_action_item i join bulk_action a on a.id = i.action_id and a.state in ('proposed', 'running', 'stopped') where i.state in ('waiting', 'sent') and (i.subject_id = d.subject_id or i.message_id = d.message_id)) then 'in another bulk action that is not over'
    when p.unknown > 0 then 'sent, and its outcome is not known: it is looked up first'
    ${verb === "duplicate" ? "when d.message_id is null then 'no message of its own: only a message is taken in twice'" : ""}
    ${verb === "duplicate" || verb === "replay" ? "when m.id is not null and m.state = 'received' then 'it is being read'" : ""}
    ${verb === "retry" ? "when p.refused = 0 and m.state is distinct from 'failed' then 'nothing of it was sent and refused: restart it instead'" : ""}
    when p.held is not null then 'held by ' || p.held || ': that is decided first'
    when p.large then 'far larger than usual: it is released first'
    when p.stopped then 'postings of ' || d.entity || ' are stopped'
    when p.paused is not null then p.paused || ' is paused or does not answer' end`;

const own = "case when d.message_id is null then array[d.subject_id] else array(select distinct e.subject_id from canonical_event e where e.message_id = d.message_id) end";
/** Postings that the target has confirmed, of an order those of its invoices too. */
const present = (postings: string) => `
    select count(*)::int from command c where c.state = 'confirmed' and c.kind = any(${postings}) and c.subject_id in (select unnest(${own}) union
      select u.id from subject o join subject_identifier n on n.kind = 'order' and n.value = o.key join subject u on u.id = n.subject_id and u.entity = o.entity where o.id = any(${own}) and o.kind = 'order')`;
/** What is refused is what would be sent again; a hold, a stop or a pause counts where it keeps just that. */
const figures = (postings: string) => `
    select (count(*) filter (where c.state = 'rejected'))::int as refused, (count(*) filter (where c.state = 'unknown'))::int as unknown, (${present(postings)}) as present,
      (count(*) filter (where c.state = 'rejected' and c.kind = any($telling)))::int as telling, min(c.payload->>'accountingDate') filter (where c.state in ('rejected', 'wanted')) as day,
      max(h.rule) filter (where c.state = 'rejected') as held, coalesce(bool_or(l.command_id is not null) filter (where c.state = 'rejected'), false) as large,
      coalesce(bool_or(b.stopped_at is not null) filter (where c.state = 'rejected' and c.kind = any(${postings})), false) as stopped,
      max(k.name) filter (where c.state = 'rejected' and (k.state = 'paused' or coalesce(r.state, 'closed') <> 'closed')) as paused
    from command c left join connector k on k.id = c.connector left join breaker r on r.connector = c.connector left join posting_brake b on b.entity = k.entity
      left join hold h on h.subject_id = c.subject_id and h.state = 'active' and c.kind = any(h.blocks) left join posting_hold l on l.command_id = c.id and l.digest = c.digest and l.released_at is null
    where c.subject_id = any(${own})`;

/**
 * Keeps what a selection means at this moment, with why each document that is left out is. What is smallest goes first, so
 * that the first steps risk the least. Nothing is touched before it is started.
 */
export const freezeBulk = (pool: pg.Pool) => (person: Person | null, verb: BulkVerb, selection: BulkSelection, entities: readonly string[] | null): Promise<Result<{ id: string }>> =>
  inTransaction<Result<{ id: string }>>(pool, async (client) => {
    const id = randomUUID(), { text, values } = chosen(selection, entities), at = values.length;
    const homes = await client.query<{ entity: string }>("select code as entity from entity union select entity from connector union select entity from exception_group");
    const forbidden = Object.fromEntries(homes.rows.flatMap(({ entity }) => { const right = person === null ? ok(true) : mayDo(person.grants, bulkVerbs[verb].permission, entity); return right.ok ? [] : [[entity, right.error.message]]; }));
    await client.query("insert into bulk_action (id, verb, author, selection) values ($1, $2, $3, $4)", [id, verb, person?.id ?? "cli", JSON.stringify(selection)]);
    const { rowCount } = await client.query(
      `insert into bulk_action_item (action_id, position, state, why, entity, subject_id, message_id, name, fingerprint, exceptions, amount, currency, posting_day, refused, present, telling)
       select $${at + 1}, row_number() over (order by (j.why is not null), abs(coalesce(j.money, 0)), j.place), case when j.why is null then 'waiting' else 'left_out' end, j.why, j.entity, j.subject_id, j.message_id, j.name, j.fingerprint, j.exceptions, j.money, j.currency, j.day::date, j.refused, j.present, j.telling
       from (select d.*, coalesce(s.number, s.key, m.source_message_id, (select e.document from exception_item e where e.id = d.exceptions[1]), (select e.connector from exception_item e where e.id = d.exceptions[1]), d.place) as name, p.*, ${whyNot(verb, `$${at + 2}::jsonb`)} as why
         from (${text}) d left join subject s on s.id = d.subject_id left join inbound_message m on m.id = d.message_id cross join lateral (${figures(`$${at + 3}::text[]`).replace("$telling", `$${at + 4}::text[]`)}) p limit ${bulkLimit + 1}) j`,
      [...values, id, JSON.stringify(forbidden), postingKinds, tellingKinds]);
    if ((rowCount ?? 0) > bulkLimit) return fail("STATE", `More than ${bulkLimit} documents match: narrow the list`);
    const { rows: [counted] } = await client.query<{ count: number; mapped: boolean }>(
      `select count(*)::int as count, coalesce(bool_and(i.fingerprint is not null and exists (select 1 from fix_attempt f where f.fingerprint = i.fingerprint and f.verb = 'map' and f.created_at > (select min(e.first_seen_at) from exception_item e where e.id = any(i.exceptions)))), false) as mapped
       from bulk_action_item i where i.action_id = $1 and i.state = 'waiting'`, [id]);
    const count = counted?.count ?? 0, steps = rampOf(count, goesAtOnce({ count, mapped: counted?.mapped ?? false }));
    await client.query(
      `with ends as (select no::int - 1 as step, sum(size) over (order by no) as until from unnest($2::int[]) with ordinality s(size, no))
       update bulk_action_item i set step = (select min(step) from ends where until >= i.position) where i.action_id = $1 and i.state = 'waiting'`, [id, steps]);
    await client.query("update bulk_action set steps = $2, second_why = $3 where id = $1", [id, steps, await secondWhyAtFreeze(client, id)]);
    return ok({ id });
  });
