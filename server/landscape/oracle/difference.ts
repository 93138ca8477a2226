import type Decimal from 'decimal.js';
import type { ExpectedOrder } from './expected';

export interface Difference {
  /** Null for figures of the whole ledger. */
  orderNumber: string | null;
  scenario: string | null;
  what: 'line_net' | 'line_quantity' | 'unexpected_line' | 'tax' | 'receipts_applied' | 'written_off' | 'credit_applied' | 'invoice_open' | 'credit_open' | 'posted_twice' | 'customer' | 'out_of_balance' | 'receivables' | 'bank' | 'cards' | 'unapplied' | 'tax_committed' | 'shipped_short' | 'shipped_twice' | 'unexpected_shipment';
  /** Line, charge or document that the figure is of. */
  where: string | null;
  expected: string;
  actual: string;
  /** The person's decision that the script counts on and that the tower still waits for: until it is made, what is missing is no fault. */
  awaits: string | null;
}

/** What the tower holds for people at this moment: holds and open exceptions by code, each with the orders that it is about. */
export type Undecided = readonly { code: string; orders: readonly string[] }[];

/** What is not there yet where a decision is awaited; anything else, or more than there should be, no decision explains. */
const explained: ReadonlySet<Difference['what']> = new Set<Difference['what']>(['line_net', 'line_quantity', 'shipped_short']);
export const awaited = (undecided: Undecided, order: Pick<ExpectedOrder, 'orderNumber' | 'awaits'>, what: Difference['what'], wanted: Decimal, found: Decimal): string | null =>
  explained.has(what) && found.lt(wanted) && undecided.some(({ code, orders }) => code === order.awaits && orders.includes(order.orderNumber)) ? order.awaits : null;
