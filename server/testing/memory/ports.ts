import { addMs, type Instant } from "@/server/domain/instant";
import type { Policy } from "@/server/domain/policy";
import { Confirmations } from "@/server/pipeline/confirm";
import { DeliveryLane } from "@/server/pipeline/deliver";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting, type Planners } from "@/server/pipeline/plan";
import type { Clock, Ports } from "@/server/pipeline/ports";
import { createSettler } from "@/server/pipeline/settler";
import { processTimers } from "@/server/pipeline/timers";
import { testPolicy } from "../world/defaults";
import { createMemoryCommands } from "./commands";
import { createMemoryInbox } from "./inputs";
import { createLandscape, type Landscape } from "./landscape";
import { createMemoryBroadcasts, createMemoryPlans } from "./plans";
import { createRows, type Rows } from "./rows";
import { asStored, none, type Patience } from "./patience";
import { atOnce, type Step } from "./steps";
import type { SerialKeyOf } from "./written";

export type StorePorts = Pick<Ports, "inbox" | "broadcasts" | "plans" | "commands" | "reconciliation">;
export interface MemoryStores { rows: Rows; clock: Clock; policy: Policy; worker: string; step?: Step; serialKeyOf?: SerialKeyOf; patience?: Patience }

/** The stores as one worker sees them; `rows` is what all workers share. */
export function createMemoryStores({ rows, clock, policy, worker, step = atOnce, serialKeyOf = () => null, patience = asStored }: MemoryStores): StorePorts {
  const commands = createMemoryCommands({ rows, clock, step, patience, policy });
  return {
    commands, reconciliation: commands, inbox: createMemoryInbox(rows, clock, step, policy.entity), broadcasts: createMemoryBroadcasts(rows, clock, step), plans: createMemoryPlans({ rows, clock, step, policy, worker, serialKeyOf, patience }),
  };
}

export interface Memory { ports: Ports; rows: Rows; landscape: Landscape; now(): Instant; pass(ms: number): void }

/** All ports without a database or a network; the clock moves when told, jitter is none. */
export function createMemory(start: Instant, policy: Policy = testPolicy): Memory {
  let now = start, ids = 0;
  const clock = { now: () => now };
  const rows = createRows(), landscape = createLandscape({ clock, entity: policy.entity });
  const ports: Ports = {
    clock, timers: processTimers, identifiers: { next: () => `id-${++ids}` }, random: { fraction: () => 0 }, connectors: landscape, ...createMemoryStores({ rows, clock, policy, worker: "worker-1", patience: none }),
  };
  return { ports, rows, landscape, now: () => now, pass: (ms) => { now = addMs(now, ms); } };
}

/** Runs every stage in turn until none finds work. Works over any ports, so that database tests can use it too. */
export async function runToRest(ports: Ports, planners: Planners, worker = "worker-1", leaseMs = 30_000): Promise<void> {
  const failures: unknown[] = [];
  const settler = createSettler(ports, (error) => { failures.push(error); });
  const options = { worker, leaseMs, settler, window: 16 };
  for (let round = 0, did = 1; did > 0; round++) {
    if (round > 500) throw new Error("the pipeline does not come to rest");
    did = (await normalizeWaiting(ports, 100)) + (await ports.broadcasts.passOn(100)) + (await planWaiting(ports, planners, 100));
    const begun = [];
    for (const { connector, lane } of await ports.commands.lanesWithWork()) begun.push(new DeliveryLane(ports, connector, lane, options));
    for (const lane of begun) did += await lane.topUp();
    for (const lane of begun) while (lane.calls > 0) await lane.whenFreed();
    for (const { connector } of await ports.commands.connectorsWithDoubt()) {
      const confirmations = new Confirmations(ports, connector, options);
      did += (await confirmations.lookUp()) + (await confirmations.verify());
      while (confirmations.calls > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await settler.flush();
    if (failures.length > 0) throw failures[0] as Error;
  }
}
