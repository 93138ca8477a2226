import { expect, test } from "vitest";
import { contracts, type EventType } from "./registry";
import { examples } from "./examples";

const placeOf = (type: EventType, data: unknown): string | null => contracts[type].schema.safeParse(data).error?.issues[0]?.path.join(".") ?? null;
const order = examples["order.captured"] as { lines: Record<string, unknown>[] }, shipment = examples["shipment.confirmed"] as { lines: Record<string, unknown>[] };
const withLine = (over: Record<string, unknown>) => ({ ...order, lines: [order.lines[0], { ...order.lines[1], ...over }] });

test.each<[string, EventType, unknown, string | null]>([
  ["a quantity that no warehouse holds", "order.captured", withLine({ quantity: "999999999999999" }), "lines.1.quantity"],
  ["the largest quantity", "order.captured", withLine({ quantity: "999999999.999999" }), null],
  ["seven decimals", "order.captured", withLine({ quantity: "1.0000001" }), "lines.1.quantity"],
  ["an exponent", "order.captured", withLine({ price: "1e3" }), "lines.1.price"],
  ["a price beyond every currency", "order.captured", withLine({ price: "1000000000000" }), "lines.1.price"],
  ["a negative discount", "order.captured", withLine({ discount: "-1" }), "lines.1.discount"],
  ["a charge above what amounts may be", "order.captured", { ...order, charges: [{ charge: "freight", amount: "1000000000000000", taxCategory: "freight" }] }, "charges.0.amount"],
  ["two charges of one code", "order.captured", { ...order, charges: [{ charge: "freight", amount: "5.00", taxCategory: "goods" }, { charge: "freight", amount: "7.00", taxCategory: "none" }] }, null],
  ["a charge that would be another's second", "order.captured", { ...order, charges: [{ charge: "freight#2", amount: "5.00", taxCategory: "goods" }] }, "charges.0.charge"],
  ["two lines with one id", "order.captured", withLine({ line: order.lines[0]?.["line"] }), "lines.1.line"],
  ["two lines of a shipment with one id", "shipment.confirmed", { ...shipment, lines: [shipment.lines[0], { ...shipment.lines[1], shipmentLine: shipment.lines[0]?.["shipmentLine"] }] }, "lines.1.shipmentLine"],
  ["an order number that parts its own keys", "order.captured", { ...order, number: "P|1" }, "number"],
  ["a customer's code that does", "order.captured", { ...order, parties: { ...(order as unknown as { parties: object }).parties, billTo: "C|1" } }, "parties.billTo"],
  ["a line that would be another line's component", "order.captured", withLine({ line: "1/KA" }), "lines.1.line"],
  ["an order number with strokes and colons", "order.captured", { ...order, number: "A/B-C:D#1" }, null],
  ["a shipment number that parts keys", "shipment.confirmed", { ...shipment, shipment: "SH|1" }, "shipment"],
  ["a serial number is part of no key", "shipment.confirmed", { ...shipment, lines: [{ ...shipment.lines[0], serials: ["(01)0|21"] }] }, null],
  ["an invoice number that parts keys", "ledger.document_read", { ...(examples["ledger.document_read"] as object), number: "INV|1" }, "number"],
  ["the reference that the ERP repeats is our key", "ledger.document_read", { ...(examples["ledger.document_read"] as object), reference: "post_invoice|US01:billing_unit:1||1" }, null],
  ["a payer's word for an invoice is taken as it was written", "receipt.recorded", { ...(examples["receipt.recorded"] as object), remittance: [{ document: "INV|1", amount: "1.00" }] }, null],
  ["money that came to less than nothing", "receipt.recorded", { ...(examples["receipt.recorded"] as object), amount: "-50.00" }, "amount"],
  ["a settlement without money: an invoice less a credit", "receipt.recorded", { ...(examples["receipt.recorded"] as object), amount: "0.00" }, null],
  ["a restocking fee below nothing", "return.received", { ...(examples["return.received"] as object), lines: [{ line: "1", item: "A", quantity: "1", restockingFee: "-500" }] }, "lines.0.restockingFee"],
  ["three letters that are no currency", "order.captured", { ...order, currency: "XXQ" }, "currency"],
  ["a currency without a hundredth part", "order.captured", { ...order, currency: "RWF" }, null],
  ["a year that no calendar has", "order.captured", { ...order, placed: "0000-01-01T00:00:00Z" }, "placed"],
  ["a version near the end of whole numbers", "order.captured", { ...order, version: 9_007_199_254_740_990 }, "version"],
  ["the same of a receipt", "receipt.recorded", { ...(examples["receipt.recorded"] as object), version: Number.MAX_SAFE_INTEGER }, "version"],
  ["a time in microseconds as version", "order.captured", { ...order, version: 1_772_445_600_000_000 }, null],
  ["a pack that holds a billion", "unit.stated", { ...(examples["unit.stated"] as object), numerator: 1_000_000_001 }, "numerator"],
])("%s is refused at its place, or taken", (_, type, data, place) => { expect(placeOf(type, data)).toBe(place); });
