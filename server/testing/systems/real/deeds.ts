import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { inState } from "../../../../scripts/lib/place.mjs";
import { checkout, deskOf } from "../vendure/desk";
import { visitVendure, type VendureVisitor } from "../vendure/server";
import { transfer } from "./bank";
import { floorOf } from "./floor";
import { trytonBooks, type BookedInvoice } from "./tryton-books";
import { readRealSystems } from "./wiring";

/**
 * What people do in the systems of `npm run try:real`: `order` as a buyer at the shop, and as the picker in the warehouse unless `--unpacked` leaves
 * that to whoever sits before Tryton; `pay` as the buyer at his bank. Told as each system itself has it.
 */
const WAIT_MS = 120_000, PERSON_MS = 3_600_000;
/** Each one another: the tower holds an order of the same goods within a day for a double. */
const basket = { "VALVE-12": randomInt(4, 20), "ELBOW-12": randomInt(10, 60), "HOSE-50": randomInt(1, 9) };
const [deed, ...rest] = process.argv.slice(2), web = process.env["TOWER_WEB"] ?? "";
const tell = (text: string): void => { process.stdout.write(`${text}\n`); };
const dollars = (cents: number): string => (cents / 100).toFixed(2);

const systems = readRealSystems(inState());
if (!systems) throw new Error("there are no real systems here");
const { vendure, tryton } = systems, books = await trytonBooks({ url: tryton.url, password: tryton.passwords.connector });

async function seen<T>(look: () => Promise<T | null | undefined | false>, what: string, waitMs = WAIT_MS): Promise<T> {
  for (const end = Date.now() + waitMs; Date.now() < end; await pause(500)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what} within ${waitMs / 1000} s: the tower says why, under Orders and Exceptions at ${web}`);
}
const booked = (row: BookedInvoice): string => `invoice ${row.number} of ${row["party."].code}, ${row.state}, ${row.total_amount} with ${row.tax_amount} tax, still to pay ${row.amount_to_pay}`;

/** The last order of the shop, or that of the number. */
async function orderOf(shop: VendureVisitor, code: string | undefined): Promise<string> {
  if (code) return code;
  const { orders } = await shop.admin("{ orders(options: { filter: { active: { eq: false } }, sort: { orderPlacedAt: DESC }, take: 1 }) { items { code } } }") as { orders: { items: { code: string }[] } };
  const [last] = orders.items;
  if (!last) throw new Error("no order was placed yet: npm run try:real -- order");
  return last.code;
}

async function order(unpacked: boolean): Promise<void> {
  const shop = await visitVendure(vendure), { id, code } = await checkout(shop, basket, { method: "net-30" }), placed = await deskOf(shop).read(id) as { totalWithTax: number };
  tell(`Vendure: order ${code}, ${Object.entries(basket).map(([sku, quantity]) => `${quantity} x ${sku}`).join(", ")}, ${dollars(placed.totalWithTax)} with shipping and tax`);
  tell(`Tower:   ${web}/orders/${code}`);
  const floor = await floorOf(tryton.url, tryton.passwords.picker);
  const shipment = await seen(async () => (await floor.shipmentsOf(code, "assigned"))[0], `no shipment of ${code} was assigned`);
  tell(`Tryton:  shipment ${shipment.number}, assigned${unpacked ? ": pick, pack and ship it there, as picker" : ""}`);
  if (!unpacked) await floor.send(shipment);
  const sent = await seen(async () => (await floor.shipmentsOf(code, "done"))[0], `shipment ${shipment.number} was not sent`, unpacked ? PERSON_MS : WAIT_MS);
  tell(`Tryton:  shipment ${sent.number}, done`);
  const posted = await seen(async () => (await books.invoicesOf(code)).find(({ state }) => state === "posted"), `no invoice of ${code} was posted`);
  tell(`Tryton:  ${booked(posted)}`);
  const told = await seen(async () => { const { fulfillments } = await deskOf(shop).read(id) as { fulfillments: { state: string }[] }; return fulfillments[0]; }, "the shop was not told of the shipment");
  tell(`Vendure: fulfilment ${told.state}`);
}

async function pay(code: string | undefined): Promise<void> {
  const shop = await visitVendure(vendure), number = await orderOf(shop, code);
  const open = (await books.invoicesOf(number)).find(({ state }) => state === "posted");
  if (!open?.number) throw new Error(`Tryton has no open invoice of order ${number}`);
  await transfer(inState(), { payer: open["party."].code, invoice: open.number, amount: open.amount_to_pay, id: `pay-${open.number}-${Date.now()}` });
  tell(`Bank:    ${open.amount_to_pay} for ${open.number}`);
  const paid = await seen(async () => (await books.invoicesOf(number)).find((row) => row.number === open.number && row.state === "paid"), "the invoice was not paid");
  tell(`Tryton:  ${booked(paid)}`);
  tell(`Tower:   ${web}/orders/${number}`);
}

try {
  if (deed === "order") await order(rest.includes("--unpacked"));
  else await pay(rest[0]);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
