import { suggestPairs, type ForeignRecord, type OwnRecord, type Pair } from "@/server/domain/alignment";
import type { MappedKind } from "@/server/domain/mapped-kinds";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

/** A code with the record it most likely means; `pair` is null where nothing speaks for any. `waiting`: documents that look at the code. */
export interface CodeToPair { entity: string; kind: MappedKind; system: string; code: string; name: string; waiting: number; pair: (Pair & { name: string }) | null }
/** Of one system: codes that it told of, of those mapped, and active ones that are not. */
export interface Alignment { entity: string; kind: MappedKind; system: string; told: number; mapped: number; open: number }
export interface AlignmentFilter { entity?: string | undefined; kind?: string | undefined; system?: string | undefined }

/** Kinds that have records of ours to be compared with. */
const alignedKinds = ["customer", "item"] as const satisfies readonly MappedKind[];
/** So many codes of one system are compared at once; what is beyond comes when these are mapped. */
export const codesCompared = 2000;

const told = `reference_row c left join reference_row m on m.entity = c.entity and m.topic = 'map' and m.key = c.key and m.data->>'canonical' is not null
  left join reference_row u on u.entity = c.entity and u.topic = 'map' and u.key = 'unit/' || (c.data->>'system') || '/' || (c.data->>'unit')
  where c.topic = 'code' and ($1::text[] is null or c.entity = any($1)) and c.data->>'kind' = any($2)`;

/** How far each system is in step with us. */
export const alignments = (query: Query, entities: Entities): Promise<Alignment[]> =>
  query.rows<Alignment>(`select c.entity, c.data->>'kind' as kind, c.data->>'system' as system, count(*)::int as told, count(m.key)::int as mapped, (count(*) filter (where m.key is null and c.data->>'state' <> 'ended'))::int as open
    from ${told} group by 1, 2, 3 order by 1, 2, 3`, [entities, alignedKinds]);

interface Told extends ForeignRecord { entity: string; waiting: number }

/** Codes that nobody mapped, with what each most likely means: what documents wait for first, then the surest. One system and kind at a time is compared with its entity's records. */
export async function codesToPair(query: Query, entities: Entities, filter: AlignmentFilter): Promise<CodeToPair[]> {
  const rows = await query.rows<Told>(
    `select c.entity, c.data->>'kind' as kind, c.data->>'system' as system, c.data->>'code' as code, coalesce(c.data->>'name', '') as name, c.data->>'reference' as reference, c.data->>'email' as email, coalesce(u.data->>'canonical', c.data->>'unit') as unit,
       (select count(*)::int from dependency d where d.entity = c.entity and d.topic = 'map' and d.key = c.key) as waiting
     from ${told} and m.key is null and c.data->>'state' <> 'ended' and ($3::text is null or c.entity = $3) and ($4::text is null or c.data->>'kind' = $4) and ($5::text is null or c.data->>'system' = $5)
     order by waiting desc, c.entity, c.key limit $6`, [entities, alignedKinds, filter.entity ?? null, filter.kind ?? null, filter.system ?? null, codesCompared]);
  const parts = Map.groupBy(rows.map(({ reference, email, unit, ...row }): Told => ({ ...row, reference: reference ?? undefined, email: email ?? undefined, unit: unit ?? undefined })), ({ entity, kind, system }) => `${entity}/${kind}/${system}`);
  const owns = new Map<string, OwnRecord[]>();
  for (const [first] of parts.values()) if (first && !owns.has(`${first.entity}/${first.kind}`)) owns.set(`${first.entity}/${first.kind}`, await ownRecords(query, first.entity, first.kind));
  const paired = [...parts.values()].flatMap((codes) => {
    const own = owns.get(`${codes[0]?.entity ?? ""}/${codes[0]?.kind ?? ""}`) ?? [], nameOf = new Map(own.map(({ key, name }) => [key, name])), pairs = new Map(suggestPairs(codes, own).map((pair) => [pair.code, pair]));
    return codes.map(({ entity, kind, system, code, name, waiting }): CodeToPair => {
      const pair = pairs.get(code);
      return { entity, kind, system, code, name, waiting, pair: pair ? { ...pair, name: nameOf.get(pair.own) ?? "" } : null };
    });
  });
  return paired.sort((a, b) => b.waiting - a.waiting || (b.pair?.score ?? 0) - (a.pair?.score ?? 0) || a.code.localeCompare(b.code));
}

async function ownRecords(query: Query, entity: string, kind: string): Promise<OwnRecord[]> {
  const rows = await query.rows<{ key: string; data: { name?: string; description?: string; email?: string; baseUnit?: string; units?: { unit: string }[] } }>("select key, data from reference_row where entity = $1 and topic = $2 and coalesce(data->>'state', 'active') = 'active'", [entity, kind]);
  return rows.map(({ key, data }): OwnRecord => ({ key, name: data.name ?? data.description ?? "", email: data.email, ...(data.baseUnit === undefined ? {} : { units: [...new Set([data.baseUnit, ...(data.units ?? []).map(({ unit }) => unit)])] }) }));
}
