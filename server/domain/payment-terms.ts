import { dec, type DecimalString } from "./decimal";
import type { Instant } from "./instant";
import type { Policy } from "./policy";
import { fail, ok, type Result } from "./result";

/** When an invoice is due: net days from its date or from the end of that month, and what early payment takes off. */
export interface PaymentTerms {
  name?: string;
  days: number;
  endOfMonth: boolean;
  /** Paid before anything leaves. */
  advance: boolean;
  /** Days count from the same day as the net days; percent of the goods without charges and tax (P13). */
  discount?: { days: number; percent: DecimalString };
  /** Orders placed before it keep what was said `before`. */
  from?: Instant;
  before?: PaymentTerms;
}

/** Terms as they are to be: proposed by one person, in force when a second has confirmed it. */
export interface TermsChange { code: string; name: string; days: number; endOfMonth: boolean; advance: boolean; discount: { days: number; percent: DecimalString } | null; from: Instant | null }

/** Whether the rules know the code, for whatever order. */
export const knowsTerms = (policy: Pick<Policy, "terms">, code: string): boolean => Object.hasOwn(policy.terms, code);

/** What a code means for an order placed at that time; null where the rules do not know it (MAP-04). */
export function termsOf(policy: Pick<Policy, "terms">, code: string, placed: Instant): PaymentTerms | null {
  let found = knowsTerms(policy, code) ? policy.terms[code] : undefined;
  while (found?.before && found.from !== undefined && placed < found.from) found = found.before;
  return found ?? null;
}

const wholeDays = (days: number): boolean => Number.isInteger(days) && days >= 0 && days <= 365;

export function checkTermsChange({ code, name, days, endOfMonth, advance, discount }: TermsChange): Result<true> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/.test(code)) return fail("TERMS", `${code} is no code: letters, digits and . _ / - only, at most 40`, "code");
  if (name.trim() === "" || name.length > 80) return fail("TERMS", "Give a name of at most 80 letters", "name");
  if (!wholeDays(days)) return fail("TERMS", "Net days are a whole number from 0 to 365", "days");
  if (advance && (days > 0 || endOfMonth || discount)) return fail("TERMS", "What is paid in advance has no days and no discount", "advance");
  if (!discount) return ok(true);
  if (!wholeDays(discount.days) || discount.days > days) return fail("TERMS", `Discount days are a whole number from 0 to the ${days} net days`, "discountDays");
  if (!/^\d{1,2}(\.\d{1,4})?$/.test(discount.percent) || dec(discount.percent).isZero()) return fail("TERMS", `${discount.percent} is no percentage above 0 and below 100, as 2 or 2.5`, "discountPercent");
  return ok(true);
}

/**
 * The next version of the rules. Changed terms count for orders placed from then on, never before `now`; a new code counts
 * for every order that waits for it.
 */
export function withTerms(policy: Policy, { code, name, days, endOfMonth, advance, discount, from }: TermsChange, now: Instant): Policy {
  const before = knowsTerms(policy, code) ? policy.terms[code] : undefined;
  const since = from !== null && from > now ? from : now;
  const next: PaymentTerms = { name, days, endOfMonth, advance, ...(discount ? { discount } : {}), ...(before ? { from: since, before } : {}) };
  return { ...policy, version: policy.version + 1, terms: { ...policy.terms, [code]: next } };
}
