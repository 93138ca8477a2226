/** Cardwright's objects: minor-unit integers, Unix seconds, lower-case currencies. */
export interface Authorisation {
  id: string;
  object: 'authorisation';
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  currency: string;
  status: 'authorised' | 'captured' | 'voided' | 'expired';
  order_reference: string;
  customer_reference: string;
  card: { brand: string; last4: string };
  created: number;
  expires_at: number;
}

export interface Capture {
  id: string;
  object: 'capture';
  authorisation: string;
  amount: number;
  amount_refunded: number;
  currency: string;
  reference: string;
  status: 'succeeded';
  fee: number;
  payout: string | null;
  created: number;
}

export interface Refund {
  id: string;
  object: 'refund';
  capture: string;
  amount: number;
  currency: string;
  reference: string;
  reason: string | null;
  status: 'succeeded';
  payout: string | null;
  created: number;
}

export interface PayoutItem {
  type: 'capture' | 'refund' | 'dispute' | 'dispute_won';
  id: string;
  amount: number;
  fee: number;
}

export interface Payout {
  id: string;
  object: 'payout';
  amount: number;
  currency: string;
  arrival_date: number;
  status: 'paid';
  bank_reference: string;
  items: PayoutItem[];
  created: number;
}

export interface Dispute {
  id: string;
  object: 'dispute';
  capture: string;
  amount: number;
  fee: number;
  currency: string;
  status: 'needs_response' | 'won' | 'lost';
  payout: string | null;
  created: number;
}

export interface BankReceipt {
  seq: number;
  id: string;
  booked_on: string;
  value_on: string;
  amount: number;
  currency: string;
  payer: { name: string; account_tail: string; debtor_reference: string | null };
  method: 'ach' | 'check' | 'wire';
  text: string;
  remittance: { document: string; amount: number }[];
  bank_reference: string;
  reversal_of: string | null;
}

export const seconds = (): number => Math.floor(Date.now() / 1000);
