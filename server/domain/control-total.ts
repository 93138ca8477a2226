import { kindOf, worthOf, type DocumentKind } from "./completeness";
import type { ControlTotal } from "./contracts/control";
import type { EventType } from "./contracts/registry";
import { dec, sumOf, text, type DecimalString } from "./decimal";
import { toFact, type CanonicalEvent } from "./facts";
import { addMs, epochMs, fromEpochMs, type Instant } from "./instant";
import { moneyText } from "./money";

export interface CurrencySum { currency: string; amount: DecimalString }
/** What is held of one kind in a window. */
export interface Held { count: number; sums: CurrencySum[]; documents: ReadonlySet<string> }

/** The event that tells of a document of a kind. */
export const toldBy: Readonly<Record<DocumentKind, EventType>> = {
  orders: "order.captured", shipments: "shipment.confirmed", payments: "receipt.recorded", refunds: "refund.settled", returns: "return.authorised", "return receipts": "return.received",
  invoices: "ledger.document_read", credits: "ledger.document_read", debits: "ledger.document_read",
};

/** Counts what was told of one kind, in whatever order and however often: each document once, by its latest version. */
export function tallyOf(kind: DocumentKind): { add(event: Pick<CanonicalEvent, "type" | "data">): void; held(): Held } {
  const latest = new Map<string, { version: number; worth: CurrencySum | null }>();
  return {
    add: ({ type, data }) => {
      const fact = toFact({ id: "", type, source: "", entity: "", occurredAt: "", correlationId: "", data, subject: { entity: "", kind: "master_record", key: "" } }, "");
      if (!fact.ok || kindOf({ type, data }) !== kind) return;
      const { document, version } = fact.value, known = latest.get(document);
      if (!known || known.version < version) latest.set(document, { version, worth: worthOf({ type, data }) });
    },
    held: () => {
      const byCurrency = Map.groupBy([...latest.values()].flatMap(({ worth }) => worth ?? []), ({ currency }) => currency);
      return { count: latest.size, sums: [...byCurrency].map(([currency, all]) => ({ currency, amount: text(sumOf(all, ({ amount }) => dec(amount))) })).sort((a, b) => (a.currency < b.currency ? -1 : 1)), documents: new Set(latest.keys()) };
    },
  };
}

/** In what a statement and what is held differ, in words; with the money that it is about, most first. Empty where they agree. */
export interface TotalDifference { words: string[]; money: CurrencySum[] }

/** More held than stated differs as less does: then the statement is wrong, or one document stands under two numbers. */
export function differenceOf({ count, sums, documents }: Pick<ControlTotal, "count" | "sums" | "documents">, held: Held): TotalDifference {
  const here = new Map(held.sums.map(({ currency, amount }) => [currency, amount])), said = new Map(sums?.map(({ currency, amount }) => [currency, amount]));
  const names = documents && new Set(documents), absent = names ? [...names].filter((one) => !held.documents.has(one)) : [], besides = names ? [...held.documents].filter((one) => !names.has(one)) : [];
  const money = sums === undefined ? [] : [...new Set([...here.keys(), ...said.keys()])].flatMap((currency) => {
    const off = dec(said.get(currency) ?? "0").minus(here.get(currency) ?? "0");
    return off.isZero() ? [] : [{ currency, amount: text(off.abs()) }];
  }).sort((a, b) => dec(b.amount).minus(a.amount).toNumber() || (a.currency < b.currency ? -1 : 1));
  const words = [
    ...(count === held.count ? [] : [`it says ${count}, ${held.count} are held`]),
    ...money.map(({ currency }) => `it says ${shown(said.get(currency), currency)}, ${shown(here.get(currency), currency)} is held`),
    ...(absent.length === 0 ? [] : [`not here: ${named(absent)}`]), ...(besides.length === 0 ? [] : [`here and not named: ${named(besides)}`]),
  ];
  return { words, money };
}
const shown = (amount: DecimalString | undefined, currency: string): string => `${moneyText(dec(amount ?? "0"), currency)} ${currency}`;
const mostNamed = 5;
const named = (all: readonly string[]): string => `${all.slice(0, mostNamed).join(", ")}${all.length > mostNamed ? ` and ${all.length - mostNamed} more` : ""}`;

/**
 * `awaited`: to be stated by its due time. `silent`: it was not. `late`: it differs, and what is on its way may still come. `excused`: a person
 * said that it need not agree, or nobody wants it any more.
 */
export const totalStates = ["awaited", "silent", "late", "agreed", "differs", "excused"] as const;
export type TotalState = (typeof totalStates)[number];

/** What is not here so long after the statement is missing: a sender tells of its last document before it states the total, and the two may come by different workers. */
const totalAllowanceMs = 30_000;
/** From when on a difference is one; its age begins then. */
export const differsFrom = (statedAt: Instant): Instant => addMs(statedAt, totalAllowanceMs);
/** A difference is counted again after a tenth of its age: the first minutes every few seconds, an old one every ten minutes. */
export const countAgainAt = (statedAt: Instant, now: Instant): Instant => fromEpochMs(epochMs(now) + Math.min(600_000, Math.max(5_000, (epochMs(now) - epochMs(statedAt)) / 10)));

export function totalStateOf({ agrees, isExcused, statedAt }: { agrees: boolean; isExcused: boolean; statedAt: Instant }, now: Instant): Extract<TotalState, "agreed" | "late" | "differs" | "excused"> {
  if (agrees) return "agreed";
  if (isExcused) return "excused";
  return now < differsFrom(statedAt) ? "late" : "differs";
}

/** How causes of control totals are told apart from gaps in what a source lists. */
export const totalCode = (kind: DocumentKind): string => `total of ${kind}`;
/** The window as one name. */
export const windowName = ({ opensAt, closesAt }: { opensAt: Instant; closesAt: Instant }): string => `${opensAt}/${closesAt}`;
/** The window as people read it, in UTC. */
export const windowWords = ({ opensAt, closesAt }: { opensAt: Instant; closesAt: Instant }): string => `${spot(opensAt)} to ${opensAt.slice(0, 10) === closesAt.slice(0, 10) ? closesAt.slice(11, 16) : spot(closesAt)} UTC`;
const spot = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 16)}`;
