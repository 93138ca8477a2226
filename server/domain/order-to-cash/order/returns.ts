import { dec, min, positive, sumOf, zero, type Decimal } from "../../decimal";
import type { Fact } from "../../facts";
import { moneyText } from "../../money";
import type { RecordedFact } from "../../plan";
import type { BillingState, ReturnBasis, ReturnState } from "../../publications";
import { afterCredit, allocate } from "../../return-to-credit/allocation";
import { postedCredits } from "./billing/credits";
import { partiesFor } from "./billing/billed-to";
import type { OrderMoney } from "./books/money";
import type { Parties } from "./parties";
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

/** Units on posted invoices that did leave and were not credited as billed and not shipped. */
function available(money: OrderMoney, line: string): Decimal {
  return sumOf(posted(money).flatMap(({ unit, state }) => unit.lines.filter((row) => row.line.id === line && row.frozen).map((row) => min(row.quantity, (row.frozen?.quantity ?? zero).minus(postedCredits(state, row.key, ["correction"]).quantity)))), (quantity) => positive(quantity));
}

const posted = (money: OrderMoney) => money.units.flatMap((unit) => (unit.state?.invoice ? [{ unit, state: unit.state }] : []));

/** Units of a line that the invoices show as credited for one return. */
const creditedFor = (view: OrderView, of: string, line: string): Decimal =>
  sumOf(view.record.states.flatMap((state) => state.credits.filter((credit) => credit.posted && credit.class === "return" && credit.cause === of)).flatMap((credit) => credit.lines.filter((row) => row.line === line)), (row) => dec(row.quantity));

/**
 * What may still be credited for one return: posted invoice lines in the order in which they were billed, less what was
 * credited, less what other returns were given before it. It may take what it was given up to where another's turn comes.
 */
export function returnBasis(view: OrderView, money: OrderMoney, grants: Grants, state: ReturnState): ReturnBasis {
  const { order } = view;
  const first = posted(money)[0]?.state.billedTo, parties = partiesFor(view, first), currency = first?.currency ?? view.currency;
  const known = new Set(posted(money).flatMap(({ unit }) => unit.lines.map((row) => row.line.id)));
  let basis: ReturnBasis = {
    order: view.key, currency, billTo: parties.billTo, payer: parties.payer, customerName: parties.master?.name ?? parties.customer, creditAccount: parties.creditAccount,
    taxState: order.shipToAddress.state ?? null, paymentMethod: order.payment.method, billed: posted(money).flatMap(({ unit, state: billing }) => unit.lines.flatMap((row) => (row.frozen && row.frozen.quantity.gt(0) ? [row] : [])).map((row) => ({ ...basisLine(view, billing, row), ...otherParty(billing, parties, currency) }))).map((row, place) => ({ ...row, place })),
    values: view.lines.flatMap(({ line, value }) => (known.has(line.id) && line.nominalWeight === null && !line.free ? [{ line: line.id, price: line.price.toFixed(), priceUnit: line.priceUnit.toFixed(), ordered: value.ordered.toFixed(), discount: value.discount.toFixed() }] : [])),
  };
  const turns = state.lines.map(({ line }) => {
    const turn = turnOf(view, grants, state.return, line);
    for (const quantity of turn.before) basis = afterCredit(basis, allocate(basis, line, quantity).parts);
    return { line, asked: askedOn(state, line).toFixed(), granted: turn.granted.toFixed(), now: turn.now.toFixed(), credited: turn.credited.toFixed() };
  });
  return { ...basis, grants: turns };
}

const otherParty = ({ billedTo }: BillingState, { billTo, payer }: Parties, currency: string): Pick<ReturnBasis["billed"][number], "billedTo"> =>
  billedTo && (billedTo.billTo !== billTo || billedTo.payer !== payer || billedTo.currency !== currency) ? { billedTo } : {};

/** Walks what was given on a line: what others take before this return's turn, and what it may take in one go. */
function turnOf(view: OrderView, grants: Grants, of: string, line: string): { before: Decimal[]; granted: Decimal; now: Decimal; credited: Decimal } {
  const credited = new Map<string, Decimal>();
  const mine = creditedFor(view, of, line);
  const before: Decimal[] = [];
  let granted = zero, now = mine, turn: "before" | "mine" | "after" = "before";
  for (const row of grants.given) {
    if (row.line !== line) continue;
    const done = credited.get(row.return) ?? creditedFor(view, row.return, line);
    const used = min(done, dec(row.quantity)), open = dec(row.quantity).minus(used);
    credited.set(row.return, done.minus(used));
    if (row.return === of) granted = granted.plus(row.quantity);
    if (open.isZero()) continue;
    if (row.return !== of) { if (turn === "before") before.push(open); else turn = "after"; continue; }
    if (turn === "after") continue;
    turn = "mine";
    now = now.plus(open);
  }
  return { before, granted, now, credited: mine };
}

function basisLine(view: OrderView, state: BillingState, row: OrderMoney["units"][number]["lines"][number]): ReturnBasis["billed"][number] {
  const all = postedCredits(state, row.key, ["correction", "return", "price_adjustment", "tax_only"]), returned = postedCredits(state, row.key, ["return"]);
  const money = (value: Decimal) => moneyText(value, view.currency);
  return {
    unit: state.unit, invoice: state.invoice?.number ?? "", accountingDate: state.invoice?.accountingDate ?? "", taxDocument: `${state.unit}#${state.invoice?.revision ?? 1}`, line: row.line.id, key: row.key, item: row.part?.item ?? row.line.item,
    quantity: (row.frozen?.quantity ?? zero).toFixed(), net: money(row.frozen?.net ?? zero), tax: money(row.frozen?.tax ?? zero),
    creditedQuantity: all.quantity.toFixed(), creditedNet: money(all.net), creditedTax: money(all.tax), returnedQuantity: returned.quantity.toFixed(), returnedNet: money(returned.net),
    price: row.line.source.price, taxCategory: row.line.master?.taxCategory ?? "goods",
  };
}
