import { canonicalJson, commandKinds } from "@/server/domain/commands";
import type { Publication, Reference } from "@/server/domain/plan";
import { referenceId, type ReferenceRow } from "@/server/domain/plan";
import { routeFor, type Policy } from "@/server/domain/policy";
import { subjectId, type SubjectId } from "@/server/domain/subject";
import type { CommandChange } from "@/server/domain/commands";
import type { Clock, PlannedSubject, PlanStore } from "@/server/pipeline/ports";
import { keepFact, replaceFact, subjectRow, type Rows, type SubjectRow } from "./rows";

/** Commits plans to maps: commands, own records and publications. Holds, exceptions and the rest are read from the kept plan. */
export const createMemoryPlans = (rows: Rows, clock: Clock, policy: Policy): PlanStore => ({
  async planWaiting(limit, decide) {
    const now = clock.now();
    const due = [...rows.subjects.values()].filter((row) => (row.plannedVersion < row.factVersion || (row.nextReviewAt !== null && row.nextReviewAt <= now)) && (row.planDueAt === null || row.planDueAt <= now)).slice(0, limit);
    for (const row of due) {
      const { id, entity, kind, key, factVersion, failures } = row;
      const readReference = (keys: readonly { topic: string; key: string }[]): Promise<Reference> => {
        const found = new Map<string, ReferenceRow>();
        for (const asked of keys) {
          const name = referenceId(asked), known = rows.references.get(name);
          (rows.dependents.get(name) ?? rows.dependents.set(name, new Set()).get(name))?.add(id);
          if (known) found.set(name, known);
        }
        return Promise.resolve(found);
      };
      const facts = [...rows.facts.values()].filter((fact) => fact.subject === id), commands = [...rows.commands.values()].filter((command) => command.subjectId === id);
      const answer = await decide({ subject: { id, entity, kind, key }, facts, commands, failures, policy, connectorsDown: new Set<string>() }, readReference);
      if ("failure" in answer) { Object.assign(row, { failures: failures + 1, planDueAt: answer.retryAt }); rows.exceptions.push({ code: answer.failure.code, about: id }); continue; }
      Object.assign(row, { plan: answer.plan, plannedVersion: factVersion, failures: 0, planDueAt: null, nextReviewAt: answer.plan.nextReviewAt });
      commit(rows, row, answer, policy);
    }
    return due.length;
  },
});

function commit(rows: Rows, row: SubjectRow, { plan, changes, now }: PlannedSubject, policy: Policy): void {
  for (const change of changes) applyChange(rows, row, change, policy, now);
  for (const record of plan.records) keepFact(rows, { subject: row.id, shape: "register", type: record.type, source: "tower", document: record.document, group: record.group, version: record.version, occurredAt: record.occurredAt, recordedAt: now, data: record.data });
  for (const publication of plan.publications) publish(rows, row, publication, now);
}

function applyChange(rows: Rows, row: SubjectRow, change: CommandChange, policy: Policy, now: string): void {
  const present = rows.commands.get(change.naturalKey);
  if (change.do === "withdraw") {
    if (present?.attempts === 0) rows.commands.delete(change.naturalKey); else if (present) present.state = "withdrawn";
    return;
  }
  const { wanted } = change;
  const { capability, document, lane } = commandKinds[wanted.kind];
  const route = routeFor(policy, capability, document);
  if (!route || route.mode === "observe") return;
  const dueAt = wanted.notBefore !== undefined && wanted.notBefore > now ? wanted.notBefore : now;
  if (present) { Object.assign(present, { state: "wanted", payload: wanted.payload, dueAt, rejection: null, attemptsBase: present.attempts, lookups: 0 }); return; }
  rows.commands.set(change.naturalKey, {
    id: String(rows.commands.size + 1), subjectId: row.id, entity: row.entity, naturalKey: change.naturalKey, kind: wanted.kind, slot: wanted.slot, sequence: wanted.sequence, lane, state: "wanted", connector: route.connector,
    payload: wanted.payload, reference: null, result: null, createdAt: now, firstSentAt: null, lastSentAt: null, confirmedAt: null, verifiedAt: null, verifyDueAt: null, repeatUntil: null, rejection: null, attempts: 0, attemptsBase: 0, lookups: 0,
    dueAt, leaseUntil: null, owner: null,
  });
}

function publish(rows: Rows, row: SubjectRow, { topic, key, to, data }: Publication, now: string): void {
  const reader = to ? subjectId(to) : null;
  const slot = [row.id, topic, key, reader ?? ""].join("\u0000"), digest = canonicalJson(data), before = rows.published.get(slot);
  if (before?.digest === digest) return;
  const version = (before?.version ?? 0) + 1;
  rows.published.set(slot, { digest, version });
  const copy: unknown = JSON.parse(digest);
  if (reader) {
    replaceFact(rows, { subject: reader, shape: "register", type: `published.${topic}`, source: row.id, document: key, group: topic, version: 0, occurredAt: now, recordedAt: now, data: copy });
    subjectRow(rows, reader).factVersion += 1;
    return;
  }
  rows.references.set(referenceId({ topic, key }), { topic, key, version, data: copy });
  for (const dependent of rows.dependents.get(referenceId({ topic, key })) ?? new Set<SubjectId>()) if (dependent !== row.id) subjectRow(rows, dependent).factVersion += 1;
}
