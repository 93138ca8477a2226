import { randomUUID } from "node:crypto";
import { epochMs } from "@/server/domain/instant";
import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { policyInForce, type Policies } from "../policies";
import { tried } from "./exceptions";
import { audit, inTransaction, nudge, sayAllAs } from "./transaction";
import { databaseNow } from "../clock";

interface Item { baseUnit: string; units?: { unit: string }[] }

const unitsOf = (item: Item): string[] => [...new Set([item.baseUnit, ...(item.units ?? []).map(({ unit }) => unit)])];

const at = (entity: string, key: string): string => JSON.stringify([entity, key]);

/** Reference rows of one topic, however many are asked for at once. */
export async function records<T>(client: pg.PoolClient, topic: string, asked: readonly { entity: string; key: string }[]): Promise<(entity: string, key: string) => T | null> {
  const { rows } = asked.length === 0 ? { rows: [] } : await client.query<{ entity: string; key: string; data: T }>(
    "select distinct on (r.entity, r.key) r.entity, r.key, r.data from unnest($1::text[], $2::text[]) k (entity, key) join reference_row r on r.entity = k.entity and r.topic = $3 and r.key = k.key", [asked.map(({ entity }) => entity), asked.map(({ key }) => key), topic]);
  const found = new Map(rows.map(({ entity, key, data }) => [at(entity, key), data]));
  return (entity, key) => found.get(at(entity, key)) ?? null;
}
const record = async <T>(client: pg.PoolClient, entity: string, topic: string, key: string): Promise<T | null> => (await records<T>(client, topic, [{ entity, key }]))(entity, key);

interface Saying { entity: string; key: string; type: "code.mapped" | "unit.stated"; data: object }

/** Says something of master records in a person's name. The version is the time of writing in ms, and above every earlier one, so that the latest word stands. */
export async function state(client: pg.PoolClient, policies: Policies, person: Person, sayings: readonly Saying[]): Promise<void> {
  const subjects = sayings.map(({ entity, key }) => `${entity}:master_record:${key}`);
  const { rows } = await client.query<{ subject: string; type: string; version: number }>("select subject_id as subject, type, max(version)::float8 as version from fact where subject_id = any($1) group by 1, 2", [subjects]);
  const newest = new Map(rows.map(({ subject, type, version }) => [`${subject} ${type}`, version])), now = epochMs(databaseNow());
  await sayAllAs(client, policies, person.id, sayings.map(({ entity, type, data }, index) => {
    const id = randomUUID(), subject = subjects[index] ?? "";
    return { id, type, entity, subject, correlationId: id, data: { ...data, version: Math.max(now, (newest.get(`${subject} ${type}`) ?? 0) + 1) } };
  }));
}

/** Items that wait for this unit of this system: a name for a unit must be one that all that wait are kept in, or say so for none. */
async function itemsWaitingFor(client: pg.PoolClient, entity: string, system: string, code: string): Promise<string[]> {
  const { rows } = await client.query<{ item: string }>(
    `select distinct g.key->>'item' as item from exception_group g where g.entity = $1 and g.code = 'MAP-03' and g.state <> 'resolved' and g.key->>'connector' = $2 and g.key->>'unit' = $3 and g.key ? 'item'`, [entity, system, code]);
  return rows.map(({ item }) => item);
}

/** Tax categories of the item master, those that are mapped already, and those that a tax system was asked for and lacked a code of. */
async function taxCategories(client: pg.PoolClient, entity: string): Promise<string[]> {
  const { rows } = await client.query<{ category: string }>(
    `select distinct category from (
       select coalesce(data->>'taxCategory', 'goods') as category from reference_row where entity = $1 and topic = 'item'
       union all select data->>'canonical' from reference_row where entity = $1 and topic = 'map' and key like 'tax/%'
       union all select substr(key->>'code', 5) from exception_group where entity = $1 and code = 'MAP-04' and key->>'code' like 'tax/%') c where category is not null order by 1`, [entity]);
  return rows.map(({ category }) => category);
}

export const noMaster = (entity: string, kind: string, canonical: string): Result<true> => fail("UNKNOWN", `There is no ${kind} ${canonical} in the master data of ${entity}`);

/**
 * What a code is said to mean must be known: a customer or item of the master, a unit that a waiting item is kept in, terms
 * of the rules, a tax category that goods have. Warehouses, carriers, charges and reasons are kept in no list: one that
 * nobody knows has no code in any target and is MAP-04 there.
 */
export async function known(client: pg.PoolClient, entity: string, { kind, system, code, canonical }: { kind: string; system: string; code: string; canonical: string }): Promise<Result<true>> {
  if (kind === "customer" || kind === "item")
    return (await record(client, entity, kind, canonical)) === null ? noMaster(entity, kind, canonical) : ok(true);
  if (kind === "terms" || kind === "tax") {
    const words = kind === "terms" ? Object.keys((await policyInForce(client, entity)).terms).sort() : await taxCategories(client, entity);
    const what = kind === "terms" ? "payment terms" : "tax category";
    return words.includes(canonical) ? ok(true) : fail("UNKNOWN", `${entity} has no ${what} ${canonical}; known: ${words.join(", ") || "none"}`);
  }
  if (kind !== "unit") return ok(true);
  const items = await itemsWaitingFor(client, entity, system, code);
  const kept = await Promise.all(items.map(async (item) => ({ item, units: unitsOf((await record<Item>(client, entity, "item", item)) ?? { baseUnit: "" }) })));
  if (kept.length === 0 || kept.some(({ units }) => units.includes(canonical))) return ok(true);
  const [first] = kept;
  return fail("UNKNOWN", `${first?.item ?? "The item"} is not kept in ${canonical}; it is kept in ${first?.units.filter(Boolean).join(", ") ?? "nothing"}. Enter how many it holds instead.`);
}

export interface Code { kind: string; system: string; code: string }
export const codeKeyOf = ({ kind, system, code }: Code): string => `${kind}/${system}/${code}`;

/** What the cross-reference says of a code now; undefined where nobody mapped it or the mapping was taken away. */
export const meaningOf = async (client: pg.PoolClient, entity: string, code: Code): Promise<string | undefined> => (await record<{ canonical?: string }>(client, entity, "map", codeKeyOf(code)))?.canonical;

export async function knownSystem(client: pg.PoolClient, entity: string, system: string): Promise<Result<true>> {
  const { rowCount } = await client.query("select 1 from connector where entity = $1 and id = $2", [entity, system]);
  return rowCount ? ok(true) : noSystem(entity, system);
}
export const noSystem = (entity: string, system: string): Result<true> => fail("NOT_FOUND", `There is no system ${system} in ${entity}`);

/** Documents that look at any of these codes. */
export async function lookingAt(client: pg.PoolClient, codes: readonly (Code & { entity: string })[]): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>("select count(distinct d.subject_id)::int as waiting from unnest($1::text[], $2::text[]) k (entity, key) join dependency d on d.entity = k.entity and d.topic = 'map' and d.key = k.key",
    [codes.map(({ entity }) => entity), codes.map(codeKeyOf)]);
  return rows[0]?.waiting ?? 0;
}

/** A code that is said to mean something is the fix of every open cause that lacks it, of the named item alone where it is one item's pack. */
export async function mapped(client: pg.PoolClient, person: Person, codes: readonly (Code & { entity: string; item?: string })[], reason: string): Promise<void> {
  const { rows } = await client.query<{ fingerprint: string; subjects: string[] }>(
    `select g.fingerprint, array_agg(distinct e.subject_id) as subjects from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) k (entity, system, kind, code, item)
     join exception_group g on g.entity = k.entity and g.kind = 'mapping' and g.state <> 'resolved' and g.key->>'connector' = k.system and (g.key->>k.kind = k.code or g.key->>'code' = k.kind || '/' || k.code) and (k.item is null or g.key->>'item' = k.item) and (k.kind <> 'item' or not g.key ? 'unit')
     join exception_item e on e.fingerprint = g.fingerprint and e.state = 'open' and e.subject_id is not null group by 1 order by 1`,
    [codes.map(({ entity }) => entity), codes.map(({ system }) => system), codes.map(({ kind }) => kind), codes.map(({ code }) => code), codes.map(({ item }) => item ?? null)]);
  for (const { fingerprint, subjects } of rows) await tried(client, { fingerprint, verb: "map", author: person.id, reason, naturalKeys: [], subjects });
}

/** A mapping is a fact about a master record. */
export const mapCode = (pool: pg.Pool, policies: Policies): Desk["mapCode"] => (person, entity, mapping, reason) =>
  inTransaction<Result<{ waiting: number }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "mapping.write", entity);
    if (!allowed.ok) return allowed;
    const system = await knownSystem(client, entity, mapping.system);
    if (!system.ok) return system;
    const sound = await known(client, entity, mapping);
    if (!sound.ok) return sound;
    const key = `map/${codeKeyOf(mapping)}`, before = await meaningOf(client, entity, mapping);
    if (before !== undefined && before !== mapping.canonical && reason.trim() === "") return fail("REASON", `${mapping.system} ${mapping.code} means ${before} now: say why it is changed`);
    await state(client, policies, person, [{ entity, key, type: "code.mapped", data: mapping }]);
    await mapped(client, person, [{ ...mapping, entity }], reason);
    await audit(client, { actor: person.id, action: "mapping.write", aboutKind: "mapping", aboutId: key, reason, detail: { ...mapping, entity, ...(before === undefined ? {} : { before }) } });
    await nudge(client);
    return ok({ waiting: await lookingAt(client, [{ ...mapping, entity }]) });
  });

/** The next version of the row says that it means nothing. What was posted stays; what still needs the code waits for it. */
export const unmapCode = (pool: pg.Pool, policies: Policies): Desk["unmapCode"] => (person, entity, { canonical, ...code }, reason) =>
  inTransaction<Result<{ waiting: number }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "mapping.write", entity);
    if (!allowed.ok) return allowed;
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    const before = await meaningOf(client, entity, code), key = `map/${codeKeyOf(code)}`;
    if (before === undefined) return fail("CONFLICT", `${code.system} ${code.code} means nothing any more`);
    if (before !== canonical) return fail("CONFLICT", `${code.system} ${code.code} means ${before} by now. Look again before you take it away.`);
    await state(client, policies, person, [{ entity, key, type: "code.mapped", data: code }]);
    await audit(client, { actor: person.id, action: "mapping.remove", aboutKind: "mapping", aboutId: key, reason, detail: { ...code, entity, before } });
    await nudge(client);
    return ok({ waiting: await lookingAt(client, [{ ...code, entity }]) });
  });

const greatest = (a: number, b: number): number => (b === 0 ? a : greatest(b, a % b));

/** A pack that the item's record does not state. The record's own word is never overruled from here: it is mended where it is kept. */
export const stateUnit = (pool: pg.Pool, policies: Policies): Desk["stateUnit"] => (person, entity, pack, reason) =>
  inTransaction<Result<{ waiting: number }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "mapping.write", entity);
    if (!allowed.ok) return allowed;
    const item = await record<Item>(client, entity, "item", pack.item);
    if (!item) return fail("UNKNOWN", `There is no item ${pack.item} in the master data of ${entity}`);
    if (pack.baseUnit !== item.baseUnit) return fail("CONFLICT", `${pack.item} is counted in ${item.baseUnit}, not in ${pack.baseUnit}`);
    const alias = await record<{ canonical?: string }>(client, entity, "map", `unit/${pack.system}/${pack.unit}`);
    const unit = alias?.canonical ?? pack.unit;
    if (unitsOf(item).includes(unit)) return fail("CONFLICT", `${pack.item} has its ${unit} already; change it where the item is kept`);
    const divisor = greatest(pack.numerator, pack.denominator);
    const stated = { item: pack.item, unit, numerator: pack.numerator / divisor, denominator: pack.denominator / divisor };
    await state(client, policies, person, [{ entity, key: `item/${pack.item}`, type: "unit.stated", data: stated }]);
    const { rows } = await client.query<{ waiting: number }>(
      `select count(distinct e.subject_id)::int as waiting from exception_group g join exception_item e on e.fingerprint = g.fingerprint and e.state = 'open'
       where g.entity = $1 and g.code = 'MAP-03' and g.key->>'item' = $2 and g.key->>'unit' = $3`, [entity, pack.item, pack.unit]);
    await mapped(client, person, [{ entity, kind: "unit", system: pack.system, code: pack.unit, item: pack.item }], reason);
    await audit(client, { actor: person.id, action: "unit.state", aboutKind: "mapping", aboutId: `item/${pack.item}/${unit}`, reason, detail: { ...stated, baseUnit: item.baseUnit, entity } });
    await nudge(client);
    return ok({ waiting: rows[0]?.waiting ?? 0 });
  });
