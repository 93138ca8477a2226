import { leftOpen } from "../card-refund";
import { creditsAndDebits } from "../debit";
import { dec, positive, text, zero } from "../decimal";
import { gateOf } from "../gate";
import { openOnes } from "../lateness";
import { refundLeftPath } from "../overlay";
import { refundStanding } from "../refund-word";
import { fail } from "../result";
import { planCredits } from "../return-to-credit/credits";
import { closedPath, readReturn } from "../return-to-credit/read";
import { remedy, says, type Remedies } from "./remedy";

/** RET-01: of what came back, so much is accepted for credit; the rest is not, and may be sent back. */
export const acceptReturned: Remedies = (input) => {
  const subject = readReturn(input);
  if (!subject) return [];
  return subject.lines.filter((line) => line.excess.gt(0)).map((line) => remedy({
    verb: "accept_quantity", target: line.line, title: `Accept of line ${line.line}`, effect: "So much of it is credited. The rest stays open here until it was sent back.", asks: ["quantity"], permission: "decision.operations", resolution: "fixed_and_verified",
    evidence: { return: subject.id, line: line.line, authorised: text(line.authorised), received: text(line.received), otherItem: line.otherItem },
    say: ({ quantity }) => {
      if (quantity === undefined || !/^\d{1,15}(\.\d{1,6})?$/.test(quantity)) return fail("INPUT", "Give the quantity as a number; 0 accepts none");
      if (dec(quantity).gt(line.received)) return fail("STATE", `Not more than the ${text(line.received)} that came back`);
      return says({ type: "field.overlaid", document: subject.id, path: `accepted.${line.line}`, value: text(dec(quantity)) });
    },
  }));
};

/** CRD-01: more came back than its invoices leave to credit. So much is credited, the rest is kept and not creditable (Q6). */
export const creditLess: Remedies = (input) => {
  const subject = readReturn(input);
  if (!subject) return [];
  return planCredits(input, subject, gateOf(input, input.now)).uncovered.map(({ line, quantity, billed }) => {
    const whole = subject.lines.find((row) => row.line === line)?.creditable ?? zero, most = text(positive(whole.minus(quantity)));
    return remedy({
      verb: "reduce", target: line, title: `Credit ${most} of line ${line}, not ${text(whole)}`, effect: `The other ${text(quantity)} count as not creditable. Nothing more is credited for them by this return.`, permission: "decision.finance", resolution: "fixed_and_verified",
      why: billed ? null : "No invoice of this line is confirmed yet: the credit waits for it and goes on by itself.",
      evidence: { return: subject.id, line, creditable: text(whole), leftToCredit: most },
      say: () => says({ type: "field.overlaid", document: subject.id, path: `creditable.${line}`, value: most }),
    });
  });
};

/** REF-01 of a credit, of a return or of the unit's own: what the card did not take back is asked for once more, or stays an open credit. */
export const leaveAsCredit: Remedies = (input, { amount, currency, stops }) => input.commands.filter((view) => view.kind === "refund_payment" && stops.includes(view.naturalKey)).flatMap((view) => {
  const { slot, naturalKey } = view, { differs, asked, given, foreign } = refundStanding(input, view), left = () => says({ type: "field.overlaid", document: input.subject.key, path: refundLeftPath, value: slot });
  const base = { target: slot, amount, currency, evidence: { credit: slot, refund: naturalKey }, permission: "decision.finance", resolution: "fixed_and_verified" } as const;
  const again = remedy({ ...base, verb: "send_again", title: `Give ${amount} ${currency ?? ""} back once more`, effect: "It is asked of the provider anew; above the limit it waits for approval.", say: () => says({ type: "command.decided", naturalKey, verdict: "restart" }) });
  if (foreign !== null) return [remedy({ ...base, verb: "accept_difference", title: `Take ${foreign} as the ${amount} ${currency ?? ""} that was asked for`, effect: "The credit counts as given back. What the exchange made of it is entered in the ledger.", say: left })];
  return [
    ...(differs && given.lt(asked) ? [again] : []),
    remedy({ ...base, verb: "on_account", title: `Leave ${amount} ${currency ?? ""} as credit`, effect: "It is not given back by the card; the credit stays open for the customer's next invoices.", say: left }),
  ];
});

/** SLA-01 of a credit that found no open amount and no card: a person says that it stays the customer's. */
export const leaveOpen: Remedies = (input, { amount, currency }) => {
  const open = openOnes(input, creditsAndDebits(input).filter(({ posted }) => posted)).filter(({ view }) => !leftOpen(input, view.slot));
  if (open.length === 0) return [];
  return [remedy({
    verb: "on_account", target: input.subject.key, title: `Leave ${amount} ${currency ?? ""} as credit`, effect: "It stays open for the customer's next invoices, and is late no more.", amount, currency,
    evidence: { credits: open.map(({ view }) => view.reference ?? view.slot) }, permission: "decision.finance", resolution: "fixed_and_verified",
    say: () => says(...open.map(({ view }) => ({ type: "field.overlaid" as const, document: input.subject.key, path: refundLeftPath, value: view.slot }))),
  })];
};

/** RET-01 where less came than was authorised, or goods of another order, RET-02 where nothing did: the return is over. */
export const closeReturn: Remedies = (input) => {
  const subject = readReturn(input);
  if (!subject || (subject.strays.length === 0 && subject.lines.every((line) => line.received.gte(line.authorised)))) return [];
  return [remedy({
    verb: "close_return", target: subject.id, title: `Close ${subject.id}: nothing more comes`, effect: "What did not come back, or came of another order, stays sold and is not credited. Should it come after all, RET-01 tells of it.", permission: "decision.operations", resolution: "fixed_and_verified",
    evidence: { return: subject.id, lines: subject.lines.map((line) => ({ line: line.line, authorised: text(line.authorised), received: text(line.received) })) },
    say: () => says({ type: "field.overlaid", document: subject.id, path: closedPath, value: true }),
  })];
};
