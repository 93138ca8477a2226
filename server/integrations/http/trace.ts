import { createHash, randomUUID } from "node:crypto";

/** W3C trace context: one trace for each correlation id, a new span for each request. */
export function traceparent(correlationId: string): string {
  const bare = correlationId.replaceAll("-", "").toLowerCase();
  const usable = /^[0-9a-f]{32}$/.test(bare) && !/^0+$/.test(bare);
  const trace = usable ? bare : createHash("sha256").update(correlationId).digest("hex").slice(0, 32);
  return `00-${trace}-${randomUUID().replaceAll("-", "").slice(16)}-01`;
}
