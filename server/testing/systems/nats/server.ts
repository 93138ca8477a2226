import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { BrokerServer } from "../broker-server";
import type { Certificate } from "../certificate";
import { freePort, startProcess, until } from "../process";

const user = "tower", password = "nats-secret-word";
const sent = 200;

/** The real nats-server with JetStream on loopback, its data in a folder that goes with it. */
export async function startNats(secure?: Certificate): Promise<BrokerServer> {
  const folder = await mkdtemp(path.join(tmpdir(), "nats-")), port = await freePort();
  const start = () => startProcess("nats-server", ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", folder, "--user", user, "--pass", password, ...(secure ? ["--tls", "--tlscert", secure.files.cert, "--tlskey", secure.files.key] : [])]);
  const open = () => connect({ servers: `${secure ? "localhost" : "127.0.0.1"}:${port}`, user, pass: password, reconnect: false, timeout: 2_000, ...(secure ? { tls: { ca: secure.authority } } : {}) });
  const ready = (): Promise<void> => until(async () => { await (await open()).close(); return true; }, 20_000, "nats-server is ready");
  const using = async <T>(work: (connection: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> => { const connection = await open(); try { return await work(connection); } finally { await connection.close(); } };
  let server = start();
  await ready();
  await using(async (connection) => {
    const { streams } = await jetstreamManager(connection);
    await streams.add({ name: "SHOP", subjects: ["shop.>"] });
    await streams.add({ name: "TOLD", subjects: ["tower.>"] });
  });
  return {
    type: "nats", port, settings: { url: secure ? `tls://localhost:${port}` : `nats://127.0.0.1:${port}`, authority: secure?.authority ?? "", allowPrivateNetwork: true, user, stream: "SHOP", consumer: "ledgerline", publishTo: "tower" }, secrets: { password },
    send: (bodies) => using(async (connection) => {
      const client = jetstream(connection);
      for (let from = 0; from < bodies.length; from += sent) await Promise.all(bodies.slice(from, from + sent).map((body) => client.publish("shop.orders", body)));
    }),
    waiting: () => using(async (connection) => { const { num_ack_pending: held, num_pending: more } = await (await jetstreamManager(connection)).consumers.info("SHOP", "ledgerline"); return held + more; }),
    held: () => using(async (connection) => (await (await jetstreamManager(connection)).consumers.info("SHOP", "ledgerline")).num_ack_pending),
    told: () => using(async (connection) => {
      const { streams } = await jetstreamManager(connection), { state } = await streams.info("TOLD"), all: { id: string; topic: string; body: string }[] = [];
      for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
        const message = await streams.getMessage("TOLD", { seq });
        if (message) all.push({ id: message.header.get("Nats-Msg-Id"), topic: message.subject.replace(/^tower\./, ""), body: message.string() });
      }
      return all;
    }),
    kill: () => server.kill(),
    restart: async () => { await server.kill(); server = start(); await ready(); },
    stop: async () => { await server.kill(); await rm(folder, { recursive: true, force: true }); },
  };
}
