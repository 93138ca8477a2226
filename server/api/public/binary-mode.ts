import { fail, ok, type Result } from "@/server/domain/result";

const prefix = "ce-";
const mediaType = (headers: Headers): string => (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

/** Whether an event's attributes are in its headers (CloudEvents 1.0, HTTP binding, 3.1), and its body is the data alone. */
export const isBinaryMode = (headers: Headers): boolean => !mediaType(headers).startsWith("application/cloudevents") && [...headers.keys()].some((name) => name.startsWith(prefix));

/** Null: percent-encoded bytes that are not UTF-8. A percent sign that begins no code stands for itself (3.1.3.2). */
function decoded(value: string): string | null {
  const bare = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, "$1") : value;
  try { return bare.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => decodeURIComponent(codes)); } catch { return null; }
}

/** The event as structured mode writes it. Undefined data: the body was empty. */
export function eventOfHeaders(headers: Headers, data: unknown): Result<Record<string, unknown>> {
  const event: Record<string, unknown> = {};
  for (const [name, sent] of headers) {
    if (!name.startsWith(prefix)) continue;
    const value = decoded(sent);
    if (value === null) return fail("ENCODING", `The header ${name} is not percent-encoded UTF-8`);
    event[name.slice(prefix.length)] = value;
  }
  delete event["data"];
  return ok({ ...event, datacontenttype: headers.get("content-type") ?? "application/json", ...(data === undefined ? {} : { data }) });
}
