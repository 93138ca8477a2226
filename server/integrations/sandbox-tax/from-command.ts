import { dec } from "@/server/domain/decimal";
import type { CommandPayloads, TaxQuestion } from "@/server/domain/payloads";
import { fail, ok, type Result } from "@/server/domain/result";
import type { OutboundCommand } from "../contract/connector";
import { externalReference } from "../contract/events";
import type { TaxSettings } from "./config";

/** Levypoint's document code holds 120 characters; ours is the question's own reference, or its digest. */
export const documentCode = (reference: string): string => externalReference(reference, 120);

/** Line numbers there are ours by position: our keys may be longer than any field. */
export const lineNumber = (index: number): string => String(index + 1);

export function taxRequest(command: OutboundCommand, settings: TaxSettings, type: "SalesOrder" | "SalesInvoice"): Result<Record<string, unknown>> {
  const question = command.payload as unknown as TaxQuestion;
  const customer = command.code("customer", question.customer);
  if (!customer.ok) return customer;
  if (!question.shipTo.state && question.shipTo.country === "US") return fail("TAX-01", "The ship-to address names no state", "shipTo.state");
  const lines = linesOf(command, question.lines);
  if (!lines.ok) return lines;
  const isReturn = type === "SalesInvoice" && question.lines.some(({ net }) => dec(net).isNegative()) && question.lines.every(({ net }) => dec(net).lte(0));
  const { country, state = "", postalCode = "", city = "", line1 = "" } = question.shipTo;
  return ok({
    companyCode: settings.companyCode, code: documentCode(question.reference), type: isReturn ? "ReturnInvoice" : type, date: question.taxDate, taxDate: question.taxDate, customerCode: customer.value, currencyCode: question.currency,
    commit: false, exemptionNo: null, originalCode: null, shipFrom: settings.shipFrom, shipTo: { country, region: state, postalCode, city, line1 }, lines: lines.value,
  });
}

/**
 * A credit's tax: the same lines with the sign turned, at the rates of the sale (API.md, ReturnInvoice), committed at once
 * because the credit stands. A debit is one more sale.
 */
export function returnRequest(command: OutboundCommand, settings: TaxSettings): Result<Record<string, unknown>> {
  const credit = command.payload as unknown as CommandPayloads["return_tax"];
  const question: TaxQuestion = {
    reference: credit.reference, basis: "", customer: credit.customer, shipTo: credit.shipTo, currency: credit.currency, taxDate: credit.taxDate, exempt: false,
    lines: credit.lines.map((line) => ({ ...line, net: dec(line.net).neg().toFixed() })),
  };
  const body = taxRequest({ ...command, payload: { ...question } }, settings, "SalesInvoice");
  if (!body.ok) return body;
  // The credit's own share of the sale's tax, so that parts add up to it (API.md, `taxAmount`).
  const lines = (body.value["lines"] as Record<string, unknown>[]).map((line, index) => ({ ...line, taxAmount: dec(credit.lines[index]?.tax ?? 0).neg().toNumber() }));
  return ok({ ...body.value, lines, originalCode: documentCode(credit.original), commit: true });
}

function linesOf(command: OutboundCommand, asked: TaxQuestion["lines"]): Result<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  for (const [index, line] of asked.entries()) {
    const taxCode = command.code("tax", line.taxCategory);
    if (!taxCode.ok) return taxCode;
    // Levypoint keeps the item for reports only: ours is as good as any.
    lines.push({ number: lineNumber(index), itemCode: line.item ?? line.taxCategory, taxCode: taxCode.value, quantity: dec(line.quantity).toNumber(), amount: dec(line.net).toNumber() });
  }
  return ok(lines);
}
