import type { LedgerDocument } from "../../../contracts/billing";
import type { Known } from "../../../facts";
import { minorUnit } from "../../../money";
import { modeFor } from "../../../policy";
import type { CreditClaim, FoundCredit, FoundInvoice } from "../../../publications";
import { beforeTax } from "../../../unclaimed";
import type { OrderRecord } from "../record";
import type { OrderView } from "../view";
import { unitCharges, unitNet, type UnitPlan } from "./units";

interface Found { byUnit: ReadonlyMap<string, FoundInvoice[]>; /** No unit can be the one that it stands for. */ left: Known<LedgerDocument>[] }

/**
 * Posted invoices that name this order and are not ours. Each goes to the unit that took it as its own, else to all with goods
 * of which no invoice has left: there it stops ours (INV-05) until a person adopts it for one of them or the ledger reverses it. Units
 * that are only observed take it without a person, so it is one's alone: of the one that it bills to the cent, else of the first that has none.
 */
export function foundInvoices(view: OrderView, units: readonly UnitPlan[]): Found {
  const byUnit = new Map<string, FoundInvoice[]>(), left: Known<LedgerDocument>[] = [];
  const give = ({ source, occurredAt, recordedAt, data }: Known<LedgerDocument>, to: readonly UnitPlan[]) => { for (const { unit } of to) byUnit.set(unit, [...(byUnit.get(unit) ?? []), { document: data, source, occurredAt, recordedAt }]); };
  const isObserved = ({ shipment }: UnitPlan) => modeFor(view.policy, "finance", "invoice", shipment.shippedAt || view.record.receivedAt) === "observe";
  const open = units.filter(({ state, lines }) => !state?.frozen && lines.length > 0), without = () => open.filter((plan) => isObserved(plan) && !byUnit.has(plan.unit));
  const rest = view.record.ledger.filter(({ data }) => data.kind === "invoice" && data.state === "posted").filter((known) => {
    const own = units.find(({ state }) => state?.invoice?.number === known.data.number) ?? without().find((plan) => bills(known.data, plan, view.currency));
    if (own) give(known, [own]);
    return own === undefined;
  });
  for (const known of rest) {
    const to = [...without().slice(0, 1), ...open.filter((plan) => !isObserved(plan))];
    if (to.length === 0) left.push(known);
    give(known, to);
  }
  return { byUnit, left };
}

/** To the cent, of each line. */
const bills = (document: LedgerDocument, plan: UnitPlan, currency: string): boolean =>
  beforeTax(document)?.minus(unitNet(plan)).minus(unitCharges(plan)).abs().lte(minorUnit(currency).times(plan.lines.length)) ?? false;

/** Credits and debits that stand in the ledger for an order whose invoices are ours to make, are no document of ours, and that nobody has said to stand beside them. */
export const strangeCredits = (record: Strange): Known<LedgerDocument>[] => (record.states.some(({ frozen, adopted }) => frozen && !adopted) ? foreign(record).filter(({ data }) => !record.creditClaims.has(data.number)) : []);

/** Credits that a return of this order may have been given already, whoever billed it, and those that a person gave to one. */
export const foundCredits = (record: Strange): FoundCredit[] => [
  ...foreign(record).filter(({ data }) => data.kind === "credit" && !record.creditClaims.has(data.number)).map((known) => foundOf(known, null)),
  ...record.ledger.flatMap((known) => { const claim = record.creditClaims.get(known.data.number); return claim ? [foundOf(known, claim)] : []; }),
];

type Strange = Pick<OrderRecord, "ledger" | "states" | "declined" | "creditClaims">;
const foundOf = ({ data, source, occurredAt, recordedAt }: Known<LedgerDocument>, claim: CreditClaim | null): FoundCredit => ({ document: data, source, occurredAt, recordedAt, claim });
function foreign({ ledger, states, declined }: Strange): Known<LedgerDocument>[] {
  const ours = new Set(states.flatMap(({ credits, debits = [] }) => [...credits, ...debits].flatMap(({ number }) => number ?? [])));
  return ledger.filter(({ data: { kind, state, number } }) => kind !== "invoice" && state === "posted" && !ours.has(number) && !declined.has(number));
}
