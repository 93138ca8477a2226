import { localDay } from "../../../calendar";
import type { CommandKind } from "../../../commands";
import { dec, zero, type Decimal } from "../../../decimal";
import { toBase } from "../../../quantity";
import type { PriceAgreement } from "../../../contracts/masters";
import { digestFor, judge, type JudgedHold } from "../approval";
import type { SoldLine } from "../lines/sold";
import { lineTotal } from "../lines/total";
import type { LineView, OrderView } from "../view";

type Priced = Pick<OrderView, "order" | "book" | "parties" | "currency" | "record" | "policy">;

/** The agreement that counts on the order's price date: the one that the line names, else the newest that is valid. */
function agreementFor(view: Priced, line: SoldLine): PriceAgreement | null {
  const day = view.order.priceDate ?? localDay(view.policy.calendar, view.order.placed);
  const valid = view.book.agreements(view.parties.customer, line.item)
    .filter((row) => row.currency === view.currency && row.validFrom <= day && (row.validTo === undefined || day <= row.validTo))
    .sort((a, b) => a.validFrom.localeCompare(b.validFrom) || a.version - b.version);
  return valid.find((row) => row.agreement === line.source.agreement) ?? valid.at(-1) ?? null;
}

/**
 * A zero price needs a reason, or an agreement that says so: until pricing has said yes its goods are neither released nor, where
 * they left all the same, billed for nothing. Null where the price is one.
 */
export function unpricedHold(view: Priced, line: SoldLine): JudgedHold | null {
  if (line.free || line.removed || line.kit || !line.price.isZero() || line.problems.length > 0) return null;
  const agreement = agreementFor(view, line), agreed = agreement ? agreedAmount(line, agreement) : null;
  if (agreed?.isZero()) return null;
  return held(view, line, zero, zero, agreed, agreement, ["release_to_warehouse", "post_invoice"]);
}

/**
 * A price beyond the tolerance from its agreement waits for pricing (P7: above 1 % and above 5.00, both). A zero price with a
 * reason never does; without a reason it always does. Only what is not released yet can be stopped.
 */
export function priceHold(view: OrderView, row: LineView): JudgedHold | null {
  const { line, unpriced } = row;
  const unreleased = row.goods.some((goods) => goods.allocated.plus(goods.unallocated).gt(0));
  if (unpriced) return unreleased || row.billing.unbilled.some(({ reason }) => reason === "unpriced") ? unpriced : null;
  if (line.free || line.removed || line.problems.length > 0 || !unreleased) return null;
  const agreement = agreementFor(view, line), agreed = agreement ? agreedAmount(line, agreement) : null;
  const ordered = row.value.gross(line.quantity);
  const zeroPrice = line.price.isZero() && !agreed?.isZero();
  if (agreed === null && !zeroPrice) return null;
  const difference = agreed === null ? ordered : ordered.minus(agreed).abs();
  const tolerance = view.policy.priceTolerance;
  const beyond = agreed !== null && difference.gt(tolerance.amount) && difference.gt(agreed.times(tolerance.fraction));
  return beyond || zeroPrice ? held(view, line, lineTotal(view, row), ordered, agreed, agreement) : null;
}

const held = (view: Priced, line: SoldLine, amount: Decimal, ordered: Decimal, agreed: Decimal | null, agreement: PriceAgreement | null, blocks?: CommandKind[]): JudgedHold => judge({
  rule: "PRICE_VARIANCE", slot: line.id, amount, since: view.record.currentRecordedAt, digest: digestFor(view.record, view.parties, [line]), ...(blocks ? { blocks } : {}),
  message: agreed === null ? `Line ${line.id}: ${line.item} has no price and no reason for it` : `Line ${line.id}: ${ordered.toFixed(2)} ordered, ${agreed.toFixed(2)} by agreement ${agreement?.agreement ?? ""}`,
  evidence: { line: line.id, item: line.item, ordered: ordered.toFixed(), agreed: agreed?.toFixed() ?? null, agreement: agreement?.agreement ?? null },
}, view.record.decisions, view.currency, view.policy.calendar);

function agreedAmount(line: SoldLine, agreement: PriceAgreement): Decimal | null {
  if (line.nominalWeight !== null) return line.quantity.times(line.nominalWeight).times(agreement.price).div(agreement.priceUnit);
  const unit = toBase("1", agreement.unit, line.master?.baseUnit ?? agreement.unit, line.master?.units ?? []);
  return unit.ok ? line.quantity.times(dec(agreement.price)).div(dec(agreement.priceUnit).times(unit.value)) : null;
}
