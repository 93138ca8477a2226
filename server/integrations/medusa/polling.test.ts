import { conformsWhenPolled, mark, type Polled, type Row, type Source } from "../contract/testing/conforms-when-polled";
import type { Setup } from "../contract/testing/conformance";
import { medusa } from ".";
import recorded from "./fixtures/messages.json";

const setup: Setup = { connector: medusa, settings: { tellsGoods: true, tellsCustomers: true }, secrets: { apiKey: "sk_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} };
const { order } = recorded.order.data, long = "2026-01-01T00:00:00.000Z", idOf = (row: Row): string => `order_01${String(row.id).padStart(6, "0")}`, settings = { pageSize: 3 };
/** A list as Medusa 2.21 answers it, by id, by offset, with its count. */
const page = (name: string, rows: readonly Row[], query: URLSearchParams, worded: (row: Row) => object) => {
  const offset = Number(query.get("offset"));
  return { body: { count: rows.length, [name]: rows.slice(offset, offset + Number(query.get("limit"))).map(worded) } };
};
/** `moves`: what of the order is stamped when it changes; its own `updated_at` stands still while a payment is captured. */
const orders = (moves: "order" | "capture"): Polled => ({
  lists: "changes", page: 3, settings,
  vendor: (source) => ({ path }) => {
    const { pathname, searchParams: query } = new URL(path, "http://vendor"), wanted = query.getAll("id[]"), since = query.get("updated_at[$gte]");
    if (pathname.endsWith("/changes")) return { body: { order_changes: [] } };
    if (pathname.endsWith("/return-reasons")) return { body: { return_reasons: [] } };
    if (wanted.length > 0) return { body: { orders: source.rows.filter((row) => wanted.includes(idOf(row))).map((row) => ({ ...order, id: idOf(row), display_id: row.id, version: order.version + row.revision, email: `${mark(row).toLowerCase()}@harbor.example`, note: mark(row) })) } };
    const found = moves === "order" && since !== null ? source.rows.filter(({ at }) => at >= since) : source.rows;
    return page("orders", found, query, (row) => ({ id: idOf(row), display_id: row.id, updated_at: moves === "order" ? row.at : long, payment_collections: [{ payments: [{ updated_at: long, captures: moves === "capture" ? [{ updated_at: row.at }] : [], refunds: [] }] }] }));
  },
});
const records = (name: string, worded: (row: Row) => object, more: Partial<Polled> = {}): Polled => ({ lists: "changes", page: 3, settings, vendor: (source: Source) => ({ path }) => page(name, source.rows, new URL(path, "http://vendor").searchParams, worded), ...more });

conformsWhenPolled("Medusa", setup, {
  orders: orders("order"), movements: orders("capture"),
  customers: records("customers", (row) => ({ id: `cus_${row.id}`, email: `c${row.id}@harbor.example`, company_name: mark(row), first_name: "Dana", last_name: "Reyes", updated_at: row.at })),
  // a variant that is changed does not move its product
  products: records("products", (row) => ({ id: `prod_${row.id}`, title: "Hose", status: "published", updated_at: long, variants: [{ id: `var_${row.id}`, sku: `S-${row.id}`, title: mark(row), updated_at: row.at }] })),
  stock: records("inventory_items", (row) => ({ id: `iitem_${row.id}`, sku: `S-${row.id}`, updated_at: long, location_levels: [{ location_id: "sloc_1", raw_stocked_quantity: { value: String(row.revision) }, raw_reserved_quantity: { value: "0" }, updated_at: row.at }] }), {
    told: ({ body }) => { const { data: { stock } } = JSON.parse(new TextDecoder().decode(body)) as { data: { stock: { sku: string; stocked: string } } }; return [mark({ id: Number(stock.sku.slice(2)), revision: Number(stock.stocked), at: "" })]; },
  }),
});
