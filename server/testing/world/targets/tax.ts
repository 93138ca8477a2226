import type { CommandPayloads, TaxQuestion } from "../../../domain/payloads";
import { dec, sumOf, text, type Decimal } from "../../../domain/decimal";
import type { Day } from "../../../domain/instant";
import { moneyText, roundMoney } from "../../../domain/money";
import { parseSubjectId } from "../../../domain/subject";
import { said, type Handle } from "./target";

/** A rate from a day on, for a state and category of tax; `*` fits any. The newest that fits best counts. */
export interface Rate { state: string; category: string; rate: string; from: Day }

export interface TaxService { handle: Handle; rates: Rate[]; override(documentPart: string, total: string): void }

/** 8 % on everything but `none`, in every state, for ever. */
export const defaultRates: Rate[] = [
  { state: "*", category: "*", rate: "0.08", from: "2000-01-01" },
  { state: "*", category: "none", rate: "0", from: "2000-01-01" },
];

/** Tax by line, each rounded half away from zero (P4), at the rate of the tax date in the ship-to state (P5). A record that is voided is done with: nothing is stated or committed under its name any more. */
export function createTaxService(rates: Rate[]): TaxService {
  const voided = new Set<string>();
  const overrides = new Map<string, string>();
  const rateFor = (state: string, category: string, day: Day): Rate | null => {
    const fits = rates.filter((rate) => rate.from <= day && (rate.state === "*" || rate.state === state) && (rate.category === "*" || rate.category === category));
    const weight = (rate: Rate) => (rate.category === "*" ? 0 : 2) + (rate.state === "*" ? 0 : 1);
    return fits.sort((a, b) => weight(b) - weight(a) || b.from.localeCompare(a.from))[0] ?? null;
  };
  const answer = (question: TaxQuestion, kind: "estimate" | "final") => {
    const state = question.shipTo.state ?? question.shipTo.country;
    const lines = question.lines.map((line) => {
      const rate = question.exempt ? null : rateFor(state, line.taxCategory, question.taxDate);
      return { line: line.line, rate, tax: rate ? roundMoney(dec(line.net).times(rate.rate), question.currency) : dec(0) };
    });
    const byRate = new Map<string, { rate: Rate; amount: Decimal }>();
    for (const line of lines)
      if (line.rate) byRate.set(line.rate.rate, { rate: line.rate, amount: (byRate.get(line.rate.rate)?.amount ?? dec(0)).plus(line.tax) });
    const odd = kind === "final" ? [...overrides].find(([part]) => question.reference.includes(part))?.[1] : undefined;
    const total = odd === undefined ? sumOf(lines, (line) => line.tax) : dec(odd);
    const extra = total.minus(sumOf(lines, (line) => line.tax));
    return {
      kind, document: question.reference, basis: question.basis, taxDate: question.taxDate,
      lines: lines.map((line, index) => ({ line: line.line, tax: moneyText(index === 0 ? line.tax.plus(extra) : line.tax, question.currency) })),
      jurisdictions: [...byRate.values()].filter(({ amount }) => !amount.isZero()).map(({ rate, amount }, index) => ({
        jurisdiction: state, rate: rate.rate, amount: text(index === 0 ? amount.plus(extra) : amount), rateValidFrom: rate.from,
      })),
      total: moneyText(total, question.currency),
    };
  };
  const handle: Handle = (row) => {
    const subject = parseSubjectId(row.subject);
    if (row.kind === "commit_tax" || row.kind === "void_tax") {
      const payload = row.payload as { document: string; revision: number; total?: string };
      const state = row.kind === "commit_tax" ? "committed" : "voided";
      if (state === "committed" && voided.has(payload.document)) return { code: "TAX-02", message: `${payload.document} is voided` };
      if (state === "voided") voided.add(payload.document);
      const event = { document: payload.document, state, total: payload.total ?? "0", version: row.kind === "commit_tax" ? 1 : 2 } as const;
      return { reference: payload.document, result: { state, total: payload.total ?? "0" }, events: [said({ type: "tax.record_changed", source: row.connector, subject, data: event })] };
    }
    if (row.kind === "return_tax") {
      const { reference, total } = row.payload as unknown as CommandPayloads["return_tax"];
      return { reference, result: { state: "committed", total }, events: [] };
    }
    const question = row.payload as unknown as TaxQuestion;
    if (voided.has(question.reference)) return { code: "TAX-01", message: `${question.reference} is voided` };
    const result = answer(question, row.kind === "estimate_tax" ? "estimate" : "final");
    return { reference: question.reference, result, events: [said({ type: "tax.determined", source: row.connector, subject, data: { ...result, currency: question.currency } })] };
  };
  return { handle, rates, override: (part, total) => { overrides.set(part, total); } };
}
