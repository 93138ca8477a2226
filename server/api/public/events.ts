import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "@/server/domain/result";
import { checkEvent, contentType, identityOf, type Envelope } from "@/server/integrations/contract/cloud-event";
import type { InboundInput } from "@/server/pipeline/ports";
import type { ApiClient } from "../services";
import { eventOfHeaders, isBinaryMode } from "./binary-mode";
import { unlimited, type Entry } from "../admission";
import type { Doors } from "./door";
import { jsonPointer, problem } from "./problem";

/** Bytes of one request, and events in one batch. */
export const limits = { body: 10 * 1024 * 1024, batch: 1000 };
const batchType = "application/cloudevents-batch+json";

export interface EventResult { id: string | null; status: "accepted" | "repeated" | "refused"; code?: string; detail?: string; /** RFC 6901, into the event that was sent. */ pointer?: string }

const toInput = (client: ApiClient, event: Envelope): InboundInput =>
  ({ connector: client.source, ...identityOf(event), contentType, headers: { "x-client": client.id }, correlationId: event.correlationid ?? randomUUID() });

/** `POST /api/v1/events`: one CloudEvent (structured, or binary with its attributes in headers), or a batch of up to 1,000. Accepted means stored for ever, before the answer. Nothing is taken for an entity or source that is not there. */
export async function postEvents(services: Doors, request: Request, _none?: unknown, entry: Entry = unlimited): Promise<Response> {
  const client = await authenticate(services, request);
  if (!client.ok) return problem(401, client.error, { headers: { "www-authenticate": "Bearer" } });
  if (client.value.refusal) return problem(409, client.value.refusal);
  const sentType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const binary = isBinaryMode(request.headers);
  if (binary ? !/^application\/(.+\+)?json$/.test(sentType) : ![batchType, contentType, "application/json"].includes(sentType))
    return problem(415, { code: "MEDIA_TYPE", message: binary ? "In binary mode the data of an event is sent as application/json" : `Send ${contentType} or ${batchType}, or an event in binary mode: its attributes in ce- headers, its data as application/json` });
  entry.known();
  const bytes = await entry.read(request, limits.body);
  if (!bytes) return problem(413, { code: "TOO_LARGE", message: `At most ${limits.body} bytes in one request` });
  let json: unknown;
  try { json = binary && bytes.length === 0 ? undefined : JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)); } catch { return problem(400, { code: "NOT_JSON", message: "The body is not JSON in UTF-8" }); }
  if (binary) {
    const event = eventOfHeaders(request.headers, json);
    return event.ok ? answer(services, client.value, [event.value]) : problem(400, event.error);
  }
  const list: unknown[] = Array.isArray(json) ? json : [json];
  if (Array.isArray(json) && sentType === contentType) return problem(400, { code: "BATCH_TYPE", message: `A batch is sent as ${batchType}` });
  if (list.length > limits.batch) return problem(413, { code: "TOO_MANY", message: `At most ${limits.batch} events in one batch` });
  return answer(services, client.value, list);
}

const answer = async (services: Doors, client: ApiClient, list: readonly unknown[]): Promise<Response> => Response.json({ results: await store(services, client, list) }, { status: 202 });

async function store(services: Doors, client: ApiClient, list: readonly unknown[]): Promise<EventResult[]> {
  const checked = list.map((raw) => checkEvent(raw, client.scopes));
  const inputs = checked.flatMap((result) => (result.ok ? [toInput(client, result.envelope)] : []));
  const stored = inputs.length > 0 ? await services.receive(inputs) : [];
  let next = 0;
  return checked.map((result, index): EventResult => {
    const raw = list[index];
    const id = typeof raw === "object" && raw !== null && "id" in raw && typeof raw.id === "string" ? raw.id : null;
    if (!result.ok) return { id, status: "refused", code: result.refusal.code, detail: result.refusal.message, ...(result.refusal.path.length === 0 ? {} : { pointer: jsonPointer(result.refusal.path) }) };
    const verdict = stored[next++];
    if (!verdict) throw new Error("the receiver answered fewer messages than it was given");
    if (verdict.verdict === "conflict") return { id, status: "refused", code: "CTR-02", detail: "This id came before with other content; both are kept and an exception is open" };
    return { id, status: verdict.verdict };
  });
}

/** The client whose key it is; where scopes are named, only with one of them. */
export async function authenticate(services: Doors, request: Request, ...scopes: string[]): Promise<Result<ApiClient>> {
  const match = /^Bearer ([A-Za-z0-9_.-]{20,200})$/.exec(request.headers.get("authorization") ?? "");
  const client = match?.[1] ? await services.clientOf(match[1]) : null;
  if (!client) return fail("UNAUTHENTICATED", "Send a valid key as a bearer token");
  if (scopes.length > 0 && !scopes.some((scope) => client.scopes.includes(scope))) return fail("SCOPE", `The key has no scope ${scopes.join(" or ")}`);
  return ok(client);
}
