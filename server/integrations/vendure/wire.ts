import { z } from "zod";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** Vendure's shapes (admin API of 3.7). Amounts are integers in minor units. Unknown fields may appear and are kept. */
const text = z.string();
const note = z.string().nullish();
const minor = z.number().int().min(-1e14).max(1e14);
const count = z.number().int().min(0).max(1e9);
const moment = z.iso.datetime({ offset: true });
const id = z.string().min(1).max(60);

const refund = z.looseObject({ id, createdAt: moment, updatedAt: moment, state: text, total: minor, reason: note });
const payment = z.looseObject({ id, createdAt: moment, updatedAt: moment, state: text, amount: minor, method: text, transactionId: note, refunds: z.array(refund).default([]) });
export type Payment = z.infer<typeof payment>;
const fulfillment = z.looseObject({ id, createdAt: moment, updatedAt: moment, state: text, method: note, trackingCode: note, lines: z.array(z.looseObject({ orderLineId: id, quantity: count })) });
export type Fulfillment = z.infer<typeof fulfillment>;
const line = z.looseObject({
  id, quantity: count, orderPlacedQuantity: count, unitPrice: minor, linePrice: minor, proratedUnitPrice: minor, proratedLinePrice: minor,
  productVariant: z.looseObject({ sku: text, name: note }),
});
export type Line = z.infer<typeof line>;

export const order = z.looseObject({
  id, code: text, state: text, orderPlacedAt: moment.nullish(), updatedAt: moment, currencyCode: text, total: minor, totalWithTax: minor, shipping: minor,
  customer: z.looseObject({ emailAddress: text }).nullish(),
  shippingAddress: z.looseObject({ company: note, fullName: note, streetLine1: note, streetLine2: note, city: note, province: note, postalCode: note, countryCode: note }).nullish(),
  lines: z.array(line), surcharges: z.array(z.looseObject({ id, description: text, sku: note, price: minor })).default([]),
  shippingLines: z.array(z.looseObject({ id, discountedPrice: minor, shippingMethod: z.looseObject({ code: text }) })).default([]),
  payments: z.array(payment).nullish(), fulfillments: z.array(fulfillment).nullish(),
  history: z.looseObject({ items: z.array(z.looseObject({ createdAt: moment, type: text, data: z.looseObject({}).nullish() })) }),
});
export type VendureOrder = z.infer<typeof order>;

/** What the plugin pushes and our own poll stores. `version` counts what happened to the order: it rises with every change and by no clock. */
const snapshot = order.extend({ version: z.number().int().min(1) });
export type Snapshot = z.infer<typeof snapshot>;
const stockLevel = z.looseObject({ sku: text, location: text, onHand: z.number().int(), allocated: z.number().int(), at: moment, readAt: moment.optional() });
export type StockLevel = z.infer<typeof stockLevel>;
const named = z.looseObject({ kind: z.enum(["customer", "item"]), code: text, name: text, email: note, active: z.boolean(), at: moment });
export type Named = z.infer<typeof named>;
export const message = z.looseObject({ type: text, data: z.looseObject({ order: snapshot.optional(), stock: stockLevel.optional(), named: named.optional() }) });

const problem = z.looseObject({ errors: z.array(z.looseObject({ message: text, extensions: z.looseObject({ code: note }).nullish() })).min(1) });
/** A business failure: HTTP 200 with `errorCode` where the result should be. */
const refused = z.looseObject({ data: z.record(z.string(), z.looseObject({ errorCode: text, message: text })) });

/**
 * GraphQL answers almost everything with 200. This says in HTTP's words what the answer proves: 403 for FORBIDDEN, 422 for a
 * business failure, 400 for a query that it does not understand, 500 for an error inside, of which nobody knows whether it acted.
 */
export function statusOf(response: HttpResponse): number {
  if (response.status >= 300 && response.status !== 400) return response.status;
  const failed = readJson(response.text, problem);
  if (failed.ok) {
    const code = failed.value.errors[0]?.extensions?.code;
    if (code === "FORBIDDEN" || code === "UNAUTHORIZED") return 403;
    if (code === "GRAPHQL_VALIDATION_FAILED" || code === "BAD_USER_INPUT" || code === "USER_INPUT_ERROR" || code === "ENTITY_NOT_FOUND") return 400;
    return response.status === 400 ? 400 : 500;
  }
  return readJson(response.text, refused).ok ? 422 : response.status;
}

export const refusal = (code: string) => (response: HttpResponse): Failure => {
  const said = readJson(response.text, refused), failed = readJson(response.text, problem);
  const first = said.ok ? Object.values(said.value.data)[0] : undefined;
  if (first) return { code, message: sentence(`${first.errorCode}: ${first.message}`) };
  return { code: "CTR-01", message: sentence(failed.ok ? (failed.value.errors[0]?.message ?? "") : `Vendure refused it (${response.status}) without saying why`) };
};
