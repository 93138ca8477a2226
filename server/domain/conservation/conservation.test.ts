import { describe, expect, test } from "vitest";
import { dec, text } from "../decimal";
import type { MovementTerm, OpenBucket } from "../movements";
import type { Stage } from "../stages";
import type { SubjectId } from "../subject";
import { equations } from "./equations";
import { drifts, prove, unexplainedDifference, unexplainedText } from "./evaluate";
import { proveLedger, proveProvider } from "./ledger";
import { flows, shippedNotInvoiced, summarise } from "./rollup";
import type { Books, MovementRow, SliceRow } from "./rows";

const so = "US01:order:SO-1" as SubjectId, unit = "US01:billing_unit:SH-1/C-1/USD/net30/p1" as SubjectId, rma = "US01:return:R-1" as SubjectId, receipt = "US01:receipt:B-1" as SubjectId;

const row = (subject: SubjectId, term: MovementTerm, line: string, document: string, quantity: string, amount = "0", effectiveOn = "2026-03-02", recordedAt = "2026-03-02T12:00:00.000Z"): MovementRow =>
  ({ subject, term, line, document, quantity, amount, currency: "USD", effectiveOn, period: effectiveOn.slice(0, 7), recordedAt });
const slice = (subject: SubjectId, key: string, line: string, stage: Stage, bucket: OpenBucket | null, quantity: string, amount: string, more: Partial<SliceRow> = {}): SliceRow =>
  ({ subject, key, line, stage, bucket, quantity, amount, charges: "0", tax: "0", currency: "USD", holder: "tower", since: "2026-03-02T12:00:00.000Z", dueAt: null, document: key, ...more });

const posted = [["total", "81.10"], ["net", "63.00"], ["charges", "12.00"], ["tax", "6.10"], ["customer:C-1", "81.10"], ["date:2026-03-02", "81.10"]] as const;
/** 100 × 1.00 with 10.00 freight and 8 % tax: every term of every equation carries something. */
const books: Books = {
  movements: [
    row(so, "ordered", "1", "SO-1/1", "100"), row(so, "shipped", "1", "SH-1", "64", "64.00"), row(so, "cancelled", "1", "CX-1", "8"), row(so, "substituted", "1", "SUB-1", "4"),
    row(so, "request_released", "1", "RQ-1", "90"), row(so, "request_over", "1", "RQ-1", "1"), row(so, "request_shipped", "1", "RQ-1", "64"), row(so, "request_short", "1", "RQ-1", "6"), row(so, "request_recalled", "1", "RQ-1", "7"),
    row(so, "delivered", "1", "SH-1", "40"), row(so, "lost", "1", "SH-1", "3"), row(so, "refused", "1", "SH-1", "1"),
    row(so, "invoiced", "1", "INV-1", "50", "45.00"), row(so, "free", "1", "SH-1", "2", "2.00"), row(so, "ahead", "1", "INV-1", "5"),
    row(so, "ordered", "2", "SO-1/1", "10"), row(so, "over", "2", "SH-2", "2"), row(so, "shipped", "2", "SH-2", "12", "12.00"), row(so, "delivered", "2", "SH-2", "12"), row(so, "free", "2", "SH-2", "2", "2.00"), row(so, "invoiced", "2", "INV-1", "10", "10.00"),
    row(so, "order_value", "1", "SO-1/1", "0", "110.00"), row(so, "order_charges", "charge:freight", "SO-1/1", "0", "10.00"), row(so, "order_tax", "tax", "SO-1/1", "0", "9.60"),
    row(so, "billed_goods", "1", "INV-1", "0", "63.00"), row(so, "billed_charges", "charge:freight", "INV-1", "0", "12.00"), row(so, "billed_tax", "tax", "INV-1", "0", "6.10"),
    row(so, "over_value", "2", "SH-2", "0", "2.00"), row(so, "free_value", "1", "SH-1", "0", "4.00"), row(so, "ahead_value", "1", "INV-1", "0", "5.00"),
    row(so, "cancelled_goods", "1", "CX-1", "0", "8.00"), row(so, "cancelled_charges", "charge:freight", "CX-1", "0", "1.00"), row(so, "cancelled_tax", "tax", "CX-1", "0", "0.64"),
    row(so, "diff_price_change", "1", "SO-1/2", "0", "-1.00"), row(so, "diff_weight", "1", "SH-1", "0", "1.00"), row(so, "diff_freight_actual", "charge:freight", "SH-1", "0", "3.00"), row(so, "diff_tax_redetermined", "tax", "INV-1", "0", "0.13"), row(so, "diff_rounding", "tax", "INV-1", "0", "0.01"),
    ...posted.flatMap(([line, amount]) => [row(unit, "wanted_total", line, "INV-1", "0", text(dec(amount).plus("1.00"))), row(unit, "accepted_difference", line, "INV-1", "0", "1.00"), row(unit, "posted_total", line, "INV-1", "0", amount)]), row(unit, "committed_tax", "tax", "INV-1", "0", "6.10"), row(unit, "invoice_total", "", "INV-1", "0", "81.10"),
    row(unit, "debit_total", "", "DM-1", "0", "4.00"), row(unit, "cash_applied", "", "B-1", "0", "50.00"), row(unit, "discount_taken", "", "B-1", "0", "1.00"), row(unit, "credit_applied", "", "CM-1", "0", "10.00"), row(unit, "written_off", "", "B-1", "0", "0.10"),
    row(receipt, "received", "", "B-1", "0", "90.00"), row(receipt, "applied", "", "B-1/INV-1", "0", "50.00"), row(receipt, "deposit", "", "SO-9", "0", "10.00"), row(receipt, "unapplied", "", "B-1", "0", "15.00"), row(receipt, "refunded", "", "RF-1", "0", "10.00"), row(receipt, "reversed", "", "B-1/2", "0", "5.00"),
    row(rma, "returned", "1", "R-1", "9"), row(rma, "credited", "1", "CM-1", "4"), row(rma, "credited_ahead", "1", "R-1", "1"), row(rma, "not_creditable", "1", "R-1", "1"), row(rma, "restocked", "1", "R-1", "4"), row(rma, "scrapped", "1", "R-1", "1"), row(rma, "to_supplier", "1", "R-1", "1"), row(rma, "sent_back", "1", "R-1", "1"),
    row(rma, "credit_total", "", "CM-1", "0", "16.00"), row(rma, "credit_applied_out", "", "INV-1", "0", "10.00"), row(rma, "credit_refunded", "", "RF-1", "0", "4.00"),
  ],
  slices: [
    slice(so, "U", "1", "backorder", "unallocated", "6", "6.00", { charges: "0.25", tax: "0.50" }), slice(so, "A", "1", "release", "allocated", "4", "4.00"), slice(so, "R", "1", "fulfil", "released", "14", "14.00"),
    slice(so, "T", "1", "deliver", null, "20", "0"),
    slice(so, "W", "1", "bill_wait", "waiting", "5", "5.00", { tax: "1.00" }), slice(so, "H", "1", "bill_control", "held", "4", "4.00", { tax: "0.50" }), slice(so, "E", "1", "bill_control", "exception", "5", "5.00", { tax: "0.50" }), slice(so, "F", "1", "post", "in_flight", "3", "3.00", { tax: "0.50", holder: "target:erp" }),
    slice(unit, "open", "", "collect", null, "0", "24.00"), slice(rma, "left", "1", "credit_settle", null, "0", "2.00"),
    slice(rma, "w", "1", "inspect", "waiting", "2", "0"), slice(rma, "h", "1", "credit_control", "held", "1", "0"), slice(rma, "e", "1", "credit_control", "exception", "1", "0"), slice(rma, "f", "1", "credit_post", "in_flight", "1", "0"),
  ],
};
/** The fixture is completed by what M2 leaves over, so that each equation closes and every alteration shows alone. */
const closed: Books = { ...books, movements: [...books.movements, row(so, "diff_rounding", "1", "fixture", "0", "-1.00"), row(so, "diff_rounding", "charge:freight", "fixture", "0", "0.25"), row(so, "cancelled_tax", "tax", "CX-2", "0", "0.00")] };

describe("the equations on rows", () => {
  test("a closed set of books has no unexplained difference and every equation is proved", () => {
    const proofs = prove(closed);
    expect(drifts(proofs).map((proof) => [proof.equation, proof.line, proof.residual])).toEqual([]);
    expect(unexplainedText(unexplainedDifference(proofs))).toBe("0");
    expect([...new Set(proofs.map((proof) => proof.equation))].sort()).toEqual([...equations.map((equation) => equation.id), "Q2", "Q2 over"].sort());
  });

  const cases = equations.flatMap((equation) => equation.terms.flatMap((term) => (term.movements ?? []).map((movement) => [equation.id, term.name, movement] as const)));
  test.each(cases)("%s: a change of one document of term %s (%s) shows as a drift of that equation with that document", (id, name, movement) => {
    const equation = equations.find((candidate) => candidate.id === id);
    const index = closed.movements.findIndex((candidate) => candidate.term === movement && (equation?.lines?.test(candidate.line) ?? true) && (equation?.part === undefined || !["over_value", "ahead_value", "free_value", "diff_rounding"].includes(movement) || (equation.part === "tax") === candidate.line.startsWith("tax") && (equation.part === "charges") === candidate.line.startsWith("charge:")));
    if (index < 0) { expect(["over_value", "ahead_value", "free_value"]).toContain(movement); return; }
    const altered = closed.movements.map((candidate, at) => (at !== index ? candidate : { ...candidate, quantity: String(Number(candidate.quantity) + 3), amount: (Number(candidate.amount) + 3).toFixed(2) }));
    const drift = drifts(prove({ ...closed, movements: altered })).find((proof) => proof.equation === id);
    expect(drift?.residual.replace("-", "")).toBe("3");
    expect(drift?.terms.find((term) => term.name === name)?.documents.map((document) => document.document)).toContain(closed.movements[index]?.document);
  });
  test.each(closed.slices.map((each) => [each.key, each] as const))("a slice that is not there (%s) shows as a drift", (_key, missing) => {
    expect(drifts(prove({ ...closed, slices: closed.slices.filter((each) => each !== missing) })).length).toBeGreaterThan(0);
  });
  test("what is unexplained is told apart: pieces, and money of each currency", () => {
    const proof = (currency: string | null, residual: string) => ({ ...prove(closed)[0]!, currency, residual });
    const unexplained = unexplainedDifference([proof(null, "-1"), proof("USD", "170.00"), proof("USD", "-0.04"), proof("EUR", "5.00"), proof("USD", "0")]);
    expect(unexplained).toEqual({ pieces: "1", money: [{ currency: "EUR", amount: "5" }, { currency: "USD", amount: "170.04" }] });
    expect(unexplainedText(unexplained)).toBe("1 piece, 5 EUR, 170.04 USD");
  });
  test("Q2: open quantity is checked against max(0, O − X − B − S), over-shipment against its own count", () => {
    const without = closed.movements.filter((each) => each.term !== "over");
    expect(drifts(prove({ ...closed, movements: without })).map((proof) => proof.equation)).toEqual(["Q1", "Q2 over"]);
  });
});

describe("how they are read", () => {
  test("a connector that is down counts its slices as exception and rewrites none", () => {
    const down = prove({ ...closed, connectorsDown: new Set(["erp"]) }).find((proof) => proof.equation === "Q5" && proof.line === "1");
    expect(down?.terms.filter((term) => term.side === "right").map((term) => [term.name, term.value])).toEqual([["I invoiced", "50"], ["N free", "2"], ["W waiting", "5"], ["H held", "4"], ["E exception", "8"]]);
    expect(down?.residual).toBe("0");
  });
  test("as of a day, later documents stand apart and the equation still closes", () => {
    const later = closed.movements.map((each) => (each.document === "INV-1" ? { ...each, effectiveOn: "2026-04-01", recordedAt: "2026-04-02T10:00:00.000Z" } : each));
    const march = prove({ ...closed, movements: later }, { day: "2026-03-31" }).find((proof) => proof.equation === "Q5" && proof.line === "1");
    expect(march?.terms.find((term) => term.name.startsWith("closed after"))?.value).toBe("45");
    expect(march?.residual).toBe("0");
    expect(prove({ ...closed, movements: later }, { known: "2026-04-01T00:00:00.000Z" }).find((proof) => proof.equation === "M4")).toBeUndefined();
  });
  test("sums by entity and process keep every residual, and never add two currencies", () => {
    const euro = closed.movements.map((each) => (each.subject === receipt ? { ...each, currency: "EUR", amount: each.term === "received" ? "91.00" : each.amount } : each));
    const sums = summarise(prove({ ...closed, movements: euro }), "process");
    expect(sums.filter((sum) => sum.residual !== "0").map((sum) => [sum.equation, sum.group, sum.residual, sum.drifts])).toEqual([["M5", "order_to_cash", "1", 1]]);
    expect(summarise(prove(closed), "entity").every((sum) => sum.group === "US01")).toBe(true);
  });
  test("flows by day and period", () => {
    expect(flows(closed.movements, "period").find((flow) => flow.term === "invoiced")).toEqual({ group: "2026-03", term: "invoiced", currency: "USD", quantity: "60", amount: "55" });
    expect(flows(closed.movements, "day").every((flow) => flow.group === "2026-03-02")).toBe(true);
  });
  test("M9 rolls forward from documents to what the slices say", () => {
    expect(shippedNotInvoiced(closed, { from: "2026-03-01", to: "2026-03-31" })).toEqual([{ currency: "USD", opening: "0", shipped: "76", invoiced: "55", credited: "0", reversed: "0", free: "4", closing: "17", unbilled: "17", residual: "0" }]);
    const april = [...closed.movements, row(so, "shipped", "3", "SH-9", "5", "5.00", "2026-04-02"), row(so, "invoiced", "3", "INV-9", "5", "5.00", "2026-04-03")];
    expect(shippedNotInvoiced({ ...closed, movements: april }, { from: "2026-03-01", to: "2026-04-02" })[0]).toMatchObject({ closing: "22", unbilled: "22", residual: "0" });
  });
  test("M8 is proved for each customer that was read back, M7 for each provider account", () => {
    const items = [{ billTo: "C-1", currency: "USD", kind: "invoice", document: "INV-1", open: "20.00" }, { billTo: "C-1", currency: "USD", kind: "credit", document: "CM-1", open: "2.00" }, { billTo: "C-1", currency: "USD", kind: "unapplied", document: "B-1", open: "15.00" }] as const;
    expect(proveLedger(items, [{ billTo: "C-1", currency: "USD", balance: "3.00" }])[0]?.residual).toBe("0");
    expect(proveLedger(items, [{ billTo: "C-1", currency: "USD", balance: "3.50" }])[0]).toMatchObject({ residual: "-0.5", documents: ["INV-1", "CM-1", "B-1"] });
    const s18 = { captured: "648.00", refunded: "54.00", disputed: "0", disputesWon: "0", fees: "19.39", other: "0", paidOut: "574.61", notYetPaid: "0" };
    expect(proveProvider(s18).residual).toBe("0");
    expect(proveProvider({ ...s18, paidOut: "574.16" }).residual).toBe("0.45");
  });
});
