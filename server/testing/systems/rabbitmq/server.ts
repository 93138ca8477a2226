import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { connect, type ConfirmChannel } from "amqplib";
import type { BrokerServer } from "../broker-server";
import type { Certificate } from "../certificate";
import { freePort, startProcess, until } from "../process";

const home = "/usr/lib/rabbitmq/bin", user = "guest", password = "guest";
const run = promisify(execFile);

/** The real RabbitMQ on loopback with a port mapper of its own, its data in a folder that goes with it. */
export async function startRabbit(secure?: Certificate): Promise<BrokerServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "rabbit-")), port = await freePort(), distribution = await freePort(), mapper = await freePort(), encrypted = await freePort();
  await writeFile(path.join(folder, "plugins"), "[].\n");
  if (secure) await writeFile(path.join(folder, "own.conf"), [`listeners.ssl.1 = 127.0.0.1:${encrypted}`, `ssl_options.cacertfile = ${secure.files.authority}`, `ssl_options.certfile = ${secure.files.cert}`, `ssl_options.keyfile = ${secure.files.key}`, ""].join("\n"));
  const env = {
    RABBITMQ_NODENAME: `t${port}@localhost`, RABBITMQ_NODE_PORT: String(port), RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1", RABBITMQ_CONFIG_FILE: path.join(folder, secure ? "own.conf" : "none"), RABBITMQ_MNESIA_BASE: path.join(folder, "mnesia"),
    RABBITMQ_LOG_BASE: path.join(folder, "log"), RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, "plugins"), RABBITMQ_DIST_PORT: String(distribution), HOME: folder, ERL_EPMD_ADDRESS: "127.0.0.1", ERL_EPMD_PORT: String(mapper),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
  };
  const names = startProcess("epmd", ["-port", String(mapper), "-address", "127.0.0.1"], env);
  const start = () => startProcess(`${home}/rabbitmq-server`, [], env);
  const using = async <T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> => {
    const connection = await connect({ protocol: "amqp", hostname: "127.0.0.1", port, username: user, password }, { timeout: 5_000 });
    connection.on("error", () => undefined);
    try { return await work(await connection.createConfirmChannel()); } finally { await connection.close().catch(() => undefined); }
  };
  let server = start();
  const prepare = (): Promise<void> => until(() => using(async (channel) => {
    await channel.assertQueue("shop", { durable: true, arguments: { "x-queue-type": "quorum" } });
    await channel.assertExchange("tower", "topic", { durable: true });
    await channel.assertQueue("told", { durable: true, arguments: { "x-queue-type": "quorum" } });
    await channel.bindQueue("told", "tower", "#");
    return true;
  }), 60_000, "rabbitmq is ready");
  await prepare();
  /** Ready and unacknowledged messages of the queue. */
  const counts = async (): Promise<[number, number]> => {
    const { stdout } = await run(`${home}/rabbitmqctl`, ["-q", "list_queues", "name", "messages", "messages_unacknowledged"], { env: { ...process.env, ...env } });
    const row = stdout.split("\n").map((line) => line.split("\t")).find(([name]) => name === "shop");
    return [Number(row?.[1] ?? NaN), Number(row?.[2] ?? NaN)];
  };
  const all: { id: string; topic: string; body: string }[] = [];
  return {
    type: "rabbitmq", port: secure ? encrypted : port, settings: { url: secure ? `amqps://localhost:${encrypted}` : `amqp://127.0.0.1:${port}`, authority: secure?.authority ?? "", allowPrivateNetwork: true, user, queue: "shop", exchange: "tower" }, secrets: { password },
    send: (bodies) => using(async (channel) => { for (const body of bodies) channel.sendToQueue("shop", Buffer.from(body as Uint8Array), { persistent: true }); await channel.waitForConfirms(); }),
    waiting: async () => (await counts())[0],
    held: async () => (await counts())[1],
    told: () => using(async (channel) => {
      for (let message = await channel.get("told", { noAck: true }); message; message = await channel.get("told", { noAck: true }))
        all.push({ id: String(message.properties.messageId), topic: message.fields.routingKey, body: message.content.toString() });
      return [...all];
    }),
    kill: () => server.kill(),
    restart: async () => { await server.kill(); server = start(); await prepare(); },
    stop: async () => { await server.kill(); await names.kill(); await rm(folder, { recursive: true, force: true }); },
  };
}
