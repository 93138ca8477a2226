import { isNear, orderOn, pairOf, type AdoptionPair, type InvoiceSlot } from "../../adoption";
import { localDay } from "../../calendar";
import { inFlight, type CommandView } from "../../commands";
import { dec } from "../../decimal";
import { moneyText } from "../../money";
import { referenceId, type PlanInput, type ReferenceKey } from "../../plan";
import { likenessKeys, unclaimedKey, wordsOn, type UnclaimedDocument } from "../../unclaimed";
import { answered, asked, hasLeft, viewsOf } from "../../standing";
import { readUnit, type Unit } from "./unit";

/** Our invoice that the ledger has or may have. */
export const leftOf = (input: Partial<Pick<PlanInput, "commands">>): CommandView | null => viewsOf(input.commands ?? [], "post_invoice").findLast(hasLeft) ?? null;

const slotOf = (input: Pick<PlanInput, "facts" | "policy">, { id, key, head, currency, net, chargesTotal, orders }: Unit, left: CommandView | null): InvoiceSlot => ({
  subject: id, customers: [...new Set([head.billTo, head.customer])], currency, amount: moneyText(left ? dec(asked(left, "net") ?? "0").plus(asked(left, "chargesTotal") ?? "0") : net.plus(chargesTotal), currency), orders, purchaseOrder: head.purchaseOrder,
  placedOn: localDay(input.policy.calendar, head.placedAt), shippedOn: localDay(input.policy.calendar, head.shippedAt), declined: wordsOn(input.facts, key).declined,
});
/** Once ours has left, only what has a number of ours written on it is looked for: another of the same amount may be anybody's. */
const keysOf = (unit: Unit, left: CommandView | null): ReferenceKey[] => likenessKeys({ customers: left ? [] : [unit.head.billTo], currency: unit.currency, amount: unit.net.plus(unit.chargesTotal), names: [...unit.orders, ...(unit.head.purchaseOrder === null ? [] : [unit.head.purchaseOrder])] });

/**
 * Documents of the ledger that name nobody and bill this customer for what may be this unit: nothing is posted beside one. Beside ours that
 * is there, those that are certainly for the same; none while nobody knows what became of ours.
 */
export function suspects(input: PlanInput, unit: Unit): { row: UnclaimedDocument; pair: AdoptionPair }[] {
  const left = leftOf(input);
  if (left && inFlight(left.state)) return [];
  const own = answered(left, "number") ?? left?.reference, slot = slotOf(input, unit, left), rows = keysOf(unit, left).flatMap((key) => (input.reference.get(referenceId(key))?.data ?? []) as UnclaimedDocument[]);
  return [...new Map(rows.map((row) => [row.document.number, row])).values()].flatMap((row) => {
    const pair = slot.customers.includes(row.document.customer ?? "") ? pairOf(slot, row) : null;
    // A purchase order may be many deliveries': only what is dated like this one is of it.
    const isBeside = pair?.confidence === "certain" && pair.number !== own && (orderOn(slot, row.document) !== undefined || isNear(slot, row.document));
    return pair && (!left || isBeside) ? [{ row, pair }] : [];
  }).sort((a, b) => b.pair.score - a.pair.score || (a.pair.number < b.pair.number ? -1 : 1));
}

/** Where they are looked for, and the document that a person adopted. */
export function lookedAt(input: Pick<PlanInput, "subject" | "facts"> & Partial<Pick<PlanInput, "commands">>): ReferenceKey[] {
  const { adopted } = wordsOn(input.facts, input.subject.key), left = leftOf(input), unit = adopted === null || left ? readUnit(input) : null;
  return [...(adopted === null ? [] : [unclaimedKey(adopted)]), ...(unit ? keysOf(unit, left) : [])];
}
