import { contracts, type EventData, type EventType } from "./contracts/registry";
import { fail, ok, type Result } from "./result";
import { subjectId, type EntityCode, type SubjectId, type SubjectRef } from "./subject";
import type { Instant } from "./instant";

/**
 * An event in our own words, not yet a fact. `source` is the connector (or `person:<id>`, `tower`) that says it.
 * `subject` must be given where the contract cannot tell it from the data.
 */
export interface CanonicalEvent<T extends EventType = EventType> {
  id: string;
  type: T;
  source: string;
  entity: EntityCode;
  occurredAt: Instant;
  correlationId: string;
  subject?: SubjectRef;
  data: EventData<T>;
}

/**
 * What is known of a subject. For a register (subject, source, document, group, version) is unique and every version is
 * kept, so that what was true at a gate can still be told, but where its contract says how many (`keeps`); for a movement
 * (subject, source, document, group) is unique.
 */
export interface Fact {
  subject: SubjectId;
  shape: "register" | "movement";
  /** Event type, or `published.<topic>` for what another subject published to this one. */
  type: string;
  source: string;
  document: string;
  group: string;
  version: number;
  occurredAt: Instant;
  recordedAt: Instant;
  data: unknown;
}

export function subjectOf<T extends EventType>(event: Pick<CanonicalEvent<T>, "type" | "entity" | "data" | "subject">): Result<SubjectRef> {
  if (event.subject) return event.subject.key.includes("|") ? fail("CTR-01", `No subject can be called ${event.subject.key}: it may not hold |, which parts the keys that are made of it`, "subject") : ok(event.subject);
  const definition = contracts[event.type] as unknown as { key: ((data: EventData<T>) => string) | null; subject: SubjectRef["kind"] };
  if (!definition.key) return fail("CTR-01", `An event of type ${event.type} must name its subject`);
  return ok({ entity: event.entity, kind: definition.subject, key: definition.key(event.data) });
}

/** Turns a checked event into the fact that it adds. Errors: CTR-01 where the subject cannot be told. */
export function toFact<T extends EventType>(event: CanonicalEvent<T>, recordedAt: Instant): Result<Fact> {
  const subject = subjectOf(event);
  if (!subject.ok) return subject;
  const definition = contracts[event.type] as unknown as {
    shape: Fact["shape"]; document(data: EventData<T>): string; group(data: EventData<T>): string; order: ((data: EventData<T>) => number) | null;
  };
  return ok({
    subject: subjectId(subject.value), shape: definition.shape, type: event.type, source: event.source,
    document: definition.document(event.data), group: definition.group(event.data), version: definition.order?.(event.data) ?? 0,
    occurredAt: event.occurredAt, recordedAt, data: event.data,
  });
}

/** A fact read with the type of its contract. */
export interface Known<T> { source: string; document: string; version: number; occurredAt: Instant; recordedAt: Instant; data: T }
const known = <T>(fact: Fact): Known<T> => ({ source: fact.source, document: fact.document, version: fact.version, occurredAt: fact.occurredAt, recordedAt: fact.recordedAt, data: fact.data as T });

/** Lists sorted by type once, with how long they were: a list of facts only grows. */
const sorted = new WeakMap<readonly Fact[], { count: number; byType: Map<string, Fact[]> }>();

/** Facts of one type, in the order in which they stand. */
export function ofType(facts: readonly Fact[], type: string): readonly Fact[] {
  let known = sorted.get(facts);
  if (known?.count !== facts.length) {
    known = { count: facts.length, byType: new Map() };
    for (const fact of facts) {
      const same = known.byType.get(fact.type);
      if (same) same.push(fact); else known.byType.set(fact.type, [fact]);
    }
    sorted.set(facts, known);
  }
  return known.byType.get(type) ?? [];
}

/** Every version of a register type, oldest version first; or every movement, in the order of (occurredAt, document). */
export function allOf<T extends EventType>(facts: readonly Fact[], type: T): Known<EventData<T>>[] {
  return ofType(facts, type)
    .toSorted((a, b) => a.version - b.version || a.occurredAt.localeCompare(b.occurredAt) || a.document.localeCompare(b.document))
    .map((fact) => known<EventData<T>>(fact));
}

/** The newest version for each (source, document). */
function newestOf(facts: readonly Fact[]): Fact[] {
  if (facts.length < 2) return [...facts];
  const best = new Map<string, Fact>();
  for (const fact of facts) {
    const key = `${fact.source}\u0000${fact.document}`;
    const present = best.get(key);
    if (!present || fact.version > present.version) best.set(key, fact);
  }
  return [...best.values()];
}

/** The latest version for each (source, document), in the order of document. */
export const latestOf = <T extends EventType>(facts: readonly Fact[], type: T): Known<EventData<T>>[] =>
  newestOf(ofType(facts, type)).sort((a, b) => a.document.localeCompare(b.document)).map((fact) => known<EventData<T>>(fact));

/** What other subjects published under a topic: the newest from each publisher, in the order of publisher. */
export const publishedOf = <T>(facts: readonly Fact[], topic: string): Known<T>[] =>
  newestOf(ofType(facts, `published.${topic}`)).sort((a, b) => a.source.localeCompare(b.source) || a.document.localeCompare(b.document)).map((fact) => known<T>(fact));
