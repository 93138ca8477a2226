import type pg from "pg";
import { dec, type Decimal } from "@/server/domain/decimal";
import { amountOf, differenceOf, groupDigest, groupKeyOf, taxOf, type BookDocument, type Loose, type Match } from "@/server/domain/reconciliation/documents";
import { comesBack, type ItemState, type ProcessName, type ReasonCode } from "@/server/domain/reconciliation/settling";
import { alone, BlockCutter, stages, Totals, type Matching, type Excluded, type SaidBefore, type Total } from "@/server/domain/reconciliation/stages";
import { changedBy, json, rowsOf, statement } from "../statement";
import { sourceSql, type SourceRow } from "./sources";

/** Rows that travel at a time: what is in memory is some of these, one block, and what persons said. */
const atATime = 5_000;

/** An act of a person that stands for documents of an earlier statement. */
export interface Settled { code: ReasonCode; comment: string; preparedBy: string; preparedAt: string; approvedBy: string | null; approvedAt: string | null; state: ItemState; since: string }

const makeLoose = statement("reconciliation_loose", `create temp table reconciliation_loose (stage int, block text collate "C", day text, place text collate "C", document json, notes json) on commit drop`);
const putLoose = statement("reconciliation_put_loose", `insert into reconciliation_loose select stage, block, day, place, document, notes from json_to_recordset($1) as x(stage int, block text, day text, place text, document json, notes json)`);
const putItems = statement("reconciliation_put_items", `
  insert into reconciliation_item (run_id, no, rule, result, state, currency, amount_a, amount_b, difference, tax_difference, because, group_key, digest, since, reason_code, comment, prepared_by, prepared_at, approved_by, approved_at)
  select $1, no, rule, result, state, currency, "amountA", "amountB", difference, "taxDifference", array(select json_array_elements_text(because)), "groupKey", digest, coalesce(since, $3::timestamptz), "code", comment, "preparedBy", "preparedAt", "approvedBy", "approvedAt"
  from json_to_recordset($2) as x(no int, rule text, result text, state text, currency text, "amountA" numeric, "amountB" numeric, difference numeric, "taxDifference" numeric, because json, "groupKey" text, digest text, since timestamptz, code text, comment text, "preparedBy" text, "preparedAt" timestamptz, "approvedBy" text, "approvedAt" timestamptz)`);
const putDocuments = statement("reconciliation_put_documents", `
  insert into reconciliation_document (run_id, side, key, item_no, label, identifiers, party, currency, day, amount, tax, subject_id)
  select $1, side, key, "no", label, identifiers, party, currency, day, amount, tax, subject from json_to_recordset($2) as x(side text, key text, no int, label text, identifiers jsonb, party text, currency text, day date, amount numeric, tax numeric, subject text)`);

/** Rows of a question, some at a time; nothing else is held. */
async function* streamed<T>(client: pg.PoolClient, name: string, sql: string, values: readonly unknown[]): AsyncGenerator<T[]> {
  await client.query(`declare ${name} no scroll cursor for ${sql}`, [...values]);
  for (;;) {
    const rows = (await client.query(`fetch ${String(atATime)} from ${name}`)).rows as T[];
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query(`close ${name}`);
}

/** Documents that wait for a stage, in a table of this transaction. */
class Waiting {
  private rows: unknown[] = [];
  private readonly client: pg.PoolClient;
  private readonly said: SaidBefore;

  constructor(client: pg.PoolClient, said: SaidBefore) { this.client = client; this.said = said; }
  /** In the first stage from `from` on that has a block for it; after all of them where none has. */
  async put(row: Loose, from: number): Promise<void> {
    let stage = from, block: string | null = null;
    for (; stage < stages.length && block === null; stage += 1) block = stages[stage]?.blockOf(row.document, this.said) ?? null;
    this.rows.push({ stage: block === null ? stages.length : stage - 1, block: block ?? "", day: row.document.day, place: `${row.document.side} ${row.document.key}`, document: row.document, notes: row.notes });
    if (this.rows.length >= atATime) await this.flush();
  }
  async flush(): Promise<void> {
    if (this.rows.length > 0) await changedBy(this.client, putLoose, [json(this.rows)]);
    this.rows = [];
  }
}

/** Matches become items with their documents. */
class Kept {
  readonly totals = new Totals();
  open = 0;
  private no = 0;
  private items: unknown[] = [];
  private documents: unknown[] = [];
  private readonly client: pg.PoolClient;
  private readonly of: { run: string; knownAt: string; settled: ReadonlyMap<string, Settled> };

  constructor(client: pg.PoolClient, of: { run: string; knownAt: string; settled: ReadonlyMap<string, Settled> }) { this.client = client; this.of = of; }
  async put(match: Match): Promise<void> {
    const { rule, result, certain, a, b, because } = match, before = rule === "settled_before" ? this.of.settled.get(groupKeyOf(match)) : undefined, taxes = [taxOf(a), taxOf(b)] as const;
    const state = before?.state ?? (certain && result === "matched" ? "agreed" : "open");
    this.totals.add(match);
    if (state === "open" || state === "proposed") this.open += 1;
    this.no += 1;
    this.items.push({
      no: this.no, rule, result, state, currency: (a[0] ?? b[0])?.currency ?? "", amountA: amountOf(a).toFixed(), amountB: amountOf(b).toFixed(), difference: differenceOf(match).toFixed(), taxDifference: taxes[0] !== null && taxes[1] !== null ? taxes[0].minus(taxes[1]).toFixed() : "0",
      because, digest: groupDigest(match), ...(state === "agreed" ? {} : { groupKey: groupKeyOf(match) }), ...(before ? { ...before, state } : {}),
    });
    for (const { side, key, label, identifiers, party, currency, day, amount, tax, subject } of [...a, ...b]) this.documents.push({ side, key, no: this.no, label, identifiers, party, currency, day, amount, tax, subject });
    if (this.documents.length >= atATime) await this.flush();
  }
  async flush(): Promise<void> {
    if (this.items.length > 0) await changedBy(this.client, putItems, [this.of.run, json(this.items), this.of.knownAt]);
    if (this.documents.length > 0) await changedBy(this.client, putDocuments, [this.of.run, json(this.documents)]);
    this.items = [];
    this.documents = [];
  }
}

interface Asked { run: string; entity: string; process: ProcessName; from: string; to: string; previous: string | null; knownAt: string; matching: Matching; settled: ReadonlyMap<string, Settled> }

/**
 * Reads both sides, matches them stage by stage and keeps every item, all in the transaction of `client`. Memory is bounded by a
 * block and some thousand rows, however many documents there are.
 */
export async function compareBooks(client: pg.PoolClient, { run, entity, process, from, to, previous, knownAt, matching, settled }: Asked): Promise<{ totals: Total[]; excluded: Excluded[]; open: number }> {
  const waiting = new Waiting(client, matching.said), kept = new Kept(client, { run, knownAt, settled }), excluded = new Map<string, Omit<Excluded, "amount"> & { amount: Decimal }>();
  await client.query(makeLoose.text);
  for (const [index, sql] of sourceSql[process].entries()) {
    for await (const rows of streamed<SourceRow>(client, `reconciliation_source_${String(index)}`, sql, [entity, from, to, previous])) {
      for (const { excluded: rule, ...document } of rows) {
        if (rule === null) { await waiting.put({ document, notes: [] }, 0); continue; }
        const place = `${document.side} ${rule} ${document.currency}`, before = excluded.get(place) ?? { side: document.side, rule, currency: document.currency, documents: 0, amount: dec(0) };
        excluded.set(place, { ...before, documents: before.documents + 1, amount: before.amount.plus(document.amount) });
      }
    }
  }
  await waiting.flush();
  for (const [index, stage] of stages.entries()) {
    const cutter = new BlockCutter(), pair = async (block: Loose[]): Promise<void> => {
      if (block.length === 0) return;
      const { matches, rest } = stage.pair(block, matching);
      for (const match of matches) await kept.put(match);
      for (const row of rest) await waiting.put(row, index + 1);
    };
    for await (const rows of looseOf(client, index)) for (const { block, document, notes } of rows) await pair(cutter.push({ document, notes }, block));
    await pair(cutter.flush());
    await waiting.flush();
  }
  for await (const rows of looseOf(client, stages.length)) for (const row of rows) await kept.put(alone(row));
  await kept.flush();
  return { totals: kept.totals.list(), open: kept.open, excluded: [...excluded.values()].map((row) => ({ ...row, amount: row.amount.toFixed() })).sort((one, other) => (one.side + one.rule + one.currency < other.side + other.rule + other.currency ? -1 : 1)) };
}

const looseOf = (client: pg.PoolClient, stage: number) =>
  streamed<{ block: string; document: BookDocument; notes: string[] }>(client, `reconciliation_stage_${String(stage)}`, `select block, document, notes from reconciliation_loose where stage = ${String(stage)} order by block, day, place`, []);

const said = statement("reconciliation_said", `
  select i.state, i.group_key as "group", i.digest, i.reason_code as code, i.comment, i.prepared_by as "preparedBy", i.prepared_at as "preparedAt", i.approved_by as "approvedBy", i.approved_at as "approvedAt", i.since, coalesce(u.name, i.prepared_by) as name
  from reconciliation_item i join reconciliation_run r on r.id = i.run_id left join app_user u on u.id = i.prepared_by
  where r.entity = $1 and r.process = $2 and (i.state = 'refused' or r.state = 'open' and i.state = 'proposed' or i.state = 'settled' and i.reason_code <> '${comesBack}') order by r.known_at, i.no`);

/** What persons settled, prepared or refused in earlier statements; the last word on each group stands. */
export async function saidBefore(client: pg.PoolClient, entity: string, process: ProcessName): Promise<{ said: SaidBefore; settled: Map<string, Settled> }> {
  const rows = await rowsOf<Settled & { group: string; digest: string; name: string }>(client, said, [entity, process]), groups = new Map<string, { group: string; digest: string; words: string }>(), settled = new Map<string, Settled>(), declined = new Set<string>();
  for (const { group, digest, name, ...act } of rows) {
    if (act.state === "refused") { declined.add(group); continue; }
    settled.set(group, act);
    const words = `${act.state === "proposed" ? "prepared" : "settled"} by ${name} on ${act.preparedAt.slice(0, 10)}: ${act.comment}`;
    for (const place of group.split("\n")) groups.set(place, { group, digest, words });
  }
  return { said: { groups, declined }, settled };
}
