import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bookedOf, orderedAtMedusa } from "../real/books";
import { eventually, medusa, startPipeline, type Pipeline } from "../real/pipeline";
import { agreed, closed, scenarioOf, settleMs, sum, type Seen } from "../real/scenario";
import { codeOf } from "../real/wiring";
import { checkout, deskOf, type Placed } from "./desk";
import type { MedusaServer } from "./server";

/** Shorter than the connector waits for an answer, and than its breaker stays open: what lasts longer is proven in the way that begins at Vendure. */
const stalledMs = 10_000, awayMs = 10_000;
/** The whole way from a Medusa checkout, whose returns are returns. */
let all: Pipeline<MedusaServer>, { begun, send, invoices, pay, quiet, seenOf, ends } = {} as ReturnType<typeof scenarioOf>;
beforeAll(async () => { all = await startPipeline(medusa); ({ begun, send, invoices, pay, quiet, seenOf, ends } = scenarioOf(all)); }, 400_000);
afterAll(async () => { await all?.close(); }, 60_000);

const lineOf = async ({ id }: Placed): Promise<string> => ((await deskOf(all.shop).read(id)) as { items: { id: string }[] }).items[0]?.id ?? "";
/** Medusa was told by the tower what left. */
const fulfilled = (order: Placed, count: number) => eventually(() => orderedAtMedusa(all, order), ({ lines }) => sum(Object.values(lines).map((line) => line.fulfilled)) === count, settleMs, `${count} told to Medusa`);

/** Asked for at the shop, taken in by the warehouse, and noted at the shop by its clerk. */
async function comesBack(order: Placed, sku: string, sent: number, quantity: number): Promise<void> {
  const desk = deskOf(all.shop);
  await fulfilled(order, sent);
  const line = await lineOf(order), back = await desk.returning(order.id, { [line]: quantity });
  const [authorised] = await eventually(() => all.tower<{ document: string }>("select document from fact where type = 'return.authorised' and data->>'order' = $1", [order.number]), (rows) => rows.length > 0, settleMs, "the return");
  await all.floor.takeBack(order.number, authorised?.document ?? "", codeOf(sku), quantity);
  await desk.receive(back, line, { good: quantity });
  await eventually(() => bookedOf(all, order.number), (rows) => rows.some(({ total }) => total < 0), settleMs, `the credit of ${order.number}`);
}

test("every quantity and cent of a Medusa checkout is the same in all systems, to its payment and its true return", async () => {
  const desk = deskOf(all.shop);
  await begun();
  all.proxy.cut({ when: /model\.account\.invoice\.post/, lose: "answer" }, 2);
  all.proxy.cut({ when: /model\.account\.invoice\.create/, lose: "answer" });
  all.proxy.cut({ when: /model\.stock\.shipment\.out\.create/, lose: "answer" });
  const plain = await checkout(all.shop, { "VALVE-12": 10, "HOSE-50": 3 }), short = await checkout(all.shop, { "PTFE-520": 12 });
  const parted = await checkout(all.shop, { "GAUGE-100": 10 }), sentBack = await checkout(all.shop, { "HOSE-50": 5 }), dropped = await checkout(all.shop, { "VALVE-12": 20 });
  const carded = await checkout(all.shop, { "PTFE-520": 60 }, { provider: "pp_system_card" });
  await desk.cancel(dropped.id);
  await Promise.all([send(plain.number), send(short.number, { [codeOf("PTFE-520")]: 8 }), send(parted.number, { [codeOf("GAUGE-100")]: 6 }), send(sentBack.number), send(carded.number, { [codeOf("PTFE-520")]: 40 })]);
  all.proxy.make("stalled");
  await all.killWorker();
  await pause(stalledMs);
  all.proxy.make("open");
  const [first] = await invoices(plain.number, 1), [whole] = await invoices(sentBack.number, 1);
  await Promise.all([send(short.number), send(carded.number)]);
  await Promise.all([invoices(short.number, 2), invoices(carded.number, 2)]);
  await invoices(parted.number, 1);

  all.proxy.make("away");
  await pay(first, 60, "part");
  await pay(whole, 100, "whole");
  await pause(awayMs);
  all.proxy.cut({ when: /model\.account\.move\.post/, lose: "answer" });
  all.proxy.make("open");
  // what waits is not wanted any more, and is taken out of the order
  await fulfilled(parted, 6);
  await desk.setQuantity(parted.id, await lineOf(parted), 6);
  await eventually(() => bookedOf(all, sentBack.number), ([row]) => row?.open === 0, settleMs, "paid");
  await pay(first, 40, "rest");

  // two of five come back, and a tenth of what was paid by card in two captures, one for each shipment
  await comesBack(sentBack, "HOSE-50", 5, 2);
  await comesBack(carded, "PTFE-520", 60, 6);
  await fulfilled(plain, 13);
  await fulfilled(short, 12);
  await quiet();

  const seen = new Map<Placed, Seen>();
  for (const order of [plain, short, parted, sentBack, carded]) seen.set(order, await seenOf(await orderedAtMedusa(all, order)));
  const end = await ends(), bookings = [...seen.values()].flatMap(({ tryton }) => tryton);
  if (process.env["SYSTEMS_REPORT"]) process.stdout.write(`${[...seen.values(), { ...end, struck: all.proxy.struck() }].map((each) => JSON.stringify(each)).join("\n")}\n`);
  for (const each of seen.values()) agreed(each, 1500);
  // its tax is the tax service's, by where the goods went, and not Medusa's
  for (const order of [plain, short]) expect(sum(seen.get(order)?.tryton.map(({ total, tax }) => total - tax) ?? [])).toBe(seen.get(order)?.shop.total);
  expect(await bookedOf(all, dropped.number)).toEqual([]);
  expect(all.proxy.struck()).toBe(5);
  closed(end, bookings);
  // by bank in two parts and in one; by card what Medusa captured and gave back on the tower's command
  const documents = seen.get(carded)?.tryton ?? [], card = await desk.moneyOf(carded.id);
  expect({ captured: card.captured, refunded: card.refunded, open: documents.map(({ open }) => open) }).toEqual({ captured: documents.flatMap(({ total }) => (total > 0 ? [total] : [])), refunded: documents.flatMap(({ total }) => (total < 0 ? [-total] : [])), open: [0, 0, 0] });
  expect(end.ledger.accounts["1000"]).toBe(sum(end.received.map(({ amount }) => Math.round(Number(amount) * 100))) + sum(card.captured) - sum(card.refunded));
}, 900_000);
