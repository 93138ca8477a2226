import { digestOf } from "../../decisions";
import { dec, sumOf, text, zero, type Decimal } from "../../decimal";
import type { Address } from "../../contracts/shared";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { CommandPayloads, TaxQuestion } from "../../payloads";
import type { PlanInput } from "../../plan";
import type { TaxRecord } from "../../publications";
import { referenceOf } from "../../reference";
import { answered, statementOf, viewsOf } from "../../standing";
import { nextSlot, type ChargePart, type CreditChange, type CreditedLine, type CreditPart, type Given } from "./credit-change";
import type { InvoicePayload } from "./invoice";
import type { InvoiceStanding } from "./standing-invoice";
import { taxDocument, type TaxAnswer } from "./tax";
import type { OwnCredit } from "./credited";
import { taxRecordOf } from "./tax-return";
import { chargeKey, type Unit } from "./unit";

/** Credits by which the tax moved, each posted. */
const moves = (credits: readonly OwnCredit[]): OwnCredit[] => credits.filter(({ payload, posted }) => posted && payload.class === "tax_only");

/** The record of the sale after these credits: the last move's, else what the invoice was determined with. */
export const recordAfter = (input: PlanInput, credits: readonly OwnCredit[]): TaxRecord | null => taxRecordOf(input, moves(credits).at(-1)?.view.slot);

/** What each line and charge was taxed as in that record, by its name there. */
export function taxedAs(input: PlanInput, credits: readonly OwnCredit[]): ReadonlyMap<string, string> {
  const determined = viewsOf(input.commands, "determine_tax", moves(credits).at(-1)?.view.slot ?? "").filter((view) => view.state === "confirmed").at(-1);
  return new Map(((determined?.payload as unknown as TaxQuestion | undefined)?.lines ?? []).map(({ line, taxCategory }) => [line, taxCategory]));
}

/**
 * Once the credit stands the sale is filed where the goods went, as what it is: the new record is committed, and what the old one still had is
 * taken off it. Both together are what the credit says.
 */
export function fileMovedTax(input: PlanInput, credits: readonly OwnCredit[], gate: Gate): void {
  const moved = moves(credits);
  moved.forEach(({ view: credit, payload: credited }, index) => {
    const { slot } = credit, { currency, invoice } = credited, dueSince = credit.verifiedAt ?? credit.createdAt;
    const determined = viewsOf(input.commands, "determine_tax", slot).filter((view) => view.state === "confirmed").at(-1);
    const old = recordAfter(input, moved.slice(0, index)), answer = determined?.result as TaxAnswer | undefined;
    if (!determined || !answer || !old) return;
    const { reference, lines } = determined.payload as unknown as TaxQuestion;
    const total = moneyText(dec(answer.total), currency);
    gate.ask({ kind: "commit_tax", slot, sequence: 1, payload: { document: answer.document, revision: 1, invoice, total }, amount: { amount: total, currency }, dueSince });
    const taxOf = new Map(answer.lines.map((line) => [line.line, dec(line.tax)]));
    const less = new Map([...credited.lines.map((line): [string, string] => [line.key, line.tax]), ...credited.charges.map((charge): [string, string] => [chargeKey({ charge: charge.charge, order: credited.order }), charge.tax])]);
    const before = taxedAs(input, moved.slice(0, index));
    const back = lines.map((line) => ({ ...line, taxCategory: before.get(line.line) ?? line.taxCategory, tax: moneyText((taxOf.get(line.line) ?? zero).plus(less.get(line.line) ?? 0), currency) }));
    const payload: CommandPayloads["return_tax"] = {
      reference: referenceOf(input.subject.id, { kind: "return_tax", slot, sequence: 1 }), original: old.document, invoice, credit: answered(credit, "number") ?? credit.reference ?? reference,
      customer: old.customer, shipTo: old.shipTo, currency, taxDate: old.taxDate, lines: back, total: moneyText(sumOf(back, (line) => dec(line.tax)), currency),
    };
    gate.ask({ kind: "return_tax", slot, sequence: 1, payload: { ...payload }, amount: { amount: payload.total, currency }, dueSince });
  });
}

const samePlace = (a: Address, b: Address): boolean => a.country === b.country && (a.state ?? "") === (b.state ?? "");

/**
 * What tax the invoice still has and would not have where the goods are shipped to now, or by the tax categories that its charges
 * have now, by line and charge, at the tax date of the sale. The service is asked under a document of its own, which becomes the
 * record of the sale when the credit is posted. In one place each order's charges are a change of their own.
 */
export function taxMoved(input: PlanInput, unit: Unit, { billed, posted, revision }: InvoiceStanding, given: Given, gate: Gate): Omit<CreditChange, "credits"> | null {
  const here = recordAfter(input, given.credits);
  if (!billed || !posted || !here) return null;
  const isHere = samePlace(here.shipTo, unit.head.shipTo), then = taxedAs(input, given.credits), now = new Map(unit.charges.map((charge) => [chargeKey(charge), charge.taxCategory]));
  const known = leftToTax(billed, given).map((row) => ({ ...row, taxCategory: then.get(row.key) ?? row.taxCategory }));
  const order = isHere ? known.find(({ key, taxCategory }) => (now.get(key) ?? taxCategory) !== taxCategory)?.order : unit.head.order;
  if (order === undefined || known.length === 0) return null;
  const left = known.map((row) => (isHere && row.order !== order ? row : { ...row, taxCategory: now.get(row.key) ?? row.taxCategory }));
  const slot = nextSlot("tax_only", order, given.credits);
  const asked = {
    customer: here.customer, ...(isHere ? { shipTo: here.shipTo, exempt: here.exempt ?? false } : { shipTo: unit.head.shipTo, exempt: unit.head.taxExempt && unit.head.certificateCovers }), currency: unit.currency, taxDate: here.taxDate,
    lines: left.map(({ key, item, taxCategory, quantity, net }) => ({ line: key, item, taxCategory, quantity: text(quantity), net: moneyText(net, unit.currency) })),
  };
  const question = { reference: `${taxDocument(unit, revision)}/${slot}`, basis: digestOf(asked), ...asked };
  const since = unit.terms.map(({ recordedAt }) => recordedAt).sort().at(-1) ?? input.now;
  const answer = ask(input, gate, slot, question, since);
  if (!answer) return null;
  const taxOf = new Map(answer.lines.map((line) => [line.line, dec(line.tax)]));
  const parts: CreditPart[] = [], charges: ChargePart[] = [];
  for (const row of left) {
    const tax = row.tax.minus(taxOf.get(row.key) ?? zero);
    if (tax.isZero()) continue;
    if (row.line) parts.push({ line: row.line, quantity: zero, net: zero, tax });
    else if (!isHere || row.order === order) charges.push({ charge: row.charge ?? "", amount: moneyText(zero, unit.currency), tax: moneyText(tax, unit.currency), taxCategory: row.taxCategory });
  }
  // What only moves between charges of one place changes nothing that is owed: no document says it.
  const total = sumOf(parts, ({ tax }) => tax).plus(sumOf(charges, ({ tax }) => dec(tax)));
  return parts.length + charges.length === 0 || (isHere && total.isZero()) ? null : { kind: "tax_only", order, parts, charges, since, ...(isHere ? { why: "The tax category of a charge changed after the invoice" } : {}) };
}

interface LeftToTax { key: string; order: string; line: CreditPart["line"] | null; charge: string | null; item: string | null; taxCategory: string; quantity: Decimal; net: Decimal; tax: Decimal }

/** Lines and charges of the invoice, and allowances that came off it since, less what was credited. */
function leftToTax(billed: InvoicePayload, { own, returned, allowances, credits }: Given): LeftToTax[] {
  const less = (value: string, rows: readonly CreditedLine[], field: "quantity" | "net" | "tax") => dec(value).minus(sumOf(rows, (row) => dec(row[field])));
  const lines = billed.lines.map((line): LeftToTax => {
    const rows = [...(own.get(line.key) ?? []), ...(returned.get(line.key) ?? [])];
    return { key: line.key, order: line.order, line, charge: null, item: line.item, taxCategory: line.taxCategory, quantity: less(line.quantity, rows, "quantity"), net: less(line.net, rows, "net"), tax: less(line.tax, rows, "tax") };
  });
  const since = credits.flatMap(({ payload }) => payload.charges.filter((row) => !billed.charges.some(({ charge, order }) => charge === row.charge && order === payload.order)).map((row) => ({ ...row, order: payload.order, amount: "0", tax: "0" })));
  const charges = [...billed.charges, ...new Map(since.map((row) => [chargeKey(row), row])).values()].map((charge): LeftToTax => {
    const rows = [...credits.filter(({ payload }) => payload.order === charge.order).flatMap(({ payload }) => payload.charges), ...allowances.filter((row) => row.order === charge.order)].filter((row) => row.charge === charge.charge);
    return { key: chargeKey(charge), order: charge.order, line: null, charge: charge.charge, item: null, taxCategory: charge.taxCategory, quantity: dec(1), net: dec(charge.amount).minus(sumOf(rows, (row) => dec(row.amount))), tax: dec(charge.tax).minus(sumOf(rows, (row) => dec(row.tax))) };
  });
  return [...lines, ...charges].filter(({ net }) => !net.isZero());
}

function ask(input: PlanInput, gate: Gate, slot: string, question: TaxQuestion, dueSince: string): TaxAnswer | null {
  const statement = statementOf(input.commands, "determine_tax", slot, (view) => view.payload["basis"] === question.basis);
  const amount = moneyText(sumOf(question.lines, (line) => dec(line.net)), question.currency);
  gate.ask({ kind: "determine_tax", slot, sequence: statement.sequence, payload: { ...question }, amount: { amount, currency: question.currency }, dueSince });
  return statement.told ? ((statement.last?.result ?? null) as TaxAnswer | null) : null;
}
