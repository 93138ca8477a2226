import { localDay } from "../../../calendar";
import { zero, type Decimal } from "../../../decimal";
import type { Day } from "../../../instant";
import type { MovementTerm } from "../../../movements";
import type { BilledPart } from "../billing/amounts";
import type { OrderView } from "../view";
import type { OrderMoney } from "./money";
import { kitExcess, kitShares } from "./pieces";

type Add = (line: string, term: MovementTerm, document: string, on: Day, quantity: Decimal, amount: Decimal) => void;

/** M9 at ordered net prices, goods only: what each shipment brought, what of it is on a posted invoice, what was made free. */
export function shippedValueTerms(view: OrderView, money: OrderMoney, add: Add): void {
  for (const unit of money.units)
    for (const part of unit.lines) {
      const shipment = part.part?.shipment ?? unit.shipment.shipment, { invoice } = unit.state ?? { invoice: null };
      spread(view, part, "shipped", shipment, localDay(view.policy.calendar, part.part?.shippedAt ?? view.order.placed), part.net, add);
      if (invoice) spread(view, part, "invoiced", invoice.number, invoice.accountingDate, part.net, add);
    }
  for (const row of view.lines) {
    for (const { part, net, reason, excess } of row.billing.unbilled) {
      // Kits beyond the order stand in their pieces.
      if (row.line.kit && excess) continue;
      add(part.bookLine, "shipped", part.shipment, localDay(view.policy.calendar, part.shippedAt), zero, net);
      if (reason === "over_absorbed") add(part.bookLine, "free", part.shipment, localDay(view.policy.calendar, part.shippedAt), zero, net);
    }
    for (const { moved, net } of kitExcess(row, view.currency)) { const last = moved.shipments.findLast(({ over }) => over.gt(0)); if (last) add(moved.key, "shipped", last.shipment, localDay(view.policy.calendar, last.at), zero, net); }
    // Pieces of kits that are not whole yet left too: their share of the price waits with them.
    for (const { kind, line, net, goods } of money.pieces.get(row.line.id)?.open ?? []) {
      const last = goods.moved.shipments.at(-1);
      if (kind === "loose" && last) add(line, "shipped", last.shipment, localDay(view.policy.calendar, last.at), zero, net);
    }
  }
}

/** A kit's amount stands on its components. */
function spread(view: OrderView, part: BilledPart, term: MovementTerm, document: string, on: Day, amount: Decimal, add: Add): void {
  if (!part.line.kit) { add(part.bookLine, term, document, on, zero, amount); return; }
  const shares = kitShares(part, amount, view.currency);
  part.line.goods.forEach((goods, index) => { add(goods.key, term, document, on, zero, shares[index] ?? zero); });
}
