import { localDay } from "../calendar";
import { naturalKey, type CommandView } from "../commands";
import type { LedgerDocument } from "../contracts/billing";
import type { CreditPayload } from "../debit";
import { dec } from "../decimal";
import { publishedOf, type Fact } from "../facts";
import { moneyText } from "../money";
import { overlaysOn } from "../overlay";
import type { Plan, PlanInput, Planner } from "../plan";
import type { Policy } from "../policy";
import type { CreditClaim, FoundCredit, ReturnBasis } from "../publications";
import { declinedPath } from "../unclaimed";
import { hasLeft } from "../standing";
import type { Return } from "./read";

/** Laid on an order: which return a credit is for that somebody made by hand, and what of it that credit is. */
export const creditOfPath = "creditOf";

/** Of which credits of the ledger somebody said whose they are; to decline one takes that back, and the last word stands. */
export function creditClaims(facts: readonly Fact[], order: string): ReadonlyMap<string, CreditClaim> {
  const claims = new Map<string, CreditClaim>();
  for (const { data: { path, value } } of overlaysOn(facts, order)) {
    if (path === creditOfPath) { const claim = value as unknown as CreditClaim; claims.set(claim.number, claim); }
    if (path === declinedPath && typeof value === "string") claims.delete(value);
  }
  return claims;
}

/** Credits that a person adopted for this return. */
const adoptedFor = ({ subject, facts }: Pick<PlanInput, "subject" | "facts">): (FoundCredit & { claim: CreditClaim })[] =>
  publishedOf<ReturnBasis>(facts, "return.basis").flatMap(({ data }) => data.foundCredits ?? []).flatMap((found) => (found.claim?.return === subject.key ? [{ ...found, claim: found.claim }] : []));

const figuresOf = ({ number, customer, currency, accountingDate, net, charges, tax, total }: LedgerDocument): Record<string, unknown> =>
  Object.fromEntries(Object.entries({ number, customer, currency, accountingDate, net, charges, tax, total }).filter(([, value]) => value !== undefined));

/** Each as a credit of ours that was read back, with the ledger's own figures: nothing of it was sent, and it has no row. */
const viewsOf = (input: Pick<PlanInput, "subject" | "facts">): CommandView[] => adoptedFor(input).map(({ document, source, recordedAt, claim: { slot, payload } }) => ({
  naturalKey: naturalKey(input.subject.id, { kind: "post_credit", slot, sequence: 1 }), kind: "post_credit", slot, sequence: 1, state: "confirmed", connector: source, payload: { ...payload }, reference: document.number, result: figuresOf(document),
  createdAt: recordedAt, firstSentAt: null, confirmedAt: recordedAt, verifiedAt: recordedAt, rejection: null, attempts: 0,
}));

/** The return as it stands with the credits that were adopted for it, beside those of ours. */
export const withAdopted = <I extends Pick<PlanInput, "subject" | "facts" | "commands">>(input: I): I => {
  const views = viewsOf(input).filter(({ naturalKey: key }) => !input.commands.some((row) => row.naturalKey === key && hasLeft(row))), keys = new Set(views.map((view) => view.naturalKey));
  return views.length === 0 ? input : { ...input, commands: [...input.commands.filter((row) => !keys.has(row.naturalKey)), ...views] };
};

/** Plans a return with what was adopted for it; nothing is asked of the ledger that it has. */
export const adoptsCredits = (planner: Planner): Planner => ({
  ...planner,
  plan: (input): Plan => {
    const whole = withAdopted(input), plan = planner.plan(whole), rows = new Set(input.commands);
    const adopted = new Set(whole.commands.flatMap((row) => (rows.has(row) ? [] : [row.naturalKey])));
    return adopted.size === 0 ? plan : { ...plan, wanted: plan.wanted.filter((command) => !adopted.has(naturalKey(input.subject.id, command))) };
  },
});

/** Credits in the ledger that may be for this return: of its order, by nobody of us, and not from before it was asked for. */
export function suspectCredits({ basis, authorised }: Return, { calendar }: Pick<Policy, "calendar">): FoundCredit[] {
  const since = authorised?.data.requestedAt ?? authorised?.data.authorisedAt;
  return (basis?.foundCredits ?? []).filter(({ claim, document }) => claim === null && document.state === "posted" && (since === undefined || document.accountingDate >= localDay(calendar, since)));
}
/** Adopted ones that the ledger has cancelled since. */
export const cancelledCredits = (input: Pick<PlanInput, "subject" | "facts">): FoundCredit[] => adoptedFor(input).filter(({ document }) => document.state === "voided");

/** In what a document is not the credit that is wanted; empty where it is, to the cent. */
export function unlikeCredit({ customer, currency, net, charges, total }: LedgerDocument, wanted: CreditPayload): string[] {
  const goods = dec(wanted.net).plus(wanted.chargesTotal), there = net === undefined ? null : dec(net).plus(charges ?? 0);
  return [
    ...(customer === wanted.customer || customer === wanted.billTo ? [] : [`for customer ${customer ?? "unknown"}`]), ...(currency === wanted.currency ? [] : [`in ${currency}`]),
    ...(there === null || there.eq(goods) ? [] : [`credits ${moneyText(there, currency)} before tax, ${moneyText(goods, wanted.currency)} here`]),
    ...(total !== undefined && dec(total).eq(wanted.total) ? [] : [total === undefined ? "carries no total" : `credits ${moneyText(dec(total), currency)} in all, ${wanted.total} here`]),
  ];
}
