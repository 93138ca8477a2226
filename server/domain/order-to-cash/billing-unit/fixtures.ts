import { dec } from "../../decimal";
import type { CommandPayloads } from "../../payloads";
import type { BillingState, BillingTerms, OpenItem } from "../../publications";
import { billingUnitPlanner } from ".";
import { Rehearsal } from "./rehearsal";

/** A unit of one order, as scenarios need it: its terms, what it says, what it asked the ledger for. */
export type Line = BillingTerms["lines"][number];
const key = "SH-1/C-1/USD/net30/p1";
export const line = (id: string, quantity: string, price: string, net: string, more: Partial<Line> = {}): Line => ({
  key: `O-1/${id}/SH-1/${id}`, order: "O-1", line: id, shipmentLine: id, item: `I-${id}`, description: "", taxCategory: "goods", method: "stock", quantity, price, priceUnit: "1", weight: null, net, discount: "0.00",
  estimatedTax: dec(net).times("0.08").toFixed(2), free: false, freeReason: null, ...more,
});
export const terms = (lines: Line[], more: Partial<BillingTerms> = {}): BillingTerms => ({
  order: "O-1", orderVersion: 1, customer: "C-1", customerName: "Customer 1", billTo: "C-1", payer: "C-1", creditAccount: "C-1", shipTo: { country: "US", state: "IL" }, currency: "USD", terms: "net30", dueDays: 30, dueEndOfMonth: false,
  channel: "web", purchaseOrder: null, shipment: "SH-1", shippedAt: "2026-03-02T14:00:00.000Z", trigger: "shipment", deliveredAt: null, expectedDelivery: null, titleTransfer: "origin", placedAt: "2026-03-02T09:00:00.000Z",
  paymentMethod: "terms", authorisations: [], taxExempt: false, certificateCovers: false, approvalLimit: null, changedAfterRelease: null, customerBlocked: false, purchaseOrderMissing: false, lines, charges: [], estimate: null, mode: "act", ...more,
});
export const unit = (first: BillingTerms, now = "2026-03-02T14:05:00.000Z") => new Rehearsal(billingUnitPlanner, { entity: "US01", kind: "billing_unit", key }, now).hear("billing.terms", "US01:order:O-1", first, "O-1");
export const change = (rehearsal: Rehearsal, next: BillingTerms) => rehearsal.hear("billing.terms", "US01:order:O-1", next, "O-1");
export const invoice = (rehearsal: Rehearsal) => rehearsal.row("post_invoice")?.payload as unknown as CommandPayloads["post_invoice"];
export const credit = (rehearsal: Rehearsal, slot?: string) => rehearsal.row("post_credit", slot)?.payload as unknown as CommandPayloads["post_credit"];
export const state = (rehearsal: Rehearsal) => rehearsal.look().publications.find((row) => row.topic === "billing.state")?.data as BillingState;
export const openItem = (rehearsal: Rehearsal, number = "INV-1") => rehearsal.look().publications.find((row) => row.topic === "open_item" && row.to === null && row.key === number)?.data as OpenItem;
