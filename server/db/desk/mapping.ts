import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import { policyInForce, type Policies } from "../policies";
import { audit, inTransaction, nudge, sayAs } from "./transaction";

interface Item { baseUnit: string; units?: { unit: string }[] }

const unitsOf = (item: Item): string[] => [...new Set([item.baseUnit, ...(item.units ?? []).map(({ unit }) => unit)])];

async function record<T>(client: pg.PoolClient, entity: string, topic: string, key: string): Promise<T | null> {
  const { rows } = await client.query<{ data: T }>("select data from reference_row where entity = $1 and topic = $2 and key = $3 limit 1", [entity, topic, key]);
  return rows[0]?.data ?? null;
}

/** Says something of a master record in a person's name. The version is the time of writing in ms, and above every earlier one, so that the latest word stands. */
async function state(client: pg.PoolClient, policies: Policies, person: Person, said: { entity: string; key: string; type: "code.mapped" | "unit.stated"; data: object }): Promise<void> {
  const { entity, key, type, data } = said, id = randomUUID(), subject = `${entity}:master_record:${key}`;
  const { rows: [newest] } = await client.query<{ version: number }>("select coalesce(max(version), 0)::float8 as version from fact where subject_id = $1 and type = $2", [subject, type]);
  await sayAs(client, policies, person.id, { id, type, entity, subject, correlationId: id, data: { ...data, version: Math.max(Date.now(), (newest?.version ?? 0) + 1) } });
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

/**
 * What a code is said to mean must be known: a customer or item of the master, a unit that a waiting item is kept in, terms
 * of the rules, a tax category that goods have. Warehouses, carriers, charges and reasons are kept in no list: one that
 * nobody knows has no code in any target and is MAP-04 there.
 */
async function known(client: pg.PoolClient, entity: string, { kind, system, code, canonical }: { kind: string; system: string; code: string; canonical: string }): Promise<Result<true>> {
  if (kind === "customer" || kind === "item")
    return (await record(client, entity, kind, canonical)) === null ? fail("UNKNOWN", `There is no ${kind} ${canonical} in the master data of ${entity}`) : ok(true);
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

/** A mapping is a fact about a master record. */
export const mapCode = (pool: pg.Pool, policies: Policies): Desk["mapCode"] => (person, entity, mapping, reason) =>
  inTransaction<Result<{ waiting: number }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "mapping.write", entity);
    if (!allowed.ok) return allowed;
    if (!(await client.query("select 1 from connector where entity = $1 and id = $2", [entity, mapping.system])).rowCount) return fail("NOT_FOUND", `There is no system ${mapping.system} in ${entity}`);
    const sound = await known(client, entity, mapping);
    if (!sound.ok) return sound;
    const key = `map/${mapping.kind}/${mapping.system}/${mapping.code}`;
    const before = (await record<{ canonical?: string }>(client, entity, "map", `${mapping.kind}/${mapping.system}/${mapping.code}`))?.canonical;
    if (before !== undefined && before !== mapping.canonical && reason.trim() === "") return fail("REASON", `${mapping.system} ${mapping.code} means ${before} now: say why it is changed`);
    await state(client, policies, person, { entity, key, type: "code.mapped", data: mapping });
    const { rows } = await client.query<{ waiting: number }>("select count(*)::int as waiting from dependency where entity = $1 and topic = 'map' and key = $2", [entity, `${mapping.kind}/${mapping.system}/${mapping.code}`]);
    await audit(client, { actor: person.id, action: "mapping.write", aboutKind: "mapping", aboutId: key, reason, detail: { ...mapping, entity, ...(before === undefined ? {} : { before }) } });
    await nudge(client);
    return ok({ waiting: rows[0]?.waiting ?? 0 });
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
    await state(client, policies, person, { entity, key: `item/${pack.item}`, type: "unit.stated", data: stated });
    const { rows } = await client.query<{ waiting: number }>(
      `select count(distinct e.subject_id)::int as waiting from exception_group g join exception_item e on e.fingerprint = g.fingerprint and e.state = 'open'
       where g.entity = $1 and g.code = 'MAP-03' and g.key->>'item' = $2 and g.key->>'unit' = $3`, [entity, pack.item, pack.unit]);
    await audit(client, { actor: person.id, action: "unit.state", aboutKind: "mapping", aboutId: `item/${pack.item}/${unit}`, reason, detail: { ...stated, baseUnit: item.baseUnit, entity } });
    await nudge(client);
    return ok({ waiting: rows[0]?.waiting ?? 0 });
  });
