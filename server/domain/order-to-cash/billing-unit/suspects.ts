import { pairOf, type AdoptionPair, type InvoiceSlot } from "../../adoption";
import { moneyText } from "../../money";
import { dayOf } from "../../instant";
import { referenceId, type PlanInput, type ReferenceKey } from "../../plan";
import { likenessKeys, unclaimedKey, wordsOn, type UnclaimedDocument } from "../../unclaimed";
import { hasLeft, viewsOf } from "../../standing";
import { readUnit, type Unit } from "./unit";

const slotOf = (input: Pick<PlanInput, "facts">, { id, key, head, currency, net, chargesTotal, orders }: Unit): InvoiceSlot => ({
  subject: id, customers: [...new Set([head.billTo, head.customer])], currency, amount: moneyText(net.plus(chargesTotal), currency), orders, purchaseOrder: head.purchaseOrder,
  placedOn: dayOf(head.placedAt), shippedOn: dayOf(head.shippedAt), declined: wordsOn(input.facts, key).declined,
});
const keysOf = (unit: Unit): ReferenceKey[] => likenessKeys({ customers: [unit.head.billTo], currency: unit.currency, amount: unit.net.plus(unit.chargesTotal), names: [...unit.orders, ...(unit.head.purchaseOrder === null ? [] : [unit.head.purchaseOrder])] });

/** Documents of the ledger that name nobody and bill this customer for what may be this unit: nothing is posted beside one. */
export function suspects(input: PlanInput, unit: Unit): { row: UnclaimedDocument; pair: AdoptionPair }[] {
  const slot = slotOf(input, unit), rows = keysOf(unit).flatMap((key) => (input.reference.get(referenceId(key))?.data ?? []) as UnclaimedDocument[]);
  return [...new Map(rows.map((row) => [row.document.number, row])).values()].flatMap((row) => {
    const pair = slot.customers.includes(row.document.customer ?? "") ? pairOf(slot, row) : null;
    return pair ? [{ row, pair }] : [];
  }).sort((a, b) => b.pair.score - a.pair.score || (a.pair.number < b.pair.number ? -1 : 1));
}

/** What is looked at for them: nothing any more once an invoice has left. And the document that a person adopted. */
export function lookedAt(input: Pick<PlanInput, "subject" | "facts"> & Partial<Pick<PlanInput, "commands">>): ReferenceKey[] {
  const { adopted } = wordsOn(input.facts, input.subject.key);
  if (adopted !== null) return [unclaimedKey(adopted)];
  const unit = viewsOf(input.commands ?? [], "post_invoice").some(hasLeft) ? null : readUnit(input);
  return unit ? keysOf(unit) : [];
}
