import type { z } from "zod";
import type { HttpAnswer } from "../contract/connector";
import { readAnswer, type ReadAnswer } from "../contract/outcome";
import type { ShopSession } from "./config";
import { order, page, type ShopOrder } from "./wire";

export const system = "Northgate Commerce";

export const call = ({ http, settings, secrets }: ShopSession, method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<HttpAnswer> =>
  http.request({
    method, url: `${settings.url}/api/v2/${path}`, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${secrets.apiKey}`, accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
  });
export const read = async <S extends z.ZodType>(session: ShopSession, path: string, schema: S): Promise<ReadAnswer<z.infer<S>>> => readAnswer(await call(session, "GET", path), schema, system);

/** The order of a number; Northgate's own id is needed for every write. */
export async function orderOf(session: ShopSession, number: string): Promise<ReadAnswer<ShopOrder>> {
  const found = await read(session, `orders?number=${encodeURIComponent(number)}`, page(order));
  if (found.kind !== "read") return found;
  const row = found.value.data.find((one) => one.number === number);
  return row ? { kind: "read", value: row } : { kind: "absent" };
}
