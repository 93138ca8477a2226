import { expect, test } from "vitest";
import type { OrderDetail } from "@/server/api/shapes";
import { moneyRows, receivable, withDifferences } from "./books";

type Proof = OrderDetail["proofs"][number];
const proof = (equation: string, terms: [string, "left" | "right", string][], residual = "0"): Proof => ({ equation, statement: "", subject: null, entity: "US01", line: "", currency: "USD", left: "", right: "", residual, terms: terms.map(([name, side, value]) => ({ name, side, value, documents: [] })) });
const goods = proof("M2 goods", [["OrderValue", "left", "604.5"], ["Over", "left", "39"], ["Diff price_change", "left", "-4.5"], ["Billed", "right", "560"], ["H held", "right", "39"], ["U not allocated", "right", "30"], ["A allocated", "right", "0"], ["Cancelled", "right", "10"]]);
const tax = proof("M2 tax", [["OrderValue", "left", "50"], ["Billed", "right", "46.8"], ["R released", "right", "3.2"]]);

test("money reads like the lines above it, part by part and in all; what is known of no part is left out", () => {
  const rows = moneyRows([goods, proof("M2 charges", [["OrderValue", "left", "0"]]), tax]);
  expect(rows.map(({ name, ordered, more, shipped, open, cancelled }) => [name, ordered, more, shipped, open, cancelled])).toEqual([["Net", "604.5", "34.5", "599", "30", "10"], ["Tax", "50", "0", "46.8", "3.2", "0"], ["Total", "654.5", "34.5", "645.8", "33.2", "10"]]);
  expect(rows.every((row) => row.holds)).toBe(true);
  expect(moneyRows([])).toEqual([]);
});

test("one part that does not hold takes the claim from the total, and a difference is told by itself", () => {
  const broken = { ...tax, residual: "0.01" };
  expect(moneyRows([goods, broken]).map((row) => row.holds)).toEqual([true, false, false]);
  expect(withDifferences([goods, tax, broken]).map(({ equation }) => equation)).toEqual(["M2 goods", "M2 tax"]);
});

test("what became of the invoices, in one sum", () => {
  const invoice = (total: string, cash: string, open: string) => proof("M4", [["total", "left", total], ["cash and deposits applied", "right", cash], ["written off", "right", "0"], ["open", "right", open]]);
  expect(receivable([invoice("100", "60", "40"), invoice("5.5", "5.5", "0")])).toEqual({ total: "105.5", parts: [{ name: "cash and deposits applied", amount: "65.5" }, { name: "open", amount: "40" }], holds: true });
  expect(receivable([])).toBeNull();
});
