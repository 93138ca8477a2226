import { randomUUID } from "node:crypto";

export interface CloudEvent { specversion: string; id: string; source: string; type: string; time?: string; data: unknown }

export const uniqueNumber = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8).toUpperCase()}`;

const line = { line: "1", item: "ITEM-0001", quantity: "10", unit: "EA", price: "12.50", method: "stock" };

/** An order that another system tells of; `over` replaces parts of its data. */
export function orderCaptured(over: Record<string, unknown> = {}, number = uniqueNumber("API")): CloudEvent & { data: { number: string } } {
  return {
    specversion: "1.0", id: randomUUID(), source: "/partner", type: "com.ledgerline.order.captured.v1", time: new Date().toISOString(),
    data: {
      number, version: 1, channel: "api", placed: new Date().toISOString(), purchaseOrder: number,
      parties: { sellTo: "CUST-1001", billTo: "CUST-1001", shipTo: "CUST-1001-1" },
      shipToAddress: { line1: "12 Mill Rd", city: "Columbus", postalCode: "43004", state: "OH", country: "US" }, currency: "USD", terms: "NET30", lines: [line], ...over,
    },
  };
}

export const withLine = (over: Record<string, unknown>): { lines: Record<string, unknown>[] } => ({ lines: [{ ...line, ...over }] });
