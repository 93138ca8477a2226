import type pg from "pg";
import { exceptionCatalogue, fingerprint, type ExceptionCode, type FingerprintKey } from "@/server/domain/exceptions";
import { exceptionDue } from "@/server/domain/figures/exceptions";
import type { Instant } from "@/server/domain/instant";
import type { BusinessCalendar } from "@/server/domain/policy";
import { json, rowsOf, statement } from "./statement";

/** One open exception of a subject, a message, a document that is not here, or a connector. */
export interface OpenException {
  subjectId: string | null; messageId: string | null; document?: string; connector: string | null; entity: string; code: ExceptionCode; key: FingerprintKey;
  stops: readonly string[]; keepsNothing?: boolean; amount: string; currency: string | null; message: string; since: Instant; dueAt: Instant | null;
}

export const isExceptionCode = (code: string): code is ExceptionCode => Object.hasOwn(exceptionCatalogue, code);

/** Causes are told apart by entity too: two entities may know the same customer number. */
export const causeOf = (entity: string, code: ExceptionCode, key: FingerprintKey): string => `${fingerprint(code, key)}|entity=${entity}`;

/** When the owner must have acted. */
export const dueBy = (code: ExceptionCode, since: Instant, calendar: BusinessCalendar): Instant | null => exceptionDue(code, since, calendar);

/** Within this time after its end the same cause is the same exception, regressed. */
const regression = "interval '7 days'";

const insertGroups = statement("exception_group_insert", `
  insert into exception_group (fingerprint, entity, code, kind, title, key, team, state, first_seen_at, opened_at, last_seen_at, occurrences)
  select fingerprint, entity, code, kind, title, key, team, 'new', now(), now(), now(), 0
  from json_to_recordset($1) as x(fingerprint text, entity text, code text, kind text, title text, key jsonb, team text) order by fingerprint
  on conflict (fingerprint) do nothing`);
const lockGroups = statement("exception_group_lock", "select fingerprint from exception_group where fingerprint = any($1) order by fingerprint for update");
const insertItems = statement("exception_item_insert", `
  insert into exception_item (subject_id, message_id, document, connector, entity, code, kind, fingerprint, stops, keeps_nothing, amount, currency, message, state, first_seen_at, last_seen_at, due_at)
  select "subjectId", "messageId", document, connector, entity, code, kind, fingerprint, array(select json_array_elements_text(stops)), coalesce("keepsNothing", false), amount, currency, message, 'open', since, now(), "dueAt"
  from json_to_recordset($1) as x("subjectId" text, "messageId" bigint, document text, connector text, entity text, code text, kind text, fingerprint text, stops json, "keepsNothing" boolean, amount numeric, currency text, message text, since timestamptz, "dueAt" timestamptz)
  order by fingerprint, "subjectId", "messageId", document
  on conflict (coalesce(subject_id, ''), coalesce(message_id, 0), coalesce(document, ''), fingerprint) where state = 'open'
  do update set stops = excluded.stops, keeps_nothing = excluded.keeps_nothing, amount = excluded.amount, currency = excluded.currency, message = excluded.message, due_at = excluded.due_at, last_seen_at = now()
  returning fingerprint, (xmax = 0) as fresh`);
const openGroups = statement("exception_group_open", `
  update exception_group g set last_seen_at = now(), occurrences = g.occurrences + x.count,
    state = case when g.occurrences = 0 then 'new' when g.state <> 'resolved' then (case when g.state = 'new' then 'ongoing' else g.state end)
      when g.resolved_at > now() - ${regression} then 'regressed' else 'new' end,
    opened_at = case when g.state = 'resolved' then now() else g.opened_at end,
    resolved_at = case when g.state = 'resolved' then null else g.resolved_at end
  from json_to_recordset($1) as x(fingerprint text, count int) where g.fingerprint = x.fingerprint`);
const closeItems = statement("exception_item_close", `
  update exception_item set state = 'resolved', resolved_at = now(), resolution = coalesce(resolution, 'closed_by_evidence'), resolved_by = null where id = any($1::bigint[]) and state = 'open' returning fingerprint`);
const closeGroups = statement("exception_group_close", `
  update exception_group g set solved = g.solved + x.count,
    state = case when o.more then g.state else 'resolved' end, resolved_at = case when o.more then g.resolved_at else now() end
  from json_to_recordset($1) as x(fingerprint text, count int)
  cross join lateral (select exists (select 1 from exception_item i where i.fingerprint = x.fingerprint and i.state = 'open') as more) o
  where g.fingerprint = x.fingerprint`);

const counted = (rows: readonly { fingerprint: string }[]): string => {
  const counts = new Map<string, number>();
  for (const { fingerprint: cause } of rows) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return json([...counts].map(([cause, count]) => ({ fingerprint: cause, count })));
};

/**
 * Opens or renews exceptions and closes others by evidence, with their groups, within the caller's transaction. All groups
 * that are touched are locked first and in one order, so that transactions with causes in common cannot deadlock: call it
 * once in a transaction, and last.
 */
export async function writeExceptions(client: pg.PoolClient, opened: readonly OpenException[], closed: readonly { id: string; fingerprint: string }[]): Promise<void> {
  if (opened.length === 0 && closed.length === 0) return;
  const items: (OpenException & { kind: string; fingerprint: string })[] = opened.map((item) => ({ ...item, kind: exceptionCatalogue[item.code].kind, fingerprint: causeOf(item.entity, item.code, item.key) }));
  const groups = new Map(items.map((item) => [item.fingerprint, {
    fingerprint: item.fingerprint, entity: item.entity, code: item.code, kind: item.kind, key: item.key, team: exceptionCatalogue[item.code].owner,
    title: [exceptionCatalogue[item.code].name, ...Object.values<string>({ ...item.key })].join(" · "),
  }]));
  if (groups.size > 0) await rowsOf(client, insertGroups, [json([...groups.values()])]);
  await rowsOf(client, lockGroups, [[...new Set([...groups.keys(), ...closed.map((item) => item.fingerprint)])]]);
  if (closed.length > 0) {
    const done = await rowsOf<{ fingerprint: string }>(client, closeItems, [closed.map((item) => item.id)]);
    if (done.length > 0) await rowsOf(client, closeGroups, [counted(done)]);
  }
  if (items.length > 0) {
    const written = await rowsOf<{ fingerprint: string; fresh: boolean }>(client, insertItems, [json(items)]);
    const fresh = written.filter((row) => row.fresh);
    if (fresh.length > 0) await rowsOf(client, openGroups, [counted(fresh)]);
  }
}

const openOf = statement("exception_open_of", "select id::text, fingerprint from exception_item where state = 'open' and fingerprint = any($1) for update");

/** Closes a cause as a whole: a connector's own exception, ended by the connector's answers. Answers how many were open. */
export async function closeCauses(client: pg.PoolClient, causes: readonly string[]): Promise<number> {
  const open = await rowsOf<{ id: string; fingerprint: string }>(client, openOf, [[...causes]]);
  await writeExceptions(client, [], open);
  return open.length;
}
