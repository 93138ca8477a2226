import type { Breaker } from "@/server/domain/breaker";
import type { CommandState, CommandView, Lane } from "@/server/domain/commands";
import type { CanonicalEvent, Fact } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { Plan, ReferenceRow } from "@/server/domain/plan";
import { parseSubjectId, type SubjectId } from "@/server/domain/subject";
import type { InboundInput, Settlement } from "@/server/pipeline/ports";
import type { Brake, Stop } from "./brake";
import { Heap } from "./heap";
import { LiveCommands } from "./live";

export interface MessageRow extends InboundInput { id: string; state: "received" | "normalized" | "failed" | "excluded"; deaths: number; claimedUntil: Instant | null; code: string | null; receivedAt: Instant }
export interface CommandRow extends CommandView {
  id: string; subjectId: SubjectId; entity: string; lane: Lane; state: CommandState; dueAt: Instant; leaseUntil: Instant | null; owner: string | null; attemptsBase: number; deaths: number; lookups: number; lastSentAt: Instant | null; repeatUntil: Instant | null; verifyDueAt: Instant | null;
  /** When it became live, among all: of two that are due at one moment the earlier goes first. */
  turn: number;
  serialKey: string | null; amount: { amount: string; currency: string } | null;
}
export interface SubjectRow {
  id: SubjectId; entity: string; kind: string; key: string; facts: Map<string, Fact>; commands: Map<string, CommandRow>;
  /** The facts as they were listed last; null since they changed. */
  listed: readonly Fact[] | null;
  /** Rises with every plan: a plan is written only over the one that it followed. */
  planNo: number; failures: number; plan: Plan | null;
  /** When it is to be planned, as often as it was asked for. */
  wakes: Instant[];
  /** Who plans it now. */
  lockedBy: string | null;
}
/** A wake as it was asked for; of those that were answered meanwhile the subject's row knows nothing any more. */
export interface Wake { at: Instant; no: number; row: SubjectRow }
/** What a subject said under one name to one reader, or to nobody in particular. */
export interface Published { topic: string; key: string; reader: SubjectId | null; data: unknown; version: number }
export interface ExceptionRow { code: string; about: string; isOpen: boolean }

/** Everything that the in-memory stores hold; tests look into it. One instance a test. */
export interface Rows {
  messages: Map<string, MessageRow>;
  identities: Map<string, MessageRow>;
  /** Messages that wait, oldest first. */
  waiting: Set<MessageRow>;
  events: Map<string, CanonicalEvent>;
  subjects: Map<SubjectId, SubjectRow>;
  /** Wakes of all subjects, soonest first. */
  wakes: Heap<Wake>;
  commands: Map<string, CommandRow>;
  /** Those of the commands with which something is still to be done. */
  live: LiveCommands;
  attempts: Settlement[];
  references: Map<string, ReferenceRow>;
  dependents: Map<string, Set<SubjectId>>;
  published: Map<SubjectId, Map<string, Published>>;
  /** Publications to nobody in particular that were not passed on yet. */
  outbox: { publisher: SubjectId; reference: string }[];
  /** Until when a connector's calls are spent, in epoch milliseconds. */
  spent: Map<string, number>;
  paused: Set<string>;
  /** By entity. */
  brakes: Map<string, Brake>;
  /** Every stop of postings there was, oldest first. */
  stops: Stop[];
  breakers: Map<string, Breaker>;
  exceptions: ExceptionRow[];
}

export const createRows = (): Rows => ({
  messages: new Map(), identities: new Map(), waiting: new Set(), events: new Map(), subjects: new Map(), wakes: new Heap((a, b) => a.at < b.at || (a.at === b.at && a.no < b.no)), commands: new Map(), live: new LiveCommands(), attempts: [], references: new Map(), dependents: new Map(),
  published: new Map(), outbox: [], spent: new Map(), paused: new Set(), brakes: new Map(), stops: [], breakers: new Map(), exceptions: [],
});

/** The subject's row, made when something is said to it for the first time. */
export function subjectRow(rows: Rows, id: SubjectId): SubjectRow {
  let row = rows.subjects.get(id);
  if (!row) rows.subjects.set(id, (row = { id, ...parseSubjectId(id), facts: new Map(), listed: null, commands: new Map(), planNo: 0, failures: 0, plan: null, wakes: [], lockedBy: null }));
  return row;
}

/** One list as long as nothing changes: readers remember what they found in a list. */
export const factsOf = (row: SubjectRow): readonly Fact[] => (row.listed ??= [...row.facts.values()]);

export function wake(rows: Rows, id: SubjectId, at: Instant): void {
  const row = subjectRow(rows, id);
  row.wakes.push(at);
  rows.wakes.push({ at, no: rows.wakes.pushed, row });
}

/** To be called whenever a command's state or connector changed. */
export function changed(rows: Rows, row: CommandRow): void {
  const isDone = row.state === "rejected" || row.state === "withdrawn" || (row.state === "confirmed" && (row.verifiedAt !== null || row.verifyDueAt === null));
  if (isDone) rows.live.drop(row); else rows.live.keep(row);
}

/** Opens what is not open yet. */
export function openException(rows: Rows, code: string, about: string): void {
  if (!rows.exceptions.some((row) => row.isOpen && row.code === code && row.about === about)) rows.exceptions.push({ code, about, isOpen: true });
}
/** Answers how many were open. */
export function closeException(rows: Rows, code: string, about: string): number {
  const open = rows.exceptions.filter((row) => row.isOpen && row.code === code && row.about === about);
  for (const row of open) row.isOpen = false;
  return open.length;
}
