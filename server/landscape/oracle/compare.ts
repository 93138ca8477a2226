import Decimal from 'decimal.js';
import type { DocumentLine, SalesDocument } from '../systems/erp/model';
import { roundAmount } from '../arithmetic';
import type { ActualLedgers } from './actual';
import { compareWhole } from './compare-whole';
import { awaited, type Difference, type Undecided } from './difference';
import { expectedTax, type Expected, type ExpectedLine, type ExpectedOrder } from './expected';
import { compareSettlement, settledInvoices, type SettledInvoice } from './settlement';
import { compareShipped } from './shipped';

interface LineOnDocument {
  document: SalesDocument;
  line: DocumentLine;
  sign: 1 | -1;
}

/** Reason codes of credits that give money and no goods back. */
const moneyOnly = new Set(['PRICE', 'ALLOWANCE', 'TAX']);

function isInLedger(document: SalesDocument): boolean {
  return document.Status !== 'Draft';
}

function linesByOrder(actual: ActualLedgers): Map<string, LineOnDocument[]> {
  const byOrder = new Map<string, LineOnDocument[]>();
  const add = (document: SalesDocument, sign: 1 | -1): void => {
    if (!isInLedger(document)) return;
    for (const line of document.Lines) {
      const key = line.SalesOrderNo ?? '';
      byOrder.set(key, [...(byOrder.get(key) ?? []), { document, line, sign }]);
    }
  };
  for (const invoice of actual.invoices) add(invoice, 1);
  for (const debit of actual.debitMemos) add(debit, 1);
  for (const credit of actual.creditMemos) add(credit, -1);
  return byOrder;
}

const total = <T>(rows: readonly T[], pick: (row: T) => Decimal): Decimal => rows.reduce((sum, row) => sum.plus(pick(row)), new Decimal(0));

/** Compares what the script says with what the ledgers hold, to the cent. No differences = the ledgers are right. */
export function compareOracle(expected: Expected, actual: ActualLedgers, undecided: Undecided = []): Difference[] {
  const byOrder = linesByOrder(actual);
  const known = new Set(expected.orders.map((order) => order.orderNumber));
  const strangers = [...byOrder].filter(([orderNumber]) => !known.has(orderNumber)).map(([orderNumber, lines]): Difference => ({
    orderNumber, scenario: null, what: 'unexpected_line', where: lines[0]?.document.No ?? null, expected: '0', actual: String(lines.length), awaits: null,
  }));
  return [
    ...expected.orders.flatMap((order) => compareOrder(expected, order, byOrder.get(order.orderNumber) ?? [], actual, undecided)),
    ...strangers,
    ...compareShipped(expected, actual, undecided),
    ...compareWhole(actual, expected.orders.flatMap((order) => settledOf(order, byOrder.get(order.orderNumber) ?? [], actual))),
  ];
}

function compareOrder(expected: Expected, order: ExpectedOrder, found: LineOnDocument[], actual: ActualLedgers, undecided: Undecided): Difference[] {
  const lines = found.map((entry) => named(order, entry));
  const differences: Difference[] = [];
  const report = (what: Difference['what'], where: string | null, wanted: Decimal, found: Decimal): void => {
    if (wanted.eq(found)) return;
    const isMoney = what !== 'line_quantity';
    differences.push({
      orderNumber: order.orderNumber, scenario: order.scenario, what, where, expected: isMoney ? wanted.toFixed(2) : wanted.toString(), actual: isMoney ? found.toFixed(2) : found.toString(), awaits: awaited(undecided, order, what, wanted, found),
    });
  };
  for (const line of order.lines) compareLine(line, lines.filter((entry) => entry.line.SalesOrderLine === line.ref), actual, report);
  const refs = new Set(order.lines.map((line) => line.ref));
  for (const stranger of lines.filter((entry) => !refs.has(entry.line.SalesOrderLine ?? ''))) {
    differences.push({ orderNumber: order.orderNumber, scenario: order.scenario, what: 'unexpected_line', where: stranger.line.SalesOrderLine, expected: '', actual: stranger.line.LineAmount, awaits: null });
  }
  for (const document of new Set(lines.map((entry) => entry.document))) {
    const ofDocument = lines.filter((entry) => entry.document === document);
    const sale = ofDocument[0]?.sign === -1 ? document.AppliesToInvoiceNo : null;
    const wanted = total(ofDocument, ({ line }) => sale === null
      ? expectedTax(expected, order, order.lines.find((entry) => entry.ref === line.SalesOrderLine)?.taxCode ?? '', new Decimal(line.LineAmount), document.PostingDate)
      : taxTakenBack(sale, lines, document, line, actual));
    report('tax', document.No, wanted, total(ofDocument, ({ line }) => new Decimal(line.TaxAmount)));
    if (document.CustomerNo !== order.erpCustomer) {
      differences.push({ orderNumber: order.orderNumber, scenario: order.scenario, what: 'customer', where: document.No, expected: order.erpCustomer, actual: document.CustomerNo, awaits: null });
    }
  }
  for (const settled of settledOf(order, lines, actual)) compareSettlement(settled, actual.openItems, report);
  return differences;
}

/** A charge that names no charge of the shop is known by its account: an order has each account once. */
function named(order: ExpectedOrder, entry: LineOnDocument): LineOnDocument {
  if (entry.line.SalesOrderLine !== null || entry.line.Type !== 'Charge') return entry;
  const charge = order.lines.find((line) => line.account !== null && line.account === entry.line.No);
  return charge ? { ...entry, line: { ...entry.line, SalesOrderLine: charge.ref } } : entry;
}

type Report = (what: Difference['what'], where: string | null, wanted: Decimal, found: Decimal) => void;

/** Invoiced less credited, in base units and in money, however many documents there are. */
function compareLine(line: ExpectedLine, onDocuments: LineOnDocument[], actual: ActualLedgers, report: Report): void {
  report('line_net', line.ref, new Decimal(line.net).minus(line.creditedNet), total(onDocuments, (entry) => new Decimal(entry.line.LineAmount).times(entry.sign)));
  if (line.quantity === null) return;
  const moved = onDocuments.filter((entry) => !moneyOnly.has(entry.document.ReasonCode ?? ''));
  report('line_quantity', line.ref, new Decimal(line.quantity).minus(line.creditedQuantity ?? 0), total(moved, (entry) => inBaseUnits(entry.line, actual).times(entry.sign)));
}

function inBaseUnits(line: DocumentLine, actual: ActualLedgers): Decimal {
  const unit = actual.itemUnits.find((row) => row.Id === `${line.No}/${line.UnitOfMeasure ?? ''}`);
  return new Decimal(line.Quantity).times(unit?.QtyPerUnitOfMeasure ?? 1);
}

/**
 * A credit takes back the tax of its sale (invariants 4 and 9), which was checked against the rate of that day: by the
 * cumulative rule, so that what comes back in parts adds up to it. Goods count by quantity, money alone by amount.
 */
function taxTakenBack(sale: string, lines: LineOnDocument[], credit: SalesDocument, line: DocumentLine, actual: ActualLedgers): Decimal {
  const isMoney = moneyOnly.has(credit.ReasonCode ?? '');
  const size = (row: DocumentLine): Decimal => (isMoney || row.Type === 'Charge' ? new Decimal(row.LineAmount) : inBaseUnits(row, actual));
  const sameLine = lines.filter((entry) => entry.line.SalesOrderLine === line.SalesOrderLine);
  const sold = sameLine.filter((entry) => entry.sign === 1 && (entry.document.No === sale || entry.document.AppliesToInvoiceNo === sale));
  const before = total(sameLine.filter(({ document, sign }) => sign === -1 && document.AppliesToInvoiceNo === sale && document.Id < credit.Id && moneyOnly.has(document.ReasonCode ?? '') === isMoney), (entry) => size(entry.line));
  const whole = total(sold, (entry) => size(entry.line));
  const upTo = (part: Decimal): Decimal => (whole.isZero() ? whole : roundAmount(total(sold, (entry) => new Decimal(entry.line.TaxAmount)).times(part).div(whole)));
  return upTo(before.plus(size(line))).minus(upTo(before));
}

/** The order's invoices with the money and credits that settle them. */
function settledOf(order: ExpectedOrder, found: LineOnDocument[], actual: ActualLedgers): SettledInvoice[] {
  const documents = (sign: 1 | -1): SalesDocument[] => [...new Set(found.filter((entry) => entry.sign === sign).map((entry) => entry.document))];
  return settledInvoices(order, { invoices: documents(1).filter((document) => document.AppliesToInvoiceNo === null), credits: documents(-1) }, actual);
}
