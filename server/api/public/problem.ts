import type { Failure } from "@/server/domain/result";

const titles: Record<number, string> = { 400: "Bad request", 401: "Not authenticated", 403: "Not allowed", 404: "Not found", 405: "Method not allowed", 408: "Request timeout", 409: "Conflict", 413: "Too large", 415: "Unsupported media type", 422: "Not acceptable", 429: "Too many requests", 431: "Headers too large", 500: "Internal error", 503: "Not available" };

/** A place in a JSON document as RFC 6901 writes it: `/data/lines/0/quantity`. */
export const jsonPointer = (path: readonly PropertyKey[]): string => path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** An error as RFC 9457 problem+json. `code` is stable; `detail` is one sentence; nothing internal is told. `parameter` names what is wrong in the query. */
export function problem(status: number, failure: Failure, extra?: { headers?: Record<string, string>; correlationId?: string }): Response {
  return Response.json(
    { type: `urn:ledgerline:problem:${failure.code.toLowerCase().replaceAll("_", "-")}`, title: titles[status] ?? "Error", status, code: failure.code, detail: failure.message, ...(failure.at === undefined ? {} : { parameter: failure.at }), ...(extra?.correlationId === undefined ? {} : { correlationId: extra.correlationId }) },
    { status, headers: { "content-type": "application/problem+json", ...extra?.headers } },
  );
}

/** How a body is read: `hold` is told of each piece before it is kept, and may refuse it by throwing; `signal` ends the reading with its reason. */
export interface Reading { hold(this: void, bytes: number): void; signal: AbortSignal }
/** Bytes set aside for a body at first. */
const firstBytes = 16 * 1024;

/**
 * Reads at most `limit` bytes. Null: larger than that; the rest is not read. What is read lies in one piece of memory that grows with
 * it, at most twice as large, however small the pieces are in which it comes.
 */
export async function readBody(request: Request, limit: number, reading?: Reading): Promise<Uint8Array | null> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > limit) return null;
  if (!request.body) return new Uint8Array();
  let body = new Uint8Array(Math.min(limit, firstBytes)), size = 0;
  const reader = request.body.getReader(), stop = (): void => { reader.cancel().catch(() => undefined); };
  // Who is too slow is left unread, not cancelled: that would end the connection before the answer is on it.
  let giveUp: (reason: unknown) => void = () => undefined;
  reading?.signal.addEventListener("abort", () => { giveUp(reading.signal.reason); }, { once: true });
  const next = () => new Promise<Awaited<ReturnType<typeof reader.read>>>((resolve, reject) => { giveUp = reject; reader.read().then(resolve, reject); });
  for (;;) {
    const { done, value } = await next();
    reading?.signal.throwIfAborted();
    if (done) break;
    if (size + value.length > limit) { stop(); return null; }
    try { reading?.hold(value.length); } catch (error) { stop(); throw error; }
    if (size + value.length > body.length) {
      const larger = new Uint8Array(Math.min(limit, Math.max(2 * body.length, size + value.length)));
      larger.set(body.subarray(0, size));
      body = larger;
    }
    body.set(value, size);
    size += value.length;
  }
  return body.slice(0, size);
}
