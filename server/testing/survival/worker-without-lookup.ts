import { composition } from "@/server/composition";
import { startWorker } from "@/server/jobs/start-worker";

/** A worker whose look-up always says that nothing is there: what it must never do. The survival test has to notice. */
const wired = await composition();
wired.ports.connectors = { ...wired.ports.connectors, lookup: () => Promise.resolve({ answer: { kind: "absent" }, exchange: { request: null, response: null, httpStatus: null } }) };
startWorker(wired);
