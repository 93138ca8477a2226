import type { CommandKind } from "@/server/domain/commands";
import type { CommandSupport, LookupAnswer, OutboundCommand, Outcome, Translation, TranslationInput, VerifyAnswer } from "../contract/connector";
import type { Census } from "../contract/census";
import type { TrytonFeed } from "./changes";
import type { TrytonSecrets, TrytonSession, TrytonSettings } from "./config";

export type TrytonCensus = Census<TrytonSettings, TrytonSecrets>;

/** What one Tryton may be to the tower, behind one address, one user and one set of codes. */
export interface Role {
  name: "finance" | "warehouse";
  commands: Partial<Record<CommandKind, CommandSupport>>;
  /** Requests with the same key go one at a time. */
  serializeBy(kind: CommandKind): string | null;
  cannot: readonly string[];
  feeds: readonly TrytonFeed[];
  censuses: readonly TrytonCensus[];
  /** Kinds of stored messages that are of this role. */
  messages: ReadonlySet<string>;
  toCanonical(input: TranslationInput<TrytonSettings>): Translation;
  /** Finds what the settings name. Answers what is readable. @throws Ended */
  check(session: TrytonSession): Promise<string>;
  /** @throws Ended */
  send(session: TrytonSession, command: OutboundCommand): Promise<Outcome>;
  /** @throws Ended */
  lookup(session: TrytonSession, command: OutboundCommand): Promise<LookupAnswer>;
  /** @throws Ended */
  verify(session: TrytonSession, command: OutboundCommand, reference: string): Promise<VerifyAnswer>;
}

/** Tryton answers 200 with its error; by then the transaction is rolled back. Only such answers are called `retryable` here. */
const notActed = [{ status: 200, source: "trytond 6.0, protocols/dispatcher.py: an error is answered after its transaction was rolled back" }] as const;
export const lookedUpBy = (by: string, verify: boolean): CommandSupport => ({ idempotentForMs: 0, lookup: { by, consistency: "read_your_writes", settleMs: 3000, complete: true }, verify, provenNotActed: notActed });
