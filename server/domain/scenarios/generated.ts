import fc from "fast-check";
import { at, cancels, event, order, pays, returnAuthorised, returnReceived, ships, type Goods, type Told, type OrderBuilder } from "../../testing/world/builders";
import type { Fault } from "../../testing/world/delivery";
import type { Play } from "../../testing/world/play";

/** A made-up order with what happens to it; nothing in it depends on the order of arrival except the documents' cut. */
export interface Story {
  lines: { quantity: number; price: string; shipments: number[]; cancelled: number; recounted: number }[];
  discount: string;
  freight: string;
  cheaper: boolean;
  /** The recount of the first shipment was wrong: it is told again as it was first. */
  restored?: boolean;
  /** Units of line 1 that come back, by return, and what the customer pays on the first invoice before that. */
  returned?: number[];
  paid?: string;
}

const cents = (most: number) => fc.integer({ min: 1, max: most }).map((value) => (value / 100).toFixed(2));
const line = fc.record({ quantity: fc.integer({ min: 1, max: 40 }), price: fc.oneof(cents(9999), fc.integer({ min: 1, max: 99_999_999 }).map((value) => (value / 1_000_000).toFixed(6))), cuts: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 3 }), rest: fc.integer({ min: 0, max: 40 }), recount: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0, 40)) })
  .map(({ quantity, price, cuts, rest, recount }) => {
    const shipments: number[] = [];
    let left = quantity;
    for (const cut of cuts) { const part = Math.min(left, Math.ceil((quantity * cut) / 100)); if (part > 0) shipments.push(part); left -= part; }
    const first = shipments[0] ?? 0;
    return { quantity, price, shipments, cancelled: Math.min(left, rest), recounted: Math.min(recount, first) };
  });

/** Stories of one order: parts, cancels of what stays open, discounts, freight. */
export const story: fc.Arbitrary<Story> = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 3 }), discount: fc.constantFrom("0", "0", "3.33", "10.00"), freight: fc.constantFrom("0", "9.99", "15.00"), cheaper: fc.constant(false),
}).map((made) => ({ ...made, lines: made.lines.map((row) => ({ ...row, recounted: 0 })) })).filter(affordable);

/** The same with recounts of the first shipment, to nothing too and back again, and a price that falls: corrections included. */
export const storyWithCorrections: fc.Arbitrary<Story> = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 2 }), discount: fc.constant("0"), freight: fc.constantFrom("0", "9.99"), cheaper: fc.boolean(), restored: fc.boolean(),
}).filter(affordable);

/** One shipment of everything, a part of it paid and a part of it sent back. */
export const storyWithMoney: fc.Arbitrary<Story> = fc.record({ quantity: fc.integer({ min: 1, max: 20 }), price: cents(9999), back: fc.integer({ min: 1, max: 20 }), paid: fc.oneof(cents(100), cents(20_000)), freight: fc.constantFrom("0", "9.99") })
  .map(({ quantity, price, back, paid, freight }): Story => ({ lines: [{ quantity, price, shipments: [quantity], cancelled: 0, recounted: 0 }], discount: "0", freight, cheaper: false, returned: [Math.min(back, quantity)], paid }))
  .filter((made) => affordable(made) && Number(made.lines[0]?.price) * (made.lines[0]?.quantity ?? 0) < 900);

/** Returns, one or several, perhaps of more than was sent, on a line that leaves in parts, at any price, perhaps with a discount or a price that falls. */
export const storyWithReturns: fc.Arbitrary<Story> = fc.record({
  line, discount: fc.constantFrom("0", "3.33"), freight: fc.constantFrom("0", "9.99"), cheaper: fc.boolean(), returned: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
}).map(({ line: row, discount, freight, cheaper, returned }): Story => ({ lines: [{ ...row, recounted: 0 }], discount, freight, cheaper: cheaper && discount === "0", returned })).filter(affordable);

/** A discount above the goods is no order. */
function affordable(made: Pick<Story, "lines" | "discount">): boolean {
  return made.lines.reduce((total, row) => total + row.quantity * Number(row.price), 0) > 2 * Number(made.discount) + 1;
}

const builder = (made: Story): OrderBuilder => {
  const head = order("SO-1");
  made.lines.forEach((row, index) => head.line(String(index + 1), `I${index + 1}`, row.quantity, row.price));
  if (made.discount !== "0") head.discount(made.discount);
  if (made.freight !== "0") head.charge("freight", made.freight, "none");
  return head;
};

const minute = (count: number) => `2026-03-02 ${String(10 + Math.floor(count / 60)).padStart(2, "0")}:${String(count % 60).padStart(2, "0")}`;

/** All that is told of a story, in the order in which it happened. */
function tellings(made: Story): Told[] {
  const told: Told[] = [builder(made).build()];
  const waves = Math.max(0, ...made.lines.map((row) => row.shipments.length));
  for (let wave = 0; wave < waves; wave++) {
    const goods = (version: number): Goods[] => made.lines.flatMap((row, index) => {
      const quantity = row.shipments[wave];
      return quantity === undefined ? [] : [{ order: "SO-1", line: String(index + 1), item: `I${index + 1}`, quantity: version === 2 ? quantity - row.recounted : quantity }];
    });
    told.push(ships(`SH-${wave + 1}`, minute(wave * 20), goods(1)));
    const again = (version: number) => ships("SH-1", minute(10 + version), goods(version), version, { shippedAt: `${minute(0).replace(" ", "T")}:00.000Z` });
    if (wave === 0 && made.lines.some((row) => row.recounted > 0)) told.push(again(2), ...(made.restored ? [again(3)] : []));
  }
  if (made.cheaper) told.push(builder(made).change(made.returned ? "2026-03-02 15:20" : minute(90), (data) => { data.lines[0]!.price = (Number(data.lines[0]!.price) / 2).toFixed(6); }).build());
  made.lines.forEach((row, index) => { if (row.cancelled > 0) told.push(cancels("SO-1", `CX-${index + 1}`, minute(100 + index), { [index + 1]: row.cancelled })); });
  if (made.paid !== undefined) told.push(pays("R-1", "2026-03-02 13:00", made.paid, { "INV-1": made.paid }));
  made.returned?.forEach((quantity, index) => {
    const name = `RMA-${index + 1}`;
    told.push(returnAuthorised(name, "SO-1", "2026-03-02 14:00", { 1: quantity }), returnReceived(name, "SO-1", `2026-03-02 15:0${index}`, [{ line: "1", item: "I1", quantity }]));
  });
  return told;
}

const sayYes = (play: Play) => { for (const rule of ["CHANGED_AFTER_RELEASE", "CREDIT_APPROVAL", "AMOUNT_LIMIT"] as const) for (const author of ["ann", "bob"]) play.allow({ rule, author }); };

/** Plays a story; whoever asks is answered yes. With `faults` the targets lose answers or never get the call. */
export const playStory = (made: Story, faults: readonly Fault[] = []) => (play: Play): void => {
  for (const fault of faults) play.fault({ ...fault });
  sayYes(play);
  for (const told of tellings(made)) { play.tell(told); sayYes(play); }
  if (faults.length > 0) play.until("2026-03-02 23:00");
};

/** The same for money: what is applied, by receipts and by credits. */
export const moneyFaults: fc.Arbitrary<Fault[]> = fc.array(fc.record({
  kind: fc.constantFrom("apply_credit" as const, "apply_receipt" as const, "post_credit" as const, "post_debit" as const, "post_receipt" as const), does: fc.constantFrom("lose" as const, "vanish" as const), times: fc.integer({ min: 1, max: 2 }),
}), { minLength: 1, maxLength: 4 });

/** What a warehouse may say of an order's goods, asked or not, and what the customer says in between. */
type Said = { what: "cancel" | "progress" | "ships" | "allocates" | "lowers"; line: number; request: number; released: number; part: number; short: number; recalled: number; state: "accepted" | "picked" | "closed" | "recalled" | "refused"; named: boolean };
const saying: fc.Arbitrary<Said> = fc.record({
  what: fc.constantFrom("cancel" as const, "cancel" as const, "progress" as const, "progress" as const, "progress" as const, "ships" as const, "ships" as const, "allocates" as const, "lowers" as const),
  line: fc.integer({ min: 1, max: 2 }), request: fc.integer({ min: 1, max: 3 }), released: fc.integer({ min: 0, max: 14 }), part: fc.integer({ min: 0, max: 14 }), short: fc.constantFrom(0, 0, 0, 1, 5), recalled: fc.constantFrom(0, 0, 0, 2, 9),
  state: fc.constantFrom("accepted" as const, "picked" as const, "closed" as const, "recalled" as const, "refused" as const), named: fc.boolean(),
});

/** A warehouse that speaks of requests and quantities that nobody asked for, corrects itself, and is cancelled into. */
export const strangeWarehouse: fc.Arbitrary<Told[]> = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.array(saying, { minLength: 1, maxLength: 8 })).map(([first, second, sayings]) => {
  const ordered = order("SO-1").line("1", "I1", first, "12.50").line("2", "I2", second, "3.33");
  let version = 1;
  const told = sayings.flatMap((said, index): Told[] => {
    const when = minute(10 + index * 5), line = String(said.line), request = `SO-1-R${said.request}`;
    if (said.what === "cancel") return [cancels("SO-1", `CX-${index}`, when, { [line]: Math.max(1, said.part) })];
    if (said.what === "lowers") { version += 1; return [ordered.change(when, (data) => { data.version = version; data.lines[said.line - 1]!.quantity = String(Math.max(1, said.part)); }).build()]; }
    if (said.what === "allocates") return [event("stock.allocated", at(when), { order: "SO-1", line, revision: said.request, allocated: String(said.part), backordered: String(said.short), warehouse: "W1" })];
    if (said.what === "ships") return [ships(`SH-${said.request}`, when, [{ order: "SO-1", line, item: `I${said.line}`, quantity: said.part }], index + 1, { shippedAt: at(minute(9)), ...(said.named ? { lines: [{ shipmentLine: "1", order: "SO-1", orderLine: line, item: `I${said.line}`, quantity: String(said.part), request }] } : {}) })];
    return [event("fulfilment.progressed", at(when), {
      order: "SO-1", request, version: index + 1, warehouse: "W1", state: said.state,
      lines: [{ line, released: String(said.released), picked: String(said.named ? said.part : 0), short: String(said.short), recalled: String(said.recalled) }],
    })];
  });
  return [ordered.build(), ...told];
});

/** Answers that get lost, and calls that never arrive: at most a few, of commands that matter. */
export const someFaults: fc.Arbitrary<Fault[]> = fc.array(fc.record({
  kind: fc.constantFrom("post_invoice" as const, "post_invoice" as const, "determine_tax" as const, "commit_tax" as const, "release_to_warehouse" as const, "notify_shipment" as const, "post_credit" as const, "post_debit" as const),
  does: fc.constantFrom("lose" as const, "vanish" as const), times: fc.integer({ min: 1, max: 2 }),
}), { minLength: 1, maxLength: 4 });
