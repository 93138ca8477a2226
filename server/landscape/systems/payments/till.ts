import { Refusal } from '../../kit/http';
import type { SystemContext } from '../../kit/system';
import { seconds, type Authorisation, type BankReceipt, type Capture, type Dispute, type Payout, type PayoutItem, type Refund } from './model';

const day = 86_400;
const payoutEveryMinutes = 1440;

/** Cardwright's money: authorisations, captures, refunds, payouts, and the bank's receipts beside them. */
export class Till {
  readonly authorisations;
  readonly captures;
  readonly refunds;
  readonly payouts;
  readonly disputes;
  readonly receipts;
  private nextPayout = 0;

  private readonly context: SystemContext;

  constructor(context: SystemContext) {
    this.context = context;
    const { store } = context;
    this.authorisations = store.collection<Authorisation>('authorisations');
    this.captures = store.collection<Capture>('captures');
    this.refunds = store.collection<Refund>('refunds');
    this.payouts = store.collection<Payout>('payouts');
    this.disputes = store.collection<Dispute>('disputes');
    this.receipts = store.collection<BankReceipt>('bankReceipts');
  }

  id(prefix: string): string {
    return this.context.store.nextId(prefix, 6);
  }

  announce(type: string, object: object): void {
    const id = this.id('evt_');
    this.context.emit(id, type, { id, object: 'event', type, created: seconds(), data: { object } });
  }

  authorise(wanted: { amount: number; currency: string; order_reference: string; customer_reference: string; daysValid?: number }): Authorisation {
    const id = this.id('pa_');
    const kept = this.authorisations.put(id, {
      id, object: 'authorisation', amount: wanted.amount, amount_captured: 0, amount_refunded: 0, currency: wanted.currency, status: 'authorised', order_reference: wanted.order_reference,
      customer_reference: wanted.customer_reference, card: { brand: 'visa', last4: '4242' }, created: seconds(), expires_at: seconds() + (wanted.daysValid ?? 7) * day,
    });
    this.announce('authorisation.created', kept);
    return kept;
  }

  authorisation(id: string): Authorisation {
    const found = this.authorisations.get(id);
    if (found === undefined) throw new Refusal(404, 'resource_missing', `No such authorisation: ${id}`, 'id');
    return found;
  }

  void(id: string): Authorisation {
    const authorisation = this.authorisation(id);
    if (authorisation.amount_captured > 0) throw new Refusal(402, 'authorisation_captured', 'Something was captured already');
    if (authorisation.status === 'voided') return authorisation;
    const kept = this.authorisations.put(id, { ...authorisation, status: 'voided' });
    this.announce('authorisation.voided', kept);
    return kept;
  }

  capture(id: string, amount: number, reference: string, isFinal: boolean): Capture {
    const authorisation = this.authorisation(id);
    if (authorisation.status === 'voided') throw new Refusal(402, 'authorisation_voided', 'The authorisation was voided');
    if (authorisation.status === 'expired' || authorisation.expires_at < seconds()) throw new Refusal(402, 'authorisation_expired', 'The authorisation has expired');
    const left = authorisation.status === 'captured' ? 0 : authorisation.amount - authorisation.amount_captured;
    if (amount > left) throw new Refusal(402, 'amount_too_large', `Only ${left} is left to capture`, 'amount');
    const captureId = this.id('cap_');
    const capture = this.captures.put(captureId, {
      id: captureId, object: 'capture', authorisation: id, amount, amount_refunded: 0, currency: authorisation.currency, reference, status: 'succeeded',
      // 2.9 % + 0.30, half away from zero.
      fee: Math.round((amount * 29) / 1000) + 30, payout: null, created: seconds(),
    });
    const amount_captured = authorisation.amount_captured + amount;
    this.authorisations.put(id, { ...authorisation, amount_captured, status: isFinal || amount_captured === authorisation.amount ? 'captured' : 'authorised' });
    this.announce('capture.succeeded', capture);
    return capture;
  }

  refund(captureId: string, amount: number, reference: string, reason: string | null): Refund {
    const capture = this.captures.get(captureId);
    if (capture === undefined) throw new Refusal(404, 'resource_missing', `No such capture: ${captureId}`, 'id');
    const left = capture.amount - capture.amount_refunded;
    if (amount > left) throw new Refusal(402, 'amount_too_large', `Only ${left} is left to refund`, 'amount');
    const id = this.id('re_');
    const refund = this.refunds.put(id, { id, object: 'refund', capture: captureId, amount, currency: capture.currency, reference, reason, status: 'succeeded', payout: null, created: seconds() });
    this.captures.put(captureId, { ...capture, amount_refunded: capture.amount_refunded + amount });
    const authorisation = this.authorisation(capture.authorisation);
    this.authorisations.put(authorisation.id, { ...authorisation, amount_refunded: authorisation.amount_refunded + amount });
    this.announce('refund.succeeded', refund);
    return refund;
  }

  openDispute(captureId: string): Dispute {
    const capture = this.captures.get(captureId);
    if (capture === undefined) throw new Refusal(404, 'resource_missing', 'No such capture');
    const id = this.id('dp_');
    const dispute = this.disputes.put(id, { id, object: 'dispute', capture: captureId, amount: capture.amount, fee: 1500, currency: capture.currency, status: 'needs_response', payout: null, created: seconds() });
    this.announce('dispute.opened', dispute);
    return dispute;
  }

  bankReceipt(receipt: Omit<BankReceipt, 'seq' | 'id' | 'bank_reference'>): BankReceipt {
    const seq = this.context.store.next('bank');
    const number = String(seq).padStart(6, '0');
    return this.receipts.put(`BKR-${number}`, { seq, id: `BKR-${number}`, ...receipt, bank_reference: `${receipt.booked_on.replaceAll('-', '')}-${number}` });
  }

  /** Once a simulated day: everything not yet paid out, one payout per currency. */
  payOutWhenDue(): void {
    const now = Date.now();
    if (this.nextPayout === 0) this.nextPayout = now + this.context.realMs(payoutEveryMinutes);
    if (now < this.nextPayout) return;
    this.nextPayout = now + this.context.realMs(payoutEveryMinutes);
    const captures = this.captures.all().filter((row) => row.payout === null);
    const refunds = this.refunds.all().filter((row) => row.payout === null);
    for (const currency of new Set([...captures, ...refunds].map((row) => row.currency))) {
      this.payOut(currency, captures.filter((row) => row.currency === currency), refunds.filter((row) => row.currency === currency));
    }
  }

  private payOut(currency: string, captures: Capture[], refunds: Refund[]): void {
    const items: PayoutItem[] = [
      ...captures.map((row): PayoutItem => ({ type: 'capture', id: row.id, amount: row.amount, fee: row.fee })),
      ...refunds.map((row): PayoutItem => ({ type: 'refund', id: row.id, amount: -row.amount, fee: 0 })),
    ];
    const amount = items.reduce((sum, item) => sum + item.amount - item.fee, 0);
    if (amount <= 0) return;
    const id = this.id('po_');
    const payout = this.payouts.put(id, { id, object: 'payout', amount, currency, arrival_date: seconds(), status: 'paid', bank_reference: `CW ${id.toUpperCase()}`, items, created: seconds() });
    for (const row of captures) this.captures.put(row.id, { ...row, payout: id });
    for (const row of refunds) this.refunds.put(row.id, { ...row, payout: id });
    this.announce('payout.paid', payout);
  }
}
