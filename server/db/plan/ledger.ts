import type pg from "pg";
import { dec, text } from "@/server/domain/decimal";
import type { Balance } from "@/server/domain/movements";
import { changedBy, json, rowsOf, statement } from "../statement";
import { grouped, idsOf, withChanged, type Write } from "./sections";

const readBooked = statement("movement_sums", `
  select subject_id as subject, line, term, document, sum(quantity)::text as quantity, sum(amount)::text as amount, max(currency) as currency, max(effective_on) as "effectiveOn", max(period) as period
  from movement where subject_id = any($1) group by subject_id, line, term, document`);
const append = statement("movement_append", `
  insert into movement (subject_id, entity, line, term, document, quantity, amount, currency, effective_on, period, recorded_at)
  select subject, entity, line, term, document, quantity, amount, currency, "effectiveOn", period, at
  from json_to_recordset($1) as x(subject text, entity text, line text, term text, document text, quantity numeric, amount numeric, currency text, "effectiveOn" date, period text, at timestamptz)`);

type Booked = Omit<Balance, "term"> & { subject: string; term: string };
const keyOf = (row: { line: string; term: string; document: string }): string => [row.line, row.term, row.document].join("\u0000");

/** What each (line, term, document) amounts to now; several statements of one are one. */
function wantedOf(balances: readonly Balance[]): Map<string, Balance> {
  const wanted = new Map<string, Balance>();
  for (const balance of balances) {
    const same = wanted.get(keyOf(balance));
    wanted.set(keyOf(balance), same ? { ...balance, quantity: text(dec(same.quantity).plus(balance.quantity)), amount: text(dec(same.amount).plus(balance.amount)) } : balance);
  }
  return wanted;
}

/** Appends what differs from what was appended before: the table only grows, and a re-plan adds nothing. */
export async function writeMovements(client: pg.PoolClient, writes: readonly Write[]): Promise<void> {
  const changed = withChanged(writes, "balances");
  if (changed.length === 0) return;
  const booked = grouped(await rowsOf<Booked>(client, readBooked, [idsOf(changed)]));
  const rows: unknown[] = [];
  for (const { id, entity, plan, now } of changed) {
    const wanted = wantedOf(plan.balances);
    const before = new Map((booked.get(id) ?? []).map((row) => [keyOf(row), row]));
    for (const key of new Set([...wanted.keys(), ...before.keys()])) {
      const target = wanted.get(key), known = before.get(key), row = target ?? known;
      if (!row) continue;
      const quantity = dec(target?.quantity ?? 0).minus(known?.quantity ?? 0), amount = dec(target?.amount ?? 0).minus(known?.amount ?? 0);
      if (quantity.isZero() && amount.isZero()) continue;
      rows.push({ subject: id, entity, line: row.line, term: row.term, document: row.document, quantity: text(quantity), amount: text(amount), currency: row.currency, effectiveOn: row.effectiveOn, period: row.period, at: now });
    }
  }
  if (rows.length > 0) await changedBy(client, append, [json(rows)]);
}
