import type { OrderDetail } from "@/server/api/shapes";
import { add } from "@/components/ui/sum";

type Proof = OrderDetail["proofs"][number];
const isZero = (value: string): boolean => !/[1-9]/.test(value);
/** The sum of the terms of these names (`U` also finds "U not allocated"); null where the equation has none of them. */
export function termSum(proof: Proof | undefined, ...names: string[]): string | null {
  const found = proof?.terms.filter((term) => names.some((name) => term.name === name || term.name.startsWith(`${name} `))) ?? [];
  return found.length === 0 ? null : add(found.map((term) => term.value));
}
/** True without a proof: nothing was claimed. */
export const holds = (...proofs: (Proof | undefined)[]): boolean => proofs.every((proof) => proof === undefined || isZero(proof.residual));

/** One row of the table of money: what was ordered, where it went, and what of it was billed. */
export interface MoneyRow { name: string; ordered: string; more: string; shipped: string; open: string; cancelled: string; invoiced: string; free: string; waiting: string; held: string; exception: string; moving: string; holds: boolean }
const parts = [["M2 goods", "Net"], ["M2 charges", "Charges"], ["M2 tax", "Tax"]] as const;
const figures = ["ordered", "more", "shipped", "open", "cancelled", "invoiced", "free", "waiting", "held", "exception", "moving"] as const;

/** The bridges of an order (M2) as rows that read like its lines, with their sum; parts of which nothing is known are left out. */
export function moneyRows(proofs: readonly Proof[]): MoneyRow[] {
  const rows = parts.flatMap(([equation, name]): MoneyRow[] => {
    const proof = proofs.find((one) => one.equation === equation);
    if (proof === undefined || proof.terms.every((term) => isZero(term.value))) return [];
    const of = (...names: string[]): string => termSum(proof, ...names) ?? "0";
    const invoiced = of("Billed"), free = of("Free"), waiting = of("W"), held = of("H"), exception = of("E"), moving = of("F");
    return [{ name, ordered: of("OrderValue"), more: of("Over", "Ahead", "Diff"), shipped: add([invoiced, free, waiting, held, exception, moving]), open: of("U", "A", "R"), cancelled: of("Cancelled"), invoiced, free, waiting, held, exception, moving, holds: holds(proof) }];
  });
  if (rows.length === 0) return [];
  const total = Object.fromEntries(figures.map((figure) => [figure, add(rows.map((row) => row[figure]))])) as Record<(typeof figures)[number], string>;
  return [...rows, { name: "Total", ...total, holds: rows.every((row) => row.holds) }];
}

/** What became of the money of all invoices together (M4): the total and each part of it that is not zero. Null before the first invoice. */
export function receivable(proofs: readonly Proof[]): { total: string; parts: { name: string; amount: string }[]; holds: boolean } | null {
  const invoices = proofs.filter(({ equation }) => equation === "M4");
  if (invoices.length === 0) return null;
  const names = [...new Set(invoices.flatMap(({ terms }) => terms.filter(({ side }) => side === "right").map(({ name }) => name)))];
  const sum = (name: string): string => add(invoices.flatMap(({ terms }) => terms.filter((term) => term.name === name).map(({ value }) => value)));
  return { total: sum("total"), parts: names.map((name) => ({ name, amount: sum(name) })).filter(({ amount }) => !isZero(amount)), holds: holds(...invoices) };
}

/** A bridge whose differences are told one by one, because they are why what is billed is not what was ordered. */
export const withDifferences = (proofs: readonly Proof[]): Proof[] => proofs.filter((proof) => proof.equation.startsWith("M2") && (!holds(proof) || proof.terms.some((term) => term.name.startsWith("Diff") && !isZero(term.value))));


/** What the customer ordered and what left of it, in money; over-shipped goods are not ordered. Null where no equation counts it, or nobody can know what a line is worth. */
export function orderedAndShipped({ order, proofs }: Pick<OrderDetail, "order" | "proofs">): { ordered: string; shipped: string } | null {
  const total = moneyRows(proofs.filter(({ subject }) => subject === order.id)).at(-1);
  return total === undefined || order.amounts["ordered"] === undefined ? null : { ordered: total.ordered, shipped: total.shipped };
}
