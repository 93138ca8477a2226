import { createPool } from "@/server/db/pool";
import { createStores } from "@/server/db/stores";
import { planners } from "@/server/domain/planners";
import { createWorker } from "@/server/jobs/run-worker";
import { processTimers } from "@/server/pipeline/timers";
import { createLandscape } from "../memory/landscape";

/** A worker over a real database whose ERP's connector takes the process with it when it is to post for the order SO-POISON. */
const [, , url = ""] = process.argv;
const pool = createPool(url, { max: 6, of: "pipeline" }), clock = { now: () => new Date().toISOString() }, stores = createStores({ pool }), landscape = createLandscape({ clock });
let ids = 0;
const worker = createWorker({
  clock, timers: processTimers, identifiers: { next: () => `${process.pid}-${++ids}` }, random: { fraction: Math.random }, ...stores,
  connectors: { ...landscape, send(command, signal) {
    if (command.kind === "post_invoice" && JSON.stringify(command.payload).includes("SO-POISON")) process.kill(process.pid, "SIGKILL");
    return landscape.send(command, signal);
  } },
}, { worker: `worker-${process.pid}`, planners, signals: stores.signals, leaseMs: 1_500, onError: (loop, error) => { console.error(loop, error); } });
worker.wakeAll();
