import { chargeCode } from "@/server/domain/charge";
import { dec, text, type Decimal } from "@/server/domain/decimal";
import { moneyText } from "@/server/domain/money";
import type { CommandPayloads } from "@/server/domain/payloads";
import { ok, type Result } from "@/server/domain/result";
import type { OutboundCommand } from "../contract/connector";
import { externalReference } from "../contract/events";
import type { ErpSettings } from "./config";

export interface ErpRequest { path: string; set: string; body: Record<string, unknown> }
const payloadOf = <K extends keyof CommandPayloads>(command: OutboundCommand): CommandPayloads[K] => command.payload as unknown as CommandPayloads[K];

/** What Meridian repeats as `ExternalDocumentNo`: the command's reference, or a digest of its key where that is too long. */
export function externalNumber(command: OutboundCommand, settings: Pick<ErpSettings, "referenceLength">): string {
  const { reference } = command.payload as { reference?: unknown };
  return typeof reference === "string" && reference.length <= settings.referenceLength ? reference : externalReference(command.naturalKey, settings.referenceLength);
}
/** The key itself in the field for notes, where the number is only its digest: so that nothing is lost. */
const keptKey = (command: OutboundCommand, external: string): { Description?: string } => (external === command.naturalKey ? {} : { Description: command.naturalKey });

interface Line { key: string; line: string; item: string; description: string; quantity: string; net: string; tax: string }
interface ItemPricing { Quantity: string; UnitPrice: string; PriceUnitQuantity: string; LineDiscountAmount: string }

/** Number of an item line: the shipment's own line where that is a number, so that a reader finds the billed line again. */
const lineNo = (key: string, index: number, all: readonly Line[]): number => {
  const numbers = all.map((line) => shipmentLineOf(line.key));
  const own = shipmentLineOf(key);
  return own !== null && new Set(numbers).size === all.length && !numbers.includes(null) ? own * 10_000 : (index + 1) * 10_000;
};
const shipmentLineOf = (key: string): number | null => {
  const last = key.split("/").at(-1) ?? "";
  return /^[1-9]\d{0,4}$/.test(last) ? Number(last) : null;
};

/** Every LineNo of a document with the key of the line that it bills. */
export const keysByLineNo = (lines: readonly Line[]): Map<number, string> => new Map(lines.map((line, index) => [lineNo(line.key, index, lines), line.key]));

function itemLine(command: OutboundCommand, line: Line, index: number, all: readonly Line[], order: string, shipment: string | null, pricing: ItemPricing): Result<Record<string, unknown>> {
  const item = command.code("item", line.item);
  if (!item.ok) return item;
  const unit = command.code("base_unit", line.item);
  if (!unit.ok) return unit;
  return ok({
    LineNo: lineNo(line.key, index, all), Type: "Item", No: item.value, Description: line.description, ...pricing, UnitOfMeasure: unit.value,
    LineAmount: line.net, TaxPercent: null, TaxAmount: line.tax, SalesOrderNo: order, SalesOrderLine: line.line, ShipmentNo: shipment,
  });
}

function chargeLines(command: OutboundCommand, charges: readonly { charge: string; order?: string; amount: string; tax: string }[], after: number, order: string): Result<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  for (const [index, charge] of charges.entries()) {
    const word = chargeCode(charge.charge), code = command.code("charge", word);
    if (!code.ok) return code;
    lines.push({
      LineNo: after + (index + 1) * 10_000, Type: "Charge", No: code.value, Description: word, Quantity: "1", UnitOfMeasure: null, UnitPrice: charge.amount, PriceUnitQuantity: "1",
      LineDiscountAmount: "0.00", LineAmount: charge.amount, TaxPercent: null, TaxAmount: charge.tax, SalesOrderNo: charge.order ?? order, SalesOrderLine: null, ShipmentNo: null,
    });
  }
  return ok(lines);
}

/**
 * Discount is what the price leaves above the billed amount. The cumulative rule may bill a part a cent above its price, and
 * Meridian has no discount below nothing: such a line is priced by its amount.
 */
const billedAt = (line: { quantity: string; price: string; priceUnit: string; net: string }, currency: string): ItemPricing => {
  const discount = dec(line.quantity).times(line.price).div(line.priceUnit).minus(line.net);
  if (discount.lt("-0.005")) return creditedAt(line);
  return { Quantity: text(dec(line.quantity)), UnitPrice: line.price, PriceUnitQuantity: text(dec(line.priceUnit)), LineDiscountAmount: moneyText(discount.gt(0) ? discount : dec(0), currency) };
};

/** A credit has amounts, not prices: the price is the amount of the whole quantity, which is exact whatever the division leaves. */
const creditedAt = (line: { quantity: string; net: string }): ItemPricing => {
  const quantity: Decimal = dec(line.quantity);
  return { Quantity: quantity.isZero() ? "1" : text(quantity), UnitPrice: line.net, PriceUnitQuantity: quantity.isZero() ? "1" : text(quantity), LineDiscountAmount: "0.00" };
};

export function invoiceRequest(command: OutboundCommand, settings: ErpSettings): Result<ErpRequest> {
  const invoice = payloadOf<"post_invoice">(command);
  const billTo = command.code("customer", invoice.billTo), sellTo = command.code("customer", invoice.customer), terms = command.code("terms", invoice.terms);
  if (!billTo.ok) return billTo;
  if (!sellTo.ok) return sellTo;
  if (!terms.ok) return terms;
  const lines: Record<string, unknown>[] = [];
  for (const [index, line] of invoice.lines.entries()) {
    const made = itemLine(command, line, index, invoice.lines, line.order, invoice.shipment, billedAt(line, invoice.currency));
    if (!made.ok) return made;
    lines.push(made.value);
  }
  const charges = chargeLines(command, invoice.charges, highest(lines), invoice.orders[0] ?? "");
  if (!charges.ok) return charges;
  const external = externalNumber(command, settings);
  return ok({
    path: "SalesInvoices/CreateAndPost", set: "SalesInvoices",
    body: {
      ExternalDocumentNo: external, ...keptKey(command, external), CustomerNo: billTo.value, SellToCustomerNo: sellTo.value, YourReference: invoice.purchaseOrder,
      DocumentDate: invoice.accountingDate, PostingDate: invoice.accountingDate, RevenueDate: invoice.revenueDate, DueDate: invoice.dueDate, CurrencyCode: invoice.currency, PaymentTermsCode: terms.value,
      TaxDocumentCode: `${invoice.unit}/r${invoice.revision}`, ShipmentNos: [invoice.shipment],
      NetAmount: invoice.net, ChargesAmount: invoice.chargesTotal, TaxAmount: invoice.tax, TotalAmount: invoice.total, Lines: [...lines, ...charges.value],
    },
  });
}

const highest = (lines: readonly Record<string, unknown>[]): number => Math.max(0, ...lines.map((line) => Number(line["LineNo"])));
const creditReason = { correction: "CORRECTION", return: "RETURN", price_adjustment: "PRICE", allowance: "ALLOWANCE", tax_only: "TAX" } as const;

/** A credit memo, or the debit memo of the same shape that is owed and due. */
export function creditRequest(command: OutboundCommand, settings: ErpSettings): Result<ErpRequest> {
  const credit = payloadOf<"post_credit">(command), debit = command.kind === "post_debit" ? payloadOf<"post_debit">(command) : null, set = debit ? "SalesDebitMemos" : "SalesCreditMemos";
  const billTo = command.code("customer", credit.billTo), sellTo = command.code("customer", credit.customer);
  if (!billTo.ok) return billTo;
  if (!sellTo.ok) return sellTo;
  const lines: Record<string, unknown>[] = [];
  for (const [index, line] of credit.lines.entries()) {
    const made = itemLine(command, line, index, credit.lines, credit.order, null, creditedAt(line));
    if (!made.ok) return made;
    lines.push(made.value);
  }
  const terms = debit?.terms != null ? command.code("terms", debit.terms) : null;
  if (terms && !terms.ok) return terms;
  const charges = chargeLines(command, credit.charges, highest(lines), credit.order);
  if (!charges.ok) return charges;
  const external = externalNumber(command, settings);
  return ok({
    path: `${set}/CreateAndPost`, set,
    body: {
      ExternalDocumentNo: external, ...keptKey(command, external), CustomerNo: billTo.value, SellToCustomerNo: sellTo.value, YourReference: credit.cause.slice(0, 80), AppliesToInvoiceNo: credit.invoice,
      ReasonCode: creditReason[credit.class], ...(debit ? { DueDate: debit.dueDate } : {}), ...(terms ? { PaymentTermsCode: terms.value } : {}), DocumentDate: credit.accountingDate, PostingDate: credit.accountingDate, CurrencyCode: credit.currency,
      NetAmount: credit.net, ChargesAmount: credit.chargesTotal, TaxAmount: credit.tax, TotalAmount: credit.total, Lines: [...lines, ...charges.value],
    },
  });
}

export function receiptRequest(command: OutboundCommand, settings: ErpSettings): Result<ErpRequest> {
  const receipt = payloadOf<"post_receipt">(command);
  const payer = command.code("customer", receipt.payer);
  if (!payer.ok) return payer;
  return ok({
    path: "CustomerPayments", set: "CustomerPayments",
    body: {
      ExternalDocumentNo: externalNumber(command, settings), CustomerNo: payer.value, PostingDate: receipt.accountingDate, Amount: receipt.amount, CurrencyCode: receipt.currency,
      // The receipt's own number: by it a reader, and `reverse_application`, find the payment again.
      PaymentMethodCode: receipt.means === "card" ? "CARD" : "BANK", Description: receipt.receipt,
    },
  });
}

/** Money given back settles the open credit or receipt that it came from. */
export function refundRequest(command: OutboundCommand, settings: ErpSettings): ErpRequest {
  const refund = payloadOf<"post_refund">(command);
  return {
    path: "CustomerRefunds", set: "CustomerRefunds",
    body: {
      ExternalDocumentNo: externalNumber(command, settings), SourceType: refund.source === "credit" ? "CreditMemo" : "Payment", SourceNo: refund.number, Amount: refund.amount, CurrencyCode: refund.currency,
      PostingDate: refund.accountingDate, PaymentMethodCode: refund.means === "card" ? "CARD" : "BANK",
    },
  };
}

/** Kinds that set money or a credit against an invoice. */
export const isApplication = (kind: string): boolean => kind === "apply_receipt" || kind === "apply_credit";

/** Applying a receipt may take two documents; each is sent only where it is not there yet. */
export function applicationRequests(command: OutboundCommand, settings: ErpSettings, today: string): ErpRequest[] {
  const external = externalNumber(command, settings);
  const application = (SourceType: "Payment" | "CreditMemo", SourceNo: string, InvoiceNo: string, Amount: string): ErpRequest =>
    ({ path: "Applications", set: "Applications", body: { ExternalDocumentNo: external, SourceType, SourceNo, InvoiceNo, Amount, PostingDate: today } });
  if (command.kind === "apply_credit") {
    const { credit, invoice, amount } = payloadOf<"apply_credit">(command);
    return [application("CreditMemo", credit, invoice, amount)];
  }
  const { receiptNumber, invoice, amount, writeOff } = payloadOf<"apply_receipt">(command);
  const parts: ErpRequest[] = [];
  if (dec(amount).gt(0)) parts.push(application("Payment", receiptNumber, invoice, amount));
  if (dec(writeOff).gt(0)) parts.push({ path: "WriteOffs", set: "WriteOffs", body: { ExternalDocumentNo: external, InvoiceNo: invoice, Amount: writeOff, PostingDate: today, ReasonCode: "SMALLDIFF" } });
  return parts;
}
