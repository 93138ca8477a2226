import type { LookupAnswer, VerifyAnswer } from "@/server/integrations/contract/connector";
import { judgeLookup, judgeVerify, judgeWithoutLookup } from "./outcome";
import type { ClaimedCommand, ConnectorRuntime, Exchange, Ports, Settlement } from "./ports";
import type { Settler } from "./settler";

type ConfirmPorts = Pick<Ports, "commands" | "connectors" | "clock" | "random">;
export interface ConfirmOptions { worker: string; leaseMs: number; settler: Settler; limit: number }

const nothing: Exchange = { request: null, response: null, httpStatus: null };
const brokeDown = (error: unknown) => ({ answer: { kind: "failed" as const, failure: { code: "TEC-05", message: `The connector broke: ${(error as Error).message.slice(0, 300)}` } }, exchange: nothing });

/**
 * Sixth stage, for one connector: finds out what became of commands whose outcome is unknown, before anything could be sent
 * a second time. Returns how many were looked at, settled or not.
 */
export async function lookUpUnknown(ports: ConfirmPorts, runtime: ConnectorRuntime, options: ConfirmOptions): Promise<number> {
  const claimed = await ports.commands.claimUnknown({ worker: options.worker, connector: runtime.id, limit: options.limit, leaseMs: options.leaseMs });
  await Promise.all(claimed.map(async (command) => options.settler.add(await lookUpOnce(ports, runtime, command, options.leaseMs))));
  return claimed.length;
}

export async function lookUpOnce(ports: ConfirmPorts, runtime: ConnectorRuntime, command: ClaimedCommand, leaseMs: number): Promise<Settlement> {
  const support = runtime.connector.commands[command.kind] ?? null;
  const startedAt = ports.clock.now(), fraction = ports.random.fraction();
  const known = judgeWithoutLookup({ command, support, call: { startedAt, endedAt: startedAt, exchange: nothing }, fraction });
  if (known) return known;
  const { answer, exchange } = await within<LookupAnswer>(leaseMs, (signal) => ports.connectors.lookup(command, signal));
  return judgeLookup({ command, support, call: { startedAt, endedAt: ports.clock.now(), exchange }, fraction }, answer);
}

/** Reads confirmed documents back, for one connector. Only what was read back and agrees counts as posted. */
export async function verifyConfirmed(ports: ConfirmPorts, runtime: ConnectorRuntime, options: ConfirmOptions): Promise<number> {
  const claimed = await ports.commands.claimUnverified({ worker: options.worker, connector: runtime.id, limit: options.limit, leaseMs: options.leaseMs });
  await Promise.all(claimed.map(async (command) => options.settler.add(await verifyOnce(ports, runtime, command, options.leaseMs))));
  return claimed.length;
}

export async function verifyOnce(ports: ConfirmPorts, runtime: ConnectorRuntime, command: ClaimedCommand, leaseMs: number): Promise<Settlement> {
  const support = runtime.connector.commands[command.kind] ?? null;
  const startedAt = ports.clock.now(), fraction = ports.random.fraction();
  const { answer, exchange } = await within<VerifyAnswer>(leaseMs, (signal) => ports.connectors.verify(command, command.reference ?? "", signal));
  return judgeVerify({ command, support, call: { startedAt, endedAt: ports.clock.now(), exchange }, fraction }, answer);
}

/** Cut off a little before the lease ends; a connector that throws has failed, no more. */
async function within<A>(leaseMs: number, ask: (signal: AbortSignal) => Promise<{ answer: A; exchange: Exchange }>): Promise<{ answer: A | Extract<LookupAnswer, { kind: "failed" }>; exchange: Exchange }> {
  const call = new AbortController();
  const end = setTimeout(() => { call.abort(); }, leaseMs * 0.9);
  try {
    return await ask(call.signal);
  } catch (error) {
    return brokeDown(error);
  } finally {
    clearTimeout(end);
  }
}
