import { accept, untilQuiet, type Bench } from "./bench";
import { median, type Measured } from "./figures";
import { busyCustomer, items, lateItem, orderOf, type Sent } from "./setting";

const limitMs = 600_000;
const lateOrders = "LATE-";

/** From the answer 202 until nothing of what was sent waits any more. */
async function seconds(bench: Bench, event: Sent): Promise<number> {
  await accept(bench, event);
  const began = performance.now();
  await untilQuiet(bench.tower.pool, limitMs);
  return (performance.now() - began) / 1000;
}

/** One order with as many lines as the contract allows, each of which is asked for at the warehouse, shipped and billed on one invoice. */
export async function measureLargeOrder(bench: Bench): Promise<Measured> {
  const { worker, serial, options: { lines } } = bench;
  await worker.start();
  try {
    const at = serial.next++;
    return { largeOrderSeconds: await seconds(bench, orderOf(`LARGE-${at}`, `C-${at % 100}`, Array.from({ length: lines }, (_, no) => ({ item: `I-${no % items}`, quantity: 1 + (no % 7), price: "0.10" })))) };
  } finally {
    await worker.stop();
  }
}

/** Orders of one customer whose goods have not come; once for all runs. */
async function openOrders(bench: Bench, wanted: number): Promise<void> {
  const { rows: [known] } = await bench.tower.pool.query<{ count: number }>("select count(*)::int as count from subject where kind = 'order' and key like $1", [`${lateOrders}%`]);
  for (let no = known?.count ?? 0; no < wanted; no += 500)
    await accept(bench, Array.from({ length: Math.min(500, wanted - no) }, (_, more) => orderOf(`${lateOrders}${no + more}`, busyCustomer, [{ item: lateItem, quantity: 1 + no + more, price: "0.01" }])));
  await untilQuiet(bench.tower.pool, limitMs);
}

/** One more order of a customer who has so many open ones, all the way to its invoice, beside one of a customer who has hardly any. */
export async function measureBusyCustomer(bench: Bench): Promise<Measured> {
  const { worker, serial, options: { open, quick } } = bench;
  const one = (customer: (at: number) => string): Promise<number> => { const at = serial.next++; return seconds(bench, orderOf(`MORE-${at}`, customer(at), [{ item: `I-${at % items}`, quantity: 20_000 + at, price: "0.01" }])); };
  await worker.start();
  try {
    await openOrders(bench, open);
    const few: number[] = [], many: number[] = [];
    for (let no = 0; no < (quick ? 3 : 11); no += 1) { few.push(await one((at) => `C-${at % 100}`)); many.push(await one(() => busyCustomer)); }
    return { oneMoreOrderMs: (median(few) ?? 0) * 1000, oneMoreOrderOfBusyCustomerMs: (median(many) ?? 0) * 1000 };
  } finally {
    await worker.stop();
  }
}
