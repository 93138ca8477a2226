import type { LedgerDocument } from "../../../contracts/billing";
import type { Known } from "../../../facts";
import type { FoundInvoice } from "../../../publications";
import type { OrderView } from "../view";
import type { UnitPlan } from "./units";

interface Found { byUnit: ReadonlyMap<string, FoundInvoice[]>; /** No unit can be the one that it stands for. */ left: Known<LedgerDocument>[] }

/**
 * Posted invoices that name this order and are not ours. Each goes to the unit that took it as its own, else to all with goods
 * of which no invoice has left: there it stops ours (INV-05) until a person adopts it for one of them or the ledger reverses it.
 */
export function foundInvoices(view: OrderView, units: readonly UnitPlan[]): Found {
  const byUnit = new Map<string, FoundInvoice[]>(), left: Known<LedgerDocument>[] = [];
  for (const known of view.record.ledger.filter(({ data }) => data.kind === "invoice" && data.state === "posted")) {
    const taken = units.find(({ state }) => state?.invoice?.number === known.data.number), open = taken ? [taken] : units.filter(({ state, lines }) => !state?.frozen && lines.length > 0);
    if (open.length === 0) left.push(known);
    const { source, occurredAt, recordedAt, data } = known;
    for (const { unit } of open) byUnit.set(unit, [...(byUnit.get(unit) ?? []), { document: data, source, occurredAt, recordedAt }]);
  }
  return { byUnit, left };
}
