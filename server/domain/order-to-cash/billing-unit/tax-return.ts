import type { StandingCredit } from "../../debit";
import { dec, sumOf } from "../../decimal";
import type { Gate } from "../../gate";
import { moneyText } from "../../money";
import type { CommandPayloads } from "../../payloads";
import type { ExceptionFinding, PlanInput } from "../../plan";
import type { TaxRecord } from "../../publications";
import { referenceOf } from "../../reference";
import { answered, asked, viewsOf } from "../../standing";

type Credit = Pick<StandingCredit, "view" | "payload" | "debit" | "posted">;

/**
 * Takes the tax of every posted credit off what its invoice has committed (domain reference 2.7; a debit's is committed for itself):
 * a document of its own at the tax service, at the rates of the sale. Tax that we never had determined is not ours to return. Finds TAX-02 where the service
 * took off something else, be it a cent (M3).
 */
export function returnTax(input: PlanInput, credits: readonly Credit[], recordOf: (invoice: string) => TaxRecord | null | undefined, gate: Gate): ExceptionFinding[] {
  const exceptions: ExceptionFinding[] = [];
  for (const { view: credit, payload: credited } of credits.filter(({ posted, debit, payload }) => posted && !debit && !dec(payload.tax).isZero())) {
    const { slot } = credit;
    const { currency, invoice, tax } = credited;
    const view = viewsOf(input.commands, "return_tax", slot)[0];
    const record = recordOf(invoice);
    const number = answered(credit, "number") ?? credit.reference ?? slot;
    const payload: Record<string, unknown> | undefined = record ? { ...payloadOf(input, credited, slot, number, record) } : view?.payload;
    if (payload) gate.ask({ kind: "return_tax", slot, sequence: 1, payload, amount: { amount: tax, currency }, dueSince: credit.verifiedAt ?? credit.createdAt });
    if (view?.state !== "confirmed") continue;
    const wanted = dec(asked(view, "total") ?? tax), returned = dec(answered(view, "total") ?? wanted);
    const difference = returned.minus(wanted).abs();
    if (!difference.isZero()) exceptions.push({
      code: "TAX-02", fingerprint: { customer: credited.customer, code: "tax_return" }, stops: [], amount: moneyText(difference, currency), currency,
      message: `The tax service took ${moneyText(returned, currency)} off for credit ${number}, the credit says ${moneyText(wanted, currency)}.`, since: view.confirmedAt ?? view.createdAt,
    });
  }
  return exceptions;
}

/** A fee that we keep was never part of the sale: it is in no tax record. */
function payloadOf(input: PlanInput, credited: Credit["payload"], slot: string, number: string, record: TaxRecord): CommandPayloads["return_tax"] {
  const lines = [
    ...credited.lines.map((line) => ({ line: line.key, item: line.item, taxCategory: line.taxCategory, quantity: line.quantity, net: line.net, tax: line.tax })),
    ...credited.charges.filter(({ taxCategory }) => taxCategory !== "none").map((charge) => ({ line: `charge:${charge.charge}`, item: null, taxCategory: charge.taxCategory, quantity: "1", net: charge.amount, tax: charge.tax })),
  ];
  return {
    reference: referenceOf(input.subject.id, { kind: "return_tax", slot, sequence: 1 }), original: record.document, invoice: credited.invoice, credit: number,
    customer: record.customer, shipTo: record.shipTo, currency: credited.currency, taxDate: record.taxDate, lines, total: moneyText(sumOf(lines, (line) => dec(line.tax)), credited.currency),
  };
}

/** What was determined for the invoice that stands, or for its move to another jurisdiction by the credit named; none where somebody else made its tax record. */
export function taxRecordOf(input: PlanInput, slot = ""): TaxRecord | null {
  const determined = viewsOf(input.commands, "determine_tax", slot).filter((view) => view.state === "confirmed").at(-1);
  if (!determined) return null;
  const { reference, customer, shipTo, taxDate, exempt } = determined.payload as unknown as CommandPayloads["determine_tax"];
  return { document: answered(determined, "document") ?? reference, customer, shipTo, taxDate: answered(determined, "taxDate") ?? taxDate, ...(exempt ? { exempt } : {}) };
}
