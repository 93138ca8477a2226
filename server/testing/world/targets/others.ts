import type { PaymentAuthorised } from "../../../domain/contracts/billing";
import { dec, zero, type Decimal } from "../../../domain/decimal";
import { epochMs } from "../../../domain/instant";
import type { CommandPayloads } from "../../../domain/payloads";
import { parseSubjectId } from "../../../domain/subject";
import { said, type Handle } from "./target";

/** Order system: takes acknowledgements and status and has nothing to add; says itself what it counts after a count was written. */
export const shop: Handle = (row, now) => {
  if (row.kind !== "update_stock") return { reference: row.slot || row.naturalKey, result: {}, events: [] };
  const { item, warehouse, available, reserved = "0" } = row.payload as unknown as CommandPayloads["update_stock"];
  const event = said({ type: "stock.positioned", source: row.connector, data: { item, warehouse, version: epochMs(now), onHand: dec(available).plus(reserved).toFixed(), allocated: reserved, at: now } });
  return { reference: `${item}/${warehouse}`, result: {}, events: [event] };
};

/** Customer and channel notices, and the sending of invoices. */
export const crm: Handle = (row, now) => {
  if (row.kind !== "send_invoice") return { reference: `MSG-${row.slot}`, result: { at: now }, events: [] };
  const payload = row.payload as unknown as CommandPayloads["send_invoice"];
  const event = said({ type: "invoice.delivered", source: row.connector, subject: parseSubjectId(row.subject), data: { invoice: payload.invoice, channel: payload.channel, state: "sent", at: now } });
  return { reference: `MAIL-${payload.invoice}`, result: { at: now }, events: [event] };
};

/** An authorisation as its source told of it, by the order and its number; null where nobody listens: then it bounds nothing. */
export type Authorised = (order: string, authorisation: string) => Pick<PaymentAuthorised, "amount" | "state" | "expires"> | null;

/** Card money by the number under which the provider told of it: charged past us, unless we captured on its authorisation. */
export type Charged = (capture: string) => { amount: Decimal; authorisation: string | null } | null;

/** A payment provider: authorises what is asked, captures and refunds at once, never above what the authorisation or the capture has left nor on one that was given back, and pays from the bank what no capture is named for. */
export function createPayments(authorised: Authorised = () => null, charged: Charged = () => null): Handle {
  let count = 0;
  const taken = new Map<string, Decimal>();
  const captured = new Map<string, Decimal>(), voided = new Set<string>();
  return (row, now) => {
    const subject = parseSubjectId(row.subject);
    const id = ++count;
    if (row.kind === "authorise_payment") {
      const payload = row.payload as unknown as CommandPayloads["authorise_payment"];
      const event = said({ type: "payment.authorised", source: row.connector, data: { order: payload.order, authorisation: `AUTH-${id}`, version: 1, state: "authorised", amount: payload.amount, currency: payload.currency, at: now } });
      return { reference: `AUTH-${id}`, result: { authorisation: `AUTH-${id}`, amount: payload.amount }, events: [event] };
    }
    if (row.kind === "void_authorisation") {
      const payload = row.payload as unknown as CommandPayloads["void_authorisation"];
      if (taken.has(payload.authorisation)) return { code: "PAY-03", message: `something was captured on ${payload.authorisation} already` };
      voided.add(payload.authorisation);
      return { reference: payload.authorisation, result: { state: "voided" }, events: [] };
    }
    if (row.kind === "capture_payment") {
      const payload = row.payload as unknown as CommandPayloads["capture_payment"];
      const by = authorised(payload.order, payload.authorisation), before = taken.get(payload.authorisation) ?? zero;
      if (voided.has(payload.authorisation)) return { code: "PAY-03", message: `${payload.authorisation} was given back` };
      if (by && (by.state !== "authorised" || (by.expires !== undefined && by.expires <= now))) return { code: "PAY-03", message: `${payload.authorisation} does not stand` };
      if (by && before.plus(payload.amount).gt(by.amount)) return { code: "PAY-03", message: `${payload.authorisation} has ${dec(by.amount).minus(before).toFixed(2)} left` };
      taken.set(payload.authorisation, before.plus(payload.amount));
      captured.set(`CAP-${id}`, dec(payload.amount));
      return { reference: `CAP-${id}`, result: { capture: `CAP-${id}`, amount: payload.amount }, events: [] };
    }
    const payload = row.payload as unknown as CommandPayloads["refund_payment"];
    if (payload.capture !== null) {
      const past = charged(payload.capture), left = captured.get(payload.capture) ?? (past && !taken.has(past.authorisation ?? "") ? past.amount : null);
      if (!left) return { code: "REF-01", message: `no such capture: ${payload.capture}` };
      if (left.lt(payload.amount)) return { code: "REF-01", message: `${payload.capture} has ${left.toFixed(2)} left` };
      captured.set(payload.capture, left.minus(payload.amount));
    }
    const event = said({ type: "refund.settled", source: row.connector, subject: subject.kind === "receipt" ? subject : { ...subject, kind: "receipt", key: payload.receipt }, data: { refund: `RF-${id}`, receipt: payload.receipt, version: 1, state: "settled", amount: payload.amount, currency: payload.currency, at: now } });
    return { reference: `RF-${id}`, result: { refund: `RF-${id}`, amount: payload.amount, state: "settled" }, events: [event] };
  };
}
