import type { MappingTarget } from "../contract/mapping";

/** What a mapping may fill, by name: with its place in the contract's data. */
export interface Target extends Omit<MappingTarget, "name"> { path: string }
export type Document = "order" | "shipment";

const of = (level: Target["level"], required: boolean) => (title: string, path: string, kind: Target["kind"] = "text"): Target => ({ title, path, kind, level, required });
const must = of("document", true), may = of("document", false), line = of("line", true), lineMay = of("line", false);

export const targets: Readonly<Record<Document, Readonly<Record<string, Target>>>> = {
  order: {
    number: must("Order number", "number"), version: may("Version", "version", "whole"), channel: must("Channel", "channel"), placed: must("Placed", "placed", "instant"), purchaseOrder: may("Purchase order", "purchaseOrder"),
    sellTo: must("Sold to", "parties.sellTo"), billTo: may("Billed to", "parties.billTo"), shipTo: may("Shipped to", "parties.shipTo"),
    name: may("Name", "shipToAddress.name"), line1: may("Street", "shipToAddress.line1"), city: may("City", "shipToAddress.city"), state: may("State", "shipToAddress.state"), postalCode: may("Postal code", "shipToAddress.postalCode"), country: must("Country", "shipToAddress.country"),
    currency: must("Currency", "currency"), terms: must("Payment terms", "terms"), requestedShip: may("Requested ship date", "requestedShip", "day"), promised: may("Promised", "promised", "day"),
    line: line("Line", "line"), item: line("Item", "item"), description: lineMay("Description", "description"), quantity: line("Quantity", "quantity", "decimal"), unit: line("Unit", "unit"), price: line("Price", "price", "decimal"),
    priceUnit: lineMay("Price is for", "priceUnit", "decimal"), discount: lineMay("Discount", "discount", "decimal"), warehouse: lineMay("Warehouse", "warehouse"),
  },
  shipment: {
    shipment: must("Shipment number", "shipment"), version: may("Version", "version", "whole"), warehouse: must("Warehouse", "warehouse"), shippedAt: must("Shipped", "shippedAt", "instant"), carrier: may("Carrier", "carrier"), tracking: may("Tracking number", "tracking"),
    shipmentLine: line("Shipment line", "shipmentLine"), order: line("Order number", "order"), orderLine: line("Order line", "orderLine"), item: line("Item", "item"), quantity: line("Quantity", "quantity", "decimal"), weight: lineMay("Weight", "weight", "decimal"), lot: lineMay("Lot", "lot"),
  },
};
/** The field that makes rows one document. */
export const keyOf: Readonly<Record<Document, string>> = { order: "number", shipment: "shipment" };
