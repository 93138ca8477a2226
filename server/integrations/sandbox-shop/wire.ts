import { z } from "zod";
import { fulfilmentMethods } from "@/server/domain/contracts/shared";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** Northgate's shapes (API.md). Unknown fields may appear and are kept; a word that says what an order means is one of those that are documented. Other values are checked by our own contracts. */
const text = z.string();
const note = z.string().nullish();
const decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,6})?$/, "must be a decimal number in plain notation");
const moment = z.iso.datetime({ offset: true });

const address = z.looseObject({ line1: note, line2: note, city: note, state: note, postal_code: note, country: text });
const party = z.looseObject({ code: text, name: note, address: address.optional() });
const line = z.looseObject({
  id: text, item_number: text, description: note, quantity: decimal, cancelled_quantity: decimal.default("0"), unit: text, unit_price: decimal, price_per: decimal.default("1"), price_unit: note, price_agreement: note,
  fulfilment_method: z.enum(fulfilmentMethods).default("stock"), line_discount: text.default("0"), substitution_allowed: z.boolean().default(false), sample_reason: note,
  components: z.array(z.looseObject({ item_number: text, quantity: decimal, unit_price: decimal })).nullish(),
});
const cancelRequest = z.looseObject({ id: text, requested_at: moment, reason: note, status: z.enum(["pending", "accepted", "refused"]), lines: z.array(z.looseObject({ line_id: text, quantity: decimal })).nullish() });
export type CancelRequest = z.infer<typeof cancelRequest>;

export const order = z.looseObject({
  id: text, number: text, revision: z.number().int().min(1), site: note, channel: text, purpose: z.enum(["standard", "sample", "replacement"]).default("standard"), replaces_order: note, placed_at: moment, updated_at: moment,
  customer: party, bill_to: party, ship_to: party.extend({ address }), purchase_order_number: note, currency: text, terms: text, freight_terms: z.enum(["prepaid", "prepaid_add", "collect", "third_party"]).default("prepaid_add"), ship_from: note,
  requested_ship_date: note, promise_date: note, cancel_after: note, ship_complete: z.boolean().default(false), header_discount: text.default("0"),
  lines: z.array(line), charges: z.array(z.looseObject({ code: text, amount: text, tax_category: text })).default([]),
  payment: z.looseObject({ method: z.enum(["terms", "card"]), authorisation: note, authorised_amount: note }), cancel_requests: z.array(cancelRequest).default([]),
});
export type ShopOrder = z.infer<typeof order>;

export const shopReturn = z.looseObject({
  id: text, order_number: text, status: z.enum(["requested", "authorised", "refused", "received", "credited"]), reason: note, requested_at: moment, updated_at: moment,
  lines: z.array(z.looseObject({ line_id: text, quantity: decimal, unit: text })), rma: note, expires_on: note, wants: z.enum(["credit", "replace"]).default("credit"),
});
export type ShopReturn = z.infer<typeof shopReturn>;

const place = z.looseObject({ code: text, name: note });
export const shopCustomer = z.looseObject({ code: text, name: text, status: text.default("active"), ship_tos: z.array(place).default([]), updated_at: moment });
export type ShopCustomer = z.infer<typeof shopCustomer>;
const shopItem = z.looseObject({ item_number: text, name: text, status: text.default("active"), price_unit: note, updated_at: moment });

export const shopStock = z.looseObject({ item_number: text, warehouse: text, available: decimal, unit: text, version: z.number().int(), updated_at: moment });
export type ShopStock = z.infer<typeof shopStock>;

/** Of a row in a list only what names it and says when it changed: what else is in it is read from its message, so that one that is not as documented keeps none beside it. */
export const listed = {
  order: z.looseObject({ id: text, updated_at: moment }), return: z.looseObject({ id: text, updated_at: moment }), customer: z.looseObject({ code: text, updated_at: moment }),
  item: z.looseObject({ item_number: text, updated_at: moment }), stock: z.looseObject({ item_number: text, warehouse: text, updated_at: moment }),
};

/** What a webhook or our own poll stores; what ends in `.snapshot` is ours. */
export const message = z.looseObject({ type: text, created_at: moment.optional(), data: z.looseObject({ order: order.optional(), return: shopReturn.optional(), customer: shopCustomer.optional(), item: shopItem.optional(), stock: shopStock.optional() }) });
export const page = <S extends z.ZodType>(row: S) => z.looseObject({ data: z.array(row), next_cursor: z.string().nullish() });
export const fulfilments = z.looseObject({ data: z.array(z.looseObject({ id: text, reference: text, version: z.number().int() })) });

const errorBody = z.looseObject({ errors: z.array(z.looseObject({ code: text, message: text, field: note })).min(1) });
export function refusalOf(code: string): (response: HttpResponse) => Failure {
  return (response) => {
    const read = readJson(response.text, errorBody);
    const first = read.ok ? read.value.errors[0] : undefined;
    if (!first) return { code, message: `Northgate refused it (${response.status}) without saying why` };
    return { code, message: sentence(`${first.code}: ${first.message}`), ...(first.field ? { at: first.field } : {}) };
  };
}
