import type { CommandChange, CommandState, CommandView, Lane } from "@/server/domain/commands";
import type { CanonicalEvent, Fact } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { Plan, Publication, Reference, ReferenceKey } from "@/server/domain/plan";
import type { Policy } from "@/server/domain/policy";
import type { Failure } from "@/server/domain/result";
import type { SubjectId } from "@/server/domain/subject";
import type { AnyConnector, LookupAnswer, Outcome, OutboundCommand, VerifyAnswer } from "@/server/integrations/contract/connector";

/**
 * All that the pipeline needs of the outside. Every await in this folder is a call of one of these; nothing here knows
 * PostgreSQL. Stores commit by compare-and-set: a write that says the state it leaves answers whether it was still so.
 */
export interface Clock { now(): Instant }
export interface Identifiers { next(): string }
export interface Random { fraction(): number }

export interface InboundInput { connector: string; sourceMessageId: string; digest: string; contentType: string; headers: Record<string, string>; body: Uint8Array; correlationId: string }
export type StoredMessage = { verdict: "accepted"; id: string } | { verdict: "repeated"; id: string } | { verdict: "conflict"; id: string };
export interface WaitingMessage { id: string; connector: string; entity: string; sourceMessageId: string; contentType: string; body: Uint8Array; correlationId: string; receivedAt: Instant; deaths: number }

export interface Inbox {
  /** Stores the bytes and the identity together. `conflict`: same id, other content; the new bytes are kept too. */
  store(messages: readonly InboundInput[]): Promise<StoredMessage[]>;
  /** Takes up to `limit` messages for this worker; another worker cannot take them until the claim ends. */
  claimWaiting(limit: number): Promise<WaitingMessage[]>;
  /** Commits the events and the message's new state together. */
  normalized(id: string, events: readonly CanonicalEvent[], recordedAt: Instant): Promise<void>;
  /** Keeps the message for replay and opens the exception in the same commit. */
  failed(id: string, failure: Failure & { code: string }): Promise<void>;
  excluded(id: string, why: string): Promise<void>;
}

export interface FactStore {
  /**
   * Folds waiting events and outbox rows into facts: subjects locked in id order with SKIP LOCKED, fact version raised where
   * something was new. Returns how many were folded.
   */
  foldWaiting(limit: number): Promise<number>;
}

export interface PlanJob {
  subject: { id: SubjectId; entity: string; kind: string; key: string };
  facts: Fact[];
  commands: CommandView[];
  factVersion: number;
  policy: Policy;
}
export interface PlanStore {
  /**
   * Locks up to `limit` subjects that need planning, reads each after its lock, hands them to `decide`, and commits every
   * answer in the same transaction by compare-and-set on the fact version.
   */
  planWaiting(limit: number, decide: (job: PlanJob, readReference: (keys: readonly ReferenceKey[]) => Promise<Reference>) => Promise<PlannedSubject | PlanFailure>): Promise<number>;
}
export interface PlannedSubject { plan: Plan; changes: CommandChange[]; dependencies: ReferenceKey[]; now: Instant }
export interface PlanFailure { failure: Failure; now: Instant }

export interface ClaimedCommand extends Omit<OutboundCommand, "code"> {
  id: string; connector: string; lane: Lane; subjectId: SubjectId; correlationId: string; leaseUntil: Instant; lookups: number; firstSentAt: Instant | null; reference: string | null;
}
export interface Settlement {
  command: ClaimedCommand;
  purpose: "send" | "lookup" | "verify";
  startedAt: Instant; endedAt: Instant;
  request: unknown; response: unknown; httpStatus: number | null;
  /** What the row becomes; `null` for a verification, which only sets `verifiedAt` or opens INV-04. */
  to: CommandState | null;
  outcome: Outcome["kind"] | LookupAnswer["kind"] | VerifyAnswer["kind"] | "agreed" | "differs";
  failure: Failure | null;
  reference: string | null;
  result: Record<string, unknown> | null;
  dueAt: Instant | null;
  verifiedAt: Instant | null;
  verifyDueAt: Instant | null;
  technicalFailure: boolean;
  authenticationFailure: boolean;
  events: CanonicalEvent[];
}
export interface CommandStore {
  /** `wanted -> sending` with lease, attempt and digest, in one statement, before any byte leaves. Skips paused connectors and open breakers. */
  claim(request: { worker: string; connector: string; lane: Lane; limit: number; leaseMs: number; serialized: ReadonlySet<string> }): Promise<ClaimedCommand[]>;
  /** `unknown` rows (and `sending` rows whose lease ran out, which become unknown) that are due for look-up, leased. */
  claimUnknown(request: { worker: string; connector: string; limit: number; leaseMs: number }): Promise<ClaimedCommand[]>;
  /** Confirmed rows that wait to be read back, leased. */
  claimUnverified(request: { worker: string; connector: string; limit: number; leaseMs: number }): Promise<ClaimedCommand[]>;
  /** Each guarded by the state and lease it leaves; a late worker changes nothing. Also counts the breaker, stores answers' events and marks the subject for planning. Returns how many held. */
  settle(settlements: readonly Settlement[]): Promise<number>;
  lanesWithWork(): Promise<{ connector: string; lane: Lane; due: number }[]>;
}

export interface ConnectorRuntime {
  id: string; entity: string; connector: AnyConnector; paused: boolean; concurrency: number; perMinute: number;
}
export interface Connectors {
  /** Active connectors with their settings parsed; refreshed when an administrator changes them. */
  list(): Promise<ConnectorRuntime[]>;
  find(id: string): Promise<ConnectorRuntime | null>;
  send(command: ClaimedCommand, signal: AbortSignal): Promise<{ outcome: Outcome; exchange: Exchange }>;
  lookup(command: ClaimedCommand, signal: AbortSignal): Promise<{ answer: LookupAnswer; exchange: Exchange }>;
  verify(command: ClaimedCommand, reference: string, signal: AbortSignal): Promise<{ answer: VerifyAnswer; exchange: Exchange }>;
}
/** What went over the wire, with secrets masked. */
export interface Exchange { request: unknown; response: unknown; httpStatus: number | null }

export interface Ports { clock: Clock; identifiers: Identifiers; random: Random; inbox: Inbox; facts: FactStore; plans: PlanStore; commands: CommandStore; connectors: Connectors }
export type { CommandChange, Fact, Publication };
