import type { SubjectKind } from "@/server/domain/subject";

/** Where polled feeds stand. */
export interface FeedCursors {
  /** Takes the feed for this turn; null where somebody took it less than `everyMs` ago. Null cursor: from the beginning. */
  take(connector: string, feed: string, everyMs: number): Promise<{ cursor: unknown } | null>;
  /** Moves on by compare-and-set; false where somebody else has moved it. Call it after what was read is stored. */
  move(connector: string, feed: string, from: unknown, to: unknown): Promise<boolean>;
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
