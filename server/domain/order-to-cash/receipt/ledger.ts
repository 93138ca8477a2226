import type { CommandView } from "../../commands";
import { dec, type Decimal } from "../../decimal";
import type { Instant } from "../../instant";
import type { PlanInput } from "../../plan";
import { asked, hasLeft, isPosted, viewsOf } from "../../standing";

type Commands = Pick<PlanInput, "commands">;

/** How often the ledger took this receipt back, and which posting counts since: what was reversed is posted anew under the next revision. */
export function rounds(input: Commands) {
  const reversals = viewsOf(input.commands, "reverse_receipt", ""), done = reversals.filter(isPosted), round = done.length + 1;
  return { round, posting: postingOf(input, round), leaving: reversals.some((view) => view.sequence === round && hasLeft(view)), reversedAt: done.at(-1)?.confirmedAt ?? null };
}

const postingOf = (input: Commands, round: number): CommandView | undefined => viewsOf(input.commands, "post_receipt", "").find(({ sequence }) => sequence === round);

/** The ledger's number for this receipt, while it has it. */
export const postedNumber = (input: Commands): string | null => {
  const { posting } = rounds(input);
  return posting?.state === "confirmed" ? String(posting.result?.["number"] ?? posting.reference ?? posting.payload["receipt"]) : null;
};

/** When the ledger had it at the earliest: an answer may be long in coming. */
export const postedFrom = (input: Commands): Instant | null => { const { posting } = rounds(input); return posting?.state === "confirmed" ? posting.firstSentAt : null; };

/** When the ledger had taken the whole receipt back and was read to say so; null while it has it. */
export const reversedAt = (input: Commands): Instant | null => { const { posting, reversedAt: at } = rounds(input); return posting && hasLeft(posting) ? null : at; };

/** A receipt as a posting states it. */
export interface Booked { payer: string; amount: Decimal; currency: string; means: string }

const statedBy = (view: CommandView): Booked => ({ payer: asked(view, "payer") ?? "", amount: dec(asked(view, "amount") ?? "0"), currency: asked(view, "currency") ?? "", means: asked(view, "means") ?? "" });

/** What the ledger has, or may have, of this receipt now. */
export const bookedOf = (input: Commands): Booked | null => { const { posting } = rounds(input); return posting && hasLeft(posting) ? statedBy(posting) : null; };

/** Postings that were taken back again, with when the ledger had and had no longer each of them. */
export const takenBackOf = (input: Commands): (Booked & { round: number; postedAt: Instant | null; reversedAt: Instant | null })[] =>
  viewsOf(input.commands, "reverse_receipt", "").filter(isPosted).flatMap((reversal) => {
    const posting = postingOf(input, reversal.sequence);
    return posting ? [{ ...statedBy(posting), round: reversal.sequence, postedAt: posting.firstSentAt, reversedAt: reversal.confirmedAt }] : [];
  });

/** A posting that the source says by now should be another. */
export interface Correction { from: Booked; to: Booked }

/** What the source says now, where it is not what the ledger has; `payerMoved`: another payer by the source's word, not by a mapping of ours. */
export function correctionOf(input: Commands, told: Booked, payerMoved: boolean): Correction | null {
  const from = bookedOf(input);
  if (!from || rounds(input).posting?.state !== "confirmed") return null;
  const to = { ...told, payer: payerMoved ? told.payer : from.payer };
  return from.amount.eq(to.amount) && from.payer === to.payer && from.currency === to.currency && from.means === to.means ? null : { from, to };
}
