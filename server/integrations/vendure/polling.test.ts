import { conformsWhenPolled, mark, type Polled, type Row } from "../contract/testing/conforms-when-polled";
import type { Setup } from "../contract/testing/conformance";
import { vendure } from ".";
import recorded from "./fixtures/messages.json";

const setup: Setup = { connector: vendure, settings: {}, secrets: { apiKey: "vnk_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} };
const { order } = recorded.order.data, long = "2026-01-01T00:00:00.000Z";
interface Asked { query: string; variables: { options: { skip?: number; take: number; filter?: { id?: { in: string[] }; updatedAt?: { after: string }; _or?: { updatedAt?: { after: string } }[] } } } }
/** A list as Vendure 3.7 answers it, by id; `after` leaves out the moment itself. */
const page = (rows: readonly Row[], { variables: { options } }: Asked, worded: (row: Row) => object) => {
  const after = options.filter?.updatedAt?.after ?? options.filter?._or?.flatMap(({ updatedAt }) => updatedAt?.after ?? [])[0], skip = options.skip ?? 0, found = rows.filter(({ at }) => after === undefined || at > after);
  return { totalItems: found.length, items: found.slice(skip, skip + options.take).map(worded) };
};
/** `moves`: what of the order is stamped when it changes; its own `updatedAt` stands still while it is paid, fulfilled and refunded. */
const orders = (moves: "order" | "history"): Polled => ({
  lists: "changes", page: 3, settings: { pageSize: 3 },
  vendor: (source) => ({ body }) => {
    const asked = JSON.parse(body) as Asked, wanted = asked.variables.options.filter?.id?.in;
    if (wanted) return { body: { data: { orders: { items: source.rows.filter(({ id }) => wanted.includes(String(id))).map((row) => ({ ...order, id: String(row.id), code: `V-${row.id}`, shippingAddress: { ...order.shippingAddress, fullName: mark(row) } })) } } } };
    return { body: { data: { orders: page(source.rows, asked, (row) => ({ id: String(row.id), updatedAt: moves === "order" ? row.at : long, payments: [], fulfillments: [], history: { totalItems: 10 + row.revision, items: [{ createdAt: moves === "history" ? row.at : long }] } })) } } };
  },
});
const records = (list: "customers" | "productVariants", worded: (row: Row) => object, more: Partial<Polled> = {}): Polled => ({ lists: "changes", page: 100, few: true, vendor: (source) => ({ body }) => ({ body: { data: { [list]: page(source.rows, JSON.parse(body) as Asked, worded) } } }), ...more });

conformsWhenPolled("Vendure", setup, {
  orders: orders("order"), movements: orders("history"),
  stock: records("productVariants", (row) => ({ sku: `S-${row.id}`, stockLevels: [{ stockOnHand: row.revision, stockAllocated: 0, updatedAt: row.at, stockLocation: { id: "1", name: "Main" } }] }), {
    told: ({ body }) => { const { data: { stock } } = JSON.parse(new TextDecoder().decode(body)) as { data: { stock: { sku: string; onHand: number } } }; return [mark({ id: Number(stock.sku.slice(2)), revision: stock.onHand, at: "" })]; },
  }),
  customers: records("customers", (row) => ({ emailAddress: `c${row.id}@harbor.example`, firstName: mark(row), lastName: "Reyes", addresses: [], updatedAt: row.at })),
  variants: records("productVariants", (row) => ({ sku: `S-${row.id}`, name: mark(row), enabled: true, updatedAt: row.at })),
});
