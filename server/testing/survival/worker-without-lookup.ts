import { composition } from "@/server/composition";
import { startWorker } from "@/server/jobs/start-worker";

/**
 * A worker whose look-up is broken: it always says that nothing is there, and a connector that looks by itself before a second
 * try is told that each try is the first. What it must never do; the survival test has to notice.
 */
const wired = await composition("worker");
const { connectors } = wired.ports;
wired.ports.connectors = {
  ...connectors,
  lookup: () => Promise.resolve({ answer: { kind: "absent" }, exchange: { request: null, response: { status: 200 }, httpStatus: 200 } }),
  send: (command, signal) => connectors.send({ ...command, attempt: 1 }, signal),
};
startWorker(wired);
