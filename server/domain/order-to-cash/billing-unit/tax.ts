import type { CommandView } from "../../commands";
import { digestOf } from "../../decisions";
import { dec, sumOf, text, type Decimal } from "../../decimal";
import type { Gate } from "../../gate";
import type { Day, Instant } from "../../instant";
import { moneyText } from "../../money";
import type { CommandResults, TaxQuestion } from "../../payloads";
import type { ExceptionFinding, PlanInput } from "../../plan";
import type { Address } from "../../contracts/shared";
import { allOf } from "../../facts";
import { hasLeft, statementOf, viewsOf } from "../../standing";
import { chargeKey, type Unit } from "./unit";

export type TaxAnswer = CommandResults["determine_tax"];

/** The final tax of exactly this content, or what is missing for it. */
export interface Taxed {
  answer: TaxAnswer | null;
  answeredAt: Instant | null;
  tax(key: string): Decimal;
  total: Decimal;
  problem: ExceptionFinding | null;
}

/** Name of the unit's record at the tax service: one for each revision, stated anew as often as needed before it is committed. What was voided is done with there, so that after `voids` of them it has another name. */
export const taxDocument = (unit: Pick<Unit, "key">, revision: number, voids = 0): string => `${unit.key}/r${revision}${voids === 0 ? "" : `.${voids + 1}`}`;

/** Records of the unit that are voided, or may be. */
const voidsOf = ({ commands }: Pick<PlanInput, "commands">): number => viewsOf(commands, "void_tax", "").filter(hasLeft).length;

/** What is taxed: each line and charge for itself. */
export const taxLines = (unit: Unit): TaxQuestion["lines"] => [
  ...unit.lines.map((line) => ({ line: line.key, item: line.item, taxCategory: line.taxCategory, quantity: text(dec(line.quantity)), net: moneyText(dec(line.net), unit.currency) })),
  ...unit.charges.map((charge) => ({ line: chargeKey(charge), item: null, taxCategory: charge.taxCategory, quantity: "1", net: moneyText(dec(charge.amount), unit.currency) })),
];

/** The question for all lines and charges; its basis is a digest of what was asked, so a stale answer is seen. */
export function taxQuestion(input: Pick<PlanInput, "commands">, unit: Unit, revision: number, taxDate: Day, exempt: boolean, shipTo: Address = unit.head.shipTo): TaxQuestion {
  const asked = {
    customer: unit.head.customer, shipTo, currency: unit.currency, taxDate, exempt,
    lines: taxLines(unit),
  };
  return { reference: taxDocument(unit, revision, voidsOf(input)), basis: digestOf(asked), ...asked };
}

/**
 * Asks for the tax of this content (stage `bill_control`). Tax is never split or computed here: it is what the service says
 * for this unit (P4, P5). A changed content is asked again under the next sequence.
 */
export function determineTax(input: PlanInput, unit: Unit, gate: Gate, question: TaxQuestion, dueSince: Instant): Taxed {
  const statement = statementOf(input.commands, "determine_tax", "", (view) => view.payload["basis"] === question.basis && view.payload["reference"] === question.reference);
  gate.ask({ kind: "determine_tax", slot: "", sequence: statement.sequence, payload: { ...question }, amount: { amount: moneyText(unit.net.plus(unit.chargesTotal), unit.currency), currency: unit.currency }, dueSince });
  const answer = statement.told && statement.last ? answerTo(input.facts, statement.last) : null;
  return readAnswer(unit, question, answer, answer ? (statement.last?.confirmedAt ?? null) : null);
}

/** What the service answered to this question, at once or in a message of its own. */
export function answerTo(facts: PlanInput["facts"], { state, payload, result }: CommandView): TaxAnswer | null {
  if (state !== "confirmed") return null;
  const told = allOf(facts, "tax.determined").find(({ data }) => data.kind === "final" && data.basis === payload["basis"] && data.document === payload["reference"])?.data;
  return (result ?? told ?? null) as TaxAnswer | null;
}

function readAnswer(unit: Unit, question: TaxQuestion, answer: TaxAnswer | null, answeredAt: Instant | null): Taxed {
  const byLine = new Map((answer?.lines ?? []).map((line) => [line.line, dec(line.tax)]));
  const missing = question.lines.filter((line) => !byLine.has(line.line));
  const names = new Set(question.lines.map(({ line }) => line)), strange = (answer?.lines ?? []).filter(({ line }) => !names.has(line));
  const total = sumOf(answer?.lines ?? [], (line) => dec(line.tax));
  const sound = answer !== null && missing.length + strange.length === 0 && total.eq(dec(answer.total));
  const problem: ExceptionFinding | null = answer === null || sound ? null : {
    code: "TAX-01", fingerprint: { customer: unit.head.customer, code: "incomplete_answer" }, stops: ["post_invoice"], amount: moneyText(unit.net.plus(unit.chargesTotal), unit.currency), currency: unit.currency,
    message: missing.length > 0 ? `The tax service left out ${missing.map((line) => line.line).join(", ")}.` : strange.length > 0 ? `The tax service answers for ${strange.map((line) => line.line).join(", ")}, which it was not asked for.` : `The tax by line adds up to ${text(total)}, the service's total is ${answer.total}.`, since: answeredAt ?? unit.head.shippedAt,
  };
  return { answer: sound ? answer : null, answeredAt, tax: (key) => byLine.get(key) ?? dec(0), total: answer ? dec(answer.total) : unit.estimatedTax, problem };
}

/** A dated rate explains a difference from the estimate: the rate of a jurisdiction changed between the two tax dates (P18, S06). */
export function explainedByDatedRate(estimate: { taxDate: Day; jurisdictions: { jurisdiction: string; rate: string }[] }, answer: TaxAnswer): boolean {
  const before = new Map(estimate.jurisdictions.map((row) => [row.jurisdiction, dec(row.rate)]));
  const changed = answer.jurisdictions.filter((row) => !before.get(row.jurisdiction)?.eq(dec(row.rate)));
  return changed.length > 0 && changed.every((row) => row.rateValidFrom !== undefined && row.rateValidFrom > estimate.taxDate && row.rateValidFrom <= answer.taxDate);
}
