import { addBusinessDays } from "../calendar";
import { valueUpTo } from "../cumulative";
import { dec, text, type Decimal } from "../decimal";
import type { CreditPayload } from "../debit";
import { addMs, minutes, type Instant } from "../instant";
import type { LedgerDocument } from "../contracts/billing";
import { moneyText, roundMoney } from "../money";
import { modeFor } from "../policy";
import type { FoundCredit } from "../publications";
import { differences } from "../posting-figures";
import type { FingerprintKey } from "../exceptions";
import type { ExceptionFinding, PlanInput, Wait } from "../plan";
import type { Credits } from "./credits";
import { cancelledCredits, unlikeCredit } from "./adopted";
import { creditingKinds, uninspectedSince, type Return, type ReturnLine } from "./read";

export interface Trouble { exceptions: ExceptionFinding[]; waits: Wait[]; reviews: Instant[] }

/** RET-01, RET-02, CRD-01, CRD-02, SEQ-01, or a wait for what is only late. */
export function troubleWith(input: PlanInput, subject: Return, credits: Credits): Trouble {
  const trouble: Trouble = { exceptions: [], waits: [], reviews: [] };
  if (subject.refused && !subject.received && subject.strays.length === 0 && credits.standing.length === 0) return trouble;
  const find = (code: ExceptionFinding["code"], since: Instant, message: string, stops: string[] = [], key: Pick<FingerprintKey, "item" | "code"> = {}, money: Money | null = null) =>
    trouble.exceptions.push({ code, fingerprint: { connector: subject.received?.source ?? subject.authorised?.source ?? "", ...key }, stops, amount: "0", currency: null, ...money, message, since });
  /** Nothing is wrong for half an hour; then it is (P19). */
  const patience = (from: Instant, message: string, then: () => void) => {
    const until = addMs(from, minutes(input.policy.unseenDocumentWaitMinutes));
    if (input.now >= until) { then(); return; }
    trouble.waits.push({ slot: "", until, message });
    trouble.reviews.push(until);
  };
  if (!subject.basis) patience(subject.seenAt, `For order ${subject.order}, which has not come yet.`, () => find("SEQ-01", subject.seenAt, `Return ${subject.id} is for order ${subject.order}, which nobody has told us of.`, [subject.id], { code: "order" }));
  if (!creditingKinds.includes(subject.kind)) return trouble;
  ofOtherOrders(subject, trouble);
  notAsAuthorised(subject, find, patience);
  overdue(input, subject, find, trouble);
  for (const { line, quantity, billed, refused } of credits.uncovered) {
    const money = worthOf(subject, line, quantity);
    if (refused) find("CRD-01", subject.received?.recordedAt ?? subject.seenAt, `Line ${line}: ${text(quantity)} were credited on goods that never left, and their credit on others was refused.`, [subject.id], {}, money);
    else if (billed) find("CRD-01", subject.received?.recordedAt ?? subject.seenAt, `Line ${line}: ${text(quantity)} more came back than is left to credit.`, [subject.id], {}, money);
    else patience(subject.received?.recordedAt ?? subject.seenAt, `Line ${line} waits for its invoice.`, () => find("CRD-01", subject.seenAt, `Line ${line}: no invoice is confirmed that could be credited.`, [subject.id], {}, money));
  }
  trouble.exceptions.push(...ofOthers(input, subject, credits));
  if (credits.feeMissed.gt(0)) {
    const currency = subject.basis?.currency ?? input.policy.currency, amount = moneyText(credits.feeMissed, currency);
    trouble.exceptions.push({ code: "CRD-01", fingerprint: { connector: subject.received?.source ?? "" }, stops: [], amount, currency, message: `${amount} ${currency} of the restocking fee came after the credit for return ${subject.id}, and is not charged.`, since: subject.received?.recordedAt ?? subject.seenAt });
  }
  for (const { view, debit } of credits.standing) {
    const payload = view.payload as unknown as CreditPayload, wrong = view.state === "confirmed" && view.result ? differences(payload, view.result) : [];
    if (wrong.length > 0) trouble.exceptions.push({ code: "INV-04", fingerprint: { connector: view.connector, customer: payload.billTo }, stops: [view.naturalKey], amount: payload.total, currency: payload.currency, message: `${debit ? "Debit" : "Credit"} ${view.reference ?? subject.id} in the ledger differs: ${wrong.join(", ")}.`, since: view.confirmedAt ?? view.createdAt });
  }
  return trouble;
}

/** INV-05: the ledger has a credit that may be this one, or has cancelled one that a person took for it. What is only observed posts nothing, and nothing is said. */
function ofOthers(input: PlanInput, subject: Return, { wanted, suspects }: Credits): ExceptionFinding[] {
  const acts = modeFor(input.policy, "finance", "credit", subject.received?.data.receivedAt ?? subject.authorised?.data.authorisedAt ?? subject.seenAt) !== "observe";
  const said = ({ source, document, recordedAt }: FoundCredit, message: string): ExceptionFinding => ({ code: "INV-05", fingerprint: { connector: source, customer: subject.basis?.billTo ?? "" }, stops: [subject.id], amount: document.total ?? "0", currency: document.currency, message, since: recordedAt });
  return [
    ...(acts ? suspects.map((found) => { const differs = unlikeEvery(found.document, wanted); return said(found, `${found.document.number} is a credit for order ${subject.order} in the ledger and may be that of return ${subject.id}${differs.length === 0 ? "" : ` (${differs.join(", ")})`}: a person says whether it is. Until then nothing is credited.`); }) : []),
    ...cancelledCredits(input).map((found) => said(found, `${found.document.number} was adopted for return ${subject.id} and is cancelled in the ledger.`)),
  ];
}
/** Of several credits that are wanted a document is held against the one that it is most like. */
const unlikeEvery = (document: LedgerDocument, wanted: Credits["wanted"]): string[] => wanted.map(({ payload }) => unlikeCredit(document, payload)).sort((a, b) => a.length - b.length)[0] ?? [];

type Money = Pick<ExceptionFinding, "amount" | "currency">;

/** What units of a line are worth before tax, at its ordered net price; where that is not told (goods by weight), as the first of them were billed. */
function worthOf({ basis }: Return, line: string, quantity: Decimal): Money | null {
  const value = basis?.values?.find((row) => row.line === line), billed = basis?.billed.find((row) => row.line === line && !dec(row.quantity).isZero());
  if (!basis || (!value && !billed)) return null;
  const ordered = dec(value?.ordered ?? "0");
  const each = value && ordered.gt(0) ? valueUpTo({ price: dec(value.price), priceUnit: dec(value.priceUnit), ordered, discount: dec(value.discount) }, ordered, basis.currency).div(ordered) : dec(billed?.net ?? "0").div(billed?.quantity ?? "1");
  return { amount: moneyText(roundMoney(each.times(quantity), basis.currency), basis.currency), currency: basis.currency };
}

type Find = (code: ExceptionFinding["code"], since: Instant, message: string, stops?: string[], key?: Pick<FingerprintKey, "item" | "code">) => void;

/** RET-01: goods of another order than the return is for, by who received them. Nothing of them is credited. */
function ofOtherOrders({ id, order, authorised, strays }: Return, trouble: Trouble): void {
  const is = authorised?.data.authorisedAt === undefined ? "is" : "was authorised";
  for (const [source, rows] of Map.groupBy(strays, (row) => row.source)) {
    const [since = ""] = rows.map(({ receivedAt }) => receivedAt).sort();
    trouble.exceptions.push({ code: "RET-01", fingerprint: { connector: source, code: "order" }, stops: [], amount: "0", currency: null, message: `${id} ${is} for ${order}; ${source} received goods of ${[...new Set(rows.map((row) => row.order))].sort().join(", ")}.`, since });
  }
}

/** RET-01: more, fewer, another item, past the window, or never authorised. Fewer only tells; the rest may still come. */
function notAsAuthorised(subject: Return, find: Find, patience: (from: Instant, message: string, then: () => void) => void): void {
  const { received } = subject;
  if (!received) return;
  const since = received.data.receivedAt;
  if (subject.refused) {
    if (subject.lines.some((line) => line.excess.gt(0))) find("RET-01", since, `Return ${subject.id} came back though it was refused.`, [subject.id]);
    return;
  }
  if (subject.authorised?.data.authorisedAt === undefined && subject.lines.some((line) => line.excess.gt(0))) {
    patience(received.recordedAt, "The authorisation has not come yet.", () => find("RET-01", since, `Return ${subject.id} came back and nobody authorised it.`, [subject.id]));
    return;
  }
  const say = (line: string, what: string, stops: string[], item?: string) => find("RET-01", since, `Return ${subject.id}, line ${line}: ${what}.`, stops, item === undefined ? {} : { item });
  for (const line of subject.lines) {
    const stops = [`${subject.id}/${line.line}`];
    if (line.excess.gt(0) && line.otherItem !== null) say(line.line, `${line.otherItem} came back in place of what was bought`, stops, line.otherItem);
    else if (line.excess.gt(0) && subject.expires !== null && since > subject.expires) say(line.line, "came back after the authorisation expired", stops);
    else if (line.excess.gt(0) && line.incomplete && line.received.lte(line.authorised)) say(line.line, inWords(line.incomplete), stops);
    else if (line.excess.gt(0)) say(line.line, `${text(line.received)} came back, ${text(line.authorised)} authorised`, stops);
    else if (fewer(line) && !subject.closed) say(line.line, `${text(line.received)} of ${text(line.authorised)} came back`, []);
  }
}

const inWords = ({ kits, came, of }: NonNullable<ReturnLine["incomplete"]>): string => `${text(came)} of ${text(of)} pieces of ${kits.eq(1) ? "a kit" : `${text(kits)} kits`} came back`;

const fewer = (line: { received: Decimal; authorised: Decimal }): boolean => line.received.lt(line.authorised);

/** RET-02 once the authorisation expired with nothing received; CRD-02 once goods lie uninspected for two business days. */
function overdue(input: PlanInput, subject: Return, find: Find, trouble: Trouble): void {
  const later = (at: Instant, then: () => void) => { if (input.now >= at) then(); else trouble.reviews.push(at); };
  if (subject.expires !== null && !subject.received && !subject.refused && subject.kind !== "credit_without_goods") { const { expires } = subject; later(expires, () => find("RET-02", expires, `Return ${subject.id} was authorised and nothing came back.`)); }
  const since = uninspectedSince(subject);
  if (since === undefined || subject.lines.every((line) => !line.notInspected)) return;
  later(addBusinessDays(input.policy.calendar, since, 2), () => find("CRD-02", since, `Return ${subject.id} came back and nobody said what became of it.`, [subject.id]));
}
