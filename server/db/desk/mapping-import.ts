import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk, MappingCheck, MappingLine } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { digestOf } from "@/server/domain/decisions";
import { readMappingFile, type FileMapping } from "@/server/domain/mapping-file";
import { mayDo } from "@/server/domain/rights";
import { fail, ok, type Result } from "@/server/domain/result";
import type { Policies } from "../policies";
import { codeKeyOf, known, knownSystem, lookingAt, mapped, meaningOf, noMaster, noSystem, records, state, type Code } from "./mapping";
import { audit, auditAll, inTransaction, nudge } from "./transaction";

/** What a whole file is held against, asked for at once: the systems, our records, and what its codes mean now. */
async function groundOf(client: pg.PoolClient, rows: readonly FileMapping[]) {
  const systems = await client.query<{ entity: string; id: string }>("select entity, id from connector where entity = any($1)", [[...new Set(rows.map(({ entity }) => entity))]]);
  const ours = async (kind: string) => records(client, kind, rows.filter((row) => row.kind === kind).map(({ entity, canonical }) => ({ entity, key: canonical })));
  const customers = await ours("customer"), items = await ours("item");
  const meanings = await records<{ canonical?: string }>(client, "map", rows.map((row) => ({ entity: row.entity, key: codeKeyOf(row) })));
  const names = new Set(systems.rows.map(({ entity, id }) => `${entity} ${id}`)), judged = new Map<string, Promise<Result<true>>>();
  return {
    system: ({ entity, system }: FileMapping): Result<true> => (names.has(`${entity} ${system}`) ? ok(true) : noSystem(entity, system)),
    meaning: (row: FileMapping): string | null => meanings(row.entity, codeKeyOf(row))?.canonical ?? null,
    known(row: FileMapping): Promise<Result<true>> {
      const { entity, kind, system, code, canonical } = row;
      if (kind === "customer" || kind === "item") return Promise.resolve((kind === "customer" ? customers : items)(entity, canonical) === null ? noMaster(entity, kind, canonical) : ok(true));
      const question = JSON.stringify([entity, kind, canonical, ...(kind === "unit" ? [system, code] : [])]), answer = judged.get(question) ?? known(client, entity, row);
      judged.set(question, answer);
      return answer;
    },
  };
}

/** What each line would do as things are now, by the rules of a mapping that is written by hand. */
async function check(client: pg.PoolClient, person: Person, file: string): Promise<Result<MappingCheck>> {
  const read = readMappingFile(file);
  if (!read.ok) return read;
  const ground = await groundOf(client, read.value.flatMap((row) => ("why" in row ? [] : [row])));
  const lines: MappingLine[] = [];
  for (const row of read.value) {
    const refused = (why: string): MappingLine => ({ line: row.line, outcome: "refused", why });
    if ("why" in row) { lines.push(refused(row.why)); continue; }
    const allowed = mayDo(person.grants, "mapping.import", row.entity), system = allowed.ok ? ground.system(row) : allowed, sound = system.ok ? await ground.known(row) : system;
    const before = ground.meaning(row);
    lines.push(sound.ok ? { ...row, outcome: before === null ? "added" : before === row.canonical ? "same" : "changed", before } : refused(sound.error.message));
  }
  return ok({ lines, digest: digestOf(lines) });
}

/** Somewhere at least: each line then asks for its own entity. */
function mayImport(person: Person): Result<true> {
  const rights = [...new Set(person.grants.map(({ entity }) => entity))].map((entity) => mayDo(person.grants, "mapping.import", entity));
  return rights.find(({ ok: allowed }) => allowed) ?? rights[0] ?? fail("FORBIDDEN", "Needs the role admin");
}

export const checkMappings = (pool: pg.Pool): Desk["checkMappings"] => (person, file) =>
  inTransaction(pool, (client) => {
    const allowed = mayImport(person);
    return allowed.ok ? check(client, person, file) : Promise.resolve(allowed);
  });

export const importMappings = (pool: pg.Pool, policies: Policies): Desk["importMappings"] => (person, file, digest, reason) =>
  inTransaction<Result<{ added: number; changed: number; waiting: number }>>(pool, async (client) => {
    const allowed = mayImport(person);
    if (!allowed.ok) return allowed;
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    const checked = await check(client, person, file);
    if (!checked.ok) return checked;
    const { lines } = checked.value, refused = lines.filter(({ outcome }) => outcome === "refused");
    if (refused.length > 0) return fail("FILE", `Line ${refused.slice(0, 10).map(({ line }) => line).join(", ")} cannot be taken: nothing is imported before the file has no such line`);
    if (checked.value.digest !== digest) return fail("CONFLICT", "The cross-reference has changed since this was shown. Look again before you import.");
    const news = lines.flatMap((line) => (line.outcome === "added" || line.outcome === "changed" ? [line] : []));
    if (news.length === 0) return fail("STATE", "The cross-reference says all of this already");
    const id = randomUUID(), added = news.filter(({ outcome }) => outcome === "added").length, changed = news.length - added;
    await audit(client, { actor: person.id, action: "mapping.import", aboutKind: "mapping_import", aboutId: id, reason, detail: { added, changed, same: lines.length - news.length, digest } });
    return ok({ added, changed, waiting: await write(client, policies, person, news, reason, { import: id }) });
  });

type Row = Code & { entity: string; canonical: string; before: string | null };

/** All of it is said, tried and audited together. Answers how many documents look at one of the codes. */
async function write(client: pg.PoolClient, policies: Policies, person: Person, rows: readonly Row[], reason: string, detail: Record<string, string>): Promise<number> {
  await state(client, policies, person, rows.map(({ entity, kind, system, code, canonical }) => ({ entity, key: `map/${codeKeyOf({ kind, system, code })}`, type: "code.mapped", data: { kind, system, code, canonical } })));
  await mapped(client, person, rows, reason);
  await auditAll(client, rows.map(({ entity, kind, system, code, canonical, before }) =>
    ({ actor: person.id, action: "mapping.write", aboutKind: "mapping", aboutId: `map/${codeKeyOf({ kind, system, code })}`, reason, detail: { kind, system, code, canonical, entity, ...detail, ...(before === null ? {} : { before }) } })));
  await nudge(client);
  return lookingAt(client, rows);
}

/** By the rules of a mapping that is written by hand, for each pair; a pair that somebody mapped otherwise in the meantime stops all. */
export const acceptPairs = (pool: pg.Pool, policies: Policies): Desk["acceptPairs"] => (person, entity, pairs, reason) =>
  inTransaction<Result<{ waiting: number }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "mapping.write", entity);
    if (!allowed.ok) return allowed;
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    for (const pair of pairs) {
      const system = await knownSystem(client, entity, pair.system), sound = system.ok ? await known(client, entity, pair) : system;
      if (!sound.ok) return sound;
      const before = await meaningOf(client, entity, pair);
      if (before !== undefined) return fail("CONFLICT", `${pair.system} ${pair.code} means ${before} by now. Look again before you accept.`);
    }
    const rows = pairs.map((pair): Row => ({ ...pair, entity, before: null }));
    return ok({ waiting: await write(client, policies, person, rows, reason, { suggested: "accepted" }) });
  });
