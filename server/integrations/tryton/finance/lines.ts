import { dec, text, type Decimal } from "@/server/domain/decimal";
import type { OutboundCommand } from "../../contract/connector";
import { chargeCode } from "@/server/domain/charge";
import { minorUnit, roundMoney, type Currency } from "@/server/domain/money";
import type { TrytonSession } from "../config";
import { coded, unitsOf } from "../masters";
import { toDecimal } from "../wire";
import { productsOf, taxOf } from "./masters";

export interface SentLine { key: string; item: string; description: string; quantity: string; price?: string; priceUnit?: string; net: string; tax: string }
export interface SentCharge { charge: string; amount: string; tax: string }
export const chargeNote = "charge:";

/** Places of a unit price in Tryton, and the smallest step of one. */
const pricePlaces = 4, priceStep = "0.0001";

/**
 * Quantity and price of which Tryton itself makes the amount, as it takes no amounts: the agreed price where that gives it,
 * else the amount divided, else the amount divided and what is left of it on a line of its own. Exact to the cent: Tryton rounds what lies
 * in the middle to the even one, we away from zero, so no product is left there.
 */
export function priced(line: Pick<SentLine, "quantity" | "price" | "priceUnit" | "net">, currency: Currency): { quantity: string; price: string; rest: string | null } {
  const net = dec(line.net), quantity = dec(line.quantity);
  if (quantity.isZero()) return { quantity: "1", price: text(net), rest: null };
  const middle = minorUnit(currency).div(2), gives = (price: Decimal): boolean => quantity.times(price).minus(net).abs().lt(middle);
  const agreed = line.price === undefined ? null : dec(line.price).div(line.priceUnit ?? "1"), divided = net.div(quantity).toDecimalPlaces(pricePlaces);
  if (agreed?.toDecimalPlaces(pricePlaces).eq(agreed) && gives(agreed)) return { quantity: text(quantity), price: text(agreed), rest: null };
  if (gives(divided)) return { quantity: text(quantity), price: text(divided), rest: null };
  const product = quantity.times(divided), price = roundMoney(product, currency).minus(product).abs().eq(middle) ? divided.minus(priceStep) : divided;
  return { quantity: text(quantity), price: text(price), rest: text(net.minus(roundMoney(quantity.times(price), currency))) };
}

/** Lines, charges and taxes of a document as Tryton takes them. A credit (`sign` -1) counts backwards. @throws Ended */
export async function linesOf(session: TrytonSession, command: OutboundCommand, document: { lines: readonly SentLine[]; charges: readonly SentCharge[]; currency: Currency }, sign: 1 | -1): Promise<{ lines: object[]; taxes: object[] }> {
  const items = document.lines.map((line) => ({ line, code: coded(command.code("item", line.item)), unit: coded(command.code("base_unit", line.item)) }));
  const charges = document.charges.map((charge) => ({ charge, word: chargeCode(charge.charge), code: coded(command.code("charge", chargeCode(charge.charge))) }));
  const product = await productsOf(session, [...items, ...charges].map(({ code }) => code)), unit = await unitsOf(session, [...items.map((each) => each.unit), ...(charges.length > 0 ? ["u"] : [])]), tax = await taxOf(session);
  const lines: object[] = [], taxes: object[] = [], { currency } = document;
  const add = (of: { id: number; account: number }, quantity: string, price: string, note: string, description: string, unitId: number | null): void => {
    lines.push({ type: "line", product: of.id, account: of.account, unit: unitId, quantity: Number(quantity) * sign, unit_price: toDecimal(price), note, description });
  };
  const taxed = (note: string, base: string, amount: string): void => {
    if (!dec(amount).isZero()) taxes.push({ manual: true, tax: tax.id, account: tax.account, description: `${session.settings.tax} ${note}`, base: toDecimal(text(dec(base).times(sign))), amount: toDecimal(text(dec(amount).times(sign))) });
  };
  for (const { line, code, unit: symbol } of items) {
    const of = product(code), made = priced(line, currency);
    add(of, made.quantity, made.price, line.key, line.description, unit(symbol));
    if (made.rest !== null) add(of, "1", made.rest, line.key, `${line.description}: rounding`, unit(symbol));
    taxed(line.key, line.net, line.tax);
  }
  const each = charges.length > 0 ? unit("u") : null;
  for (const { charge, word, code } of charges) {
    add(product(code), "1", charge.amount, `${chargeNote}${charge.charge}`, word, each);
    taxed(`${chargeNote}${charge.charge}`, charge.amount, charge.tax);
  }
  return { lines, taxes };
}
