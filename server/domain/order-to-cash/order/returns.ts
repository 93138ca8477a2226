import { dec, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import { allowanceFor, isAllowance } from "../../allowance";
import type { Fact } from "../../facts";
import { moneyText, roundMoney } from "../../money";
import type { RecordedFact } from "../../plan";
import type { BillingState, ReturnBasis, ReturnState } from "../../publications";
import { afterCredit, allocate } from "../../return-to-credit/allocation";
import { chargesOn, postedCredits } from "./billing/credits";
import { foundCredits } from "./billing/found";
import { partiesFor } from "./billing/billed-to";
import type { OrderMoney } from "./books/money";
import type { Parties } from "./parties";
import { cameBack, strandedCredits, type Stranded } from "./stranded";
import type { OrderView } from "./view";

/**
 * Which return may credit how much of a line, in the order in which it was given (invariant 4). Kept as a recorded fact: what
 * was given is never given to another as long as it is asked for, so two returns planned at once cannot credit the same units.
 */
interface Given { return: string; line: string; quantity: string }
const givenType = "return.granted";

export interface Grants { given: Given[]; record: RecordedFact | null }

const newest = (facts: readonly Fact[]): Fact | null => facts.reduce<Fact | null>((best, fact) => (fact.type === givenType && fact.version > (best?.version ?? 0) ? fact : best), null);

/** What stands, less what nobody asks for any more, then what is asked for anew as far as invoices cover it. */
export function grantReturns(view: OrderView, money: OrderMoney, facts: readonly Fact[]): Grants {
  const { returns } = view.record;
  if (returns.length === 0) return { given: [], record: null };
  const before = newest(facts), given = [...((before?.data as { given: Given[] } | undefined)?.given ?? [])];
  const standing = before ? JSON.stringify(given) : "[]";
  const sumFor = (line: string, of?: string) => sumOf(given.filter((row) => row.line === line && (of === undefined || row.return === of)), (row) => dec(row.quantity));
  for (const entry of returns) for (const { line } of entry.lines) trim(given, entry.return, line, positive(sumFor(line, entry.return).minus(askedOn(entry, line))));
  for (const entry of [...returns].sort((a, b) => a.return.localeCompare(b.return)))
    for (const { line } of entry.lines) {
      const more = min(askedOn(entry, line).minus(sumFor(line, entry.return)), available(money, line).minus(sumFor(line)));
      if (more.gt(0)) given.push({ return: entry.return, line, quantity: more.toFixed() });
    }
  const changed = JSON.stringify(given) !== standing;
  return { given, record: changed ? { type: givenType, document: view.key, group: "returns", version: (before?.version ?? 0) + 1, occurredAt: view.now, data: { given } } : null };
}

const askedOn = (state: ReturnState, line: string): Decimal => dec(state.lines.find((row) => row.line === line)?.asked ?? "0");

/** Takes back from what was given last. */
function trim(given: Given[], of: string, line: string, quantity: Decimal): void {
  let left = quantity;
  for (let index = given.length - 1; index >= 0 && left.gt(0); index--) {
    const row = given[index];
    if (row?.return !== of || row.line !== line) continue;
    const take = min(left, dec(row.quantity));
    left = left.minus(take);
    if (take.eq(row.quantity)) given.splice(index, 1);
    else given[index] = { ...row, quantity: dec(row.quantity).minus(take).toFixed() };
  }
}

/** Units on posted invoices that did leave and are not credited as billed and not shipped, be that credit on its way or there. */
function available(money: OrderMoney, line: string): Decimal {
  const corrected = (state: BillingState, key: string) => sumOf(state.credits.filter((credit) => credit.class === "correction").flatMap(({ lines }) => lines.filter((row) => row.key === key)), (row) => dec(row.quantity));
  return sumOf(posted(money).flatMap(({ unit, state }) => unit.lines.filter((row) => row.line.id === line && row.frozen).map((row) => min(row.quantity, (row.frozen?.quantity ?? zero).minus(corrected(state, row.key))))), (quantity) => positive(quantity));
}

const posted = (money: OrderMoney) => money.units.flatMap((unit) => (unit.state?.invoice ? [{ unit, state: unit.state }] : []));

const strandedOf = (stranded: readonly Stranded[], of: string, line: string): Decimal => sumOf(stranded.filter((row) => row.return === of && row.line === line), ({ quantity }) => quantity);

/** Units of a line that the invoices show as credited for one return. */
const creditedFor = (view: OrderView, of: string, line: string): Decimal =>
  sumOf(view.record.states.flatMap((state) => state.credits.filter((credit) => credit.posted && credit.class === "return" && credit.cause === of)).flatMap((credit) => credit.lines.filter((row) => row.line === line)), (row) => dec(row.quantity));

/** Posted invoice lines in the order in which they were billed, less what was credited. */
function billedBasis(view: OrderView, money: OrderMoney): ReturnBasis {
  const { order } = view;
  const first = posted(money)[0]?.state.billedTo, parties = partiesFor(view, first), currency = first?.currency ?? view.currency;
  const known = new Set(posted(money).flatMap(({ unit }) => unit.lines.map((row) => row.line.id)));
  return {
    order: view.key, currency, billTo: parties.billTo, payer: parties.payer, customerName: parties.master?.name ?? parties.customer, creditAccount: parties.creditAccount,
    taxState: order.shipToAddress.state ?? null, paymentMethod: order.payment.method, billed: posted(money).flatMap(({ unit, state: billing }) => unit.lines.flatMap((row) => (row.frozen && row.frozen.quantity.gt(0) ? [row] : [])).map((row) => ({ ...basisLine(view, billing, row), ...otherParty(billing, parties, currency) }))).map((row, place) => ({ ...row, place })),
    bought: view.lines.filter(({ line, walk }) => line.kit || walk.parts.length > 0).map(({ line, walk }) => (line.kit ? { line: line.id, items: [line.item], pieces: piecesOf(line) } : { line: line.id, items: [...new Set(walk.parts.map(({ item }) => item))].sort() })),
    values: view.lines.flatMap(({ line, value }) => (known.has(line.id) && line.nominalWeight === null && !line.free ? [{ line: line.id, price: line.price.toFixed(), priceUnit: line.priceUnit.toFixed(), ordered: value.ordered.toFixed(), discount: value.discount.toFixed() }] : [])),
  };
}

const piecesOf = ({ goods }: OrderView["lines"][number]["line"]): NonNullable<NonNullable<ReturnBasis["bought"]>[number]["pieces"]> =>
  goods.map(({ key, item, component, per }) => ({ key, item, component: component ?? item, per: per.toFixed() }));

/**
 * What may still be credited for one return: what is billed, less what other returns were given before it. It may take what it was
 * given up to where another's turn comes.
 */
export function returnBasis(view: OrderView, money: OrderMoney, grants: Grants, state: ReturnState): ReturnBasis {
  let basis = billedBasis(view, money);
  const stranded = strandedCredits(money);
  const turns = state.lines.map(({ line }) => {
    const turn = turnOf(view, grants, stranded, state.return, line);
    for (const quantity of turn.before) basis = afterCredit(basis, allocate(basis, line, quantity).parts);
    const lost = strandedOf(stranded, state.return, line);
    return { line, asked: askedOn(state, line).toFixed(), granted: turn.granted.toFixed(), now: turn.now.toFixed(), credited: turn.credited.toFixed(), ...(lost.isZero() ? {} : { stranded: lost.toFixed() }) };
  });
  const found = foundCredits(view.record);
  return { ...withAllowances(view, money, basis, turnsBefore(view, grants, stranded, state)), grants: turns, ...(found.length > 0 ? { foundCredits: found } : {}) };
}

/** Of the lines that this return is not for: what others were given before any of its turns. With it each takes its own part of the allowances, whichever is credited first. */
function turnsBefore(view: OrderView, grants: Grants, stranded: readonly Stranded[], state: ReturnState): readonly { line: string; quantity: Decimal }[] {
  const open = openTurns(view, grants, stranded), first = open.findIndex((row) => row.return === state.return);
  return (first < 0 ? open : open.slice(0, first)).filter(({ line }) => state.lines.every((row) => row.line !== line));
}

/** Allowances of the posted invoices, less what corrections and adjustments took of them, with what went back of them and of what they were given on. */
function withAllowances(view: OrderView, money: OrderMoney, basis: ReturnBasis, before: readonly { line: string; quantity: Decimal }[]): ReturnBasis {
  const given = before.reduce((sum, { line, quantity }) => afterCredit(sum, allocate(sum, line, quantity).parts), basis);
  const text = (amount: Decimal) => moneyText(amount, view.currency);
  const allowances = posted(money).flatMap(({ state }) => {
    const { own, returned } = Object.groupBy(state.credits.filter((credit) => credit.posted), (credit) => (credit.class === "return" ? "returned" : "own"));
    const standing = chargesOn(state, view.key).map((row) => {
      const off = (own ?? []).flatMap(({ charges = [] }) => charges.filter(({ charge }) => charge === row.charge));
      return { ...row, amount: text(dec(row.amount).minus(sumOf(off, ({ amount }) => dec(amount)))), tax: text(dec(row.tax ?? 0).minus(sumOf(off, ({ tax }) => dec(tax)))) };
    });
    const net = (credits: typeof own) => sumOf((credits ?? []).flatMap(({ lines }) => lines), (line) => dec(line.net));
    const of = sumOf(state.lines, (line) => dec(line.net)).minus(net(own)), inAll = sumOf(standing.filter(isAllowance), ({ amount }) => dec(amount).abs());
    // Beyond the goods an allowance was given on the invoice's charges, which do not come back.
    const onGoods = (amount: string) => text(inAll.gt(of) ? roundMoney(dec(amount).times(positive(of)).div(inAll), view.currency) : dec(amount));
    const toCome = sumOf(given.billed.filter((row) => row.unit === state.unit), (row) => dec(row.creditedNet)).minus(net(own)).minus(net(returned)), gone = net(returned);
    return standing.filter(isAllowance).map(({ charge, taxCategory, ...whole }) => {
      const amount = onGoods(whole.amount), tax = onGoods(whole.tax);
      const taken = (returned ?? []).flatMap(({ allowances: rows = [] }) => rows.filter((row) => row.charge === charge));
      const withOthers = (value: string, back: Decimal) => text(toCome.isZero() ? back : back.plus(allowanceFor({ amount: dec(value), back, of, gone }, toCome, view.currency)));
      return { invoice: state.invoice?.number ?? "", charge, taxCategory, amount, tax, of: text(of), gone: text(gone.plus(toCome)), back: withOthers(amount, sumOf(taken, (row) => dec(row.amount))), backTax: withOthers(tax, sumOf(taken, (row) => dec(row.tax))) };
    });
  });
  return allowances.length > 0 ? { ...basis, allowances } : basis;
}

/** Units of each billed line that credits of returns take and the invoices do not show yet: no correction takes them too. */
export function promisedToReturns(view: OrderView): ReadonlyMap<string, Decimal> {
  const promised = new Map<string, Decimal>();
  for (const { promised: rows = [] } of view.record.returns) for (const { key, quantity } of rows) promised.set(key, (promised.get(key) ?? zero).plus(quantity));
  return promised;
}

const otherParty = ({ billedTo }: BillingState, { billTo, payer }: Parties, currency: string): Pick<ReturnBasis["billed"][number], "billedTo"> =>
  billedTo && (billedTo.billTo !== billTo || billedTo.payer !== payer || billedTo.currency !== currency) ? { billedTo } : {};

/** What was given and is not credited yet, in the order in which it was given. */
function openTurns(view: OrderView, grants: Grants, stranded: readonly Stranded[]): { return: string; line: string; quantity: Decimal }[] {
  const credited = new Map<string, Decimal>();
  return grants.given.map((row) => {
    const key = `${row.return}|${row.line}`;
    const done = credited.get(key) ?? creditedFor(view, row.return, row.line).minus(strandedOf(stranded, row.return, row.line)), used = min(done, dec(row.quantity));
    credited.set(key, done.minus(used));
    return { return: row.return, line: row.line, quantity: dec(row.quantity).minus(used) };
  }).filter(({ quantity }) => quantity.gt(0));
}

/** Walks what was given on a line: what others take before this return's turn, and what it may take in one go. */
function turnOf(view: OrderView, grants: Grants, stranded: readonly Stranded[], of: string, line: string): { before: Decimal[]; granted: Decimal; now: Decimal; credited: Decimal } {
  const open = openTurns(view, grants, stranded).filter((row) => row.line === line), credited = creditedFor(view, of, line);
  const first = open.findIndex((row) => row.return === of), mine = first < 0 ? [] : open.slice(first), next = mine.findIndex((row) => row.return !== of);
  const now = sumOf(next < 0 ? mine : mine.slice(0, next), ({ quantity }) => quantity);
  return {
    before: (first < 0 ? open : open.slice(0, first)).map(({ quantity }) => quantity),
    granted: sumOf(grants.given.filter((row) => row.return === of && row.line === line), (row) => dec(row.quantity)),
    now: credited.minus(strandedOf(stranded, of, line)).plus(now), credited,
  };
}

function basisLine(view: OrderView, state: BillingState, row: OrderMoney["units"][number]["lines"][number]): ReturnBasis["billed"][number] {
  const all = postedCredits(state, row.key, ["correction", "return", "price_adjustment", "tax_only"]), returned = postedCredits(state, row.key, ["return"]);
  const counts = cameBack(row), share = returned.quantity.isZero() ? zero : roundMoney(returned.net.times(counts).div(returned.quantity), view.currency);
  const money = (value: Decimal) => moneyText(value, view.currency);
  return {
    unit: state.unit, invoice: state.invoice?.number ?? "", accountingDate: state.invoice?.accountingDate ?? "", taxDocument: `${state.unit}#${state.invoice?.revision ?? 1}`, line: row.line.id, key: row.key, item: row.part?.item ?? row.line.item,
    quantity: (row.frozen?.quantity ?? zero).toFixed(), net: money(row.frozen?.net ?? zero), tax: money(row.frozen?.tax ?? zero),
    creditedQuantity: all.quantity.toFixed(), creditedNet: money(all.net), creditedTax: money(all.tax), returnedQuantity: counts.toFixed(), returnedNet: money(share), left: row.quantity.toFixed(),
    price: row.line.source.price, taxCategory: row.line.master?.taxCategory ?? "goods",
  };
}
