import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { BrokerMessage, Taken } from "@/server/integrations/contract/broker";
import type { Logger } from "@/server/observability/logger";
import type { Inbox, InboundInput, StoredMessage } from "@/server/pipeline/ports";

/** A message that was handed over this often and never kept is set aside (TEC-05). */
export const deliveriesAllowed = 5;
const firstWaitMs = 250, lastWaitMs = 10_000;

export interface Taking {
  receive(this: void, inputs: readonly InboundInput[]): Promise<StoredMessage[]>;
  inbox: Pick<Inbox, "setAside">;
  /** The database was not there, as opposed to having refused. */
  isOutage(this: void, error: unknown): boolean;
  logger: Logger;
}

/**
 * Takes what a broker handed over through the front door; `taken` is said after the commit. One that came before comes alone,
 * so that one that kills its worker takes few innocent ones with it; at the limit it is set aside, its bytes kept. While the
 * database is away nothing is given back: it waits here, and with it the broker, bounded by the prefetch.
 */
export function createTaking(parts: Taking): (connector: string, messages: readonly BrokerMessage[], signal: AbortSignal) => Promise<Taken[]> {
  const { receive, inbox, isOutage, logger } = parts;
  const patiently = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(lastWaitMs, waitMs * 2)) {
      try { return await work(); } catch (error) {
        if (!isOutage(error) || signal.aborted) throw error;
        await pause(waitMs, undefined, { signal });
      }
    }
  };
  const alone = async (connector: string, message: BrokerMessage, signal: AbortSignal): Promise<Taken> => {
    const input = inputOf(connector, message);
    try {
      if (message.deliveries <= deliveriesAllowed) await patiently(() => receive([input]), signal);
      else await patiently(() => inbox.setAside(input, { code: "TEC-05", message: `Set aside: it was handed over ${message.deliveries} times (${message.position}) and never kept` }), signal);
      return "taken";
    } catch (error) {
      logger.warn({ error, connector, position: message.position, deliveries: message.deliveries }, "a message was not taken and comes again");
      return "again";
    }
  };

  return async (connector, messages, signal) => {
    const verdicts: Taken[] = [];
    const fresh = messages.filter(({ deliveries }) => deliveries === 1);
    let together = fresh.length > 1;
    if (together) try { await patiently(() => receive(fresh.map((message) => inputOf(connector, message))), signal); } catch { together = false; }
    for (const message of messages) verdicts.push(together && message.deliveries === 1 ? "taken" : await alone(connector, message, signal));
    return verdicts;
  };
}

const inputOf = (connector: string, { sourceMessageId, digest, contentType, body, correlationId, position, deliveries }: BrokerMessage): InboundInput =>
  ({ connector, sourceMessageId, digest, contentType, headers: { "x-position": position, ...(deliveries > 1 ? { "x-deliveries": String(deliveries) } : {}) }, body, correlationId: correlationId ?? randomUUID() });
