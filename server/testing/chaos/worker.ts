import { parseArgs } from "node:util";
import { composition } from "@/server/composition";
import { startWorker } from "@/server/jobs/start-worker";
import { isCrashPoint } from "./crash-points";

/**
 * A worker as in production that dies outright at `--crash <port>.<call>:<before|after>`, the `--nth` time it comes there, and whose
 * clock is `--clock` milliseconds ahead of the others'.
 */
const { values } = parseArgs({ options: { crash: { type: "string" }, nth: { type: "string", default: "1" }, clock: { type: "string", default: "0" } } });
const ahead = Number(values.clock), Kept = Date;
/** What a machine whose clock is wrong answers to whoever asks. */
class WrongDate extends Kept {
  constructor(...given: [] | [number | string]) { super(given.length === 0 ? Kept.now() + ahead : given[0]); }
  static override now(): number { return Kept.now() + ahead; }
}
if (ahead !== 0) globalThis.Date = WrongDate as DateConstructor;
const wired = await composition("worker");

type Calls = Record<string, (...args: unknown[]) => unknown>;
/** The same port; before or after the nth of these calls nothing of this process is left. */
function dyingAt<T extends object>(port: T, call: string, when: string, nth: number): T {
  let left = nth;
  const die = (): void => { process.kill(process.pid, "SIGKILL"); };
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const bound = (value as Calls[string]).bind(target);
      if (name !== call) return bound;
      return async (...args: unknown[]) => {
        left -= 1;
        const last = left === 0;
        if (last && when === "before") die();
        const answer = await bound(...args);
        if (last) die();
        return answer;
      };
    },
  });
}

const point = values.crash;
if (point !== undefined) {
  if (!isCrashPoint(point)) throw new Error(`There is no crash point ${point}.`);
  const [port, call] = point.split(/[.:]/) as ["inbox" | "plans" | "commands" | "connectors", string];
  const nth = Number(values.nth), when = point.endsWith(":before") ? "before" : "after";
  switch (port) {
    case "inbox": wired.ports.inbox = dyingAt(wired.ports.inbox, call, when, nth); break;
    case "plans": wired.ports.plans = dyingAt(wired.ports.plans, call, when, nth); break;
    case "commands": wired.ports.commands = dyingAt(wired.ports.commands, call, when, nth); break;
    case "connectors": wired.ports.connectors = dyingAt(wired.ports.connectors, call, when, nth); break;
  }
}
startWorker(wired);
