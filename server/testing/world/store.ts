import type { CommandView } from "../../domain/commands";
import type { Fact } from "../../domain/facts";
import type { Instant } from "../../domain/instant";
import type { Slice } from "../../domain/movements";
import type { Plan, ReferenceRow } from "../../domain/plan";
import type { MovementTerm } from "../../domain/movements";
import { parseSubjectId, type SubjectId, type SubjectRef } from "../../domain/subject";

/** One append-only difference between what a balance says now and what was booked for it before. */
export interface Movement {
  subject: SubjectId; line: string; term: MovementTerm; document: string;
  quantity: string; amount: string; currency: string; effectiveOn: string; period: string | null; recordedAt: Instant;
}

/** A command row: what the planner sees of it, and what only delivery needs. */
export interface CommandRow extends CommandView { subject: SubjectId; dueAt: Instant; notBefore: Instant | null }

/** A slice with the time in which it stood, half-open. */
export interface SliceRow extends Slice { subject: SubjectId; validFrom: Instant; validTo: Instant | null }

/** All that is known and planned of one subject. */
export interface SubjectState {
  ref: SubjectRef & { id: SubjectId };
  facts: Fact[];
  identities: Map<string, Fact>;
  commands: Map<string, CommandRow>;
  plan: Plan | null;
  published: Map<string, string>;
  publicationCounter: number;
  movements: Movement[];
  slices: SliceRow[];
  depends: Set<string>;
}

/** The world's rows. One instance a world; nothing is shared between worlds. */
export interface Store {
  now: Instant;
  subjects: Map<SubjectId, SubjectState>;
  references: Map<string, ReferenceRow>;
  dirty: Set<SubjectId>;
  plansRun: number;
}

export const createStore = (start: Instant): Store =>
  ({ now: start, subjects: new Map(), references: new Map(), dirty: new Set(), plansRun: 0 });

/** The subject's state, made when it does not exist yet. */
export function subjectState(store: Store, id: SubjectId): SubjectState {
  const present = store.subjects.get(id);
  if (present) return present;
  const made: SubjectState = {
    ref: { ...parseSubjectId(id), id }, facts: [], identities: new Map(), commands: new Map(), plan: null,
    published: new Map(), publicationCounter: 0, movements: [], slices: [], depends: new Set(),
  };
  store.subjects.set(id, made);
  return made;
}

/** What a second delivery of the same thing is known by: the unique key of the fact table. */
const factIdentity = (fact: Fact): string =>
  [fact.source, fact.document, fact.group, fact.shape === "register" ? fact.version : "-"].join("\u0000");

export type FactOutcome = "accepted" | "repeated" | "conflict";

/**
 * Folds a fact under its subject. Guarantees: a repeat changes nothing; the same identity with other content is a
 * `conflict` (CTR-02) and the first one stays; anything new wakes the subject.
 */
export function foldFact(store: Store, fact: Fact): FactOutcome {
  const state = subjectState(store, fact.subject);
  const identity = factIdentity(fact);
  const present = state.identities.get(identity);
  if (present) return JSON.stringify(present.data) === JSON.stringify(fact.data) ? "repeated" : "conflict";
  state.identities.set(identity, fact);
  state.facts.push(fact);
  store.dirty.add(fact.subject);
  return "accepted";
}

/** Takes facts from a subject and wakes it; the list is a new one, because readers remember what they found in a list. */
export function forgetFacts(store: Store, id: SubjectId, which: (fact: Fact) => boolean): void {
  const state = subjectState(store, id);
  state.facts = state.facts.filter((fact) => !which(fact));
  for (const [identity, fact] of state.identities) if (which(fact)) state.identities.delete(identity);
  store.dirty.add(id);
}

export const commandRows = (store: Store): CommandRow[] =>
  [...store.subjects.values()].flatMap((state) => [...state.commands.values()]);

export const movementRows = (store: { subjects: ReadonlyMap<SubjectId, Pick<SubjectState, "movements">> }): Movement[] => [...store.subjects.values()].flatMap((state) => state.movements);

/** Slices as they stand now. */
export const currentSlices = (store: { subjects: ReadonlyMap<SubjectId, Pick<SubjectState, "slices">> }): SliceRow[] =>
  [...store.subjects.values()].flatMap((state) => state.slices.filter((slice) => slice.validTo === null));
