import { max, min, sumOf, zero, type Decimal } from "../../../decimal";
import { minorUnit, roundMoney } from "../../../money";
import { cameBack } from "../stranded";
import type { LineView, OrderView } from "../view";
import type { BilledPart } from "./amounts";

const isPosted = (part: BilledPart): boolean => part.frozen?.state.invoice != null;
const isBack = (part: BilledPart): boolean => part.quantity.gt(0) && cameBack(part).eq(part.quantity);

/** What the units of a part that came back are worth by the line's rule: they count from its first billed unit on, as their credits do. */
export function returnedWorth({ value, billing: { billed } }: LineView, part: BilledPart): Decimal {
  const from = sumOf(billed.slice(0, billed.indexOf(part)), cameBack);
  return value.upTo(from.plus(cameBack(part))).minus(value.upTo(from));
}

/** What a part is worth by today's price of what did not come back, whatever its returns were credited at. */
export function keptNet(view: OrderView, part: BilledPart): Decimal {
  const row = view.byId.get(part.line.id), back = cameBack(part);
  if (back.isZero() || !row) return part.net;
  if (isBack(part)) return zero;
  if (part.line.nominalWeight !== null) return part.net.minus(roundMoney(part.net.times(back).div(part.quantity), view.currency));
  return part.net.minus(min(part.net, returnedWorth(row, part)));
}

/**
 * Goods of an invoice that came back whole are credited at what it billed. Where a discount was shared anew between two invoices that is
 * not what they are worth, and the later invoice took the difference for them: it is given back on what the customer kept, once
 * nothing more is to come (2.9, invariant 10). Signed; cents stay where they are, nobody is asked for one. A document
 * adopted from the ledger keeps its own figures.
 */
export function returnedShare(view: OrderView, of: BilledPart): Decimal {
  const row = view.byId.get(of.line.id);
  if (!row || !isPosted(of) || row.billing.later || of.line.nominalWeight !== null || of.line.free) return zero;
  const posted = row.billing.billed.filter(isPosted);
  if (!posted.some(isBack) || posted.some(({ frozen }) => frozen?.state.adopted)) return zero;
  let left = sumOf(posted.filter(isBack), (part) => part.net.minus(returnedWorth(row, part)));
  if (left.abs().lte(minorUnit(view.currency).times(posted.length))) return zero;
  for (const part of posted) {
    if (isBack(part) || part.quantity.isZero()) continue;
    const taken = max(left, returnedWorth(row, part).minus(part.net));
    if (part === of) return taken;
    left = left.minus(taken);
  }
  return zero;
}
