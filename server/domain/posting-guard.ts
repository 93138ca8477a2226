import { isWorkday } from "./calendar";
import { dec, zero, type Decimal, type DecimalString } from "./decimal";
import { addDays, type Day } from "./instant";
import type { Currency } from "./money";
import type { BusinessCalendar } from "./policy";
import { fail, ok, type Result } from "./result";

/**
 * The posting guard (P21): what an entity may post on one of its days before somebody is asked. Currencies are kept apart,
 * each measured by its own past: a rate would put a second opinion between a posting and its limit. The number of postings
 * is over all of them.
 */

/** What was claimed on one day of an entity: postings in number, and money by currency, in absolute amounts. */
export interface Claimed { count: number; money: Readonly<Record<Currency, { total: DecimalString; largest: DecimalString }>> }
export interface ClaimedDay extends Claimed { day: Day }
export const nothingClaimed: Claimed = { count: 0, money: {} };

/** `median`, `largest`: learned, with the figure that it is a multiple of. `fixed`: set by persons. `raised`: for this day, by who let it go on. */
export interface Limit { at: DecimalString; by: "median" | "largest" | "fixed" | "raised"; of: DecimalString | null }
export interface GuardLimits { count: Limit | null; money: Readonly<Record<Currency, { total: Limit | null; document: Limit | null }>> }
/** Limits of persons, for as long as the guard has not learned its own. */
export interface FixedLimits { count: number | null; money: Readonly<Record<Currency, { total: DecimalString | null; document: DecimalString | null }>> }

const daysLearnedFrom = 20, timesMedian = 5, timesLargest = 10, daysOfLargest = 90;

function median(values: readonly Decimal[]): Decimal {
  const sorted = [...values].sort((a, b) => a.cmp(b)), middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? zero;
  return sorted.length % 2 === 1 ? upper : upper.plus(sorted[middle - 1] ?? zero).div(2);
}

/** Five times the median of the last 20 working days that have one of these; null before there are 20. */
function learned(days: readonly ClaimedDay[], valueOf: (day: ClaimedDay) => Decimal): Limit | null {
  const values = days.map(valueOf).filter((value) => value.gt(0)).slice(0, daysLearnedFrom);
  if (values.length < daysLearnedFrom) return null;
  const of = median(values);
  return { at: of.times(timesMedian).toFixed(), by: "median", of: of.toFixed() };
}

const fixedAt = (at: DecimalString | number | null | undefined): Limit | null => (at === null || at === undefined ? null : { at: String(at), by: "fixed", of: null });

/** The limits of a day, from the days before it in any order. A day off, and today itself, teach nothing about a usual day; what is largest counts on every day. */
export function limitsOf(past: readonly ClaimedDay[], today: Day, calendar: BusinessCalendar, fixed: FixedLimits): GuardLimits {
  const before = past.filter(({ day }) => day < today).sort((a, b) => b.day.localeCompare(a.day));
  const working = before.filter(({ day }) => isWorkday(calendar, day)), recent = before.filter(({ day }) => day >= addDays(today, -daysOfLargest));
  const currencies = [...new Set([...before.flatMap(({ money }) => Object.keys(money)), ...Object.keys(fixed.money)])].sort();
  return {
    count: learned(working, ({ count }) => dec(count)) ?? fixedAt(fixed.count),
    money: Object.fromEntries(currencies.map((currency) => {
      const total = learned(working, ({ money }) => dec(money[currency]?.total ?? 0));
      const largest = recent.reduce((most, { money }) => { const one = dec(money[currency]?.largest ?? 0); return one.gt(most) ? one : most; }, zero);
      const document: Limit | null = total && largest.gt(0) ? { at: largest.times(timesLargest).toFixed(), by: "largest", of: largest.toFixed() } : null;
      return [currency, { total: total ?? fixedAt(fixed.money[currency]?.total), document: document ?? fixedAt(fixed.money[currency]?.document) }];
    })),
  };
}

/** A posting that is about to be sent. `isCounted`: it was sent before, perhaps with another amount, and is not counted again. `isReleased`: a person let this very document go. */
export interface PostingToClaim { id: string; amount: DecimalString | null; currency: Currency | null; isCounted: boolean; isReleased: boolean }
/** What would be exceeded: `reached` with the postings at hand. */
export interface Excess { what: "count" | "total"; currency: Currency | null; reached: DecimalString; limit: Limit }
export type Verdict = { kind: "claimed"; claimed: Claimed } | { kind: "exceeded"; excess: Excess } | { kind: "too_large"; documents: { id: string; amount: DecimalString; currency: Currency; limit: Limit }[] };

/** Whether a batch may leave, all of it: documents that are too large first, then the day's number and its money. The order of the batch changes nothing. */
export function judge(limits: GuardLimits, before: Claimed, batch: readonly PostingToClaim[]): Verdict {
  const fresh = batch.filter(({ isCounted }) => !isCounted);
  const documents = batch.flatMap(({ id, amount, currency, isReleased }) => {
    const limit = currency === null ? null : limits.money[currency]?.document;
    return limit && amount !== null && currency !== null && !isReleased && dec(amount).abs().gt(limit.at) ? [{ id, amount: dec(amount).abs().toFixed(), currency, limit }] : [];
  });
  if (documents.length > 0) return { kind: "too_large", documents: documents.sort((a, b) => a.id.localeCompare(b.id)) };
  const claimed = adding(before, fresh);
  if (limits.count && dec(claimed.count).gt(limits.count.at)) return { kind: "exceeded", excess: { what: "count", currency: null, reached: String(claimed.count), limit: limits.count } };
  for (const currency of Object.keys(claimed.money).sort()) {
    const limit = limits.money[currency]?.total, reached = claimed.money[currency]?.total ?? "0";
    // Only what grows is judged: a limit below what has left already stops nothing in another currency.
    if (limit && fresh.some((posting) => posting.currency === currency) && dec(reached).gt(limit.at)) return { kind: "exceeded", excess: { what: "total", currency, reached, limit } };
  }
  return { kind: "claimed", claimed };
}

function adding(before: Claimed, batch: readonly PostingToClaim[]): Claimed {
  const money = { ...before.money };
  for (const { amount, currency } of batch) {
    if (amount === null || currency === null) continue;
    const known = money[currency], one = dec(amount).abs();
    money[currency] = { total: one.plus(known?.total ?? 0).toFixed(), largest: (one.gt(known?.largest ?? 0) ? one : dec(known?.largest ?? 0)).toFixed() };
  }
  return { count: before.count + batch.length, money };
}

/** One change of the limits of persons; null takes a limit away, what is left out stays. */
export interface LimitChange { count?: string | null; currency?: Currency; total?: string | null; document?: string | null }

/** Limits of persons with a change. Error LIMIT says what makes no sense. */
export function withFixed(fixed: FixedLimits, { count, currency, total, document }: LimitChange): Result<FixedLimits> {
  if (count === undefined && total === undefined && document === undefined) return fail("LIMIT", "Give a number of postings, or money of a day or of a document");
  if (typeof count === "string" && !/^\d{1,9}$/.test(count)) return fail("LIMIT", `${count} is no number of postings`, "count");
  const odd = [total, document].find((amount) => typeof amount === "string" && !/^\d{1,15}(\.\d{1,6})?$/.test(amount));
  if (typeof odd === "string") return fail("LIMIT", `${odd} is no amount`, "amount");
  if ((total !== undefined || document !== undefined) && !/^[A-Z]{3}$/.test(currency ?? "")) return fail("LIMIT", "Money has a currency: its three letters, as USD", "currency");
  const next = { ...fixed, count: count === undefined ? fixed.count : count === null ? null : Number(count) };
  if (currency === undefined) return ok(next);
  const known = fixed.money[currency] ?? { total: null, document: null };
  return ok({ ...next, money: { ...fixed.money, [currency]: { total: total === undefined ? known.total : total, document: document === undefined ? known.document : document } } });
}

/** Whether a raised limit lets go what stopped the day. */
export const liftsAbove = ({ reached }: Pick<Excess, "reached">, at: string): boolean => /^\d{1,15}(\.\d{1,6})?$/.test(at) && dec(at).gte(reached);

/** The limits of a day with the one raised that stopped it. */
export function raised(limits: GuardLimits, { what, currency }: Pick<Excess, "what" | "currency">, at: DecimalString): GuardLimits {
  const limit: Limit = { at, by: "raised", of: null };
  if (what === "count" || currency === null) return { ...limits, count: limit };
  return { ...limits, money: { ...limits.money, [currency]: { total: limit, document: limits.money[currency]?.document ?? null } } };
}

const shown = (value: DecimalString, currency: Currency | null): string => (currency === null ? dec(value).toFixed(0) : `${dec(value).toFixed(2)} ${currency}`);
const because = ({ by, of }: Limit, currency: Currency | null): string =>
  ({ median: `${timesMedian} times the median of the last ${daysLearnedFrom} working days, ${shown(of ?? "0", currency)}`, largest: `${timesLargest} times the largest of the last ${daysOfLargest} days, ${shown(of ?? "0", currency)}`, fixed: "a limit that was set", raised: "a limit that was raised for this day" })[by];

/** The guard's reason, in one sentence with its figures. */
export const excessText = ({ what, currency, reached, limit }: Excess): string =>
  `${what === "count" ? `${shown(reached, null)} postings` : `Postings of ${shown(reached, currency)}`} in one day would be more than ${shown(limit.at, currency)}: ${because(limit, currency)}`;
export const tooLargeText = (amount: DecimalString, currency: Currency, limit: Limit): string => `${shown(amount, currency)} is more than ${shown(limit.at, currency)}: ${because(limit, currency)}`;
