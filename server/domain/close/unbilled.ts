import { dec, positive, sumOf, zero, type Decimal, type DecimalString } from "../decimal";
import type { Day, Instant } from "../instant";
import { moneyText } from "../money";

/** A close looks at documents dated up to `day`, as they were known at `known` (domain reference 5.1). */
export interface CloseAsOf { day: Day; known: Instant }

/**
 * One change of what a shipment has on no posted invoice, at ordered net prices without tax: goods that left or a charge that goes with them (+), an
 * invoice that bears it or goods made free (−). `day` is its day in the books of the entity, `recordedAt` when it came to be known here.
 */
export interface UnbilledChange {
  order: string;
  /** Null: an invoice of which nobody knows here what shipment it bills. */
  shipment: string | null;
  line: string; part: "goods" | "charges"; kind: "shipped" | "invoiced" | "free"; document: string;
  amount: DecimalString; currency: string; day: Day; recordedAt: Instant;
}
/** When the title in a shipment's goods passed to the customer: on leaving, or on delivery where the terms say so. */
export interface TitlePassed { order: string; shipment: string; day: Day; recordedAt: Instant }

/** What one shipment has on no posted invoice. `accrued`: of it what had passed to the customer, which is revenue of the period though no invoice says so. */
export interface UnbilledShipment { order: string; shipment: string; currency: string; goods: DecimalString; charges: DecimalString; total: DecimalString; accrued: DecimalString; shippedOn: Day; titleOn: Day | null }
export interface UnbilledTotal { currency: string; control: DecimalString; accrual: DecimalString; shipments: number; orders: number }

const within = <T extends { day: Day; recordedAt: Instant }>(rows: readonly T[], { day, known }: CloseAsOf): T[] => rows.filter((row) => row.day <= day && row.recordedAt <= known);

/**
 * Shipped not invoiced as of (day, known), shipment by shipment, the largest first (2.6, M9): the control figure is the sum of `total`, the accrual
 * that of `accrued`. Nothing is rounded, currencies are never added. What an invoice bears beyond what left is not set against other goods;
 * an invoice whose shipment is not known goes off the line's oldest shipments.
 */
export function unbilledShipments(changes: readonly UnbilledChange[], titles: readonly TitlePassed[], asOf: CloseAsOf): UnbilledShipment[] {
  const passed = new Map(within(titles, asOf).map((title) => [key(title.order, title.shipment), title.day]));
  const known = within(changes, asOf), lines = [...Map.groupBy(known, (row) => key(row.order, row.line, row.part, row.currency)).values()].flatMap(lineParts);
  return [...Map.groupBy(lines, (row) => key(row.order, row.shipment, row.currency)).values()].flatMap((parts) => {
    const [first] = parts, titleOn = first === undefined ? null : (passed.get(key(first.order, first.shipment)) ?? null);
    const of = (part: "goods" | "charges"): Decimal => sumOf(parts.filter((row) => row.part === part), ({ left }) => left), total = of("goods").plus(of("charges"));
    if (first === undefined || (of("goods").isZero() && of("charges").isZero())) return [];
    const say = (amount: Decimal) => moneyText(amount, first.currency);
    return [{ order: first.order, shipment: first.shipment, currency: first.currency, goods: say(of("goods")), charges: say(of("charges")), total: say(total), accrued: say(titleOn === null ? zero : total), shippedOn: parts.map(({ day }) => day).sort()[0] ?? asOf.day, titleOn }];
  }).sort((a, b) => dec(b.total).abs().cmp(dec(a.total).abs()) || a.order.localeCompare(b.order) || a.shipment.localeCompare(b.shipment));
}

interface LinePart { order: string; shipment: string; currency: string; part: "goods" | "charges"; left: Decimal; day: Day }
/** What is left of one line on each of its shipments. A charge may be an allowance: its sign stays. */
function lineParts(rows: readonly UnbilledChange[]): LinePart[] {
  const shipments = new Map<string, LinePart>();
  let astray = zero;
  for (const { order, shipment, currency, part, kind, amount, day } of rows) {
    if (shipment === null) { astray = astray.plus(amount); continue; }
    const present = shipments.get(shipment) ?? { order, shipment, currency, part, left: zero, day };
    shipments.set(shipment, { ...present, left: present.left.plus(amount), ...(kind === "shipped" ? { day } : {}) });
  }
  return [...shipments.values()].sort((a, b) => a.day.localeCompare(b.day) || a.shipment.localeCompare(b.shipment)).map((row) => {
    if (row.part === "goods") {
      const before = positive(row.left), left = positive(before.plus(astray));
      astray = astray.plus(before.minus(left));
      return { ...row, left };
    }
    const whole = row.left.plus(astray);
    astray = zero;
    return { ...row, left: whole };
  });
}

export const unbilledTotals = (rows: readonly UnbilledShipment[]): UnbilledTotal[] =>
  [...Map.groupBy(rows, ({ currency }) => currency)].sort(([a], [b]) => a.localeCompare(b)).map(([currency, mine]) => ({
    currency, control: moneyText(sumOf(mine, ({ total }) => dec(total)), currency), accrual: moneyText(sumOf(mine, ({ accrued }) => dec(accrued)), currency), shipments: mine.length, orders: new Set(mine.map(({ order }) => order)).size,
  }));

/** What became known of a period after it was signed: one shipment whose figure is another one now, with what changed it. */
export interface LateShipment {
  order: string; shipment: string; currency: string; control: DecimalString; accrual: DecimalString;
  /** At the sign-off and now; null where it was or is not in the figure. */
  before: DecimalString | null; now: DecimalString | null;
  because: { what: "shipped" | "invoiced" | "free" | "title"; document: string; day: Day; recordedAt: Instant; amount: DecimalString | null }[];
}
export interface LateTotal { currency: string; control: DecimalString; accrual: DecimalString }

type Counted = Pick<UnbilledShipment, "order" | "shipment" | "currency" | "total" | "accrued">;
/** Late since close: the figures of (day, now) less those that were signed, with every fact of that day or before which came after `signed.known`. */
export function lateSinceClose(signed: { rows: readonly Counted[]; asOf: CloseAsOf }, now: readonly Counted[], changes: readonly UnbilledChange[], titles: readonly TitlePassed[]): LateShipment[] {
  const name = (row: Counted) => key(row.order, row.shipment, row.currency), before = new Map(signed.rows.map((row) => [name(row), row])), after = new Map(now.map((row) => [name(row), row]));
  const { day, known } = signed.asOf, cameLater = (row: { day: Day; recordedAt: Instant }): boolean => row.day <= day && row.recordedAt > known;
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id): LateShipment[] => {
    const was = before.get(id), is = after.get(id), row = is ?? was;
    if (!row) return [];
    const control = dec(is?.total ?? 0).minus(was?.total ?? 0), accrual = dec(is?.accrued ?? 0).minus(was?.accrued ?? 0), { order, shipment, currency } = row;
    if (control.isZero() && accrual.isZero()) return [];
    const facts = changes.filter((change) => change.order === order && (change.shipment ?? shipment) === shipment && change.currency === currency && cameLater(change));
    const because: LateShipment["because"] = [
      ...[...Map.groupBy(facts, (change) => key(change.kind, change.document, change.day, change.recordedAt)).values()].flatMap((same) => same.slice(0, 1).map(({ kind, document, day: on, recordedAt }) => ({ what: kind, document, day: on, recordedAt, amount: moneyText(sumOf(same, ({ amount }) => dec(amount)), currency) }))),
      ...titles.filter((title) => title.order === order && title.shipment === shipment && cameLater(title)).map((title) => ({ what: "title" as const, document: shipment, day: title.day, recordedAt: title.recordedAt, amount: null })),
    ];
    return [{ order, shipment, currency, control: moneyText(control, currency), accrual: moneyText(accrual, currency), before: was?.total ?? null, now: is?.total ?? null, because: because.sort((a, b) => a.recordedAt.localeCompare(b.recordedAt)) }];
  }).sort((a, b) => dec(b.control).abs().cmp(dec(a.control).abs()) || a.order.localeCompare(b.order));
}
export const lateTotals = (rows: readonly LateShipment[]): LateTotal[] =>
  [...Map.groupBy(rows, ({ currency }) => currency)].sort(([a], [b]) => a.localeCompare(b)).map(([currency, mine]) => ({ currency, control: moneyText(sumOf(mine, ({ control }) => dec(control)), currency), accrual: moneyText(sumOf(mine, ({ accrual }) => dec(accrual)), currency) }));

const key = (...parts: string[]): string => parts.join("\u0000");
