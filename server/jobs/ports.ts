import type { SubjectKind } from "@/server/domain/subject";
import type { OrderView } from "@/server/read/public-orders";

/** Where polled feeds stand. */
export interface FeedCursors {
  /** Takes the feed for this turn; null where somebody took it less than `everyMs` ago. Null cursor: from the beginning. */
  take(connector: string, feed: string, everyMs: number): Promise<{ cursor: unknown } | null>;
  /** Moves on by compare-and-set; false where somebody else has moved it. Call it after what was read is stored. */
  move(connector: string, feed: string, from: unknown, to: unknown): Promise<boolean>;
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
  /** Removes what only nudged and is done. Never facts, messages, attempts or audit. */
  prune(): Promise<number>;
  /** Plans again what is open and was planned by rules older than those that came into force lately. */
  followPolicies(): Promise<number>;
  /** Numbers and chains committed audit entries. */
  sealAudit(): Promise<number>;
  /** Reads stored messages again; what is known already adds nothing. */
  replay(messages: readonly string[]): Promise<number>;
  /** Plans all subjects of a kind again, such as after a new policy. */
  planAgain(entity: string, kind: SubjectKind): Promise<number>;
}
