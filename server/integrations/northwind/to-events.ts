import { cloudEventType, type EventData, type EventType } from "@/server/domain/contracts/registry";
import { dec } from "@/server/domain/decimal";
import type { z } from "zod";
import type { contracts } from "@/server/domain/contracts/registry";
import type { NorthwindTables } from "./read-folder";

/** What a CloudEvent of the front door looks like. `entity` is told by whoever imports. */
export interface ImportedEvent { specversion: "1.0"; id: string; source: string; type: string; time: string; subject?: string; data: unknown }

const onHold = "3";
const paymentWords = /\S/;
/** The sample gives local times without a zone; they are taken as UTC. */
const at = (value: string): string => new Date(`${value.replace(" ", "T")}Z`).toISOString();
const amount = (value: string): string => dec(value).toFixed();
/** What is left empty was not said. */
const said = <Name extends string>(name: Name, value: string): Partial<Record<Name, string>> => (value === "" ? {} : { [name]: amount(value) } as Partial<Record<Name, string>>);

function event<T extends EventType>(type: T, id: string, time: string, data: z.input<(typeof contracts)[T]["schema"]>): Omit<ImportedEvent, "source"> {
  return { specversion: "1.0", id: `${type}/${id}`, type: cloudEventType(type), time, data };
}

/**
 * The historic orders as canonical events. Zero in every amount of an invoice means that the sample has no amounts: they are
 * left out, never sent as zero. Prices carry the line discount (a fraction) as an amount. `source` is the connector that they come through.
 */
export function northwindEvents(tables: NorthwindTables, source: string): ImportedEvent[] {
  const first = tables.orders.map((order) => at(order.order_date)).sort()[0] ?? "2006-01-01T00:00:00.000Z";
  const events = [
    ...tables.customers.map((row) => event("customer.described", row.id, first, { customer: row.id, version: 1, name: row.company, state: "active" })),
    ...tables.products.map((row) => event("item.described", row.id, first, { item: row.id, version: 1, description: row.product_name, state: row.discontinued === "1" ? "discontinued" : "active", baseUnit: "each" })),
    ...tables.customers.map((row) => event("code.mapped", `customer/${row.id}`, first, { kind: "customer", system: source, code: row.id, canonical: row.id, version: 1 })),
    ...tables.products.map((row) => event("code.mapped", `item/${row.id}`, first, { kind: "item", system: source, code: row.id, canonical: row.id, version: 1 })),
    ...tables.orders.flatMap((order) => orderEvents(tables, order)),
  ];
  return events.map((one) => ({ ...one, source }));
}

function orderEvents(tables: NorthwindTables, order: NorthwindTables["orders"][number]): Omit<ImportedEvent, "source">[] {
  const placed = at(order.order_date);
  const lines = tables.lines.filter((line) => line.order_id === order.id);
  const captured: z.input<(typeof contracts)["order.captured"]["schema"]> = {
    number: order.id, version: 1, channel: "history", placed, parties: { sellTo: order.customer_id, billTo: order.customer_id, shipTo: order.customer_id },
    shipToAddress: { name: order.ship_name, line1: order.ship_address, city: order.ship_city, state: order.ship_state_province, postalCode: order.ship_zip_postal_code, country: "US" },
    currency: "USD", terms: "unknown",
    lines: lines.map((line) => ({ line: line.id, item: line.product_id, quantity: amount(line.quantity), unit: "each", price: amount(line.unit_price), discount: dec(line.quantity).times(line.unit_price).times(line.discount || "0").toDecimalPlaces(2).toFixed() })),
    charges: dec(order.shipping_fee || "0").isZero() ? [] : [{ charge: "freight", amount: amount(order.shipping_fee), taxCategory: "freight" }],
  };
  const reserved = lines.map((line) => ({
    line: line.id,
    quantity: tables.stock.filter((row) => row.transaction_type === onHold && row.id === line.inventory_id && row.product_id === line.product_id).reduce((sum, row) => sum.plus(row.quantity), dec(0)),
  })).filter(({ quantity }) => quantity.gt(0));
  const observed: EventData<"order.observed"> = {
    number: order.id, freight: amount(order.shipping_fee || "0"), tax: amount(order.taxes || "0"),
    ...(order.shipped_date ? { shippedOn: at(order.shipped_date) } : {}), ...(order.paid_date ? { paidOn: at(order.paid_date) } : {}),
    ...(paymentWords.test(order.payment_type) ? { paymentMethod: order.payment_type } : {}), ...(order.status_id ? { statusWord: order.status_id } : {}),
    ...(reserved.length > 0 ? { allocatedByLine: reserved.map(({ line, quantity }) => ({ line, quantity: quantity.toFixed() })) } : {}),
  };
  return [
    event("order.captured", order.id, placed, captured),
    event("order.observed", order.id, placed, observed),
    ...tables.invoices.filter((invoice) => invoice.order_id === order.id).map((invoice) => invoiceEvent(order.id, invoice)),
  ];
}

function invoiceEvent(order: string, invoice: NorthwindTables["invoices"][number]): Omit<ImportedEvent, "source"> {
  const told = [invoice.amount_due, invoice.tax, invoice.shipping].some((value) => value !== "" && !dec(value).isZero());
  const date = at(invoice.invoice_date);
  return {
    ...event("ledger.document_read", invoice.id, date, {
      kind: "invoice", number: invoice.id, order, version: 1, state: "posted", currency: "USD", accountingDate: date.slice(0, 10),
      ...(told ? { ...said("total", invoice.amount_due), ...said("tax", invoice.tax), ...said("charges", invoice.shipping) } : {}),
      ...(invoice.due_date ? { dueDate: at(invoice.due_date).slice(0, 10) } : {}),
    }),
    subject: `order/${order}`,
  };
}
