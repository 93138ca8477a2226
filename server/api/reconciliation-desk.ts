import type { Tolerance } from "@/server/domain/reconciliation/documents";
import type { ProcessName, ReasonCode } from "@/server/domain/reconciliation/settling";
import type { Total } from "@/server/domain/reconciliation/stages";
import type { Result } from "@/server/domain/result";
import type { Person } from "./services";

/** What is compared: documents whose accounting date lies in the span, and what the statement before left open. */
export interface StatementAsked { entity: string; process: ProcessName; from: string; to: string; tolerance: Tolerance }
/** What a side left out by one rule. */
export interface Excluded { side: "a" | "b"; rule: string; currency: string; documents: number; amount: string }
export interface Statement { id: string; knownAt: string; totals: Total[]; excluded: Excluded[]; /** Items that nobody has settled. */ open: number }

/** How differences between two books are settled: each by name, with a reason, and by two persons above what the rules write off. */
export interface ReconciliationDesk {
  /**
   * Takes a statement as of now and freezes it. What was open in the one before is carried into it; what was settled and is unchanged stands.
   * TOLERANCE or SPAN where what is asked makes no sense. The time it takes grows with the documents of the span.
   */
  take(person: Person, asked: StatementAsked, reason: string): Promise<Result<Statement>>;
  /** The same answer, and nothing is kept. */
  rehearse(asked: StatementAsked): Promise<Result<Statement>>;
  /** Explains an open item or confirms a suggestion, bound to the figures that were shown. CONFLICT where it has moved on. */
  settle(person: Person, item: ItemNamed, code: ReasonCode, comment: string): Promise<Result<{ state: "settled" | "proposed" }>>;
  /** By another person than the one who prepared it, within their right to approve adjustments. */
  approve(person: Person, item: ItemNamed, comment: string): Promise<Result<true>>;
  /** A suggestion is taken apart and not made again; what was prepared is open again. */
  refuse(person: Person, item: ItemNamed, comment: string): Promise<Result<true>>;
}
export interface ItemNamed { run: string; no: number; digest: string }
