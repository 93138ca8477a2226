import type { SliceRow } from "@/server/domain/conservation/rows";
import { drifts, prove, unexplainedDifference, type Proof, type Unexplained } from "@/server/domain/conservation/evaluate";
import { dec, sumOf, text, type DecimalString } from "@/server/domain/decimal";
import { shippedNotInvoicedNow, type ShippedNotInvoiced } from "@/server/domain/figures/amounts";
import { readBooks } from "./conservation";
import type { Entities } from "./exceptions";
import { holdReasons } from "./holds";
import type { Query } from "./query";
import type { TowerScope } from "./tower";

export interface HeldFigure { count: number; money: { currency: string; amount: DecimalString }[]; largest: { rule: string; count: number } | null }

/** Money held, as the held desk counts it: each document once, under its oldest hold. */
export async function moneyHeldNow(query: Query, entities: Entities): Promise<HeldFigure> {
  const reasons = (await holdReasons(query, entities)).filter(({ stopped }) => !stopped);
  const currencies = [...new Set(reasons.flatMap(({ currency }) => (currency === null ? [] : [currency])))];
  const money = currencies.map((currency) => ({ currency, amount: text(sumOf(reasons.filter((row) => row.currency === currency), (row) => dec(row.amount))) }));
  const first = reasons[0];
  return { count: reasons.reduce((sum, row) => sum + row.count, 0), money, largest: first ? { rule: first.rule, count: first.count } : null };
}

/** Shipped and on no posted invoice, from the open unbilled slices of orders; what waits for a connector that is down counts as exception. */
export async function shippedNotInvoiced(query: Query, { entities, channel }: TowerScope): Promise<ShippedNotInvoiced[]> {
  const [rows, down] = await Promise.all([
    query.rows<{ subject: string; bucket: string; holder: string; currency: string; amount: string; charges: string }>(
      `select sl.subject_id as subject, sl.bucket, sl.holder, sl.currency, sum(sl.amount)::text as amount, sum(sl.charges)::text as charges from slice sl cross join lateral (select * from subject where id = sl.subject_id limit 1) s
       where sl.valid_to is null and s.kind = 'order' and sl.bucket in ('waiting', 'held', 'exception', 'in_flight') and not ('managed_elsewhere' = any(s.facets)) and ($1::text[] is null or s.entity = any($1)) and ($2::text is null or s.channel = $2) group by 1, 2, 3, 4`, [entities, channel]),
    query.rows<{ connector: string }>("select c.id as connector from connector c left join breaker b on b.connector = c.id where c.state = 'paused' or b.state = 'open'"),
  ]);
  const slices = rows.map((row) => ({ ...row, key: "", line: "", stage: "bill_control", quantity: "0", tax: "0", since: "", dueAt: null, document: null }) as unknown as SliceRow);
  return shippedNotInvoicedNow(slices, new Set(down.map(({ connector }) => connector)));
}

export interface ProofFigure { unexplained: Unexplained; drifts: number; proofs: number; subjects: number; /** Documents begun with, and how many there are: fewer where there are more than are proved on a look. */ covered: number; alive: number; largest: { equation: string; order: string | null; residual: DecimalString } | null; at: string }

/** Changed documents beyond it are proved by `tower conservation`, not on each look at a screen. */
const mostSubjects = 20_000;

/**
 * The books of what is alive: orders in flight, whatever passed a milestone in the last 24 h, the documents that belong to
 * them, and the orders that those serve besides, so that no equation is judged on half of its rows.
 */
export async function proveAlive(query: Query, entities: Entities): Promise<{ proofs: Proof[]; wrong: Proof[]; subjects: number; covered: number; alive: number }> {
  const seeds = await query.rows<{ id: string; alive: number }>(
    `select id, count(*) over ()::int as alive from (select id, placed_at as at from subject where kind = 'order' and not complete and placed_at is not null and ($1::text[] is null or entity = any($1))
     union select m.subject_id, max(m.occurred_at) from milestone m cross join lateral (select entity from subject where id = m.subject_id limit 1) s where m.name = any($2) and m.occurred_at > now() - interval '24 hours' and ($1::text[] is null or s.entity = any($1)) group by 1) each group by id order by max(at) desc limit $3`,
    [entities, ["received", "shipped", "invoice_posted", "receipt_applied", "settled", "credit_posted"], mostSubjects]);
  const first = await tellers(query, seeds.map(({ id }) => id));
  const subjects = [...new Set([...first, ...await tellers(query, first)])];
  const proofs = subjects.length === 0 ? [] : prove(await readBooks(query, { entities: null, subjects }));
  return { proofs, wrong: drifts(proofs), subjects: subjects.length, covered: seeds.length, alive: seeds[0]?.alive ?? 0 };
}

export async function unexplainedNow(query: Query, entities: Entities, at: string): Promise<ProofFigure> {
  const { proofs, wrong, subjects, covered, alive } = await proveAlive(query, entities);
  const largest = [...wrong].sort((a, b) => dec(b.residual).abs().cmp(dec(a.residual).abs()))[0];
  const order = largest?.subject ? (await query.rows<{ number: string }>("select value as number from subject_identifier where subject_id = $1 and kind = 'order' limit 1", [largest.subject]))[0]?.number ?? null : null;
  return { unexplained: unexplainedDifference(proofs), drifts: wrong.length, proofs: proofs.length, subjects, covered, alive, largest: largest ? { equation: largest.equation, order, residual: largest.residual } : null, at };
}

/** The subjects themselves and all that told them something: documents of an order, orders of a document. */
async function tellers(query: Query, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await query.rows<{ id: string }>("select distinct split_part(source, '|', 1) as id from fact where subject_id = any($1) and type like 'published.%'", [ids]);
  const kept = rows.map(({ id }) => id).filter((id) => /:(order|billing_unit|shipment|receipt|return):/.test(id));
  return [...new Set([...ids, ...kept])];
}
