import { z } from "zod";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** Medusa's shapes (admin API of 2.21). Amounts and quantities are read from `raw_…`, which are exact. Unknown fields may appear and are kept. */
const text = z.string();
const note = z.string().nullish();
const id = z.string().min(1).max(80);
const moment = z.iso.datetime({ offset: true });
const maybe = moment.nullish();
const raw = z.looseObject({ value: z.union([z.string().regex(/^-?\d{1,40}(\.\d{1,40})?$/, "must be a decimal number in plain notation"), z.number().min(-1e14).max(1e14)]).transform(String) });
const list = <S extends z.ZodType>(row: S) => z.array(row).nullish().transform((rows) => rows ?? []);

const payment = z.looseObject({
  id, provider_id: text, created_at: moment, canceled_at: maybe, raw_amount: raw, data: z.looseObject({ id: z.unknown().optional() }).nullish(),
  captures: list(z.looseObject({ id, created_at: moment, raw_amount: raw })), refunds: list(z.looseObject({ id, created_at: moment, raw_amount: raw, note })),
});
export type Payment = z.infer<typeof payment>;
const fulfillment = z.looseObject({
  id, location_id: note, created_at: moment, shipped_at: maybe, delivered_at: maybe, canceled_at: maybe, metadata: z.looseObject({ ledgerline: z.unknown().optional() }).nullish(),
  items: list(z.looseObject({ line_item_id: note, sku: note, raw_quantity: raw })), labels: list(z.looseObject({ tracking_number: note })),
});
export type Fulfillment = z.infer<typeof fulfillment>;
const orderReturn = z.looseObject({
  id, display_id: z.number().int(), created_at: moment, requested_at: maybe, received_at: maybe, canceled_at: maybe, updated_at: moment, location_id: note, claim: z.looseObject({ id }).nullish(),
  items: list(z.looseObject({ id, item_id: id, raw_quantity: raw, note, reason: z.looseObject({ label: note }).nullish() })),
});
export type OrderReturn = z.infer<typeof orderReturn>;
const line = z.looseObject({
  id, title: text, variant_sku: note, requires_shipping: z.boolean().nullish(), raw_unit_price: raw, raw_quantity: raw, raw_subtotal: raw, raw_discount_subtotal: raw, is_tax_inclusive: z.boolean().nullish(),
  tax_lines: list(z.looseObject({ rate: z.number() })), adjustments: list(z.looseObject({ raw_amount: raw })),
  detail: z.looseObject({ created_at: moment, raw_fulfilled_quantity: raw, raw_return_received_quantity: raw, raw_return_dismissed_quantity: raw, raw_written_off_quantity: raw }),
});
export type Line = z.infer<typeof line>;

export const order = z.looseObject({
  id, display_id: z.number().int().min(1), status: text, version: z.number().int().min(1), email: note, currency_code: z.string().min(3).max(3), created_at: moment, canceled_at: maybe, sales_channel_id: note,
  metadata: z.record(text, z.unknown()).nullish(), customer: z.looseObject({ email: note, company_name: note }).nullish(),
  shipping_address: z.looseObject({ company: note, first_name: note, last_name: note, address_1: note, address_2: note, city: note, province: note, postal_code: note, country_code: note }).nullish(),
  items: list(line), payment_collections: list(z.looseObject({ payments: list(payment) })), fulfillments: list(fulfillment), returns: list(orderReturn),
  shipping_methods: list(z.looseObject({ id, name: text, raw_subtotal: raw, raw_discount_subtotal: raw, detail: z.looseObject({ return_id: note }).nullish() })),
});
export type MedusaOrder = z.infer<typeof order>;

/** What the module in Medusa pushes and our own poll stores. `edits` counts changes of address and e-mail, which Medusa's own version does not. */
const snapshot = order.extend({ edits: z.number().int().min(0) });
export type Snapshot = z.infer<typeof snapshot>;
export const customer = z.looseObject({ id, email: text, company_name: note, first_name: note, last_name: note, updated_at: moment });
export type Customer = z.infer<typeof customer>;
export const product = z.looseObject({ id, title: text, status: text, updated_at: moment, variants: list(z.looseObject({ id, sku: note, title: note, updated_at: moment })) });
export type Product = z.infer<typeof product>;
export const inventoryItem = z.looseObject({ id, sku: note, updated_at: moment, location_levels: list(z.looseObject({ location_id: id, raw_stocked_quantity: raw, raw_reserved_quantity: raw, updated_at: moment })) });
export type InventoryItem = z.infer<typeof inventoryItem>;
/** One item in one location, as the poll stores it. */
const stockLevel = z.object({ sku: id, location: id, stocked: raw.shape.value, reserved: raw.shape.value, at: moment });
export type StockLevel = z.infer<typeof stockLevel>;
export const message = z.looseObject({ type: text, data: z.looseObject({ order: snapshot.optional(), customer: customer.optional(), product: product.optional(), stock: stockLevel.optional() }) });

const problem = z.looseObject({ type: note, message: text });
export const refusal = (code: string) => (response: HttpResponse): Failure => {
  const said = readJson(response.text, problem);
  return { code, message: sentence(said.ok ? `${said.value.type ?? response.status}: ${said.value.message}` : `Medusa refused it (${response.status}) without saying why`) };
};
