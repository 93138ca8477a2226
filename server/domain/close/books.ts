import { localDay } from "../calendar";
import { dec } from "../decimal";
import type { Day, Instant } from "../instant";
import { moneyText } from "../money";
import type { TitlePassed, UnbilledChange } from "./unbilled";

/** Terms of the books that say what is shipped and not invoiced (M9). */
export const unbilledTerms = ["shipped", "invoiced", "free", "billed_charges"] as const;
export const unbilledMilestones = ["shipped", "delivered", "invoice_posted"] as const;

/** Rows of orders as they were appended, in the order of the books. */
export interface UnbilledBooks {
  movements: readonly { order: string; line: string; term: (typeof unbilledTerms)[number]; document: string; amount: string; currency: string; effectiveOn: Day; recordedAt: Instant }[];
  /** `slot`: the shipment, or the billing unit that was posted. A milestone stands as it was first known. */
  milestones: readonly { order: string; name: (typeof unbilledMilestones)[number]; slot: string; document: string | null; occurredAt: Instant; recordedAt: Instant }[];
  /** Charges on billing units that are on no posted invoice now. */
  charges: readonly { order: string; line: string; unit: string; amount: string; currency: string; recordedAt: Instant }[];
  /** Where the title in an order's goods passes. */
  titles: ReadonlyMap<string, "origin" | "destination">;
}

/**
 * The books of some orders as changes of what is shipped and not invoiced. Days are those of the entity's zone: goods that left late in the evening are
 * of that day, as their invoice is. A charge counts from the goods issue of its shipment on, with the amount that is known now.
 */
export function unbilledChanges(books: UnbilledBooks, zone: string): { changes: UnbilledChange[]; titles: TitlePassed[] } {
  const dayOf = (at: Instant) => localDay({ zone }, at);
  const left = new Map(books.milestones.filter(({ name }) => name === "shipped").map((row) => [key(row.order, row.slot), { day: dayOf(row.occurredAt), recordedAt: row.recordedAt }]));
  const shipmentsOf = new Map<string, Set<string>>();
  const isShipment = (order: string, shipment: string) => shipmentsOf.get(order)?.add(shipment) ?? shipmentsOf.set(order, new Set([shipment]));
  for (const { order, name, slot } of books.milestones) if (name === "shipped") isShipment(order, slot);
  for (const { order, term, document } of books.movements) if (term === "shipped") isShipment(order, document);
  /** A unit's name begins with its shipment's. */
  const shipmentOf = (order: string, unit: string): string | null => [...(shipmentsOf.get(order) ?? [])].filter((shipment) => unit.startsWith(`${shipment}/`)).sort((a, b) => b.length - a.length)[0] ?? null;
  const billed = new Map(books.milestones.flatMap((row) => (row.name === "invoice_posted" && row.document !== null ? [[key(row.order, row.document), shipmentOf(row.order, row.slot)] as const] : [])));
  const changes: UnbilledChange[] = [];
  for (const { term, effectiveOn, recordedAt, amount, ...row } of books.movements) {
    if (dec(amount).isZero()) continue;
    const minus = moneyText(dec(amount).neg(), row.currency);
    if (term === "billed_charges") {
      const shipment = billed.get(key(row.order, row.document)) ?? null, since = shipment === null ? undefined : left.get(key(row.order, shipment));
      if (shipment === null || !since) continue;
      changes.push({ ...row, shipment, part: "charges", kind: "shipped", document: shipment, amount, ...since }, { ...row, shipment, part: "charges", kind: "invoiced", amount: minus, day: effectiveOn, recordedAt });
    } else if (term === "invoiced") changes.push({ ...row, shipment: billed.get(key(row.order, row.document)) ?? null, part: "goods", kind: term, amount: minus, day: effectiveOn, recordedAt });
    else changes.push({ ...row, shipment: row.document, part: "goods", kind: term, amount: term === "free" ? minus : amount, day: left.get(key(row.order, row.document))?.day ?? effectiveOn, recordedAt });
  }
  for (const { unit, ...row } of books.charges) {
    const shipment = shipmentOf(row.order, unit), since = shipment === null ? undefined : left.get(key(row.order, shipment));
    if (shipment !== null && since) changes.push({ ...row, shipment, part: "charges", kind: "shipped", document: shipment, ...since });
  }
  return { changes, titles: books.milestones.flatMap((row) => ((books.titles.get(row.order) ?? "origin") === "origin" ? row.name === "shipped" : row.name === "delivered") ? [{ order: row.order, shipment: row.slot, day: dayOf(row.occurredAt), recordedAt: row.recordedAt }] : []) };
}

const key = (...parts: string[]): string => parts.join("\u0000");
