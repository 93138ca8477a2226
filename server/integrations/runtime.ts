import type { CanonicalEvent } from "@/server/domain/facts";
import type { DocumentKind, Pace, Span } from "@/server/domain/completeness";
import { epochMs, type Instant } from "@/server/domain/instant";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import type { ClaimedCommand, Clock, Connectors, Exchange } from "@/server/pipeline/ports";
import type { CensusPage } from "./contract/census";
import { totalsExpected, type TotalsExpected } from "./contract/control-totals";
import type { AnyConnector, CodeKind, LookupAnswer, OutboundCommand, Outcome, SourceMessage, Tokens, VerifyAnswer } from "./contract/connector";
import type { BrokerConnection } from "./contract/broker";
import type { OutboundMail } from "./contract/mail";
import { createDoor, type Door } from "./http/door";
import { createTokens } from "./http/tokens";
import { createGatherings, type Gatherings } from "./together";
import { Installation, type ConnectorRow } from "./installation";
import { connectorTypes } from "./registry";

/** What the runtime needs of its surroundings. */
export interface RuntimeSources {
  loadConnectors(): Promise<readonly ConnectorRow[]>;
  /** The `system` (connector id) code of a canonical one; a MAP failure where the cross-reference has none. */
  resolveCode(entity: string, system: string, kind: CodeKind, canonical: string): Result<string>;
  /** The codes that this system has besides for the same canonical one; they stay unused as long as the first is there. */
  otherCodes?(entity: string, system: string, kind: CodeKind, canonical: string): readonly string[];
  /** Reads the cross-reference anew: a code that was mapped a moment ago is no refusal. */
  renewCodes(): Promise<void>;
  /** Canonical base unit of a canonical item, from its master record. */
  baseUnit(entity: string, item: string): Result<string>;
  clock: Clock;
}
export interface RuntimeOptions { types?: ReadonlyMap<string, AnyConnector>; door?: Door; refreshMs?: number }

export interface StoredInput { connector: string; entity: string; sourceMessageId: string; correlationId: string; receivedAt: Instant; contentType: string; body: Uint8Array }
export interface FeedReading { messages: SourceMessage[]; cursor: unknown; more: boolean }
export interface FeedInfo { name: string; everyMs: number }
export interface CensusInfo extends Pace { name: string; kinds: readonly [DocumentKind, ...DocumentKind[]] }
/** `version` changes with the settings and secrets: a connection that was opened with others is of the past. */
export interface BrokerInfo { id: string; entity: string; consumes: boolean; publishes: boolean; version: string }

/** The connectors of this installation, ready to be used: the port of the pipeline, and what feeds, doors and screens need besides. */
export interface Integrations extends Connectors {
  /** Installations that cannot work, and why, in plain words. */
  problems(): Promise<{ id: string; failure: Failure }[]>;
  /** Translates one stored message. CTR-03: the connector is not known. */
  translate(message: StoredInput): Promise<Result<{ events: CanonicalEvent[]; excluded?: string }>>;
  /** UNKNOWN_CONNECTOR, NO_WEBHOOK, or what is wrong with the signature. */
  verifyWebhook(id: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<Result<{ id: string; contentType: string }>>;
  feeds(id: string): Promise<readonly FeedInfo[]>;
  /** One page of a feed. `authentication` tells a refused login from an outage. */
  readFeed(id: string, feed: string, cursor: unknown, signal: AbortSignal): Promise<{ reading: Result<FeedReading>; exchange: Exchange; authentication: boolean }>;
  censuses(id: string): Promise<readonly CensusInfo[]>;
  /** One page of what exists there. */
  readCensus(id: string, census: string, span: Span, page: unknown, signal: AbortSignal): Promise<Result<CensusPage>>;
  /** Which control totals a source that only pushes is to state; null where none is expected of it. */
  totals(id: string): Promise<TotalsExpected | null>;
  /** Brokers that are to be connected now: active, and their settings usable. */
  brokers(): Promise<BrokerInfo[]>;
  /** TEC-02 is a refused login or right. Whoever opened it closes it. */
  openBroker(id: string, signal: AbortSignal): Promise<Result<BrokerConnection>>;
  /** Those that carry mail and are active, each with its entity. */
  mailers(): Promise<{ id: string; entity: string }[]>;
  /** One try; TEC-01 where the connector is not there or its settings are not usable. */
  sendMail(id: string, mail: OutboundMail, signal: AbortSignal): Promise<Result<{ answer: string }>>;
  check(id: string, signal: AbortSignal): Promise<{ result: Result<{ detail: string }>; exchange: Exchange }>;
  /** Tries settings before they are saved. */
  tryOut(row: ConnectorRow, signal: AbortSignal): Promise<{ result: Result<{ detail: string }>; exchange: Exchange }>;
  /** An administrator changed something: read the rows again at the next use. */
  refresh(): void;
  close(): void;
}

const nothingSaid: Exchange = { request: null, response: null, httpStatus: null };
/** A send that ended without an answer of the connector: by the end of its lease, or by an error inside. */
const brokenOff = (failure: Failure, mayHaveActed: boolean): Outcome => {
  if (mayHaveActed) return { kind: "unknown", failure: { code: "TEC-04", message: failure.message } };
  return failure.code === "aborted" ? { kind: "retryable", failure: { code: "TEC-01", message: failure.message } } : { kind: "rejected", failure: { code: "TEC-05", message: failure.message } };
};
/** Turned down for a code: for want of one here, or by a target that knows none such. Nothing was done. */
const lacksCode = ({ answer }: { answer: Outcome }): boolean => answer.kind === "rejected" && answer.failure.code.startsWith("MAP-");
const brokenSettings = (failure: Failure): Failure => ({ code: "TEC-02", message: failure.message });

export function createIntegrations(sources: RuntimeSources, options: RuntimeOptions = {}): Integrations {
  const types = options.types ?? connectorTypes;
  const door = options.door ?? createDoor();
  const nowMs = (): number => epochMs(sources.clock.now());
  const kept = new Map<string, { tokens: Tokens; gatherings: Gatherings }>();
  let loaded: { until: number; rows: Promise<Map<string, Installation>> } | null = null;

  const open = (row: ConnectorRow): Installation => {
    const type = types.get(row.type);
    // A changed address or secret makes another key, so that no token outlives what it was got with.
    const key = JSON.stringify([row.id, row.settings, row.secrets]);
    let own = kept.get(key);
    if (!own) kept.set(key, (own = { tokens: createTokens(nowMs), gatherings: createGatherings() }));
    return new Installation(row, type ?? null, { door, ...own, now: () => sources.clock.now() });
  };
  const installations = (): Promise<Map<string, Installation>> => {
    const now = performance.now();
    if (loaded && now < loaded.until) return loaded.rows;
    const rows = sources.loadConnectors().then((found) => new Map(found.map((row) => [row.id, open(row)])));
    loaded = { until: now + (options.refreshMs ?? 2000), rows };
    rows.catch(() => { loaded = null; });
    return rows;
  };
  const installation = async (id: string): Promise<Installation | null> => (await installations()).get(id) ?? null;
  /** One that work names: where it is not known, it may have been made a moment ago, so its row is looked for before that is believed. */
  const named = async (id: string): Promise<Installation | null> => {
    const seen = loaded, known = await installation(id);
    if (known) return known;
    // What was read since the question is young enough, and one reading serves all who ask.
    if (loaded === seen) loaded = null;
    return installation(id);
  };

  interface Asked { kind: CodeKind | "base_unit"; canonical: string; said: Result<string>; /** It is another by now. */ moved: () => boolean }
  /** `asked` is given each code that was asked for. */
  const outbound = (command: ClaimedCommand, system: Installation, asked: Asked[] = []): OutboundCommand => {
    const { naturalKey, kind, entity, sequence, attempt, payload } = command;
    const resolve = (codeKind: CodeKind, canonical: string): Result<string> => {
      const mapped = sources.resolveCode(entity, system.row.id, codeKind, canonical);
      return !mapped.ok && system.isSystemOfRecord ? ok(canonical) : mapped;
    };
    const find: OutboundCommand["code"] = (codeKind, canonical) => {
      if (codeKind !== "base_unit") return resolve(codeKind, canonical);
      const unit = sources.baseUnit(entity, canonical);
      return unit.ok ? resolve("unit", unit.value) : unit;
    };
    const code: OutboundCommand["code"] = (codeKind, canonical) => {
      const said = find(codeKind, canonical);
      asked.push({ kind: codeKind, canonical, said, moved: () => { const now = find(codeKind, canonical); return now.ok !== said.ok || (now.ok && said.ok && now.value !== said.value); } });
      return said;
    };
    return { naturalKey, kind, entity, sequence, attempt, payload, code };
  };

  /** A code that its target does not know, though there is another for the same: the first is used until somebody takes it away. */
  const besides = (entity: string, system: string, message: string, asked: readonly Asked[]): string => {
    for (const { kind, canonical, said } of asked) {
      const others = said.ok && kind !== "base_unit" && message.includes(said.value) ? (sources.otherCodes?.(entity, system, kind, canonical) ?? []) : [];
      if (said.ok && others.length > 0) return `. ${kind} ${canonical} has the code ${others.join(", ")} there too: take the mapping of ${said.value} away where it is out of use, and ${others[0] ?? ""} is used`;
    }
    return "";
  };

  const send: Integrations["send"] = async (command, signal) => {
    const system = await named(command.connector);
    if (!system) return { outcome: { kind: "rejected", failure: { code: "TEC-05", message: `There is no connector ${command.connector}` } }, exchange: nothingSaid };
    if (!system.ready.ok) return { outcome: { kind: "retryable", failure: brokenSettings(system.ready.error), authentication: true }, exchange: nothingSaid };
    if (!system.type?.commands[command.kind])
      return { outcome: { kind: "rejected", failure: { code: "TEC-05", message: `${system.title} cannot do ${command.kind}; change the route` } }, exchange: nothingSaid };
    const asked: Asked[] = [];
    const once = () => system.use(command.correlationId, signal, (type, session) => type.send(session, outbound(command, system, asked)), brokenOff);
    let sent = await once();
    if (lacksCode(sent)) { await sources.renewCodes(); if (asked.some(({ moved }) => moved())) sent = await once(); }
    const { answer, exchange, recording } = sent;
    if (answer.kind === "rejected" && lacksCode(sent)) answer.failure.message += besides(command.entity, system.row.id, answer.failure.message, asked);
    const isProven = answer.kind === "retryable" && !recording.mayHaveActed() && exchange.request !== null;
    return { outcome: answer, exchange: isProven ? recording.provenHarmless() : exchange };
  };

  const ask = async <A>(command: ClaimedCommand, signal: AbortSignal, call: (type: AnyConnector, session: never, out: OutboundCommand) => Promise<A>): Promise<{ answer: A | Extract<LookupAnswer, { kind: "failed" }>; exchange: Exchange }> => {
    const system = await named(command.connector);
    if (!system) return { answer: { kind: "failed", failure: { code: "TEC-05", message: `There is no connector ${command.connector}` } }, exchange: nothingSaid };
    if (!system.ready.ok) return { answer: { kind: "failed", failure: brokenSettings(system.ready.error), authentication: true }, exchange: nothingSaid };
    return system.use<A | Extract<LookupAnswer, { kind: "failed" }>>(command.correlationId, signal, (type, session) => call(type, session, outbound(command, system)), (failure) => ({ kind: "failed", failure: { code: "TEC-05", message: failure.message } }));
  };

  const checkOf = async (system: Installation, signal: AbortSignal) => {
    if (!system.ready.ok) return { result: system.ready, exchange: nothingSaid };
    const { answer, exchange } = await system.use<Result<{ detail: string }>>(`check:${system.row.id}`, signal, (type, session) => type.check(session), (failure) => fail("TEC-01", failure.message));
    return { result: answer, exchange };
  };

  return {
    list: async () => [...(await installations()).values()].flatMap((system) => system.runtime() ?? []),
    find: async (id) => (await installation(id))?.runtime() ?? null,
    send,
    lookup: (command, signal) => ask<LookupAnswer>(command, signal, (type, session, out) => type.lookup(session, out)),
    verify: (command, reference, signal) => ask<VerifyAnswer>(command, signal, (type, session, out) => type.verify(session, out, reference)),
    problems: async () => [...(await installations()).values()].flatMap((system) => (system.ready.ok ? [] : [{ id: system.row.id, failure: system.ready.error }])),
    translate: async (message) => {
      const system = await named(message.connector);
      if (!system) return fail("CTR-03", `No connector is called ${message.connector}`);
      return system.translate(message);
    },
    verifyWebhook: async (id, headers, body) => {
      const system = await installation(id);
      return system ? system.verifyWebhook(headers, body) : fail("UNKNOWN_CONNECTOR", `No connector is called ${id}`);
    },
    feeds: async (id) => (await installation(id))?.type?.feeds.map(({ name, everyMs }) => ({ name, everyMs })) ?? [],
    readFeed: async (id, name, cursor, signal) => {
      const system = await installation(id);
      const feed = system?.type?.feeds.find((one) => one.name === name);
      if (!system || !feed) return { reading: fail("TEC-05", `There is no feed ${name} of ${id}`), exchange: nothingSaid, authentication: false };
      if (!system.ready.ok) return { reading: { ok: false, error: brokenSettings(system.ready.error) }, exchange: nothingSaid, authentication: true };
      const { answer, exchange } = await system.use<Result<FeedReading>>(`feed:${id}:${name}`, signal, (_, session) => feed.read(session, cursor), (failure) => fail("TEC-01", failure.message));
      return { reading: answer, exchange, authentication: !answer.ok && answer.error.code === "TEC-02" };
    },
    censuses: async (id) => (await installation(id))?.type?.censuses?.map(({ name, kinds, windowSeconds, overlapSeconds, allowanceSeconds }) => ({ name, kinds, windowSeconds, overlapSeconds, allowanceSeconds })) ?? [],
    readCensus: async (id, name, span, page, signal) => {
      const system = await installation(id);
      const census = system?.type?.censuses?.find((one) => one.name === name);
      if (!system || !census) return fail("TEC-05", `There is no census ${name} of ${id}`);
      if (!system.ready.ok) return { ok: false, error: brokenSettings(system.ready.error) };
      const { answer } = await system.use<Result<CensusPage>>(`census:${id}:${name}`, signal, (_, session) => census.list(session, span, page), (failure) => fail("TEC-01", failure.message));
      return answer;
    },
    totals: async (id) => {
      const system = await installation(id);
      return system?.ready.ok && system.type?.censuses === undefined ? totalsExpected(system.ready.value.settings) : null;
    },
    brokers: async () => [...(await installations()).values()].flatMap((system) => system.brokerInfo() ?? []),
    openBroker: async (id, signal) => {
      const system = await installation(id);
      if (!system) return fail("TEC-05", `There is no connector ${id}`);
      return system.ready.ok ? system.openBroker(signal) : { ok: false, error: brokenSettings(system.ready.error) };
    },
    mailers: async () => [...(await installations()).values()].filter(({ type, row, ready }) => type?.mail !== undefined && row.state === "active" && ready.ok).map(({ row: { id, entity } }) => ({ id, entity })),
    sendMail: async (id, mail, signal) => {
      const system = await installation(id);
      if (!system?.type?.mail || !system.ready.ok) return fail("TEC-01", `There is no usable mail connector ${id}`);
      const { answer } = await system.use<Result<{ answer: string }>>(`mail:${mail.messageId}`, signal, (type, session) => type.mail?.send(session, mail) ?? Promise.resolve(fail("TEC-01", `${id} carries no mail`)), (failure) => fail("TEC-01", failure.message));
      return answer;
    },
    check: async (id, signal) => {
      const system = await installation(id);
      return system ? checkOf(system, signal) : { result: fail("TEC-05", `There is no connector ${id}`), exchange: nothingSaid };
    },
    tryOut: (row, signal) => checkOf(open(row), signal),
    refresh: () => { loaded = null; },
    close: () => { door.close(); },
  };
}

export type { ConnectorRow };
