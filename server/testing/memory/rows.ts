import type { CommandState, CommandView, Lane } from "@/server/domain/commands";
import { toFact, type CanonicalEvent, type Fact } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { Plan, ReferenceRow } from "@/server/domain/plan";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import { commandVerdict } from "@/server/domain/verdicts";
import type { InboundInput, Settlement } from "@/server/pipeline/ports";

export interface MessageRow extends InboundInput { id: string; state: "received" | "normalized" | "failed" | "excluded"; deaths: number; code: string | null; receivedAt: Instant }
export interface CommandRow extends CommandView {
  id: string; subjectId: SubjectId; entity: string; lane: Lane; state: CommandState; dueAt: Instant; leaseUntil: Instant | null; owner: string | null; attemptsBase: number; lookups: number; lastSentAt: Instant | null; repeatUntil: Instant | null; verifyDueAt: Instant | null;
}
export interface SubjectRow { id: SubjectId; entity: string; kind: string; key: string; factVersion: number; plannedVersion: number; failures: number; planDueAt: Instant | null; plan: Plan | null; nextReviewAt: Instant | null }

/** Everything that the in-memory stores hold; tests look into it. One instance a test. */
export interface Rows {
  messages: MessageRow[];
  events: Map<string, CanonicalEvent>;
  subjects: Map<SubjectId, SubjectRow>;
  facts: Map<string, Fact>;
  commands: Map<string, CommandRow>;
  attempts: Settlement[];
  references: Map<string, ReferenceRow>;
  dependents: Map<string, Set<SubjectId>>;
  published: Map<string, { digest: string; version: number }>;
  paused: Set<string>;
  exceptions: { code: string; about: string }[];
}

export const createRows = (): Rows => ({
  messages: [], events: new Map(), subjects: new Map(), facts: new Map(), commands: new Map(), attempts: [], references: new Map(), dependents: new Map(), published: new Map(), paused: new Set(), exceptions: [],
});

/** The subject's row, made when something is said to it for the first time. */
export function subjectRow(rows: Rows, id: SubjectId): SubjectRow {
  let row = rows.subjects.get(id);
  if (!row) rows.subjects.set(id, (row = { id, ...parseSubjectId(id), factVersion: 0, plannedVersion: 0, failures: 0, planDueAt: null, plan: null, nextReviewAt: null }));
  return row;
}

const identityOf = (fact: Fact): string => [fact.subject, fact.source, fact.document, fact.group, fact.version].join("\u0000");

/** What one subject tells another takes the place of what it told before. */
export const replaceFact = (rows: Rows, fact: Fact): void => { rows.facts.set(identityOf(fact), fact); };

/** Keeps a fact once; answers whether it was new, and reports other content under a known identity. */
export function keepFact(rows: Rows, fact: Fact): boolean {
  const known = rows.facts.get(identityOf(fact));
  if (!known) { rows.facts.set(identityOf(fact), fact); return true; }
  if (JSON.stringify(known.data) !== JSON.stringify(fact.data)) rows.exceptions.push({ code: "CTR-02", about: fact.subject });
  return false;
}

/** An event with the fact that it adds, once; wakes its subject where the fact was new. */
export function keepEvent(rows: Rows, event: CanonicalEvent, subject: SubjectId, now: Instant): void {
  if (rows.events.has(event.id)) return;
  rows.events.set(event.id, event);
  const fact = toFact({ ...event, subject: parseSubjectId(subject) }, now), verdict = commandVerdict(event);
  if (!fact.ok) { rows.exceptions.push({ code: fact.error.code, about: subject }); return; }
  const command = verdict ? rows.commands.get(verdict.naturalKey) : undefined;
  if (verdict && command?.state === "unknown") Object.assign(command, { state: verdict.to, dueAt: now, reference: verdict.reference ?? command.reference, rejection: null });
  if (keepFact(rows, fact.value) || verdict) subjectRow(rows, subject).factVersion += 1;
}
