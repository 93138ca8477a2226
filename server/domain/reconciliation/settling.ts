import { dec, max } from "../decimal";
import { fail, ok, type Result } from "../result";
import { mayDecide, mayDo, type RoleGrant } from "../rights";
import type { ResultCode, RuleName, Tolerance } from "./documents";

/** Whose books are compared, in words. */
export const processes = {
  documents: { name: "Sales documents", a: "Posted by the tower", b: "Read back from the ledger" },
  receipts: { name: "Receipts", a: "Booked in the ledger by the tower", b: "Told by bank and payment provider" },
} as const;
export type ProcessName = keyof typeof processes;
export const processNames = Object.keys(processes) as [ProcessName, ...ProcessName[]];

/** Why a difference stands, or why documents are one. Timing comes back in the next statement. */
export const reasonCodes = {
  same_transaction: "The same transaction", timing: "Timing: it comes in the next period", rounding: "Rounding", bank_fee: "Bank fee", exchange_rate: "Exchange rate", price: "Price", freight: "Freight", tax: "Tax",
  duplicate: "Duplicate, to be reversed there", posted_by_hand: "Posted by hand", not_ours: "Not ours", write_off: "Written off",
} as const;
export type ReasonCode = keyof typeof reasonCodes;
export const reasonNames = Object.keys(reasonCodes) as [ReasonCode, ...ReasonCode[]];
/** What is settled with it is open again in the next statement. */
export const comesBack: ReasonCode = "timing";
/** Codes that fit a result: what is one transaction is on both sides. */
export const reasonsFor = (result: ResultCode): ReasonCode[] =>
  reasonNames.filter((code) => (result === "matched" ? code === "same_transaction" : result.startsWith("missing") ? !["same_transaction", "rounding"].includes(code) : !["not_ours", "duplicate", "posted_by_hand"].includes(code)));

export const itemStates = ["agreed", "open", "proposed", "settled", "refused", "carried"] as const;
export type ItemState = (typeof itemStates)[number];

/** An item as it stands when somebody acts on it. `atStake`: the larger of both differences, without sign. */
export interface Standing { entity: string; rule: RuleName; result: ResultCode; state: ItemState; atStake: string; currency: string; preparedBy: string | null }
export const atStakeOf = ({ result, difference, taxDifference }: { result: ResultCode; difference: string; taxDifference: string }): string =>
  (result === "tax_differs" ? max(dec(difference).abs(), dec(taxDifference).abs()) : dec(difference).abs()).toFixed();

type Settler = { id: string; grants: readonly RoleGrant[] };

/**
 * Whether a person may settle an open item, and whether that stands by itself: a second person is asked for everything
 * above what the rules write off by themselves (P12).
 */
export function settle(person: Settler, item: Standing, code: ReasonCode, comment: string, writeOffUpTo: string): Result<{ state: "settled" | "proposed" }> {
  const allowed = mayDo(person.grants, "decision.finance", item.entity);
  if (!allowed.ok) return allowed;
  if (item.state !== "open") return fail("CONFLICT", `It is ${item.state} already`);
  if (comment.trim().length < 3) return fail("REASON", "Say why, so that the record can be read later");
  if (!reasonsFor(item.result).includes(code)) return fail("REASON", `${reasonCodes[code]} does not explain what is ${item.result.replaceAll("_", " ")}`);
  return ok({ state: dec(item.atStake).gt(writeOffUpTo) ? "proposed" : "settled" });
}

/** The second person: the amount lies within their right to approve adjustments, and they did not prepare it. */
export function approve(person: Settler, item: Standing): Result<true> {
  const allowed = mayDecide(person, { entity: item.entity, rule: "ADJUSTMENT_APPROVAL", amount: item.atStake, currency: item.currency, preparedBy: item.preparedBy });
  if (!allowed.ok) return allowed;
  return item.state === "proposed" ? ok(true) : fail("CONFLICT", `It is ${item.state} already`);
}

/**
 * Whether a person may refuse what was prepared, or a suggestion. What carries one identifier is one: the documents are
 * mended where they lie, not here.
 */
export function refuse(person: Settler, { entity, state, rule, result }: Standing, comment: string): Result<true> {
  const allowed = mayDo(person.grants, "decision.finance", entity);
  if (!allowed.ok) return allowed;
  if (comment.trim().length < 3) return fail("REASON", "Say why, so that the record can be read later");
  if (state === "proposed") return ok(true);
  if (state !== "open") return fail("CONFLICT", `It is ${state} already`);
  return suggestingRules.includes(rule) && !result.startsWith("missing") ? ok(true) : fail("CONFLICT", "It is no suggestion: there is nothing to refuse");
}
/** Rules that only suggest: a person confirms or refuses. */
export const suggestingRules: readonly RuleName[] = ["one_to_one", "one_to_many", "many_to_many", "same_amount"];

/** Refuses what contradicts itself. More than the rules write off by themselves is settled item by item, by name. */
export function checkTolerance({ amount, days }: Tolerance, writeOffUpTo: string): Result<true> {
  if (!/^\d{1,15}(\.\d{1,6})?$/.test(amount)) return fail("TOLERANCE", `${amount} is not an amount from zero on`, "amount");
  if (dec(amount).gt(writeOffUpTo)) return fail("TOLERANCE", `${amount} is above the ${writeOffUpTo} that the rules write off by themselves: what is more is settled item by item`, "amount");
  return Number.isInteger(days) && days >= 0 && days <= 31 ? ok(true) : fail("TOLERANCE", "Give 0 to 31 days", "days");
}
