import { commandKinds, samePayload, type CommandChange, type CommandKind } from "@/server/domain/commands";
import { addMs, type Instant } from "@/server/domain/instant";
import { referenceId, type Publication } from "@/server/domain/plan";
import { routeFor, type Policy } from "@/server/domain/policy";
import { subjectId } from "@/server/domain/subject";
import type { PlannedSubject } from "@/server/pipeline/ports";
import { dropFact, keepFact, replaceFact } from "./facts";
import type { Patience } from "./patience";
import { changed, wake, type Published, type Rows, type SubjectRow } from "./rows";

export type SerialKeyOf = (connector: string, kind: CommandKind, payload: Readonly<Record<string, unknown>>) => string | null;
export interface Writing { rows: Rows; row: SubjectRow; policy: Policy; serialKeyOf: SerialKeyOf; patience: Patience; now: Instant }

/** A review never comes sooner than this after a plan, whatever the planner asks. */
const reviewSpacingMs = 1_000;

/** All that a plan writes: commands, own records and publications. Holds, exceptions and figures are read from the kept plan. */
export function writePlan(writing: Writing, { plan, changes, now }: PlannedSubject): void {
  const { rows, row } = writing;
  row.plan = plan;
  for (const change of changes) applyChange(writing, change);
  for (const record of plan.records) keepFact(rows, { subject: row.id, shape: "register", type: record.type, source: "tower", document: record.document, group: record.group, version: record.version, occurredAt: record.occurredAt, recordedAt: now, data: record.data });
  publishAll(writing, plan.publications, now);
  if (plan.nextReviewAt !== null) wake(rows, row.id, plan.nextReviewAt <= now ? addMs(now, reviewSpacingMs) : plan.nextReviewAt);
}

/** Each guarded by the states that it may leave: what is in flight or confirmed is never touched. */
function applyChange({ rows, row, policy, serialKeyOf, now }: Writing, change: CommandChange): void {
  const present = rows.commands.get(change.naturalKey);
  if (change.do === "withdraw") {
    if (present?.state !== "wanted" && present?.state !== "rejected") return;
    if (present.state === "wanted" && present.attempts === 0) { rows.commands.delete(change.naturalKey); row.commands.delete(change.naturalKey); rows.live.drop(present); rows.brakes.get(present.entity)?.aside.delete(present.id); return; }
    present.state = "withdrawn";
    changed(rows, present);
    return;
  }
  const { wanted } = change, { capability, document, lane } = commandKinds[wanted.kind], route = routeFor(policy, capability, document);
  if (!route || route.mode === "observe") return;
  const dueAt = wanted.notBefore !== undefined && wanted.notBefore > now ? wanted.notBefore : now, payload = JSON.parse(JSON.stringify(wanted.payload)) as Record<string, unknown>;
  const serialKey = serialKeyOf(route.connector, wanted.kind, payload);
  if (change.do === "create") {
    if (present) return;
    const made = {
      id: `c${row.id}/${change.naturalKey}`, subjectId: row.id, entity: row.entity, naturalKey: change.naturalKey, kind: wanted.kind, slot: wanted.slot, sequence: wanted.sequence, lane, state: "wanted" as const, connector: route.connector,
      payload, reference: null, result: null, createdAt: now, firstSentAt: null, lastSentAt: null, confirmedAt: null, verifiedAt: null, verifyDueAt: null, repeatUntil: null, rejection: null, attempts: 0, attemptsBase: 0, deaths: 0, lookups: 0,
      dueAt, leaseUntil: null, owner: null, turn: 0, serialKey, amount: wanted.amount,
    };
    rows.commands.set(change.naturalKey, made);
    row.commands.set(change.naturalKey, made);
    changed(rows, made);
    return;
  }
  const leaves: readonly string[] = change.do === "reopen" ? ["rejected", "withdrawn"] : ["wanted"];
  if (!present || !leaves.includes(present.state)) return;
  Object.assign(present, {
    payload, dueAt, serialKey, amount: wanted.amount, rejection: null, deaths: 0, lookups: 0, connector: present.attempts === 0 ? route.connector : present.connector, attemptsBase: present.state === "wanted" ? present.attemptsBase : present.attempts, state: "wanted",
  });
  changed(rows, present);
}

const nameOf = ({ topic, key }: { topic: string; key: string }): string => `${topic}\u0000${key}`;

/** Says what was not said before just so, and takes it from readers that are named no more under a name that is still said. */
function publishAll(writing: Writing, publications: readonly Publication[], now: Instant): void {
  const { rows, row } = writing, before = rows.published.get(row.id) ?? new Map<string, Published>();
  rows.published.set(row.id, before);
  const named = new Set<string>(), told = new Set(publications.filter(({ to }) => to !== null).map(nameOf));
  for (const publication of publications) named.add(publish(writing, before, publication, now));
  for (const [slot, { topic, key, reader }] of before) {
    if (reader === null || named.has(slot) || !told.has(nameOf({ topic, key }))) continue;
    before.delete(slot);
    dropFact(rows, { subject: reader, source: row.id, document: key, group: topic, version: 0 });
    wake(rows, reader, now);
  }
}

function publish({ rows, row, patience }: Writing, before: Map<string, Published>, { topic, key, to, data, reading }: Publication, now: Instant): string {
  const reader = to ? subjectId(to) : null, slot = `${nameOf({ topic, key })}\u0000${reader ?? ""}`, known = before.get(slot);
  if (known && samePayload(known.data, data)) return slot;
  const version = (known?.version ?? 0) + 1, copy: unknown = JSON.parse(JSON.stringify(data ?? null));
  before.set(slot, { topic, key, reader, data: copy, version });
  if (reader === null) {
    rows.references.set(referenceId({ topic, key }), { topic, key, version, data: copy });
    rows.outbox.push({ publisher: row.id, reference: referenceId({ topic, key }) });
  } else if (replaceFact(rows, { subject: reader, shape: "register", type: `published.${topic}`, source: row.id, document: key, group: topic, version: 0, occurredAt: now, recordedAt: now, data: copy }))
    wake(rows, reader, reading ? addMs(now, patience[reading]) : now);
  return slot;
}
