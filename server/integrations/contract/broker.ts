import type { Result } from "@/server/domain/result";
import type { Session, SourceMessage } from "./connector";

/** A message as a broker handed it over. */
export interface BrokerMessage extends SourceMessage {
  /** SHA-256, in hexadecimal, of what makes it the same again. */
  digest: string;
  /** How often the broker has handed it to anybody, this time included; 1: never before. */
  deliveries: number;
  /** The sender's own, where it gave one. */
  correlationId?: string;
  /** Where it stands at the broker, for people: a sequence number, a queue. */
  position: string;
}

/** `again`: it is not acknowledged and comes back after a while. */
export type Taken = "taken" | "again";

/** An event that we tell others. Its id is the broker's key for dropping repeats: the same event has it for ever. */
export interface OutboundEvent {
  id: string;
  /** Dotted, below what the installation's settings name: `order.changed`. */
  topic: string;
  /** A CloudEvent in structured mode. */
  body: string;
}

/** One open connection. It heals nothing: when it breaks, it ends, and another is opened. */
export interface BrokerConnection {
  /**
   * Hands messages over, a batch at a time and never more than the settings' prefetch unacknowledged, and acknowledges a
   * message only after `take` has answered `taken` for it. Ends when `signal` does, rejects when the connection breaks.
   */
  consume(take: (messages: readonly BrokerMessage[]) => Promise<readonly Taken[]>, signal: AbortSignal): Promise<void>;
  /** Resolves when the broker has confirmed that it keeps every one of them; rejects where it is not sure of all. */
  publish(events: readonly OutboundEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** A system that hands us messages, or takes ours, over a connection that stands. */
export interface Broker<Settings, Secrets> {
  /** Which ways the settings ask for. */
  uses(settings: Settings): { consumes: boolean; publishes: boolean };
  /** TEC-02: refused credentials or rights; TEC-01: nobody there. Ends within the connector's call time-out. */
  open(session: Session<Settings, Secrets>): Promise<Result<BrokerConnection>>;
}
