import { createHmac, timingSafeEqual } from "node:crypto";

/** Signatures of webhooks, checked over the bytes as they came. */
export function hmac(secret: string, parts: readonly (string | Uint8Array)[], encoding: "hex" | "base64"): string {
  const mac = createHmac("sha256", secret);
  for (const part of parts) mac.update(part);
  return mac.digest(encoding);
}

/** Compares in constant time; lengths may be told apart. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a), right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether a signed moment is near enough to now: an old one may be a replay. */
export const isFresh = (signedMs: number, nowMs: number, toleranceMs = 300_000): boolean => Number.isFinite(signedMs) && Math.abs(nowMs - signedMs) <= toleranceMs;

/** `t=…,v1=…` in any order. */
export function signatureParts(header: string | undefined): { t: string; v1: string } | null {
  const parts = new Map((header ?? "").split(",").map((part) => { const at = part.indexOf("="); return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const; }));
  const t = parts.get("t"), v1 = parts.get("v1");
  return t !== undefined && v1 !== undefined && /^\d{1,15}$/.test(t) ? { t, v1 } : null;
}
