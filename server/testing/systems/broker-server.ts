/** A real broker, as the tests of both kinds see it. */
export interface BrokerServer {
  type: "nats" | "rabbitmq";
  /** Of loopback, where the settings lead; encrypted where it was started with a certificate. */
  port: number;
  settings: Record<string, unknown>;
  secrets: { password: string };
  /** Resolves when the broker keeps them all. */
  send(bodies: readonly (string | Uint8Array)[]): Promise<void>;
  /** What its source still has, handed over or not, without an acknowledgement. */
  waiting(): Promise<number>;
  /** What of it is handed over to somebody. */
  held(): Promise<number>;
  /** What was told to it so far. */
  told(): Promise<{ id: string; topic: string; body: string }[]>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}
