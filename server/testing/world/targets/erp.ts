import type { LedgerBalance } from "../../../domain/conservation/ledger";
import { dec, sumOf, text, type Decimal } from "../../../domain/decimal";
import type { Instant } from "../../../domain/instant";
import { moneyText } from "../../../domain/money";
import type { CommandPayloads } from "../../../domain/payloads";
import { parseSubjectId } from "../../../domain/subject";
import type { CommandRow } from "../store";
import { said, type Answer, type Handle, type Refusal, type Said } from "./target";

type InvoicePayload = CommandPayloads["post_invoice"];
type CreditPayload = CommandPayloads["post_credit"] | CommandPayloads["post_debit"];

/** A document in the ERP's ledger, with the ERP's own figures. */
export interface LedgerEntry {
  kind: "invoice" | "debit" | "credit"; number: string; reference: string; customer: string; billTo: string; payer: string; order: string; currency: string; accountingDate: string; dueDate: string | null;
  net: string; charges: string; tax: string; total: string; voided: boolean; shipment: string | null; invoice: string | null; postedAt: Instant; subject: string;
  lines: { key: string; order: string; line: string; quantity: string; net: string; tax: string }[];
  chargeLines: { charge: string; amount: string; tax: string }[];
}

export interface Erp {
  handle: Handle;
  documents: LedgerEntry[];
  receipts: Map<string, { number: string; amount: Decimal; applied: Decimal; payer: string; currency: string }>;
  /** Open amount of an invoice, debit or credit, by what was applied here. */
  open(document: string): Decimal;
  /** What each bill-to owes by this ledger in each currency: invoices, debits and refunds less credits, receipts and write-offs. */
  balances(): LedgerBalance[];
  /** Numbers that references had in another run, so that a shuffled world gives the same documents the same names. */
  names: Map<string, string>;
  /** Next invoice number, for scenarios that name one. */
  next(number: number): void;
  readBack(row: CommandRow): { result: Record<string, unknown>; events: Said[]; agrees: boolean } | null;
  find(reference: string): LedgerEntry[];
  /** Takes back what was committed, as if the request had never come. */
  forget(reference: string): void;
}

const kinds = { post_invoice: "invoice", post_debit: "debit", post_credit: "credit" } as const;
const prefixes = { invoice: "INV", debit: "DM", credit: "CM" } as const;
const isPosting = (kind: string): boolean => Object.hasOwn(kinds, kind);

/** A ledger that numbers its documents INV-1, DM-1, CM-1, RC-1, each with `suffix`, and keeps what was applied to what. It has no idempotency, as many ERPs. */
export function createErp(names: Map<string, string>, suffix = ""): Erp {
  const documents: LedgerEntry[] = [];
  const receipts: Erp["receipts"] = new Map();
  const applied = new Map<string, Decimal>();
  const counters = { invoice: 1, debit: 1, credit: 1, receipt: 1 };
  const taken = new Set(names.values());
  const number = (kind: keyof typeof counters, prefix: string, reference: string): string => {
    const before = names.get(reference);
    if (before !== undefined && !documents.some((entry) => entry.number === before)) return before;
    let made = `${prefix}-${counters[kind]++}${suffix}`;
    while (taken.has(made)) made = `${prefix}-${counters[kind]++}${suffix}`;
    names.set(reference, made);
    taken.add(made);
    return made;
  };
  /** Written off (below zero), given back, and taken back again. */
  const adjusted: { billTo: string; currency: string; amount: Decimal }[] = [];
  const refunds = new Map<string, { source: string; number: string; amount: string; payer: string }>();
  const settle = (invoice: string, amount: Decimal) => applied.set(invoice, (applied.get(invoice) ?? dec(0)).plus(amount));
  const openOf = (invoice: string) => {
    const entry = documents.find((row) => row.number === invoice);
    return entry ? dec(entry.total).minus(applied.get(invoice) ?? 0) : dec(0);
  };

  const post = (row: CommandRow, now: Instant): Answer | Refusal => {
    const invoice = row.kind === "post_invoice" ? (row.payload as unknown as InvoicePayload) : null;
    const payload = invoice ?? (row.payload as unknown as CreditPayload);
    const kind = kinds[row.kind as keyof typeof kinds];
    if (dec(payload.total).isNegative()) return { code: kind === "invoice" ? "INV-01" : "CRD-01", message: `a ${kind} of ${payload.total}` };
    const order = invoice ? (invoice.orders[0] ?? "") : (payload as CreditPayload).order;
    const entry: LedgerEntry = {
      kind, number: number(kind, prefixes[kind], payload.reference), reference: payload.reference, customer: payload.customer, billTo: payload.billTo, payer: payload.payer, order,
      currency: payload.currency, accountingDate: payload.accountingDate, dueDate: "dueDate" in payload ? payload.dueDate : null, net: payload.net, charges: payload.chargesTotal, tax: payload.tax, total: payload.total,
      voided: false, shipment: invoice?.shipment ?? null, invoice: invoice ? null : (payload as CreditPayload).invoice, postedAt: now, subject: row.subject,
      lines: payload.lines.map((line) => ({ key: line.key, order: "order" in line ? (line.order) : order, line: line.line, quantity: line.quantity, net: line.net, tax: line.tax })),
      chargeLines: payload.charges.map(({ charge, amount, tax }) => ({ charge, amount, tax })),
    };
    documents.push(entry);
    return { reference: entry.number, result: resultOf(entry), events: [] };
  };

  const receive = (row: CommandRow): Answer => {
    const payload = row.payload as unknown as CommandPayloads["post_receipt"];
    const made = number("receipt", "RC", payload.reference);
    receipts.set(payload.receipt, { number: made, amount: dec(payload.amount), applied: dec(0), payer: payload.payer, currency: payload.currency });
    return { reference: made, result: { number: made, amount: payload.amount }, events: [] };
  };

  const apply = (row: CommandRow): Answer | Refusal => {
    const payload = row.payload as unknown as CommandPayloads["apply_receipt"];
    const receipt = receipts.get(payload.receipt);
    const left = receipt ? receipt.amount.minus(receipt.applied) : dec(0), owed = documents.find((entry) => entry.number === payload.invoice);
    if (receipt && owed && receipt.currency !== owed.currency) return { code: "PAY-01", message: `${payload.receipt} is in ${receipt.currency} and ${payload.invoice} in ${owed.currency}` };
    if (left.lt(payload.amount) || openOf(payload.invoice).lt(dec(payload.amount).plus(payload.writeOff))) return { code: "PAY-01", message: `${payload.receipt} has ${left.toFixed(2)} and ${payload.invoice} ${openOf(payload.invoice).toFixed(2)} left` };
    if (receipt) receipt.applied = receipt.applied.plus(payload.amount);
    settle(payload.invoice, dec(payload.amount).plus(payload.writeOff));
    adjusted.push({ billTo: receipt?.payer ?? "", currency: payload.currency, amount: dec(payload.writeOff).neg() });
    return { reference: `${payload.receipt}/${payload.invoice}`, result: { applied: payload.amount, writtenOff: payload.writeOff, open: moneyText(openOf(payload.invoice), payload.currency) }, events: [] };
  };

  const applyCredit = (row: CommandRow): Answer | Refusal => {
    const { credit, invoice, amount, currency } = row.payload as unknown as CommandPayloads["apply_credit"];
    if (openOf(credit).lt(amount) || openOf(invoice).lt(amount)) return { code: "CRD-01", message: `${credit} has ${openOf(credit).toFixed(2)} and ${invoice} ${openOf(invoice).toFixed(2)} left` };
    settle(credit, dec(amount));
    settle(invoice, dec(amount));
    return { reference: `${credit}/${invoice}`, result: { applied: amount, open: moneyText(openOf(invoice), currency) }, events: [] };
  };

  const giveBack = (row: CommandRow): Answer | Refusal => {
    const { source, number, amount, currency, reference } = row.payload as unknown as CommandPayloads["post_refund"];
    const receipt = [...receipts.values()].find((entry) => entry.number === number), credit = documents.find((entry) => entry.number === number);
    const left = source === "credit" ? openOf(number) : (receipt?.amount.minus(receipt.applied) ?? dec(0));
    if (left.lt(amount)) return { code: "REF-01", message: `${number} has ${left.toFixed(2)} left` };
    if (source === "credit") settle(number, dec(amount));
    else if (receipt) receipt.applied = receipt.applied.plus(amount);
    const payer = credit?.billTo ?? receipt?.payer ?? "";
    adjusted.push({ billTo: payer, currency, amount: dec(amount) });
    refunds.set(reference, { source, number, amount, payer });
    return { reference, result: { amount }, events: [] };
  };

  const takeRefundBack = (row: CommandRow): Answer | Refusal => {
    const { refundNumber, amount: expected, currency } = row.payload as unknown as CommandPayloads["reverse_refund"], refund = refunds.get(refundNumber);
    if (refund?.amount !== expected) return { code: "REF-01", message: `${refundNumber} is unknown or not of ${expected}` };
    const { source, number, amount, payer } = refund, receipt = [...receipts.values()].find((entry) => entry.number === number);
    refunds.delete(refundNumber);
    if (source === "credit") settle(number, dec(amount).neg());
    else if (receipt) receipt.applied = receipt.applied.minus(amount);
    adjusted.push({ billTo: payer, currency, amount: dec(amount).neg() });
    return { reference: refundNumber, result: { reversed: amount }, events: [] };
  };

  const handle: Handle = (row, now) => {
    if (isPosting(row.kind)) return post(row, now);
    if (row.kind === "post_receipt") return receive(row);
    if (row.kind === "apply_receipt") return apply(row);
    if (row.kind === "post_refund") return giveBack(row);
    if (row.kind === "apply_credit") return applyCredit(row);
    if (row.kind === "reverse_application") {
      const payload = row.payload as unknown as CommandPayloads["reverse_application"];
      const receipt = receipts.get(payload.receipt);
      if (receipt) receipt.applied = receipt.applied.minus(payload.amount);
      settle(payload.invoice, dec(payload.amount).neg());
      return { reference: payload.reference, result: {}, events: [] };
    }
    if (row.kind === "reverse_refund") return takeRefundBack(row);
    if (row.kind === "reverse_receipt") {
      const payload = row.payload as unknown as CommandPayloads["reverse_receipt"];
      const receipt = receipts.get(payload.receipt);
      if (!receipt?.applied.isZero()) return { code: "PAY-03", message: `${payload.receiptNumber} is unknown or applied` };
      receipts.delete(payload.receipt);
      return { reference: receipt.number, result: { reversed: payload.amount }, events: [] };
    }
    const entry = documents.find((document) => document.number === (row.payload as { invoice?: string }).invoice);
    if (row.kind === "void_invoice" && entry) { entry.voided = true; return { reference: entry.number, result: { state: "voided" }, events: [] }; }
    return { code: "INV-01", message: `the ERP does not know ${row.kind}` };
  };

  const balances = (): LedgerBalance[] => {
    const booked = [
      ...documents.filter(({ voided }) => !voided).map(({ billTo, currency, kind, total }) => ({ billTo, currency, amount: kind === "credit" ? dec(total).neg() : dec(total) })),
      ...[...receipts.values()].map(({ payer, currency, amount }) => ({ billTo: payer, currency, amount: amount.neg() })), ...adjusted,
    ];
    return [...Map.groupBy(booked, ({ billTo, currency }) => `${billTo}|${currency}`).values()].flatMap((rows) => rows.slice(0, 1).map(({ billTo, currency }) => ({ billTo, currency, balance: text(sumOf(rows, ({ amount }) => amount)) })));
  };

  return {
    handle, documents, receipts, names, open: openOf, balances,
    next: (value) => { counters.invoice = value; },
    find: (reference) => documents.filter((entry) => entry.reference === reference && !entry.voided),
    forget: (reference) => { for (let index = documents.length - 1; index >= 0; index--) if (documents[index]?.reference === reference) documents.splice(index, 1); },
    readBack: (row) => {
      if (!isPosting(row.kind)) return { result: row.result ?? {}, events: [], agrees: true };
      const payload = row.payload as unknown as InvoicePayload;
      const entries = documents.filter((entry) => entry.reference === payload.reference);
      const entry = entries[0];
      if (!entry) return null;
      const agrees = entries.length === 1 && (["customer", "currency", "net", "tax", "total", "accountingDate"] as const).every((field) => entry[field] === payload[field]) && entry.charges === payload.chargesTotal;
      return { result: resultOf(entry), agrees, events: entries.map((found) => documentRead(found, row)) };
    },
  };
}

const resultOf = (entry: LedgerEntry): Record<string, unknown> => ({
  number: entry.number, net: entry.net, charges: entry.charges, tax: entry.tax, total: entry.total, customer: entry.customer, currency: entry.currency,
  accountingDate: entry.accountingDate, dueDate: entry.dueDate, state: "posted", lines: entry.lines.map(({ key, quantity, net, tax }) => ({ key, quantity, net, tax })),
});

const documentRead = (entry: LedgerEntry, row: CommandRow): Said => said({
  type: "ledger.document_read", source: row.connector, subject: parseSubjectId(row.subject),
  data: {
    kind: entry.kind, number: entry.number, reference: entry.reference, order: entry.order || undefined, version: 1, state: "posted", customer: entry.customer, currency: entry.currency,
    net: entry.net, charges: entry.charges, tax: entry.tax, total: entry.total, accountingDate: entry.accountingDate, ...(entry.dueDate ? { dueDate: entry.dueDate } : {}),
    lines: entry.lines.map((line) => ({ line: line.key, quantity: text(dec(line.quantity)), net: line.net, tax: line.tax })),
  },
});
