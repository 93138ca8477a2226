import type { CommandView } from "./commands";
import { dec, min, zero, type Decimal } from "./decimal";
import { latestOf, publishedOf } from "./facts";
import type { Instant } from "./instant";
import { moneyText, type Currency } from "./money";
import type { PlanInput, Publication } from "./plan";
import type { OpenItem, RefundOfOurs, RefundTold } from "./publications";
import { parseSubjectId } from "./subject";
import { answered, asked, hasLeft, viewsOf } from "./standing";

/** One refund that this subject asked for, by the provider's latest word. */
export interface RefundStanding {
  view: CommandView;
  asked: Decimal;
  /** What left for good, or may have: nothing once it failed. */
  given: Decimal;
  failed: boolean;
  /** Another amount went back than was asked for, or none, or money of another currency. */
  differs: boolean;
  /** What the provider says it gave of another currency: what that is of what was asked for, a person knows. Until then it counts as given. */
  foreign: string | null;
  saidAt: Instant | null;
}

type Told = Pick<PlanInput, "facts">;

/** What the provider says of a refund is told of the money that it is of; that tells whoever asked for it. */
function wordOf(input: Told, refund: string | null): (RefundTold & { saidAt: Instant }) | null {
  const direct = latestOf(input.facts, "refund.settled").map(({ data, recordedAt }) => ({ ...data, saidAt: recordedAt }));
  const words = [...direct, ...publishedOf<RefundTold>(input.facts, "refund.told").map(({ data, recordedAt }) => ({ ...data, saidAt: recordedAt }))];
  return words.filter((word) => word.refund === refund).sort((a, b) => a.version - b.version).at(-1) ?? null;
}

export function refundStanding(input: Told, view: CommandView): RefundStanding {
  const wanted = dec(asked(view, "amount") ?? "0");
  if (view.state !== "confirmed") return { view, asked: wanted, given: wanted, failed: false, differs: false, foreign: null, saidAt: null };
  const word = wordOf(input, view.reference), failed = (word?.state ?? view.result?.["state"]) === "failed";
  const told = word?.state === "settled" ? word : null, isForeign = told !== null && told.currency !== asked(view, "currency");
  const given = failed ? zero : dec((isForeign ? null : told?.amount) ?? answered(view, "amount") ?? wanted), foreign = isForeign ? `${moneyText(dec(told.amount), told.currency)} ${told.currency}` : null;
  return { view, asked: wanted, given, failed, differs: !given.eq(wanted) || isForeign, foreign, saidAt: word?.saidAt ?? null };
}

/** What of it is to stand in the books: never above what it was of. */
export const bookable = ({ asked: wanted, given }: RefundStanding): Decimal => min(wanted, given);

/** Refunds that this subject asked the provider for, as the provider's own word of them is known by. */
export const refundsOfOurs = (input: Pick<PlanInput, "commands">): RefundOfOurs[] => viewsOf(input.commands, "refund_payment").filter(hasLeft).map(({ reference, payload }) => ({ refund: reference, amount: String(payload["amount"]) }));

/**
 * Tells the money that they are of, so that it takes none of them for the provider's own, and tells what the provider says of them.
 * `cards`: receipts by card of what was credited, of which any may be that money under a number of the provider's own.
 */
export const tellOfRefunds = (input: Pick<PlanInput, "commands" | "subject">, cards: readonly string[] = []): Publication[] => viewsOf(input.commands, "refund_payment").filter(hasLeft).flatMap((view) =>
  [...new Set([asked(view, "receipt"), asked(view, "capture"), ...cards])].flatMap((key): Publication[] => (key === null || (input.subject.kind === "receipt" && key === input.subject.key) ? [] : [{
    topic: "refund.ours", key: view.naturalKey, to: { entity: input.subject.entity, kind: "receipt", key }, data: { refund: view.reference, amount: String(view.payload["amount"]) } satisfies RefundOfOurs,
  }])));

/** Receipts by card that pay any of these. */
export const cardReceipts = (rows: readonly NonNullable<OpenItem["settledBy"]>[]): string[] => [...new Set(rows.flat().flatMap(({ kind, means, by }) => (kind === "receipt" && means === "card" ? [by] : [])))];

/** receipt -> whoever asked for the refund: what its provider says of it. */
export const tellWhoAsked = (input: Told): Publication[] => publishedOf<RefundOfOurs>(input.facts, "refund.ours").flatMap(({ data: { refund }, source }): Publication[] => {
  const said = latestOf(input.facts, "refund.settled").filter(({ data }) => data.refund === refund).sort((a, b) => a.version - b.version).at(-1)?.data;
  if (!said) return [];
  const { version, state, amount, currency } = said;
  return [{ topic: "refund.told", key: said.refund, to: parseSubjectId(source), data: { refund: said.refund, version, state, amount, currency } satisfies RefundTold }];
});

/** In words, for whoever decides what becomes of the rest. */
export const howItDiffers = (what: string, { asked: wanted, given, failed, foreign }: RefundStanding, currency: Currency): string =>
  foreign !== null ? `${what} was asked for with ${moneyText(wanted, currency)} ${currency}, and the provider gave ${foreign} back.` : failed ? `${what} failed at the provider.` : `${what} was asked for with ${moneyText(wanted, currency)}, and the provider gave ${moneyText(given, currency)} back.`;
