import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { postWebhook } from "@/server/api/public/webhooks";
import { untilQuiet, type Bench } from "./bench";
import { inLanes } from "./events";
import type { Measured } from "./figures";
import { customers, items, layVendure, webhookSecret } from "./setting";
import { startWeb } from "./web";

const orderPrefix = "VB-", atOnce = 16;
/** Of so many pushes one comes twice, byte for byte, as when the plugin lost the answer. */
const oneRepeatIn = 20;
/** Orders whose pushes are mixed with one another. */
const together = 50;
/** What was pushed by the real plugin, as far as this looks into it. */
interface Recorded { order: { because: string[]; data: { order: { customer: object; lines: object[]; payments: object[]; history: { items: { type: string }[] } } } } }
const recordedPush = () => (JSON.parse(readFileSync(new URL("../server/integrations/vendure/fixtures/messages.json", import.meta.url), "utf8")) as Recorded).order;
interface Push { id: string; body: string }

/**
 * What the plugin pushes of one order on account: placed with its payment authorised, then settled. Its shape is that of the recorded push
 * (`fixtures/messages.json`); code, buyer, goods and history are the order's own, and its id is made of the content, as the plugin makes it.
 */
function pushesOf({ because, data: { order } }: Recorded["order"], serial: number, now: string): Push[] {
  const [line] = order.lines, [payment] = order.payments, unitPrice = 100;
  if (!line || !payment) throw new Error("the recorded push has no line or no payment");
  // a quantity that no other order of the benchmark has, so that none is another's duplicate
  const code = `${orderPrefix}${serial}`, quantity = 1_000 + Math.floor(serial / customers), amount = quantity * unitPrice;
  const past = order.history.items.filter(({ type }) => type !== "ORDER_COUPON_APPLIED").slice(0, 6).map((entry) => ({ ...entry, createdAt: now }));
  return [{ state: "PaymentAuthorized", paid: "Authorized", entries: 4 }, { state: "PaymentSettled", paid: "Settled", entries: 6 }].map(({ state, paid, entries }) => {
    const snapshot = {
      ...order, id: String(serial), version: entries, code, state, orderPlacedAt: now, updatedAt: now, couponCodes: [], subTotal: amount, shipping: 0, total: amount, totalWithTax: amount, taxSummary: [],
      customer: { ...order.customer, emailAddress: `C-${serial % customers}` }, lines: [{ ...line, quantity, orderPlacedQuantity: quantity, unitPrice, linePrice: amount, proratedUnitPrice: unitPrice, proratedLinePrice: amount, productVariant: { sku: `I-${serial % items}`, name: "Ball valve" } }],
      shippingLines: [], payments: [{ ...payment, createdAt: now, updatedAt: now, state: paid, amount, method: "net30", refunds: [] }], fulfillments: [], history: { items: past.slice(0, entries) },
    };
    const message = { type: "order.snapshot", because: because.slice(0, 2), data: { order: snapshot } };
    const id = `${code}:${entries}:${createHash("sha256").update(JSON.stringify(message)).digest("hex").slice(0, 24)}`;
    return { id, body: JSON.stringify({ id, ...message }) };
  });
}

function signed(body: string): RequestInit & { headers: Record<string, string> } {
  const t = Math.floor(Date.now() / 1000), v1 = createHmac("sha256", webhookSecret).update(`${t}.${body}`).digest("hex");
  return { method: "POST", headers: { "content-type": "application/json", "ledgerline-signature": `t=${t},v1=${v1}` }, body };
}

/**
 * 10,000 pushes of Vendure's plugin, two of each of 5,000 orders, at the webhook door of the real web while the worker works them off. Each is
 * counted until the invoice of its order is posted and read back. @throws where a push is answered otherwise than it should be
 */
export async function measureBurst(bench: Bench): Promise<Measured> {
  const { options: { quick }, tower, worker } = bench, orders = quick ? 200 : 5_000, now = new Date().toISOString();
  await layVendure(tower);
  const recorded = recordedPush(), own = Array.from({ length: orders }, (_, serial) => pushesOf(recorded, serial, now)), pushes: Push[] = [];
  for (let at = 0; at < own.length; at += together) for (const state of [0, 1]) pushes.push(...own.slice(at, at + together).flatMap((each) => each[state] ?? []));
  const sent = pushes.flatMap((push, at) => (at % oneRepeatIn === 0 ? [push, push] : [push]));
  const web = await startWeb();
  if (!web) bench.say("the web application is not built: the burst goes to its door in this process");
  const answered: Record<number, number> = {};
  const push = async ({ body }: Push): Promise<void> => {
    const request = signed(body), response = await (web ? fetch(`${web.url}/api/webhooks/vendure`, request) : postWebhook(tower.services, "vendure", new Request("http://127.0.0.1/api/webhooks/vendure", request)));
    if (response.status !== 202 && response.status !== 200) throw new Error(`the door answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
    answered[response.status] = (answered[response.status] ?? 0) + 1;
    await response.arrayBuffer();
  };
  try {
    await worker.start();
    const began = performance.now(), accepted = await inLanes(atOnce, sent, push);
    if (answered[202] !== pushes.length) throw new Error(`${pushes.length} pushes, and ${answered[202] ?? 0} of them were accepted as new`);
    await untilQuiet(tower.pool, 120_000 + orders * 100);
    const settled = (performance.now() - began) / 1000, { kept, again, invoiced, doubled } = await counts(bench, pushes);
    const measured = {
      vendureBurstAcceptedSeconds: accepted, vendureBurstSettledSeconds: settled, vendureBurstLost: pushes.length - kept + (orders - invoiced) * 2, vendureBurstTwice: again + doubled,
      vendureBurstRssWebMb: web?.rssMb() ?? null, vendureBurstRssWorkerMb: (await worker.used()).rssMb,
    };
    bench.say(`burst: ${sent.length} pushes sent, ${answered[202]} accepted, ${answered[200] ?? 0} known as repeats; ${kept} kept and understood; ${invoiced} of ${orders} orders invoiced and read back`);
    await worker.stop();
    return measured;
  } finally {
    await web?.end();
  }
}

/** By the tower's rows: messages that were understood, those of them beyond one for each push; orders with an invoice that was read back, and those with more than one. */
async function counts({ tower: { pool } }: Bench, pushes: readonly Push[]): Promise<{ kept: number; again: number; invoiced: number; doubled: number }> {
  const messages = await pool.query<{ kept: number; all: number }>("select count(distinct source_message_id) filter (where state = 'normalized')::int as kept, count(*)::int as all from inbound_message where connector = 'vendure' and source_message_id = any($1)", [pushes.map(({ id }) => id)]);
  const invoices = await pool.query<{ invoiced: number; doubled: number }>(
    "select count(*)::int as invoiced, count(*) filter (where posted > 1)::int as doubled from (select number, count(*) as posted from command c cross join json_array_elements_text((c.payload->'orders')::json) as o(number) where c.kind = 'post_invoice' and c.state = 'confirmed' and c.verified_at is not null and number like $1 group by number) s", [`${orderPrefix}%`]);
  const [{ kept, all }, { invoiced, doubled }] = [messages.rows[0] ?? { kept: 0, all: 0 }, invoices.rows[0] ?? { invoiced: 0, doubled: 0 }];
  return { kept, again: all - kept, invoiced, doubled };
}
