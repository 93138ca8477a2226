import { sumOf, dec, type Decimal } from "../../decimal";
import { publishedOf, type Known } from "../../facts";
import { careful } from "../../gate";
import type { Currency } from "../../money";
import type { PlanInput } from "../../plan";
import type { RouteMode } from "../../policy";
import type { BilledCharge, BilledTo, BillingTerms } from "../../publications";
import { subjectId, type EntityCode, type SubjectId } from "../../subject";

export type TermLine = BillingTerms["lines"][number];

/** What the orders say of one billing unit, put together. Everything else about it is decided here. */
export interface Unit {
  id: SubjectId;
  key: string;
  entity: EntityCode;
  part: number;
  terms: readonly Known<BillingTerms>[];
  /** The terms that speak for the whole: roles, currency and payment terms are part of the unit's key. */
  head: BillingTerms;
  orders: readonly string[];
  currency: Currency;
  /** Lines with a quantity, by key. */
  lines: readonly TermLine[];
  charges: readonly BilledCharge[];
  net: Decimal;
  chargesTotal: Decimal;
  estimatedTax: Decimal;
  mode: RouteMode;
}

/** Null while no order has said anything of this unit. */
export function readUnit(input: Pick<PlanInput, "subject" | "facts">): Unit | null {
  const terms = publishedOf<BillingTerms>(input.facts, "billing.terms").sort((a, b) => a.data.order.localeCompare(b.data.order));
  const billing = terms.find(({ data }) => data.lines.some((line) => !dec(line.quantity).isZero())) ?? terms[0];
  if (!billing) return null;
  const lines = terms.flatMap(({ data }) => data.lines).filter((line) => !dec(line.quantity).isZero()).sort((a, b) => a.key.localeCompare(b.key));
  const charges = terms.flatMap(({ data }) => data.charges).filter((charge) => !dec(charge.amount).isZero())
    .sort((a, b) => a.order.localeCompare(b.order) || a.charge.localeCompare(b.charge));
  const { key, entity } = input.subject;
  return {
    id: subjectId(input.subject), key, entity, part: Number(/\/p(\d+)$/.exec(key)?.[1] ?? "1"), terms, head: { ...billing.data, shippedAt: billing.data.shippedAt || billing.data.placedAt },
    orders: terms.map(({ data }) => data.order), currency: billing.data.currency, lines, charges,
    net: sumOf(lines, (line) => dec(line.net)), chargesTotal: sumOf(charges, (charge) => dec(charge.amount)), estimatedTax: sumOf(lines, (line) => dec(line.estimatedTax)),
    mode: terms.reduce<RouteMode>((mode, { data }) => careful(mode, data.mode), "act"),
  };
}

/** The unit as its invoice left: parties, currency and payment terms are the document's, whatever the orders say since (2.8, invariant 6). */
export const asBilled = (unit: Unit, billed: BilledTo | null): Unit =>
  billed === null ? unit : { ...unit, currency: billed.currency, head: { ...unit.head, ...billedToOf(billed) } };

export const billedToOf = ({ customer, billTo, payer, currency, terms }: BilledTo): BilledTo => ({ customer, billTo, payer, currency, terms });

/** Nothing here is to be billed: no goods at a price and no charges. Goods that are free alone make no invoice (N of Q5). */
export const hasNothingToBill = (unit: Unit): boolean => unit.charges.length === 0 && unit.lines.every((line) => line.free);

/** Name of a charge as a line of the tax question. */
export const chargeKey = (charge: { charge: string; order: string }): string => `charge:${charge.charge}/${charge.order}`;
