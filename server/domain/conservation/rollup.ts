import { dec, sumOf, text, type DecimalString } from "../decimal";
import { addDays, type Day } from "../instant";
import { parseSubjectId } from "../subject";
import type { Proof } from "./evaluate";
import { knownAt, withConnectors, type Books, type MovementRow } from "./rows";

const processOf: Readonly<Record<string, string>> = { order: "order_to_cash", shipment: "order_to_cash", billing_unit: "order_to_cash", receipt: "order_to_cash", credit_account: "order_to_cash", return: "return_to_credit", purchase_order: "procure_to_pay", supplier_invoice: "procure_to_pay" };

export type GroupBy = "entity" | "currency" | "process" | "subject";
export interface EquationSum { equation: string; group: string; proofs: number; drifts: number; left: DecimalString; right: DecimalString; residual: DecimalString; terms: { name: string; side: "left" | "right"; value: DecimalString }[] }

const groupOf = (proof: Proof, by: GroupBy): string =>
  by === "entity" ? proof.entity : by === "currency" ? (proof.currency ?? "units") : by === "subject" ? (proof.subject ?? proof.line) : (processOf[proof.subject === null ? "order" : parseSubjectId(proof.subject).kind] ?? "other");

/** Proofs summed term by term. Amounts of two currencies are never added: the currency is always part of the group. */
export function summarise(proofs: readonly Proof[], by: GroupBy): EquationSum[] {
  const groups = new Map<string, Proof[]>();
  for (const proof of proofs) {
    const key = [proof.equation, groupOf(proof, by), proof.currency ?? ""].join("\u0000");
    groups.set(key, [...(groups.get(key) ?? []), proof]);
  }
  return [...groups].map(([key, members]) => {
    const [equation = "", group = ""] = key.split("\u0000");
    const names = [...new Set(members.flatMap((proof) => proof.terms.map((term) => `${term.side} ${term.name}`)))];
    const total = (pick: (proof: Proof) => DecimalString) => text(sumOf(members, (proof) => dec(pick(proof))));
    return {
      equation, group, proofs: members.length, drifts: members.filter((proof) => !dec(proof.residual).isZero()).length,
      left: total((proof) => proof.left), right: total((proof) => proof.right), residual: total((proof) => proof.residual),
      terms: names.map((name) => ({ side: name.startsWith("left") ? "left" as const : "right" as const, name: name.slice(name.indexOf(" ") + 1), value: text(sumOf(members.flatMap((proof) => proof.terms).filter((term) => `${term.side} ${term.name}` === name), (term) => dec(term.value))) })),
    };
  });
}

/** What was booked on each day or in each period, term by term: the flows between two balances. */
export function flows(rows: readonly MovementRow[], by: "day" | "period"): { group: string; term: string; currency: string; quantity: DecimalString; amount: DecimalString }[] {
  const groups = new Map<string, MovementRow[]>();
  for (const row of rows) {
    const key = [by === "day" ? row.effectiveOn : (row.period ?? row.effectiveOn.slice(0, 7)), row.term, row.currency].join("\u0000");
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, members]) => {
    const [group = "", term = "", currency = ""] = key.split("\u0000");
    return { group, term, currency, quantity: text(sumOf(members, (row) => dec(row.quantity))), amount: text(sumOf(members, (row) => dec(row.amount))) };
  });
}

export interface RollForward { currency: string; opening: DecimalString; shipped: DecimalString; invoiced: DecimalString; credited: DecimalString; reversed: DecimalString; free: DecimalString; closing: DecimalString; unbilled: DecimalString; residual: DecimalString }

/**
 * M9: shipped not invoiced from the evening before `from` to the evening of `to`, goods at ordered prices. `closing` is
 * rolled forward from documents (what was billed ahead is in none until it ships), `unbilled` is counted from slices; the residual is their difference.
 */
export function shippedNotInvoiced(books: Books, range: { from: Day; to: Day }, known?: string): RollForward[] {
  const rows = knownAt(books, known);
  const orders = rows.movements.filter((row) => parseSubjectId(row.subject).kind === "order");
  const currencies = [...new Set(orders.map((row) => row.currency))].sort();
  return currencies.map((currency) => {
    const of = (term: MovementRow["term"], keep: (row: MovementRow) => boolean) => sumOf(orders.filter((row) => row.currency === currency && row.term === term && keep(row)), (row) => dec(row.amount));
    const before = (row: MovementRow) => row.effectiveOn <= addDays(range.from, -1), within = (row: MovementRow) => row.effectiveOn >= range.from && row.effectiveOn <= range.to, after = (row: MovementRow) => row.effectiveOn > range.to;
    const up = (row: MovementRow) => !dec(row.amount).isNegative(), down = (row: MovementRow) => dec(row.amount).isNegative();
    const net = (keep: (row: MovementRow) => boolean) => of("shipped", keep).minus(of("invoiced", keep)).minus(of("free", keep));
    const opening = net(before), closing = opening.plus(net(within));
    const slices = rows.slices.map((slice) => withConnectors(slice, books.connectorsDown)).filter((slice) => slice.currency === currency && parseSubjectId(slice.subject).kind === "order" && slice.bucket !== null && ["waiting", "held", "exception", "in_flight"].includes(slice.bucket));
    const unbilled = sumOf(slices, (slice) => dec(slice.amount)).minus(net(after));
    return {
      currency, opening: text(opening), shipped: text(of("shipped", (row) => within(row) && up(row))), invoiced: text(of("invoiced", (row) => within(row) && up(row))),
      credited: text(of("invoiced", (row) => within(row) && down(row)).neg()), reversed: text(of("shipped", (row) => within(row) && down(row)).neg()), free: text(of("free", within)),
      closing: text(closing), unbilled: text(unbilled), residual: text(closing.minus(unbilled)),
    };
  });
}
