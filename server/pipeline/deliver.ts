import type { Lane } from "@/server/domain/commands";
import { addMs, epochMs, type Instant } from "@/server/domain/instant";
import { budgetOf } from "@/server/domain/resilience";
import type { Outcome } from "@/server/integrations/contract/connector";
import { judgeSend } from "./outcome";
import type { ClaimedCommand, ConnectorRuntime, Exchange, Ports, Settlement } from "./ports";
import type { Settler } from "./settler";

type DeliveryPorts = Pick<Ports, "commands" | "connectors" | "clock" | "timers" | "random">;

/** Says when to stop: claims end at once; calls under way are cut off when their lease is. */
export interface DeliveryOptions { worker: string; leaseMs: number; settler: Settler }

/** One (connector, lane): a window of calls that is topped up as they finish. One instance in a process. */
export class DeliveryLane {
  private readonly underWay = new Set<AbortController>();
  private freed: (() => void) | null = null;

  private readonly ports: DeliveryPorts;
  readonly connector: string;
  readonly lane: Lane;
  private readonly options: DeliveryOptions;

  constructor(ports: DeliveryPorts, connector: string, lane: Lane, options: DeliveryOptions) {
    this.ports = ports;
    this.connector = connector;
    this.lane = lane;
    this.options = options;
  }

  get calls(): number { return this.underWay.size; }

  /** Claims what the window has room for and starts it. Answers how many calls began; returns before they end. */
  async topUp(): Promise<number> {
    const runtime = await this.ports.connectors.find(this.connector);
    if (!runtime || runtime.paused) return 0;
    const budget = budgetOf(this.lane, runtime.policy), room = budget.atOnce - this.underWay.size;
    if (room <= 0) return 0;
    const { worker, leaseMs } = this.options;
    // Counted from before the lease was asked for, on our own clock: what was long under way in coming counts as ours no more.
    const endsAt = addMs(this.ports.clock.now(), leaseMs * 0.9);
    const claimed = await this.ports.commands.claim({ worker, connector: this.connector, lane: this.lane, limit: room, leaseMs, budget });
    for (const command of claimed) void this.deliver(runtime, command, endsAt);
    return claimed.length;
  }

  /** Resolves when a call of this lane ends. */
  whenFreed(): Promise<void> {
    return this.underWay.size === 0 ? Promise.resolve() : new Promise((resolve) => { this.freed = resolve; });
  }

  /** Cuts off what is under way: its outcome is then unknown, and is settled as such. */
  abort(): void {
    for (const call of this.underWay) call.abort();
  }

  private async deliver(runtime: ConnectorRuntime, command: ClaimedCommand, endsAt: Instant): Promise<void> {
    const leftMs = epochMs(endsAt) - epochMs(this.ports.clock.now());
    // No step starts after the lease: others look for it by then, and what they do not find they send.
    if (leftMs <= 0) return;
    const call = new AbortController();
    this.underWay.add(call);
    const takeBack = this.ports.timers.after(leftMs, () => { call.abort(); });
    const settlement = await sendOnce(this.ports, runtime, command, call.signal);
    takeBack();
    this.underWay.delete(call);
    const settled = this.options.settler.add(settlement);
    this.freed?.();
    this.freed = null;
    await settled;
  }
}

const nothing: Exchange = { request: null, response: null, httpStatus: null };

/** Sends one claimed command once. Never throws: a connector that does is a call whose outcome nobody knows. */
export async function sendOnce(ports: DeliveryPorts, runtime: ConnectorRuntime, command: ClaimedCommand, signal: AbortSignal): Promise<Settlement> {
  const startedAt = ports.clock.now();
  let answer: { outcome: Outcome; exchange: Exchange };
  try {
    answer = await ports.connectors.send(command, signal);
  } catch (error) {
    answer = { outcome: { kind: "unknown", failure: { code: "TEC-04", message: `The connector broke while it sent: ${(error as Error).message.slice(0, 300)}` } }, exchange: nothing };
  }
  const call = { startedAt, endedAt: ports.clock.now(), exchange: answer.exchange };
  return judgeSend({ command, support: runtime.connector.commands[command.kind] ?? null, rules: runtime.policy.lanes[command.lane], call, fraction: ports.random.fraction() }, answer.outcome);
}
