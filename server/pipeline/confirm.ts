import type { Instant } from "@/server/domain/instant";
import { budgetOf } from "@/server/domain/resilience";
import type { LookupAnswer, VerifyAnswer } from "@/server/integrations/contract/connector";
import { judgeGivenBack, judgeLookup, judgeVerify, judgeWithoutLookup, judgeWithoutReading } from "./outcome";
import type { ClaimedCommand, ConnectorRuntime, Exchange, Ports, Settlement } from "./ports";
import type { Settler } from "./settler";

type ConfirmPorts = Pick<Ports, "commands" | "connectors" | "clock" | "timers" | "random">;
/** `window`: calls at once, for look-ups and read-backs each. */
export interface ConfirmOptions { worker: string; leaseMs: number; settler: Settler; window: number }

const nothing: Exchange = { request: null, response: null, httpStatus: null };
const brokeDown = (error: unknown) => ({ answer: { kind: "failed" as const, failure: { code: "TEC-05", message: `The connector broke: ${(error as Error).message.slice(0, 300)}` } }, exchange: nothing });

/**
 * Sixth stage, for one connector: finds out what became of commands whose outcome is unknown, before anything could be sent
 * a second time, and reads confirmed documents back: only what was read back and agrees counts as posted. Both have a window
 * of their own; calls that end are settled at once, whatever the slowest does. One instance in a process.
 */
export class Confirmations {
  private readonly underWay = new Map<ClaimedCommand, { what: "lookup" | "verify"; runtime: ConnectorRuntime; startedAt: Instant }>();
  private readonly ports: ConfirmPorts;
  private readonly connector: string;
  private readonly options: ConfirmOptions;

  constructor(ports: ConfirmPorts, connector: string, options: ConfirmOptions) {
    this.ports = ports;
    this.connector = connector;
    this.options = options;
  }

  get calls(): number { return this.underWay.size; }

  /** Claims what the window has room for and starts it. Answers how many began; returns before they end. */
  lookUp(): Promise<number> {
    return this.start("lookup", (request) => this.ports.commands.claimUnknown(request), lookUpOnce);
  }
  verify(): Promise<number> {
    return this.start("verify", (request) => this.ports.commands.claimUnverified(request), verifyOnce);
  }

  /** Gives back what is under way, as these calls change nothing: a lease that is left behind would count as a death. What they answer after that counts no more. */
  giveBack(): void {
    for (const [command, { what, runtime, startedAt }] of this.underWay) {
      const call = { startedAt, endedAt: this.ports.clock.now(), exchange: nothing };
      void this.options.settler.add(judgeGivenBack({ command, support: runtime.connector.commands[command.kind] ?? null, rules: runtime.policy.lanes[command.lane], call, fraction: 0 }, what));
    }
    this.underWay.clear();
  }

  private async start(what: "lookup" | "verify", claim: Ports["commands"]["claimUnknown"], ask: typeof lookUpOnce): Promise<number> {
    const { worker, leaseMs, window, settler } = this.options;
    const runtime = await this.ports.connectors.find(this.connector);
    const limit = window - [...this.underWay.values()].filter((call) => call.what === what).length;
    if (!runtime || runtime.paused || limit <= 0) return 0;
    const claimed = await claim({ worker, connector: this.connector, limit, leaseMs, budget: budgetOf("inquiry", runtime.policy) });
    for (const command of claimed) {
      this.underWay.set(command, { what, runtime, startedAt: this.ports.clock.now() });
      void ask(this.ports, runtime, command, leaseMs).then((settlement) => (this.underWay.delete(command) ? settler.add(settlement) : undefined));
    }
    return claimed.length;
  }
}

export async function lookUpOnce(ports: ConfirmPorts, runtime: ConnectorRuntime, command: ClaimedCommand, leaseMs: number): Promise<Settlement> {
  const support = runtime.connector.commands[command.kind] ?? null;
  const startedAt = ports.clock.now(), fraction = ports.random.fraction();
  const known = judgeWithoutLookup({ command, support, rules: runtime.policy.lanes[command.lane], call: { startedAt, endedAt: startedAt, exchange: nothing }, fraction });
  if (known) return known;
  const { answer, exchange } = await within<LookupAnswer>(ports, leaseMs, (signal) => ports.connectors.lookup(command, signal));
  return judgeLookup({ command, support, rules: runtime.policy.lanes[command.lane], call: { startedAt, endedAt: ports.clock.now(), exchange }, fraction }, answer);
}

async function verifyOnce(ports: ConfirmPorts, runtime: ConnectorRuntime, command: ClaimedCommand, leaseMs: number): Promise<Settlement> {
  const support = runtime.connector.commands[command.kind] ?? null;
  const startedAt = ports.clock.now(), fraction = ports.random.fraction();
  const known = judgeWithoutReading({ command, support, rules: runtime.policy.lanes[command.lane], call: { startedAt, endedAt: startedAt, exchange: nothing }, fraction });
  if (known) return known;
  const { answer, exchange } = await within<VerifyAnswer>(ports, leaseMs, (signal) => ports.connectors.verify(command, command.reference ?? "", signal));
  return judgeVerify({ command, support, rules: runtime.policy.lanes[command.lane], call: { startedAt, endedAt: ports.clock.now(), exchange }, fraction }, answer);
}

/** Cut off a little before the lease ends; a connector that throws has failed, no more. */
async function within<A>({ timers }: Pick<Ports, "timers">, leaseMs: number, ask: (signal: AbortSignal) => Promise<{ answer: A; exchange: Exchange }>): Promise<{ answer: A | Extract<LookupAnswer, { kind: "failed" }>; exchange: Exchange }> {
  const call = new AbortController();
  const takeBack = timers.after(leaseMs * 0.9, () => { call.abort(); });
  try {
    return await ask(call.signal);
  } catch (error) {
    return brokeDown(error);
  } finally {
    takeBack();
  }
}
