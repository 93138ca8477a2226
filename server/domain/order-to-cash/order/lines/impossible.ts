import type { OrderCaptured } from "../../../contracts/order";
import { dec, sumOf, type Decimal } from "../../../decimal";
import { moneyText } from "../../../money";
import type { OrderCharge } from "../billing/charges";
import type { Problem, SoldLine } from "./sold";
import type { LineValue } from "./value";

/** What no order can mean, of the whole order and by line. */
interface Impossible { header: Problem[]; lines: ReadonlyMap<string, Problem> }

/**
 * CTR-01 at its place: a discount above what it is taken off, allowances above all that the customer would pay. Nothing of such an
 * order is asked for, released or granted credit until the sender says otherwise. What is not understood or has no price yet is
 * not judged.
 */
export function impossibleValues(order: OrderCaptured, source: string, lines: readonly SoldLine[], values: ReadonlyMap<string, LineValue>, charges: readonly OrderCharge[]): Impossible {
  const byLine = new Map<string, Problem>();
  const sold = lines.filter((line) => !line.removed && !line.free);
  const money = (amount: Decimal) => `${moneyText(amount, order.currency)} ${order.currency}`;
  const problem = (place: string, code: string, message: string): Problem => ({ code: "CTR-01", fingerprint: { connector: source, code }, message: `Order ${order.number}: ${message} (${place})` });
  if (sold.some((line) => line.problems.length > 0 || line.price.isZero())) return { header: [], lines: byLine };
  const nets = sold.map((line) => {
    const gross = values.get(line.id)?.gross(line.quantity) ?? dec(0), discount = dec(line.source.discount);
    if (discount.gt(gross) && !line.quantity.isZero()) byLine.set(line.id, problem(`/lines/${line.index}/discount`, "line discount", `the discount of ${money(discount)} on line ${line.id} is above its ${money(gross)}`));
    return gross.minus(discount);
  });
  if (byLine.size > 0) return { header: [], lines: byLine };
  const goods = sumOf(nets, (net) => net), discount = dec(order.headerDiscount);
  if (discount.gt(goods)) return { header: [problem("/headerDiscount", "header discount", `the discount of ${money(discount)} is above its goods of ${money(goods)}`)], lines: byLine };
  const total = goods.minus(discount).plus(sumOf(charges, ({ ordered }) => ordered));
  if (!total.isNegative()) return { header: [], lines: byLine };
  const place = order.charges.findIndex(({ amount }) => dec(amount).isNegative());
  return { header: [problem(`/charges/${place}/amount`, "allowance", `with its allowances it would come to ${money(total)} before tax`)], lines: byLine };
}
