import { z } from "zod";
import { decimalString } from "../decimal";
import { day, instant } from "../instant";
import { address, chargeWord, code, currency, distinct, fulfilmentMethods, lineId, positiveQuantity, price, quantity, version } from "./shared";

const kitComponent = z.object({ item: code, per: positiveQuantity, shareOfPrice: price });

const orderLine = z.object({
  /** Stable id of the line at the source; survives changes. */
  line: lineId,
  item: code,
  description: z.string().max(300).optional(),
  quantity,
  unit: code,
  price,
  /** The price is for this many of `priceUnitOf` (default: of `unit`): "18.75 per 1,000" has priceUnit 1000. */
  priceUnit: positiveQuantity.default("1"),
  priceUnitOf: code.optional(),
  discount: price.default("0"),
  method: z.enum(fulfilmentMethods).default("stock"),
  warehouse: code.optional(),
  /** Legal entity that ships, where it is not the one that sells. */
  shippingEntity: code.optional(),
  agreement: code.optional(),
  /** Zero price needs it: `sample`, `warranty`, `replacement`. */
  freeReason: code.optional(),
  substitutionAllowed: z.boolean().default(false),
  components: distinct(z.array(kitComponent).max(500), "item").optional(),
  /** Catch weight: the ordered nominal of the second quantity; price is then per second unit. */
  secondQuantity: z.object({ nominal: positiveQuantity, unit: code }).optional(),
  requestedShip: day.optional(),
  promised: day.optional(),
});

const chargeLine = z.object({
  /** Lines of one code, tax category and billing rule are one charge; others of that code are charges of their own. */
  charge: chargeWord,
  amount: decimalString,
  taxCategory: code,
  billing: z.enum(["first_invoice", "pro_rata", "actual_cost"]).default("first_invoice"),
});

/** The whole order as its system of record has it, one event for each version. */
export const orderCaptured = z.object({
  number: code,
  /** Rises by the source's own rule with each change; 1 for the first. */
  version,
  channel: code,
  purpose: z.enum(["standard", "blanket", "release", "sample", "replacement", "intercompany", "credit_only"]).default("standard"),
  replaces: code.optional(),
  placed: instant,
  priceDate: day.optional(),
  purchaseOrder: z.string().trim().max(80).optional(),
  parties: z.object({ sellTo: code, billTo: code, shipTo: code, payer: code.optional(), creditAccount: code.optional() }),
  shipToAddress: address,
  currency,
  terms: code,
  freightTerms: z.enum(["prepaid", "prepaid_and_add", "collect", "third_party"]).default("prepaid_and_add"),
  titleTransfer: z.enum(["origin", "destination"]).default("origin"),
  requestedShip: day.optional(),
  promised: day.optional(),
  notBefore: day.optional(),
  cancelAfter: day.optional(),
  shipRule: z.enum(["partial", "line_complete", "complete"]).default("partial"),
  headerDiscount: price.default("0"),
  lines: distinct(z.array(orderLine).max(5000), "line"),
  charges: z.array(chargeLine).max(100).default([]),
  payment: z.object({ method: z.enum(["terms", "card", "advance"]) }).default({ method: "terms" }),
});
export type OrderCaptured = z.infer<typeof orderCaptured>;

/** A request, not yet a fact about goods: what it takes away is decided by the change matrix (2.8). */
export const orderCancelRequested = z.object({
  number: code,
  cancellation: code,
  /** Absent: everything that is still open. */
  lines: z.array(z.object({ line: code, quantity: positiveQuantity, unit: code.optional() })).max(5000).optional(),
  reason: z.string().max(300).optional(),
});
export type OrderCancelRequested = z.infer<typeof orderCancelRequested>;

/** What the channel was told and when; drawn from the source's own record for history that is only observed. */
export const orderObserved = z.object({
  number: code,
  shippedOn: instant.optional(),
  paidOn: instant.optional(),
  statusWord: z.string().max(60).optional(),
  freight: decimalString.optional(),
  tax: decimalString.optional(),
  paymentMethod: z.string().max(60).optional(),
  allocatedByLine: z.array(z.object({ line: code, quantity })).optional(),
});
export type OrderObserved = z.infer<typeof orderObserved>;
