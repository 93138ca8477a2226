import type { Lane } from "@/server/domain/commands";
import { DeliveryLane } from "@/server/pipeline/deliver";
import type { Ports } from "@/server/pipeline/ports";
import type { Settler } from "@/server/pipeline/settler";
import { startLoop, type Loop, type LoopOptions } from "./loop";

/** A freed place is filled with others that free up within this time: one claim for several calls. */
const gatherMs = 8;
/** A lane looks for itself this seldom; the dispatcher wakes it when there is work. */
const laneIdleMs = 2_000;

export interface Delivery {
  /** Looks which lanes have work and wakes them. */
  dispatch(): Promise<number>;
  calls(): number;
  /** No claim after this. */
  stop(): Promise<void>;
  abort(): void;
}
export interface DeliveryParts { ports: Ports; worker: string; leaseMs: number; settler: Settler; onError: LoopOptions["onError"] }

/** One loop for each (connector, lane) that ever had work. */
export function createDelivery({ ports, onError, ...options }: DeliveryParts): Delivery {
  const lanes = new Map<string, { lane: DeliveryLane; loop: Loop }>();
  let isStopped = false;

  const open = (connector: string, laneName: Lane): { lane: DeliveryLane; loop: Loop } => {
    const lane = new DeliveryLane(ports, connector, laneName, options);
    let gathering: NodeJS.Timeout | null = null;
    const step = async (): Promise<number> => {
      const begun = await lane.topUp();
      if (lane.calls > 0 && !gathering)
        void lane.whenFreed().then(() => { gathering = setTimeout(() => { gathering = null; loop.wake(); }, gatherMs); });
      return begun;
    };
    const loop = startLoop(`deliver ${connector}/${laneName}`, step, { idleMs: laneIdleMs, onError });
    return { lane, loop };
  };

  return {
    async dispatch() {
      for (const { connector, lane } of await ports.commands.lanesWithWork()) {
        if (isStopped) return 0;
        const key = `${connector}/${lane}`, known = lanes.get(key);
        if (known) known.loop.wake(); else lanes.set(key, open(connector, lane));
      }
      // Lanes go on by themselves; the dispatcher waits for the next signal.
      return 0;
    },
    calls: () => [...lanes.values()].reduce((sum, { lane }) => sum + lane.calls, 0),
    async stop() { isStopped = true; await Promise.all([...lanes.values()].map(({ loop }) => loop.stop())); },
    abort() { for (const { lane } of lanes.values()) lane.abort(); },
  };
}
