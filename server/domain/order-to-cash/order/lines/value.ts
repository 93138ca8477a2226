import type { OrderCaptured } from "../../../contracts/order";
import { discountUpTo } from "../../../cumulative";
import { dec, min, sumOf, zero, type Decimal } from "../../../decimal";
import { decimalsOf, roundMoney, splitByLargestRemainder, type Currency } from "../../../money";
import type { SoldLine } from "./sold";

/**
 * What a line is worth up to a quantity, by the cumulative rule: `round(quantity × price ÷ price unit)` less the line's
 * discounts in proportion. Part k = upTo(cumulative) − parts before it, so the last part closes to the cent. What nobody can know
 * counts as nothing in sums.
 */
export interface LineValue {
  ordered: Decimal;
  /** Extension without any discount. */
  readonly gross: (quantity: Decimal) => Decimal;
  readonly upTo: (quantity: Decimal) => Decimal;
  /** By weighed pounds instead of nominal ones; the discounts still go by quantity. */
  upToWeight(weight: Decimal, quantity: Decimal): Decimal;
  /** Line discount and share of the header discount together. */
  discount: Decimal;
  /** Both as the version states them, before any sharing. */
  stated: { line: Decimal; header: Decimal };
}

/** Values of all lines of one version; the header discount is split once, by largest remainder over line nets (P3). No discount takes more than what it is taken off (CTR-01). */
export function lineValues(lines: readonly SoldLine[], order: Pick<OrderCaptured, "currency" | "headerDiscount">): Map<string, LineValue> {
  const currency = order.currency;
  const own = lines.map((line) => {
    const gross = extension(line, currency);
    return { line, gross, discount: min(dec(line.source.discount), gross(line.quantity)) };
  });
  const header = dec(order.headerDiscount);
  const nets = own.map(({ line, gross, discount }) => (line.removed ? zero : gross(line.quantity).minus(discount)));
  const shares = header.isZero() ? null : splitByLargestRemainder(min(header, sumOf(nets, (net) => net)), nets, currency);
  return new Map(own.map(({ line, gross, discount }, index) => [line.id, valueOf(line, gross, discount.plus(shares?.[index] ?? zero), header, currency)]));
}

function extension(line: SoldLine, currency: Currency): (quantity: Decimal) => Decimal {
  if (line.free || line.unvalued) return () => zero;
  const { price, priceUnit, nominalWeight } = line;
  const places = decimalsOf(currency);
  const whole = priceUnit.eq(1);
  const unitPrice = nominalWeight === null ? price : price.times(nominalWeight);
  return remembering((quantity) => {
    const exact = whole ? quantity.times(unitPrice) : quantity.times(unitPrice).div(priceUnit);
    return exact.decimalPlaces() <= places ? exact : roundMoney(exact, currency);
  });
}

/** Keeps the last answers: a plan asks for the same few positions of a line again and again. */
function remembering(reckon: (quantity: Decimal) => Decimal): (quantity: Decimal) => Decimal {
  const asked: Decimal[] = [], answers: Decimal[] = [];
  return (quantity) => {
    if (quantity.isZero()) return zero;
    for (let index = 0; index < asked.length; index++) if (asked[index]?.eq(quantity)) return answers[index] ?? zero;
    const answer = reckon(quantity);
    if (asked.length < 4) { asked.push(quantity); answers.push(answer); }
    return answer;
  };
}

function valueOf(line: SoldLine, gross: (quantity: Decimal) => Decimal, discount: Decimal, header: Decimal, currency: Currency): LineValue {
  const ordered = line.quantity;
  const share = (quantity: Decimal): Decimal => discountUpTo({ ordered, discount }, quantity, currency);
  return {
    ordered, discount, gross, stated: { line: dec(line.source.discount), header },
    upTo: discount.isZero() ? gross : remembering((quantity) => gross(quantity).minus(share(quantity))),
    upToWeight: (weight, quantity) => (line.free ? zero : roundMoney(weight.times(line.price).div(line.priceUnit), currency).minus(share(quantity))),
  };
}
