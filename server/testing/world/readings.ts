import { dec, sumOf, text, type Decimal } from "../../domain/decimal";
import type { LedgerEntry } from "./targets/erp";
import type { World } from "./world";

/** Net of invoices, debits and credits in the ERP, by order line and by charge: what invariant 10 of domain.md 2.9 compares. `lineTax` is the part of `tax` on order lines. */
export interface NetPosted { lines: Record<string, { quantity: string; net: string }>; charges: Record<string, string>; tax: string; lineTax: Record<string, string>; units: number }

/** Whatever has a ledger. */
type Ledger = Pick<World, "erp">;

const standing = (world: Ledger): LedgerEntry[] => world.erp.documents.filter((entry) => !entry.voided);

const signOf = ({ kind }: LedgerEntry): 1 | -1 => (kind === "credit" ? -1 : 1);

/** Read from the simulated ledger, not from the tower. */
export function netPosted(world: Ledger): NetPosted {
  const lines = new Map<string, { quantity: Decimal; net: Decimal; tax: Decimal }>(), charges = new Map<string, Decimal>();
  for (const entry of standing(world)) {
    const sign = signOf(entry);
    for (const line of entry.lines) {
      const key = `${line.order}/${line.line}`, before = lines.get(key) ?? { quantity: dec(0), net: dec(0), tax: dec(0) };
      lines.set(key, { quantity: before.quantity.plus(dec(line.quantity).times(sign)), net: before.net.plus(dec(line.net).times(sign)), tax: before.tax.plus(dec(line.tax).times(sign)) });
    }
    for (const charge of entry.chargeLines) charges.set(charge.charge, (charges.get(charge.charge) ?? dec(0)).plus(dec(charge.amount).times(sign)));
  }
  return {
    lines: Object.fromEntries([...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, row]) => [key, { quantity: text(row.quantity), net: row.net.toFixed(2) }])),
    charges: Object.fromEntries([...charges].filter(([, amount]) => !amount.isZero()).map(([key, amount]) => [key, amount.toFixed(2)])),
    tax: sumOf(standing(world), (entry) => dec(entry.tax).times(signOf(entry))).toFixed(2),
    lineTax: Object.fromEntries([...lines].map(([key, row]) => [key, row.tax.toFixed(2)])),
    units: standing(world).length,
  };
}

/** Totals of invoices, debits or credits in the order of posting. */
export const totals = (world: World, kind: LedgerEntry["kind"] = "invoice"): string[] => standing(world).filter((entry) => entry.kind === kind).map((entry) => entry.total);
/** Invoices of which more is credited than they and their debits come to; what waits for a person counts for nothing. */
export function creditedAbove(world: Ledger): string[] {
  const entries = standing(world);
  return entries.filter(({ kind }) => kind === "invoice").flatMap(({ number, total }) => {
    const of = (kind: LedgerEntry["kind"]) => sumOf(entries.filter((entry) => entry.kind === kind && entry.invoice === number), (entry) => dec(entry.total));
    return of("credit").gt(0) && of("credit").gt(dec(total).plus(of("debit"))) ? [`${number} ${total} + ${of("debit").toFixed(2)}: ${of("credit").toFixed(2)} credited`] : [];
  });
}
export const document = (world: World, number: string): LedgerEntry => {
  const found = world.erp.documents.find((entry) => entry.number === number);
  if (!found) throw new Error(`the ERP has no ${number}; it has ${world.erp.documents.map((entry) => entry.number).join(", ") || "nothing"}`);
  return found;
};
export const open = (world: World, invoice: string): string => world.erp.open(invoice).toFixed(2);
/** Codes of open exceptions and rules of open holds, each once, sorted. */
export const troubles = (world: World): string[] => [...new Set([...world.exceptions().map((row) => row.code), ...world.holds().map((row) => row.rule)])].sort();
/** Sum of the amounts of open holds of one rule. */
export const heldBy = (world: World, rule: string): string => sumOf(world.holds().filter((hold) => hold.rule === rule), (hold) => dec(hold.amount)).toFixed(2);
/** State of an order's four tracks, or of any subject that has a summary. */
export const summaryOf = (world: World, id: string) => [...world.store.subjects.values()].find((state) => state.ref.id === id)?.plan?.summary ?? null;

/** One line each: what stands in the world, for a failing test's message. */
export function describeWorld(world: World): string {
  const commands = world.commands().map((row) => `  ${row.state.padEnd(9)} ${row.naturalKey}${row.rejection ? ` ${row.rejection.code}` : ""}`);
  const holds = world.holds().map((hold) => `  ${hold.rule} ${hold.subject} ${hold.amount}: ${hold.message}`);
  const exceptions = world.exceptions().map((row) => `  ${row.code} ${row.subject}: ${row.message}`);
  const documents = world.erp.documents.map((entry) => `  ${entry.number} ${entry.total} = ${entry.net} + ${entry.charges} + ${entry.tax} on ${entry.accountingDate} (${entry.reference})`);
  return [`now ${world.store.now}`, "commands", ...commands, "holds", ...holds, "exceptions", ...exceptions, "ledger", ...documents].join("\n");
}
