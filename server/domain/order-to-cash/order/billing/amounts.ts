import { max, min, positive, zero, type Decimal } from "../../../decimal";
import { minorUnit } from "../../../money";
import type { SoldLine } from "../lines/sold";
import type { LineValue } from "../lines/value";
import { frozenExcess } from "../lines/frozen-excess";
import { cameBack } from "../stranded";
import { priceEffect } from "./history";
import type { Frozen, LineWalk, Part } from "../lines/walk";

/** A billed line in one unit: what this unit should carry, cumulative, and what it was frozen with. */
export interface BilledPart {
  unit: string | null;
  part: Part | null;
  key: string;
  line: SoldLine;
  bookLine: string;
  quantity: Decimal;
  /** Of the quantity, beyond the order and billed all the same. */
  excess: Decimal;
  net: Decimal;
  excessNet: Decimal;
  /** By the ordered (nominal) weight, for the weight difference. */
  nominalNet: Decimal;
  discount: Decimal;
  frozen: Frozen | null;
  /** Position of its first unit within the ordered quantity, for estimated tax. */
  from: Decimal;
  /** What the price change since freezing is worth. */
  priceEffect: Decimal;
}
/** A shipped quantity that no unit may carry now. */
export interface UnbilledPart { part: Part; quantity: Decimal; net: Decimal; from: Decimal; reason: "over_open" | "over_absorbed" | "over_returning" | "blocked" | "unpriced"; excess: boolean }

export interface LineBilling { walk: LineWalk; billed: BilledPart[]; unbilled: UnbilledPart[]; /** Position and value, at nominal weight, after all that was shipped within the order. */ position: Decimal; value: Decimal; /** What becomes of the excess that no unit bills. */ rest: ExcessRuling["rest"]; /** Invoices stay as they are: what comes later takes a discount that is shared anew. */ later: boolean }

/** What was decided about the excess of a line: how much of it may be billed, and what becomes of the rest. */
export interface ExcessRuling { bill: Decimal; rest: "over_open" | "over_absorbed" | "over_returning" }

export interface BillingRules {
  value: LineValue;
  ruling: ExcessRuling;
  /** Why goods of the line may not be billed yet: their data (SHP-02), or that nobody said what they cost. */
  blocked(part: Part): "blocked" | "unpriced" | null;
  /** The line at the price and discounts that a frozen part was billed at; null where these are today's. */
  valueWhenFrozen(frozen: Frozen, from: Decimal): LineValue | null;
}

/**
 * Prices every shipped quantity of a line by the cumulative rule. Frozen parts keep their amounts in the order of freezing,
 * less what no longer left the dock and with the price change since; open parts get `F(cumulative) − parts before`.
 */
export function billLine(walk: LineWalk, frozen: readonly Frozen[], rules: BillingRules, currency: string): LineBilling {
  const { value } = rules;
  const ordered = walk.committed.ordered;
  const beyond = (quantity: Decimal) => (quantity.isZero() ? zero : value.upTo(ordered.plus(quantity)).minus(value.upTo(ordered)));
  const left = availability(walk.parts, rules, frozen);
  const weighs = walk.line.nominalWeight !== null;
  let position = zero, worth = zero, nominal = zero, excess = zero, weight = zero;
  const billed: BilledPart[] = [];

  for (const entry of frozen) {
    const present = left.get(entry.key);
    const quantity = min(entry.kept, (present?.within ?? zero).plus(present?.over ?? zero));
    const within = min(quantity, present?.within ?? zero), over = quantity.minus(within);
    const before = rules.valueWhenFrozen(entry, position);
    const moved = before ? priceEffect(value, before, position, position.plus(entry.quantity), currency) : zero;
    const lost = quantity.eq(entry.quantity) ? zero : value.upTo(position.plus(entry.quantity)).minus(value.upTo(position.plus(quantity)));
    const net = quantity.isZero() ? zero : entry.net.plus(moved).minus(lost);
    const excessNet = over.isZero() ? zero : beyond(excess.plus(over)).minus(beyond(excess));
    const nominalNet = value.upTo(position.plus(within)).minus(value.upTo(position)).plus(excessNet);
    billed.push({ unit: entry.unit, part: present?.part ?? null, key: entry.key, line: walk.line, bookLine: present?.part.bookLine ?? walk.line.id, quantity, excess: over, net, excessNet, nominalNet, discount: zero, frozen: entry, from: position, priceEffect: moved });
    if (present) { present.within = present.within.minus(within); present.over = present.over.minus(over); weight = weight.plus(weightFor(present.part, within)); }
    position = position.plus(within); worth = worth.plus(net).minus(excessNet); excess = excess.plus(over);
    nominal = weighs ? nominal.plus(nominalNet).minus(excessNet) : worth;
  }

  const exact = !weighs ? value.upTo(position) : billed.every(({ part, quantity }) => quantity.isZero() || part?.weight != null) ? value.upToWeight(weight, position) : worth;
  const need = positive(ordered.minus(walk.committed.cancelled)), difference = exact.minus(worth);
  const later = !weighs && isLater(billed, difference, position.lt(need) ? value.upTo(need).minus(exact) : zero);
  if (!later) worth = worth.plus(closeFrozen(billed, difference, currency));
  if (!weighs) nominal = worth;

  const unbilled: UnbilledPart[] = [];
  // What may not be billed yet comes last, where it stands too once it may.
  const waiting = [...left.values()].toSorted((a, b) => Number(a.blocked !== null) - Number(b.blocked !== null));
  for (const { part, within, over, heldOver, blocked } of waiting) {
    const upTo = position.plus(within);
    const weighed = part.weight !== null && weighs;
    weight = weight.plus(weightFor(part, within));
    const total = weighed && !blocked ? value.upToWeight(weight, upTo) : value.upTo(upTo);
    const withinNet = within.isZero() ? zero : blocked && weighs ? total.minus(value.upTo(position)) : positive(total.minus(worth));
    const excessNet = beyond(excess.plus(over)).minus(beyond(excess));
    const nominalNet = value.upTo(upTo).minus(value.upTo(position)).plus(excessNet);
    if (blocked) { if (within.gt(0)) unbilled.push({ part, quantity: within, net: withinNet, from: position, reason: blocked, excess: false }); }
    else if (within.plus(over).gt(0)) billed.push({ unit: null, part, key: part.key, line: walk.line, bookLine: part.bookLine, quantity: within.plus(over), excess: over, net: withinNet.plus(excessNet), excessNet, nominalNet, discount: value.discount.isZero() ? zero : value.gross(upTo).minus(value.gross(position)).plus(excessNet).minus(nominalNet), frozen: null, from: position, priceEffect: zero });
    nominal = weighs ? nominal.plus(nominalNet).minus(excessNet) : worth.plus(withinNet);
    position = upTo; worth = worth.plus(withinNet); excess = excess.plus(over);
    if (heldOver.gt(0)) {
      const net = beyond(excess.plus(heldOver)).minus(beyond(excess));
      unbilled.push({ part, quantity: heldOver, net, from: ordered, reason: rules.ruling.rest, excess: true });
      excess = excess.plus(heldOver);
    }
  }
  return { walk, billed, unbilled, position, value: nominal, rest: rules.ruling.rest, later };
}

/**
 * What was billed is not what it would be by today's shares of a discount, and nothing but the shares changed: as long as more of
 * the line is to come, that takes the difference (P3), and no invoice is adjusted for it.
 */
const isLater = (billed: readonly BilledPart[], difference: Decimal, toCome: Decimal): boolean =>
  !difference.isZero() && toCome.gt(0) && difference.neg().lte(toCome) && corrected(billed).length === 0 && !billed.some((part) => part.frozen?.state.adopted);

/** Parts of which goods did not leave after all, or whose price changed. */
const corrected = (billed: readonly BilledPart[]): BilledPart[] => billed.filter((part) => part.frozen !== null && (part.quantity.lt(part.frozen.quantity) || !part.priceEffect.isZero()));

/**
 * What stands on invoices comes to what the line is worth by today's facts, to the cent and whatever was billed when: the same
 * facts come to the same net in whatever order news arrives (2.9, invariant 10). Corrected parts take the difference first,
 * none below nothing; an invoice that lost all its goods has nothing left to take it, and one whose goods all came back takes it last:
 * they are credited for what they were billed at. Where the ledger's own figures were
 * adopted only cents of a correction are closed: what it has otherwise is its own. Returns what they took.
 */
function closeFrozen(billed: readonly BilledPart[], difference: Decimal, currency: string): Decimal {
  if (difference.isZero()) return zero;
  const first = corrected(billed), foreign = billed.some((part) => part.frozen?.state.adopted);
  if (foreign && (first.length === 0 || difference.abs().gt(minorUnit(currency).times(billed.length + 1)))) return zero;
  let left = difference;
  const isBack = (part: BilledPart) => cameBack(part).eq(part.quantity), candidates = [...new Set([...first, ...billed])].filter((part) => !part.quantity.isZero());
  for (const part of [...candidates.filter((each) => !isBack(each)), ...candidates.filter(isBack)]) {
    const taken = max(left, zero.minus(part.net));
    part.net = part.net.plus(taken);
    left = left.minus(taken);
  }
  return difference.minus(left);
}

/** Pieces of a kit's component beyond the order that no unit bills: loose ones, and whole kits that are not to be billed. */
export const unbilledPieces = ({ billed }: LineBilling, moved: Pick<LineWalk["moved"][number], "over" | "goods">): Decimal =>
  positive(moved.over.minus(billed.reduce((sum, part) => sum.plus(part.excess), zero).times(moved.goods.per)));

interface Available { part: Part; within: Decimal; over: Decimal; heldOver: Decimal; blocked: ReturnType<BillingRules["blocked"]> }

const weightFor = (part: Part, quantity: Decimal): Decimal =>
  part.weight === null || part.quantity.isZero() ? zero : quantity.eq(part.quantity) ? part.weight : part.weight.times(quantity).div(part.quantity);

function availability(parts: readonly Part[], rules: BillingRules, frozen: readonly Frozen[]): Map<string, Available> {
  const posted = new Set(frozen.map(({ key }) => key));
  const { byPart, levels } = frozenExcess(parts, frozen);
  // Excess on an invoice stays billed there; only what the ruling gives beyond it goes to the others.
  let mayBill = positive(rules.ruling.bill.minus(levels.at(-1) ?? zero));
  const left = new Map<string, Available>();
  for (const part of parts) {
    const stands = byPart.get(part.key) ?? zero, more = min(part.excess.minus(stands), mayBill), over = stands.plus(more);
    mayBill = mayBill.minus(more);
    left.set(part.key, { part, within: positive(part.quantity.minus(part.excess)), over, heldOver: part.excess.minus(over), blocked: posted.has(part.key) ? null : rules.blocked(part) });
  }
  return left;
}
