/** Meridian's rows: shapes as in API.md. Decimal strings, PascalCase. */
export interface Row {
  LastModified: string;
}

export interface Customer extends Row {
  No: string;
  Name: string;
  Blocked: 'None' | 'Ship' | 'Invoice' | 'All';
  CurrencyCode: string;
  AllowedCurrencies: string[];
  PaymentTermsCode: string;
  CreditLimit: string;
  CreditAccountNo: string;
  CreditReviewed: boolean;
  PONumberRequired: boolean;
  TaxExempt: boolean;
  TaxExemptionNo: string | null;
  TaxExemptionValidTo: string | null;
  TaxArea: string;
}

export interface Period extends Row {
  Code: string;
  StartingDate: string;
  EndingDate: string;
  Status: 'Open' | 'SoftClosed' | 'Closed';
}

export interface DocumentLine {
  LineNo: number;
  Type: 'Item' | 'Charge';
  No: string;
  Description: string;
  Quantity: string;
  UnitOfMeasure: string | null;
  UnitPrice: string;
  PriceUnitQuantity: string;
  LineDiscountAmount: string;
  LineAmount: string;
  TaxPercent: string | null;
  TaxAmount: string;
  SalesOrderNo: string | null;
  SalesOrderLine: string | null;
  ShipmentNo: string | null;
}

/** Sales invoice, debit memo and credit memo share one shape; amounts of all are positive. */
export interface SalesDocument extends Row {
  Id: string;
  No: string | null;
  Status: 'Draft' | 'Posted' | 'Cancelled';
  ExternalDocumentNo: string;
  CustomerNo: string;
  SellToCustomerNo: string;
  YourReference: string | null;
  DocumentDate: string;
  PostingDate: string;
  RevenueDate: string;
  DueDate: string;
  CurrencyCode: string;
  PaymentTermsCode: string;
  TaxDocumentCode: string | null;
  ShipmentNos: string[];
  Description: string | null;
  ReasonCode: string | null;
  AppliesToInvoiceNo: string | null;
  NetAmount: string;
  ChargesAmount: string;
  TaxAmount: string;
  TotalAmount: string;
  Lines: DocumentLine[];
  RemainingAmount: string;
  PostedAt: string | null;
  TransactionNo: string | null;
}

export interface CustomerRefund extends Row {
  Id: string;
  No: string;
  Status: 'Posted' | 'Reversed';
  ExternalDocumentNo: string;
  CustomerNo: string;
  SourceType: SourceType;
  SourceNo: string;
  PostingDate: string;
  Amount: string;
  CurrencyCode: string;
  PaymentMethodCode: 'BANK' | 'CARD';
  TransactionNo: string;
}

export interface CustomerPayment extends Row {
  Id: string;
  No: string;
  Status: 'Posted' | 'Reversed';
  ExternalDocumentNo: string;
  CustomerNo: string;
  PostingDate: string;
  Amount: string;
  RemainingAmount: string;
  CurrencyCode: string;
  PaymentMethodCode: 'BANK' | 'CARD';
  Description: string | null;
  TransactionNo: string;
}

export type SourceType = 'Payment' | 'CreditMemo';

export interface Application extends Row {
  Id: string;
  No: string;
  Status: 'Applied' | 'Reversed';
  ExternalDocumentNo: string;
  SourceType: SourceType;
  SourceNo: string;
  /** Invoice or debit memo. */
  InvoiceNo: string;
  Amount: string;
  PostingDate: string;
  CurrencyCode: string;
}

export interface LedgerRow extends Row {
  EntryNo: string;
  TransactionNo: string;
  PostingDate: string;
  AccountNo: string;
  AccountName: string;
  DocumentType: string;
  DocumentNo: string;
  DocumentId: string;
  ExternalDocumentNo: string;
  CustomerNo: string;
  Debit: string;
  Credit: string;
  CurrencyCode: string;
}

export interface OpenItem extends Row {
  Id: string;
  CustomerNo: string;
  DocumentType: 'Invoice' | 'DebitMemo' | 'CreditMemo' | 'Payment';
  DocumentNo: string;
  DocumentId: string;
  ExternalDocumentNo: string;
  PostingDate: string;
  DueDate: string;
  CurrencyCode: string;
  Amount: string;
  RemainingAmount: string;
  Open: boolean;
}

export const accountNames = {
  1010: 'Bank', 1020: 'Card clearing', 1200: 'Receivables', 2200: 'Sales tax payable', 4000: 'Sales', 4100: 'Freight and charges', 6900: 'Small differences',
} as const;
export type AccountNo = keyof typeof accountNames;
