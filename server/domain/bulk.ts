import { dec, type DecimalString } from "./decimal";
import { fail, ok, type Result } from "./result";
import { mayDo, type Permission, type RoleGrant } from "./rights";

/**
 * What may be done to many at once, each a different thing: a retry sends the same command, a restart works out anew what to
 * send, a duplicate takes the message in once more as another, a replay reads once more what was read before.
 */
export const bulkVerbs = {
  retry: { label: "Retry", permission: "exception.retry", effect: "Sends what was refused again, as it is. Only what is read back counts as fixed." },
  restart: { label: "Restart", permission: "exception.restart", effect: "Translates and plans again with today’s mapping and rules, and sends what is wanted then." },
  duplicate: { label: "Duplicate", permission: "exception.restart", effect: "Takes each message in once more, as a new one beside the first, which stays as it is. What it says that is known already adds nothing." },
  replay: { label: "Replay", permission: "exception.restart", effect: "Reads messages that were taken in before once more. Known facts and confirmed documents stay as they are: nothing doubles." },
} as const satisfies Record<string, { label: string; permission: Permission; effect: string }>;
export type BulkVerb = keyof typeof bulkVerbs;
/** Those that act on what stands under Exceptions. */
export const causeVerbs = ["retry", "restart", "duplicate"] as const satisfies readonly BulkVerb[];

/** Life of a bulk action: asked for and frozen; proposed to a second person; then it runs, stops and goes on until it is over. */
export const bulkTransitions = {
  asked: ["proposed", "running"], proposed: ["running", "aborted"], running: ["stopped", "done", "aborted"], stopped: ["running", "aborted"], done: [], aborted: [],
} as const satisfies Record<string, readonly string[]>;
export type BulkState = keyof typeof bulkTransitions;
/** Of one document. `cleared`: its exception ended and nothing was sent that could be read back. */
export const bulkItemStates = ["waiting", "sent", "verified", "cleared", "failed", "left_out"] as const;
export type BulkItemState = (typeof bulkItemStates)[number];

/** How many may be frozen at once. */
export const bulkLimit = 50_000;
/** Of one action at once sent and not settled, so that it is a trickle beside everything else. */
export const bulkInFlight = 100;
/** What is not read back by then counts as failed. */
export const readBackWithinMs = 60 * 60_000;

const ramp = [1, 10, 100] as const;
/** Below this many, and after a code was mapped for them, all go at once: what was wrong is known and mended. */
const atOnceBelow = 50;
export const goesAtOnce = ({ count, mapped }: { count: number; mapped: boolean }): boolean => mapped && count < atOnceBelow;

/** How many documents each step sends: 1, 10, 100 and the rest. */
export function rampOf(count: number, atOnce: boolean): number[] {
  if (count === 0) return [];
  if (atOnce) return [count];
  const sizes: number[] = [];
  let left = count;
  for (const size of ramp) {
    if (left === 0) break;
    sizes.push(Math.min(size, left));
    left -= Math.min(size, left);
  }
  return left > 0 ? [...sizes, left] : sizes;
}

/** Of the documents of one step. `settled`: whatever became of them; `failed` of those. `later`: above 0 where documents wait in it or after it. */
export interface StepCount { step: number; size: number; settled: number; failed: number; forgiven: number; later: number }
/** Share of a step that may fail to verify; none of the first. */
const tolerated = 0.1, judgedFrom = 10;

/** The rules by which every bulk action goes, in words. */
export const bulkRules: readonly { name: string; says: string }[] = [
  { name: "Steps", says: `${ramp.join(", ")} and the rest, the least money first. A step begins when all of the one before is read back, cleared or failed. Fewer than ${atOnceBelow} go at once where a code was mapped for them since.` },
  { name: "Stops by itself", says: `At any failure in the first step, later above ${tolerated * 100} % of what is settled (of ${judgedFrom} at least). A person lets it go on.` },
  { name: "Fixed", says: `What is read back and agrees. What is not read back within ${readBackWithinMs / 60_000} minutes has failed.` },
  { name: "Beside other work", says: `At most ${bulkInFlight} of one action are sent and not settled, in the bulk lane of their connector. At most ${bulkLimit.toLocaleString("en-US")} documents in one.` },
  { name: "Second person", says: "Where the money of one entity and currency is above what two must approve there, as it is when it is started." },
];

/** What becomes of a step: it stops as soon as too many failed and others still wait, is over when all is settled, and waits until then. */
export function judgeStep({ step, size, settled, failed, forgiven, later }: StepCount): "stop" | "over" | "wait" {
  const fresh = failed - forgiven;
  if (later > 0 && (step === 0 ? fresh > 0 : fresh > tolerated * Math.max(judgedFrom, settled - forgiven))) return "stop";
  return settled >= size ? "over" : "wait";
}

/** What is known of one document since it was acted on. Commands: those that the act moved, or that the plan moved since. */
export interface ItemEvidence {
  ageMs: number;
  /** It is to be read or planned yet. */
  isWorkedOn: boolean;
  /** Its message could not be read: why. */
  unread: string | null;
  /** An exception of it that still stands. */
  standing: string | null;
  /** `unverified`: accepted and to be read back; `unreadable`: accepted where nothing can be read back. */
  commands: { underWay: number; unverified: number; unreadable: number; verified: number; refused: string | null; differs: string | null };
}
export interface ItemVerdict { to: Extract<BulkItemState, "verified" | "cleared" | "failed">; why: string | null }

/** Fixed is only what was read back with amount, tax, customer and period equal. Null: that is not known yet. */
export function judgeItem({ ageMs, isWorkedOn, unread, standing, commands }: ItemEvidence): ItemVerdict | null {
  if (unread !== null) return { to: "failed", why: `It could not be read: ${unread}` };
  if (commands.differs !== null) return { to: "failed", why: `Read back otherwise: ${commands.differs}` };
  if (commands.refused !== null) return { to: "failed", why: `Refused again: ${commands.refused}` };
  if (isWorkedOn || commands.underWay + commands.unverified > 0)
    return ageMs < readBackWithinMs ? null : { to: "failed", why: "It was not read back within an hour" };
  if (standing !== null) return { to: "failed", why: `It still stands: ${standing}` };
  if (commands.verified > 0) return { to: "verified", why: null };
  return { to: "cleared", why: commands.unreadable > 0 ? "Accepted; this system cannot be read back" : null };
}

export interface EntityMoney { entity: string; currency: string; amount: DecimalString }
/** Why one person is not enough: the money of one entity and currency is above what two must approve there (P15). */
export function secondPersonWhy(money: readonly EntityMoney[], twoAbove: ReadonlyMap<string, DecimalString>): string | null {
  const large = money.find(({ entity, amount }) => { const limit = twoAbove.get(entity); return limit !== undefined && dec(amount).abs().gt(dec(limit)); });
  return large ? `${dec(large.amount).toFixed(2)} ${large.currency} in ${large.entity} is above ${dec(twoAbove.get(large.entity) ?? "0").toFixed(2)}` : null;
}

/** A second person: never the author, and with the right in every entity that it touches. */
export function mayConfirmBulk(person: { id: string; grants: readonly RoleGrant[] }, action: { author: string; verb: BulkVerb; entities: readonly string[] }): Result<true> {
  if (person.id === action.author) return fail("FORBIDDEN", "Whoever asked for it may not confirm it: a second person must");
  return mayInAll(person, action);
}
export function mayInAll({ grants }: { grants: readonly RoleGrant[] }, { verb, entities }: { verb: BulkVerb; entities: readonly string[] }): Result<true> {
  for (const entity of entities) {
    const right = mayDo(grants, bulkVerbs[verb].permission, entity);
    if (!right.ok) return right;
  }
  return ok(true);
}
