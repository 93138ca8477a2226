import { digestOf } from "./decisions";
import { dec, positive, sumOf, text } from "./decimal";
import { kindOf, type CreditPayload, type StandingCredit } from "./debit";
import type { Gate } from "./gate";
import type { Instant } from "./instant";
import { moneyText } from "./money";
import { chargeKey } from "./order-to-cash/billing-unit/unit";
import type { CommandResults, TaxQuestion } from "./payloads";
import type { ExceptionFinding, PlanInput } from "./plan";
import type { TaxRecord } from "./publications";
import { referenceOf } from "./reference";
import { answered, statementOf, viewsOf } from "./standing";

type TaxAnswer = CommandResults["determine_tax"];
type Drafted = { slot: string; draft: CreditPayload; record: TaxRecord | null | undefined; dueSince: Instant };

/**
 * The draft of a debit with the tax that the service says is due on it: a record of its own beside its invoice's, for the same
 * customer, place and tax date (P6). Null until it has answered. Where we had no tax determined for the invoice the draft stands.
 * One that this tax leaves nothing of is a credit of 0.00: what was to be owed is never given to the customer.
 */
export function withOwnTax(input: PlanInput, gate: Gate, { slot, draft, record, dueSince }: Drafted): CreditPayload | null {
  if (!record) return draft;
  const { currency } = draft, asDebit = (amount: string) => moneyText(dec(amount).neg(), currency);
  const asked = {
    customer: record.customer, shipTo: record.shipTo, currency, taxDate: record.taxDate, exempt: record.exempt ?? false,
    lines: [
      ...draft.lines.filter(({ net }) => !dec(net).isZero()).map(({ key, item, taxCategory, quantity, net }) => ({ line: key, item, taxCategory, quantity: dec(quantity).isZero() ? "1" : text(dec(quantity).abs()), net: asDebit(net) })),
      ...draft.charges.filter(({ taxCategory, amount }) => taxCategory !== "none" && !dec(amount).isZero()).map(({ charge, taxCategory, amount }) => ({ line: chargeKey({ charge, order: draft.order }), item: null, taxCategory, quantity: "1", net: asDebit(amount) })),
    ],
  };
  if (asked.lines.length === 0) return draft;
  const question: TaxQuestion = { reference: `${record.document}/${slot}`, basis: digestOf(asked), ...asked };
  const statement = statementOf(input.commands, "determine_tax", slot, (view) => view.payload["basis"] === question.basis);
  gate.ask({ kind: "determine_tax", slot, sequence: statement.sequence, payload: { ...question }, amount: { amount: moneyText(sumOf(asked.lines, ({ net }) => dec(net)), currency), currency }, dueSince });
  const answer = statement.told ? ((statement.last?.result ?? null) as TaxAnswer | null) : null;
  const taxed = answer && taxedBy(draft, answer);
  return taxed && { ...taxed, reference: referenceOf(input.subject.id, { kind: kindOf(taxed), slot, sequence: 1 }) };
}

function taxedBy(draft: CreditPayload, answer: TaxAnswer): CreditPayload {
  const money = (value: Parameters<typeof moneyText>[0]) => moneyText(value, draft.currency);
  const byLine = new Map(answer.lines.map(({ line, tax }) => [line, dec(tax).neg()])), taxOf = (line: string) => money(byLine.get(line) ?? dec(0));
  const lines = draft.lines.map((line) => ({ ...line, tax: taxOf(line.key) })), charges = draft.charges.map((charge) => ({ ...charge, tax: taxOf(chargeKey({ charge: charge.charge, order: draft.order })) }));
  const beyond = positive(dec(draft.net).plus(draft.chargesTotal).plus(sumOf([...lines, ...charges], (row) => dec(row.tax)))), last = [...lines, ...charges].findLast((row) => dec(row.tax).gte(beyond) && beyond.gt(0));
  if (last) last.tax = money(dec(last.tax).minus(beyond));
  const tax = sumOf([...lines, ...charges], (row) => dec(row.tax));
  return { ...draft, lines, charges, tax: money(tax), total: money(dec(draft.net).plus(draft.chargesTotal).plus(tax)) };
}

/** Once a debit stands its tax is committed under its own record, as an invoice's is. Finds TAX-02 where the service committed something else (M3). */
export function commitDebitTax(input: PlanInput, credits: readonly StandingCredit[], gate: Gate): ExceptionFinding[] {
  return credits.filter(({ debit, posted, payload }) => debit && posted && payload.class !== "tax_only").flatMap(({ view: { slot, ...view } }): ExceptionFinding[] => {
    const determined = viewsOf(input.commands, "determine_tax", slot).filter(({ state }) => state === "confirmed").at(-1);
    const document = answered(determined, "document"), sent = view.payload as unknown as CreditPayload, number = answered({ slot, ...view }, "number") ?? view.reference ?? slot;
    if (document === null) return [];
    gate.ask({ kind: "commit_tax", slot, sequence: 1, payload: { document, revision: 1, invoice: number, total: sent.tax }, amount: { amount: sent.tax, currency: sent.currency }, dueSince: view.verifiedAt ?? view.createdAt });
    const committed = committedFor(input, slot);
    return committed === null || committed.eq(sent.tax) ? [] : [{
      code: "TAX-02", fingerprint: { customer: sent.customer, code: "tax_record" }, stops: [], amount: moneyText(committed.minus(sent.tax).abs(), sent.currency), currency: sent.currency,
      message: `The tax service has ${moneyText(committed, sent.currency)} committed, debit ${number} says ${sent.tax}.`, since: view.confirmedAt ?? view.createdAt,
    }];
  });
}

/** What the service says that it has committed for a debit; null until it did. */
export const committedFor = (input: Pick<PlanInput, "commands">, slot: string) => {
  const view = viewsOf(input.commands, "commit_tax", slot).find(({ state }) => state === "confirmed"), total = answered(view, "total");
  return total === null ? null : dec(total);
};
