import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { composition } from "@/server/composition";
import { planners } from "@/server/domain/planners";
import { logger } from "@/server/observability/logger";
import { createFeedPolling } from "./feeds";
import { createWorker } from "./run-worker";

/** The worker process: every loop of the pipeline. Several may run at once; SIGTERM ends it within 5 s with every call known or leased. */
const { ports, stores, integrations, services, pool } = await composition();
const id = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
const worker = createWorker(ports, {
  worker: id, planners, signals: stores.signals,
  onError: (loop, error) => { logger.error({ loop, error }, "a loop failed and goes on"); },
  onReconciled: (report) => { if (Object.values(report).some((count) => typeof count === "number" && count > 0)) logger.info({ report }, "reconciled"); },
  heartbeat: async (detail) => {
    await pool.query(`insert into worker_heartbeat (id, started_at, seen_at, detail) values ($1, now(), now(), $2) on conflict (id) do update set seen_at = now(), detail = excluded.detail`, [id, JSON.stringify(detail)]);
    await pool.query("delete from worker_heartbeat where seen_at < now() - interval '1 hour'");
  },
  pollFeeds: createFeedPolling({ pool, integrations, receive: (inputs) => services.receive(inputs), logger }),
});

const listening = new AbortController();
void (async () => { for await (const _ of services.changes(listening.signal)) worker.wakeAll(); })();

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    listening.abort();
    void worker.stop().then(() => pool.query("delete from worker_heartbeat where id = $1", [id])).catch(() => undefined).finally(() => { process.exit(0); });
  });
logger.info({ worker: id, node: process.version }, "worker is ready");
