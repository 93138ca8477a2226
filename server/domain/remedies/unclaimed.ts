import type { CommandView } from "../commands";
import { dec } from "../decimal";
import type { Fact } from "../facts";
import { moneyText } from "../money";
import { strangeCredits } from "../order-to-cash/order/billing/found";
import { readRecord } from "../order-to-cash/order/record";
import { goodsHeld, type AdoptedGoods } from "../order-to-cash/billing-unit/adopted-goods";
import { leftOf, suspects } from "../order-to-cash/billing-unit/suspects";
import { readUnit } from "../order-to-cash/billing-unit/unit";
import { subjectId, type SubjectRef } from "../subject";
import { adoptedGoodsPath, adoptedPath, claimedPath, declinedPath, releasedPath, unclaimedRow, unclaimedSubject, wordsOn } from "../unclaimed";
import { remedy, says, type Overlaying, type Remedies, type Remedy } from "./remedy";

const ofDocument = (path: string, subject: SubjectRef, number: string): Overlaying => ({ type: "field.overlaid", document: number, path, value: subjectId(subject), subject: unclaimedSubject(subject.entity, number) });

/** The subject as it is under the hand of who decides. */
interface Known { subject: SubjectRef; facts: readonly Fact[]; commands: readonly CommandView[] }

/** A document is this subject's invoice, of what a unit has in it now: what is counted again afterwards was billed by it all the same. */
export const adoptedAs = ({ subject, facts, commands }: Known, number: string): Overlaying[] => {
  const unit = subject.kind === "billing_unit" ? readUnit({ subject: { ...subject, id: subjectId(subject) }, facts }) : null;
  return [{ type: "field.overlaid", document: subject.key, path: adoptedPath, value: number }, ...(unit ? [{ type: "field.overlaid" as const, document: subject.key, path: adoptedGoodsPath, value: { number, ...goodsHeld(unit, leftOf({ commands })) } satisfies AdoptedGoods }] : [])];
};

/** A document that names nobody is this subject's invoice: said of both in one commit, so that it is never two subjects'. `before`: what it had adopted until now. */
export const adopting = (known: Known, number: string, before: string | null): Overlaying[] => [
  ...adoptedAs(known, number), ofDocument(claimedPath, known.subject, number), ...(before === null || before === number ? [] : [ofDocument(releasedPath, known.subject, before)]),
];
/** It is not, or is no more. */
export const declining = (subject: SubjectRef, number: string, adopted: string | null): Overlaying[] => [
  { type: "field.overlaid", document: subject.key, path: declinedPath, value: number }, ...(adopted === number ? [ofDocument(releasedPath, subject, number)] : []),
];

/** INV-05: documents that may be this unit's invoice, and the adopted one that stands no more. */
export const claimOrDecline: Remedies = (input) => {
  const unit = readUnit(input), { subject, facts } = input, { adopted } = wordsOn(facts, subject.key);
  if (!unit) return [];
  const own = leftOf(input)?.reference ?? null;
  if (adopted !== null && adopted !== own) return unclaimedRow(input.reference, adopted) === null ? [] : [declined(subject, adopted, adopted, `${adopted} is not this unit's invoice any more: what is here is posted.`)];
  const money = moneyText(dec(unit.net).plus(unit.chargesTotal), unit.currency);
  return suspects(input, unit).flatMap(({ row: { document, source }, pair }) => [
    remedy({
      verb: "adopt", target: document.number, title: `Adopt ${document.number}`, effect: own === null ? "It becomes this unit's invoice; nothing is posted." : `It becomes this unit's invoice; ${own} must be reversed in the ledger.`, amount: document.total ?? null, currency: document.currency,
      evidence: { document: document.number, ledger: source, total: document.total ?? null, date: document.accountingDate, customer: document.customer ?? null, because: pair.because },
      permission: "decision.finance", resolution: "duplicate_of", why: pair.differs.length === 0 ? null : `It ${pair.differs.join(", ")}: decline it, or have it corrected in the ledger.`, say: () => says(...adopting(input, document.number, null)),
    }),
    declined(subject, document.number, null, own === null ? `${document.number} stays another's in the ledger, and this unit's invoice of ${money} ${unit.currency} before tax is posted.` : `${document.number} stays another's in the ledger, beside ${own}.`),
  ]);
};

/** INV-05: a credit or debit that somebody made for an order of ours stands beside what we make. */
export const standsBeside: Remedies = (input) => {
  const record = readRecord(input);
  return record ? strangeCredits(record).map(({ data: { number, kind } }) => declined(input.subject, number, null, `${number} stays in the ledger as a ${kind} of its own; what is credited here is credited besides.`)) : [];
};

const declined = (subject: SubjectRef, number: string, adopted: string | null, effect: string): Remedy => remedy({
  verb: "decline", target: number, title: `${number} is not its invoice`, effect, evidence: { document: number, adopted }, permission: "decision.finance", resolution: "not_a_problem", say: () => says(...declining(subject, number, adopted)),
});

