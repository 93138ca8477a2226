import { addBusinessDays } from "../../calendar";
import { dec, max, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import { gateOf, type Gate } from "../../gate";
import { earliest } from "../../instant";
import { moneyText } from "../../money";
import type { Balance, MovementTerm, Slice } from "../../movements";
import { exceptionCatalogue } from "../../exceptions";
import { outcomeExceptions, reopenedOf, unknownReviews } from "../../outcomes";
import { periodOf } from "../../period";
import type { ExceptionFinding, Milestone, Plan, PlanInput, Planner, Publication, SubjectSummary } from "../../plan";
import type { ReceiptApplication, ReceiptInHand } from "../../publications";
import { tellOfRefunds, tellWhoAsked } from "../../refund-word";
import { asked, viewsOf } from "../../standing";
import { capturesOf, chargeFor, isCharge, lostFor, tellOfCaptures, type OwnCapture } from "./capture";
import { correct, noLonger } from "./correction";
import { postedFrom, postedNumber, reversedAt, takenBackOf } from "./ledger";
import { appliedElsewhere, ledgerOf, match, type Matching, type Target } from "./matching";
import { appliedInAll, applyTargets, bookOwnRefunds, postReceipt, refunds, reverseReceipt } from "./postings";
import { providerRefunds } from "./provider-refunds";
import { creditAccountOf, openItem, readReceipt, receiptDependencies, refunded, refundsGiven, spentOnRefunds, type Receipt } from "./receipt";
import { approvedRefunds, bookRefunds, leavesBy, refundsOfUnseen } from "./refund-booking";
import { receiptMoment, troubleWith } from "./trouble";

/** Money that came in: posted once, applied to what it is for, the rest a deposit, unapplied or given back (M5). */
export const receiptPlanner: Planner = {
  dependencies: receiptDependencies,
  plan: (input) => {
    const receipt = readReceipt(input);
    return receipt ? planOf(input, receipt) : silent(input);
  },
};

interface Books { applied: Decimal; deposit: Decimal; unapplied: Decimal; refunded: Decimal; reversed: Decimal }

function planOf(input: PlanInput, read: Receipt): Plan {
  const gate = gateOf(input, receiptMoment(input, read));
  const correcting = correct(input, read, gate), leaving = approvedRefunds(input, read, gate);
  const receipt: Receipt = { ...read, comingBack: correcting.comingBack, leaves: correcting.goesFirst ? zero : leavesBy(leaving) };
  const back = refunded(input), spent = spentOnRefunds(input);
  const matching = match(input, receipt, spent);
  postReceipt(input, receipt, gate);
  const captures = capturesOf(input, receipt);
  const money = refunds(input, receipt, captures, gate, receipt.comingBack ? zero : positive(matching.unapplied.plus(matching.deposit).minus(positive(noLonger(receipt, false)))));
  applyTargets(input, receipt, matching, gate);
  bookOwnRefunds(input, receipt, gate);
  if (!correcting.goesFirst) bookRefunds(input, receipt, leaving, matching, gate);
  reverseReceipt(input, receipt, gate);
  const trouble = troubleWith(input, receipt, { ...matching, unapplied: positive(matching.unapplied.minus(money.asked)) });
  const outcomes = outcomeExceptions(input, gate.wanted, { customer: receipt.payer, currency: receipt.data.currency, amountOf: (view) => asked(view, "amount") ?? "0" });
  const exceptions = [...correcting.exceptions, ...onceOf(trouble.exceptions, outcomes), ...money.exceptions, ...outcomes];
  const books = booksOf(input, receipt, matching, back, spent);
  const publications = [...publicationsOf(input, receipt, matching, books, captures, spent), ...tellOfCaptures(input, receipt, captures, money.wished), ...tellOfRefunds(input), ...tellWhoAsked(input)];
  return {
    wanted: gate.wanted, reopened: reopenedOf(input), holds: gate.holds, exceptions, findings: [], waits: trouble.waits, milestones: milestonesOf(input, receipt, books),
    balances: balancesOf(input, receipt, books), slices: slicesOf(input, receipt, matching, gate, exceptions), publications, records: [],
    sentence: exceptions[0]?.message ?? gate.holds[0]?.message ?? trouble.waits[0]?.message ?? (receipt.comingBack ? "The ledger takes the receipt back, and it is posted anew as it was corrected." : null) ?? (matching.deposit.gt(0) ? `${moneyText(matching.deposit, receipt.data.currency)} ${receipt.data.currency} is kept as a deposit for order ${matching.depositOrder}.` : null),
    summary: summaryOf(receipt, matching, books, exceptions, gate), nextReviewAt: earliest(...trouble.reviews, ...providerRefunds(input).waiting.map(({ until }) => until), ...unknownReviews(input.commands, input.now)),
  };
}

/** Money that the ledger does not take at all fits nothing there: said once, as its refusal. What becomes of it is decided there as well. */
const onceOf = (found: readonly ExceptionFinding[], outcomes: readonly ExceptionFinding[]): ExceptionFinding[] =>
  found.filter(({ code }) => code !== "PAY-01" || !outcomes.some((outcome) => outcome.code === "PAY-01" && outcome.stops.some((name) => name.startsWith("post_receipt|"))));

/** M5, every part that is a document from the ledger or the provider; deposit and unapplied are what the matching says of the rest: below nothing while what bounced or went back is still applied, and where less than nothing came. */
function booksOf(input: PlanInput, receipt: Receipt, matching: Matching, back: Decimal, spent: Decimal): Books {
  const elsewhere = appliedElsewhere(input, new Set(matching.targets.map((target) => target.invoice)));
  const applied = appliedInAll(matching, elsewhere);
  const stands = sumOf(matching.targets, (target) => target.applied.plus(target.flying)).plus(sumOf(elsewhere, ([, amount]) => amount));
  const pending = sumOf(matching.targets, (target) => positive((receipt.moved || receipt.comingBack || receipt.leaves.gt(0) ? max(target.wanted, target.applied.plus(target.flying)) : target.wanted).minus(target.applied)));
  const { amount } = receipt, gone = positive(stands.plus(spent).minus(amount)), returned = spent.minus(back);
  return { applied, deposit: matching.deposit, unapplied: receipt.data.reversed ? applied.plus(back).neg() : matching.unapplied.plus(pending).minus(gone).plus(returned), refunded: back, reversed: dec(receipt.data.amount).minus(amount) };
}

function publicationsOf(input: PlanInput, receipt: Receipt, matching: Matching, books: Books, captures: readonly OwnCapture[], spent: Decimal): Publication[] {
  const { currency, means, receivedOn } = receipt.data;
  const money = (value: Decimal) => moneyText(value, currency);
  const { entity } = input.subject;
  const application = (invoice: string, unit: string, wanted: Decimal, applied: Decimal, writtenOff: Decimal, forOrders: Target["forOrders"] = []): Publication => {
    const lost = isCharge(receipt, captures) ? lostFor(input, receipt, invoice) : zero;
    const charge = isCharge(receipt, captures) && wanted.plus(applied).plus(lost).gt(0) ? { charge: { ...chargeFor(input, receipt, sumOf(matching.targets.filter((target) => target.invoice !== invoice), (target) => target.wanted)), ...(lost.isZero() ? {} : { lost: money(lost) }) } } : {};
    const data: ReceiptApplication = { receipt: receipt.number, invoice, means, wanted: money(wanted), applied: money(applied), writtenOff: money(writtenOff), receivedOn, currency, ...charge, ...(forOrders.length > 0 ? { forOrders: forOrders.map((row) => ({ order: row.order, amount: money(row.amount) })) } : {}) };
    return { topic: "receipt.application", key: `${receipt.number}/${invoice}`, to: { entity, kind: "billing_unit", key: unit }, data };
  };
  // An invoice that it is not for any more is told so for as long as the ledger has some of it there, and when it has none.
  const unnamed = appliedElsewhere(input, new Set(matching.targets.map(({ invoice }) => invoice))).flatMap(([invoice]) => {
    const item = openItem(input.reference, invoice), { applied, writtenOff } = ledgerOf(input, invoice);
    return item ? [application(invoice, item.unit, zero, applied, writtenOff)] : [];
  });
  const anew = appliedAnew(receipt, matching);
  const applications = [...matching.targets.map((target) => application(target.invoice, target.item.unit, anew.get(target.invoice) ?? target.wanted, target.applied, target.writtenOff, target.item.orders.length > 1 ? target.forOrders : [])), ...unnamed];
  const left: NonNullable<ReceiptInHand["left"]> = [
    ...refundsGiven(input).filter(({ amount }) => !amount.isZero()).map(({ amount, bookedAt }) => ({ amount: money(amount), at: bookedAt })),
    ...(books.reversed.isZero() ? [] : [{ amount: money(books.reversed), at: reversedAt(input) }]),
  ];
  const hand: ReceiptInHand = {
    receipt: receipt.number, received: receipt.data.amount, amount: money(receipt.amount), unapplied: money(positive(receipt.amount.minus(books.applied).minus(books.refunded))), currency, receivedAt: receipt.occurredAt,
    posted: postedNumber(input) !== null, postedAt: postedFrom(input), ...(left.length > 0 ? { left } : {}),
  };
  const to = receipt.correction?.to, heir = creditAccountOf(input, to?.payer ?? receipt.payer), less = noLonger(receipt, heir === receipt.creditAccount);
  if (less.gt(0)) hand.left = [...left, { amount: money(less), at: null }];
  const { order, authorisation } = receipt.data, takenOn = authorisation !== undefined && isCharge(receipt, captures) ? { authorisation } : {};
  const forOrders: Matching["forOrders"] = order === undefined || matching.forOrders.some((row) => row.order === order) ? matching.forOrders : [...matching.forOrders, { order, amount: besides(receipt, matching, order, spent), rest: zero }];
  // What was posted and taken back again: a position that the ledger gave in between still counts it.
  const before = takenBackOf(input).map((row): Publication => {
    const amount = moneyText(row.amount, row.currency), data: ReceiptInHand = { ...hand, received: amount, amount: money(zero), unapplied: money(zero), currency: row.currency, posted: true, postedAt: row.postedAt, left: [{ amount, at: row.reversedAt }] };
    return { topic: "receipt.in_hand", key: `${receipt.number}/${row.round}`, to: { entity, kind: "credit_account", key: creditAccountOf(input, row.payer) }, data };
  });
  const meant = to && heir !== receipt.creditAccount ? [{
    topic: "receipt.in_hand", key: receipt.number, to: { entity, kind: "credit_account", key: heir },
    data: { receipt: receipt.number, received: moneyText(to.amount, to.currency), amount: moneyText(to.amount, to.currency), unapplied: moneyText(to.amount, to.currency), currency: to.currency, receivedAt: receipt.occurredAt, posted: false, postedAt: null } satisfies ReceiptInHand,
  } satisfies Publication] : [];
  return [
    ...applications,
    { topic: "receipt.in_hand", key: receipt.number, to: { entity, kind: "credit_account", key: receipt.creditAccount }, data: hand },
    ...before, ...meant,
    ...forOrders.map(({ order: key, amount, rest }): Publication => ({ topic: "receipt.in_hand", key: receipt.number, to: { entity, kind: "order", key }, data: { ...hand, amount: money(amount), deposit: money(rest), ...takenOn } })),
  ];
}

/** Of a receipt that is for an order and names other documents: what neither pays others' invoices, nor is meant for other orders, nor went back. */
const besides = ({ told }: Receipt, { targets, forOrders }: Matching, order: string, spent: Decimal): Decimal =>
  positive(told.minus(spent).minus(sumOf(targets.filter(({ item }) => !item.orders.includes(order)), ({ wanted, forOrders: deposits }) => positive(wanted.minus(sumOf(deposits, ({ amount }) => amount))))).minus(sumOf(forOrders, ({ amount }) => amount)));

/** What a receipt that is on its way back from the ledger will want there once it is posted anew: neither a card nor a credit takes that place. */
function appliedAnew({ comingBack, told, correction }: Receipt, { targets }: Matching): ReadonlyMap<string, Decimal> {
  if (!comingBack || correction?.from.currency !== correction?.to.currency) return new Map();
  let left = told;
  return new Map(targets.map(({ invoice, remitted, room }) => {
    const wanted = min(min(remitted, left), room);
    left = left.minus(wanted);
    return [invoice, wanted];
  }));
}

function balancesOf(input: PlanInput, receipt: Receipt, books: Books): Balance[] {
  const { currency, receivedOn } = receipt.data;
  const period = periodOf(input.reference, input.subject.entity, receivedOn).name;
  const rows: [MovementTerm, Decimal][] = [["received", dec(receipt.data.amount)], ["applied", books.applied], ["deposit", books.deposit], ["unapplied", books.unapplied], ["refunded", books.refunded], ["reversed", books.reversed]];
  return rows.filter(([, amount]) => !amount.isZero()).map(([term, amount]) => ({ line: "", term, document: receipt.number, quantity: "0", amount: moneyText(amount, currency), currency, effectiveOn: receivedOn, period }));
}

function milestonesOf(input: PlanInput, receipt: Receipt, books: Books): Milestone[] {
  const last = viewsOf(input.commands, "apply_receipt").map((view) => view.confirmedAt).filter((at) => at !== null).sort().at(-1);
  const all = last && books.unapplied.isZero() && books.deposit.isZero() ? [{ name: "receipt_applied" as const, occurredAt: last, document: receipt.number, slot: "" }] : [];
  return [{ name: "receipt_recorded", occurredAt: receipt.recordedAt, document: receipt.number, slot: "" }, ...all];
}

/** Stage `apply` (150): from recorded until applied, refunded or placed on account; a deposit only waits for its invoice. */
function slicesOf(input: PlanInput, receipt: Receipt, matching: Matching, gate: Gate, exceptions: readonly ExceptionFinding[]): Slice[] {
  const { currency } = receipt.data;
  const base = { line: "", stage: "apply" as const, bucket: null, quantity: "0", charges: "0", tax: "0", currency, since: receipt.recordedAt, document: receipt.number };
  const going = input.commands.find((view) => view.state === "sending" || view.state === "unknown");
  const stop = exceptions[0];
  const holder: Slice["holder"] = stop ? exceptionCatalogue[stop.code].owner : gate.holds.length > 0 ? "finance" : going ? `target:${going.connector}` : matching.unknown.length > 0 ? "cash" : "tower";
  const pending = sumOf(matching.targets, (target) => positive(target.wanted.minus(ledgerOf(input, target.invoice).applied))).plus(receipt.onAccount || (receipt.assigned && matching.unknown.length === 0) ? 0 : matching.unapplied);
  const slices: Slice[] = [];
  if (pending.gt(0)) slices.push({ ...base, key: "apply", amount: moneyText(pending, currency), holder, dueAt: addBusinessDays(input.policy.calendar, receipt.recordedAt, 1) });
  if (matching.deposit.gt(0)) slices.push({ ...base, key: "deposit", amount: moneyText(matching.deposit, currency), holder: "calendar", dueAt: null });
  return slices;
}

function summaryOf(receipt: Receipt, matching: Matching, books: Books, exceptions: readonly ExceptionFinding[], gate: Gate): SubjectSummary {
  const { data } = receipt;
  const money = (value: Decimal) => moneyText(value, data.currency);
  return {
    number: receipt.number, customer: receipt.payer, customerName: null, channel: data.means, currency: data.currency, stage: books.unapplied.isZero() ? null : "apply", stageSince: receipt.recordedAt, placedAt: receipt.occurredAt, dueAt: null,
    tracks: { cash: data.reversed ? "reversed" : books.deposit.gt(0) ? "deposit" : books.unapplied.isZero() ? "applied" : books.applied.isZero() ? "unapplied" : "part_applied" },
    facets: [...(gate.holds.length > 0 ? ["on_hold"] : []), ...(exceptions.length > 0 ? ["exception"] : [])],
    amounts: { received: money(dec(data.amount)), applied: money(books.applied), unapplied: money(books.unapplied), deposit: money(books.deposit), refunded: money(books.refunded) },
    complete: data.reversed || (books.unapplied.isZero() && books.deposit.isZero()),
    identifiers: [{ kind: "receipt", value: receipt.number }, ...matching.targets.map((target) => ({ kind: "invoice", value: target.invoice })), ...(data.order ? [{ kind: "order", value: data.order }] : []), ...(data.authorisation ? [{ kind: "authorisation", value: data.authorisation }] : [])],
  };
}

/** Only a refund is known of, and nothing of the money that it gives back: the books of another subject tell of it, or nobody does (SEQ-01). */
function silent(input: PlanInput): Plan {
  const exceptions = refundsOfUnseen(input), until = providerRefunds(input).waiting.map((row) => row.until), waits = until.map((at) => ({ slot: "", until: at, message: "For the receipt that the refund is of, which has not come yet." }));
  return {
    wanted: [], reopened: [], holds: [], exceptions, findings: [], waits, milestones: [], balances: [], slices: [], publications: tellWhoAsked(input), records: [], sentence: exceptions[0]?.message ?? waits[0]?.message ?? null, nextReviewAt: earliest(...until),
    summary: { number: input.subject.key, customer: null, customerName: null, channel: null, currency: null, stage: null, stageSince: null, placedAt: null, dueAt: null, tracks: {}, facets: exceptions.length > 0 ? ["exception"] : [], amounts: {}, complete: exceptions.length === 0, identifiers: [{ kind: "receipt", value: input.subject.key }] },
  };
}
