import type pg from "pg";
import { compare, stateOf, successors, windowsOf, type DocumentKind, type DocumentState, type Entry, type Noted, type Statement } from "@/server/domain/completeness";
import { settlingWords } from "@/server/domain/exceptions";
import type { Instant } from "@/server/domain/instant";
import { normalIdentifier } from "@/server/domain/subject";
import type { Asked, CensusClaim, CompletenessStore } from "@/server/jobs/ports";
import { lookAtTotals } from "./control-totals";
import { nudge } from "./desk/transaction";
import { causeOf, dueBy, writeExceptions, type OpenException } from "./exceptions";
import type { Policies } from "./policies";
import { changedBy, json, rowsOf, statement, transaction } from "./statement";

/** What exists is proved from the day on which a connector was made, and from now on where it is older. */
const reachBack = "interval '24 hours'";
/** Documents that are looked at in one turn; the rest comes in the next. After a listing all that it may have changed is looked at. */
const inOneTurn = 500, afterListing = 20_000;
/** A next system is followed for so long: what it has not confirmed by then is an exception, a hold or a wait of the document itself. */
const followed = "interval '35 days'";

const claim = statement("census_claim", `
  insert into census (connector, name, checked_to, due_at, claimed_by, claimed_until)
  select k.id, $2, date_bin($3 * interval '1 second', greatest(k.created_at, now() - ${reachBack}), 'epoch'), now(), $4, now() + $5 * interval '1 millisecond' from connector k where k.id = $1
  on conflict (connector, name) do update set claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
    where census.due_at <= now() and (census.claimed_until is null or census.claimed_until <= now())
  returning connector, name as census, checked_to as "checkedTo", newest_at as "newestAt", newest_heard_at as "newestHeardAt", failures, (select entity from connector where id = $1) as entity`);
const release = statement("census_release", `
  update census set claimed_by = null, claimed_until = null, due_at = $4, failure = $5::text, failures = case when $5::text is null then 0 else failures + 1 end where connector = $1 and name = $2 and claimed_by = $3`);
const settle = statement("census_settle", `
  update census set claimed_by = null, claimed_until = null, checked_to = $4, newest_at = $6, newest_heard_at = $7, due_at = now(), failure = null, failures = 0
  where connector = $1 and name = $2 and claimed_by = $3 and claimed_until > now() and checked_to = $5 returning name`);

const held = statement("census_held", `
  select x.no from json_to_recordset($1) as x(no int, source text, subject text, document text, grp text, version bigint, message text)
  where exists (select 1 from fact f where f.subject_id = x.subject and f.source = x.source and f.document = x.document and f.grp = x.grp and f.version >= x.version)
    or exists (select 1 from message_identity m where m.connector = x.source and m.source_message_id = x.message)`);
const noted = statement("census_noted", `
  select kind, document, version::float8 as version, opens_at as "opensAt", state from census_document d
  where connector = $1 and ((kind, document) in (select kind, document from json_to_recordset($2) as x(kind text, document text)) or (kind = any($3) and opens_at >= $4 and opens_at < $5 and state in ('late', 'missing')))`);
const windows = statement("census_windows", `
  insert into census_window (connector, kind, opens_at, closes_at, census) select $1, x.kind, x."from", x."to", $3 from json_to_recordset($2) as x(kind text, "from" timestamptz, "to" timestamptz) order by 2, 3
  on conflict (connector, kind, opens_at) do update set checks = census_window.checks + 1, checked_at = now()`);
const documents = statement("census_documents", `
  insert into census_document (connector, kind, document, opens_at, census, entity, version, at, subject_id, grp, source_message_id, amount, currency, excluded, state, misses_from, missed, settled_at)
  select $1, kind, document, "opensAt", $3, $4, version, at, subject, grp, message, amount, currency, excluded, state, "missesFrom", state = 'missing', case when state in ('late', 'missing') then null else now() end
  from json_to_recordset($2) as x(kind text, document text, "opensAt" timestamptz, version bigint, at timestamptz, subject text, grp text, message text, amount numeric, currency text, excluded text, state text, "missesFrom" timestamptz) order by 2, 3, 4
  on conflict (connector, kind, document, opens_at) do update set version = excluded.version, at = excluded.at, source_message_id = excluded.source_message_id, misses_from = case when census_document.state in ('late', 'missing') then census_document.misses_from else excluded.misses_from end, amount = excluded.amount, currency = excluded.currency, excluded = excluded.excluded,
    state = case when census_document.state in ('late', 'missing') then census_document.state else excluded.state end, missed = census_document.missed or excluded.missed, settled_at = case when census_document.state in ('late', 'missing') or census_document.state = excluded.state then census_document.settled_at else excluded.settled_at end
    where (census_document.version, census_document.state, census_document.excluded) is distinct from (excluded.version, excluded.state, excluded.excluded)`);

/** Whose allowance is over first; what is missing already by turns, so that many old gaps never hide a new one that heals. */
const open = statement("census_open", `
  select d.connector, d.kind, d.document, d.opens_at as "opensAt", d.entity, d.version::float8 as version, d.subject_id as subject, d.grp as "group", d.source_message_id as message, d.amount::text, d.currency, d.excluded, d.state, d.misses_from as "missesFrom", k.name as source,
    (select array_agg(e.id::text) from exception_item e where e.state = 'open' and e.document = d.document and e.connector = d.connector and e.fingerprint = 'CMP-01|code=' || d.kind || '|connector=' || d.connector || '|entity=' || d.entity) as open,
    exists (select 1 from exception_item e where e.state = 'resolved' and e.resolution = any($1) and e.resolved_by is not null and e.document = d.document and e.connector = d.connector and e.fingerprint = 'CMP-01|code=' || d.kind || '|connector=' || d.connector || '|entity=' || d.entity) as excused
  from census_document d join connector k on k.id = d.connector where d.state in ('late', 'missing') and ($2::text[] is null or d.connector = any($2))
  order by d.state = 'missing' or d.misses_from > $3, random() limit $4 for update of d skip locked`);
const moved = statement("census_moved", `
  update census_document d set state = x.state, missed = d.missed or x.state = 'missing', settled_at = case when x.state = 'missing' then null else now() end
  from json_to_recordset($1) as x(connector text, kind text, document text, "opensAt" timestamptz, state text) where d.connector = x.connector and d.kind = x.kind and d.document = x.document and d.opens_at = x."opensAt" and d.state in ('late', 'missing')`);

const toFollow = statement("census_to_follow", `
  select connector, kind, document, opens_at as "opensAt", subject_id as subject from census_document
  where state = 'held' and successor is distinct from 'confirmed' and kind = any($1) and subject_id is not null and opens_at > now() - ${followed} order by successor_at nulls first limit ${inOneTurn} for update skip locked`);
const follow = statement("census_follow", `
  with asked as (select * from json_to_recordset($1) as x(connector text, kind text, document text, "opensAt" timestamptz, subject text, by text, normal text, commands json)),
  found as (select a.connector, a.kind, a.document, a."opensAt", case
      when c.pending = 0 and c.refused = 0 and c.confirmed > 0 then 'confirmed'
      when c.refused > 0 or exists (select 1 from exception_item e where e.state = 'open' and e.subject_id = any(s.ids) and cardinality(e.stops) > 0 and not e.keeps_nothing) then 'exception'
      when exists (select 1 from hold h where h.state = 'active' and h.subject_id = any(s.ids)) then 'held'
      when c.pending > 0 then 'in_flight' else 'waiting' end as successor
    from asked a
    cross join lateral (select array_agg(id) as ids from (select a.subject as id union select i.subject_id from subject_identifier i where a.by <> 'subject' and i.normal = a.normal and i.kind = a.by and i.value = a.document) l) s
    cross join lateral (select count(*) filter (where c.state in ('wanted', 'sending', 'unknown') or (c.state = 'confirmed' and c.verified_at is null and c.verify_due_at is not null)) as pending,
        count(*) filter (where c.state = 'rejected') as refused, count(*) filter (where c.state = 'confirmed') as confirmed
      from command c where c.subject_id = any(s.ids) and c.kind = any(array(select json_array_elements_text(a.commands)))) c),
  changed as (update census_document d set successor = f.successor, successor_at = now() from found f where d.connector = f.connector and d.kind = f.kind and d.document = f.document and d.opens_at = f."opensAt" returning d.document)
  select count(*)::int as count from found f join census_document d on d.connector = f.connector and d.kind = f.kind and d.document = f.document and d.opens_at = f."opensAt" where d.successor is distinct from f.successor`);

const claimAsked = statement("census_claim_asked", `
  with chosen as (select connector, kind, document, opens_at from census_document where asked_at is not null and answered_at is null and (asking_until is null or asking_until <= now()) order by asked_at limit ${inOneTurn} for update skip locked)
  update census_document d set asking_until = now() + $1 * interval '1 millisecond' from chosen c join census_window w on w.connector = c.connector and w.kind = c.kind and w.opens_at = c.opens_at
  where d.connector = c.connector and d.kind = c.kind and d.document = c.document and d.opens_at = c.opens_at
  returning d.connector, d.census, d.kind, d.document, d.version::float8 as version, w.opens_at as "from", w.closes_at as "to"`);
const answerAsked = statement("census_answer_asked", `
  update census_document d set answered_at = now(), answer = x.answer from json_to_recordset($3) as x(kind text, document text, answer text)
  where d.connector = $1 and d.opens_at = $2 and d.kind = x.kind and d.document = x.document and d.asked_at is not null and d.answered_at is null`);

interface OpenRow { connector: string; kind: DocumentKind; document: string; opensAt: Instant; entity: string; version: number; subject: string | null; group: string | null; message: string; amount: string | null; currency: string | null; excluded: string | null; state: DocumentState; missesFrom: Instant; source: string; open: string[] | null; excused: boolean }

const singular: Readonly<Record<DocumentKind, string>> = { orders: "order", shipments: "shipment", payments: "payment", refunds: "refund", returns: "return", "return receipts": "receipt of a return", invoices: "invoice", credits: "credit", debits: "debit" };

/** Which of these are here, by their place. */
async function heldOf(client: pg.PoolClient, rows: readonly { source: string; subject: string | null; document: string; group: string | null; version: number; message: string }[]): Promise<Set<number>> {
  if (rows.length === 0) return new Set();
  return new Set((await rowsOf<{ no: number }>(client, held, [json(rows.map(({ group, ...row }, no) => ({ no, grp: group, ...row })))])).map(({ no }) => no));
}

async function gapOf(policies: Policies, row: OpenRow): Promise<OpenException> {
  const { calendar } = await policies.of(row.entity);
  return {
    subjectId: null, messageId: null, document: row.document, connector: row.connector, entity: row.entity, code: "CMP-01", key: { connector: row.connector, code: row.kind }, stops: [], amount: row.amount ?? "0", currency: row.amount === null ? null : row.currency,
    message: `${row.source} says that ${singular[row.kind]} ${row.document} exists; it has not come. Fetch it.`, since: row.missesFrom, dueAt: dueBy("CMP-01", row.missesFrom, calendar),
  };
}

/**
 * Looks at what is late or missing: of one connector after its listing, or of all. What was not here becomes here only by
 * this, so that its exception ends in the same commit. The last write of its transaction.
 */
async function look(client: pg.PoolClient, policies: Policies, now: Instant, after: { connector: string; gone: ReadonlySet<string> } | null): Promise<number> {
  const rows = await rowsOf<OpenRow>(client, open, [settlingWords, after === null ? null : [after.connector], now, after === null ? inOneTurn : afterListing]);
  const here = await heldOf(client, rows.map((row) => ({ ...row, source: row.connector })));
  const standing = (row: OpenRow, index: number): DocumentState => {
    const state = stateOf({ excluded: row.excluded !== null, isHeld: here.has(index), isExcused: row.excused, missesFrom: row.missesFrom }, now);
    return (state === "late" || state === "missing") && after?.gone.has(placeOf(row)) ? "withdrawn" : state;
  };
  const changes = rows.map((row, index) => ({ row, state: standing(row, index) }));
  const changed = changes.filter(({ row, state }) => state !== row.state);
  if (changed.length > 0) await changedBy(client, moved, [json(changed.map(({ row: { connector: of, kind, document, opensAt }, state }) => ({ connector: of, kind, document, opensAt, state })))]);
  const opened = await Promise.all(changes.filter(({ row, state }) => state === "missing" && row.open === null).map(({ row }) => gapOf(policies, row)));
  const closed = changes.filter(({ state }) => state !== "missing").flatMap(({ row }) => (row.open ?? []).map((id) => ({ id, fingerprint: causeOf(row.entity, "CMP-01", { connector: row.connector, code: row.kind }) })));
  await writeExceptions(client, opened, closed);
  return changed.length + opened.length;
}

const placeOf = ({ kind, document, opensAt }: Pick<Noted, "kind" | "document" | "opensAt">): string => [kind, document, opensAt].join("\u0000");

/** Answers what its source lists no more. */
async function writeListing(client: pg.PoolClient, { connector, entity, census }: CensusClaim, listing: Parameters<CompletenessStore["settle"]>[2], spans: readonly { kind: DocumentKind; from: Instant; to: Instant }[]): Promise<ReadonlySet<string>> {
  const { statements, span } = listing;
  const here = await heldOf(client, statements.map((one) => ({ source: connector, subject: one.fact?.subject ?? null, document: one.document, group: one.fact?.group ?? null, version: one.version, message: one.sourceMessageId })));
  const isHere = new Set(statements.filter((_, index) => here.has(index)));
  const before = await rowsOf<Noted>(client, noted, [connector, json(statements.map(({ kind, document }) => ({ kind, document }))), listing.kinds, span.from, span.to]);
  const { entries, gone } = compare(listing, (statement: Statement) => isHere.has(statement), before);
  await changedBy(client, windows, [connector, json(spans), census]);
  if (entries.length > 0) await changedBy(client, documents, [connector, json(entries.map(entryRow)), census, entity]);
  return new Set(gone.map(placeOf));
}
const entryRow = ({ kind, document, version, at, fact, sourceMessageId, amount, currency, excluded, state, missesFrom, window }: Entry): Record<string, unknown> =>
  ({ kind, document, opensAt: window.from, version, at, subject: fact?.subject ?? null, grp: fact?.group ?? null, message: sourceMessageId, amount, currency, excluded, state, missesFrom });

export const createCompletenessStore = (pool: pg.Pool, policies: Policies): CompletenessStore => ({
  async claim(worker, connector, census, { windowSeconds }, leaseMs) {
    const [row] = await rowsOf<Omit<CensusClaim, "heard"> & { newestAt: Instant | null; newestHeardAt: Instant | null }>(pool, claim, [connector, census, windowSeconds, worker, leaseMs]);
    if (!row) return null;
    const { newestAt, newestHeardAt, ...taken } = row;
    return { ...taken, heard: newestAt === null ? null : { newest: newestAt, at: newestHeardAt } };
  },
  async release(worker, { connector, census }, dueAt, failure) { await changedBy(pool, release, [connector, census, worker, dueAt, failure]); },
  settle: (worker, taken, listing) => transaction(pool, async (client) => {
    const { connector, census } = taken;
    if ((await changedBy(client, settle, [connector, census, worker, listing.checkedTo, taken.checkedTo, listing.heard.newest, listing.heard.at])) === 0) return false;
    const spans = listing.kinds.flatMap((kind) => windowsOf(listing.span, listing.pace.windowSeconds).map((window) => ({ kind, ...window })));
    const gone = await writeListing(client, taken, listing, spans);
    await nudge(client);
    await look(client, policies, listing.now, { connector, gone });
    return true;
  }),
  look: (now) => transaction(pool, async (client) => {
    const changed = await look(client, policies, now, null);
    if (changed > 0) await nudge(client);
    return changed;
  }),
  totals: (expected, now) => transaction(pool, async (client) => {
    const changed = await lookAtTotals(client, policies, expected, now);
    if (changed > 0) await nudge(client);
    return changed;
  }),
  follow: () => transaction(pool, async (client) => {
    const kinds = (Object.keys(successors) as DocumentKind[]).filter((kind) => successors[kind] !== null);
    const rows = await rowsOf<{ connector: string; kind: DocumentKind; document: string; opensAt: Instant; subject: string }>(client, toFollow, [kinds]);
    if (rows.length === 0) return 0;
    const [{ count } = { count: 0 }] = await rowsOf<{ count: number }>(client, follow, [json(rows.map((row) => ({ ...row, by: successors[row.kind]?.by, commands: successors[row.kind]?.commands, normal: normalIdentifier(row.document) })))]);
    if (count > 0) await nudge(client);
    return count;
  }),
  async claimAsked(leaseMs) {
    const rows = await rowsOf<{ connector: string; census: string; kind: DocumentKind; document: string; version: number; from: Instant; to: Instant }>(pool, claimAsked, [leaseMs]);
    return [...Map.groupBy(rows, ({ connector, census, from }) => `${connector}/${census}/${from}`).values()].map((group): Asked => {
      const { connector, census, from, to } = group[0] as (typeof rows)[number];
      return { connector, census, span: { from, to }, documents: group.map(({ kind, document, version }) => ({ kind, document, version })) };
    });
  },
  answerAsked: ({ connector, span }, answers) => transaction(pool, async (client) => {
    await changedBy(client, answerAsked, [connector, span.from, json(answers)]);
    await nudge(client);
  }),
});
