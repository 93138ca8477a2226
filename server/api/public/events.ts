import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "@/server/domain/commands";
import { cloudEventType, contracts, eventTypes, type EventType } from "@/server/domain/contracts/registry";
import { instant } from "@/server/domain/instant";
import { subjectKinds } from "@/server/domain/subject";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import { unkeepablePlace, whyUnkeepable } from "@/server/domain/text";
import type { InboundInput } from "@/server/pipeline/ports";
import type { ApiClient } from "../services";
import type { Doors } from "./door";
import { jsonPointer, problem, readBody } from "./problem";

/** Bytes of one request, and events in one batch. */
export const limits = { body: 10 * 1024 * 1024, batch: 1000 };

/** CloudEvents 1.0, structured mode, as far as we use it. Unknown attributes are kept with the stored bytes. */
export const envelope = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1).max(200),
  source: z.string().min(1).max(300),
  type: z.string().min(1).max(200),
  time: instant.optional(),
  subject: z.string().max(200).regex(/^[^|]*$/, "may not hold |, which parts the keys that are made of it").optional(),
  datacontenttype: z.string().optional(),
  /** Extension: joins everything that belongs together in the sender's view. */
  correlationid: z.string().min(1).max(200).optional(),
  data: z.unknown(),
});
type Envelope = z.infer<typeof envelope>;

const byCloudType = new Map<string, EventType>(eventTypes.map((type) => [cloudEventType(type), type]));
/** What a person or a target's own answer says cannot come in by the front door. */
const internal: ReadonlySet<EventType> = new Set(["hold.decided", "hold.placed", "command.decided", "field.overlaid", "unit.stated", "tax.determined", "tax.record_changed", "invoice.delivered"]);
export const acceptedTypes = eventTypes.filter((type) => !internal.has(type));

export interface EventResult { id: string | null; status: "accepted" | "repeated" | "refused"; code?: string; detail?: string; /** RFC 6901, into the event that was sent. */ pointer?: string }

/** Checks one event against envelope, scope and contract. Nothing is stored for what is refused: the sender has the answer. */
function checkEvent(raw: unknown, client: Pick<ApiClient, "scopes">): Result<{ envelope: Envelope; type: EventType }> {
  const unkeepable = unkeepablePlace(raw);
  if (unkeepable) return fail("TEXT", `${unkeepable.slice(0, 10).join(".") || "The event"}: ${whyUnkeepable}`, unkeepable.length === 0 ? undefined : jsonPointer(unkeepable.slice(0, 10)));
  const parsed = envelope.safeParse(raw);
  if (!parsed.success) return firstIssue("NOT_A_CLOUDEVENT", parsed.error);
  const type = byCloudType.get(parsed.data.type);
  if (!type || internal.has(type)) {
    const other = acceptedTypes.map(cloudEventType).find((known) => known.replace(/\.v\d+$/, "") === parsed.data.type.replace(/\.v\d+$/, ""));
    return other ? fail("UNKNOWN_VERSION", `This version of the contract is not known; the current one is ${other}`, "/type") : fail("UNKNOWN_TYPE", `No contract has the type ${parsed.data.type}`, "/type");
  }
  if (!client.scopes.some((scope) => scope === "events:*" || scope === `events:${type}` || scope === `events:${type.split(".")[0]}.*`)) return fail("SCOPE", `The key has no scope for ${type}`, "/type");
  // `<kind>/<key>`, where a contract cannot tell its subject from the data: later nobody could say whose it is
  if (contracts[type].key === null && !namesSubject(parsed.data.subject)) return fail("CONTRACT", `subject: an event of type ${type} must name its subject, as ${contracts[type].subject}/<key>`, "/subject");
  const data = contracts[type].schema.safeParse(parsed.data.data);
  if (!data.success) return firstIssue("CONTRACT", data.error, "data");
  return ok({ envelope: parsed.data, type });
}

const namesSubject = (subject: string | undefined): boolean => subjectKinds.some((kind) => subject?.startsWith(`${kind}/`) && subject.length > kind.length + 1);

function firstIssue(code: string, error: z.ZodError, prefix?: string): { ok: false; error: Failure } {
  const issue = error.issues[0];
  const path = [prefix, ...(issue?.path ?? [])].filter((part) => part !== undefined);
  return fail(code, `${path.join(".") || "The event"}: ${issue?.message ?? "not valid"}`, path.length === 0 ? undefined : jsonPointer(path));
}

function toInput(client: ApiClient, event: Envelope): InboundInput {
  const body = Buffer.from(canonicalJson(event));
  return {
    connector: client.source, sourceMessageId: `${event.source}|${event.id}`, digest: createHash("sha256").update(body).digest("hex"),
    contentType: "application/cloudevents+json", headers: { "x-client": client.id }, body: new Uint8Array(body), correlationId: event.correlationid ?? randomUUID(),
  };
}

/** `POST /api/v1/events`: one CloudEvent, or a batch of up to 1,000. Accepted means stored for ever, before the answer. Nothing is taken for an entity or source that is not there. */
export async function postEvents(services: Doors, request: Request): Promise<Response> {
  const client = await authenticate(services, request);
  if (!client.ok) return problem(401, client.error, { headers: { "www-authenticate": "Bearer" } });
  if (client.value.refusal) return problem(409, client.value.refusal);
  const contentType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const batch = contentType === "application/cloudevents-batch+json";
  if (!batch && contentType !== "application/cloudevents+json" && contentType !== "application/json")
    return problem(415, { code: "MEDIA_TYPE", message: "Send application/cloudevents+json or application/cloudevents-batch+json" });
  const bytes = await readBody(request, limits.body);
  if (!bytes) return problem(413, { code: "TOO_LARGE", message: `At most ${limits.body} bytes in one request` });
  let json: unknown;
  try { json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)); } catch { return problem(400, { code: "NOT_JSON", message: "The body is not JSON in UTF-8" }); }
  const list: unknown[] = Array.isArray(json) ? json : [json];
  if (Array.isArray(json) && contentType === "application/cloudevents+json") return problem(400, { code: "BATCH_TYPE", message: "A batch is sent as application/cloudevents-batch+json" });
  if (list.length > limits.batch) return problem(413, { code: "TOO_MANY", message: `At most ${limits.batch} events in one batch` });
  return Response.json({ results: await store(services, client.value, list) }, { status: 202 });
}

async function store(services: Doors, client: ApiClient, list: readonly unknown[]): Promise<EventResult[]> {
  const checked = list.map((raw) => checkEvent(raw, client));
  const inputs = checked.flatMap((result) => (result.ok ? [toInput(client, result.value.envelope)] : []));
  const stored = inputs.length > 0 ? await services.receive(inputs) : [];
  let next = 0;
  return checked.map((result, index): EventResult => {
    const raw = list[index];
    const id = typeof raw === "object" && raw !== null && "id" in raw && typeof raw.id === "string" ? raw.id : null;
    if (!result.ok) return { id, status: "refused", code: result.error.code, detail: result.error.message, ...(result.error.at === undefined ? {} : { pointer: result.error.at }) };
    const verdict = stored[next++];
    if (!verdict) throw new Error("the receiver answered fewer messages than it was given");
    if (verdict.verdict === "conflict") return { id, status: "refused", code: "CTR-02", detail: "This id came before with other content; both are kept and an exception is open" };
    return { id, status: verdict.verdict };
  });
}

export async function authenticate(services: Doors, request: Request, scope?: string): Promise<Result<ApiClient>> {
  const match = /^Bearer ([A-Za-z0-9_.-]{20,200})$/.exec(request.headers.get("authorization") ?? "");
  const client = match?.[1] ? await services.clientOf(match[1]) : null;
  if (!client) return fail("UNAUTHENTICATED", "Send a valid key as a bearer token");
  if (scope !== undefined && !client.scopes.includes(scope)) return fail("SCOPE", `The key has no scope ${scope}`);
  return ok(client);
}
