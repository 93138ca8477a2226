import { createHash } from "node:crypto";
import type { z } from "zod";
import { contracts, type EventType } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { Instant } from "@/server/domain/instant";
import { fail, ok, type Result } from "@/server/domain/result";
import { parseSubjectId, type SubjectRef } from "@/server/domain/subject";
import type { OutboundCommand, Translation, TranslationInput } from "./connector";

type Input<T extends EventType> = z.input<(typeof contracts)[T]["schema"]>;
/** One thing that a vendor's message says. */
export interface Said<T extends EventType = EventType> { type: T; at: Instant; subject?: SubjectRef; data: Input<T> }
export const said = <T extends EventType>(event: Said<T>): Said => event;

/** Turns what one stored message says into checked events. The same message gives the same ids. Errors: CTR-01 at its path. */
export function toEvents(input: Pick<TranslationInput<unknown>, "connectorId" | "entity" | "sourceMessageId" | "correlationId">, all: readonly Said[], excluded?: string): Translation {
  const events: CanonicalEvent[] = [];
  for (const [index, one] of all.entries()) {
    const made = checked(one, { source: input.connectorId, entity: input.entity, correlationId: input.correlationId, identity: [input.connectorId, input.sourceMessageId, String(index)] });
    if (!made.ok) return made;
    events.push(made.value);
  }
  return ok(events.length === 0 && excluded !== undefined ? { events, excluded } : { events });
}

/** Events that an answer to a command tells. What does not keep its contract is left out: the answer itself is still right. */
export function answerEvents(command: OutboundCommand, session: { connectorId: string; correlationId: string }, all: readonly Said[]): CanonicalEvent[] {
  return all.flatMap((one, index) => {
    const made = checked(one, { source: session.connectorId, entity: command.entity, correlationId: session.correlationId, identity: [session.connectorId, command.naturalKey, String(command.attempt), String(index)] });
    return made.ok ? [made.value] : [];
  });
}

interface Envelope { source: string; entity: string; correlationId: string; identity: readonly string[] }
function checked(one: Said, envelope: Envelope): Result<CanonicalEvent> {
  const parsed = contracts[one.type].schema.safeParse(one.data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const at = issue?.path.map(String).join(".") ?? "";
    return fail("CTR-01", `${one.type}: ${at} ${issue?.message ?? "breaks its contract"}`, at);
  }
  const { source, entity, correlationId } = envelope;
  return ok({ id: stableId([...envelope.identity, one.type]), type: one.type, source, entity, occurredAt: one.at, correlationId, ...(one.subject ? { subject: one.subject } : {}), data: parsed.data });
}

/** A UUID (version 8) that is the same for the same parts. */
function stableId(parts: readonly string[]): string {
  const hex = createHash("sha256").update(parts.join("\u0000")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The subject that a command's natural key names. */
export const subjectOfKey = (naturalKey: string): SubjectRef => parseSubjectId(naturalKey.split("|")[1] ?? "");

/** The same for text from outside: null where it is not one of our keys. */
export function subjectOfForeignKey(text: string | null | undefined): SubjectRef | null {
  if (text == null || !/^[a-z_]+\|[A-Z0-9]{2,12}:[a-z_]+:[^|]+\|[^|]*\|\d+$/.test(text)) return null;
  try {
    return subjectOfKey(text);
  } catch {
    return null;
  }
}

/**
 * Our reference in a field of limited length: the natural key itself where it fits, else its kind with 32 digits of its
 * digest, which is the same for ever. A connector that uses the second form keeps the key itself in a field for notes.
 */
export function externalReference(naturalKey: string, limit: number): string {
  if (naturalKey.length <= limit) return naturalKey;
  const kind = naturalKey.split("|")[0] ?? "";
  return `${kind}~${createHash("sha256").update(naturalKey).digest("hex").slice(0, 32)}`.slice(-limit);
}

/** The body of a stored message as text. */
export const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);
export const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
