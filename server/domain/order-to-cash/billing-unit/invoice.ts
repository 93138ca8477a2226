import { dec, text, type Decimal } from "../../decimal";
import type { Day, Instant } from "../../instant";
import { moneyText } from "../../money";
import type { CommandPayloads, CommandResults } from "../../payloads";
import type { PostingDate } from "../../period";
import { dueDate, earlyPayment } from "../../receivable";
import { referenceOf } from "../../reference";
import type { Taxed } from "./tax";
import { chargeKey, type Unit } from "./unit";

export type InvoicePayload = CommandPayloads["post_invoice"];
export type InvoiceResult = CommandResults["post_invoice"];

export interface InvoiceDates { posting: PostingDate; revenueDay: Day; dueSince: Instant }

/** Net days or end of month from the accounting date, by the terms of the order; null where the rules do not know them. */
export const dueDay = ({ head }: Unit, from: Day): Day | null => (head.dueDays === null ? null : dueDate(from, { days: head.dueDays, endOfMonth: head.dueEndOfMonth }));

/** The whole invoice as it is to be posted, figures exact (M1: total = lines + charges + tax). Null where nobody knows when it is due. */
export function invoicePayload(unit: Unit, taxed: Taxed, revision: number, dates: InvoiceDates): InvoicePayload | null {
  const { head, currency } = unit;
  const money = (value: Decimal) => moneyText(value, currency);
  const due = dueDay(unit, dates.posting.day);
  if (due === null) return null;
  return {
    reference: referenceOf(unit.id, { kind: "post_invoice", slot: "", sequence: revision }), unit: unit.key, revision,
    customer: head.customer, billTo: head.billTo, payer: head.payer, orders: billedOrders(unit), purchaseOrder: head.purchaseOrder, shipment: head.shipment,
    currency, terms: head.terms, accountingDate: dates.posting.day, dueDate: due, ...(head.discount ? { earlyPayment: earlyPayment(dates.posting.day, { endOfMonth: head.dueEndOfMonth, discount: head.discount }, unit.net, currency) } : {}), revenueDate: dates.revenueDay, shipTo: head.shipTo,
    lines: unit.lines.map((line) => ({
      key: line.key, order: line.order, line: line.line, item: line.item, description: line.description, quantity: text(dec(line.quantity)),
      price: line.price, priceUnit: line.priceUnit, net: money(dec(line.net)), tax: money(taxed.tax(line.key)), taxCategory: line.taxCategory,
    })),
    charges: unit.charges.map((charge) => ({ charge: charge.charge, order: charge.order, amount: money(dec(charge.amount)), tax: money(taxed.tax(chargeKey(charge))), taxCategory: charge.taxCategory })),
    net: money(unit.net), chargesTotal: money(unit.chargesTotal), tax: money(taxed.total), total: money(unit.net.plus(unit.chargesTotal).plus(taxed.total)),
  };
}

/** Orders with something in the unit. */
const billedOrders = (unit: Unit): string[] => [...new Set([...unit.lines.map((line) => line.order), ...unit.charges.map((charge) => charge.order)])].sort();
