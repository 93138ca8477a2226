import { localDay } from "./calendar";
import type { CommandView } from "./commands";
import { dec, zero, type Decimal } from "./decimal";
import { proposalSlot, type Gate } from "./gate";
import type { Instant } from "./instant";
import { moneyText, type Currency } from "./money";
import type { CommandPayloads } from "./payloads";
import { postingDate } from "./period";
import type { PlanInput } from "./plan";
import { referenceOf } from "./reference";
import { answered, asked, hasLeft, isPosted, viewsOf } from "./standing";

export interface GivenBack {
  slot: string; sequence?: number; source: "credit" | "receipt"; number: string; means: "bank" | "card";
  /** By the provider's word now; nothing where it failed after all. */
  amount: Decimal;
  currency: Currency; givenAt: Instant;
  /** When the provider said so last, where that is later. */
  saidAt?: Instant | null;
}

/** What the ledger has, or may have, of one refund, and when it had it. `last`: what it had last, also where that was taken back. */
export interface Booking { round: number; posting: CommandView | null; amount: Decimal; last: Decimal; bookedAt: Instant | null }

const correctionSlot = (slot: string, sequence: number): string => `${slot}:${sequence}`;
const nameOf = (slot: string, sequence: number, round: number) => (round === 1 ? { slot, sequence } : { slot: correctionSlot(slot, sequence), sequence: round });

export function bookingOf(input: Pick<PlanInput, "commands">, slot: string, sequence = 1): Booking {
  const round = viewsOf(input.commands, "reverse_refund", correctionSlot(slot, sequence)).filter(isPosted).length + 1;
  const postingIn = (which: number) => { const name = nameOf(slot, sequence, which); return viewsOf(input.commands, "post_refund", name.slot).find((view) => view.sequence === name.sequence && hasLeft(view)) ?? null; };
  const amountOf = (view: CommandView | null) => (view ? dec(asked(view, "amount") ?? "0") : zero);
  const posting = postingIn(round);
  return { round, posting, amount: amountOf(posting), last: amountOf(posting ?? postingIn(round - 1)), bookedAt: posting?.state === "confirmed" ? posting.confirmedAt : null };
}

/**
 * Tells the ledger of money that was given back, so that the credit or receipt it came from is open there no longer (2.7:
 * refund_payment moves the money, this books it). One for each refund, against the document that it settles. Where the provider
 * says later that it was another amount, or that it failed, the booking is taken back there, and made anew in the next round.
 */
export function bookRefund(input: PlanInput, gate: Gate, { slot, sequence = 1, givenAt, saidAt, ...refund }: GivenBack): void {
  const { round, posting, amount: booked } = bookingOf(input, slot, sequence), { currency } = refund;
  const amount = moneyText(refund.amount, currency), name = { kind: "post_refund", ...nameOf(slot, sequence, round) } as const, reversal = { kind: "reverse_refund", slot: correctionSlot(slot, sequence), sequence: round } as const;
  const day = (at: Instant) => localDay(input.policy.calendar, at), correctedAt = saidAt ?? givenAt;
  const landing = (command: typeof name | typeof reversal, at: Instant, money: string, what: string) => postingDate(gate, input.reference, {
    slot: proposalSlot(command), kind: command.kind, day: day(at), entity: input.subject.entity, amount: money, currency, what,
    content: { customer: refund.number, shipToCountry: null, shipToState: null, currency, unitPrices: [{ line: slot, price: money, priceUnit: "1" }] },
  });
  if (posting) gate.ask({ ...name, payload: posting.payload, amount: { amount: moneyText(booked, currency), currency }, dueSince: givenAt });
  else if (refund.amount.gt(0)) {
    const dueSince = round === 1 ? givenAt : correctedAt, lands = landing(name, dueSince, amount, "The booking of a refund");
    const payload: CommandPayloads["post_refund"] = { reference: referenceOf(input.subject.id, name), ...refund, amount, accountingDate: lands.day };
    gate.ask({ ...name, payload: { ...payload }, blockedBy: lands.blockedBy, amount: { amount, currency }, dueSince });
  }
  if (posting?.state !== "confirmed" || booked.eq(amount)) return;
  const lands = landing(reversal, correctedAt, moneyText(booked, currency), "The reversal of a refund");
  const payload: CommandPayloads["reverse_refund"] = {
    reference: referenceOf(input.subject.id, reversal), refundNumber: answered(posting, "number") ?? posting.reference ?? "", source: refund.source, number: refund.number, amount: moneyText(booked, currency), currency, accountingDate: lands.day,
  };
  gate.ask({ ...reversal, payload: { ...payload }, blockedBy: lands.blockedBy, amount: { amount: payload.amount, currency }, dueSince: correctedAt });
}
