import type { Entities } from "./exceptions";
import { one, type Query } from "./query";

/** A master record that a code may mean. */
export interface Candidate { key: string; name: string }
/** Documents of one item (or of one code) that wait, and whether the proposed mapping lets them go on. */
export interface WaitingRow { item: string | null; description: string | null; released: boolean; why: string | null; documents: number; numbers: string[]; money: { currency: string; amount: string }[] }
export interface MissingCode { entity: string; kind: "customer" | "item" | "unit"; system: string; code: string }
/** What somebody thinks of writing: our own name for the code, or how many base units of one item it holds. */
export interface Proposal { canonical?: string | undefined; packOf?: string | undefined }
export interface ItemUnits { item: string; description: string; baseUnit: string; units: { unit: string; numerator: number; denominator: number }[] }

const codes = { customer: "MAP-01", item: "MAP-02", unit: "MAP-03" } as const;

/** The units that an item is kept in, with the packs that people stated; null for an item nobody described. */
export async function itemUnits(query: Query, entity: string, item: string): Promise<ItemUnits | null> {
  const row = await one<{ data: { description?: string; baseUnit: string; units?: ItemUnits["units"] } }>(query, "select data from reference_row where entity = $1 and topic = 'item' and key = $2 limit 1", [entity, item]);
  return row && { item, description: row.data.description ?? "", baseUnit: row.data.baseUnit, units: (row.data.units ?? []).filter(({ unit }) => unit !== row.data.baseUnit) };
}

/** Customers or items whose number or name contains `text`, at most 8: those that start with it first. */
export const candidates = (query: Query, entity: string, kind: "customer" | "item", text: string): Promise<Candidate[]> =>
  query.rows<Candidate>(
    `select key, coalesce(data->>'name', data->>'description', '') as name from reference_row where entity = $1 and topic = $2 and (key ilike $3 or coalesce(data->>'name', data->>'description') ilike $3)
     order by (key ilike $4) desc, key limit 8`, [entity, kind, `%${text.replace(/[%_\\]/g, "\\$&")}%`, `${text.replace(/[%_\\]/g, "\\$&")}%`]);

/** Everything that is stopped by this one missing code, item by item, and which of it the proposal lets go on. */
export async function waitingFor(query: Query, entities: Entities, missing: MissingCode, proposal: Proposal): Promise<WaitingRow[]> {
  const rows = await query.rows<Omit<WaitingRow, "released" | "why" | "description">>(
    `select item, sum(n)::int as documents, coalesce(json_agg(numbers[1:5] order by amount desc)->0, '[]') as numbers,
       coalesce(json_agg(json_build_object('currency', currency, 'amount', amount::text) order by amount desc) filter (where currency is not null and amount <> 0), '[]') as money
     from (select g.key->>'item' as item, e.currency, count(distinct e.subject_id) as n, sum(e.amount) as amount, array_agg(distinct coalesce(s.number, s.key)) filter (where s.id is not null) as numbers
       from exception_group g join exception_item e on e.fingerprint = g.fingerprint and e.state = 'open' left join subject s on s.id = e.subject_id
       where g.entity = $1 and ($2::text[] is null or g.entity = any($2)) and g.code = $3 and g.key->>'connector' = $4 and coalesce(g.key->>$5, g.key->>'code') = $6
       group by 1, 2) x group by item order by 2 desc limit 50`, [missing.entity, entities, codes[missing.kind], missing.system, missing.kind, missing.code]);
  return Promise.all(rows.map(async (row) => {
    if (missing.kind !== "unit" || row.item === null) return { ...row, description: null, released: proposal.canonical !== undefined, why: null };
    const item = await itemUnits(query, missing.entity, row.item);
    const description = item?.description ?? null;
    if (proposal.packOf !== undefined) return { ...row, description, released: proposal.packOf === row.item, why: proposal.packOf === row.item ? null : "a pack is stated for one item" };
    const kept = item ? [item.baseUnit, ...item.units.map(({ unit }) => unit)] : [];
    const released = proposal.canonical !== undefined && kept.includes(proposal.canonical);
    return { ...row, description, released, why: released || proposal.canonical === undefined ? null : `it is not kept in ${proposal.canonical}` };
  }));
}
