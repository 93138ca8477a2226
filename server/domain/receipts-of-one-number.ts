import type { ReceiptRecorded } from "./contracts/billing";
import { ofType, publishedOf, type Fact } from "./facts";
import type { Publication } from "./plan";
import type { ReceiptTold } from "./publications";
import { parseSubjectId, type SubjectRef } from "./subject";

/**
 * The payment provider numbers card money, the bank all other money (2.11): what they tell under one number are two receipts. The
 * one first heard of keeps the number. What is told of the other it hands to a receipt of its own, `number/card` or
 * `number/bank`, which is planned as if it had been told there. Where somebody numbers a receipt like that himself, it is one more:
 * again the one first heard of keeps the number.
 */
export interface OtherMoney { name: "card" | "bank"; told: readonly Fact[]; /** Which refunds are ours, of either kind of money. */ ours: readonly Fact[] }

const isCard = ({ data }: Fact): boolean => (data as ReceiptRecorded).means === "card";
const topic = "receipt.told";

/** Of those who `count`, all that is told by who was ever heard to tell of the other kind of money: a later word about the means moves nobody back. */
export function otherMoney({ facts, handed }: Handed, count: (source: string) => boolean): OtherMoney | null {
  const told = heard(ofType(facts, "receipt.recorded").filter(({ source }) => count(source))), first = told[0];
  const teller = (fact: Fact) => `${handed.has(fact) ? "handed" : "own"} ${fact.source}`;
  const isOther = (fact: Fact) => first !== undefined && (handed.has(fact) !== handed.has(first) || (fact.source !== first.source && isCard(fact) !== isCard(first)));
  const beside = told.filter(isOther), others = new Set(beside.map(teller));
  if (!beside[0]) return null;
  return { name: isCard(beside[0]) ? "card" : "bank", told: ["receipt.recorded", "refund.settled"].flatMap((type) => ofType(facts, type)).filter((fact) => others.has(teller(fact))), ours: ofType(facts, "published.refund.ours") };
}

/** By our own time, as it came. */
const heard = (facts: readonly Fact[]): Fact[] => facts.toSorted((a, b) => a.recordedAt.localeCompare(b.recordedAt));

/** Systems in the order in which they were heard of a receipt, then the silent ones: what the ledger has by the word of one is not corrected by that of another. */
export const asHeard = (systems: readonly string[], same: readonly Fact[]): string[] => [...new Set([...heard(same).map(({ source }) => source).filter((source) => systems.includes(source)), ...systems])];

export function handedOver({ entity, kind, key }: SubjectRef, other: OtherMoney | null): Publication[] {
  if (!other) return [];
  const data: ReceiptTold = { told: [...other.told, ...other.ours].map(({ type, source, document, group, version, occurredAt, recordedAt, data: said }) => ({ type, source, document, group, version, occurredAt, recordedAt, data: said })) };
  return [{ topic, key, to: { entity, kind, key: `${key}/${other.name}` }, data }];
}

/** Facts of a receipt with those that were handed to it, and which these are. */
export interface Handed { facts: readonly Fact[]; handed: ReadonlySet<Fact> }
const nothing: ReadonlySet<Fact> = new Set();

/** Handed ones stand under its own number; the same list where there are none. */
export function withHandedOver(facts: readonly Fact[]): Handed {
  const subject = ofType(facts, `published.${topic}`)[0]?.subject;
  if (subject === undefined) return { facts, handed: nothing };
  const number = parseSubjectId(subject).key, told = publishedOf<ReceiptTold>(facts, topic).flatMap(({ data }) => data.told);
  const handed = told.map((fact): Fact => ({ ...fact, subject, shape: "register", document: fact.type === "receipt.recorded" ? number : fact.document }));
  return { facts: [...facts, ...handed], handed: new Set(handed) };
}
