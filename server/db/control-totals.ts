import type pg from "pg";
import type { DocumentKind } from "@/server/domain/completeness";
import { countAgainAt, differenceOf, differsFrom, tallyOf, toldBy, totalCode, totalStateOf, windowName, windowWords, type CurrencySum, type Held, type TotalDifference, type TotalState } from "@/server/domain/control-total";
import type { ControlTotal } from "@/server/domain/contracts/control";
import { settlingWords } from "@/server/domain/exceptions";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { ExpectedTotals } from "@/server/jobs/ports";
import { causeOf, dueBy, writeExceptions, type OpenException } from "./exceptions";
import type { Policies } from "./policies";
import { changedBy, json, rowsOf, statement } from "./statement";

/** The newest version of a statement counts, whatever came first; what is held of it is counted anew. */
const keep = statement("totals_keep", `
  insert into control_total (connector, kind, opens_at, closes_at, entity, stated_at, version, count, sums, documents, state, check_at)
  select connector, kind, "from", "to", entity, now(), version, count, sums, documents, 'late', now()
  from json_to_recordset($1) as x(connector text, kind text, "from" timestamptz, "to" timestamptz, entity text, version bigint, count int, sums jsonb, documents jsonb) order by 1, 2, 3, 4, version
  on conflict (connector, kind, opens_at, closes_at) do update set stated_at = excluded.stated_at, version = excluded.version, count = excluded.count, sums = excluded.sums, documents = excluded.documents, state = 'late', since = null, check_at = excluded.check_at, settled_at = null
    where control_total.version is null or control_total.version < excluded.version`);

/** From the first whole window after the source was told to state them, and never further back than a week: a worker that was away makes up for it. */
const expect = statement("totals_expect", `
  insert into control_total (connector, kind, opens_at, closes_at, entity, due_at, state)
  select x.connector, x.kind, w.opens_at, w.opens_at + x.length, x.entity, w.opens_at + x.length + x.due * interval '1 second', 'awaited'
  from (select connector, entity, kind, due, seconds * interval '1 second' as length from json_to_recordset($1) as x(connector text, entity text, kind text, seconds int, due int)) x
  join connector k on k.id = x.connector
  cross join lateral (select greatest($2::timestamptz - interval '7 days', coalesce((select max(t.closes_at) from control_total t where t.connector = x.connector and t.kind = x.kind and t.due_at is not null), k.updated_at)) as at) b
  cross join lateral generate_series(date_bin(x.length, b.at + x.length - interval '1 millisecond', 'epoch'), $2::timestamptz - x.length, x.length) as w(opens_at)
  order by 1, 2, 3
  on conflict (connector, kind, opens_at, closes_at) do update set due_at = excluded.due_at where control_total.due_at is null`);
/** What is expected no more is excused, and so is what a person settled after it was due. */
const overdue = statement("totals_overdue", `
  with due as (select t.connector, t.kind, t.opens_at, t.closes_at, t.due_at, case
      when x.connector is null or exists (select 1 from exception_item e where e.code = 'CMP-02' and e.state = 'resolved' and e.resolution = any($3) and e.resolved_by is not null and e.connector = t.connector and e.document = 'total of ' || t.kind and e.resolved_at >= t.due_at) then 'excused'
      when t.due_at <= $2 then 'silent' else t.state end as state
    from control_total t left join json_to_recordset($1) as x(connector text, kind text) on x.connector = t.connector and x.kind = t.kind where t.state in ('awaited', 'silent') for update of t)
  update control_total t set state = d.state, since = case when d.state = 'silent' then t.due_at end, differed = t.differed or d.state = 'silent', settled_at = case when d.state = 'excused' then now() end
  from due d where t.connector = d.connector and t.kind = d.kind and t.opens_at = d.opens_at and t.closes_at = d.closes_at and t.state <> d.state`);
const silent = statement("totals_silent", `
  select t.connector, t.kind, t.entity, k.name as source, min(t.due_at) as since, count(*)::int as count, min(t.opens_at) as "opensAt", min(t.closes_at) as "closesAt",
    exists (select 1 from exception_item e where e.state = 'open' and e.code = 'CMP-02' and e.connector = t.connector and e.document = 'total of ' || t.kind) as told
  from control_total t join connector k on k.id = t.connector and k.state = 'active' where t.state = 'silent' group by 1, 2, 3, 4`);
const heard = statement("totals_heard", `
  select e.id::text, e.fingerprint from exception_item e where e.state = 'open' and e.code = 'CMP-02' and e.document is not null
    and not exists (select 1 from control_total t join connector k on k.id = t.connector and k.state = 'active' where t.state = 'silent' and t.connector = e.connector and e.document = 'total of ' || t.kind)`);

/** Windows that are counted in one turn; each is read whole. */
const inOneTurn = 10;
const toCount = statement("totals_to_count", `
  select t.connector, t.kind, t.opens_at as "opensAt", t.closes_at as "closesAt", t.entity, t.stated_at as "statedAt", t.count, t.sums, t.documents, t.state, k.name as source
  from control_total t join connector k on k.id = t.connector where t.state in ('late', 'differs') and t.check_at <= $1 order by t.check_at limit ${inOneTurn} for update of t skip locked`);
/** Whose clock is ahead says what lies after our own time of it: a day of that is looked at too. */
const told = statement("totals_told", `
  declare told no scroll cursor for select type, data from canonical_event where source = $1 and entity = $2 and type = $3 and occurred_at >= $4 and occurred_at < $5 and recorded_at >= $4::timestamptz - interval '1 day'`);
const items = statement("totals_items", `
  select id::text, fingerprint, connector, document, state = 'open' as open from exception_item
  where code = 'CMP-01' and connector = any($1) and document = any($2) and (state = 'open' or (state = 'resolved' and resolution = any($3) and resolved_by is not null))`);
const counted = statement("totals_counted", `
  update control_total t set state = x.state, held_count = x.count, held_sums = x.sums, check_at = x."checkAt", since = x.since, differed = t.differed or x.state = 'differs', settled_at = case when x.state in ('agreed', 'excused') then now() end
  from json_to_recordset($1) as x(connector text, kind text, "opensAt" timestamptz, "closesAt" timestamptz, state text, count int, sums jsonb, "checkAt" timestamptz, since timestamptz)
  where t.connector = x.connector and t.kind = x.kind and t.opens_at = x."opensAt" and t.closes_at = x."closesAt"`);

interface Window { connector: string; kind: DocumentKind; entity: string; source: string; opensAt: Instant; closesAt: Instant }
interface Stated extends Window, Pick<ControlTotal, "count"> { statedAt: Instant; sums: CurrencySum[] | null; documents: string[] | null; state: TotalState }
interface Counted { row: Stated; held: Held; difference: TotalDifference; state: ReturnType<typeof totalStateOf> }
interface Item { id: string; fingerprint: string; connector: string; document: string; open: boolean }

const fetchedAtOnce = 1_000;
/** What is held of a window, a thousand events at a time: memory holds a number and an amount for each document. */
async function heldOf(client: pg.PoolClient, { connector, kind, entity, opensAt, closesAt }: Window): Promise<Held> {
  const tally = tallyOf(kind);
  await client.query({ ...told, name: undefined, values: [connector, entity, toldBy[kind], opensAt, closesAt] });
  for (let rows: Pick<CanonicalEvent, "type" | "data">[] = []; ; ) {
    rows = (await client.query<Pick<CanonicalEvent, "type" | "data">>(`fetch ${fetchedAtOnce} from told`)).rows;
    for (const row of rows) tally.add(row);
    if (rows.length < fetchedAtOnce) break;
  }
  await client.query("close told");
  return tally.held();
}

const ownItem = ({ connector, entity, kind, opensAt, closesAt }: Window) => ({ document: windowName({ opensAt, closesAt }), fingerprint: causeOf(entity, "CMP-01", { connector, code: totalCode(kind) }) });

/** Counts what is due to be counted and writes down how it stands. */
async function countDue(client: pg.PoolClient, now: Instant): Promise<{ counts: Counted[]; open: ReadonlyMap<Counted, Item[]> }> {
  const rows = await rowsOf<Stated>(client, toCount, [now]), counts: Counted[] = [], open = new Map<Counted, Item[]>();
  if (rows.length === 0) return { counts, open };
  const known = await rowsOf<Item>(client, items, [rows.map(({ connector }) => connector), rows.map(windowName), settlingWords]);
  for (const row of rows) {
    const held = await heldOf(client, row), difference = differenceOf({ count: row.count, sums: row.sums ?? undefined, documents: row.documents ?? undefined }, held);
    const { document, fingerprint } = ownItem(row), own = known.filter((item) => item.document === document && item.fingerprint === fingerprint);
    const one: Counted = { row, held, difference, state: totalStateOf({ agrees: difference.words.length === 0, isExcused: own.some((item) => !item.open), statedAt: row.statedAt }, now) };
    counts.push(one);
    open.set(one, own.filter((item) => item.open));
  }
  await changedBy(client, counted, [json(counts.map(({ row: { connector, kind, opensAt, closesAt, statedAt }, held: { count, sums }, state }) => ({ connector, kind, opensAt, closesAt, state, count, sums, checkAt: countAgainAt(statedAt, now), since: state === "differs" ? differsFrom(statedAt) : null })))]);
  return { counts, open };
}

async function differing(policies: Policies, { row, difference: { words, money } }: Counted): Promise<OpenException> {
  const { calendar } = await policies.of(row.entity), since = differsFrom(row.statedAt);
  return {
    subjectId: null, messageId: null, document: windowName(row), connector: row.connector, entity: row.entity, code: "CMP-01", key: { connector: row.connector, code: totalCode(row.kind) }, stops: [], amount: money[0]?.amount ?? "0", currency: money[0]?.currency ?? null,
    message: `What ${row.source} says that it told of ${row.kind} from ${windowWords(row)} is not what is held: ${words.join("; ")}. Have it send what is missing again, or state the total anew.`, since, dueAt: dueBy("CMP-01", since, calendar),
  };
}
async function unheard(policies: Policies, { connector, kind, entity, source, since, count, ...window }: Window & { since: Instant; count: number }): Promise<OpenException> {
  const { calendar } = await policies.of(entity);
  return {
    subjectId: null, messageId: null, document: totalCode(kind), connector, entity, code: "CMP-02", key: { connector, code: totalCode(kind) }, stops: [], amount: "0", currency: null, since, dueAt: dueBy("CMP-02", since, calendar),
    message: `${source} has not stated its control total of ${kind} from ${windowWords(window)}${count === 1 ? "" : `, nor ${count - 1} after it`}: whether all that it told is here is not known.`,
  };
}

/** Totals that sources state, beside the events that say so, in their commit. */
export async function keepTotals(client: pg.PoolClient, added: readonly CanonicalEvent[]): Promise<void> {
  const totals = added.filter((event): event is CanonicalEvent<"control_total.stated"> => event.type === "control_total.stated");
  for (const { source, entity, data } of totals) await changedBy(client, keep, [json([{ connector: source, entity, ...data }])]);
}

/**
 * Writes down which totals are due, tells those that did not come (CMP-02) and those that differ from what is held (CMP-01), and closes both by
 * what has come. The last write of its transaction. Answers how much changed.
 */
export async function lookAtTotals(client: pg.PoolClient, policies: Policies, expected: readonly ExpectedTotals[], now: Instant): Promise<number> {
  const wanted = expected.flatMap(({ connector, entity, kinds, windowSeconds, dueSeconds }) => kinds.map((kind) => ({ connector, entity, kind, seconds: windowSeconds, due: dueSeconds })));
  const begun = wanted.length === 0 ? 0 : await changedBy(client, expect, [json(wanted.filter(({ connector }) => !expected.some((one) => one.connector === connector && one.paused))), now]);
  const turned = await changedBy(client, overdue, [json(wanted), now, settlingWords]);
  const { counts, open } = await countDue(client, now), changed = counts.filter(({ row, state }) => row.state !== state).length;
  const mute = (await rowsOf<Window & { since: Instant; count: number; told: boolean }>(client, silent)).filter((row) => !row.told || turned > 0);
  const opened = await Promise.all([...counts.filter(({ state }) => state === "differs").map((one) => differing(policies, one)), ...mute.map((row) => unheard(policies, row))]);
  const closed = [...counts.filter(({ state }) => state !== "differs").flatMap((one) => open.get(one) ?? []), ...(await rowsOf<{ id: string; fingerprint: string }>(client, heard))];
  await writeExceptions(client, opened, closed);
  return begun + turned + changed;
}
