import { z } from "zod";
import type { HttpAnswer, Outcome } from "../contract/connector";
import { readAnswer, readJson, unconfirmed, unreadable, type ReadAnswer } from "../contract/outcome";
import type { VendureSession } from "./config";
import { order, refusal, statusOf, type VendureOrder } from "./wire";

export const system = "Vendure";

/** One operation at the admin API. What GraphQL says with 200 is answered in HTTP's words (`statusOf`). */
async function call({ http, settings, secrets }: VendureSession, query: string, variables: Record<string, unknown>): Promise<HttpAnswer> {
  const answer = await http.request({
    method: "POST", url: `${settings.url}/admin-api`, body: JSON.stringify({ query, variables }), harmless: query.startsWith("query"),
    headers: { "vendure-api-key": secrets.apiKey, accept: "application/json", "content-type": "application/json", ...(settings.vendureChannel ? { "vendure-token": settings.vendureChannel } : {}) },
  });
  return answer.ok ? { ok: true, response: { ...answer.response, status: statusOf(answer.response) } } : answer;
}

export async function read<S extends z.ZodType>(session: VendureSession, query: string, variables: Record<string, unknown>, data: S): Promise<ReadAnswer<z.infer<S>>> {
  const answer = readAnswer(await call(session, query, variables), z.looseObject({ data }), system);
  return answer.kind === "read" ? { kind: "read", value: answer.value.data as z.infer<S> } : answer;
}

/** The whole of an order, in the plugin's shape too. Notes are left out: they are ours and change nothing. */
const fields = `id code state orderPlacedAt updatedAt currencyCode couponCodes subTotal shipping total totalWithTax taxSummary { description taxRate taxBase taxTotal }
  customer { id emailAddress firstName lastName } shippingAddress { company fullName streetLine1 streetLine2 city province postalCode countryCode }
  lines { id quantity orderPlacedQuantity unitPrice linePrice proratedUnitPrice proratedLinePrice taxLines { description taxRate } productVariant { sku name } }
  surcharges { id description sku price } shippingLines { id discountedPrice shippingMethod { code } }
  payments { id createdAt updatedAt state amount method transactionId refunds { id createdAt updatedAt state total reason } }
  fulfillments { id createdAt updatedAt state method trackingCode lines { orderLineId quantity } }
  history(options: { filter: { type: { notEq: "ORDER_NOTE" } }, sort: { createdAt: ASC, id: ASC }, take: 1000 }) { items { id createdAt type data } }`;
const listed = z.looseObject({ orders: z.looseObject({ items: z.array(order) }) });
const listQuery = `query Orders($options: OrderListOptions) { orders(options: $options) { items { ${fields} } } }`;

export async function ordersOf(session: VendureSession, ids: readonly string[]): Promise<ReadAnswer<VendureOrder[]>> {
  const found = await read(session, listQuery, { options: { filter: { id: { in: ids } }, take: ids.length } }, listed);
  return found.kind === "read" ? { kind: "read", value: found.value.orders.items } : found;
}

/** The order of a number; Vendure's own id is needed for every write. */
export async function orderOf(session: VendureSession, code: string): Promise<ReadAnswer<VendureOrder>> {
  const found = await read(session, listQuery, { options: { filter: { code: { eq: code } }, take: 1 } }, listed);
  if (found.kind !== "read") return found;
  const row = found.value.orders.items.find((one) => one.code === code);
  return row ? { kind: "read", value: row } : { kind: "absent" };
}

const noted = z.looseObject({ order: z.looseObject({ history: z.looseObject({ items: z.array(z.looseObject({ data: z.looseObject({ note: z.string().nullish() }).nullish() })) }) }).nullable() });
/** Whether the order carries that note of ours: it is written last, so all that it tells of was done. */
export async function isNoted(session: VendureSession, id: string, text: string): Promise<ReadAnswer<boolean>> {
  const found = await read(session, 'query Notes($id: ID!) { order(id: $id) { history(options: { filter: { type: { eq: "ORDER_NOTE" } }, sort: { createdAt: DESC }, take: 1000 }) { items { data } } } }', { id }, noted);
  return found.kind === "read" ? { kind: "read", value: found.value.order?.history.items.some(({ data }) => data?.note === text) ?? false } : found;
}

/** One change whose answer tells nothing that is needed. Null: it was made. */
export const write = async (session: VendureSession, query: string, variables: Record<string, unknown>, code = "CTR-01"): Promise<Outcome | null> =>
  unconfirmed(await call(session, query, variables), { system, refusal: refusal(code) });

const made = (name: string) => z.looseObject({ data: z.looseObject({ [name]: z.looseObject({ id: z.string().min(1) }) }) });
/** One change; `name` is where its answer stands, `code` the exception of a refusal. */
export async function mutate(session: VendureSession, query: string, variables: Record<string, unknown>, name: string, code = "CTR-01"): Promise<{ failed: Outcome } | { failed: null; id: string }> {
  const answer = await call(session, query, variables);
  const failed = unconfirmed(answer, { system, refusal: refusal(code) });
  if (failed || !answer.ok) return { failed: failed as Outcome };
  const read = readJson(answer.response.text, made(name));
  return read.ok ? { failed: null, id: (read.value.data[name] as { id: string }).id } : { failed: unreadable(system, read.error) };
}
