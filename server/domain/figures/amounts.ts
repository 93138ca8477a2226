import { withConnectors, type SliceRow } from "../conservation/rows";
import { dec, sumOf, text, type DecimalString } from "../decimal";
import type { Instant } from "../instant";
import { parseSubjectId } from "../subject";

/** Something that one or more holds stop: an order by its open value with charges and tax, a document by its total. */
export interface HeldThing { subject: string; what: string; amount: DecimalString; currency: string; holds: readonly { rule: string; since: Instant }[]; stoppedByException: boolean }
export interface MoneyHeld { currency: string; held: DecimalString; byReason: { rule: string; amount: DecimalString; count: number }[]; alsoOnHold: DecimalString }

/** Money held by currency: each thing once however many holds, under its oldest hold; what an exception stops is apart. */
export function moneyHeld(things: readonly HeldThing[]): MoneyHeld[] {
  const unique = [...new Map(things.filter((thing) => thing.holds.length > 0).map((thing) => [`${thing.subject}\u0000${thing.what}`, thing])).values()];
  return [...new Set(unique.map((thing) => thing.currency))].sort().map((currency) => {
    const mine = unique.filter((thing) => thing.currency === currency);
    const held = mine.filter((thing) => !thing.stoppedByException);
    const oldest = (thing: HeldThing) => [...thing.holds].sort((a, b) => a.since.localeCompare(b.since) || a.rule.localeCompare(b.rule))[0]?.rule ?? "";
    const rules = [...new Set(held.map(oldest))].sort();
    const total = (rows: readonly HeldThing[]) => sumOf(rows, (thing) => dec(thing.amount)).toFixed();
    return {
      currency, held: total(held), alsoOnHold: total(mine.filter((thing) => thing.stoppedByException)),
      byReason: rules.map((rule) => { const rows = held.filter((thing) => oldest(thing) === rule); return { rule, amount: total(rows), count: rows.length }; }),
    };
  });
}

/** A hold with what it stops: the whole document (`""`, `order`, and by hand), or a part of it by its slot. */
export interface HoldShare { subjectId: string; rule: string; slot: string; amount: DecimalString; openedAt: Instant }
const isWhole = ({ rule, slot }: HoldShare): boolean => rule === "MANUAL" || slot === "" || slot === "order";

/** Those of some holds whose amounts add up to what they hold together: each document once under its oldest hold of the whole, each part of it once where none holds the whole (domain reference 2.6). */
export function countedOnce<Row extends HoldShare>(holds: readonly Row[]): Row[] {
  const moving = holds.filter(({ amount }) => !dec(amount).isZero()).sort((a, b) => a.openedAt.localeCompare(b.openedAt));
  const whole = new Set(moving.filter(isWhole).map(({ subjectId }) => subjectId));
  const first = new Map<string, Row>();
  for (const hold of moving) {
    const key = `${hold.subjectId}\u0000${isWhole(hold) ? "" : hold.slot}`;
    if ((isWhole(hold) || !whole.has(hold.subjectId)) && !first.has(key)) first.set(key, hold);
  }
  return [...first.values()];
}

const split = { waiting: "wait", held: "held", exception: "exception", in_flight: "in flight" } as const;
export interface ShippedNotInvoiced { currency: string; total: DecimalString; wait: DecimalString; held: DecimalString; exception: DecimalString; inFlight: DecimalString; orders: number }

/** Control figure: goods at ordered net price and unbilled charges, without tax, from the orders' slices W, H, E, F. */
export function shippedNotInvoicedNow(slices: readonly SliceRow[], connectorsDown?: ReadonlySet<string>): ShippedNotInvoiced[] {
  const rows = slices.map((slice) => withConnectors(slice, connectorsDown)).filter((slice) => parseSubjectId(slice.subject).kind === "order" && slice.bucket !== null && slice.bucket in split);
  return [...new Set(rows.map((row) => row.currency))].sort().map((currency) => {
    const mine = rows.filter((row) => row.currency === currency);
    const of = (bucket: keyof typeof split) => text(sumOf(mine.filter((row) => row.bucket === bucket), (row) => dec(row.amount).plus(row.charges)));
    return {
      currency, total: text(sumOf(mine, (row) => dec(row.amount).plus(row.charges))),
      wait: of("waiting"), held: of("held"), exception: of("exception"), inFlight: of("in_flight"), orders: new Set(mine.map((row) => row.subject)).size,
    };
  });
}
