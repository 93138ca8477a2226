import type { z } from "zod";
import type { contracts, EventType } from "./registry";

/**
 * One valid, realistic example of each event type, in the words of the contract: scenario S01 (order, shipment, invoice,
 * receipt) with its neighbours. Published beside the schemas; a test parses each.
 */
export const examples: { readonly [T in EventType]: z.input<(typeof contracts)[T]["schema"]> } = {
  "order.captured": {
    number: "SO-10021", version: 1, channel: "web", placed: "2026-03-02T09:14:05Z", purchaseOrder: "PO-4711",
    parties: { sellTo: "C-1001", billTo: "C-1001", shipTo: "C-1001-02", payer: "C-1001", creditAccount: "C-1000" },
    shipToAddress: { name: "Harbor Supply, Dock 2", line1: "400 Wharf St", city: "Springfield", postalCode: "62701", state: "IL", country: "US" },
    currency: "USD", terms: "net30", freightTerms: "prepaid_and_add", titleTransfer: "origin", requestedShip: "2026-03-04", headerDiscount: "0",
    lines: [
      { line: "1", item: "VALVE-12", description: "Ball valve 1/2 in", quantity: "10", unit: "EA", price: "12.50", method: "stock" },
      { line: "2", item: "HOSE-50", description: "Hose, 50 ft", quantity: "4", unit: "EA", price: "33.33", method: "stock" },
    ],
    charges: [{ charge: "freight", amount: "15.00", taxCategory: "freight", billing: "first_invoice" }],
    payment: { method: "terms" },
  },
  "order.cancel_requested": { number: "SO-10021", cancellation: "CX-77", lines: [{ line: "2", quantity: "1", unit: "EA" }], reason: "Customer found stock" },
  "order.observed": { number: "SO-9001", shippedOn: "2026-01-15T16:00:00Z", paidOn: "2026-01-20T00:00:00Z", statusWord: "Closed", freight: "12.00", tax: "0", paymentMethod: "Check", allocatedByLine: [{ line: "1", quantity: "10" }] },
  "stock.allocated": { order: "SO-10021", line: "1", revision: 1, allocated: "8", backordered: "2", warehouse: "DC-EAST", availableOn: "2026-03-09" },
  "fulfilment.progressed": {
    order: "SO-10021", request: "SO-10021-R1", version: 2, warehouse: "DC-EAST", state: "picked",
    lines: [{ line: "1", released: "10", picked: "10", packed: "0" }, { line: "2", released: "4", picked: "4", packed: "0" }],
  },
  "shipment.confirmed": {
    shipment: "SH-5501", version: 1, warehouse: "DC-EAST", shippedAt: "2026-03-02T14:00:00Z", carrier: "UPS", tracking: "1Z999AA10123456784", freightCost: "11.40",
    lines: [
      { shipmentLine: "1", order: "SO-10021", orderLine: "1", request: "SO-10021-R1", item: "VALVE-12", quantity: "10" },
      { shipmentLine: "2", order: "SO-10021", orderLine: "2", request: "SO-10021-R1", item: "HOSE-50", quantity: "4", lot: "L-0226" },
    ],
  },
  "shipment.delivered": { shipment: "SH-5501", tracking: "1Z999AA10123456784", version: 2, state: "delivered", at: "2026-03-04T10:32:00Z", signedBy: "R. Ortiz" },
  "shipment.expected": { shipment: "SH-5501", tracking: "1Z999AA10123456784", on: "2026-03-04", at: "2026-03-02T18:05:00Z" },
  "tax.determined": {
    kind: "final", document: "US01-SH-5501-1", basis: "9f2c41aa0b77d310", taxDate: "2026-03-02", currency: "USD",
    lines: [{ line: "SO-10021/1/SH-5501/1", tax: "10.00" }, { line: "SO-10021/2/SH-5501/2", tax: "10.67" }, { line: "charge:freight", tax: "1.20" }],
    jurisdictions: [{ jurisdiction: "IL", rate: "0.08", amount: "21.87", rateValidFrom: "2020-01-01" }], total: "21.87",
  },
  "tax.record_changed": { document: "US01-SH-5501-1", state: "committed", total: "21.87", version: 1 },
  "ledger.document_read": {
    kind: "invoice", number: "INV-20417", reference: "US01-SH-5501-1", order: "SO-10021", version: 1, state: "posted", customer: "C-1001", currency: "USD",
    net: "258.32", charges: "15.00", tax: "21.87", total: "295.19", accountingDate: "2026-03-02", dueDate: "2026-04-01",
    lines: [{ line: "SO-10021/1/SH-5501/1", quantity: "10", net: "125.00", tax: "10.00" }, { line: "SO-10021/2/SH-5501/2", quantity: "4", net: "133.32", tax: "10.67" }],
  },
  "invoice.delivered": { invoice: "INV-20417", channel: "email", state: "sent", at: "2026-03-02T14:02:00Z" },
  "payment.authorised": { order: "SO-10021", authorisation: "AUTH-88213", version: 1, state: "authorised", amount: "295.19", currency: "USD", at: "2026-03-02T09:14:09Z", expires: "2026-03-09T09:14:09Z" },
  "receipt.recorded": { receipt: "BANK-2026-03-30-0007", version: 1, payer: "C-1001", means: "bank", amount: "295.19", currency: "USD", receivedOn: "2026-03-30", remittance: [{ document: "INV-20417", amount: "295.19" }] },
  "refund.settled": { refund: "RF-301", receipt: "BANK-2026-03-30-0007", version: 1, state: "settled", amount: "25.00", currency: "USD", at: "2026-04-03T12:00:00Z" },
  "return.authorised": {
    return: "RMA-640", version: 1, order: "SO-10021", kind: "credit", requestedAt: "2026-03-18T08:00:00Z", authorisedAt: "2026-03-18T11:30:00Z", expires: "2026-04-17T23:59:59Z",
    lines: [{ line: "1", quantity: "2", reason: "Wrong size" }],
  },
  "return.received": { return: "RMA-640", version: 1, order: "SO-10021", receivedAt: "2026-03-24T15:10:00Z", lines: [{ line: "1", item: "VALVE-12", quantity: "2", disposition: "restock" }] },
  "customer.described": {
    customer: "C-1001", version: 7, name: "Harbor Supply Co.", state: "active", creditAccount: "C-1000", terms: "net30", currency: "USD", purchaseOrderRequired: true,
    email: "ap@harborsupply.example", approvalLimit: "5000.00", taxExempt: false, certificates: [], acceptsSubstitutes: true,
  },
  "item.described": {
    item: "VALVE-12", version: 3, description: "Ball valve 1/2 in", state: "active", baseUnit: "EA", units: [{ unit: "CS", numerator: 24, denominator: 1 }],
    taxCategory: "goods", packMultiple: "2", minimumQuantity: "2", absurdAbove: "100000",
  },
  "unit.stated": { item: "VALVE-12", version: 1, unit: "BX", numerator: 6, denominator: 1 },
  "price.agreed": { agreement: "AGR-2026-17", version: 1, customer: "C-1001", item: "VALVE-12", price: "12.50", unit: "EA", currency: "USD", validFrom: "2026-01-01", validTo: "2026-12-31" },
  "credit.positioned": { account: "C-1000", version: 41, currency: "USD", limit: "50000.00", openReceivables: "18230.55", unappliedReceipts: "0.00", openCredits: "120.00", overdue: "0.00", asOf: "2026-03-02T09:00:00Z" },
  "periods.described": {
    calendar: "US01", version: 4,
    periods: [{ name: "2026-02", from: "2026-02-01", to: "2026-02-28", state: "closed" }, { name: "2026-03", from: "2026-03-01", to: "2026-03-31", state: "open" }],
  },
  "code.described": { kind: "customer", system: "shop", code: "C-1001", name: "Harbor Supply Co.", email: "ap@harborsupply.example", version: 1 },
  "code.mapped": { kind: "unit", system: "edi", code: "BX", canonical: "CS", version: 1 },
  "stock.positioned": { item: "VALVE-12", warehouse: "DC-EAST", version: 90, onHand: "480", allocated: "110", at: "2026-03-02T09:00:00Z" },
  "control_total.stated": { kind: "orders", from: "2026-03-02T09:00:00Z", to: "2026-03-02T10:00:00Z", version: 1, count: 2, sums: [{ currency: "USD", amount: "516.64" }], documents: ["SO-10021", "SO-10022"] },
  "hold.decided": {
    decision: "DEC-3391", rule: "CHANGED_AFTER_RELEASE", slot: "SH-5501/C-1001/USD/net30/p1", digest: "5b1e0f9a77c2d84e", verdict: "approve",
    currency: "USD", total: "1036.80", reason: "Price agreed with sales on the phone", author: "m.keller",
  },
  "hold.placed": { decision: "DEC-3392", blocks: ["release_to_warehouse"], until: "2026-03-06", reason: "Customer asked us to wait for their dock", author: "j.park" },
  "command.decided": { decision: "DEC-3393", naturalKey: "post_invoice|US01:billing_unit:SH-5501/C-1001/USD/net30/p1||1", verdict: "restart", reason: "Customer unblocked in the ERP", author: "m.keller" },
  "field.overlaid": { decision: "DEC-3394", document: "SO-10021", path: "shipToAddress.postalCode", value: "62704", reason: "Confirmed with the customer", author: "j.park" },
};
