import { addBusinessDays, localDay } from "../calendar";
import { creditHolder, lastApplied } from "../credit-application";
import { dec, max, min, positive, sumOf, text, zero, type Decimal } from "../decimal";
import { exceptionCatalogue } from "../exceptions";
import { addMs, minutes, type Instant } from "../instant";
import { openCredits } from "../lateness";
import { moneyText } from "../money";
import type { Balance, MovementTerm, Slice } from "../movements";
import { periodOf } from "../period";
import type { ExceptionFinding, HoldFinding, Milestone, PlanInput, Publication, SubjectSummary } from "../plan";
import type { ReturnState } from "../publications";
import { creditFigures } from "../posting-figures";
import { returnedInAll } from "../order-to-cash/billing-unit/receivable";
import { cardReceipts, tellOfRefunds } from "../refund-word";
import { answered, viewsOf } from "../standing";
import type { Stage } from "../stages";
import { itemOf } from "./open-items";
import { linesOf, ofOrder, rowsOf, type Credits } from "./credits";
import { creditingKinds, uninspectedSince, type Return, type ReturnLine } from "./read";
import type { Settlement } from "./settlement";

export interface ReturnStory { input: PlanInput; subject: Return; credits: Credits; settlement: Settlement; holds: readonly HoldFinding[]; exceptions: readonly ExceptionFinding[] }

/** Units, net and tax of one line that the ledger has credited. */
function creditedOn(story: ReturnStory, line: string, order = story.subject.order): { quantity: Decimal; net: Decimal; tax: Decimal } {
  const rows = rowsOf(ofOrder(story.credits.standing, order).filter((credit) => credit.posted), line);
  return { quantity: sumOf(rows, (row) => dec(row.quantity)), net: sumOf(rows, (row) => dec(row.net)), tax: sumOf(rows, (row) => dec(row.tax)) };
}

/** Of the credited units, those that count for the return. */
const countedOn = (story: ReturnStory, line: ReturnLine): Decimal => positive(creditedOn(story, line.line).quantity.minus(line.stranded));

/** What came, was inspected and is to be credited or decided about. */
const inspectedAndKept = (goods: ReturnLine["goods"][number]): Decimal => goods.received.minus(goods.notInspected).minus(goods.notCreditable);

/** Units of the line that this return means to credit, and what already left: so much the order keeps for it. */
function askedOn({ subject, credits }: ReturnStory, line: ReturnLine): Decimal {
  const left = sumOf(rowsOf(ofOrder(credits.standing, subject.order), line.line), (row) => dec(row.quantity));
  const counted = positive(left.minus(line.stranded));
  return !creditingKinds.includes(subject.kind) ? counted : max(counted, line.creditable);
}

function stateOf(story: ReturnStory): ReturnState["state"] {
  const { subject, settlement, credits } = story;
  const unasked = subject.refused && subject.lines.some((line) => line.excess.gt(0));
  if (subject.refused && !unasked && subject.lines.every((line) => line.creditable.isZero())) return "refused";
  const posted = ofOrder(credits.standing, subject.order).some((credit) => credit.posted);
  const all = subject.lines.every((line) => countedOn(story, line).gte(line.creditable));
  if (!posted && all && subject.lines.some(({ waived }) => waived.gt(0)) && subject.lines.every((line) => !line.notInspected && line.excess.isZero() && (subject.closed || line.received.gte(line.authorised)))) return "settled";
  if (posted && all && !unasked) return settlement.open.isZero() ? "settled" : "credited";
  if (subject.received) return subject.lines.every((line) => !line.notInspected) ? "inspected" : "received";
  return subject.authorised?.data.authorisedAt ? "authorised" : "requested";
}

/** Orders that the return is not for any more, and what it has credited on each of their lines. */
function formerOrders({ subject, credits: { standing } }: ReturnStory): { order: string; left: Map<string, Decimal> }[] {
  const orders = [...new Set(standing.map(({ payload }) => payload.order))].filter((order) => order !== subject.order).sort();
  return orders.map((order) => {
    const own = ofOrder(standing, order);
    return { order, left: new Map(linesOf(own).map((line) => [line, sumOf(rowsOf(own, line), (row) => dec(row.quantity))])) };
  });
}

export function publicationsOf(story: ReturnStory): Publication[] {
  const { input, subject, credits, settlement } = story;
  const currency = subject.basis?.currency ?? input.policy.currency;
  const { entity } = input.subject;
  const told = (order: string, state: ReturnState["state"], lines: ReturnState["lines"]): Publication => {
    const standing = ofOrder(credits.standing, order);
    const promised = [...standing.filter(({ posted }) => !posted), ...credits.wanted.filter(({ payload }) => payload.order === order)].flatMap(({ payload }) => payload.lines.map(({ key, quantity }) => ({ key, quantity })));
    const data: ReturnState = {
      return: subject.id, kind: subject.kind, state, ...(promised.length > 0 ? { promised } : {}), creditNumber: standing.find((credit) => credit.posted)?.view.reference ?? null, creditTotal: moneyText(settlement.total, currency), problems: [...story.exceptions.map((exception) => exception.code), ...story.holds.map((hold) => hold.rule)], lines,
    };
    return { topic: "return.state", key: subject.id, to: { entity, kind: "order", key: order }, data };
  };
  const lineOf = (order: string, line: string, authorised: Decimal, received: Decimal, asked: Decimal) => {
    const credited = creditedOn(story, line, order);
    return { line, authorised: text(authorised), received: text(received), credited: text(credited.quantity), creditedNet: moneyText(credited.net, currency), creditedTax: moneyText(credited.tax, currency), asked: text(asked) };
  };
  return [
    told(subject.order, stateOf(story), subject.lines.map((line) => lineOf(subject.order, line.line, line.authorised, line.received, askedOn(story, line)))),
    ...formerOrders(story).map(({ order, left }) => told(order, credits.flying || !settlement.open.isZero() || credits.wanted.some(({ payload }) => payload.order === order) ? "credited" : "settled", [...left].map(([line, quantity]) => lineOf(order, line, zero, zero, quantity)))),
    ...tellOfRefunds(input, cardReceipts(settlement.applications.map(({ data }) => itemOf(input, data.invoice)?.settledBy ?? []))),
    ...settlement.applications.map(({ unit, data: application }): Publication => ({ topic: "credit.application", key: subject.id, to: { entity, kind: "billing_unit", key: unit }, data: application })),
  ];
}

/** Q6 from the warehouse's word and the ledger's, M6 from the ledger, the invoice and the provider. */
export function balancesOf(story: ReturnStory): Balance[] {
  const { input, subject, credits, settlement } = story;
  const currency = subject.basis?.currency ?? input.policy.currency;
  const rows: Balance[] = [];
  const add = (line: string, term: MovementTerm, document: string, quantity: Decimal, amount: Decimal, on: string) => {
    if (!quantity.isZero() || !amount.isZero()) rows.push({ line, term, document, quantity: text(quantity), amount: moneyText(amount, currency), currency, effectiveOn: on, period: periodOf(input.reference, input.subject.entity, on).name });
  };
  const cameAt = subject.received?.data.receivedAt ?? subject.strays[0]?.receivedAt;
  if (cameAt !== undefined) {
    const on = localDay(input.policy.calendar, cameAt);
    for (const line of subject.lines)
      for (const goods of line.goods) {
        const key = `${subject.order}/${goods.key}`, per = goods.per ?? zero;
        add(key, "returned", subject.id, goods.received, zero, on);
        add(key, "not_creditable", subject.id, goods.notCreditable, zero, on);
        add(key, "credited_ahead", subject.id, creditedOn(story, line.line).quantity.times(per).minus(min(countedOn(story, line).times(per), positive(inspectedAndKept(goods)))), zero, on);
        for (const [term, quantity] of [["restocked", goods.byDisposition.restock], ["scrapped", goods.byDisposition.scrap], ["to_supplier", goods.byDisposition.to_supplier], ["sent_back", goods.byDisposition.sent_back]] as const) add(key, term, subject.id, quantity, zero, on);
      }
  }
  for (const { view, payload, debit } of credits.standing.filter((credit) => credit.posted)) {
    const number = view.reference ?? payload.cause;
    for (const line of payload.lines) creditedLine(subject, payload.order, line, (key, quantity, net) => {
      add(key, "credited", number, quantity, net, payload.accountingDate);
      if (payload.order !== subject.order) add(key, "credited_ahead", number, quantity, zero, payload.accountingDate);
    });
    if (!debit) add("", "credit_total", number, zero, dec(answered(view, "total") ?? payload.total), payload.accountingDate);
    creditFigures((line, term, document, amount, on) => { add(line, term, document, zero, amount, on); }, input, `${subject.id}/${view.slot}`, view);
  }
  const today = credits.standing[0]?.payload.accountingDate ?? localDay(input.policy.calendar, subject.seenAt);
  for (const { data } of settlement.applications) add("", "credit_applied_out", data.invoice, zero, returnedInAll(data), today);
  add("", "credit_refunded", subject.id, zero, settlement.refunded, today);
  return rows;
}

/** A line of a credit: a kit's quantity stands on its components, its money on the kit. */
function creditedLine({ basis, formerly }: Return, order: string, { line, quantity, net }: { line: string; quantity: string; net: string }, add: (key: string, quantity: Decimal, net: Decimal) => void): void {
  const pieces = [basis, ...formerly].find((told) => told?.order === order)?.bought?.find((row) => row.line === line)?.pieces ?? [];
  add(`${order}/${line}`, pieces.length === 0 ? dec(quantity) : zero, dec(net));
  for (const { key, per } of pieces) add(`${order}/${key}`, dec(quantity).times(per), zero);
}

/** What is left to do with each line (stages 210 to 260, Q6 waiting, held, exception, in flight). */
export function slicesOf(story: ReturnStory): Slice[] {
  const { input, subject, settlement } = story;
  const currency = subject.basis?.currency ?? input.policy.currency;
  const base = { amount: "0", charges: "0", tax: "0", currency, document: subject.id };
  const slices = subject.lines.flatMap((line): Slice[] => {
    if (!subject.received) return subject.refused ? [] : [{ ...base, ...inbound(story), key: line.line, line: `${subject.order}/${line.line}`, bucket: null, quantity: text(line.authorised) }];
    return line.goods.flatMap((goods) => {
      const common = { ...base, line: `${subject.order}/${goods.key}` }, open = positive(inspectedAndKept(goods).minus(countedOn(story, line).times(goods.per ?? zero)));
      return [
        ...(goods.notInspected.isZero() ? [] : [{ ...common, ...uninspected(story), key: `${goods.key}/inspect`, quantity: text(goods.notInspected) }]),
        ...(open.isZero() ? [] : [{ ...common, ...place(story, line), key: goods.key, quantity: text(open) }]),
      ];
    });
  });
  slices.push(...openCredits(input, story.credits.standing.filter((credit) => credit.posted), settlement.open, { currency, document: subject.id, holder: settleHolder(story) }));
  return slices;
}

function settleHolder(story: ReturnStory): Slice["holder"] {
  const refused = story.exceptions.find(({ stops }) => stops.some((name) => name.startsWith("apply_credit")));
  return refused ? exceptionCatalogue[refused.code].owner : creditHolder(story.input, story.settlement.credits);
}

function inbound(story: ReturnStory): { stage: Stage; holder: Slice["holder"]; since: Instant; dueAt: Instant | null } {
  const { subject, input } = story;
  const given = subject.authorised?.data.authorisedAt;
  if (given) return { stage: "return_inbound", holder: "customer", since: given, dueAt: subject.expires };
  const asked = subject.authorised?.data.requestedAt ?? subject.seenAt;
  return { stage: "return_request", holder: "returns_desk", since: asked, dueAt: addBusinessDays(input.policy.calendar, asked, 1) };
}

/** Received, and nobody has said yet what becomes of it: the warehouse's, until that takes too long (CRD-02). */
function uninspected(story: ReturnStory): Pick<Slice, "stage" | "bucket" | "holder" | "since" | "dueAt"> {
  const since = uninspectedSince(story.subject) ?? story.subject.seenAt;
  const late = story.exceptions.some((exception) => exception.code === "CRD-02");
  return { stage: "inspect", bucket: late ? "exception" : "waiting", holder: late ? "billing" : "warehouse", since, dueAt: addBusinessDays(story.input.policy.calendar, since, 2) };
}

function place(story: ReturnStory, line: ReturnLine): { stage: Stage; bucket: Slice["bucket"]; holder: Slice["holder"]; since: Instant; dueAt: Instant | null } {
  const { subject, input, credits, holds } = story;
  const since = subject.received?.data.receivedAt ?? subject.seenAt;
  const business = (days: number) => addBusinessDays(input.policy.calendar, since, days);
  const stop = story.exceptions.find((exception) => exception.stops.some((name) => name === subject.id || name === `${subject.id}/${line.line}` || name.startsWith("post_credit") || name.startsWith("post_debit")));
  const stage: Stage = credits.flying || credits.wanted.some((credit) => credit.blockedBy.length === 0) ? "credit_post" : "credit_control";
  const dueAt = stage === "credit_control" ? business(1) : addMs(since, minutes(5));
  if (stop) return { stage, bucket: "exception", holder: exceptionCatalogue[stop.code].owner, since, dueAt };
  if (holds.some((hold) => hold.blocks.includes("post_credit") || hold.blocks.includes("post_debit"))) return { stage: "credit_control", bucket: "held", holder: "billing", since, dueAt: business(1) };
  if (stage === "credit_control") return { stage, bucket: "waiting", holder: "billing", since, dueAt };
  const view = credits.standing.find((credit) => !credit.posted)?.view;
  return { stage, bucket: "in_flight", holder: view ? `target:${view.connector}` : "tower", since, dueAt };
}

export function milestonesOf(story: ReturnStory): Milestone[] {
  const { subject, credits, settlement } = story;
  const reached: Milestone[] = [];
  const add = (name: Milestone["name"], occurredAt: Instant | null | undefined, document: string | null) => { if (occurredAt) reached.push({ name, occurredAt, document, slot: "" }); };
  add("return_requested", subject.authorised?.data.requestedAt, subject.id);
  if (!subject.refused) add("return_authorised", subject.authorised?.data.authorisedAt, subject.id);
  const received = subject.received?.data.receivedAt;
  add("return_received", received, subject.id);
  if (subject.lines.every((line) => !line.notInspected)) { add("inspected", received, subject.id); if (subject.lines.some((line) => line.creditable.gt(0))) add("credit_due", received ?? (subject.kind === "credit_without_goods" ? subject.authorised?.data.authorisedAt : null), subject.id); }
  const posted = credits.standing.filter((credit) => credit.posted);
  const last = posted.map(({ view }) => view.verifiedAt ?? view.createdAt).sort().at(-1);
  add("credit_posted", last, posted[0]?.view.reference ?? null);
  if (last && settlement.open.isZero()) add("credit_settled", [last, lastApplied(story.input), ...viewsOf(story.input.commands, "refund_payment").map((view) => view.confirmedAt)].filter((at) => at != null).sort().at(-1), posted[0]?.view.reference ?? null);
  return reached;
}

export function summaryOf(story: ReturnStory): SubjectSummary {
  const { input, subject, credits, settlement } = story;
  const currency = subject.basis?.currency ?? input.policy.currency;
  const money = (value: Decimal) => moneyText(value, currency);
  const slice = slicesOf(story)[0];
  const state = stateOf(story);
  return {
    number: subject.id, customer: subject.basis?.billTo ?? null, customerName: subject.basis?.customerName ?? null, channel: null, currency, stage: slice?.stage ?? null, stageSince: slice?.since ?? null, placedAt: subject.authorised?.data.requestedAt ?? subject.seenAt, dueAt: slice?.dueAt ?? null,
    tracks: { return: state }, facets: [...(story.holds.length > 0 ? ["on_hold"] : []), ...(story.exceptions.length > 0 ? ["exception"] : []), ...(state === "settled" || state === "refused" ? [] : ["return_open"])],
    amounts: { credited: money(settlement.total), applied: money(settlement.applied), refunded: money(settlement.refunded), open: money(settlement.open), wanted: money(sumOf(credits.wanted, ({ payload }) => dec(payload.total))) },
    complete: state === "settled" || state === "refused",
    identifiers: [{ kind: "return", value: subject.id }, { kind: "order", value: subject.order }, ...credits.standing.flatMap(({ view, debit }) => (view.reference ? [{ kind: debit ? "debit" : "credit", value: view.reference }] : []))],
  };
}
