import { dec, type Decimal } from "../../decimal";
import { latestOf, publishedOf } from "../../facts";
import { addMs, minutes, type Instant } from "../../instant";
import { moneyText } from "../../money";
import type { PlanInput } from "../../plan";
import type { RefundOfOurs } from "../../publications";
import { refundsOfOurs } from "../../refund-posting";
import { viewsOf } from "../../standing";

/** Money that the provider gave back and that no command of ours asked for: by its own word (2.11). */
export interface ProviderRefund { refund: string; amount: Decimal; currency: string; at: Instant; recordedAt: Instant; source: string }

/**
 * Whose refund it is may be heard of later than the refund: it is nobody's after the wait for unseen documents (P19), and while one
 * of ours for the same amount has no answer it may be that one. `waiting`: those, with when it will be known at the latest.
 */
export function providerRefunds(input: PlanInput): { refunds: ProviderRefund[]; waiting: (ProviderRefund & { until: Instant })[] } {
  const ours = [...publishedOf<RefundOfOurs>(input.facts, "refund.ours").map(({ data }) => data), ...refundsOfOurs(input)];
  const strangers = latestOf(input.facts, "refund.settled").filter(({ data }) => data.state === "settled" && !ours.some((own) => own.refund === data.refund || (own.refund === null && dec(own.amount).eq(data.amount))));
  const known = strangers.map(({ data, recordedAt, source }) => ({ refund: data.refund, amount: dec(moneyText(dec(data.amount), data.currency)), currency: data.currency, at: data.at, recordedAt, source, until: addMs(recordedAt, minutes(input.policy.unseenDocumentWaitMinutes)) }));
  return { refunds: known.filter(({ until }) => until <= input.now), waiting: known.filter(({ until }) => until > input.now) };
}

/** Those that count for this receipt: money of another currency is not of it. */
export const givenBackByProvider = (input: PlanInput, currency: string): ProviderRefund[] => providerRefunds(input).refunds.filter((row) => row.currency === currency);

/** Name of its booking. */
export const slotOf = ({ refund }: Pick<ProviderRefund, "refund">): string => `provider/${refund}`;
export const postingOf = (input: PlanInput, row: ProviderRefund) => viewsOf(input.commands, "post_refund", slotOf(row))[0];
export const bookedAt = (input: PlanInput, row: ProviderRefund): Instant | null => { const view = postingOf(input, row); return view?.state === "confirmed" ? view.confirmedAt : null; };
