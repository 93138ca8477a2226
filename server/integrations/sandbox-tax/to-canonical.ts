import { dec, text, zero, type Decimal } from "@/server/domain/decimal";
import { moneyText } from "@/server/domain/money";
import type { CommandResults, TaxQuestion } from "@/server/domain/payloads";
import { fail, ok, type Result } from "@/server/domain/result";
import { lineNumber } from "./from-command";
import type { TaxTransaction } from "./wire";

type Determined = Omit<CommandResults["determine_tax"], "kind">;

/**
 * The answer in our words, line by line as the service returned it. Errors: TAX-01 where it left out one of our lines or its
 * total is not the sum of its lines: such an answer is never used.
 */
export function determined(question: TaxQuestion, answer: TaxTransaction): Result<Determined> {
  const byNumber = new Map(answer.lines.map((line) => [line.number, line]));
  const money = (value: Decimal): string => moneyText(value, question.currency);
  const lines: Determined["lines"] = [];
  const jurisdictions = new Map<string, { jurisdiction: string; rate: Decimal; amount: Decimal; rateValidFrom: string | null }>();
  let sum = zero;
  for (const [index, asked] of question.lines.entries()) {
    const line = byNumber.get(lineNumber(index));
    if (!line) return fail("TAX-01", `Levypoint left out the line ${asked.line}`);
    sum = sum.plus(line.tax);
    lines.push({ line: asked.line, tax: money(dec(line.tax)) });
    for (const detail of line.details) {
      const key = `${detail.jurisdiction}|${detail.rate}|${detail.rateValidFrom ?? ""}`;
      const row = jurisdictions.get(key) ?? { jurisdiction: detail.jurisdiction, rate: dec(detail.rate), amount: zero, rateValidFrom: detail.rateValidFrom ?? null };
      jurisdictions.set(key, { ...row, amount: row.amount.plus(detail.tax) });
    }
  }
  if (!sum.eq(dec(answer.totalTax))) return fail("TAX-01", `Levypoint's total ${answer.totalTax} is not the sum of its lines, ${text(sum)}`);
  return ok({
    document: question.reference, basis: question.basis, taxDate: answer.taxDate ?? answer.date, lines, total: money(dec(answer.totalTax)),
    jurisdictions: [...jurisdictions.values()].map((row) => ({ jurisdiction: row.jurisdiction, rate: text(row.rate.toDecimalPlaces(6)), amount: money(row.amount), ...(row.rateValidFrom === null ? {} : { rateValidFrom: row.rateValidFrom }) })),
  });
}
