import { createHash } from "node:crypto";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import { policyOf } from "@/server/domain/resilience";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import type { ConnectorRuntime, Exchange } from "@/server/pipeline/ports";
import type { BrokerConnection } from "./contract/broker";
import type { AnyConnector, Http, Session, Tokens } from "./contract/connector";
import { baseSettings, type BaseSettings } from "./contract/settings";
import type { Door } from "./http/door";
import { Recording } from "./http/recording";
import { redactor, type Redactor } from "./http/redact";
import type { Comer, Gatherings } from "./together";

/** One configured connector as the database has it, its secrets opened. */
export interface ConnectorRow {
  id: string; type: string; name: string; entity: string;
  settings: unknown; secrets: unknown;
  state: "active" | "paused";
  /** Below the connector's own limits, or null for those. */
  concurrency: number | null; perMinute: number | null;
  /** Of its lanes and its breaker; left out: the defaults. */
  rules?: unknown;
}
interface Surroundings { door: Door; tokens: Tokens; gatherings: Gatherings; now: () => Instant }
interface Parsed { settings: BaseSettings; secrets: unknown; known: string[] }

/** A row with its code: settings parsed once, and every call made with a session and a recording of its own. */
export class Installation {
  /** Whether settings and secrets are as the connector wants them; else what is wrong and where. */
  readonly ready: Result<Parsed>;

  readonly row: ConnectorRow;
  readonly type: AnyConnector | null;
  private readonly around: Surroundings;

  constructor(row: ConnectorRow, type: AnyConnector | null, around: Surroundings) {
    this.row = row;
    this.type = type;
    this.around = around;
    this.ready = parse(row, type);
  }

  get title(): string { return this.row.name || (this.type?.title ?? this.row.type); }
  get isSystemOfRecord(): boolean { return this.ready.ok && this.ready.value.settings.isSystemOfRecord; }

  runtime(): ConnectorRuntime | null {
    const { row, type } = this;
    if (!type) return null;
    return { id: row.id, entity: row.entity, connector: type, paused: row.state === "paused", policy: policyOf({ concurrency: row.concurrency, perMinute: row.perMinute, rules: row.rules }, type.limits) };
  }

  /**
   * Runs one operation. It always ends: with the connector's answer, or with what `otherwise` makes of an error or of the
   * end of the lease (code `aborted`), told whether anything may have been changed at the target by then.
   */
  async use<A>(correlationId: string, signal: AbortSignal, operation: (type: AnyConnector, session: never) => Promise<A>, otherwise: (failure: Failure, mayHaveActed: boolean) => A): Promise<{ answer: A; exchange: Exchange; recording: Recording }> {
    if (!this.ready.ok || !this.type) throw new Error(`connector ${this.row.id} is not ready`);
    const { settings, secrets, known } = this.ready.value;
    const redact = redactor(known);
    const recording = new Recording(redact);
    const { door, gatherings } = this.around, through = { allowPrivateNetwork: settings.allowPrivateNetwork, timeoutMs: this.type.limits.callTimeoutMs, correlationId, signal };
    const comer: Comer = { signal, recording, open: (records) => door.open({ ...through, recording: { add: (...step) => { for (const each of records) each.add(...step); } } }) };
    const sessionOver = (http: Http): Session<unknown, unknown> => ({
      connectorId: this.row.id, settings, secrets, http, tokens: this.around.tokens, now: this.around.now, correlationId, signal,
      together: (name, one, act) => gatherings.join(name, comer, one, (all, shared) => act(all as never, sessionOver(shared))) as never,
    });
    const session = sessionOver(door.open({ ...through, recording }));
    const ended = endOf(signal);
    let answer: A;
    try {
      answer = await Promise.race([operation(this.type, session as never), ended.promise]);
    } catch (error) {
      const failure = error === leaseEnded ? { code: "aborted", message: "the lease ended before the answer came" } : { code: "thrown", message: redact.text(`${this.title} failed inside: ${(error as Error).message}`) };
      answer = otherwise(failure, recording.mayHaveActed());
    } finally {
      ended.forget();
    }
    return { answer: clean(answer, redact.text), exchange: recording.exchange(), recording };
  }

  /** Null where it is no broker, paused or not usable. */
  brokerInfo(): { id: string; entity: string; consumes: boolean; publishes: boolean; version: string } | null {
    const { row, type, ready } = this;
    if (!type?.broker || !ready.ok || row.state !== "active") return null;
    const version = createHash("sha256").update(JSON.stringify([row.settings, row.secrets])).digest("hex");
    return { id: row.id, entity: row.entity, ...type.broker.uses(ready.value.settings as never), version };
  }

  async openBroker(signal: AbortSignal): Promise<Result<BrokerConnection>> {
    const { answer } = await this.use<Result<BrokerConnection>>(`broker:${this.row.id}`, signal, (type, session) => type.broker?.open(session) ?? Promise.resolve(fail("TEC-05", `${this.title} is no broker`)), (failure) => fail("TEC-01", failure.message));
    return answer.ok && this.ready.ok ? ok(discreet(answer.value, redactor(this.ready.value.known))) : answer;
  }

  translate(message: { sourceMessageId: string; correlationId: string; receivedAt: Instant; contentType: string; body: Uint8Array; entity: string }): Result<{ events: CanonicalEvent[]; excluded?: string }> {
    if (!this.ready.ok) return fail("TEC-02", this.ready.error.message);
    try {
      return (this.type as AnyConnector).toCanonical({ ...message, settings: this.ready.value.settings as never, connectorId: this.row.id });
    } catch (error) {
      return fail("TEC-05", `${this.title} could not translate the message: ${(error as Error).message}`);
    }
  }

  verifyWebhook(headers: Readonly<Record<string, string>>, body: Uint8Array): Result<{ id: string; contentType: string }> {
    if (!this.ready.ok) return this.ready;
    const webhook = this.type?.webhook;
    if (!webhook) return fail("NO_WEBHOOK", `${this.title} does not call us`);
    return webhook.verify({ settings: this.ready.value.settings as never, secrets: this.ready.value.secrets as never, headers, body, now: this.around.now() });
  }
}

const leaseEnded = Symbol("lease ended");
/** Rejects a little after the lease's end, so that the door's own answer to it comes first. */
function endOf(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a mark, told apart by identity
    const end = (): void => { timer = setTimeout(() => { reject(leaseEnded); }, 50); };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
    stop = () => { signal.removeEventListener("abort", end); };
  });
  promise.catch(() => undefined);
  return { promise, forget: () => { stop(); clearTimeout(timer); } };
}

/** No message that is shown may hold a secret, whatever a target repeats. */
function clean<A>(answer: A, text: (value: string) => string): A {
  const failure = (answer as { failure?: Failure; error?: Failure } | null)?.failure ?? (answer as { error?: Failure } | null)?.error;
  if (failure && typeof failure.message === "string") failure.message = text(failure.message).slice(0, 500);
  return answer;
}

/** What breaks a connection long after it was opened is told without secrets too. */
function discreet(connection: BrokerConnection, { text }: Redactor): BrokerConnection {
  const told = async (work: Promise<void>): Promise<void> => { try { await work; } catch (error) { throw new Error(text((error as Error).message).slice(0, 500)); } };
  return { consume: (take, signal) => told(connection.consume(take, signal)), publish: (events) => told(connection.publish(events)), close: () => connection.close() };
}

function parse(row: ConnectorRow, type: AnyConnector | null): Result<Parsed> {
  if (!type) return fail("CTR-03", `There is no kind of connector called ${row.type}`);
  const settings = type.settings.safeParse(row.settings);
  if (!settings.success) return fail("SETTINGS", `Setting ${where(settings.error.issues)}`, settings.error.issues[0]?.path.join("."));
  const secrets = type.secrets.safeParse(row.secrets);
  // The message of a schema could repeat a value: of a secret only its name is told.
  if (!secrets.success) return fail("SETTINGS", `Secret ${secrets.error.issues[0]?.path.join(".") || "set"} is missing or not usable`, secrets.error.issues[0]?.path.join("."));
  // A kind without an address of HTTP takes events in, or opens connections of its own.
  const common = type.broker === undefined && hasAddress(settings.data) ? baseSettings.safeParse(settings.data) : { success: true as const, data: { ...nowhere, ...(settings.data as Partial<BaseSettings>) } };
  if (!common.success) return fail("SETTINGS", `Setting ${where(common.error.issues)}`);
  return ok({ settings: { ...(settings.data as object), ...common.data }, secrets: secrets.data, known: leaves(secrets.data) });
}

const nowhere: BaseSettings = { url: "", allowPrivateNetwork: false, isSystemOfRecord: false };
const hasAddress = (settings: unknown): boolean => typeof settings === "object" && settings !== null && "url" in settings;
const where = (issues: readonly { path: PropertyKey[]; message: string }[]): string => `${issues[0]?.path.map(String).join(".") ?? ""}: ${issues[0]?.message ?? "is not usable"}`;
const leaves = (value: unknown): string[] => (typeof value === "string" ? [value] : value !== null && typeof value === "object" ? Object.values(value).flatMap(leaves) : []);
