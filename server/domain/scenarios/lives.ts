import fc from "fast-check";
import { at, authorised, cancels, order, overlays, pays, returnAuthorised, returnReceived, ships, type OrderBuilder, type Told } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";

/** One thing that happens to an order after it was placed; numbers are made to fit what is possible then. */
export type Happening =
  | { what: "ships"; shares: number[]; over: number }
  | { what: "recounts"; shipment: number; share: number }
  | { what: "price"; line: number; percent: number }
  | { what: "headerDiscount"; percent: number }
  | { what: "lineDiscount"; line: number; percent: number }
  | { what: "freight"; cents: number }
  | { what: "retaxes" }
  | { what: "more"; line: number; quantity: number }
  | { what: "adds"; price: string; quantity: number }
  | { what: "moves"; state: string }
  | { what: "billTo"; customer: string }
  | { what: "cancels"; line: number; share: number }
  | { what: "returns"; line: number; share: number }
  | { what: "pays"; invoice: number; cents: number; bounces: "never" | "bounces" | "error"; named: boolean }
  | { what: "refunds"; receipt: number };

/** A made-up order and its life. The same facts, in whatever order they arrive, must end in the same net. */
export interface Life {
  lines: { quantity: number; price: string; discount: number; weighed: boolean }[];
  /** Percent of the goods. */
  headerDiscount: number;
  /** `second`: another charge of that code, taxed where the first is not. */
  freight: { cents: number; second: number; billing: "first_invoice" | "pro_rata" | "actual_cost"; taxed: boolean };
  /** Percent of the goods that a charge below nothing takes off, on every invoice its part or on the first. */
  allowance: { percent: number; taxed: boolean; billing: "pro_rata" | "first_invoice" };
  excess: "bill" | "absorb";
  /** Paid by a card that stands for all of it: what is billed is captured, and what is credited beyond goes back. */
  card: boolean;
  happenings: Happening[];
  /** What is open in the end is cancelled. Until then what a charge rose by waits for the next invoice. */
  completes: boolean;
}

const percent = fc.integer({ min: 0, max: 100 });
const cents = (most: number) => fc.integer({ min: 1, max: most });
const price = fc.oneof(cents(9999).map((value) => (value / 100).toFixed(2)), fc.integer({ min: 10_000, max: 9_999_999 }).map((value) => (value / 1_000_000).toFixed(6)));
const lineOf = (weighed: fc.Arbitrary<boolean>) => fc.record({ quantity: fc.integer({ min: 1, max: 30 }), price, discount: fc.constantFrom(0, 0, 0, 7, 25), weighed });
const at0 = fc.integer({ min: 0, max: 2 });

const kinds = {
  ships: fc.record({ what: fc.constant("ships" as const), shares: fc.array(fc.oneof(percent, fc.constantFrom(0, 100)), { minLength: 3, maxLength: 3 }), over: fc.constantFrom(0, 0, 0, 0, 1, 3) }),
  recounts: fc.record({ what: fc.constant("recounts" as const), shipment: at0, share: fc.oneof(percent, fc.constantFrom(0, 100)) }),
  price: fc.record({ what: fc.constant("price" as const), line: at0, percent: fc.integer({ min: 20, max: 220 }) }),
  headerDiscount: fc.record({ what: fc.constant("headerDiscount" as const), percent: fc.integer({ min: 0, max: 20 }) }),
  lineDiscount: fc.record({ what: fc.constant("lineDiscount" as const), line: at0, percent: fc.integer({ min: 0, max: 40 }) }),
  freight: fc.record({ what: fc.constant("freight" as const), cents: fc.integer({ min: 0, max: 3000 }) }),
  retaxes: fc.record({ what: fc.constant("retaxes" as const) }),
  more: fc.record({ what: fc.constant("more" as const), line: at0, quantity: fc.integer({ min: 1, max: 10 }) }),
  adds: fc.record({ what: fc.constant("adds" as const), price, quantity: fc.integer({ min: 1, max: 10 }) }),
  moves: fc.record({ what: fc.constant("moves" as const), state: fc.constantFrom("OH", "IL") }),
  billTo: fc.record({ what: fc.constant("billTo" as const), customer: fc.constantFrom("C-1", "C-2") }),
  cancels: fc.record({ what: fc.constant("cancels" as const), line: at0, share: percent }),
  returns: fc.record({ what: fc.constant("returns" as const), line: at0, share: percent }),
  pays: fc.record({ what: fc.constant("pays" as const), invoice: fc.integer({ min: 1, max: 2 }), cents: fc.oneof(cents(1000), cents(100_000)), bounces: fc.constantFrom("never" as const, "never" as const, "bounces" as const, "error" as const), named: fc.boolean() }),
  refunds: fc.record({ what: fc.constant("refunds" as const), receipt: at0 }),
} satisfies { [W in Happening["what"]]: fc.Arbitrary<Extract<Happening, { what: W }>> };

/** Lives in which only these things happen. Shipments happen in every life; what is shared over the goods is not where more leaves than was ordered. A taxed allowance on the first invoice stands on taxed charges: on others cents may be beyond it (decision 19, price). */
export const livesOf = (what: readonly Happening["what"][], weighed: boolean, allowances = false): fc.Arbitrary<Life> => fc.record({
  lines: fc.array(lineOf(weighed ? fc.boolean() : fc.constant(false)), { minLength: 1, maxLength: 3 }),
  headerDiscount: fc.constantFrom(0, 3, 11, 20),
  freight: fc.record({ cents: fc.constantFrom(0, 999, 1500), second: fc.constantFrom(0, 0, 777), billing: fc.constantFrom("first_invoice" as const, "first_invoice" as const, "pro_rata" as const, "actual_cost" as const), taxed: fc.boolean() }),
  allowance: fc.record({ percent: fc.integer({ min: 1, max: 60 }), taxed: fc.boolean(), billing: fc.constantFrom("pro_rata" as const, "first_invoice" as const) }).map((row) => (allowances ? row : { ...row, percent: 0 })),
  excess: fc.constantFrom("bill" as const, "absorb" as const),
  card: fc.constantFrom(false, false, true),
  happenings: fc.array(fc.oneof(kinds.ships, ...what.map((name): fc.Arbitrary<Happening> => kinds[name])), { minLength: 1, maxLength: 8 }),
  completes: fc.boolean(),
}).map((life): Life => (allowances && life.allowance.billing === "first_invoice" && life.allowance.taxed ? { ...life, freight: { ...life.freight, taxed: true, second: 0 } } : life)).map((life): Life => (allowances ? { ...life, happenings: life.happenings.map((each) => (each.what === "ships" ? { ...each, over: 0 } : each)) } : life)).filter((life) => life.lines.reduce((sum, row) => sum + row.quantity * Number(row.price), 0) > 3);

export const everyHappening = Object.keys(kinds) as Happening["what"][];

const minute = (count: number) => `2026-03-02 ${String(10 + Math.floor(count / 60)).padStart(2, "0")}:${String(count % 60).padStart(2, "0")}`;

/** All that is told of a life, in the order in which it happened. What cannot happen does not: nothing is cancelled that was shipped. */
export function tellingsOf(life: Life): Told[] {
  const lines = life.lines.map((row) => ({ ...row, shipped: 0, cancelled: 0, returned: 0, over: 0 }));
  let header = life.headerDiscount, freight = life.freight.cents, taxed = life.freight.taxed, state = "IL", billTo = "C-1";
  const goods = () => lines.reduce((sum, row) => sum + Math.floor(row.quantity * (row.weighed ? 2 : 1) * Number(row.price) * (100 - row.discount)) / 100, 0);
  const write = (so: OrderBuilder): OrderBuilder => {
    lines.forEach((row, index) => so.line(String(index + 1), `I${index + 1}`, row.quantity, row.price, {
      ...(row.discount > 0 ? { discount: (Math.floor(row.quantity * (row.weighed ? 2 : 1) * Number(row.price) * row.discount) / 100).toFixed(2) } : {}), ...(row.weighed ? { secondQuantity: { nominal: String(row.quantity * 2), unit: "LB" } } : {}),
    }));
    if (header > 0) so.discount((Math.floor(goods() * header) / 100).toFixed(2));
    const charge = (cents: number, isTaxed: boolean) => (cents > 0 ? [{ charge: "freight", amount: (cents / 100).toFixed(2), taxCategory: isTaxed ? "goods" : "none", billing: life.freight.billing }] : []);
    so.with({ charges: [...charge(freight, taxed), ...charge(life.freight.second, !taxed), ...allowance()] });
    if (life.card) so.card();
    return billTo === "C-1" ? so.state(state) : so.customer(billTo).state(state);
  };
  const allowance = () => (life.allowance.percent > 0 ? [{ charge: "promo", amount: (-Math.floor(goods() * life.allowance.percent) / 100).toFixed(2), taxCategory: life.allowance.taxed ? "goods" : "none", billing: life.allowance.billing }] : []);
  const told: Told[] = [write(order("SO-1")).build(), ...(life.card ? [authorised("SO-1", "AU-1", "2026-03-02 09:01", "900000.00")] : [])];
  let version = 1, clock = 0;
  const changed = () => { version += 1; const so = write(order("SO-1")); told.push({ ...so.with({ version }).build(), at: at(minute(clock)) }); };
  const sent: { name: string; when: string; version: number; rows: { line: number; quantity: number }[]; share: number }[] = [];
  const receipts: { name: string; amount: string; bounced: boolean }[] = [];
  const shipment = (one: typeof sent[number], share: number) => ships(one.name, minute(clock), one.rows.map(({ line, quantity }) => ({ order: "SO-1", line: String(line + 1), item: `I${line + 1}`, quantity: Math.round((quantity * share) / 100), ...(lines[line]!.weighed ? { weight: (Math.max(1, Math.round((quantity * share) / 100)) * 2.03).toFixed(2) } : {}) })), one.version, { shippedAt: at(one.when), ...(life.freight.billing === "actual_cost" ? { freightCost: costOf(one) } : {}) });
  // What the carrier charged moves up and down with every count.
  const costOf = ({ name, version: count }: { name: string; version: number }) => (Number(name.slice(3)) + (count % 3) * 2.37).toFixed(2);
  for (const [index, thing] of life.happenings.entries()) {
    clock += 11;
    const row = "line" in thing ? lines[thing.line % lines.length]! : lines[0]!;
    const open = row.quantity - row.shipped - row.cancelled;
    const lineId = String(lines.indexOf(row) + 1);
    switch (thing.what) {
      case "ships": {
        const rows = lines.flatMap((each, place) => {
          const left = each.quantity - each.shipped - each.cancelled;
          const part = Math.min(left, Math.ceil((left * (thing.shares[place] ?? 0)) / 100)), over = part === left && left > 0 && each.cancelled === 0 ? thing.over : 0;
          each.shipped += part;
          each.over += over;
          return part + over > 0 ? [{ line: place, quantity: part + over }] : [];
        });
        if (rows.length === 0) break;
        const one = { name: `SH-${sent.length + 1}`, when: minute(clock), version: 1, rows, share: 100 };
        sent.push(one);
        told.push(shipment(one, 100));
        break;
      }
      case "recounts": {
        const one = sent[thing.shipment];
        const left = (line: number, of: typeof sent[number], share: number) => of.rows.filter((each) => each.line === line).reduce((sum, { quantity }) => sum + Math.round((quantity * share) / 100), 0);
        // Goods that came back had left, on whatever shipment.
        if (!one || one.rows.some(({ line }) => sent.reduce((sum, each) => sum + left(line, each, each === one ? thing.share : each.share), 0) < lines[line]!.returned)) break;
        one.version += 1;
        one.share = thing.share;
        told.push(shipment(one, thing.share));
        break;
      }
      case "price": row.price = ((Number(row.price) * thing.percent) / 100).toFixed(6); changed(); break;
      case "headerDiscount": header = thing.percent; changed(); break;
      case "lineDiscount": row.discount = thing.percent; changed(); break;
      case "freight": freight = thing.cents; changed(); break;
      case "retaxes": taxed = !taxed; changed(); break;
      case "more": row.quantity += thing.quantity; changed(); break;
      case "adds": if (lines.length < 3) { lines.push({ quantity: thing.quantity, price: thing.price, discount: 0, weighed: false, shipped: 0, cancelled: 0, returned: 0, over: 0 }); changed(); } break;
      case "moves": state = thing.state; changed(); break;
      case "billTo": billTo = thing.customer; changed(); break;
      case "cancels": {
        // Whether goods left too many, or a cancel came too late, is a matter of the order of arrival (2.8).
        const quantity = row.over > 0 ? 0 : Math.floor((open * thing.share) / 100);
        if (quantity <= 0) break;
        row.cancelled += quantity;
        told.push(cancels("SO-1", `CX-${index}`, minute(clock), { [lineId]: quantity }));
        break;
      }
      case "returns": {
        const left = sent.reduce((sum, one) => sum + one.rows.filter(({ line }) => lines[line] === row).reduce((part, { quantity: count }) => part + Math.round((count * one.share) / 100), 0), 0);
        const quantity = Math.floor(((left - row.returned) * thing.share) / 100);
        if (quantity <= 0) break;
        row.returned += quantity;
        told.push(returnAuthorised(`RMA-${index}`, "SO-1", minute(clock), { [lineId]: quantity }), returnReceived(`RMA-${index}`, "SO-1", minute(clock + 1), [{ line: lineId, item: `I${lineId}`, quantity }]));
        break;
      }
      case "pays": {
        const name = `R-${receipts.length + 1}`, amount = (thing.cents / 100).toFixed(2);
        const says = (receiptVersion: number, reversed: boolean) => pays(name, minute(clock + receiptVersion), amount, thing.named ? { [`INV-${thing.invoice}`]: amount } : {}, { version: receiptVersion, reversed, ...(thing.named ? {} : { order: "SO-1" }) });
        receipts.push({ name, amount, bounced: thing.bounces === "bounces" });
        told.push(says(1, false));
        if (thing.bounces !== "never") told.push(says(2, true));
        if (thing.bounces === "error") told.push(says(3, false));
        break;
      }
      case "refunds": {
        const one = receipts[thing.receipt];
        // Money that was given back and then bounced is a person's matter between bank and ledger (PAY-03).
        if (one && !one.bounced) told.push(overlays({ entity: "US01", kind: "receipt", key: one.name }, `OV-${index}`, minute(clock), one.name, "refund", { amount: (Number(one.amount) / 2).toFixed(2), means: "original" }));
        break;
      }
    }
  }
  return told;
}

const rules = ["CHANGED_AFTER_RELEASE", "CREDIT_APPROVAL", "AMOUNT_LIMIT", "PRICE_VARIANCE", "TAX_VARIANCE", "REFUND_APPROVAL"] as const;

/** Plays a life; whoever asks is answered yes, and what is beyond the order is billed or absorbed. */
export const playLife = (life: Life) => (play: Play): void => {
  // What one answer leads to may ask again.
  const yes = () => { for (let round = 0; round < 3; round++) answer(); };
  const answer = () => {
    for (const author of ["ann", "bob"]) for (const rule of rules) play.allow({ rule, author });
    play.allow({ rule: "OVER_SHIPMENT", consequence: life.excess });
  };
  yes();
  for (const told of tellingsOf(life)) { play.tell(told); yes(); }
  if (!life.completes) return;
  play.until("2026-03-02 20:00");
  play.tell(cancels("SO-1", "CX-all", "2026-03-02 20:30"));
  yes();
};
