import type { z } from "zod";
import type { Capability, CommandKind } from "@/server/domain/commands";
import type { CrossReference } from "@/server/domain/contracts/masters";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { Failure, Result } from "@/server/domain/result";
import type { Instant } from "@/server/domain/instant";
import type { Broker } from "./broker";
import type { Census } from "./census";
import type { Mailer } from "./mail";
import type { FileMapping } from "./mapping";

/**
 * What every connector is: a translator between one foreign system and our canonical words. It decides nothing, keeps no
 * state and speaks to the outside only through the `Http` it is given.
 */
export interface Connector<Settings = unknown, Secrets = unknown> {
  /** Name in the registry, such as `sandbox-erp`. */
  readonly type: string;
  /** As shown to people. */
  readonly title: string;
  /** `sandbox` is marked as such on every screen. */
  readonly grade: "proven" | "contract-checked" | "sandbox";
  readonly capabilities: readonly Capability[];
  /** Parsed before use; the settings form is drawn from it. */
  readonly settings: z.ZodType<Settings>;
  readonly secrets: z.ZodType<Secrets>;
  readonly limits: { concurrency: number; perMinute: number; callTimeoutMs: number };
  /** Requests with the same key go one at a time, for targets that number their documents or lock. Null: no order needed. */
  serializeBy(kind: CommandKind, payload: Readonly<Record<string, unknown>>): string | null;
  /** What it cannot do, in plain words, for people who set up routes. */
  readonly cannot: readonly string[];
  readonly commands: Partial<Record<CommandKind, CommandSupport>>;
  readonly feeds: readonly Feed<Settings, Secrets>[];
  /** What it can say exists, so that nothing is missing here unseen. Left out where it cannot be asked; `cannot` then says so. */
  readonly censuses?: readonly Census<Settings, Secrets>[];
  readonly webhook: Webhook<Settings, Secrets> | null;
  /** Where messages come and go over a connection that stands. */
  readonly broker?: Broker<Settings, Secrets>;
  /** Where it takes files. */
  readonly mapping?: FileMapping;
  /** Where it carries notices to people. */
  readonly mail?: Mailer<Settings, Secrets>;
  /** One cheap authenticated call. */
  check(session: Session<Settings, Secrets>): Promise<Result<{ detail: string }>>;
  /** Sends one command once. Never retries by itself. */
  send(session: Session<Settings, Secrets>, command: OutboundCommand): Promise<Outcome>;
  /** Looks for the document of a command by our reference. Called only where `commands[kind].lookup` is set. */
  lookup(session: Session<Settings, Secrets>, command: OutboundCommand): Promise<LookupAnswer>;
  /** Reads a confirmed document back. Called only where `commands[kind].verify` is true. */
  verify(session: Session<Settings, Secrets>, command: OutboundCommand, reference: string): Promise<VerifyAnswer>;
}

export interface CommandSupport {
  /** A live idempotency key makes a second send harmless for this long; 0: none. */
  idempotentForMs: number;
  /** How an unknown outcome is settled. Null: only a person can. */
  lookup: { by: string; consistency: "read_your_writes" | "eventual"; settleMs: number; complete: boolean } | null;
  /** Whether the document is read back after it was accepted; posted and fixed need it. */
  verify: boolean;
  /** Statuses that prove that the target did not act, with the page that says so. */
  provenNotActed: readonly { status: number; source: string }[];
}

/** One configured installation of a connector and the door it must use. */
export interface Session<Settings, Secrets> {
  readonly connectorId: string;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly http: Http;
  /** Bearer tokens of this installation, kept between calls by the runtime (a connector keeps no state). */
  readonly tokens: Tokens;
  /**
   * One act for all who ask for it under one name: at once where none is under way, else with everyone who came until that one ended.
   * `act` answers each in order, through the session that it is given; its calls stand in the record of each. Whoever's lease ends while it waits is left out.
   */
  together<T, R>(name: string, one: T, act: (all: readonly T[], session: Session<Settings, Secrets>) => Promise<readonly R[]>): Promise<R>;
  readonly now: () => Instant;
  readonly correlationId: string;
  /** Aborted when the lease ends: no step starts after it. */
  readonly signal: AbortSignal;
}

export interface OutboundCommand {
  naturalKey: string;
  kind: CommandKind;
  entity: string;
  sequence: number;
  attempt: number;
  payload: Readonly<Record<string, unknown>>;
  /**
   * Canonical code to this system's code; a missing one is a MAP exception before anything is sent. `base_unit` takes a
   * canonical item and answers this system's word for the unit in which payload quantities count it.
   */
  code(kind: CodeKind | "base_unit", canonical: string): Result<string>;
}
export type CodeKind = CrossReference["kind"];

export type Outcome =
  /** Accepted with the target's own number. `result` is in canonical words (`CommandResults`). */
  | { kind: "confirmed"; reference: string; result: Record<string, unknown>; events?: CanonicalEvent[] }
  /** Proof that the target did not act, or a harmless repeat. */
  | { kind: "retryable"; failure: Failure; retryAfterMs?: number; authentication?: boolean }
  /** The target understood and refused; `code` is one of the exception codes. */
  | { kind: "rejected"; failure: Failure }
  | { kind: "unknown"; failure: Failure };

export type LookupAnswer =
  | { kind: "found"; reference: string; result: Record<string, unknown> }
  | { kind: "several"; references: string[] }
  | { kind: "absent" }
  | { kind: "failed"; failure: Failure; authentication?: boolean; retryAfterMs?: number };

export type VerifyAnswer =
  | { kind: "read"; result: Record<string, unknown>; version: number }
  | { kind: "missing" }
  | { kind: "failed"; failure: Failure; authentication?: boolean; retryAfterMs?: number };

/** Raw input with its own identity, before it is translated. */
export interface SourceMessage {
  /** Unique within the connector for ever. */
  sourceMessageId: string;
  contentType: string;
  body: Uint8Array;
  occurredAt?: Instant;
}

export interface Webhook<Settings, Secrets> {
  /** Checks signature or key over the bytes as they came, in constant time. `id` is what makes a repeat a repeat. */
  verify(input: { settings: Settings; secrets: Secrets; headers: Readonly<Record<string, string>>; body: Uint8Array; now: Instant }): Result<{ id: string; contentType: string }>;
}

/** A polled feed. Windows overlap; repeats are dropped by identity. */
export interface Feed<Settings, Secrets> {
  readonly name: string;
  readonly everyMs: number;
  /** Reads on from `cursor` (null: from the beginning the settings allow). `more` asks to be called again at once, in the same turn: `session.signal` is one for all of its pages and is aborted when it ends. */
  read(session: Session<Settings, Secrets>, cursor: unknown): Promise<Result<{ messages: SourceMessage[]; cursor: unknown; more: boolean }>>;
}

/** Translation of one stored message into canonical events. Pure: no calls. Unknown message kinds give an empty list with a note. */
export interface Translator<Settings> {
  toCanonical(input: TranslationInput<Settings>): Translation;
}
export interface TranslationInput<Settings> { settings: Settings; connectorId: string; entity: string; sourceMessageId: string; correlationId: string; receivedAt: Instant; contentType: string; body: Uint8Array }
export type Translation = Result<{ events: CanonicalEvent[]; excluded?: string }>;

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Default: the connector's limit. Never beyond the lease. */
  timeoutMs?: number;
  /** It changes nothing at the target whatever its method says: a token, a search by POST. */
  harmless?: boolean;
  /** Its answer is itself a secret, such as a session: nothing of its body is kept. */
  secretAnswer?: boolean;
}
export interface HttpResponse { status: number; headers: Readonly<Record<string, string>>; text: string }
/** Did bytes of the request leave? `no` is proof that the target did not act (DNS, refused, TLS). */
export interface HttpFault { left: "no" | "perhaps"; code: "dns" | "refused" | "tls" | "timeout" | "reset" | "too_large" | "redirect" | "blocked" | "aborted"; message: string }
/** The one door out: time-out, size limit, redaction in the attempt log, SSRF guard, trace headers. */
export interface Http { request(request: HttpRequest): Promise<HttpAnswer> }
export type HttpAnswer = { ok: true; response: HttpResponse } | { ok: false; fault: HttpFault };

export interface Tokens {
  /** The live token, or the one that `fetch` brings; callers at the same time share one fetch. */
  current(fetch: () => Promise<FetchedToken>): Promise<FetchedToken>;
  /** The target refused this token: the next caller fetches another. */
  forget(token: string): void;
}
/** `refused` is what the token door answered or why it could not be asked. */
export type FetchedToken = { ok: true; token: string; expiresInMs: number } | { ok: false; refused: HttpAnswer };

export type AnyConnector = Connector<never, never> & Translator<never>;
/** The one place where a connector's own types are given up: the runtime parses settings with its schemas before any call. */
export const defineConnector = <Settings, Secrets>(connector: Connector<Settings, Secrets> & Translator<Settings>): AnyConnector => connector as unknown as AnyConnector;
