import { dec } from "../decimal";
import { moneyText } from "../money";
import { refundLeftPath } from "../overlay";
import { match } from "../order-to-cash/receipt/matching";
import { readReceipt, spentOnRefunds } from "../order-to-cash/receipt/receipt";
import { refundStanding } from "../refund-word";
import { fail } from "../result";
import { viewsOf } from "../standing";
import { remedy, says, type Given, type Remedies, type Remedy } from "./remedy";

const isAmount = (text: string | undefined): text is string => text !== undefined && /^\d{1,15}(\.\d{1,6})?$/.test(text) && Number(text) > 0;

/** PAY-01: money that fits nothing is matched to an invoice, placed on account, or given back (S17). */
export const placeMoney: Remedies = (input) => {
  const receipt = readReceipt(input);
  if (!receipt || receipt.data.reversed) return [];
  const matching = match(input, receipt, spentOnRefunds(input));
  if (matching.unapplied.lte(0)) return [];
  const { currency, remittance, order } = receipt.data;
  const left = moneyText(matching.unapplied, currency);
  const evidence = { receipt: receipt.number, payer: receipt.payer, received: moneyText(receipt.amount, currency), unapplied: left, remittance: remittance.map(({ document, amount }) => ({ document, amount })) };
  const base = { amount: left, currency, evidence, permission: "decision.finance" as const };
  // What the order itself takes by order is written out first: a remittance speaks for the whole receipt.
  const spoken = remittance.length === 0 && order !== undefined ? [{ document: order, amount: moneyText(receipt.amount.minus(matching.unapplied), currency) }] : [];
  const onto = (index: number, title: string, amount: string, value: (document: string) => [path: string, value: unknown][]): Remedy => remedy({
    ...base, verb: "match", target: `remittance.${index}`, title, amount, effect: "It is applied there as far as that is open; what is left then stays on account by this decision.", asks: ["document"], resolution: "fixed_and_verified",
    say: ({ document }: Given) => (document ? says(...value(document).map(([path, given]) => ({ type: "field.overlaid" as const, document: receipt.number, path, value: given }))) : fail("INPUT", "Give the number of the invoice")),
  });
  const named = remittance.flatMap(({ document, amount }, index) => (matching.unknown.some((row) => row.document === document) ? [onto(index, `Match ${document} to an invoice`, amount, (to) => [[`remittance.${index}.document`, to]])] : []));
  const rest = named.length > 0 ? [] : [onto(remittance.length + spoken.length, `Match ${left} ${currency} to an invoice`, left, (to) => [...spoken, { document: to, amount: left }].map((row, place) => [`remittance.${remittance.length + place}`, row]))];
  return [
    ...named, ...rest,
    remedy({
      ...base, verb: "on_account", target: receipt.number, title: `Place ${left} ${currency} on account`, effect: "It stays the customer's, unapplied and counted in the credit position.", resolution: "fixed_and_verified",
      say: () => says({ type: "field.overlaid", document: receipt.number, path: "onAccount", value: true }),
    }),
    remedy({
      ...base, verb: "refund", target: receipt.number, title: "Give money back", effect: "By the original means and small it goes by itself; else somebody else approves it in Held postings.", asks: ["amount", "means"], resolution: "fixed_and_verified",
      say: ({ amount, means }) => {
        if (!isAmount(amount)) return fail("INPUT", "Give the amount as a number above zero");
        if (dec(amount).gt(matching.unapplied)) return fail("STATE", `Not more than the ${left} ${currency} that is left of this receipt`);
        return says({ type: "field.overlaid", document: receipt.number, path: "refund", value: { amount: moneyText(dec(amount), currency), means: means ?? "original" } });
      },
    }),
  ];
};

/** REF-01 of a receipt: money that did not get back goes by other means, which somebody else approves, or stays the customer's credit. */
export const refundOtherwise: Remedies = (input, { stops }) => {
  const receipt = readReceipt(input);
  if (!receipt) return [];
  const { currency } = receipt.data;
  return receipt.refunds.filter(({ id }) => stops.includes(`refund/${id}`)).flatMap(({ id, amount }) => {
    const view = viewsOf(input.commands, "refund_payment", `refund/${id}`).find(({ state }) => state === "confirmed"), standing = view && refundStanding(input, view);
    const words = moneyText(standing ? standing.asked.minus(standing.given).abs() : amount, currency), more = standing !== undefined && standing.given.gt(standing.asked);
    const base = { target: id, amount: words, currency, evidence: { receipt: receipt.number, payer: receipt.payer, refund: id }, permission: "decision.finance" as const, resolution: "fixed_and_verified" as const };
    const say = (path: string, value: unknown) => ({ type: "field.overlaid" as const, document: receipt.number, path, value }), left = say(refundLeftPath, id);
    if (standing?.foreign != null) return [remedy({ ...base, amount: moneyText(amount, currency), verb: "accept_difference", title: `Take ${standing.foreign} as the ${moneyText(amount, currency)} ${currency} that was asked for`, effect: "It counts as given back. What the exchange made of it is entered in the ledger.", say: () => says(left) })];
    return [
      remedy({ ...base, verb: "refund", title: `Give ${words} ${currency} back by other means`, effect: "Somebody else approves it in Held postings.", why: !standing ? "It never left: there is less of this receipt than was to be given back." : more ? "More went back than was asked for." : null, say: () => says(left, say("refund", { amount: words, means: "other" })) }),
      remedy({ ...base, verb: "on_account", title: `Leave ${words} ${currency} as credit`, effect: "It is not given back, and stays the customer's on account.", say: () => says(left, say("onAccount", true)) }),
    ];
  });
};
