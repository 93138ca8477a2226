import type { CommandState, CommandView, Lane } from "@/server/domain/commands";
import type { CanonicalEvent, Fact } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { Plan, ReferenceRow } from "@/server/domain/plan";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import type { InboundInput, Settlement, WaitingInput } from "@/server/pipeline/ports";

export interface MessageRow extends InboundInput { id: string; state: "received" | "normalized" | "failed" | "excluded"; deaths: number; code: string | null; receivedAt: Instant }
export interface CommandRow extends CommandView {
  id: string; subjectId: SubjectId; entity: string; lane: Lane; state: CommandState; dueAt: Instant; leaseUntil: Instant | null; owner: string | null; attemptsBase: number; lookups: number; lastSentAt: Instant | null; verifyDueAt: Instant | null;
}
export interface SubjectRow { id: SubjectId; entity: string; kind: string; key: string; factVersion: number; plannedVersion: number; failures: number; planDueAt: Instant | null; plan: Plan | null; nextReviewAt: Instant | null }

/** Everything that the in-memory stores hold; tests look into it. One instance a test. */
export interface Rows {
  messages: MessageRow[];
  events: Map<string, CanonicalEvent>;
  waiting: { subject: SubjectId; input: WaitingInput }[];
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
  messages: [], events: new Map(), waiting: [], subjects: new Map(), facts: new Map(), commands: new Map(), attempts: [], references: new Map(), dependents: new Map(), published: new Map(), paused: new Set(), exceptions: [],
});

/** The subject's row, made when something is said to it for the first time. */
export function subjectRow(rows: Rows, id: SubjectId): SubjectRow {
  let row = rows.subjects.get(id);
  if (!row) rows.subjects.set(id, (row = { id, ...parseSubjectId(id), factVersion: 0, plannedVersion: 0, failures: 0, planDueAt: null, plan: null, nextReviewAt: null }));
  return row;
}

const identityOf = (fact: Fact): string => [fact.subject, fact.source, fact.document, fact.group, fact.version].join("\u0000");

/** Keeps a fact once; answers whether it was new, and reports other content under a known identity. */
export function keepFact(rows: Rows, fact: Fact): boolean {
  const known = rows.facts.get(identityOf(fact));
  if (!known) { rows.facts.set(identityOf(fact), fact); return true; }
  if (JSON.stringify(known.data) !== JSON.stringify(fact.data)) rows.exceptions.push({ code: "CTR-02", about: fact.subject });
  return false;
}
