import { dec, zero, type Decimal } from "../../decimal";
import { allOf, latestOf, publishedOf } from "../../facts";
import { addMs, minutes, type Instant } from "../../instant";
import { moneyText } from "../../money";
import type { PlanInput } from "../../plan";
import type { RefundOfOurs } from "../../publications";
import { bookingOf, type Booking } from "../../refund-posting";
import { refundsOfOurs } from "../../refund-word";
import { asked, viewsOf } from "../../standing";

/** Money that the provider gave back and that no command of ours asked for: by its own word (2.11). Nothing is left of one that the ledger has and that failed, or is ours, by now. */
export interface ProviderRefund { refund: string; amount: Decimal; currency: string; at: Instant; recordedAt: Instant; source: string; booking: Booking }

const prefix = "provider/";
/** Name of its booking. */
export const slotOf = ({ refund }: Pick<ProviderRefund, "refund">): string => `${prefix}${refund}`;

/**
 * Whose refund it is may be heard of later than the refund: it is nobody's after the wait for unseen documents (P19), and while one
 * of ours for the same amount has no answer it may be that one, unless the ledger has it. `waiting`: those, with when it will be known at the latest.
 */
export function providerRefunds(input: PlanInput): { refunds: ProviderRefund[]; waiting: (ProviderRefund & { until: Instant })[] } {
  const ours = [...publishedOf<RefundOfOurs>(input.facts, "refund.ours").map(({ data }) => data), ...refundsOfOurs(input)], words = latestOf(input.facts, "refund.settled");
  const strangers = words.filter(({ data }) => data.state === "settled" && !ours.some((own) => own.refund === data.refund || (own.refund === null && dec(own.amount).eq(data.amount) && bookingOf(input, slotOf(data)).posting === null)));
  const known = strangers.map(({ data, recordedAt, source }) => {
    const heard = allOf(input.facts, "refund.settled").filter((row) => row.data.refund === data.refund).map((row) => row.recordedAt).sort()[0] ?? recordedAt;
    return { refund: data.refund, amount: dec(moneyText(dec(data.amount), data.currency)), currency: data.currency, at: data.at, recordedAt, source, booking: bookingOf(input, slotOf(data)), until: addMs(heard, minutes(input.policy.unseenDocumentWaitMinutes)) };
  });
  const booked = viewsOf(input.commands, "post_refund").filter(({ slot }) => slot.startsWith(prefix)).map((view) => ({ view, refund: view.slot.slice(prefix.length), booking: bookingOf(input, view.slot) }));
  const undone = booked.filter(({ refund, booking }) => booking.amount.gt(0) && !known.some((row) => row.refund === refund)).map(({ view, refund, booking }): ProviderRefund => {
    const word = words.find(({ data }) => data.refund === refund);
    return { refund, amount: zero, currency: asked(view, "currency") ?? "", at: word?.data.at ?? view.createdAt, recordedAt: word?.recordedAt ?? view.createdAt, source: word?.source ?? view.connector, booking };
  });
  return { refunds: [...known.filter(({ until }) => until <= input.now), ...undone], waiting: known.filter(({ until }) => until > input.now) };
}

/** Those that count for this receipt, money of another currency is not of it, with what the ledger has of each. */
export const refundsByProvider = (input: PlanInput, currency: string): (ProviderRefund & { booked: Decimal; bookedAt: Instant | null })[] =>
  providerRefunds(input).refunds.filter((row) => row.currency === currency).map((row) => ({ ...row, booked: row.booking.amount, bookedAt: row.booking.bookedAt }));
