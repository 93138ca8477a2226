import { createHmac } from "node:crypto";
import { runFile, system } from "../tower";

export interface Answer { status: number; type: string; body: any; text: string } // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked at as they come

/** One call from outside; what came back as it came. */
export async function call(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${runFile().web}${path}`, { redirect: "manual", ...init });
  const text = await response.text();
  const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  return { status: response.status, type, text, body: type.endsWith("json") ? JSON.parse(text) : null };
}

export const reads = (path: string, secret: string): Promise<Answer> => call(path, { headers: { authorization: `Bearer ${secret}` } });

/** Sends to the front door; a list goes as a batch. */
export const sends = (secret: string, body: unknown, type?: string): Promise<Answer> =>
  call("/api/v1/events", {
    method: "POST", headers: { authorization: `Bearer ${secret}`, "content-type": type ?? (Array.isArray(body) ? "application/cloudevents-batch+json" : "application/cloudevents+json") },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** The shop's own webhook, signed as the shop signs, or with another secret. */
export function shopSays(body: string, secret = system("shop").webhookSecret ?? "", at = Math.floor(Date.now() / 1000)): Promise<Answer> {
  const v1 = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
  return call("/api/webhooks/shop", { method: "POST", headers: { "content-type": "application/json", "x-northgate-signature": `t=${at},v1=${v1}` }, body });
}
