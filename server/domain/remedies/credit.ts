import { gateOf } from "../gate";
import type { CreditClaim } from "../publications";
import { cancelledCredits, creditOfPath, unlikeCredit, withAdopted } from "../return-to-credit/adopted";
import { planCredits } from "../return-to-credit/credits";
import { readReturn } from "../return-to-credit/read";
import type { SubjectRef } from "../subject";
import { remedy, says, type Remedies } from "./remedy";
import { declining } from "./unclaimed";

/** INV-05: a credit that somebody made by hand is this return's, or stands beside it. Said of the order, which has the document: so it is never two returns'. */
export const adoptCredit: Remedies = (given) => {
  const input = withAdopted(given), subject = readReturn(input);
  if (!subject) return [];
  const { wanted, suspects } = planCredits(input, subject, gateOf(input, input.now)), order: SubjectRef = { entity: input.subject.entity, kind: "order", key: subject.order };
  const declined = (number: string, effect: string) => remedy({
    verb: "decline", target: number, title: `${number} is not its credit`, effect, evidence: { document: number, return: subject.id }, permission: "decision.finance", resolution: "not_a_problem", say: () => says(...declining(order, number, null).map((saying) => ({ ...saying, subject: order }))),
  });
  return [
    ...suspects.flatMap(({ document, source }) => {
      const [best] = wanted.map((credit) => ({ ...credit, differs: unlikeCredit(document, credit.payload) })).sort((a, b) => a.differs.length - b.differs.length);
      if (!best) return [];
      const { number } = document, { slot, payload, differs } = best, claim: CreditClaim = { number, return: subject.id, slot, payload: { ...payload, accountingDate: document.accountingDate } };
      return [
        remedy({
          verb: "adopt", target: number, title: `Adopt ${number}`, effect: `It becomes this return's credit; nothing is posted. What it is set against is asked of the ledger.`, amount: document.total ?? null, currency: document.currency,
          evidence: { document: number, ledger: source, total: document.total ?? null, date: document.accountingDate, customer: document.customer ?? null, slot, wanted: payload.total }, permission: "decision.finance", resolution: "duplicate_of",
          why: differs.length === 0 ? null : `It ${differs.join(", ")}: decline it, or have it corrected in the ledger.`, say: () => says({ type: "field.overlaid", document: order.key, path: creditOfPath, value: claim, subject: order }),
        }),
        declined(number, `${number} stays a credit of its own in the ledger; what is here, ${payload.total} ${payload.currency}, is credited besides.`),
      ];
    }),
    ...cancelledCredits(input).map(({ document }) => declined(document.number, `${document.number} is not this return's credit any more: what is here is posted.`)),
  ];
};
