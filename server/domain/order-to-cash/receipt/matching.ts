import type { CommandView } from "../../commands";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { PlanInput } from "../../plan";
import { writeOffIn } from "../../policy";
import type { OpenItem } from "../../publications";
import { answered, asked, hasLeft, viewsOf } from "../../standing";
import { isInAnotherCurrency, isOrder, openItem, openItemsOf, roomFor, type Receipt } from "./receipt";

/** What this receipt means to put on one invoice in all, and what of it the ledger has. */
export interface Target {
  invoice: string;
  item: OpenItem;
  /** As remitted; what the payer or a person says it is for. */
  remitted: Decimal;
  /** What of the item is this receipt's to take. */
  room: Decimal;
  wanted: Decimal;
  /** Smallest difference that P12 lets go without a person. */
  writeOff: Decimal;
  /** Confirmed by the ledger, less what was reversed. */
  applied: Decimal;
  writtenOff: Decimal;
  /** Under way and not yet known. */
  flying: Decimal;
  /** Of what is wanted, deposits for orders in the invoice. */
  forOrders: { order: string; amount: Decimal }[];
}

export interface Matching {
  targets: Target[];
  /** Named documents that nobody knows. */
  unknown: { document: string; amount: Decimal }[];
  /** Liability until an invoice of the order is posted (M5); never above what the order may still invoice. */
  deposit: Decimal;
  depositOrder: string | null;
  /** An order that was paid more than it may still invoice. */
  beyond: string | null;
  /** What the payer meant for orders, by order, whatever of it was applied to their invoices since, and what of it is left for invoices to come. */
  forOrders: { order: string; amount: Decimal; rest: Decimal }[];
  /** Neither applied nor deposit. */
  unapplied: Decimal;
  wrongCurrency: string[];
}

/** An invoice or debit that this receipt is for: what the payer put on it by number, and the orders whose deposits it may take. */
interface Named { item: OpenItem; direct: Decimal; orders: string[] }

/**
 * The remittance, in its order, onto open items; never above the receipt nor above what is open. What names an order is a
 * deposit: applied to all its invoices in order of posting until used (P11), and kept for those that are still to come, as far
 * as they can come to.
 */
export function match(input: PlanInput, receipt: Receipt, refunded: Decimal): Matching {
  const { known, deposits, unknown, wrongCurrency } = nameAll(input, receipt);
  const meant = new Map(deposits);
  let elsewhere = sumOf(appliedElsewhere(input, new Set(known.keys())), ([, amount]) => amount);
  // What the ledger has on an invoice stays there, of what was corrected as far as it is still named; only what is free there goes anywhere. A person's word places all of it.
  const corrected = receipt.moved || receipt.comingBack, stays = corrected || !(receipt.assigned || receipt.data.reversed);
  const { gone, stands } = standingOn(input, receipt, debitsLast(known).map(([invoice]) => invoice), elsewhere.plus(refunded));
  let left = positive(receipt.amount.minus(refunded).minus(elsewhere).minus(stays ? sumOf([...known.keys()], stands) : zero));
  if (!corrected) for (const [order, amount] of deposits) { const used = min(amount, elsewhere); deposits.set(order, amount.minus(used)); elsewhere = elsewhere.minus(used); }
  const targets: Target[] = [];
  // What was sent for an invoice beyond what it takes is for the debits that followed it.
  const beyond = new Map<string, Decimal>();
  for (const [invoice, { item, direct: named, orders }] of debitsLast(known)) {
    const passed = beyond.get(item.debitOf ?? "") ?? zero, direct = named.plus(passed);
    const remitted = direct.plus(sumOf(orders, (order) => deposits.get(order) ?? zero));
    const keeps = !stays || receipt.comingBack ? zero : corrected ? min(stands(invoice), remitted) : stands(invoice);
    const target = gone.gt(0) && !receipt.comingBack ? targetOf(input, receipt, invoice, item, remitted, stands(invoice), stands(invoice)) : targetOf(input, receipt, invoice, item, remitted, receipt.comingBack ? zero : left.plus(keeps), keeps);
    left = left.minus(positive(target.wanted.minus(keeps)));
    const over = positive(direct.minus(target.wanted));
    beyond.set(item.debitOf ?? invoice, item.debitOf === undefined ? over : min(over, passed));
    let fromDeposits = positive(target.wanted.minus(direct));
    for (const order of orders) { const amount = deposits.get(order) ?? zero, used = min(amount, fromDeposits); deposits.set(order, amount.minus(used)); fromDeposits = fromDeposits.minus(used); if (used.gt(0)) target.forOrders.push({ order, amount: used }); }
    targets.push(target);
  }
  let free = positive(left);
  const rests = [...deposits].map(([order, wanted]) => {
    const amount = min(wanted, free);
    free = free.minus(amount);
    return { order, amount, kept: min(amount, roomFor(input.reference, order, receipt) ?? amount) };
  });
  const deposit = sumOf(rests, ({ kept }) => kept);
  // What pays an invoice by its number, or went back, is for no order; and nothing is for two.
  let forAll = positive(receipt.told.minus(refunded).minus(sumOf(targets, (target) => positive(target.wanted.minus(sumOf(target.forOrders, ({ amount }) => amount))))));
  const forOrders = rests.map(({ order, amount: rest }) => {
    const amount = min(meant.get(order) ?? zero, forAll);
    forAll = forAll.minus(amount);
    return { order, amount, rest };
  });
  const depositOrder = rests.find(({ kept }) => kept.gt(0))?.order ?? rests[0]?.order ?? null;
  return { targets, unknown, deposit, depositOrder, beyond: rests.find(({ amount, kept }) => amount.gt(kept))?.order ?? null, forOrders, unapplied: positive(left).minus(deposit), wrongCurrency };
}

/**
 * What the ledger has of this receipt on each invoice, less what of it may leave because the provider gave it back: that is taken
 * from what was named last. `gone`: so much more is applied and given back than came; nothing is applied anew until that has left.
 */
function standingOn(input: PlanInput, receipt: Receipt, invoices: readonly string[], spent: Decimal): { gone: Decimal; stands: (invoice: string) => Decimal } {
  const standing = new Map(invoices.map((invoice): [string, Decimal] => { const { applied, flying } = ledgerOf(input, invoice); return [invoice, applied.plus(flying)]; }));
  const gone = receipt.data.reversed ? zero : positive(sumOf([...standing.values()], (amount) => amount).plus(spent).minus(receipt.amount));
  let leaving = min(gone, receipt.leaves);
  for (const [invoice, amount] of [...standing].reverse()) { const less = min(amount, leaving); standing.set(invoice, amount.minus(less)); leaving = leaving.minus(less); }
  return { gone, stands: (invoice) => standing.get(invoice) ?? zero };
}

/** An invoice before its debits, else in the order of the remittance. */
const debitsLast = (known: ReadonlyMap<string, Named>): [string, Named][] => [...[...known].filter(([, { item }]) => item.debitOf === undefined), ...[...known].filter(([, { item }]) => item.debitOf !== undefined)];

function nameAll(input: PlanInput, receipt: Receipt): { known: Map<string, Named>; deposits: Map<string, Decimal>; unknown: Matching["unknown"]; wrongCurrency: string[] } {
  const known = new Map<string, Named>(), deposits = new Map<string, Decimal>();
  const unknown: Matching["unknown"] = [], wrongCurrency: string[] = [];
  const name = (item: OpenItem, direct: Decimal, order?: string) => {
    if (item.currency !== receipt.data.currency) { wrongCurrency.push(item.invoice); return; }
    const before = known.get(item.invoice) ?? { item, direct: zero, orders: [] };
    known.set(item.invoice, { item, direct: before.direct.plus(direct), orders: order === undefined || before.orders.includes(order) ? before.orders : [...before.orders, order] });
    if (direct.gt(0)) for (const debit of item.debits ?? []) { const found = openItem(input.reference, debit); if (found) name(found, zero); }
  };
  for (const { document, amount } of entriesOf(receipt)) {
    const item = openItem(input.reference, document), ofOrder = openItemsOf(input.reference, document);
    if (item) name(item, amount);
    else if (isInAnotherCurrency(input.reference, document, receipt.data.currency)) wrongCurrency.push(document);
    else if (ofOrder.length > 0 || document === receipt.data.order || isOrder(input.reference, document)) {
      deposits.set(document, (deposits.get(document) ?? zero).plus(amount));
      for (const invoice of ofOrder) name(invoice, zero, document);
    } else unknown.push({ document, amount });
  }
  return { known, deposits, unknown, wrongCurrency };
}

const entriesOf = (receipt: Receipt): { document: string; amount: Decimal }[] =>
  receipt.data.remittance.length === 0 && receipt.data.order !== undefined
    ? [{ document: receipt.data.order, amount: receipt.told }]
    : receipt.data.remittance.map(({ document, amount }) => ({ document, amount: dec(amount) }));

function targetOf(input: PlanInput, receipt: Receipt, invoice: string, item: OpenItem, remitted: Decimal, left: Decimal, keeps: Decimal): Target {
  const { applied, writtenOff, flying } = ledgerOf(input, invoice);
  const mine = sumOf(item.settledBy?.filter((row) => row.kind === "receipt" && row.by === receipt.number) ?? [], (row) => dec(row.amount).plus(dec(row.writtenOff)));
  // Another receipt that came earlier has said that it wants part of what is still open.
  const earlier = sumOf(item.settledBy?.filter((row) => row.kind === "receipt" && row.by !== receipt.number && (row.at < receipt.data.receivedOn || (row.at === receipt.data.receivedOn && row.by < receipt.number))) ?? [], (row) => positive(dec(row.wanted).minus(dec(row.amount))));
  const room = positive(dec(item.open).plus(mine).minus(earlier));
  // Whatever became of the invoice since; only a person, a correction or a reversal takes it back.
  const wanted = max(min(min(remitted, room.minus(writtenOff)), left), min(keeps, left));
  return { invoice, item, remitted, room, wanted, writeOff: writtenOff.gt(0) ? writtenOff : smallDifference(input, receipt, item, room.minus(wanted), wanted.eq(remitted)), applied, writtenOff, flying, forOrders: [] };
}

/** P12: up to 1.00 an invoice is let go where the payer meant to close it and paid that little less than credits under way leave. */
function smallDifference(input: PlanInput, receipt: Receipt, item: OpenItem, rest: Decimal, paidAsNamed: boolean): Decimal {
  const others = item.settledBy?.filter((row) => row.by !== receipt.number) ?? [];
  const missing = rest.minus(sumOf(others.filter((row) => row.kind === "credit"), (row) => positive(dec(row.wanted).minus(row.amount))));
  return paidAsNamed && missing.gt(0) && missing.plus(sumOf(others, (row) => dec(row.writtenOff))).lte(dec(writeOffIn(input.policy, item.currency))) ? missing : zero;
}

const amountIn = (view: CommandView, field: string, payloadField: string): Decimal => dec(answered(view, field) ?? asked(view, payloadField) ?? "0");

/** What the ledger has of this receipt on an invoice: confirmed applications less confirmed reversals. */
export function ledgerOf(input: PlanInput, invoice: string): { applied: Decimal; writtenOff: Decimal; flying: Decimal } {
  const views = viewsOf(input.commands, "apply_receipt", invoice).filter(hasLeft), back = viewsOf(input.commands, "reverse_application", invoice).filter((view) => view.state === "confirmed");
  const done = views.filter((view) => view.state === "confirmed"), going = views.filter((view) => view.state !== "confirmed");
  return {
    applied: sumOf(done, (view) => amountIn(view, "applied", "amount")).minus(sumOf(back, (view) => dec(String(view.payload["amount"])))),
    writtenOff: sumOf(done, (view) => amountIn(view, "writtenOff", "writeOff")), flying: sumOf(going, (view) => dec(String(view.payload["amount"]))),
  };
}

/** Applied to invoices that this plan no longer names: before a person's edit, or an invoice that was voided since. */
export function appliedElsewhere(input: PlanInput, named: ReadonlySet<string>): [string, Decimal][] {
  const others = new Set(viewsOf(input.commands, "apply_receipt").filter(hasLeft).map((view) => view.slot).filter((invoice) => !named.has(invoice)));
  return [...others].sort().map((invoice) => { const { applied, flying } = ledgerOf(input, invoice); return [invoice, applied.plus(flying)]; });
}
