import { setTimeout as pause } from "node:timers/promises";
import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from "amqplib";
import { ok, type Failure, type Result } from "@/server/domain/result";
import type { BrokerConnection, BrokerMessage, OutboundEvent, Taken } from "../contract/broker";
import { againAfterMs } from "../contract/broker-settings";
import { contentType, identityOfBytes } from "../contract/cloud-event";
import type { Session } from "../contract/connector";
import { Gathered } from "../contract/gathered";
import { dialable } from "../http/address";
import { certificateRefusal, encryption } from "../http/certificate";
import type { Secrets, Settings } from "./config";

export const callTimeoutMs = 15_000;
const heartbeatSeconds = 10;

/** One connection and one channel with confirmed publications; whatever breaks either ends both. */
export async function openRabbit({ settings, secrets, signal }: Session<Settings, Secrets>): Promise<Result<BrokerConnection>> {
  const url = new URL(settings.url), host = url.hostname.replace(/^\[|\]$/g, ""), secure = url.protocol === "amqps:";
  const address = await dialable(host, settings.allowPrivateNetwork);
  if (!address.ok) return address;
  let connection: ChannelModel | null = null;
  const late = new AbortController(), giveUp = (): void => { late.abort(); };
  signal.addEventListener("abort", giveUp, { once: true });
  // the client passes on what its types do not name
  const socket = { timeout: callTimeoutMs, signal: late.signal, clientProperties: { connection_name: "Ledgerline" }, ...(secure ? encryption(host, settings.authority) : {}) };
  try {
    connection = await connect(
      { protocol: secure ? "amqps" : "amqp", hostname: address.value, port: Number(url.port || (secure ? 5671 : 5672)), username: settings.user, password: secrets.password, vhost: settings.virtualHost, heartbeat: heartbeatSeconds }, socket);
    const broken = new AbortController();
    const fall = (error?: unknown): void => { broken.abort(error instanceof Error ? error : new Error("RabbitMQ: the connection broke")); };
    connection.on("error", fall);
    connection.on("close", fall);
    const channel = await connection.createConfirmChannel();
    channel.on("error", fall);
    channel.on("close", () => { fall(); });
    if (settings.queue !== undefined) await channel.assertQueue(settings.queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
    if (settings.exchange !== undefined) await channel.assertExchange(settings.exchange, "topic", { durable: true });
    signal.throwIfAborted();
    return ok(new RabbitConnection(connection, channel, settings, broken.signal));
  } catch (error) {
    await connection?.close().catch(() => undefined);
    return { ok: false, error: failureOf(error, host) };
  } finally { signal.removeEventListener("abort", giveUp); }
}

/** Refused login, rights, or a queue of another kind: what people must mend. Known by name, as any number may stand in an error of OpenSSL. */
const refusal = /ACCESS[_-]REFUSED|NOT[_-]ALLOWED|PRECONDITION[_-]FAILED/;
const failureOf = (error: unknown, host: string): Failure =>
  ({ code: refusal.test((error as Error).message) ? "TEC-02" : "TEC-01", message: `RabbitMQ: ${certificateRefusal(host, error) ?? ((error as Error).message || "no connection")}` });

class RabbitConnection implements BrokerConnection {
  private readonly connection: ChannelModel;
  private readonly channel: ConfirmChannel;
  private readonly settings: Settings;
  private readonly broken: AbortSignal;

  constructor(connection: ChannelModel, channel: ConfirmChannel, settings: Settings, broken: AbortSignal) {
    this.connection = connection;
    this.channel = channel;
    this.settings = settings;
    this.broken = broken;
  }

  async consume(take: (messages: readonly BrokerMessage[]) => Promise<readonly Taken[]>, signal: AbortSignal): Promise<void> {
    const gathered = new Gathered<ConsumeMessage>();
    let isCancelled = false;
    const queue = this.settings.queue ?? "";
    for (const ending of [signal, this.broken]) ending.addEventListener("abort", () => { gathered.wake(); }, { once: true });
    await this.channel.prefetch(this.settings.prefetch);
    const { consumerTag } = await this.channel.consume(queue, (message) => { if (message) gathered.add(message); else { isCancelled = true; gathered.wake(); } });
    while (!signal.aborted) {
      if (this.broken.aborted) throw this.broken.reason;
      if (isCancelled) throw new Error(`RabbitMQ: the queue ${queue} was taken away`);
      const batch = gathered.take(this.settings.prefetch);
      if (batch.length === 0) { await gathered.some(); continue; }
      const verdicts = await take(batch.map((message) => read(queue, message)));
      if (this.broken.aborted) continue;
      batch.forEach((message, index) => { if (verdicts[index] === "taken") this.channel.ack(message); else void this.again(message); });
    }
    if (!this.broken.aborted) await this.channel.cancel(consumerTag);
  }

  /** It holds its place in the prefetch while it waits. */
  private async again(message: ConsumeMessage): Promise<void> {
    try {
      await pause(againAfterMs, undefined, { signal: this.broken, ref: false });
      this.channel.nack(message, false, true);
    } catch { /* the connection is gone: the broker gives the message to somebody else */ }
  }

  async publish(events: readonly OutboundEvent[]): Promise<void> {
    await Promise.all(events.map(({ id, topic, body }) => new Promise<void>((resolve, reject) => {
      const fail = (): void => { reject(this.broken.reason as Error); };
      if (this.broken.aborted) { fail(); return; }
      this.broken.addEventListener("abort", fail, { once: true });
      this.channel.publish(this.settings.exchange ?? "", topic, Buffer.from(body), { persistent: true, messageId: id, contentType }, (error: unknown) => {
        this.broken.removeEventListener("abort", fail);
        if (error) reject(error instanceof Error ? error : new Error("RabbitMQ: a publication was not confirmed")); else resolve();
      });
    })));
  }

  async close(): Promise<void> { await this.connection.close().catch(() => undefined); }
}

/** Quorum queues count the deliveries that came back. */
const read = (queue: string, message: ConsumeMessage): BrokerMessage => {
  const before = Number((message.properties.headers as Record<string, unknown> | undefined)?.["x-delivery-count"] ?? 0);
  return { ...identityOfBytes(new Uint8Array(message.content)), contentType, deliveries: 1 + (Number.isFinite(before) ? before : 0), position: queue };
};
