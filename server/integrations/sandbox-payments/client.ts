import type { HttpAnswer } from "../contract/connector";
import { externalReference } from "../contract/events";
import type { PaymentsSession } from "./config";

export const system = "Cardwright";
export const get = ({ http, settings, secrets }: PaymentsSession, path: string): Promise<HttpAnswer> =>
  http.request({ method: "GET", url: `${settings.url}/v1/${path}`, headers: { authorization: `Bearer ${secrets.apiKey}`, accept: "application/json" } });

/** The key is the command's own: the same for every try, kept there for 24 hours. */
export const post = ({ http, settings, secrets }: PaymentsSession, path: string, body: unknown, naturalKey: string): Promise<HttpAnswer> =>
  http.request({
    method: "POST", url: `${settings.url}/v1/${path}`, body: JSON.stringify(body),
    headers: { authorization: `Bearer ${secrets.apiKey}`, accept: "application/json", "content-type": "application/json", "idempotency-key": externalReference(naturalKey, 255) },
  });
