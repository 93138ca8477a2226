import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "@/server/domain/commands";
import { cloudEventType, contracts, eventTypes, type EventData, type EventType } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import { instant } from "@/server/domain/instant";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import { subjectKinds, type SubjectKind } from "@/server/domain/subject";
import { unkeepablePlace, whyUnkeepable } from "@/server/domain/text";
import type { Translation, TranslationInput } from "./connector";

/** A CloudEvent 1.0 as structured mode writes it, as far as we use it. Unknown attributes are kept with the stored bytes. */
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
export type Envelope = z.infer<typeof envelope>;
export const contentType = "application/cloudevents+json";

const byCloudType = new Map<string, EventType>(eventTypes.map((type) => [cloudEventType(type), type]));
/** What a person or a target's own answer says cannot come in from outside. */
const internal: ReadonlySet<EventType> = new Set(["hold.decided", "hold.placed", "command.decided", "field.overlaid", "unit.stated", "tax.determined", "tax.record_changed", "invoice.delivered"]);
export const acceptedTypes = eventTypes.filter((type) => !internal.has(type));

/** What is wrong with an event, and where in it. */
export interface Refusal { code: "TEXT" | "NOT_A_CLOUDEVENT" | "UNKNOWN_VERSION" | "UNKNOWN_TYPE" | "SCOPE" | "CONTRACT"; message: string; path: readonly PropertyKey[] }
type Checked = { ok: true; envelope: Envelope; type: EventType; data: EventData<EventType> } | { ok: false; refusal: Refusal };
const refused = (code: Refusal["code"], message: string, path: readonly PropertyKey[] = []): Checked => ({ ok: false, refusal: { code, message, path } });

/** Checks one event against envelope, scope (`events:*`, `events:order.*`, `events:order.captured`) and contract: the same by whatever way it came. */
export function checkEvent(raw: unknown, scopes: readonly string[]): Checked {
  const unkeepable = unkeepablePlace(raw)?.slice(0, 10);
  if (unkeepable) return refused("TEXT", `${unkeepable.join(".") || "The event"}: ${whyUnkeepable}`, unkeepable);
  const parsed = envelope.safeParse(raw);
  if (!parsed.success) return firstIssue("NOT_A_CLOUDEVENT", parsed.error);
  const type = byCloudType.get(parsed.data.type);
  if (!type || internal.has(type)) {
    const other = acceptedTypes.map(cloudEventType).find((known) => known.replace(/\.v\d+$/, "") === parsed.data.type.replace(/\.v\d+$/, ""));
    return other ? refused("UNKNOWN_VERSION", `This version of the contract is not known; the current one is ${other}`, ["type"]) : refused("UNKNOWN_TYPE", `No contract has the type ${parsed.data.type}`, ["type"]);
  }
  if (!scopes.some((scope) => scope === "events:*" || scope === `events:${type}` || scope === `events:${type.split(".")[0]}.*`)) return refused("SCOPE", `The key has no scope for ${type}: events:${type}, events:${type.split(".")[0] ?? type}.* or events:* gives it`, ["type"]);
  // `<kind>/<key>`, where a contract cannot tell its subject from the data: later nobody could say whose it is
  if (contracts[type].key === null && !namesSubject(parsed.data.subject)) return refused("CONTRACT", `subject: an event of type ${type} must name its subject, as ${contracts[type].subject}/<key>`, ["subject"]);
  const data = contracts[type].schema.safeParse(parsed.data.data);
  return data.success ? { ok: true, envelope: parsed.data, type, data: data.data as EventData<EventType> } : firstIssue("CONTRACT", data.error, "data");
}

const namesSubject = (subject: string | undefined): boolean => subjectKinds.some((kind) => subject?.startsWith(`${kind}/`) && subject.length > kind.length + 1);

function firstIssue(code: Refusal["code"], error: z.ZodError, prefix?: string): Checked {
  const issue = error.issues[0];
  const path = [...(prefix === undefined ? [] : [prefix]), ...(issue?.path ?? [])];
  return refused(code, `${path.join(".") || "The event"}: ${issue?.message ?? "not valid"}`, path);
}

const isJson = (type: string | undefined): boolean => /^application\/json\s*(;|$)/i.test(type ?? "");

/** What makes an event the same again: its source and id, over its content whatever the order of its fields. That its data is JSON goes without saying. */
export function identityOf(event: Envelope): { sourceMessageId: string; digest: string; body: Uint8Array } {
  const { datacontenttype, ...said } = event;
  const digest = createHash("sha256").update(canonicalJson(isJson(datacontenttype) ? said : event)).digest("hex");
  return { sourceMessageId: `${event.source}|${event.id}`, digest, body: new Uint8Array(Buffer.from(canonicalJson(event))) };
}

/** The same for bytes that may be anything: what is no event is known by its bytes alone, and kept as it came. */
export function identityOfBytes(bytes: Uint8Array): { sourceMessageId: string; digest: string; body: Uint8Array; correlationId?: string } {
  const json = readJson(bytes), event = json.ok ? envelope.safeParse(json.value) : null;
  if (event?.success && unkeepablePlace(event.data) === null) return { ...identityOf(event.data), ...(event.data.correlationid === undefined ? {} : { correlationId: event.data.correlationid }) };
  const digest = createHash("sha256").update(bytes).digest("hex");
  return { sourceMessageId: `sha256|${digest}`, digest, body: bytes };
}

function readJson(bytes: Uint8Array): Result<unknown> {
  try { return ok(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown); } catch { return fail("CTR-01", "The message is not JSON in UTF-8"); }
}

/** Translates a stored event. What is refused is CTR-01 at its place; what we told ourselves and hear again is nothing new. */
export function cloudEventToCanonical({ connectorId, entity, correlationId, receivedAt, body }: TranslationInput<unknown>, scopes: readonly string[]): Translation {
  const json = readJson(body);
  if (!json.ok) return json;
  if (isOwn(json.value)) return ok({ events: [], excluded: "It was told by this tower itself" });
  const checked = checkEvent(json.value, scopes);
  if (!checked.ok) return { ok: false, error: contractFailure(checked.refusal) };
  const { envelope: event, type, data } = checked;
  const [kind, ...key] = (event.subject ?? "").split("/");
  const subject: CanonicalEvent["subject"] = namesSubject(event.subject) ? { entity, kind: kind as SubjectKind, key: key.join("/") } : undefined;
  return ok({ events: [{ id: `${connectorId}/${event.source}/${event.id}`, type, source: connectorId, entity, occurredAt: event.time ?? receivedAt, correlationId: event.correlationid ?? correlationId, data, ...(subject ? { subject } : {}) }] });
}

const contractFailure = ({ message, path }: Refusal): Failure => ({ code: "CTR-01", message, ...(path.length === 0 ? {} : { at: path.join(".") }) });

/** `source` of the events that we tell others: `ledgerline/<entity>`. */
export const ownSource = "ledgerline/";
const isOwn = (raw: unknown): boolean => typeof (raw as { source?: unknown } | null)?.source === "string" && (raw as { source: string }).source.startsWith(ownSource);
