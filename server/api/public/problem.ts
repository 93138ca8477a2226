import type { Failure } from "@/server/domain/result";

const titles: Record<number, string> = { 400: "Bad request", 401: "Not authenticated", 403: "Not allowed", 404: "Not found", 405: "Method not allowed", 409: "Conflict", 413: "Too large", 415: "Unsupported media type", 422: "Not acceptable", 429: "Too many requests", 500: "Internal error", 503: "Not available" };

/** A place in a JSON document as RFC 6901 writes it: `/data/lines/0/quantity`. */
export const jsonPointer = (path: readonly PropertyKey[]): string => path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** An error as RFC 9457 problem+json. `code` is stable; `detail` is one sentence; nothing internal is told. `parameter` names what is wrong in the query. */
export function problem(status: number, failure: Failure, extra?: { headers?: Record<string, string>; correlationId?: string }): Response {
  return Response.json(
    { type: `urn:ledgerline:problem:${failure.code.toLowerCase().replaceAll("_", "-")}`, title: titles[status] ?? "Error", status, code: failure.code, detail: failure.message, ...(failure.at === undefined ? {} : { parameter: failure.at }), ...(extra?.correlationId === undefined ? {} : { correlationId: extra.correlationId }) },
    { status, headers: { "content-type": "application/problem+json", ...extra?.headers } },
  );
}

/** Reads at most `limit` bytes. Null: larger than that; the rest is not read. `hold` is told of each piece before it is kept, and may refuse it by throwing. */
export async function readBody(request: Request, limit: number, hold: (bytes: number) => void = () => undefined): Promise<Uint8Array | null> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > limit) return null;
  if (!request.body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) { await reader.cancel(); return null; }
    try { hold(value.length); } catch (error) { await reader.cancel(); throw error; }
    parts.push(value);
  }
  return new Uint8Array(Buffer.concat(parts));
}
