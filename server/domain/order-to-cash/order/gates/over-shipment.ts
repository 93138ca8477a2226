import { dec, min, positive, sumOf, zero } from "../../../decimal";
import { roundMoney } from "../../../money";
import type { Policy } from "../../../policy";
import { judge, type JudgedHold } from "../approval";
import type { ExcessRuling } from "../billing/amounts";
import type { EstimateState } from "../estimate";
import type { LineValue } from "../lines/value";
import type { LineWalk } from "../lines/walk";
import type { OrderRecord } from "../record";

/**
 * What was shipped beyond the order waits for a decision: bill it, absorb it, or take it back (P8, S07). The hold is for the
 * excess only; it goes by itself when the order is raised or the warehouse corrects. Of a kit whole kits are billed, what is
 * loose beyond them is not.
 */
export function ruleOnExcess(record: OrderRecord, policy: Policy, walk: LineWalk, value: LineValue, estimate: EstimateState, digest: () => string): { hold: JudgedHold | null; ruling: ExcessRuling } {
  const over = walk.line.kit ? sumOf(walk.moved, (row) => row.over) : sumOf(walk.parts, (row) => row.excess);
  if (over.isZero()) return { hold: null, ruling: { bill: zero, rest: "over_open" } };
  const { line, committed } = walk;
  const tolerated = line.kit ? zero : min(over, committed.ordered.times(policy.overShipmentTolerance));
  const excess = positive(over.minus(tolerated));
  if (excess.isZero() || line.free) return { hold: null, ruling: { bill: tolerated, rest: "over_absorbed" } };
  const from = committed.ordered;
  const sold = line.kit ? zero : over;
  const net = line.kit ? roundMoney(kitExcess(walk, value), record.current.currency) : value.upTo(from.plus(sold)).minus(value.upTo(from.plus(tolerated)));
  const tax = estimate.lineTax(line.id, from.plus(sold)).minus(estimate.lineTax(line.id, from.plus(tolerated)));
  const since = walk.moved.flatMap(({ shipments }) => shipments.filter((row) => row.over.gt(0)).map(({ at }) => at)).sort()[0] ?? record.receivedAt;
  const hold = judge({
    rule: "OVER_SHIPMENT", slot: line.id, amount: net.plus(line.kit ? zero : tax), since, digest: digest(),
    message: `Line ${line.id}: ${excess.toFixed()} more of ${line.item} left than the ${from.toFixed()} ordered`,
    evidence: { line: line.id, item: line.item, ordered: from.toFixed(), over: excess.toFixed(), net: net.toFixed(), tax: tax.toFixed() },
  }, record.decisions, record.current.currency, policy.calendar);
  if (hold.active) return { hold, ruling: { bill: tolerated, rest: "over_open" } };
  const decision = hold.verdict.decision?.data;
  const billable = line.kit ? sumOf(walk.parts, (row) => row.excess) : excess;
  if (decision?.consequence === "bill") return { hold: null, ruling: { bill: tolerated.plus(decision.quantity === undefined ? billable : min(billable, dec(decision.quantity))), rest: "over_absorbed" } };
  return { hold: null, ruling: { bill: tolerated, rest: decision?.consequence === "take_back" ? "over_returning" : "over_absorbed" } };
}

const kitExcess = (walk: LineWalk, value: LineValue) => {
  const kitPrice = value.gross(dec(1));
  return sumOf(walk.moved, (row) => kitPrice.times(row.goods.share).times(row.over).div(row.goods.per));
};
