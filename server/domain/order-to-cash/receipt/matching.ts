import type { CommandView } from "../../commands";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { PlanInput } from "../../plan";
import type { OpenItem } from "../../publications";
import { answered, asked, hasLeft, viewsOf } from "../../standing";
import { openItem, type Receipt } from "./receipt";

/** What this receipt means to put on one invoice in all, and what of it the ledger has. */
export interface Target {
  invoice: string;
  item: OpenItem;
  /** As remitted; what the payer or a person says it is for. */
  remitted: Decimal;
  wanted: Decimal;
  /** Smallest difference that P12 lets go without a person. */
  writeOff: Decimal;
  /** Confirmed by the ledger, less what was reversed. */
  applied: Decimal;
  writtenOff: Decimal;
  /** Under way and not yet known. */
  flying: Decimal;
}

export interface Matching {
  targets: Target[];
  /** Named documents that nobody knows. */
  unknown: { document: string; amount: Decimal }[];
  /** Liability until an invoice of the order is posted (M5). */
  deposit: Decimal;
  depositOrder: string | null;
  /** Neither applied nor deposit. */
  unapplied: Decimal;
  wrongCurrency: string[];
}

/**
 * The remittance, in its order, onto open items; never above the receipt nor above what is open. What names an order whose
 * invoice has not come is a deposit, applied to its invoices in order of posting (P11).
 */
export function match(input: PlanInput, receipt: Receipt, refunded: Decimal): Matching {
  const known = new Map<string, { item: OpenItem; remitted: Decimal; deposit: boolean }>();
  const unknown: Matching["unknown"] = [];
  const wrongCurrency: string[] = [];
  let depositAmount = zero, depositOrder: string | null = null;
  const name = (item: OpenItem, amount: Decimal, deposit: boolean) => {
    if (item.currency !== receipt.data.currency) { wrongCurrency.push(item.invoice); return; }
    const before = known.get(item.invoice);
    known.set(item.invoice, { item, remitted: (before?.remitted ?? zero).plus(amount), deposit: deposit || (before?.deposit ?? false) });
  };
  for (const { document, amount } of entriesOf(receipt)) {
    const item = openItem(input.reference, document);
    const ofOrder = openItem(input.reference, `order/${document}`);
    if (item) name(item, amount, false);
    else if (ofOrder || document === receipt.data.order) {
      depositAmount = depositAmount.plus(amount);
      depositOrder = document;
      if (ofOrder) name(ofOrder, amount, true);
    } else unknown.push({ document, amount });
  }
  const elsewhere = sumOf(appliedElsewhere(input, new Set(known.keys())), ([, amount]) => amount);
  let left = positive(receipt.amount.minus(refunded).minus(elsewhere));
  let depositLeft = positive(depositAmount.minus(depositOrder === null ? zero : elsewhere));
  const targets: Target[] = [];
  for (const [invoice, { item, remitted, deposit }] of known) {
    const target = targetOf(input, receipt, invoice, item, deposit ? depositLeft : remitted, left);
    left = left.minus(target.wanted);
    if (deposit) depositLeft = positive(depositLeft.minus(target.wanted));
    targets.push(target);
  }
  const deposit = depositOrder === null ? zero : min(depositLeft, positive(left));
  return { targets, unknown, deposit, depositOrder, unapplied: positive(left).minus(deposit), wrongCurrency };
}

const entriesOf = (receipt: Receipt): { document: string; amount: Decimal }[] =>
  receipt.data.remittance.length === 0 && receipt.data.order !== undefined
    ? [{ document: receipt.data.order, amount: receipt.amount }]
    : receipt.data.remittance.map(({ document, amount }) => ({ document, amount: dec(amount) }));

function targetOf(input: PlanInput, receipt: Receipt, invoice: string, item: OpenItem, remitted: Decimal, left: Decimal): Target {
  const { applied, writtenOff, flying } = ledgerOf(input, invoice);
  const mine = sumOf(item.settledBy?.filter((row) => row.kind === "receipt" && row.by === receipt.number) ?? [], (row) => dec(row.amount).plus(dec(row.writtenOff)));
  // Another receipt that came earlier has said that it wants part of what is still open.
  const earlier = sumOf(item.settledBy?.filter((row) => row.kind === "receipt" && row.by !== receipt.number && (row.at < receipt.data.receivedOn || (row.at === receipt.data.receivedOn && row.by < receipt.number))) ?? [], (row) => positive(dec(row.wanted).minus(dec(row.amount))));
  const room = positive(dec(item.open).plus(mine).minus(earlier));
  const done = applied.plus(flying);
  // What is in the ledger stays, whatever became of the invoice since; only a person or a reversal takes it back.
  const floor = receipt.data.reversed || receipt.assigned ? zero : done;
  const wanted = max(min(min(remitted, room.minus(writtenOff)), left), min(floor, left));
  return { invoice, item, remitted, wanted, writeOff: writtenOff.gt(0) ? writtenOff : smallDifference(input, receipt, item, room.minus(wanted), wanted.eq(remitted)), applied, writtenOff, flying };
}

/** P12: up to 1.00 an invoice is let go where the payer meant to close it and paid that little less. */
function smallDifference(input: PlanInput, receipt: Receipt, item: OpenItem, rest: Decimal, paidAsNamed: boolean): Decimal {
  const others = sumOf(item.settledBy?.filter((row) => row.by !== receipt.number) ?? [], (row) => dec(row.writtenOff));
  return paidAsNamed && rest.gt(0) && rest.plus(others).lte(dec(input.policy.writeOffUpTo)) ? rest : zero;
}

const amountIn = (view: CommandView, field: string, payloadField: string): Decimal => dec(answered(view, field) ?? asked(view, payloadField) ?? "0");

/** What the ledger has of this receipt on an invoice: confirmed applications less confirmed reversals. */
export function ledgerOf(input: PlanInput, invoice: string): { applied: Decimal; writtenOff: Decimal; flying: Decimal } {
  const views = viewsOf(input.commands, "apply_receipt", invoice).filter(hasLeft), back = viewsOf(input.commands, "reverse_application", invoice).filter(hasLeft);
  const done = views.filter((view) => view.state === "confirmed"), going = views.filter((view) => view.state !== "confirmed");
  return {
    applied: sumOf(done, (view) => amountIn(view, "applied", "amount")).minus(sumOf(back, (view) => dec(String(view.payload["amount"])))),
    writtenOff: sumOf(done, (view) => amountIn(view, "writtenOff", "writeOff")), flying: sumOf(going, (view) => dec(String(view.payload["amount"]))),
  };
}

/** Applied to invoices that this plan no longer names: earlier invoices of a deposit's order, or before a person's edit. */
export function appliedElsewhere(input: PlanInput, named: ReadonlySet<string>): [string, Decimal][] {
  const others = new Set(viewsOf(input.commands, "apply_receipt").filter(hasLeft).map((view) => view.slot).filter((invoice) => !named.has(invoice)));
  return [...others].sort().map((invoice) => { const { applied, flying } = ledgerOf(input, invoice); return [invoice, applied.plus(flying)]; });
}
