import type { CommandKind, CommandView, WantedCommand } from "./commands";
import type { ExceptionCode, FindingCode, FingerprintKey } from "./exceptions";
import type { Fact } from "./facts";
import type { HoldCode } from "./holds";
import type { Instant } from "./instant";
import type { Balance, Slice } from "./movements";
import type { Policy } from "./policy";
import type { MilestoneName } from "./stages";
import type { SubjectId, SubjectRef } from "./subject";

/** One master record or cross-reference row that a subject depends on, read at plan time by key. */
export interface ReferenceKey {
  /** `customer`, `item`, `price`, `periods`, `map`, or a broadcast topic such as `open_item`. */
  topic: string;
  key: string;
}
export interface ReferenceRow extends ReferenceKey {
  version: number;
  data: unknown;
}
/** Reference rows by `topic|key`; absence means that the record is not known (yet). */
export type Reference = ReadonlyMap<string, ReferenceRow>;
export const referenceId = (key: ReferenceKey): string => `${key.topic}|${key.key}`;

/** All that a plan may look at. Nothing else may influence it. */
export interface PlanInput {
  subject: SubjectRef & { id: SubjectId };
  facts: readonly Fact[];
  commands: readonly CommandView[];
  reference: Reference;
  policy: Policy;
  now: Instant;
  /** Connectors that cannot be reached or are paused: what waits for them is explained. Absent: none. */
  connectorsDown?: ReadonlySet<string>;
}

export interface HoldFinding {
  rule: HoldCode | "MODE";
  slot: string;
  blocks: CommandKind[];
  amount: string;
  /** Null: no money is at stake. */
  currency: string | null;
  /** One sentence: what, since when, why. */
  message: string;
  /** What would release it, in one sentence. */
  releasedBy: string;
  /** What the approver sees; the digest binds an approval to the part of it named in 2.8. */
  evidence: Record<string, unknown>;
  digest: string;
  /** Identity of who made what is held: never its approver. */
  preparedBy: string | null;
  dueAt: Instant | null;
}

export interface ExceptionFinding {
  code: ExceptionCode;
  fingerprint: FingerprintKey;
  /** Commands or slices (by slot or line) that it stops; empty: it stops nothing, it only tells. */
  stops: string[];
  /** What it names is of no goods, posting or money: an acknowledgement that its source refused. All of them go on. */
  keepsNothing?: true;
  amount: string;
  /** Null: no money is at stake. */
  currency: string | null;
  message: string;
  /** When the condition began, as far as the facts tell. */
  since: Instant;
  dueAt?: Instant;
}

/** Whether something waits for it: it comes before a hold in every figure and sentence (domain reference 2.4). */
export const isStopping = ({ stops, keepsNothing }: ExceptionFinding): boolean => stops.length > 0 && keepsNothing !== true;

/** Information only: never counted, owned or timed. */
export interface Finding { code: FindingCode; message: string; amount: string | null; currency: string | null }

/** A date that has not come. Not a hold, not an exception. */
export interface Wait { slot: string; until: Instant | null; message: string }

export interface Milestone { name: MilestoneName; occurredAt: Instant; document: string | null; slot: string }

/**
 * `to` set: addressed, the subject is made when it does not exist. `to` null: kept under (topic, key) for whoever depends on it.
 * Who was told (topic, key) before and is not named while others are has nothing to do with it any more: what was said is
 * taken from it, and it is planned again. A (topic, key) that a plan does not name at all stands as it was said.
 */
export interface Publication {
  topic: string; key: string; to: SubjectRef | null; data: unknown;
  /** The reader need not act on it at once: it reads it with its next plan, a fraction of a second (`soon`) or a few seconds (`later`) from now at the latest. */
  reading?: "soon" | "later";
}

/** A gate's outcome or another decision of the rules that the subject keeps as a fact of its own (2.8). */
export interface RecordedFact { type: string; document: string; group: string; version: number; occurredAt: Instant; data: unknown }

/** What lists, search and figures show of a subject without planning it. */
export interface SubjectSummary {
  number: string;
  customer: string | null;
  customerName: string | null;
  channel: string | null;
  currency: string | null;
  /** Headline stage and its start; null once commercially complete or where the kind has none. */
  stage: string | null;
  stageSince: Instant | null;
  placedAt: Instant | null;
  /** When the stage's target is passed. */
  dueAt: Instant | null;
  tracks: Record<string, string>;
  facets: string[];
  /** Decimal strings by name: ordered, posted, open, held, exception, paid. */
  amounts: Record<string, string>;
  complete: boolean;
  /** Other identifiers by which people look for it: purchase order, tracking, invoice, receipt. */
  identifiers: { kind: string; value: string }[];
}

export interface Plan {
  wanted: WantedCommand[];
  /** Natural keys of rejected commands that may try again because what they waited for is there. */
  reopened: string[];
  holds: HoldFinding[];
  exceptions: ExceptionFinding[];
  findings: Finding[];
  waits: Wait[];
  milestones: Milestone[];
  balances: Balance[];
  slices: Slice[];
  publications: Publication[];
  records: RecordedFact[];
  /** "Why is this not posted?" in one sentence; null where nothing is open. */
  sentence: string | null;
  summary: SubjectSummary;
  /** When to look again though no fact has come; null: only when something changes. */
  nextReviewAt: Instant | null;
}

/** Planner of one kind of subject. Both functions are pure and total over checked facts. */
export interface Planner {
  /**
   * Reference rows that `plan` will look at; a change of any of them plans the subject again. A mapping names the master
   * record, so ask with the rows found so far, read what is new, and ask again until nothing new is named (twice at most).
   */
  dependencies(input: Pick<PlanInput, "subject" | "facts" | "policy"> & Partial<Pick<PlanInput, "commands" | "reference">>): ReferenceKey[];
  plan(input: PlanInput): Plan;
}

