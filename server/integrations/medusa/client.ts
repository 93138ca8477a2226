import { z } from "zod";
import type { HttpAnswer } from "../contract/connector";
import { readAnswer, type ReadAnswer } from "../contract/outcome";
import type { MedusaSession } from "./config";
import { numberOf } from "./shared";
import { order, type MedusaOrder } from "./wire";

export const system = "Medusa";

/** A secret key is the user name of Basic authentication, with an empty password. */
export const call = ({ http, settings, secrets }: MedusaSession, method: "GET" | "POST", path: string, body?: unknown): Promise<HttpAnswer> =>
  http.request({
    method, url: `${settings.url}/admin/${path}`, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { authorization: `Basic ${Buffer.from(`${secrets.apiKey}:`).toString("base64")}`, accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
  });
export const read = async <S extends z.ZodType>(session: MedusaSession, path: string, schema: S): Promise<ReadAnswer<z.infer<S>>> => readAnswer(await call(session, "GET", path), schema, system);

/** The whole of an order, as the module in Medusa tells it too. A field that Medusa does not know is left out by it without a word. */
export const orderFields = [
  "id,display_id,status,version,email,currency_code,created_at,canceled_at,sales_channel_id,metadata,subtotal,tax_total,total,customer.id,customer.email,customer.company_name,*shipping_address",
  "*items,*items.detail,*items.tax_lines,*items.adjustments,*shipping_methods,*shipping_methods.detail,*shipping_methods.adjustments,*payment_collections,*payment_collections.payments",
  "*payment_collections.payments.captures,*payment_collections.payments.refunds,*fulfillments,*fulfillments.items,*fulfillments.labels,*returns,*returns.items",
].join(",");
const orders = z.looseObject({ orders: z.array(order) });

/** Medusa cannot be searched for an order's number, and passes over a filter that it does not know. */
export async function orderOf(session: MedusaSession, number: string): Promise<ReadAnswer<MedusaOrder>> {
  const ending = /^\d+-([0-9A-Z]{6})$/.exec(number)?.[1];
  if (ending === undefined) return { kind: "absent" };
  const found = await read(session, `orders?${new URLSearchParams({ "id[$like]": `%${ending}`, fields: orderFields, limit: "100" }).toString()}`, orders);
  if (found.kind !== "read") return found;
  const row = found.value.orders.find((one) => numberOf(one) === number);
  return row ? { kind: "read", value: row } : { kind: "absent" };
}

const changes = z.looseObject({ order_changes: z.array(z.looseObject({ actions: z.array(z.looseObject({ details: z.looseObject({ type: z.string().nullish() }).nullish() })) })) });
/** How often address or e-mail of an order were changed: of that Medusa's version says nothing. What is written in its metadata is no change of it. */
export async function editsOf(session: MedusaSession, id: string): Promise<ReadAnswer<number>> {
  const found = await read(session, `orders/${encodeURIComponent(id)}/changes?change_type=update_order&fields=id,actions.details`, changes);
  return found.kind === "read" ? { kind: "read", value: found.value.order_changes.filter(({ actions }) => actions.some(({ details }) => details?.type === "shipping_address" || details?.type === "email")).length } : found;
}
