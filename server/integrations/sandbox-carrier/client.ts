import { createHash } from "node:crypto";
import type { HttpAnswer } from "../contract/connector";
import { hmac } from "../contract/signatures";
import type { CarrierSession } from "./config";

export const system = "Parcelway";

/** A signed read. The signature covers method, path with query, date and the digest of the (empty) body. */
export function get({ http, settings, secrets, now }: CarrierSession, path: string): Promise<HttpAnswer> {
  const url = new URL(`${settings.url}/v2/${path}`);
  const date = now();
  const signed = ["GET", `${url.pathname}${url.search}`, date, createHash("sha256").update("").digest("hex")].join("\n");
  return http.request({ method: "GET", url: url.toString(), headers: { accept: "application/json", "x-pw-key": settings.keyId, "x-pw-date": date, "x-pw-signature": hmac(secrets.signingSecret, [signed], "base64") } });
}
