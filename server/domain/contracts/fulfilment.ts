import { z } from "zod";
import { instant } from "../instant";
import { code, distinct, lineId, mark, nonNegative, positiveQuantity, quantity, version } from "./shared";

/** Answer of whoever allocates, absolute per order line and revision of the asking. Quantities in base units. */
export const stockAllocated = z.object({
  order: code,
  line: code,
  revision: version,
  allocated: quantity,
  backordered: quantity,
  warehouse: code.optional(),
  availableOn: z.iso.date().optional(),
  refusedReason: z.string().max(300).optional(),
});
export type StockAllocated = z.infer<typeof stockAllocated>;

const requestStates = ["accepted", "refused", "picking", "picked", "packed", "closed", "recalled", "recall_refused"] as const;

/** State of one fulfilment request at the warehouse, all quantities absolute and in base units. */
export const fulfilmentProgressed = z.object({
  order: code,
  /** Our own reference, which the warehouse repeats. */
  request: code,
  version,
  warehouse: code,
  state: z.enum(requestStates),
  reason: z.string().max(300).optional(),
  lines: z.array(z.object({
    line: code,
    released: quantity,
    picked: quantity.default("0"),
    packed: quantity.default("0"),
    short: quantity.default("0"),
    recalled: quantity.default("0"),
    over: quantity.default("0"),
  })),
});
export type FulfilmentProgressed = z.infer<typeof fulfilmentProgressed>;

const shipmentLine = z.object({
  shipmentLine: lineId,
  order: code,
  orderLine: code,
  request: code.optional(),
  item: code,
  /** In base units of the item that left. */
  quantity,
  /** Catch weight, in the price's unit of weight. */
  weight: positiveQuantity.optional(),
  lot: mark.optional(),
  serials: z.array(mark).optional(),
  /** True where `item` was sent in place of the ordered one. */
  substitute: z.boolean().default(false),
  /** Component of a kit: the ordered kit line is `orderLine`. */
  component: code.optional(),
  /** A service that was done. A confirmation of services alone is the order system's word, no warehouse's. */
  service: z.literal(true).optional(),
});

/** Goods issue as the warehouse has it; a recount or reversal is the same number with a higher version. */
export const shipmentConfirmed = z.object({
  shipment: code,
  version,
  warehouse: code,
  shippedAt: instant,
  carrier: code.optional(),
  tracking: mark.optional(),
  reversed: z.boolean().default(false),
  freightCost: nonNegative.optional(),
  lines: distinct(z.array(shipmentLine).max(5000), "shipmentLine"),
});
export type ShipmentConfirmed = z.infer<typeof shipmentConfirmed>;

export const shipmentDelivered = z.object({
  shipment: code,
  tracking: mark.optional(),
  version: version.default(1),
  state: z.enum(["in_transit", "delivered", "refused", "failed", "lost"]),
  at: instant,
  signedBy: z.string().max(120).optional(),
});
export type ShipmentDelivered = z.infer<typeof shipmentDelivered>;

/** The carrier's own date of delivery. A later word of it replaces an earlier one. */
export const shipmentExpected = z.object({ shipment: code, tracking: mark.optional(), on: z.iso.date(), at: instant });
