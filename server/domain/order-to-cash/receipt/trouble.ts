import { instantOn } from "../../calendar";
import { dec, sumOf } from "../../decimal";
import { addDays, addMs, hours, minutes, type Instant } from "../../instant";
import { moneyText } from "../../money";
import type { ExceptionFinding, PlanInput, Wait } from "../../plan";
import { modeFor } from "../../policy";
import { postedNumber, reversedAt } from "./ledger";
import type { Matching } from "./matching";
import { refunded, type Receipt } from "./receipt";
import { refundsUnbooked } from "./refund-booking";

/** A receipt that names nothing known may be ahead of its invoices for so long; then it is money that fits nothing (PAY-01). */
const aheadFor = hours(24);

export interface Trouble { exceptions: ExceptionFinding[]; waits: Wait[]; reviews: Instant[] }

/** What is wrong with the money, or only early: PAY-01, PAY-02, PAY-03, SEQ-01, or a wait. */
export function troubleWith(input: PlanInput, receipt: Receipt, matching: Matching): Trouble {
  const trouble: Trouble = { exceptions: [], waits: [], reviews: [] };
  if (modeFor(input.policy, "finance", "receipt", receiptMoment(input, receipt)) === "observe") return trouble;
  if (receipt.data.reversed) { bounced(input, receipt, trouble); return trouble; }
  trouble.exceptions.push(...refundsUnbooked(input, receipt));
  if (receipt.correction) return trouble;
  fits(input, receipt, matching, trouble);
  for (const target of matching.targets) shortPaid(input, receipt, matching, target, trouble);
  return trouble;
}

/** Until the ledger has taken it back; and for good where some was given back besides, which no command claims from the payer. */
function bounced(input: PlanInput, receipt: Receipt, trouble: Trouble): void {
  const { currency } = receipt.data, standing = postedNumber(input) !== null && reversedAt(input) === null, twice = refunded(input), again = `${moneyText(twice, currency)} ${currency}`;
  if (!standing && twice.lte(0)) return;
  const message = twice.lte(0) ? `Receipt ${receipt.number} was reversed: what it paid is open again, and the ledger still has the receipt.`
    : `Receipt ${receipt.number} was reversed, and ${again} of it had been given back or was since: the payer has ${again} more than came. Claim it from them${standing ? ", and take refund and receipt back in the ledger: it reverses no receipt of which some was given back" : ", and enter that in the ledger"}.`;
  trouble.exceptions.push({ ...about(receipt, standing ? receipt.data.amount : moneyText(twice, currency)), code: "PAY-03", message });
}

export const receiptMoment = (input: PlanInput, receipt: Receipt): Instant => instantOn(input.policy.calendar, receipt.data.receivedOn, 0);

const about = (receipt: Receipt, amount: string): Pick<ExceptionFinding, "amount" | "currency" | "stops" | "fingerprint" | "since"> =>
  ({ amount, currency: receipt.data.currency, stops: [], fingerprint: { connector: receipt.source, customer: receipt.payer }, since: receipt.recordedAt });

/** Does all of it fit something? A receipt of which nothing is known may only be early (P19); one half known is not. */
function fits(input: PlanInput, receipt: Receipt, matching: Matching, trouble: Trouble): void {
  const { currency } = receipt.data;
  const amount = moneyText(matching.unapplied, currency);
  if (receipt.amount.isNegative()) trouble.exceptions.push({ ...about(receipt, moneyText(receipt.amount.abs(), currency)), code: "PAY-01", message: `Receipt ${receipt.number} came to ${moneyText(receipt.amount, currency)} ${currency}: no money came in. Its source corrects it; what bounced is its receipt once more as reversed, what was given back a refund.` });
  if (matching.unapplied.lte(0) || receipt.onAccount) return;
  const names = matching.unknown.map(({ document }) => document).join(", ");
  if (receipt.assigned && matching.unknown.length === 0) return;
  if (matching.wrongCurrency.length > 0) {
    trouble.exceptions.push({ ...about(receipt, amount), code: "PAY-01", message: `${amount} ${currency} came for ${matching.wrongCurrency.join(", ")}, which is in another currency.` });
    return;
  }
  if (matching.unknown.length > 0 && matching.targets.length === 0) {
    const late = addMs(receipt.recordedAt, minutes(input.policy.unseenDocumentWaitMinutes)), never = addMs(receipt.recordedAt, aheadFor);
    if (input.now < late) {
      trouble.waits.push({ slot: "", until: late, message: `For ${names}, which has not come yet.` });
      trouble.reviews.push(late);
      return;
    }
    if (input.now < never) {
      trouble.exceptions.push({ ...about(receipt, amount), code: "SEQ-01", fingerprint: { connector: receipt.source, code: "invoice" }, message: `Receipt ${receipt.number} is for ${names}, which nobody has told us of.` });
      trouble.reviews.push(never);
      return;
    }
  }
  const why = matching.unknown.length > 0 ? `for ${names}, which nobody knows` : matching.beyond !== null ? `beyond what order ${matching.beyond} needs` : matching.targets.length > 0 ? `more than is open on ${matching.targets.map((target) => target.invoice).join(", ")}` : "without a word what it is for";
  trouble.exceptions.push({ ...about(receipt, amount), code: "PAY-01", message: `${amount} ${currency} of receipt ${receipt.number} came ${why}.` });
}

/**
 * PAY-02: paid less than was due, and the due date has passed. Before it the rest is simply open (S03), unless the payer set against it
 * what we do not know as an invoice or order: a credit of ours, a deduction. No money comes for that rest, so it is said at once.
 */
function shortPaid(input: PlanInput, receipt: Receipt, matching: Matching, target: Matching["targets"][number], trouble: Trouble): void {
  const netted = matching.unknown.length > 0 && matching.unapplied.lte(0) && target.remitted.gt(target.wanted) && target.wanted.eq(target.applied);
  const rest = dec(target.item.open);
  const others = sumOf(target.item.settledBy ?? [], (row) => dec(row.wanted).minus(dec(row.amount)));
  if ((target.applied.isZero() && !netted) || rest.lte(0) || rest.lte(others)) return;
  const due = instantOn(input.policy.calendar, addDays(target.item.dueDate, 1), 0), heard = addMs(receipt.recordedAt, minutes(input.policy.unseenDocumentWaitMinutes)), late = netted && heard < due ? heard : due;
  if (input.now < late) { trouble.reviews.push(late); return; }
  const { currency } = receipt.data, amount = moneyText(rest, currency), names = matching.unknown.map((row) => `${row.document} (${moneyText(row.amount, currency)})`).join(", ");
  const message = netted ? `Receipt ${receipt.number} pays ${target.invoice} less ${names}, which is no invoice or order that we know: ${amount} ${currency} of it stays open. A credit is set against it in the ledger; for anything else ask the payer.` : `${target.invoice} was due ${target.item.dueDate} and is paid short by ${amount} ${currency}.`;
  trouble.exceptions.push({ ...about(receipt, amount), code: "PAY-02", fingerprint: { customer: receipt.payer }, message, since: late });
}
