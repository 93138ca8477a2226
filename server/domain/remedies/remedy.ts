import { digestOf } from "../decisions";
import type { ExceptionCode, ResolutionCode } from "../exceptions";
import type { HoldCode } from "../holds";
import type { PlanInput } from "../plan";
import { ok, type Result } from "../result";
import type { Permission } from "../rights";
import type { SubjectRef } from "../subject";

/** What a person may decide in front of an exception. Each is a fact that the planner reads; none only closes a row. */
export const remedyVerbs = ["accept_difference", "adopt", "decline", "record", "confirm_absent", "send_again", "match", "on_account", "refund", "accept_quantity", "reduce", "take_source", "accept_advance", "close_return", "take_pack", "keep_pack", "write_back"] as const;
export type RemedyVerb = (typeof remedyVerbs)[number];

/** What a remedy still needs to be told. `document` is an open invoice, `reference` a number in the target. */
export interface Given { document?: string | undefined; reference?: string | undefined; amount?: string | undefined; means?: "original" | "other" | undefined; quantity?: string | undefined }

export interface Overlaying { type: "field.overlaid"; document: string; path: string; value: unknown; /** Whose fact it is; absent: the subject's that is decided about. */ subject?: SubjectRef }
export type Saying =
  | Overlaying
  | { type: "command.decided"; naturalKey: string; verdict: "restart" | "confirm_absent" | "posted_by_hand"; reference?: string };

export interface Remedy {
  verb: RemedyVerb;
  /** What it is about: a document's number, a command's key, a row of the remittance. One remedy for each (verb, target). */
  target: string;
  title: string;
  /** What happens, in one line. */
  effect: string;
  asks: readonly (keyof Given)[];
  /** Money that the word is about, and what the person is shown of it. */
  amount: string | null;
  currency: string | null;
  evidence: Record<string, unknown>;
  /** Binds the decision to what was shown. */
  digest: string;
  permission: Permission;
  /** Whose limit it needs besides the permission: the amount is taken against grants with this hold code. */
  limitedBy: HoldCode | null;
  /** What the exception is said to have ended by, once the planner no longer finds it. */
  resolution: ResolutionCode;
  /** Why it cannot be done as things stand; null where it can. */
  why: string | null;
  /** The facts that it puts, or what is wrong with what was given. */
  say: (given: Given) => Result<Saying[]>;
}

/** The exception that the person stands in front of. */
export interface Trouble { code: ExceptionCode; amount: string; currency: string | null; stops: readonly string[]; message: string }
export type Remedies = (input: PlanInput, trouble: Trouble) => Remedy[];

type Draft = Omit<Remedy, "digest" | "asks" | "amount" | "currency" | "limitedBy" | "why"> & Partial<Pick<Remedy, "asks" | "amount" | "currency" | "limitedBy" | "why">>;
export const remedy = (draft: Draft): Remedy => {
  const whole = { asks: [], amount: null, currency: null, limitedBy: null, why: null, ...draft };
  const { verb, target, amount, currency, evidence } = whole;
  return { ...whole, digest: digestOf({ verb, target, amount, currency, evidence }) };
};

export const says = (...sayings: Saying[]): Result<Saying[]> => ok(sayings);
