import { dec, type Decimal } from "../../../decimal";
import { dayOf } from "../../../instant";
import { toBase } from "../../../quantity";
import type { PriceAgreement } from "../../../contracts/masters";
import { digestFor, judge, type JudgedHold } from "../approval";
import type { SoldLine } from "../lines/sold";
import { lineTotal, type LineView, type OrderView } from "../view";

/** The agreement that counts on the order's price date: the one that the line names, else the newest that is valid. */
function agreementFor(view: OrderView, line: SoldLine): PriceAgreement | null {
  const day = view.order.priceDate ?? dayOf(view.order.placed);
  const valid = view.book.agreements(view.parties.customer, line.item)
    .filter((row) => row.currency === view.currency && row.validFrom <= day && (row.validTo === undefined || day <= row.validTo))
    .sort((a, b) => a.validFrom.localeCompare(b.validFrom) || a.version - b.version);
  return valid.find((row) => row.agreement === line.source.agreement) ?? valid.at(-1) ?? null;
}

/**
 * A price beyond the tolerance from its agreement waits for pricing (P7: above 1 % and above 5.00, both). A zero price with a
 * reason never does; without a reason it always does. Only what is not released yet can be stopped.
 */
export function priceHold(view: OrderView, row: LineView): JudgedHold | null {
  const { line } = row;
  if (line.free || line.removed || line.problems.length > 0) return null;
  if (!row.goods.some((goods) => goods.allocated.plus(goods.unallocated).gt(0))) return null;
  const agreement = agreementFor(view, line);
  const zeroPrice = line.price.isZero();
  if (!agreement && !zeroPrice) return null;
  const ordered = row.value.gross(line.quantity);
  const agreed = agreement ? agreedAmount(line, agreement) : null;
  if (agreed === null && !zeroPrice) return null;
  const difference = agreed === null ? ordered : ordered.minus(agreed).abs();
  const tolerance = view.policy.priceTolerance;
  const beyond = agreed !== null && difference.gt(tolerance.amount) && difference.gt(agreed.times(tolerance.fraction));
  if (!beyond && !(zeroPrice && (agreed === null || !agreed.isZero()))) return null;
  return judge({
    rule: "PRICE_VARIANCE", slot: line.id, amount: lineTotal(view, row), since: view.record.currentRecordedAt, digest: digestFor(view.record, view.parties, [line]),
    message: agreed === null ? `Line ${line.id}: ${line.item} has no price and no reason for it` : `Line ${line.id}: ${ordered.toFixed(2)} ordered, ${agreed.toFixed(2)} by agreement ${agreement?.agreement ?? ""}`,
    evidence: { line: line.id, item: line.item, ordered: ordered.toFixed(), agreed: agreed?.toFixed() ?? null, agreement: agreement?.agreement ?? null },
  }, view.record.decisions, view.currency, view.policy.calendar);
}

function agreedAmount(line: SoldLine, agreement: PriceAgreement): Decimal | null {
  if (line.nominalWeight !== null) return line.quantity.times(line.nominalWeight).times(agreement.price).div(agreement.priceUnit);
  const unit = toBase("1", agreement.unit, line.master?.baseUnit ?? agreement.unit, line.master?.units ?? []);
  return unit.ok ? line.quantity.times(dec(agreement.price)).div(dec(agreement.priceUnit).times(unit.value)) : null;
}
