import type { Admission } from "./admission";
import type { Connectors } from "./connectors";
import type { BulkDesk, CloseDesk, Desk, NoticeDesk, PostingDesk, ReconciliationDesk, RouteDesk, TermsDesk } from "./desk";
import type { RoleGrant } from "@/server/domain/rights";
import type { Failure, Result } from "@/server/domain/result";
import type { InboundInput, MessageResult, StoredMessage, WaitingMessage } from "@/server/pipeline/ports";
import type { Query } from "@/server/read/query";
import type { Instant } from "@/server/domain/instant";

/** Who asks. Rights are looked up for each request, so that a right taken away ends at once. */
export interface Person { id: string; name: string; email: string; grants: readonly RoleGrant[]; teams: readonly string[]; /** Teams that the person leads. */ leads: readonly string[] }

/** `refusal`: why its events cannot be taken, where its entity or source is not there. */
export interface ApiClient { id: string; name: string; entity: string; source: string; scopes: readonly string[]; refusal: Failure | null }

export interface HealthReport {
  status: "ok" | "failing";
  reason: string | null;
  database: { ok: boolean; latencyMs: number | null };
  workers: { id: string; seenAt: Instant; fresh: boolean }[];
  /** Entities whose postings are stopped. */
  postingsStopped: number;
  backlog: { messages: number; unplanned: number; commandsDue: number; outbox: number; oldestSeconds: number };
}

/** What the doors (tRPC, public API, webhooks) may use; wired in composition. */
export interface Services {
  query: Query;
  desk: Desk;
  routes: RouteDesk;
  terms: TermsDesk;
  postings: PostingDesk;
  notices: NoticeDesk;
  bulk: BulkDesk;
  reconciliation: ReconciliationDesk;
  close: CloseDesk;
  connectors: Connectors;
  now(): Instant;
  receive(inputs: readonly InboundInput[]): Promise<StoredMessage[]>;
  /** What a stored message would say with changes of its fields; writes nothing. */
  rehearse(message: WaitingMessage): Promise<MessageResult>;
  /** Verifies a webhook by the connector's own rule. Error codes: UNKNOWN_CONNECTOR, NO_WEBHOOK, SIGNATURE, STALE. */
  verifyWebhook(connector: string, headers: Record<string, string>, body: Uint8Array): Promise<Result<{ id: string; contentType: string }>>;
  /** The client of a bearer key, or null where it is unknown, revoked or expired. Constant time in the secret. */
  clientOf(bearer: string): Promise<ApiClient | null>;
  /** `since`: when their session began; one that is older than their password is none. */
  personOf(userId: string, since?: string): Promise<Person | null>;
  /** Yields a moment for each change that a worker or another web process committed; at most four a second; ends with `signal`. */
  changes(signal: AbortSignal, apartMs?: number): AsyncIterable<Instant>;
  /** Whether there is room for what is brought. */
  admission: Admission;
  health(): Promise<HealthReport>;
  /** Whether an error means that the database was not there, rather than that it refused what was asked. */
  isOutage(error: unknown): boolean;
  metrics(): Promise<{ contentType: string; text: string }>;
}
