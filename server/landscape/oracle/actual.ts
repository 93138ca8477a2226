import type { InnerDoors } from '../kit/client';
import type { Application, CustomerPayment, LedgerRow, OpenItem, SalesDocument } from '../systems/erp/model';
import type { Shipment } from '../systems/wms/model';
import type { BankReceipt, Capture } from '../systems/payments/model';

/** What the systems of record hold, read by their inner doors: first company of the ERP, bank, card provider, tax service, warehouse. */
export interface ActualLedgers {
  invoices: SalesDocument[];
  debitMemos: SalesDocument[];
  creditMemos: SalesDocument[];
  payments: CustomerPayment[];
  applications: Application[];
  writeOffs: { InvoiceNo: string; Amount: string }[];
  openItems: OpenItem[];
  ledger: LedgerRow[];
  itemUnits: { Id: string; QtyPerUnitOfMeasure: string }[];
  bankReceipts: BankReceipt[];
  captures: Capture[];
  taxTransactions: { code: string; status: string; totalTax: number }[];
  shipments: Shipment[];
}

export async function readActual(doors: InnerDoors): Promise<ActualLedgers> {
  const rows = async <T>(system: 'erp' | 'payments' | 'tax' | 'wms', type: string): Promise<T[]> => (await doors.documents<T>(system, type)).rows;
  return {
    invoices: await rows('erp', 'salesInvoices'),
    debitMemos: await rows('erp', 'salesDebitMemos'),
    creditMemos: await rows('erp', 'salesCreditMemos'),
    payments: await rows('erp', 'customerPayments'),
    applications: await rows('erp', 'applications'),
    writeOffs: await rows('erp', 'writeOffs'),
    openItems: await rows('erp', 'openItems'),
    ledger: await rows('erp', 'generalLedgerEntries'),
    itemUnits: await rows('erp', 'itemUnits'),
    bankReceipts: await rows('payments', 'bankReceipts'),
    captures: await rows('payments', 'captures'),
    taxTransactions: await rows('tax', 'transactions'),
    shipments: await rows('wms', 'shipments'),
  };
}
