import { gateOf } from "../gate";
import { addMs, earliest, type Instant } from "../instant";
import { outcomeExceptions, reopenedOf, unknownReviews } from "../outcomes";
import type { ExceptionFinding, Plan, PlanInput, Planner } from "../plan";
import { modeFor, routeFor } from "../policy";
import { emptyPlan } from "../order-to-cash/order/unseen";
import { channelCodes, channelOf, codesOf, hasCodes, isKnownItem, itemKey, keepersOf, sortCounts, type Count, type Sorted } from "./counts";
import { causeOf, driftSince, standingOf, type Standing } from "./drift";
import { isReadBack, lastTold, tellChannel, type LastTold } from "./statement";

/** Who counts what on one position, words oldest first: the warehouse's system, the channel, and how the two stand. */
export interface Position {
  item: string; warehouse: string; keeper: readonly Count[]; channel: string | null; own: readonly Count[]; standing: Standing; last: LastTold;
  /** Since when the channel's count is one that nobody can explain; null: it is not. */
  since: Instant | null;
}

/** Null while nobody counts it in our words. Where no route leads to a channel, whoever else counts is compared. */
export function readPosition(input: PlanInput, { words, item, warehouse }: Sorted = sortCounts(input)): Position | null {
  if (item === null || warehouse === null) return null;
  const keepers = keepersOf(input.policy), first = keepers.find((source) => words.has(source));
  const channel = channelOf(input.policy) ?? [...words.keys()].filter((source) => !keepers.includes(source)).sort()[0] ?? null;
  const keeper = words.get(first ?? "") ?? [], own = channel === null || channel === first ? [] : (words.get(channel) ?? []);
  const last: LastTold = channel === null ? { view: null, available: null, mends: false } : lastTold(input, channel);
  const heard = own.filter(({ heardAt }) => isReadBack(last, heardAt)), standing = standingOf(keeper, own, last.available);
  const since = keeper.length === 0 ? null : heard.length > 0 ? driftSince(keeper, heard, last.available) : last.mends ? (own.at(-1)?.heardAt ?? null) : null;
  return { item, warehouse, keeper, channel, own, standing, last, since };
}

/** Stock of one item in one warehouse: what the warehouse says may be sold, and what the channel that sells it counts (2.7, 2.11). */
export const stockPositionPlanner: Planner = {
  dependencies: (input) => {
    const codes = codesOf(input), channel = channelOf(input.policy);
    if (!input.reference || channel === null) return codes;
    const { item, warehouse } = sortCounts({ ...input, reference: input.reference });
    return item === null || warehouse === null ? codes : [...codes, ...channelCodes(channel, { item, warehouse }), itemKey(item)];
  },
  plan: (input) => {
    const sorted = sortCounts(input), position = readPosition(input, sorted), plan = { ...emptyPlan(input.subject.key), publications: sorted.publications };
    if (position) return planOf(input, plan, position);
    return { ...plan, sentence: sorted.unread, summary: { ...plan.summary, facets: [sorted.unread === null ? "told_elsewhere" : "unread"], complete: sorted.unread === null } };
  },
};

function planOf(input: PlanInput, empty: Plan, position: Position): Plan {
  const { item, warehouse, keeper, channel, own, standing, last, since } = position, word = keeper.at(-1), count = own.at(-1);
  const mode = modeFor(input.policy, "stock", "stock", input.now), gate = gateOf(input, input.now);
  // A channel is told of what it sells: what it counts itself, or has codes for; and of an item whose unit is known.
  if (channel !== null && channel === channelOf(input.policy) && isKnownItem(input, item) && (count || hasCodes(input, channel, position))) tellChannel(input, gate, { ...position, channel }, mode === "propose");
  const found = channel !== null && count && since !== null ? driftOf(position, channel, count, since) : null;
  // The warehouse may only be heard of later than the channel: a difference of this moment is none yet.
  const dueAt = addMs(since ?? input.now, input.policy.stockPaceSeconds * 1000), isDue = found !== null && (standing.isNews || last.mends || dueAt <= input.now);
  const exceptions = [
    ...(isDue && mode !== "observe" ? [found] : []),
    ...outcomeExceptions(input, gate.wanted, { currency: input.policy.currency, amountOf: () => "0" }).map((refused) => ({ ...refused, currency: null })),
  ];
  const from = routeFor(input.policy, "stock", "stock")?.managedFrom ?? null, isUnread = last.view !== null && !isReadBack(last, count?.heardAt);
  return {
    ...empty, wanted: gate.wanted, holds: gate.holds, reopened: reopenedOf(input), exceptions, sentence: exceptions[0]?.message ?? found?.message ?? null,
    summary: {
      ...empty.summary, number: `${item} in ${warehouse}`, channel, stage: found ? "drift" : isUnread ? "told" : standing.state, stageSince: since ?? count?.heardAt ?? word?.heardAt ?? null,
      tracks: { item, warehouse, ...(word ? { keeper: word.source } : {}), ...(found ? { cause: causeOf(standing) } : {}), statement: isUnread ? "sent" : gate.wanted.length > 0 ? "wanted" : "none" },
      facets: ["counted", ...(exceptions.length > 0 ? ["exception"] : []), ...(gate.holds.length > 0 ? ["held"] : [])],
      amounts: {
        ...(word ? { onHand: word.onHand.toFixed(), reserved: word.allocated.toFixed(), free: word.free.toFixed() } : {}),
        ...(count ? { channelOnHand: count.onHand.toFixed(), channelReserved: count.allocated.toFixed(), channelFree: count.free.toFixed(), underway: standing.underway.toFixed(), difference: standing.difference.toFixed() } : {}),
      },
    },
    nextReviewAt: earliest(found && !isDue ? dueAt : null, from !== null && from > input.now ? from : null, ...unknownReviews(input.commands, input.now)),
  };
}

/** STK-02. What is being mended stands until the channel itself says the same. */
function driftOf({ item, warehouse, keeper, standing }: Position, channel: string, own: Count, since: Instant): ExceptionFinding {
  const word = keeper.at(-1), underway = standing.underway.isZero() ? "" : `, of which it may have promised ${standing.underway.toFixed()} to orders under way`;
  return {
    code: "STK-02", fingerprint: { connector: channel, item }, stops: [], amount: "0", currency: null, since,
    message: `${channel} may sell ${own.free.toFixed()} of ${item} out of ${warehouse}; ${word?.source ?? "its warehouse"} has ${word?.free.toFixed() ?? "none"} free${underway}. ${causeOf(standing)}`,
  };
}
