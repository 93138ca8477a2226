import type { LedgerDocument } from "../../contracts/billing";
import { dec, sumOf, zero, type Decimal } from "../../decimal";
import type { ExceptionCode } from "../../exceptions";
import { dayOf, type Day, type Instant } from "../../instant";
import { moneyText } from "../../money";
import type { ExceptionFinding, Finding, Milestone, Plan } from "../../plan";
import type { Gates } from "./gates/approve";
import type { OrderMoney } from "./books/money";
import { emptyPlan } from "./unseen";
import type { OrderView } from "./view";

/** History of an order as two systems tell it: the order system's own dates, and the ledger's documents. */
interface History { placed: Day; shippedOn: Instant | null; paidOn: Instant | null; invoices: LedgerDocument[]; goods: Decimal; freight: Decimal; hasLines: boolean; impossibleLines: string[] }

/**
 * An order that is only watched (mode observe): no command, no clock. INV-02 and INV-03 compare completely read sources,
 * the rest is information (annex of the domain reference). The rules know no order by its number.
 */
export function observedPlan(view: OrderView, money: OrderMoney, gates: Gates): Plan {
  void gates;
  const history = historyOf(view);
  const plan = emptyPlan(view.key);
  const exceptions = exceptionsIn(view, history);
  const { parties, order } = view;
  const shipped = history.shippedOn !== null, invoiced = history.invoices.length > 0, paid = history.paidOn !== null;
  const facets = ["managed_elsewhere", ...(view.record.clock ? ["clock"] : []), ...(prepaid(history) ? ["prepaid"] : []), ...(exceptions.length > 0 ? ["exception"] : [])];
  return {
    ...plan, exceptions, findings: findingsIn(view, history), milestones: milestonesIn(view, history), sentence: sentenceIn(history, exceptions),
    summary: {
      ...plan.summary, customer: parties.customer, customerName: parties.master?.name ?? null, channel: order.channel, currency: view.currency, placedAt: order.placed, facets, complete: shipped && invoiced,
      tracks: { commercial: shipped && invoiced ? "complete" : "accepted", fulfilment: shipped ? "shipped" : "not_started", billing: invoiced ? (shipped ? "invoiced" : "invoiced_ahead") : shipped ? "to_bill" : "nothing_to_bill", cash: paid ? "paid" : "none" },
      amounts: { ...(history.hasLines && !invoiced && !money.openTotal.isZero() ? { billable: moneyText(history.goods.plus(history.freight), view.currency) } : {}), ...(history.hasLines ? { ordered: moneyText(history.goods, view.currency), open: moneyText(shipped ? zero : money.openTotal, view.currency) } : {}), freight: moneyText(history.freight, view.currency) },
      identifiers: [{ kind: "order", value: view.key }, ...(order.purchaseOrder ? [{ kind: "purchase_order", value: order.purchaseOrder }] : []), ...history.invoices.map((invoice) => ({ kind: "invoice", value: invoice.number }))],
    },
  };
}

function historyOf(view: OrderView): History {
  const { order, record } = view;
  const observed = record.observed?.data ?? null;
  const impossible = order.lines.filter((line) => Number(line.quantity) === 0).map((line) => line.line);
  return {
    placed: dayOf(order.placed), shippedOn: observed?.shippedOn ?? null, paidOn: observed?.paidOn ?? null,
    invoices: record.ledger.map(({ data }) => data).filter((document) => document.kind === "invoice" && document.state === "posted"),
    goods: sumOf(view.lines, (row) => row.value.upTo(row.line.quantity)), freight: observed?.freight === undefined ? sumOf(order.charges, (charge) => dec(charge.amount)) : dec(observed.freight),
    hasLines: order.lines.length > 0, impossibleLines: impossible,
  };
}

const prepaid = (history: History): boolean => history.paidOn !== null && (history.shippedOn === null || dayOf(history.paidOn) < dayOf(history.shippedOn));

function exceptionsIn(view: OrderView, history: History): ExceptionFinding[] {
  const found: ExceptionFinding[] = [];
  const raise = (code: ExceptionCode, why: string, message: string, since: Instant, amount: Decimal | null) =>
    found.push({ code, fingerprint: { connector: view.record.source, code: why }, stops: [], amount: moneyText(amount ?? zero, view.currency), currency: amount === null ? null : view.currency, message, since });
  const { shippedOn, invoices } = history;
  const first = invoices[0];
  if (shippedOn !== null && !first) {
    const worth = history.hasLines ? `goods ${history.goods.toFixed(2)}` : "the order has no lines, so the amount cannot be computed from goods";
    raise("INV-02", history.hasLines ? "not invoiced" : "not invoiced, no lines", `Shipped on ${dayOf(shippedOn)}${history.paidOn ? ` and paid on ${dayOf(history.paidOn)}` : ""}, not invoiced; ${worth}`, shippedOn, history.hasLines ? history.goods : null);
  } else if (shippedOn === null && first && !view.record.advances.has(first.number)) raise("INV-03", "not shipped", `Invoice ${first.number} of ${first.accountingDate} and no shipment`, `${first.accountingDate}T00:00:00.000Z`, dec(first.total ?? history.goods));
  if (shippedOn === null && !history.hasLines) raise("CTR-01", "lines", `Order ${view.key} has no lines`, view.record.receivedAt, null);
  if (history.impossibleLines.length > 0) raise("CTR-01", "quantity", `Order ${view.key} orders nothing on ${history.impossibleLines.length === 1 ? "line" : "lines"} ${history.impossibleLines.join(", ")}`, view.record.receivedAt, null);
  return found;
}

function findingsIn(view: OrderView, history: History): Finding[] {
  const found: Finding[] = [];
  const note = (code: Finding["code"], message: string, amount: Decimal | null = null) => found.push({ code, message, amount: amount === null ? null : moneyText(amount, view.currency), currency: amount === null ? null : view.currency });
  const { shippedOn, invoices } = history;
  const ahead = invoices.find((invoice) => shippedOn !== null && invoice.accountingDate < dayOf(shippedOn));
  if (ahead && shippedOn !== null) note("FND-01", `Invoice ${ahead.number} of ${ahead.accountingDate} came before the shipment of ${dayOf(shippedOn)}, which closed it`);
  const early = invoices.find((invoice) => invoice.accountingDate < history.placed);
  if (early) note("FND-02", `Invoice ${early.number} is dated ${early.accountingDate}, before the order of ${history.placed}`);
  if (history.paidOn !== null && dayOf(history.paidOn) < history.placed) note("FND-02", `Paid on ${dayOf(history.paidOn)}, before the order of ${history.placed}`);
  const absent = invoices.filter((invoice) => invoice.total === undefined && invoice.net === undefined);
  if (absent.length > 0) note("FND-03", `Invoice ${absent.map(({ number }) => number).join(", ")} carries no amounts; ${history.goods.toFixed(2)} is derived from the order`);
  if (invoices.length > 0 && history.freight.gt(0) && invoices.every((invoice) => invoice.charges === undefined)) note("FND-03", `Freight ${history.freight.toFixed(2)} is on the order and cannot be shown to be billed`, history.freight);
  if (shippedOn !== null && history.paidOn === null && invoices.some((invoice) => invoice.dueDate === undefined)) note("FND-04", `Invoice ${invoices[0]?.number ?? ""} is open and has no due date: its terms are unknown`);
  for (const { line, quantity } of view.record.observed?.data.allocatedByLine ?? []) {
    const ordered = view.byId.get(line)?.line.quantity;
    if (ordered && dec(quantity).gt(ordered)) note("FND-05", `Line ${line}: ${quantity} allocated for ${ordered.toFixed()} ordered`);
  }
  return found;
}

function milestonesIn(view: OrderView, history: History): Milestone[] {
  const at = (name: Milestone["name"], occurredAt: Instant | null, document: string): Milestone[] => (occurredAt === null ? [] : [{ name, occurredAt, document, slot: "" }]);
  return [
    ...at("placed", view.order.placed, view.key), ...at("received", view.record.receivedAt, view.key), ...at("shipped", history.shippedOn, view.key), ...at("receipt_recorded", history.paidOn, view.key),
    ...history.invoices.map((invoice): Milestone => ({ name: "invoice_posted", occurredAt: `${invoice.accountingDate}T00:00:00.000Z`, document: invoice.number, slot: invoice.number })),
  ];
}

function sentenceIn(history: History, exceptions: readonly ExceptionFinding[]): string | null {
  if (exceptions[0]) return `${exceptions[0].message}.`;
  if (history.shippedOn === null && history.invoices.length === 0) return "Open at its source: not shipped, not invoiced, not paid.";
  return null;
}
