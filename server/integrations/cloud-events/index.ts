import { z } from "zod";
import { cloudEventType, contracts, eventTypes, type EventData, type EventType } from "@/server/domain/contracts/registry";
import { eventSource } from "@/server/domain/entity";
import type { CanonicalEvent } from "@/server/domain/facts";
import { instant } from "@/server/domain/instant";
import { fail, ok } from "@/server/domain/result";
import { subjectKinds, type SubjectKind } from "@/server/domain/subject";
import type { Connector, Translator } from "../contract/connector";
import { totalsSettings } from "../contract/control-totals";

const byCloudType = new Map<string, EventType>(eventTypes.map((type) => [cloudEventType(type), type]));
const settings = z.object(totalsSettings).loose();
const secrets = z.object({}).loose();
const envelope = z.looseObject({ id: z.string(), source: z.string(), type: z.string(), time: instant.optional(), subject: z.string().optional(), data: z.unknown() });

/** `<kind>/<key>`, needed only where a contract cannot tell its subject from the data. */
function subjectOf(entity: string, value: string | undefined): CanonicalEvent["subject"] {
  const [kind, ...key] = (value ?? "").split("/");
  return kind !== undefined && key.length > 0 && (subjectKinds as readonly string[]).includes(kind) ? { entity, kind: kind as SubjectKind, key: key.join("/") } : undefined;
}

/** Events that are canonical already: the public API, imports. It sends nothing and polls nothing. */
export const cloudEvents: Connector<z.infer<typeof settings>, z.infer<typeof secrets>> & Translator<object> = {
  type: eventSource, title: "Events by API", grade: "contract-checked", capabilities: [], settings, secrets,
  limits: { concurrency: 1, perMinute: 60, callTimeoutMs: 1000 },
  serializeBy: () => null,
  cannot: ["It takes events in; nothing can be sent to it."],
  commands: {}, feeds: [], webhook: null,
  check: () => Promise.resolve(ok({ detail: "Takes events by API; there is nothing to call" })),
  send: () => Promise.resolve({ kind: "rejected", failure: { code: "TEC-02", message: "Nothing can be sent to an event source" } }),
  lookup: () => Promise.resolve({ kind: "absent" }),
  verify: () => Promise.resolve({ kind: "missing" }),
  toCanonical({ connectorId, entity, correlationId, receivedAt, body }) {
    let json: unknown;
    try { json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)); } catch { return fail("CTR-01", "The body is not JSON in UTF-8"); }
    const parsed = envelope.safeParse(json);
    if (!parsed.success) return fail("CTR-01", `Not a CloudEvent: ${parsed.error.issues[0]?.message ?? ""}`, parsed.error.issues[0]?.path.join("."));
    const type = byCloudType.get(parsed.data.type);
    if (!type) return fail("CTR-01", `No contract has the type ${parsed.data.type}`, "type");
    const data = contracts[type].schema.safeParse(parsed.data.data);
    if (!data.success) return fail("CTR-01", `${["data", ...(data.error.issues[0]?.path ?? [])].join(".")}: ${data.error.issues[0]?.message ?? "not valid"}`, ["data", ...(data.error.issues[0]?.path ?? [])].join("."));
    const subject = subjectOf(entity, parsed.data.subject);
    return ok({ events: [{
      id: `${connectorId}/${parsed.data.source}/${parsed.data.id}`, type, source: connectorId, entity, occurredAt: parsed.data.time ?? receivedAt, correlationId,
      data: data.data as EventData<EventType>, ...(subject ? { subject } : {}),
    }] });
  },
};
