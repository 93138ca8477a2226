import type pg from "pg";
import { referenceId, type Milestone } from "@/server/domain/plan";
import { normalIdentifier } from "@/server/domain/subject";
import { changedBy, json, statement, together, type Statement } from "../statement";
import { digestOf, freshRows, idsOf, withChanged, type Write } from "./sections";

const dropFindings = statement("finding_drop", "delete from finding where subject_id = any($1)");
const addFindings = statement("finding_add", `
  insert into finding (subject_id, code, message, amount, currency) select subject, code, message, amount, currency
  from json_to_recordset($1) as x(subject text, code text, message text, amount numeric, currency text) on conflict do nothing`);
const dropWaits = statement("wait_drop", "delete from wait where subject_id = any($1)");
const addWaits = statement("wait_add", `
  insert into wait (subject_id, slot, until, message) select subject, slot, until, message from json_to_recordset($1) as x(subject text, slot text, until timestamptz, message text) on conflict do nothing`);
const addMilestones = statement("milestone_add", `
  insert into milestone (subject_id, name, slot, occurred_at, document) select subject, name, slot, "occurredAt", document
  from json_to_recordset($1) as x(subject text, name text, slot text, "occurredAt" timestamptz, document text) on conflict do nothing`);
/** `in (…) is not true` is a look into a hash; these sessions would go through the whole list again for each row. */
const dropDependencies = statement("dependency_drop", `
  delete from dependency d where d.subject_id = any($1)
    and ((d.subject_id, d.topic, d.key) in (select subject, topic, key from json_to_recordset($2) as x(subject text, topic text, key text))) is not true`);
const addIdentifiers = statement("identifier_add", `
  insert into subject_identifier (subject_id, kind, value, normal) select subject, kind, value, normal from json_to_recordset($1) as x(subject text, kind text, value text, normal text) on conflict do nothing`);

/** A milestone stands as it was first written, so its name and slot are all that tells it from others. */
const nameOf = ({ name, slot }: Milestone): string => (slot === "" ? name : digestOf([name, slot]));

const rowsFrom = <T extends object>(writes: readonly Write[], pick: (write: Write) => readonly T[]): (T & { subject: string })[] =>
  writes.flatMap((write) => pick(write).map((row) => ({ ...row, subject: write.id })));

/** Drops what stood and says anew what stands, in this order. */
function replace(client: pg.PoolClient, changed: readonly Write[], drop: Statement, add: Statement, rows: readonly object[]): Promise<unknown>[] {
  if (changed.length === 0) return [];
  return [changedBy(client, drop, [idsOf(changed)]), ...addTo(client, add, rows)];
}
const addTo = (client: pg.PoolClient, add: Statement, rows: readonly object[]): Promise<unknown>[] => (rows.length > 0 ? [changedBy(client, add, [json(rows)])] : []);

/**
 * Findings and waits are as the last plan says; milestones and identifiers are only ever added; what is no longer looked at
 * wakes nobody. Rows are remembered before the first statement leaves.
 */
export async function writeMarks(client: pg.PoolClient, writes: readonly Write[]): Promise<void> {
  const findings = withChanged(writes, "findings"), waits = withChanged(writes, "waits");
  const milestones = rowsFrom(withChanged(writes, "milestones"), (write) => freshRows(write, "milestones", write.plan.milestones, nameOf));
  const identifiers = rowsFrom(withChanged(writes, "identifiers"), (write) => freshRows(write, "identifiers", [{ kind: write.kind, value: write.plan.summary.number }, ...write.plan.summary.identifiers]))
    .filter(({ value }) => value !== "").map((row) => ({ ...row, normal: normalIdentifier(row.value) }));
  // A first plan has declared just what it looks at: nothing to drop.
  const dependencies = withChanged(writes, "dependencies").filter((write) => { freshRows(write, "dependencies", write.planned.dependencies, referenceId); return !write.isFirst; });
  await together([
    ...replace(client, findings, dropFindings, addFindings, rowsFrom(findings, ({ plan }) => plan.findings)),
    ...replace(client, waits, dropWaits, addWaits, rowsFrom(waits, ({ plan }) => plan.waits)),
    ...addTo(client, addMilestones, milestones), ...addTo(client, addIdentifiers, identifiers),
    ...(dependencies.length > 0 ? [changedBy(client, dropDependencies, [idsOf(dependencies), json(rowsFrom(dependencies, ({ planned }) => planned.dependencies))])] : []),
  ]);
}
