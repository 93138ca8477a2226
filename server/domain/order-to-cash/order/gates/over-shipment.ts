import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../../decimal";
import { localDay } from "../../../calendar";
import { digestOf } from "../../../decisions";
import { addMs, hours, type Instant } from "../../../instant";
import { roundMoney } from "../../../money";
import type { Policy } from "../../../policy";
import { judge, type JudgedHold } from "../approval";
import type { ExcessRuling } from "../billing/amounts";
import type { EstimateState } from "../estimate";
import type { LineValue } from "../lines/value";
import type { LineWalk } from "../lines/walk";
import type { OrderRecord } from "../record";

interface Excess { record: OrderRecord; policy: Policy; walk: LineWalk; levels: readonly Decimal[]; value: LineValue; estimate: EstimateState; now: Instant; digest: () => string }
/** `backBy`: when excess that is being taken back must have come. */
interface Ruled { hold: JudgedHold | null; ruling: ExcessRuling; backBy?: Instant }

/** Goods on their way back have the time of a return (2.5, stage 220). */
const backWithin = hours(30 * 24);

/**
 * What was shipped beyond the order waits for a decision: bill it, absorb it, or take it back (P8, S07). The hold is for the
 * excess only; it goes by itself when the order is raised or the warehouse corrects. Of a kit whole kits are billed, what is
 * loose beyond them is not. Excess that an invoice carries (`levels`) stays billed: when more leaves, only what is beyond it
 * is held, and what people decide is about that. Taking back has its time: what has not come by then is decided anew.
 */
export function ruleOnExcess({ record, policy, walk, levels, value, estimate, now, digest }: Excess): Ruled {
  const { line, committed } = walk;
  const over = overIn(walk, zero);
  if (over.isZero()) return { hold: null, ruling: { bill: zero, rest: "over_open" } };
  const tolerated = line.kit ? zero : min(over, committed.ordered.times(policy.overShipmentTolerance));
  const onInvoices = levels.at(-1) ?? zero, least = max(tolerated, onInvoices);
  const settled: ExcessRuling = { bill: least, rest: "over_absorbed" };
  if (overIn(walk, least).isZero() || line.free) return { hold: null, ruling: settled };
  const from = committed.ordered;
  const since = walk.moved.flatMap(({ shipments }) => shipments.filter((row) => row.over.gt(0)).map(({ at }) => at)).sort()[0] ?? record.receivedAt;
  const holdBeyond = (level: Decimal): JudgedHold => {
    const billed = max(tolerated, level), excess = overIn(walk, billed);
    const net = line.kit ? roundMoney(kitExcess(walk, value, billed), record.current.currency) : value.upTo(from.plus(over)).minus(value.upTo(from.plus(billed)));
    const tax = line.kit ? zero : estimate.lineTax(line.id, from.plus(over)).minus(estimate.lineTax(line.id, from.plus(billed)));
    const asked = (boundTo: string, lapsed: { at: Instant } | null): JudgedHold => {
      const judged = judge({
        rule: "OVER_SHIPMENT", slot: line.id, amount: net.plus(tax), since: lapsed?.at ?? since, digest: boundTo,
        message: `Line ${line.id}: ${line.kit ? `${loose(walk, billed)} left than ${from.toFixed()} of ${line.item} need` : `${excess.toFixed()} more of ${line.item} left than the ${from.toFixed()} ordered${committed.cancelled.gt(0) ? `, of which ${committed.cancelled.toFixed()} were cancelled` : ""}`}${level.isZero() ? "" : ` and the ${level.toFixed()} billed beyond`}${lapsed ? `; to be taken back by ${localDay(policy.calendar, lapsed.at)}, not come` : ""}`,
        evidence: { line: line.id, item: line.item, ordered: from.toFixed(), over: excess.toFixed(), net: net.toFixed(), tax: tax.toFixed() },
      }, record.decisions, record.current.currency, policy.calendar);
      const due = backBy(judged), { decision } = judged.verdict;
      return due && decision && now >= due ? asked(digestOf({ digest: boundTo, lapsed: decision.data.decision }), { at: due }) : judged;
    };
    return asked(level.isZero() ? digest() : digestOf({ digest: digest(), billed: level.toFixed() }), null);
  };
  // A decision stands for what was beyond the invoices when it was taken, so that its own invoice does not ask again.
  const holds = levels.map((level) => ({ level, judged: holdBeyond(level) })), decided = holds.findLast(({ judged }) => !judged.active);
  if (!decided) return { hold: holds.at(-1)?.judged ?? null, ruling: { bill: least, rest: "over_open" } };
  const decision = decided.judged.verdict.decision?.data, due = backBy(decided.judged);
  if (decision?.consequence !== "bill") return { hold: null, ruling: { bill: least, rest: due ? "over_returning" : "over_absorbed" }, ...(due ? { backBy: due } : {}) };
  const billed = max(tolerated, decided.level), billable = positive((line.kit ? sumOf(walk.parts, (part) => part.excess) : over).minus(billed));
  return { hold: null, ruling: { bill: max(least, billed.plus(decision.quantity === undefined ? billable : min(billable, dec(decision.quantity)))), rest: "over_absorbed" } };
}

/** Until when what was to be taken back may be on its way; null where something else was decided. */
const backBy = ({ active, verdict: { decision } }: JudgedHold): Instant | null => (!active && decision?.data.consequence === "take_back" ? addMs(decision.occurredAt, backWithin) : null);

/** Pieces beyond the order and so much of it that is billed, of a kit in pieces of its components. */
const overIn = (walk: LineWalk, billed: Decimal): Decimal =>
  walk.line.kit ? sumOf(walk.moved, (row) => positive(row.over.minus(billed.times(row.goods.per)))) : positive(sumOf(walk.parts, (row) => row.excess).minus(billed));

const loose = (walk: LineWalk, billed: Decimal): string =>
  walk.moved.map(({ over, goods }) => ({ item: goods.item, over: positive(over.minus(billed.times(goods.per))) })).filter(({ over }) => over.gt(0)).map(({ item, over }) => `${over.toFixed()} more of ${item}`).join(" and ");

const kitExcess = (walk: LineWalk, value: LineValue, billed: Decimal) => {
  const kitPrice = value.gross(dec(1));
  return sumOf(walk.moved, (row) => kitPrice.times(row.goods.share).times(positive(row.over.minus(billed.times(row.goods.per)))).div(row.goods.per));
};
