import type { Notice, NoticeDelivery } from "@/server/domain/notices";
import type { DocumentKind, Heard, Pace, Span, Statement } from "@/server/domain/completeness";
import type { Instant } from "@/server/domain/instant";
import type { OrderView } from "@/server/read/public-orders";

/** Where polled feeds stand. */
export interface FeedCursors {
  /** Takes the feed for this turn; null where somebody took it less than `everyMs` ago. Null cursor: from the beginning. */
  take(connector: string, feed: string, everyMs: number): Promise<{ cursor: unknown } | null>;
  /** Moves on by compare-and-set; false where somebody else has moved it. Call it after what was read is stored. */
  move(connector: string, feed: string, from: unknown, to: unknown): Promise<boolean>;
  /** It did not answer, or not so that it could be read: kept with since when, until it moves on. */
  failed(connector: string, feed: string, why: string): Promise<void>;
}

/** What a broker's connection says of its health. */
export interface BrokerHealth {
  /** Credentials or rights were refused: it is paused at once, with TEC-02. */
  refused(connector: string, why: string): Promise<void>;
  /** It was connected (null) or could not be: five in a row are TEC-01. */
  seen(connector: string, failure: string | null): Promise<void>;
}

export interface ReachedMilestone { name: string; slot: string; occurredAt: string; document: string | null }
/** An order that changed, as others see it. */
export interface ChangedOrder { subjectId: string; key: string; order: OrderView; milestones: ReachedMilestone[]; /** Ids of the milestone events that this connector's broker has confirmed. */ told: string[] }
/** Which changes of orders a connector's broker has been told. */
export interface OrderTelling {
  /** In the order of commit. */
  changedAfter(connector: string, entity: string, after: string | null, limit: number): Promise<ChangedOrder[]>;
  /** Written down after the broker has confirmed; what is not is told again under the same ids. */
  told(connector: string, orders: readonly { subjectId: string; milestones: readonly string[] }[]): Promise<void>;
}

/** What jobs do to the store; each answers how many rows it touched. */
export interface Maintenance {
  heartbeat(worker: string, detail: Record<string, unknown>): Promise<void>;
  left(worker: string): Promise<void>;
  /** Removes what only nudged and is done, and proofs of completeness that are out of date. Never facts, messages, attempts or audit. */
  prune(): Promise<number>;
  /** Plans again what is open and was planned by rules older than those that came into force lately. */
  followPolicies(): Promise<number>;
  /** Opens and closes CMP-02: feeds that have not answered for long. */
  tellSilentFeeds(): Promise<number>;
  /** Numbers and chains committed audit entries. */
  sealAudit(): Promise<number>;
}

/** A claim on asking one source: only its holder writes what the source answered. */
export interface CensusClaim { connector: string; entity: string; census: string; checkedTo: Instant; heard: Heard | null; failures: number }
/** What a person wants fetched of one window. */
export interface Asked { connector: string; census: string; span: Span; documents: { kind: DocumentKind; document: string; version: number }[] }
/** Control totals that a source is to state. A paused one owes them, and nobody is told. */
export interface ExpectedTotals { connector: string; entity: string; paused: boolean; kinds: readonly DocumentKind[]; windowSeconds: number; dueSeconds: number }
/** What sources say exists beside what is held. */
export interface CompletenessStore {
  /** Takes the source for `leaseMs`; null where somebody has it, or its next window has not closed. */
  claim(worker: string, connector: string, census: string, pace: Pace, leaseMs: number): Promise<CensusClaim | null>;
  /**
   * Writes a whole listing of a span, with its gaps as exceptions, and moves on; false where the claim was lost. The same
   * listing again changes nothing.
   */
  settle(worker: string, claim: CensusClaim, listing: { statements: readonly Statement[]; span: Span; kinds: readonly DocumentKind[]; pace: Pace; listedTo: Instant; checkedTo: Instant; heard: Heard; now: Instant }): Promise<boolean>;
  /** Gives the source back: nothing of it is due before, or it did not answer. */
  release(worker: string, claim: CensusClaim, dueAt: Instant, failure: string | null): Promise<void>;
  /** What was not here: what has come closes its gap, what is missing by now is an exception. Answers how many changed. */
  look(now: Instant): Promise<number>;
  /**
   * Control totals: those that sources are to state and have not are told, those that they stated are compared with what is held.
   * `expected`: of every source, paused ones too. Answers how many changed.
   */
  totals(expected: readonly ExpectedTotals[], now: Instant): Promise<number>;
  /** How far the next systems are with what is held. Answers how many changed. */
  follow(): Promise<number>;
  /** What persons want fetched and nobody is fetching, by window. */
  claimAsked(leaseMs: number): Promise<Asked[]>;
  answerAsked(asked: Asked, answers: readonly { kind: DocumentKind; document: string; answer: string }[]): Promise<void>;
}

/** Notices of one person that go into one mail. */
export interface DueNotices { person: { id: string; name: string; address: string }; delivery: NoticeDelivery; connector: string; notices: (Notice & { id: string })[] }
export interface WantedMail { id: string; connector: string; tries: number; to: { name: string; address: string }; subject: string; text: string; html: string }

/** What people subscribed to, what they were told, and the outbox of mail. */
export interface NoticeStore {
  /** Writes down what began since it was subscribed to, once for each person and occurrence. Answers how much. */
  raise(now: Instant): Promise<number>;
  /** What is due, still so and not asleep, by person and delivery. What is over before it was told is dropped. `mailers`: who carries mail now. */
  due(mailers: readonly { id: string; entity: string }[]): Promise<DueNotices[]>;
  /** Puts a mail with its notices into the outbox; false where another worker has put one of them. */
  post(due: DueNotices, mail: { id: string; subject: string; text: string; html: string }): Promise<boolean>;
  /** Takes a mail for a try, under a lease: one whose worker died is taken again when it ends. Null: none is due. */
  take(mailers: readonly string[], leaseMs: number): Promise<WantedMail | null>;
  sent(mail: WantedMail, answer: string): Promise<void>;
  /** Due again after a while; `afterMs` null: given up, with TEC-03. */
  failed(mail: WantedMail, why: string, afterMs: number | null): Promise<void>;
}
