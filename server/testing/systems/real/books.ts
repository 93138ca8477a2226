import { deskOf } from "../medusa/desk";
import type { MedusaServer } from "../medusa/server";
import type { VendureServer } from "../vendure/server";
import type { Pipeline } from "./pipeline";

/**
 * What each system says of an order by itself: the shop by its admin API, Tryton by its database, the warehouse, the tax service and
 * the bank by their ledgers, the tower by its facts and commands. It shares no code with what planned, so no mistake either. Amounts in cents.
 */
export interface Line { quantity: number; cents: number }
export interface Booked { number: string; state: string; lines: Record<string, Line>; charges: number; tax: number; total: number; open: number }

const cents = (amount: string): number => Math.round(Number(amount) * 100);

export interface Ordered { code: string; state: string; lines: Record<string, { sku: string; placed: number; quantity: number; fulfilled: number; unitPrice: number }>; shipping: number; total: number; totalWithTax: number }
export async function orderedAt({ shop }: { shop: VendureServer }, code: string): Promise<Ordered> {
  const { orders } = await shop.admin("query($code: String!) { orders(options: { filter: { code: { eq: $code } } }) { items { code state shipping total totalWithTax lines { id quantity orderPlacedQuantity unitPrice productVariant { sku } } fulfillments { state lines { orderLineId quantity } } } } }", { code }) as { orders: { items: { code: string; state: string; shipping: number; total: number; totalWithTax: number; lines: { id: string; quantity: number; orderPlacedQuantity: number; unitPrice: number; productVariant: { sku: string } }[]; fulfillments: { state: string; lines: { orderLineId: string; quantity: number }[] }[] | null }[] } };
  const [order] = orders.items;
  if (!order) throw new Error(`Vendure has no order ${code}`);
  const fulfilled = (line: string): number => (order.fulfillments ?? []).filter(({ state }) => state !== "Cancelled").flatMap(({ lines }) => lines).filter(({ orderLineId }) => orderLineId === line).reduce((sum, { quantity }) => sum + quantity, 0);
  const lines = Object.fromEntries(order.lines.map((line) => [line.id, { sku: line.productVariant.sku, placed: line.orderPlacedQuantity, quantity: line.quantity, fulfilled: fulfilled(line.id), unitPrice: line.unitPrice }]));
  return { code: order.code, state: order.state, lines, shipping: order.shipping, total: order.total, totalWithTax: order.totalWithTax };
}

/** The same of Medusa: `quantity` is what the buyer keeps or waits for, ordered and not given back. */
export async function orderedAtMedusa({ shop }: { shop: MedusaServer }, { id, number }: { id: string; number: string }): Promise<Ordered> {
  interface Row { id: string; variant_sku: string; quantity: number; unit_price: number; detail: { fulfilled_quantity: number; return_received_quantity: number } }
  const order = await deskOf(shop).read(id) as { status: string; items: Row[]; total: number; tax_total: number };
  const lines = Object.fromEntries(order.items.map(({ id: line, variant_sku: sku, quantity, unit_price, detail }) => [line, { sku, placed: quantity, quantity: quantity - detail.return_received_quantity, fulfilled: detail.fulfilled_quantity, unitPrice: cents(String(unit_price)) }]));
  const [total, tax] = [order.total, order.tax_total].map((value) => cents(String(value)));
  return { code: number, state: order.status, lines, shipping: 1500, total: (total ?? 0) - (tax ?? 0), totalWithTax: total ?? 0 };
}

/** Invoices and credit notes with a line of the order, by what is posted; goods by Tryton's code of the item. A credit's quantities and amounts are negative. */
export async function bookedOf({ tryton }: Pick<Pipeline, "tryton">, code: string): Promise<Booked[]> {
  const rows = await tryton.sql<{ id: number; number: string; state: string }>(
    "select distinct i.id, i.number, i.state from account_invoice i join account_invoice_line l on l.invoice = i.id where l.note like $1 and i.state in ('posted', 'paid') order by i.id", [`${code}/%`]);
  const booked: Booked[] = [];
  for (const { id, number, state } of rows) {
    const lines = await tryton.sql<{ item: string | null; kind: string | null; quantity: number; net: string }>(
      "select p.code as item, t.type as kind, l.quantity, (l.quantity::numeric * l.unit_price) as net from account_invoice_line l left join product_product p on p.id = l.product left join product_template t on t.id = p.template where l.invoice = $1 and l.type = 'line'", [id]);
    const [tax] = await tryton.sql<{ tax: string }>("select coalesce(sum(amount), 0) as tax from account_invoice_tax where invoice = $1", [id]);
    const [owed] = await tryton.sql<{ total: string; open: string }>(
      `select coalesce(sum(l.debit - l.credit) filter (where l.move = i.move), 0) as total, coalesce(sum(l.debit - l.credit) filter (where l.reconciliation is null), 0) as open
         from account_invoice i join account_move_line l on l.account = i.account and (l.move = i.move or l.id in (select line from "account_invoice-account_move_line" where invoice = i.id)) where i.id = $1 group by i.id`, [id]);
    const goods: Record<string, Line> = {};
    let charges = 0;
    for (const { item, kind, quantity, net } of lines) {
      if (item !== null && kind === "goods") goods[item] = { quantity: (goods[item]?.quantity ?? 0) + Number(quantity), cents: (goods[item]?.cents ?? 0) + cents(net) };
      else charges += cents(net);
    }
    booked.push({ number, state, lines: goods, charges, tax: cents(tax?.tax ?? "0"), total: cents(owed?.total ?? "0"), open: cents(owed?.open ?? "0") });
  }
  return booked;
}

export type Moved = Record<string, { shipped: number; returned: number }>;
/** What left the warehouse and what came back, by Tryton's code of the item. */
export async function movedOf({ tryton }: Pick<Pipeline, "tryton">, code: string): Promise<Moved> {
  const rows = await tryton.sql<{ item: string; shipped: string; returned: string }>(
    `select p.code as item, coalesce(sum(m.internal_quantity) filter (where o.id is not null and there.type = 'customer'), 0) as shipped, coalesce(sum(m.internal_quantity) filter (where r.id is not null and here.type = 'customer'), 0) as returned
       from stock_move m join product_product p on p.id = m.product join stock_location here on here.id = m.from_location join stock_location there on there.id = m.to_location
       left join stock_shipment_out o on m.shipment = 'stock.shipment.out,' || o.id and o.reference like $1 left join stock_shipment_out_return r on m.shipment = 'stock.shipment.out.return,' || r.id and r.reference like $2
      where m.state = 'done' and (o.id is not null or r.id is not null) group by p.code`, [`rel|%|${code}|%`, `% ${code}`]);
  return Object.fromEntries(rows.map(({ item, shipped, returned }) => [item, { shipped: Number(shipped), returned: Number(returned) }]));
}

/** What is in stock of an item, by all that moved. */
export async function inStock({ tryton }: Pick<Pipeline, "tryton">, item: string): Promise<number> {
  const [row] = await tryton.sql<{ there: string }>(
    `select sum(case when there.type in ('storage') then m.internal_quantity else 0 end - case when here.type in ('storage') then m.internal_quantity else 0 end) as there
       from stock_move m join product_product p on p.id = m.product join stock_location here on here.id = m.from_location join stock_location there on there.id = m.to_location where m.state = 'done' and p.code = $1`, [item]);
  return Number(row?.there ?? 0);
}

/** A document that the tower holds as done, under the number of its ledger: its content as it was sent, and the goods as they were read back. A credit's quantities and amounts are negative. */
export interface Held extends Pick<Booked, "number" | "lines" | "charges" | "tax" | "total"> { read: Record<string, Line> }
export async function heldBy({ tower }: Pick<Pipeline, "tower">, code: string): Promise<Held[]> {
  interface Of { key: string; quantity: string; net: string }
  const rows = await tower<{ kind: string; result: { number: string; total: string; lines: Of[] }; payload: { lines: (Of & { item: string })[]; chargesTotal: string; tax: string } }>(
    "select kind, result, payload from command where kind in ('post_invoice', 'post_credit') and state = 'confirmed' and (payload::jsonb->'orders' ? $1 or payload->>'order' = $1) order by id", [code]);
  return rows.map(({ kind, result, payload }) => {
    // no zero is negative
    const sign = kind === "post_credit" ? -1 : 1, of = (amount: string): number => sign * cents(amount) + 0, itemOf = new Map(payload.lines.map(({ key, item }) => [key, item]));
    const goods = (lines: readonly Of[]): Record<string, Line> => byItem(lines.map(({ key, quantity, net }) => ({ item: itemOf.get(key) ?? key, quantity: sign * Number(quantity), cents: of(net) })));
    return { number: result.number, lines: goods(payload.lines), read: goods(result.lines), charges: of(payload.chargesTotal), tax: of(payload.tax), total: of(result.total) };
  });
}
const byItem = (lines: readonly (Line & { item: string })[]): Record<string, Line> => {
  const sums: Record<string, Line> = {};
  for (const { item, quantity, cents: more } of lines) sums[item] = { quantity: (sums[item]?.quantity ?? 0) + quantity, cents: (sums[item]?.cents ?? 0) + more };
  return sums;
};

/** The tower's facts of an order, the last word of each: what left and what came back by item, each document as the ledger told it (amounts of a credit negative), and the money that came less what went back. */
export interface Told { moved: Moved; documents: Pick<Booked, "number" | "tax" | "total">[]; money: number }
export async function toldOf({ tower }: Pick<Pipeline, "tower">, code: string): Promise<Told> {
  const latest = "(select distinct on (subject_id, source, type, document, grp) subject_id, type, data from fact order by subject_id, source, type, document, grp, version desc)";
  const moved = await tower<{ item: string; shipped: string; returned: string }>(
    `select item, coalesce(sum(quantity) filter (where type = 'shipment.confirmed'), 0) as shipped, coalesce(sum(quantity) filter (where type = 'return.received'), 0) as returned from (
       select type, line->>'item' as item, (line->>'quantity')::numeric as quantity from ${latest} f, json_array_elements(data->'lines') line
       where type = 'shipment.confirmed' and line->>'order' = $1 and not coalesce((data->>'reversed')::boolean, false) or type = 'return.received' and data->>'order' = $1) lines group by item`, [code]);
  const documents = await tower<{ number: string; kind: string; tax: string; total: string }>(
    `select data->>'number' as number, data->>'kind' as kind, data->>'tax' as tax, data->>'total' as total from ${latest} f
      where type = 'ledger.document_read' and data->>'state' = 'posted' and subject_id in (select subject_id from command where kind in ('post_invoice', 'post_credit') and (payload::jsonb->'orders' ? $1 or payload->>'order' = $1))`, [code]);
  const [money] = await tower<{ amount: string }>(
    `with receipt as (select distinct data->>'receipt' as receipt, (data->>'amount')::numeric as amount from ${latest} f where type = 'receipt.recorded' and not coalesce((data->>'reversed')::boolean, false)
       and (data->>'order' = $1 or exists (select from json_array_elements(data->'remittance') named where named->>'document' = any($2))))
     select (select coalesce(sum(amount), 0) from receipt) - (select coalesce(sum((data->>'amount')::numeric), 0) from ${latest} f where type = 'refund.settled' and data->>'state' <> 'failed' and data->>'receipt' in (select receipt from receipt)) as amount`, [code, documents.map(({ number }) => number)]);
  return {
    moved: Object.fromEntries(moved.map(({ item, shipped, returned }) => [item, { shipped: Number(shipped), returned: Number(returned) }])), money: cents(money?.amount ?? "0"),
    documents: documents.map(({ number, kind, tax, total }) => ({ number, tax: (kind === "credit" ? -1 : 1) * cents(tax), total: (kind === "credit" ? -1 : 1) * cents(total) })),
  };
}

/** The ledger as a whole: what must hold whatever happened. */
export async function ledgerOf({ tryton }: Pick<Pipeline, "tryton">): Promise<{ unbalanced: number; drafts: number; numbers: string[]; doubled: number; accounts: Record<string, number> }> {
  const [whole] = await tryton.sql<{ unbalanced: string; drafts: string; doubled: string }>(
    `select (select count(*) from (select move from account_move_line group by move having sum(debit) <> sum(credit)) x) as unbalanced,
            (select count(*) from account_invoice where state = 'draft') + (select count(*) from account_move where state = 'draft') as drafts,
            (select count(*) from (select reference from account_invoice where state in ('posted', 'paid') group by reference having count(*) > 1) x)
              + (select count(*) from (select description from account_move where description is not null and description <> '' group by description having count(*) > 1) y) as doubled`);
  const numbers = await tryton.sql<{ number: string }>("select number from account_invoice where number is not null");
  const accounts = await tryton.sql<{ code: string; balance: string }>("select a.code, sum(l.debit - l.credit) as balance from account_move_line l join account_account a on a.id = l.account group by a.code");
  return {
    unbalanced: Number(whole?.unbalanced), drafts: Number(whole?.drafts), doubled: Number(whole?.doubled), numbers: numbers.map(({ number }) => number).sort(),
    accounts: Object.fromEntries(accounts.map(({ code, balance }) => [code, cents(balance)])),
  };
}
