import type pg from "pg";
import { createBrokerHealth } from "@/server/db/commands/health";
import { createFeedCursors } from "@/server/db/feed-cursors";
import { createOrderTelling } from "@/server/db/order-telling";
import { isOutage } from "@/server/db/outage";
import { ok } from "@/server/domain/result";
import { createIntegrations, type ConnectorRow, type Integrations } from "@/server/integrations/runtime";
import { createBrokers, type BrokerParts } from "@/server/jobs/brokers";
import { startLoop } from "@/server/jobs/loop";
import { logger } from "@/server/observability/logger";
import { receive } from "@/server/pipeline/receive";
import type { Engine } from "@/server/testing/memory/engine";
import type { BrokerServer } from "./broker-server";

export interface TestWorker {
  integrations: Integrations;
  /** As on SIGTERM. */
  stop(): Promise<void>;
  /** As by SIGKILL: nothing is answered any more, its connections are cut. */
  kill(): Promise<void>;
}

/** The brokers' part of a worker, with the real stores and connectors. `change` may break it where a test wants it broken. */
export function startBrokerWorker(engine: Engine, server: BrokerServer, change: (parts: BrokerParts) => BrokerParts = (parts) => parts, own: Partial<ConnectorRow> = {}): TestWorker {
  const connections = new Set<{ close(): Promise<void> }>();
  const integrations = createIntegrations({
    loadConnectors: async () => [{ id: "broker", type: server.type, name: "Broker", entity: "US01", settings: server.settings, secrets: server.secrets, concurrency: null, perMinute: null, ...own, state: await stateOf(engine.pool) }],
    resolveCode: (_entity, _system, _kind, canonical) => ok(canonical), renewCodes: () => Promise.resolve(), baseUnit: () => ok("EA"), clock: engine.ports.clock,
  }, { refreshMs: 200 });
  const brokers = createBrokers(change({
    integrations: { brokers: integrations.brokers, openBroker: async (id, signal) => { const opened = await integrations.openBroker(id, signal); if (opened.ok) connections.add(opened.value); return opened; } },
    cursors: createFeedCursors(engine.pool), telling: createOrderTelling(engine.pool), health: createBrokerHealth(engine.pool, engine.stores.policies),
    receive: (inputs) => receive(engine.stores.inbox, inputs), inbox: engine.stores.inbox, isOutage, logger,
  }));
  const stopping = new AbortController();
  const loop = startLoop("brokers", () => brokers.attend(stopping.signal), { idleMs: 200, onError: (_, error) => { throw error; } });
  return {
    integrations,
    async stop() { stopping.abort(); await loop.stop(); await brokers.ended(); integrations.close(); },
    async kill() { void loop.stop(); await Promise.all([...connections].map((one) => one.close().catch(() => undefined))); stopping.abort(); integrations.close(); },
  };
}

const stateOf = async (pool: pg.Pool): Promise<"active" | "paused"> => (await pool.query<{ state: "active" | "paused" }>("select state from connector where id = 'broker'")).rows[0]?.state ?? "paused";
