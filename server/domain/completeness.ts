import type { Capability, CommandKind } from "./commands";
import type { DocumentKind } from "./contracts/control";
import type { EventData } from "./contracts/registry";
import { dec, sumOf, text, type DecimalString } from "./decimal";
import { subjectOf, toFact, type CanonicalEvent } from "./facts";
import { addMs, epochMs, fromEpochMs, type Instant } from "./instant";
import { subjectId, type SubjectId } from "./subject";

export { documentKinds, type DocumentKind } from "./contracts/control";

/** A span of a source's own time: `from` lies in it, `to` does not. */
export interface Span { from: Instant; to: Instant }
export interface Pace { windowSeconds: number; overlapSeconds: number; allowanceSeconds: number }

/** A source is asked so long after the close of a window: what is on its way has come, and what has not is not late yet. */
const askAfterMs = 10_000;
/** So many windows are asked for at once where a source was away: its answer is bounded, and the rest follows. */
const windowsAtOnce = 288;

const floorTo = (at: Instant, seconds: number): number => Math.floor(epochMs(at) / (seconds * 1000)) * seconds * 1000;
/** The window in which a moment lies; windows begin at whole multiples of their length since 1970. */
export function windowOf(at: Instant, seconds: number): Span {
  const from = floorTo(at, seconds);
  return { from: fromEpochMs(from), to: fromEpochMs(from + seconds * 1000) };
}
export function windowsOf({ from, to }: Span, seconds: number): Span[] {
  const windows: Span[] = [];
  for (let at = floorTo(from, seconds); at < epochMs(to); at += seconds * 1000) windows.push({ from: fromEpochMs(at), to: fromEpochMs(at + seconds * 1000) });
  return windows;
}

/**
 * The newest change that a source has listed, by its clock, and when it was first listed, by ours: all that is known of how far
 * its clock is behind. `at` is null for what was there when it was first asked: that may be old.
 */
export interface Heard { newest: Instant; at: Instant | null }
/** So far behind ours the clock of a source may be of which nothing was heard for as long. */
const unheardMs = 3_600_000;
/** At most so far the source's clock is behind ours: when its newest change was listed, it showed at least the time of that. */
function lagMs(heard: Heard | null, now: Instant): number {
  if (heard?.at == null) return unheardMs;
  const known = Math.max(0, epochMs(heard.at) - epochMs(heard.newest));
  return epochMs(now) - epochMs(heard.at) > unheardMs ? Math.max(known, unheardMs) : known;
}
/** What a whole listing adds to what was heard of a source. */
export function heardOf(before: Heard | null, statements: readonly Pick<Statement, "at">[], listed: Span, now: Instant): Heard {
  const newest = statements.reduce<Instant>((latest, { at }) => (at > latest ? at : latest), before?.newest ?? listed.from);
  return before && newest === before.newest ? before : { newest, at: before ? now : null };
}

/**
 * The windows that may be asked for now, after those up to `checkedTo`; null while none has closed. Windows are closed by our
 * clock and filled by the source's: what is `listed` reaches back over what it may commit late and what its clock may be behind.
 * `span` is what of it is written down: what the source had before it was first asked is none of ours.
 */
export function dueSpan(checkedTo: Instant, now: Instant, { windowSeconds, overlapSeconds }: Pace, heard: Heard | null): { span: Span; listed: Span; checkedTo: Instant } | null {
  const begin = floorTo(checkedTo, windowSeconds), end = Math.min(floorTo(addMs(now, -askAfterMs), windowSeconds), begin + windowsAtOnce * windowSeconds * 1000);
  if (end <= begin) return null;
  const reaching = (backMs: number): Span => ({ from: windowOf(fromEpochMs(begin - overlapSeconds * 1000 - backMs), windowSeconds).from, to: fromEpochMs(end) });
  const listed = reaching(lagMs(heard, now)), usual = reaching(0);
  if (heard?.at != null) return { span: listed, listed, checkedTo: listed.to };
  const since = heard === null ? usual.from : addMs(heard.newest, 1);
  return { span: { ...usual, from: [usual.from, since > listed.from ? since : listed.from].sort()[0] as Instant }, listed, checkedTo: listed.to };
}
/** When the next window may be asked for. */
export const nextAsking = (checkedTo: Instant, { windowSeconds }: Pace): Instant => addMs(fromEpochMs(floorTo(checkedTo, windowSeconds)), windowSeconds * 1000 + askAfterMs);

/** One thing that a source says exists: under which identity it would be held, and when it came to be as it is. */
export interface Statement {
  kind: DocumentKind; document: string; version: number; at: Instant;
  /** Where the fact would be; null where our translation keeps nothing of it. */
  fact: { subject: SubjectId; group: string } | null;
  sourceMessageId: string;
  amount: DecimalString | null; currency: string | null;
  /** Why it is none of ours, by rule. */
  excluded: string | null;
}

type Event<T extends CanonicalEvent["type"]> = EventData<T>;
const kindsOfLedger = { invoice: "invoices", credit: "credits", debit: "debits" } as const;

/** Which document an event is of; null for what is no document of its own. */
export function kindOf({ type, data }: Pick<CanonicalEvent, "type" | "data">): DocumentKind | null {
  switch (type) {
    case "order.captured": return "orders";
    case "shipment.confirmed": return "shipments";
    case "receipt.recorded": return "payments";
    case "refund.settled": return "refunds";
    case "return.authorised": return "returns";
    case "return.received": return "return receipts";
    case "ledger.document_read": return kindsOfLedger[(data as Event<"ledger.document_read">).kind];
    default: return null;
  }
}

/** What is at stake: goods of an order at its prices, the amount of all others; null where the source tells none. */
export function worthOf({ type, data }: Pick<CanonicalEvent, "type" | "data">): { amount: DecimalString; currency: string } | null {
  if (type === "order.captured") {
    const { currency, lines } = data as Event<"order.captured">;
    return { currency, amount: text(sumOf(lines, (line) => dec(line.quantity).times(line.price).div(line.priceUnit).minus(line.discount)).toDecimalPlaces(2)) };
  }
  if (type === "receipt.recorded" || type === "refund.settled") { const { amount, currency } = data as Event<"receipt.recorded">; return { amount, currency }; }
  if (type === "ledger.document_read") { const { total, currency } = data as Event<"ledger.document_read">; return total === undefined ? null : { amount: total, currency }; }
  return null;
}

/** A message of a source as it lists it, and what our own translation made of it. */
export interface Listed {
  sourceMessageId: string;
  /** When what it is of changed last, by the source. */
  at: Instant;
  /** Null: it could not be translated, and is kept as it came. */
  events: readonly CanonicalEvent[] | null;
  excluded: string | null;
}

/**
 * What a message says exists, of these kinds. The first event is of the document itself, which is dated by its last change;
 * what it tells besides is dated by its own time.
 */
export function statementsOf({ sourceMessageId, at, events, excluded }: Listed, kinds: readonly [DocumentKind, ...DocumentKind[]]): Statement[] {
  const whole = { kind: kinds[0], document: sourceMessageId, version: 0, at, fact: null, sourceMessageId, amount: null, currency: null };
  if (events === null) return [{ ...whole, excluded: null }];
  if (events.length === 0) return [{ ...whole, excluded: excluded ?? "it says nothing that is kept" }];
  return events.flatMap((event, index): Statement[] => {
    const kind = kindOf(event), subject = subjectOf(event), fact = toFact(event, at);
    if (kind === null || !kinds.includes(kind) || !subject.ok || !fact.ok) return [];
    const worth = worthOf(event);
    return [{
      kind, document: fact.value.document, version: fact.value.version, at: index === 0 ? at : event.occurredAt, fact: { subject: subjectId(subject.value), group: fact.value.group }, sourceMessageId,
      amount: worth?.amount ?? null, currency: worth?.currency ?? null, excluded: null,
    }];
  });
}

/**
 * `held`: a fact of this version or a later one is here, or the message itself is. `late`: not yet, and its allowance runs.
 * `excused`: a person said that it need not be here. `withdrawn`: it was missing, and its source lists it no more.
 */
export const documentStates = ["held", "late", "missing", "excluded", "excused", "withdrawn"] as const;
export type DocumentState = (typeof documentStates)[number];

/** From when on what is not here is missing; its age as a gap begins then. */
export const missingFrom = (windowCloses: Instant, allowanceSeconds: number): Instant => addMs(windowCloses, allowanceSeconds * 1000);

/** How a document that exists stands now. */
export function stateOf({ excluded, isHeld, isExcused, missesFrom }: { excluded: boolean; isHeld: boolean; isExcused: boolean; missesFrom: Instant }, now: Instant): DocumentState {
  if (excluded) return "excluded";
  if (isHeld) return "held";
  if (isExcused) return "excused";
  return now < missesFrom ? "late" : "missing";
}

/** A document in a window, as it is written down. */
export interface Entry extends Statement { window: Span; state: DocumentState; missesFrom: Instant }
/** What was written down of it before. */
export interface Noted { kind: DocumentKind; document: string; version: number; opensAt: Instant; state: DocumentState }

/**
 * What a listing of a span adds to what was noted. Order, repeats and pages that overlap make no difference: each document
 * stands once in a window, by its latest version, and a version that another window has is not counted again. What is new in
 * a window that was listed before may be of this very moment, whatever the clock of its source says: its allowance runs from now.
 * `gone`: what was not here, lies in the span, and is listed no more.
 */
export function compare(listing: { statements: readonly Statement[]; span: Span; pace: Pace; now: Instant; /** Windows up to here were listed before. */ listedTo?: Instant }, isHeld: (statement: Statement) => boolean, noted: readonly Noted[]): { entries: Entry[]; gone: Noted[] } {
  const { statements, span, pace, now, listedTo } = listing;
  const within = (at: Instant): boolean => at >= span.from && at < span.to;
  const known = Map.groupBy(noted, ({ kind, document }) => keyOf(kind, document));
  const latest = new Map<string, Entry>(), listed = new Set<string>();
  for (const statement of statements) {
    listed.add(`${keyOf(statement.kind, statement.document)} ${statement.version}`);
    if (!within(statement.at)) continue;
    const window = windowOf(statement.at, pace.windowSeconds), rows = known.get(keyOf(statement.kind, statement.document)) ?? [];
    if (rows.some((row) => row.opensAt !== window.from && row.version >= statement.version && row.state !== "withdrawn")) continue;
    const before = rows.find((row) => row.opensAt === window.from), key = keyOf(statement.kind, statement.document, window.from), other = latest.get(key);
    if ((before && before.version > statement.version) || (other && other.version >= statement.version)) continue;
    const isLate = listedTo !== undefined && window.to <= listedTo && before?.version !== statement.version;
    const missesFrom = missingFrom(isLate ? now : window.to, pace.allowanceSeconds);
    const isExcused = before?.state === "excused" && before.version === statement.version;
    latest.set(key, { ...statement, window, missesFrom, state: stateOf({ excluded: statement.excluded !== null, isHeld: isHeld(statement), isExcused, missesFrom }, now) });
  }
  const gone = noted.filter((row) => (row.state === "late" || row.state === "missing") && within(row.opensAt) && !listed.has(`${keyOf(row.kind, row.document)} ${row.version}`) && !latest.has(keyOf(row.kind, row.document, row.opensAt)));
  return { entries: [...latest.values()].sort((a, b) => (keyOf(a.kind, a.document, a.window.from) < keyOf(b.kind, b.document, b.window.from) ? -1 : 1)), gone };
}
const keyOf = (...parts: string[]): string => parts.join("\u0000");

/** Which system must confirm a document next, and by what. `by`: the commands of the subject itself, or of those that know it by an identifier. */
export interface Successor { capability: Capability; commands: readonly CommandKind[]; by: "subject" | "shipment" }
export const successors: Readonly<Record<DocumentKind, Successor | null>> = {
  orders: { capability: "warehouse", commands: ["release_to_warehouse"], by: "subject" },
  shipments: { capability: "finance", commands: ["post_invoice"], by: "shipment" },
  payments: { capability: "finance", commands: ["post_receipt"], by: "subject" },
  refunds: { capability: "finance", commands: ["post_refund"], by: "subject" },
  returns: null,
  "return receipts": { capability: "finance", commands: ["post_credit"], by: "subject" },
  invoices: null, credits: null, debits: null,
};
