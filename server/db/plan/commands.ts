import type pg from "pg";
import { hash } from "node:crypto";
import { canonicalJson, commandKinds, restated, type CommandChange, type CommandKind } from "@/server/domain/commands";
import { routeFor } from "@/server/domain/policy";
import { subjectId, type SubjectId } from "@/server/domain/subject";
import { changedBy, json, statement } from "../statement";
import type { Write } from "./sections";

/** By which a connector orders its calls; null where any two may go at once. */
export type SerialKeyOf = (connector: string, kind: CommandKind, payload: Readonly<Record<string, unknown>>) => string | null;

const create = statement("command_create", `
  insert into command (natural_key, subject_id, entity, kind, slot, sequence, capability, connector, lane, state, payload, digest, amount, currency, due_since, due_at, serial_key, correlation_id)
  select x."naturalKey", x.subject, x.entity, x.kind, x.slot, x.sequence, x.capability, x.connector, x.lane, 'wanted', x.payload, x.digest, x.amount, x.currency, x."dueSince", greatest(now(), x."notBefore"), x."serialKey",
    coalesce((select first.correlation_id from json_array_elements_text(x.origins) with ordinality o(id, place)
      cross join lateral (select e.correlation_id from canonical_event e where e.subject_id = o.id order by e.recorded_at limit 1) first order by o.place limit 1), x.subject)
  from json_to_recordset($1) as x("naturalKey" text, subject text, entity text, kind text, slot text, sequence int, capability text, connector text, lane text, payload json, digest text,
    amount numeric, currency text, "dueSince" timestamptz, "notBefore" timestamptz, "serialKey" text, origins json)
  order by x."naturalKey" on conflict (natural_key) do nothing`);
/** Each guarded by the states that it may leave: what is in flight or confirmed is never touched. */
const rewrite = statement("command_rewrite", `
  update command c set state = 'wanted', payload = x.payload, digest = x.digest, amount = x.amount, currency = x.currency, due_since = case when c.state = 'wanted' then c.due_since else x."dueSince" end,
    due_at = greatest(now(), x."notBefore"), serial_key = x."serialKey", connector = case when c.attempts = 0 then x.connector else c.connector end,
    attempts_base = case when c.state = 'wanted' then c.attempts_base else c.attempts end, deaths = 0, lookups = 0, rejection_code = null, rejection_message = null, updated_at = now()
  from json_to_recordset($1) as x("naturalKey" text, payload json, digest text, amount numeric, currency text, "dueSince" timestamptz, "notBefore" timestamptz, "serialKey" text, connector text, reopens boolean)
  where c.natural_key = x."naturalKey" and ((not x.reopens and c.state = 'wanted') or (x.reopens and c.state in ('rejected', 'withdrawn')))`);
/** What never left leaves no trace: a held target has no row. */
const remove = statement("command_remove", "delete from command where natural_key = any($1) and state = 'wanted' and attempts = 0 and first_sent_at is null");
const withdraw = statement("command_withdraw", "update command set state = 'withdrawn', updated_at = now() where natural_key = any($1) and state in ('wanted', 'rejected')");

/** What was made before the statement that this one follows: taken, and looked at by no plan any more. */
const supersede = statement("command_supersede", `
  update command c set superseded = true from json_to_recordset($1) as x(subject text, kind text, slot text, sequence int)
  where c.subject_id = x.subject and not c.superseded and c.kind = x.kind and c.slot = x.slot and c.sequence < x.sequence - 1 and c.state = 'confirmed'`);

type Wanting = Exclude<CommandChange, { do: "withdraw" }>;

/** Subjects whose first event began the trace: a billing unit has no beginning of its own, its orders have. */
const originsOf = (write: Write): SubjectId[] => [
  ...(write.kind === "billing_unit" ? write.plan.summary.identifiers.filter(({ kind }) => kind === "order").map(({ value }) => subjectId({ entity: write.entity, kind: "order", key: value })) : []), write.id,
];

function rowOf(write: Write, change: Wanting, serialKeyOf: SerialKeyOf): Record<string, unknown> | null {
  const { wanted } = change;
  const { capability, lane, document } = commandKinds[wanted.kind];
  const route = routeFor(write.policy, capability, document);
  // The planner asks for nothing in observe; should it, nothing is made all the same.
  if (!route || route.mode === "observe" || route.managedFrom === null) return null;
  return {
    naturalKey: change.naturalKey, subject: write.id, entity: write.entity, kind: wanted.kind, slot: wanted.slot, sequence: wanted.sequence, capability, connector: route.connector, lane,
    payload: wanted.payload, digest: hash("sha1", canonicalJson(wanted.payload), "base64url"), amount: wanted.amount?.amount ?? null, currency: wanted.amount?.currency ?? null,
    dueSince: wanted.dueSince, notBefore: wanted.notBefore ?? null, serialKey: serialKeyOf(route.connector, wanted.kind, wanted.payload), origins: originsOf(write), reopens: change.do === "reopen",
  };
}

/** Brings the command rows of a batch to what is wanted. Answers how many may now be sent. */
export async function writeCommands(client: pg.PoolClient, writes: readonly Write[], serialKeyOf: SerialKeyOf): Promise<number> {
  const created: Record<string, unknown>[] = [], rewritten: unknown[] = [], withdrawn: string[] = [];
  for (const write of writes) for (const change of write.planned.changes) {
    if (change.do === "withdraw") { withdrawn.push(change.naturalKey); continue; }
    const row = rowOf(write, change, serialKeyOf);
    if (row) (change.do === "create" ? created : rewritten).push(row);
  }
  if (withdrawn.length > 0 && (await changedBy(client, remove, [withdrawn])) < withdrawn.length) await changedBy(client, withdraw, [withdrawn]);
  const made = created.length > 0 ? await changedBy(client, create, [json(created)]) : 0;
  const followed = created.filter((row) => restated.has(row["kind"] as CommandKind) && Number(row["sequence"]) > 2);
  if (followed.length > 0) await changedBy(client, supersede, [json(followed)]);
  const changed = rewritten.length > 0 ? await changedBy(client, rewrite, [json(rewritten)]) : 0;
  return made + changed;
}
