import type { HttpAnswer } from "../contract/connector";
import type { TaxSession } from "./config";

export const system = "Levypoint";
const call = ({ http, settings, secrets }: TaxSession, method: "GET" | "POST", path: string, body?: unknown): Promise<HttpAnswer> =>
  http.request({
    method, url: `${settings.url}/api/v1/${path}`, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { authorization: `Basic ${Buffer.from(`${settings.username}:${secrets.password}`).toString("base64")}`, accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
  });
export const post = (session: TaxSession, path: string, body: unknown): Promise<HttpAnswer> => call(session, "POST", path, body);
export const get = (session: TaxSession, path: string): Promise<HttpAnswer> => call(session, "GET", path);
export const transactionPath = (document: string): string => `transactions/${encodeURIComponent(document)}`;
