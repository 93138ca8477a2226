import type { CommandChange, CommandState, CommandView, Lane } from "@/server/domain/commands";
import type { CanonicalEvent, Fact } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import type { FieldChange } from "@/server/domain/message-edit";
import type { Plan, Reference, ReferenceKey } from "@/server/domain/plan";
import type { Policy } from "@/server/domain/policy";
import type { Budget, ResiliencePolicy } from "@/server/domain/resilience";
import type { Failure, Result } from "@/server/domain/result";
import type { SubjectId } from "@/server/domain/subject";
import type { AnyConnector, LookupAnswer, Outcome, OutboundCommand, VerifyAnswer } from "@/server/integrations/contract/connector";

/**
 * All that the pipeline needs of the outside. Every await in this folder is a call of one of these; nothing here knows
 * PostgreSQL. Stores commit by compare-and-set: a write that says the state it leaves answers whether it was still so.
 */
export interface Clock { now(): Instant }
export interface Identifiers { next(): string }
/** In [0, 1). */
export interface Random { fraction(): number }
/** `act` is done once, `ms` from now, unless what is answered is called before. */
export interface Timers { after(ms: number, act: () => void): () => void }

export interface InboundInput { connector: string; sourceMessageId: string; digest: string; contentType: string; headers: Record<string, string>; body: Uint8Array; correlationId: string }
export type StoredMessage = { verdict: "accepted"; id: string } | { verdict: "repeated"; id: string } | { verdict: "conflict"; id: string };
export interface WaitingMessage {
  id: string; connector: string; entity: string; sourceMessageId: string; contentType: string; body: Uint8Array; correlationId: string; receivedAt: Instant;
  /** Claims before this one that ended without a result: workers that died over it. */
  deaths: number;
  /** What persons gave for fields of it, oldest first; the body is as it came. */
  changes: readonly FieldChange[];
}
/** What became of one message. Failed ones are kept for replay with an exception, in the same commit. */
export type MessageResult =
  | { id: string; verdict: "normalized"; events: readonly { event: CanonicalEvent; subject: SubjectId }[] }
  | { id: string; verdict: "failed"; failure: Failure }
  | { id: string; verdict: "excluded"; why: string };

export interface Inbox {
  /** Stores the bytes and the identity together. `conflict`: same id, other content; the new bytes are kept too, with CTR-02. */
  store(messages: readonly InboundInput[]): Promise<StoredMessage[]>;
  /** Keeps a message that could not be taken in the usual way, failed and with an exception, in one commit. One that is known already stays as it is. */
  setAside(message: InboundInput, failure: Failure): Promise<void>;
  /**
   * Takes up to `limit` messages for this worker; nobody else takes them for `claimMs`. A message over which a worker died
   * comes alone, so that a poisonous one does not take innocent ones with it.
   */
  claimWaiting(limit: number, claimMs: number): Promise<WaitingMessage[]>;
  /**
   * Commits the events, the facts that they add, the waking of their subjects and each message's new state together. The
   * same event again changes nothing; an id that is known with other content fails its message (CTR-02), and the same
   * identity of a fact with other content keeps the first and opens CTR-02.
   */
  settle(results: readonly MessageResult[]): Promise<void>;
}

export interface Broadcasts {
  /** Wakes whoever looks at what was published to nobody in particular. Answers how many publications were passed on. */
  passOn(limit: number): Promise<number>;
}

export interface PlanJob {
  subject: { id: SubjectId; entity: string; kind: string; key: string };
  facts: readonly Fact[];
  commands: CommandView[];
  /** Plans of this subject that failed in a row before this one. */
  failures: number;
  policy: Policy;
  connectorsDown: ReadonlySet<string>;
}
export interface PlanStore {
  /**
   * Locks up to `limit` subjects that were woken (new facts, answers, or their time of review has come), reads each after
   * its lock, hands them to `decide`, and commits every answer in one transaction by compare-and-set on the plan that it
   * follows. What is published to another subject becomes a fact of that one, and wakes it, in the same commit; unless it was
   * told before: who is told what cannot wait is locked, read and decided too, or again with it, so that `decide` may be asked
   * about one subject several times, each time with all that was said and kept before, and the last answer is committed. What
   * an answer before the last said stands where the last does not name it.
   * A subject that fails while it is written fails alone. Returns how many were planned.
   */
  planWaiting(limit: number, decide: (job: PlanJob, readReference: (keys: readonly ReferenceKey[]) => Promise<Reference>) => Promise<PlannedSubject | PlanFailure>): Promise<number>;
}
export interface PlannedSubject { plan: Plan; changes: CommandChange[]; dependencies: ReferenceKey[]; now: Instant }
/** `retryAt`: the subject is not planned again before, unless a person asks. */
export interface PlanFailure { failure: Failure; now: Instant; retryAt: Instant }

export interface ClaimedCommand extends Omit<OutboundCommand, "code"> {
  id: string; connector: string; lane: Lane; subjectId: SubjectId; correlationId: string;
  /** Who holds the lease, and until when by the database's clock. */
  owner: string; leaseUntil: Instant;
  /** Attempts that count towards the bound: since a person's retry, and without probes of an open breaker. */
  tries: number;
  /** Empty look-ups so far that count. */
  lookups: number;
  firstSentAt: Instant | null; lastSentAt: Instant | null; confirmedAt: Instant | null; reference: string | null;
  /** An earlier try may have acted: this one repeats it under the same key. */
  inDoubt: boolean;
  /** Workers in a row that died with it in their hands, before this one. */
  deaths: number;
  /** Sent although the breaker is open, to see whether the connector answers again. */
  isProbe?: boolean;
}
export interface Settlement {
  command: ClaimedCommand;
  purpose: "send" | "lookup" | "verify";
  startedAt: Instant; endedAt: Instant;
  request: unknown; response: unknown; httpStatus: number | null;
  /** What the row becomes; `null`: it stays what it is (an empty look-up, a verification). */
  to: CommandState | null;
  outcome: Outcome["kind"] | LookupAnswer["kind"] | VerifyAnswer["kind"] | "agreed" | "differs";
  /** What went wrong in this attempt. */
  failure: Failure | null;
  /** Code and sentence that stay on the row until it changes again: a refusal, or the question that only a person can answer. */
  standing: Failure | null;
  reference: string | null;
  result: Record<string, unknown> | null;
  dueAt: Instant | null;
  /** For what stays or becomes `unknown`: until then its key lives, and the same payload is sent again instead of looked for. */
  repeatUntil: Instant | null;
  lookups: number;
  /** The attempt does not count towards the bound. */
  uncounted: boolean;
  /** Deaths that the row keeps: none once it was in the hands of a worker that lives; what an empty look-up tells is of the look-up alone. */
  deaths: number;
  verifiedAt: Instant | null;
  verifyDueAt: Instant | null;
  technicalFailure: boolean;
  authenticationFailure: boolean;
  /** The target does not want to be called before, by anybody. */
  callAgainAt: Instant | null;
  events: CanonicalEvent[];
}
/** `budget.atOnce` is for sends alone. */
export interface ReadClaim { worker: string; connector: string; limit: number; leaseMs: number; budget: Budget }
export interface LaneWork { connector: string; lane: Lane; due: number }
export interface CommandStore {
  /**
   * `wanted -> sending` with lease and attempt, in one statement, before any byte leaves; `unknown -> sending` with the very
   * same payload while its key lives, which nobody may withdraw or rewrite meanwhile. Answers nothing for paused
   * connectors and open breakers (but one probe when its time has come), never more than the budget leaves over all workers
   * and not before the target wants to be called again, and one at a time for each serial key.
   */
  claim(request: { worker: string; connector: string; lane: Lane; limit: number; leaseMs: number; budget: Budget }): Promise<ClaimedCommand[]>;
  /** `unknown` rows that are due for look-up and not to be sent again, and `sending` rows whose lease ran out, which become unknown; leased, within the budget's calls a minute. */
  claimUnknown(request: ReadClaim): Promise<ClaimedCommand[]>;
  /** Confirmed rows that wait to be read back, leased, within the budget's calls a minute. */
  claimUnverified(request: ReadClaim): Promise<ClaimedCommand[]>;
  /**
   * Each guarded by the state, owner and attempt it leaves; a late worker changes nothing. Also counts the breaker, pauses on
   * an authentication failure, stores the answers' events with their facts and wakes the subjects. Returns how many held.
   */
  settle(settlements: readonly Settlement[]): Promise<number>;
  /** Lanes with something to send now; at most 20 are counted in each. */
  lanesWithWork(): Promise<LaneWork[]>;
  /** Connectors with something to look up or read back now. */
  connectorsWithDoubt(): Promise<{ connector: string; unknown: boolean; unverified: boolean }[]>;
}

/** Finds what nudges and crashes left behind. Each answers how many it found or mended. */
export interface Reconciliation {
  /** `sending` whose lease ran out becomes `unknown`, due for look-up now. */
  expireLeases(): Promise<number>;
  /** Exceptions of connectors (TEC-01, TEC-02) that evidence has ended. */
  closeRecovered(): Promise<number>;
  /** Work older than `olderThanMs` that its stage should have taken: told, never changed. */
  survey(olderThanMs: number): Promise<{ messages: number; unplanned: number; undelivered: number; unsent: number; unverified: number }>;
}

export interface ConnectorRuntime {
  id: string; entity: string; connector: AnyConnector; paused: boolean; policy: ResiliencePolicy;
}
export interface Connectors {
  /** Active connectors with their settings parsed; refreshed when an administrator changes them. */
  list(): Promise<ConnectorRuntime[]>;
  find(id: string): Promise<ConnectorRuntime | null>;
  /** Translates one stored message by its connector's own settings. CTR-03: the connector is not known. */
  translate(message: WaitingMessage): Promise<Result<{ events: CanonicalEvent[]; excluded?: string }>>;
  send(command: ClaimedCommand, signal: AbortSignal): Promise<{ outcome: Outcome; exchange: Exchange }>;
  lookup(command: ClaimedCommand, signal: AbortSignal): Promise<{ answer: LookupAnswer; exchange: Exchange }>;
  verify(command: ClaimedCommand, reference: string, signal: AbortSignal): Promise<{ answer: VerifyAnswer; exchange: Exchange }>;
}
/** What went over the wire, with secrets masked. */
export interface Exchange { request: unknown; response: unknown; httpStatus: number | null }

export interface Ports {
  clock: Clock; timers: Timers; identifiers: Identifiers; random: Random; inbox: Inbox; broadcasts: Broadcasts; plans: PlanStore; commands: CommandStore; reconciliation: Reconciliation; connectors: Connectors;
}
