import type { CommandKind } from "../../../commands";
import type { HoldPlaced } from "../../../contracts/decisions";
import { verdictOn } from "../../../decisions";
import { dec, sumOf, zero, type Decimal } from "../../../decimal";
import type { Known } from "../../../facts";
import { holdCatalogue } from "../../../holds";
import { manualDigest, manualEvidence, manualRelease, standingHolds, type ManualHold } from "../../../manual";
import { termsOf } from "../../../payment-terms";
import type { ReceiptInHand } from "../../../publications";
import { judge, orderSlot, type HoldDraft, type JudgedHold } from "../approval";
import { creditHolds, onCredit } from "./credit";
import type { OrderMoney } from "../books/money";
import type { OrderView } from "../view";

export const purchaseOrderMissing = (view: OrderView): boolean =>
  view.order.purchaseOrder === undefined && (view.parties.billMaster?.purchaseOrderRequired === true || view.parties.master?.purchaseOrderRequired === true);

/** Holds on the whole order (domain reference 4.2): what must be said yes to before anything of it is released. */
export function orderHolds(view: OrderView, money: OrderMoney): JudgedHold[] {
  if (!money.openQuantity) return manualHolds(view, zero);
  const { parties, record, currency } = view;
  const name = parties.billMaster?.name ?? parties.billTo;
  const amount = money.openTotal;
  const drafts: HoldDraft[] = [];
  const add = (draft: Omit<HoldDraft, "slot" | "amount" | "digest" | "since"> & { since?: string; amount?: Decimal }) => drafts.push({ slot: orderSlot, amount, digest: view.digest(), since: record.currentRecordedAt, ...draft });
  const blocked = [parties.master, parties.billMaster].find((master) => master?.state === "blocked");
  if (blocked) add({ rule: "CUSTOMER_BLOCKED", message: `${blocked.name} is blocked in the ERP`, releasedBy: holdCatalogue.CUSTOMER_BLOCKED.releasesItselfWhen, evidence: { customer: blocked.customer }, nobodyApproves: true });
  const unreviewed = [parties.billMaster, parties.master].find((master) => master?.creditReviewed === false);
  if (unreviewed && onCredit(view, money)) add({ rule: "ACCOUNT_REVIEW", message: `The account of ${unreviewed.name} is to be reviewed before it gets credit`, evidence: { customer: unreviewed.customer } });
  if (purchaseOrderMissing(view)) add({ rule: "PO_NUMBER_MISSING", message: `${name} demands a purchase order number and the order has none`, evidence: { customer: parties.billTo } });
  if (view.duplicate?.duplicateOf) add({
    rule: "DUPLICATE_DOCUMENT", message: view.duplicate.reason === "content" ? `Same items and quantities as order ${view.duplicate.duplicateOf} within a day` : `Purchase order number ${view.order.purchaseOrder ?? ""} was used by order ${view.duplicate.duplicateOf}`,
    evidence: { duplicateOf: view.duplicate.duplicateOf, reason: view.duplicate.reason },
  });
  const prepaid = prepaidOf(view), due = money.total.minus(takenBack(view));
  if (inAdvance(view) && prepaid.lt(due)) add({ rule: "PREPAYMENT_DUE", message: `${due.toFixed(2)} is due before release, ${prepaid.toFixed(2)} received`, evidence: { required: due.toFixed(), received: prepaid.toFixed() } });
  const card = cardShortage(view, money);
  if (card) add({ rule: "PAYMENT_AUTHORISATION", blocks: ["release_to_warehouse"], ...card });
  const judged = drafts.map((draft) => judge(draft, record.decisions, currency, view.policy.calendar));
  return [...judged, ...creditHolds(view, money), ...manualHolds(view, amount)];
}

/** Receipts for this order; money of another currency is none (invariant 6). */
export const receiptsInHand = ({ record, currency }: OrderView): ReceiptInHand[] => record.receipts.filter((receipt) => receipt.currency === currency);

/** Money in hand that was sent for this order. */
export const prepaidOf = (view: OrderView): Decimal => sumOf(receiptsInHand(view), (receipt) => dec(receipt.amount));

/** What is credited for goods of the order that came back: its money may be given back and is not due again. */
export const takenBack = ({ record }: OrderView): Decimal => sumOf(record.states.flatMap(({ credits }) => credits.filter((credit) => credit.posted && credit.class === "return")), (credit) => dec(credit.total));

/** Money of another currency covers nothing (invariant 6). */
const standingAuthorisations = (view: OrderView) => view.record.authorisations.filter((row) => row.state === "authorised" && row.currency === view.currency && (row.expires === undefined || row.expires > view.now));
/** What the order's card authorisations that stand now come to, less what other orders took on them. */
export const authorisedOf = (view: OrderView): Decimal => sumOf(standingAuthorisations(view), (row) => dec(row.amount).minus(sumOf(row.others, ({ amount }) => dec(amount))));

export const inAdvance = (view: OrderView): boolean => view.order.payment.method === "advance" || termsOf(view.policy, view.parties.terms, view.order.placed)?.advance === true;

/** A card order is released only against a standing authorisation of the whole (PAYMENT_AUTHORISATION). */
function cardShortage(view: OrderView, money: OrderMoney): Pick<HoldDraft, "message" | "evidence"> | null {
  if (view.order.payment.method !== "card" || !money.unreleasedQuantity) return null;
  const standing = standingAuthorisations(view), authorised = authorisedOf(view);
  if (standing.length > 0 && authorised.gte(money.total)) return null;
  const evidence = { authorised: authorised.toFixed(), required: money.total.toFixed() };
  if (standing.length === 0) return { message: nothingAuthorised(view), evidence };
  return { message: `${authorised.toFixed(2)} authorised, ${money.total.toFixed(2)} needed`, evidence };
}

/** One that stands and covers nothing, as it is in another currency. */
export const foreignAuthorisation = ({ record: { authorisations }, currency }: OrderView) => authorisations.find((row) => row.state === "authorised" && row.currency !== currency);

function nothingAuthorised(view: OrderView): string {
  const { record: { authorisations }, currency } = view;
  if (authorisations.length === 0) return "No card authorisation yet";
  const foreign = foreignAuthorisation(view);
  return foreign ? `Authorisation ${foreign.authorisation} is in ${foreign.currency} and the order in ${currency}` : "The card authorisation no longer stands";
}

/** Holds that a person placed on the order; money is held by them where they keep goods from leaving. */
const manualHolds = (view: OrderView, amount: Decimal): JudgedHold[] =>
  standing(view).map(({ data, occurredAt }) => judge({
    rule: "MANUAL", slot: data.decision, amount: data.blocks.includes("release_to_warehouse") ? amount : zero, blocks: data.blocks as CommandKind[], message: `Held by hand: ${data.reason}`, releasedBy: manualRelease(data.until), evidence: manualEvidence(data, occurredAt),
    since: occurredAt, digest: manualDigest(data.decision), preparedBy: data.author,
  }, view.record.decisions, view.currency, view.policy.calendar));

const standing = (view: OrderView): Known<HoldPlaced>[] => standingHolds(view.record.placedHolds, view.today);

/** What this order's shipments and billing units must hold too. */
export const heldByHand = (view: OrderView): ManualHold[] =>
  standing(view).filter(({ data }) => verdictOn(view.record.decisions, { rule: "MANUAL", slot: data.decision, digest: manualDigest(data.decision), amount: "0", preparedBy: data.author }).state !== "approved")
    .map(({ data, occurredAt }) => ({ decision: data.decision, blocks: data.blocks, until: data.until ?? null, reason: data.reason, author: data.author, since: occurredAt }));
