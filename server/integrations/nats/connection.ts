import { AckPolicy, jetstream, jetstreamManager, type Consumer, type JetStreamClient, type JsMsg } from "@nats-io/jetstream";
import { connect, nanos, type NatsConnection } from "@nats-io/transport-node";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import type { BrokerConnection, BrokerMessage, OutboundEvent, Taken } from "../contract/broker";
import { againAfterMs } from "../contract/broker-settings";
import { contentType, identityOfBytes } from "../contract/cloud-event";
import type { Session } from "../contract/connector";
import { Gathered } from "../contract/gathered";
import { dialable } from "../http/address";
import { certificateRefusal, encryption } from "../http/certificate";
import type { Secrets, Settings } from "./config";

export const callTimeoutMs = 10_000;
/** A message that nobody acknowledged for this long comes again; whoever still works on it says so at a third of it. */
const ackWaitMs = 30_000;
/** A pull stands open for this long; it ends earlier when it is full. */
const pullMs = 5_000;
/** Unacknowledged messages of all workers together. */
const mostPending = 10_000;
/** Publications that are under way at once. */
const publishing = 100;

/** One connection without any healing of its own: addresses that the server tells of are not followed. */
export async function openNats({ settings, secrets, signal }: Session<Settings, Secrets>): Promise<Result<BrokerConnection>> {
  const url = new URL(settings.url), host = url.hostname.replace(/^\[|\]$/g, "");
  const address = await dialable(host, settings.allowPrivateNetwork);
  if (!address.ok) return address;
  let connection: NatsConnection | null = null;
  try {
    connection = await connect({
      servers: `${address.value.includes(":") ? `[${address.value}]` : address.value}:${url.port || "4222"}`, name: "Ledgerline", timeout: callTimeoutMs, reconnect: false, ignoreClusterUpdates: true, pingInterval: 10_000, maxPingOut: 2,
      tls: url.protocol === "tls:" ? encryption(host, settings.authority) : null,
      ...(settings.user === undefined ? {} : { user: settings.user, pass: secrets.password ?? "" }), ...(secrets.token === undefined ? {} : { token: secrets.token }),
    });
    signal.throwIfAborted();
    const consumer = settings.stream === undefined ? null : await consumerOf(connection, settings, settings.stream);
    if (consumer?.ok === false) { await connection.close(); return consumer; }
    signal.throwIfAborted();
    return ok(new NatsJetStream(connection, settings, consumer?.value ?? null));
  } catch (error) {
    await connection?.close();
    return { ok: false, error: failureOf(error, host) };
  }
}

/** Everybody's durable consumer, made where it is not there. One that forgets messages by itself is refused. */
async function consumerOf(connection: NatsConnection, settings: Settings, stream: string): Promise<Result<Consumer>> {
  const manager = await jetstreamManager(connection, { timeout: callTimeoutMs });
  const wanted = { durable_name: settings.consumer, ack_policy: AckPolicy.Explicit, ack_wait: nanos(ackWaitMs), max_deliver: -1, max_ack_pending: mostPending, ...(settings.filter === undefined ? {} : { filter_subject: settings.filter }) };
  const known = await manager.consumers.info(stream, settings.consumer).catch((error: unknown) => { if (isMissingConsumer(error)) return null; throw error; });
  const { config } = known ?? await manager.consumers.add(stream, wanted);
  if (config.ack_policy !== AckPolicy.Explicit || (config.max_deliver ?? -1) > 0)
    return fail("TEC-02", `The consumer ${settings.consumer} of ${stream} gives messages up by itself: it must acknowledge explicitly and have no max_deliver`);
  return ok(await jetstream(connection).consumers.get(stream, settings.consumer));
}

const isMissingConsumer = (error: unknown): boolean => (error as { name?: string } | null)?.name === "ConsumerNotFoundError";
const refusals = new Set(["AuthorizationError", "UserAuthenticationExpiredError", "PermissionViolationError", "StreamNotFoundError", "JetStreamNotEnabled"]);
/** What people must mend is TEC-02; what may pass is TEC-01. */
function failureOf(error: unknown, host: string): Failure {
  const { name = "", message = "", cause } = error as Error, certificate = certificateRefusal(host, error);
  if (certificate !== null) return { code: "TEC-01", message: `NATS: ${certificate}` };
  return { code: refusals.has(name) || refusals.has((cause as Error | undefined)?.name ?? "") ? "TEC-02" : "TEC-01", message: `NATS: ${message || name}` };
}

class NatsJetStream implements BrokerConnection {
  private readonly connection: NatsConnection;
  private readonly settings: Settings;
  private readonly consumer: Consumer | null;
  private readonly client: JetStreamClient;

  constructor(connection: NatsConnection, settings: Settings, consumer: Consumer | null) {
    this.connection = connection;
    this.settings = settings;
    this.consumer = consumer;
    this.client = jetstream(connection, { timeout: callTimeoutMs });
  }

  async consume(take: (messages: readonly BrokerMessage[]) => Promise<readonly Taken[]>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.connection.isClosed()) throw new Error("NATS: the connection broke");
      if (this.consumer === null) throw new Error("NATS: no stream is named");
      const pulled = await this.consumer.fetch({ max_messages: this.settings.prefetch, expires: pullMs });
      const stop = (): void => { void pulled.close(); };
      signal.addEventListener("abort", stop, { once: true });
      const gathered = new Gathered<JsMsg>();
      let isOver = false;
      const reading = (async () => { for await (const message of pulled) gathered.add(message); })().finally(() => { isOver = true; gathered.wake(); });
      reading.catch(() => undefined);
      for (;;) {
        const batch = gathered.take(this.settings.prefetch);
        if (batch.length > 0) await this.handle(batch, take);
        else if (isOver) break;
        else await gathered.some();
      }
      signal.removeEventListener("abort", stop);
      await reading;
    }
    await this.connection.flush();
  }

  private async handle(batch: readonly JsMsg[], take: (messages: readonly BrokerMessage[]) => Promise<readonly Taken[]>): Promise<void> {
    const stillAtIt = setInterval(() => { for (const message of batch) message.working(); }, ackWaitMs / 3);
    try {
      const verdicts = await take(batch.map(read));
      batch.forEach((message, index) => { if (verdicts[index] === "taken") message.ack(); else message.nak(againAfterMs); });
    } finally { clearInterval(stillAtIt); }
  }

  async publish(events: readonly OutboundEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += publishing)
      await Promise.all(events.slice(from, from + publishing).map(({ id, topic, body }) => this.client.publish(`${this.settings.publishTo ?? ""}.${topic}`, body, { msgID: id })));
  }

  async close(): Promise<void> { await this.connection.close(); }
}

const read = (message: JsMsg): BrokerMessage => ({ ...identityOfBytes(message.data), contentType, deliveries: message.info.deliveryCount, position: `${message.info.stream} ${message.seq}` });
