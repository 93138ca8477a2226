import { expect } from "vitest";
import { transfer } from "./bank";
import { bookedOf, heldBy, ledgerOf, movedOf, toldOf, type Booked, type Held, type Moved, type Ordered, type Told } from "./books";
import { eventually, type LedgerEntry, type Pipeline } from "./pipeline";
import { codeOf } from "./wiring";

/** What is done and looked at in every whole way, whatever shop stands at its beginning. */
export const settleMs = 600_000;
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** An order in the words of each system. */
export interface Seen { shop: Ordered; tryton: Booked[]; moved: Moved; tower: Held[]; told: Told }
export interface Ends { ledger: Awaited<ReturnType<typeof ledgerOf>>; received: LedgerEntry[]; taxed: LedgerEntry[]; books: string; exceptions: string[]; holds: string[] }

export const scenarioOf = (all: Pipeline) => ({
  /** Customers and items have been read: before that, nothing of an order can be understood. */
  begun: () => eventually(() => all.tower<{ count: string }>("select count(*) from reference_row where topic in ('customer', 'item')"), ([row]) => Number(row?.count) >= 15, 60_000, "customers and items"),
  /** The warehouse sends what was released of the order, as far as it is there. */
  async send(code: string, found: Readonly<Record<string, number>> = {}): Promise<void> {
    const [shipment] = await eventually(() => all.floor.shipmentsOf(code, "assigned"), (rows) => rows.length > 0, settleMs, `a shipment of ${code}`);
    if (shipment) await all.floor.send(shipment, found);
  },
  /** Invoices that nothing keeps but the brake on money. */
  waiting: (count: number) => eventually(() => all.tower("select 1 from command where kind = 'post_invoice' and state = 'wanted' and due_at <= now()"), (rows) => rows.length === count, settleMs, `${count} invoices ready to be posted`),
  /** Calls that the worker has begun and not ended. */
  underWay: () => eventually(() => all.tower("select 1 from command where kind = 'post_invoice' and state = 'sending'"), (rows) => rows.length > 0, settleMs, "a posting under way"),
  invoices: (code: string, count: number) => eventually(() => bookedOf(all, code), (rows) => rows.length >= count, settleMs, `${count} documents of ${code}`),
  async pay(invoice: Booked | undefined, percent: number, id: string): Promise<void> {
    const amount = Math.round((invoice?.total ?? 0) * percent / 100) / 100;
    await transfer(all.around.state, { payer: "C1004", invoice: invoice?.number ?? "", amount: amount.toFixed(2), id });
  },
  quiet: () => eventually(async () => (await all.tower<{ what: string }>(`
    select state || ' ' || kind || ' ' || natural_key as what from command where state not in ('confirmed', 'withdrawn')
    union all select 'message ' || id from inbound_message where state not in ('normalized', 'excluded')
    union all select 'unplanned ' || subject_id from wake where due_at <= now()`)).map(({ what }) => what), (rows) => rows.length === 0, settleMs, "nothing under way"),
  async seenOf(shop: Ordered): Promise<Seen> {
    const tryton = await bookedOf(all, shop.code);
    // what the ledger tells of a document by itself comes with the next poll
    const told = await eventually(() => toldOf(all, shop.code), ({ documents }) => documents.length === tryton.length, settleMs, `the documents of ${shop.code} told`);
    return { shop, tryton, moved: await movedOf(all, shop.code), tower: await heldBy(all, shop.code), told };
  },
  /** What is open on the desk, by code and amount. */
  troubles: async () => (await all.tower<{ code: string; amount: string; message: string }>("select code, round(amount, 2)::text as amount, message from exception_item where state = 'open'")).sort((one, other) => `${one.code} ${one.message}`.localeCompare(`${other.code} ${other.message}`)),
  async ends(): Promise<Ends> {
    const open = async (what: string): Promise<string[]> => (JSON.parse((await all.around.run("server/cli/main.ts", [what, "--json"])).stdout) as { code: string; message: string }[]).map(({ code, message }) => `${code} ${message}`);
    return { ledger: await ledgerOf(all), received: await all.ledger("payments"), taxed: await all.ledger("tax"), books: (await all.around.run("server/cli/main.ts", ["conservation"])).stdout, exceptions: await open("exceptions"), holds: await open("holds") };
  },
});

/** What left and did not come back is invoiced, at the shop's own price, and is what stands in the shop; each document's parts make its total. The tower holds the same: as it sent it, as it read it back, and in its facts. */
export function agreed({ shop, tryton, moved, tower, told }: Seen, charges: number): void {
  for (const { sku, quantity, unitPrice } of Object.values(shop.lines)) {
    const { shipped = 0, returned = 0 } = moved[codeOf(sku)] ?? {}, kept = { quantity: shipped - returned, cents: (shipped - returned) * unitPrice };
    const all = (documents: readonly Pick<Booked, "lines">[]) => { const own = documents.flatMap(({ lines }) => lines[codeOf(sku)] ?? []); return { quantity: sum(own.map((each) => each.quantity)), cents: sum(own.map((each) => each.cents)) }; };
    expect({ sku, tryton: all(tryton), tower: all(tower), inTheShop: quantity }).toEqual({ sku, tryton: kept, tower: kept, inTheShop: kept.quantity });
  }
  expect(sum(tryton.map((each) => each.charges))).toBe(charges);
  for (const { lines, charges: own, tax, total } of tryton) expect(sum(Object.values(lines).map(({ cents }) => cents)) + own + tax).toBe(total);
  const content = <T extends Pick<Booked, "number" | "lines" | "charges" | "tax" | "total">>({ number, lines, charges: own, tax, total }: T) => ({ number, lines, charges: own, tax, total });
  expect(tower.map(content)).toEqual(tryton.map(content));
  expect(tower.map(({ read }) => read)).toEqual(tower.map(({ lines }) => lines));
  const figures = (rows: readonly Pick<Booked, "number" | "tax" | "total">[]) => rows.map(({ number, tax, total }) => ({ number, tax, total })).sort((one, other) => one.number.localeCompare(other.number));
  expect({ ...told, documents: figures(told.documents) }).toEqual({ moved, documents: figures(tryton), money: sum(tryton.map(({ total, open }) => total - open)) });
}

/** The whole ledger holds these documents and no other, each once, its numbers without a gap; tax service, tower and desk are at one with it. */
export function closed({ ledger, taxed, books, exceptions, holds }: Ends, bookings: readonly Booked[]): void {
  expect(ledger).toMatchObject({ unbalanced: 0, drafts: 0, doubled: 0 });
  for (const prefix of ["INV", "CN"]) {
    const numbers = ledger.numbers.filter((each) => each.startsWith(prefix)).map((each) => Number(each.split("-")[1])).sort((x, y) => x - y);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
  }
  expect(ledger.numbers).toHaveLength(bookings.length);
  expect(ledger.accounts["1200"]).toBe(sum(bookings.map(({ open }) => open)));
  expect(ledger.accounts["2200"]).toBe(-sum(bookings.map(({ tax }) => tax)));
  expect(sum(taxed.map(({ amount }) => Math.round(Number(amount) * 100)))).toBe(sum(bookings.map(({ tax }) => tax)));
  expect(books).toMatch(/^\d+ proved, 0 drifts, unexplained 0$/m);
  expect({ exceptions, holds }).toEqual({ exceptions: [], holds: [] });
}
