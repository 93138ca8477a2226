import { randomUUID } from "node:crypto";
import { names } from "../tower";

export interface CloudEvent { specversion: string; id: string; source: string; type: string; time?: string; data: unknown }

export const uniqueNumber = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8).toUpperCase()}`;

/** In the words of finance: what it knows needs no mapping. */
const item = (): string => names().items[0]?.erp ?? "";
const line = () => ({ line: "1", item: item(), quantity: "10", unit: "PCS", price: "12.50", method: "stock" });
const parties = () => { const code = names().customers[0]?.erp ?? ""; return { sellTo: code, billTo: code, shipTo: code }; };

/** An order that another system tells of; `over` replaces parts of its data. */
export function orderCaptured(over: Record<string, unknown> = {}, number = uniqueNumber("API")): CloudEvent & { data: Record<string, unknown> & { number: string } } {
  return {
    specversion: "1.0", id: randomUUID(), source: "/partner", type: "com.ledgerline.order.captured.v1", time: new Date().toISOString(),
    data: {
      number, version: 1, channel: "api", placed: new Date().toISOString(), purchaseOrder: number,
      parties: parties(),
      shipToAddress: { line1: "12 Mill Rd", city: "Columbus", postalCode: "43004", state: "OH", country: "US" }, currency: "USD", terms: names().terms[0]?.erp ?? "", lines: [line()], ...over,
    },
  };
}

export const withLine = (over: Record<string, unknown>): { lines: Record<string, unknown>[] } => ({ lines: [{ ...line(), ...over }] });

/** What the CRM has behind one of its codes of customers. */
export function codeDescribed(code: string, name: string, over: Record<string, unknown> = {}): CloudEvent {
  return { specversion: "1.0", id: randomUUID(), source: "/crm", type: "com.ledgerline.code.described.v1", time: new Date().toISOString(), data: { kind: "customer", system: "crm", code, name, version: 1, ...over } };
}

/** The order desk says that what needs no warehouse is done: then it is billed. */
export function serviceConfirmed(order: string, quantity: string): CloudEvent {
  const at = new Date().toISOString(), data = { shipment: `${order}-done`, version: 1, warehouse: "desk", shippedAt: at, lines: [{ shipmentLine: "1", order, orderLine: "1", item: item(), quantity, service: true }] };
  return { specversion: "1.0", id: randomUUID(), source: "/partner", type: "com.ledgerline.shipment.confirmed.v1", time: at, data };
}

/** Money of a known customer that says nothing of what it is for. */
export function receiptRecorded(receipt = uniqueNumber("RC")): CloudEvent & { data: { receipt: string } } {
  const data = { receipt, version: 1, payer: parties().billTo, means: "bank", amount: "150.00", currency: "USD", receivedOn: new Date().toISOString().slice(0, 10) };
  return { specversion: "1.0", id: randomUUID(), source: "/bank", type: "com.ledgerline.receipt.recorded.v1", time: new Date().toISOString(), data };
}
