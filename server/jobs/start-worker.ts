import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { planners } from "@/server/domain/planners";
import { logger } from "@/server/observability/logger";
import { createBrokerHealth } from "@/server/db/commands/health";
import { createBulkRunner } from "@/server/db/bulk/run";
import { createCompletenessStore } from "@/server/db/completeness";
import { createFeedCursors } from "@/server/db/feed-cursors";
import { env } from "@/server/config/env";
import { createNoticeStore } from "@/server/db/notices/outbox";
import { createMaintenance } from "@/server/db/maintenance";
import { sealOrders } from "@/server/db/order-feed";
import { createOrderTelling } from "@/server/db/order-telling";
import { isOutage } from "@/server/db/outage";
import { createQueueDatabase } from "@/server/db/queue-database";
import { createBrokers } from "./brokers";
import { createCompleteness } from "./completeness";
import { createFeedPolling } from "./feeds";
import { createHandlers } from "./handlers";
import { tellPeople } from "./notices";
import { startQueue } from "./queue";
import { createWorker } from "./run-worker";
import type { Composition } from "@/server/composition";

/** Starts every loop of the pipeline in this process. Several processes may run at once; SIGTERM ends it within 5 s with every call known or leased. */
export function startWorker({ ports, stores, integrations, services, pool }: Composition): void {
  const id = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const maintenance = createMaintenance(pool, stores.policies);
  const cursors = createFeedCursors(pool);
  const health = createBrokerHealth(pool, stores.policies);
  const brokers = createBrokers({ integrations, cursors, telling: createOrderTelling(pool), health, receive: (inputs) => services.receive(inputs), inbox: stores.inbox, isOutage, logger });
  const worker = createWorker(ports, {
    worker: id, planners, signals: stores.signals,
    onError: (loop, error) => { logger.error({ loop, error }, "a loop failed and goes on"); },
    onReconciled: (report) => { if (Object.values(report).some((count) => typeof count === "number" && count > 0)) logger.info({ report }, "reconciled"); },
    heartbeat: (detail) => maintenance.heartbeat(id, detail),
    sealOrders: () => sealOrders(pool),
    pollFeeds: createFeedPolling({ cursors, integrations, receive: (inputs) => services.receive(inputs), refused: (connector, why) => health.refused(connector, why), logger }),
    attendCompleteness: createCompleteness({ worker: id, store: createCompletenessStore(pool, stores.policies), integrations, receive: (inputs) => services.receive(inputs), clock: ports.clock, logger }),
    attendBulk: createBulkRunner(pool),
    attendBrokers: (signal) => brokers.attend(signal),
  });

  const listening = new AbortController();
  void (async () => { for await (const _ of services.changes(listening.signal, 5)) worker.wakeAll(); })();

  // The pipeline does not wait for the queue, and goes on without it.
  const queue = startQueue(createQueueDatabase(pool), createHandlers(maintenance, tellPeople({ store: createNoticeStore(pool, stores.policies), integrations, health, now: () => ports.clock.now(), address: env().NEXTAUTH_URL })), {
    done: (name, count) => { if (count > 0) logger.info({ job: name, count }, "a job is done"); },
    failed: (name, error) => { logger.error({ job: name, error }, "a job failed"); },
  }).catch((error: unknown) => { logger.error({ error }, "the queue did not start; schedules do not run"); return null; });

  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      listening.abort();
      void Promise.all([worker.stop(), queue.then((running) => running?.stop())]).then(() => maintenance.left(id)).catch(() => undefined).finally(() => { process.exit(0); });
    });
  logger.info({ worker: id, node: process.version }, "worker is ready");
  process.send?.({ type: "ready" });
}
