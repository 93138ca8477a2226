import { positive, zero, type Decimal } from "./decimal";
import { roundMoney, type Currency } from "./money";

/** What a line's amount depends on, in base units; its quantity is the ordered one, over which the discount is spread. */
export interface PricedLine { price: Decimal; priceUnit: Decimal; ordered: Decimal; discount: Decimal }

/** A discount up to a quantity, in proportion; whole from the ordered quantity on. */
export const discountUpTo = ({ ordered, discount }: Pick<PricedLine, "ordered" | "discount">, quantity: Decimal, currency: Currency): Decimal =>
  discount.isZero() || ordered.isZero() ? zero : quantity.gte(ordered) ? discount : roundMoney(discount.times(positive(quantity)).div(ordered), currency);

/** The cumulative rule (domain reference 0, Numbers): what a line is worth up to a quantity. Part k = valueUpTo(k) − parts before it. */
export const valueUpTo = (line: PricedLine, quantity: Decimal, currency: Currency): Decimal =>
  (quantity.isZero() ? zero : roundMoney(quantity.times(line.price).div(line.priceUnit), currency)).minus(discountUpTo(line, quantity, currency));
