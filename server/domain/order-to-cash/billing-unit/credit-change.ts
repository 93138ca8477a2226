import type { Decimal } from "../../decimal";
import type { PlanInput } from "../../plan";
import type { AllowanceBack } from "../../publications";
import { returnCredits, type CreditPayload, type OwnCredit } from "./credited";
import type { InvoicePayload } from "./invoice";

export type CreditClass = "correction" | "price_adjustment" | "tax_only";
export type CreditPart = { line: InvoicePayload["lines"][number]; quantity: Decimal; net: Decimal; tax: Decimal };
export type ChargePart = CreditPayload["charges"][number];

/** What a credit of the unit's own is to take off its invoice, for one order. */
export interface CreditChange { kind: CreditClass; order: string; parts: CreditPart[]; charges: ChargePart[]; credits: readonly OwnCredit[]; since: string; /** Where it is not what changes of the kind are made for. */ why?: string }

export interface CreditedLine { key: string; quantity: string; net: string; tax: string }
/** What was credited before, by line: on this unit's own proposals, and for goods that came back. */
export interface Given { own: ReadonlyMap<string, CreditedLine[]>; returned: ReadonlyMap<string, CreditedLine[]>; allowances: readonly AllowanceBack[]; credits: readonly OwnCredit[] }

export const givenOn = (input: PlanInput, invoice: string, credits: readonly OwnCredit[]): Given =>
  ({ own: byKey(credits.flatMap(({ payload }) => payload.lines)), returned: byKey(returnCredits(input, invoice).flatMap(({ lines }) => lines)), allowances: returnCredits(input, invoice).flatMap(({ allowances = [] }) => allowances), credits });

function byKey(lines: readonly CreditedLine[]): Map<string, CreditedLine[]> {
  const groups = new Map<string, CreditedLine[]>();
  for (const line of lines) { const group = groups.get(line.key); if (group) group.push(line); else groups.set(line.key, [line]); }
  return groups;
}

export const creditNames: Readonly<Record<CreditClass, { slot: string; why: string }>> = {
  correction: { slot: "correction", why: "Billed and not shipped" }, price_adjustment: { slot: "price", why: "The price changed after the invoice" }, tax_only: { slot: "tax", why: "The ship-to moved to another jurisdiction after the invoice" },
};

export const nextSlot = (kind: CreditClass, order: string, credits: readonly OwnCredit[]): string =>
  `${creditNames[kind].slot}/${order}/${credits.filter(({ payload }) => payload.class === kind && payload.order === order).length + 1}`;
