import Decimal from 'decimal.js';
import { cumulativeNet, lineAmount, splitByLargestRemainder } from '../arithmetic';
import { masterData, type MasterData } from '../master-data';
import { charges as chargeCodes, taxCategories, units, warehouses } from '../master-data-tables';
import type { Order, OrderLine, ShopReturn } from '../systems/shop/model';
import type { PickRequest, ReturnReceipt, Shipment } from '../systems/wms/model';
import type { BankReceipt } from '../systems/payments/model';
import type { SystemName } from '../kit/landscape-file';
import type { TestSystem } from './in-process';

interface Billed {
  quantity: Decimal;
  net: Decimal;
}

const erpBase = "/odata/v4/Company('US01')";
const today = (): string => new Date().toISOString().slice(0, 10);
const normalised = (number: string | null): string => (number ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '').replace(/^PO/, '');

/**
 * The least that connects the systems, one call after another and with no fault handling: it shows by the vendor APIs
 * alone that the landscape, its world and the oracle agree. Not a model of the tower.
 */
export class NaiveTower {
  private readonly data: MasterData;
  private readonly releasePrices = new Map<string, string>();
  private readonly requests = new Map<string, string[]>();
  private readonly billed = new Map<string, Billed>();
  private readonly chargesBilled = new Set<string>();
  private readonly left = new Map<string, Decimal>();
  private readonly done = new Set<string>();
  private readonly invoiceOfOrder = new Map<string, { no: string; taxCode: string; date: string; lines: { line: OrderLine; net: Decimal; quantity: Decimal }[] }>();
  private bankSequence = 0;

  private readonly systems: Record<SystemName, TestSystem>;

  constructor(
    systems: Record<SystemName, TestSystem>,
    today: string,
  ) {
    this.systems = systems;
    this.data = masterData('7', today);
  }

  async turn(): Promise<void> {
    const orders = (await this.get<{ data: Order[] }>('shop', '/api/v2/orders?limit=200')).data;
    for (const order of orders) await this.answerCancels(order);
    for (const order of orders) if (await this.mayRelease(order, orders)) await this.release(order);
    for (const shipment of await this.shipments()) {
      const order = orders.find((entry) => entry.number === shipment.lines[0]?.salesOrderNo);
      if (order !== undefined) await this.bill(order, shipment);
    }
    for (const entry of (await this.get<{ data: ShopReturn[] }>('shop', '/api/v2/returns?limit=200')).data) {
      if (entry.status === 'requested') await this.post('shop', `/api/v2/returns/${entry.id}/answer`, { result: 'authorised', rma: `RMA-${entry.id}` });
    }
    for (const receipt of (await this.get<{ returnReceipts: ReturnReceipt[] }>('wms', '/rest/returnreceipts')).returnReceipts) if (receipt.status === 'INSPECTED') await this.credit(receipt);
    const bank = await this.get<{ receipts: BankReceipt[]; last_seq: number }>('payments', `/v1/bank/receipts?after=${this.bankSequence}`);
    this.bankSequence = bank.last_seq;
    for (const receipt of bank.receipts) await this.receive(receipt);
  }

  private async shipments(): Promise<Shipment[]> {
    const all: Shipment[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.get<{ shipments: Shipment[]; pages: number }>('wms', `/rest/shipments?size=200&page=${page}`);
      all.push(...answer.shipments);
      if (page >= answer.pages) return all;
    }
  }

  private async get<T>(name: SystemName, path: string): Promise<T> {
    const answer = await this.systems[name].call('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${name}${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  private async post<T>(name: SystemName, path: string, body: object, headers: Record<string, string> = {}): Promise<T> {
    const answer = await this.systems[name].call('POST', path, body, headers);
    if (answer.status >= 300) throw new Error(`POST ${name}${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  private factor(line: OrderLine): number {
    return units.find(([, shop]) => shop === line.unit)?.[4] ?? 0;
  }

  /** What the warehouse is asked for: the line, or each piece of a kit. */
  private pieces(line: OrderLine): { ref: string; item: MasterData['items'][number]; per: string }[] {
    return line.components?.map((part) => ({ ref: `${line.id}/${part.item_number}`, item: this.item(part), per: part.quantity })) ?? [{ ref: line.id, item: this.item(line), per: '1' }];
  }

  /** Base units of a line that have left, whole kits of a kit. */
  private leaves(line: OrderLine, shipment: Shipment): Decimal {
    const whole = this.pieces(line).map(({ ref, per }) => {
      const left = shipment.lines.filter((entry) => entry.lineRef === ref).reduce((sum, entry) => sum.plus(entry.qty), this.left.get(ref) ?? new Decimal(0));
      this.left.set(ref, left);
      return line.components ? left.div(per).floor() : left;
    });
    return Decimal.min(...whole);
  }

  private item(line: Pick<OrderLine, 'item_number'>): MasterData['items'][number] {
    const item = this.data.items.find((entry) => entry.shop === line.item_number);
    if (item === undefined) throw new Error(`No item ${line.item_number}`);
    return item;
  }

  private async answerCancels(order: Order): Promise<void> {
    for (const request of order.cancel_requests.filter((entry) => entry.status === 'pending')) {
      for (const id of this.requests.get(order.id) ?? []) await this.post('wms', `/rest/pickrequests/${id}/recall`, { clientRef: `${request.id}:${id}`, lines: null });
      // Answered when nothing is left in the warehouse's hands.
      const open = await this.openRequests(order);
      if (open.every((entry) => entry.lines.every((line) => line.qtyInProcess === 0))) await this.post('shop', `/api/v2/orders/${order.id}/cancel_requests/${request.id}/answer`, { result: 'accepted', lines: request.lines });
    }
  }

  private async openRequests(order: Order): Promise<PickRequest[]> {
    return Promise.all((this.requests.get(order.id) ?? []).map((id) => this.get<PickRequest>('wms', `/rest/pickrequests/${id}`)));
  }

  private async mayRelease(order: Order, all: Order[]): Promise<boolean> {
    if (order.status !== 'open' || order.requested_ship_date > today() || order.cancel_requests.some((request) => request.status === 'pending')) return false;
    if (order.lines.some((line) => this.factor(line) === 0)) return false;
    const number = normalised(order.purchase_order_number);
    if (all.some((other) => other.id < order.id && other.bill_to.code === order.bill_to.code && normalised(other.purchase_order_number) === number)) return false;
    const customer = await this.get<{ CreditLimit: string }>('erp', `${erpBase}/Customers('${this.erpCustomer(order)}')`);
    return new Decimal(customer.CreditLimit).gte(order.totals.total);
  }

  private erpCustomer(order: Order): string {
    return this.data.customers.find((customer) => customer.shop === order.bill_to.code)?.erp ?? '';
  }

  private async release(order: Order): Promise<void> {
    const requests = await this.openRequests(order);
    if (requests.some((request) => request.lines.some((line) => line.qtyInProcess > 0))) return;
    const lines = order.lines.flatMap((line) => this.pieces(line).flatMap(({ ref, item, per }) => {
      const shipped = requests.flatMap((request) => request.lines).filter((entry) => entry.lineRef === ref).reduce((sum, entry) => sum + entry.qtyShipped, 0);
      const open = new Decimal(line.quantity).minus(line.cancelled_quantity).times(this.factor(line)).times(per).minus(shipped);
      return open.gt(0) ? [{ lineRef: ref, sku: item.wms, uom: item.baseUnit, qty: open.toNumber(), substitutionAllowed: line.substitution_allowed }] : [];
    }));
    if (lines.length === 0) return;
    const site = warehouses.find(([, shop]) => shop === order.ship_from)?.[2];
    const request = await this.post<PickRequest>('wms', '/rest/pickrequests', { clientRef: `${order.id}:${requests.length + 1}`, site, salesOrderNo: order.number, carrierCode: 'PWGR', lines });
    this.requests.set(order.id, [...(this.requests.get(order.id) ?? []), request.pickRequestId]);
    if (requests.length === 0) for (const line of order.lines) this.releasePrices.set(line.id, line.unit_price);
  }

  /** Cumulative: what the shipments so far make billable, less what was billed; never more than is ordered and not cancelled. */
  private async bill(order: Order, shipment: Shipment): Promise<void> {
    const key = `bill:${shipment.shipmentId}`;
    if (this.done.has(key) || order.lines.some((line) => this.releasePrices.get(line.id) !== line.unit_price)) return;
    this.done.add(key);
    const weights = order.lines.map((line) => lineAmount(new Decimal(line.quantity).times(this.factor(line)), line.unit_price, line.price_per).minus(line.line_discount));
    const shares = splitByLargestRemainder(new Decimal(order.header_discount), weights);
    const parts = order.lines.flatMap((line, index) => {
      const left = this.leaves(line, shipment);
      const before = this.billed.get(line.id) ?? { quantity: new Decimal(0), net: new Decimal(0) };
      const ordered = new Decimal(line.quantity).times(this.factor(line));
      const quantity = Decimal.min(left, ordered);
      if (quantity.eq(before.quantity) || line.sample_reason !== null) return [];
      const net = cumulativeNet({ price: line.unit_price, pricePer: line.price_per, ordered: ordered.toString(), lineDiscount: line.line_discount }, shares[index] ?? new Decimal(0), quantity);
      this.billed.set(line.id, { quantity, net });
      return [{ line, quantity: quantity.minus(before.quantity), net: net.minus(before.net), gross: lineAmount(quantity, line.unit_price, line.price_per).minus(lineAmount(before.quantity, line.unit_price, line.price_per)) }];
    });
    if (parts.length === 0) return;
    const isFirst = !this.chargesBilled.has(order.id);
    this.chargesBilled.add(order.id);
    const lines = [
      ...parts.map(({ line, quantity, net, gross }) => ({
        Type: 'Item', No: this.item(line).erp, Quantity: quantity.toString(), UnitOfMeasure: units.find(([unit]) => unit === this.item(line).baseUnit)?.[3], UnitPrice: line.unit_price, PriceUnitQuantity: line.price_per,
        LineDiscountAmount: gross.minus(net).toFixed(2), LineAmount: net.toFixed(2), SalesOrderLine: line.id, taxCategory: line.tax_category,
      })),
      ...(isFirst ? order.charges : []).map((charge) => ({
        Type: 'Charge', No: chargeCodes.find(([code]) => code === charge.code)?.[1], Quantity: '1', UnitOfMeasure: null, UnitPrice: charge.amount, PriceUnitQuantity: '1', LineDiscountAmount: '0.00', LineAmount: charge.amount,
        SalesOrderLine: charge.id, taxCategory: charge.tax_category,
      })),
    ];
    const posted = await this.postDocument('SalesInvoices', order, key, today(), lines, {});
    this.invoiceOfOrder.set(order.number, { no: posted.No, taxCode: key, date: today(), lines: parts });
    if (order.payment.method === 'card') await this.capture(order, posted);
  }

  private async postDocument(set: 'SalesInvoices' | 'SalesCreditMemos', order: Order, reference: string, taxDate: string, lines: { LineAmount: string; taxCategory: string; Type: string }[], extra: object): Promise<{ No: string; TotalAmount: string }> {
    const sign = set === 'SalesInvoices' ? 1 : -1;
    const tax = await this.post<{ totalTax: number; lines: { tax: number }[] }>('tax', '/api/v1/transactions', {
      companyCode: 'HARTLINE', code: reference, type: sign === 1 ? 'SalesInvoice' : 'ReturnInvoice', date: today(), taxDate, customerCode: this.erpCustomer(order), currencyCode: 'USD',
      shipTo: { country: 'US', region: order.ship_to.address.state },
      lines: lines.map((line, index) => ({ number: String(index), taxCode: taxCategories.find(([category]) => category === line.taxCategory)?.[1], quantity: 1, amount: Number(line.LineAmount) * sign })),
    });
    const taxed = lines.map(({ taxCategory: _, ...line }, index) => ({ ...line, LineNo: (index + 1) * 10000, TaxAmount: new Decimal(tax.lines[index]?.tax ?? 0).times(sign).toFixed(2), SalesOrderNo: order.number }));
    const sum = (type: string): Decimal => lines.filter((line) => line.Type === type).reduce((total, line) => total.plus(line.LineAmount), new Decimal(0));
    const total = sum('Item').plus(sum('Charge')).plus(tax.totalTax * sign);
    const posted = await this.post<{ No: string; TotalAmount: string }>('erp', `${erpBase}/${set}/CreateAndPost`, {
      ExternalDocumentNo: reference, CustomerNo: this.erpCustomer(order), YourReference: order.purchase_order_number, PostingDate: today(), CurrencyCode: 'USD', NetAmount: sum('Item').toFixed(2),
      ChargesAmount: sum('Charge').toFixed(2), TaxAmount: new Decimal(tax.totalTax).times(sign).toFixed(2), TotalAmount: total.toFixed(2), TaxDocumentCode: reference, Lines: taxed, ...extra,
    });
    await this.post('tax', `/api/v1/transactions/${encodeURIComponent(reference)}/commit`, { companyCode: 'HARTLINE' });
    return posted;
  }

  private async capture(order: Order, invoice: { No: string; TotalAmount: string }): Promise<void> {
    if (order.payment.method !== 'card') return;
    const amount = new Decimal(invoice.TotalAmount).times(100).toNumber();
    await this.post('payments', `/v1/authorisations/${order.payment.authorisation}/captures`, { amount, reference: invoice.No }, { 'idempotency-key': `capture:${invoice.No}` });
    await this.bookReceipt(`card:${invoice.No}`, this.erpCustomer(order), invoice.TotalAmount, 'CARD', [{ invoice: invoice.No, amount: invoice.TotalAmount }]);
  }

  private async receive(receipt: BankReceipt): Promise<void> {
    const parts = receipt.remittance.map((row) => ({ invoice: row.document, amount: new Decimal(row.amount).div(100).toFixed(2) }));
    await this.bookReceipt(receipt.id, receipt.payer.debtor_reference ?? '', new Decimal(receipt.amount).div(100).toFixed(2), 'BANK', parts);
  }

  private async bookReceipt(reference: string, customer: string, amount: string, method: string, parts: { invoice: string; amount: string }[]): Promise<void> {
    const payment = await this.post<{ No: string }>('erp', `${erpBase}/CustomerPayments`, { ExternalDocumentNo: reference, CustomerNo: customer, PostingDate: today(), Amount: amount, CurrencyCode: 'USD', PaymentMethodCode: method });
    for (const part of parts) await this.apply(reference, 'Payment', payment.No, part.invoice, part.amount);
  }

  /** As much as the invoice has open. */
  private async apply(reference: string, SourceType: 'Payment' | 'CreditMemo', SourceNo: string, invoice: string, amount: string): Promise<void> {
    const open = await this.get<{ value: { RemainingAmount: string }[] }>('erp', `${erpBase}/OpenItems?$filter=DocumentNo eq '${invoice}'`);
    const applied = Decimal.min(amount, open.value[0]?.RemainingAmount ?? 0);
    if (applied.gt(0)) await this.post('erp', `${erpBase}/Applications`, { ExternalDocumentNo: `${reference}:${invoice}`, SourceType, SourceNo, InvoiceNo: invoice, Amount: applied.toFixed(2), PostingDate: today() });
  }

  private async credit(receipt: ReturnReceipt): Promise<void> {
    const sold = this.invoiceOfOrder.get(receipt.salesOrderNo);
    const order = (await this.get<{ data: Order[] }>('shop', `/api/v2/orders?number=${receipt.salesOrderNo}`)).data[0];
    if (this.done.has(receipt.receiptId) || sold === undefined || order === undefined) return;
    this.done.add(receipt.receiptId);
    const lines = receipt.lines.flatMap((back) => {
      const part = sold.lines.find((entry) => entry.line.id === back.lineRef);
      if (part === undefined) return [];
      const amount = lineAmount(back.qty, part.line.unit_price, part.line.price_per).toFixed(2);
      return [{ Type: 'Item', No: this.item(part.line).erp, Quantity: String(back.qty), UnitOfMeasure: 'PCS', UnitPrice: part.line.unit_price, LineAmount: amount, SalesOrderLine: part.line.id, taxCategory: part.line.tax_category }];
    });
    const credit = await this.postDocument('SalesCreditMemos', order, `credit:${receipt.receiptId}`, sold.date, lines, { AppliesToInvoiceNo: sold.no, ReasonCode: 'RETURN' });
    await this.apply(`credit:${receipt.receiptId}`, 'CreditMemo', credit.No, sold.no, credit.TotalAmount);
  }
}
