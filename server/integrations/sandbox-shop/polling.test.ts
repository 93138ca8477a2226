import { conformsWhenPolled, mark, type Polled, type Row } from "../contract/testing/conforms-when-polled";
import { testNow } from "../contract/testing/conformance";
import { sandboxShop } from ".";
import recorded from "./fixtures/messages.json";

const { order } = recorded.order.data;
/** As API.md says that Northgate lists: by last change, then id; the next page is named by the last row of this one. */
const listing = (worded: (row: Row) => object): Polled => ({
  lists: "changes", page: 3, settings: { pageSize: 3 },
  vendor: (source) => ({ path }) => {
    const query = new URL(path, "http://vendor").searchParams, behind = query.get("cursor"), place = ({ at, id }: Row): string => `${at}/${String(id).padStart(9, "0")}`;
    const rest = source.since(query.get("updated_since")).filter((row) => behind === null || place(row) > behind), rows = rest.slice(0, Number(query.get("limit"))), last = rows.at(-1);
    return { body: { data: rows.map((row) => ({ ...worded(row), updated_at: row.at, note: mark(row) })), next_cursor: last && rest.length > rows.length ? place(last) : null } };
  },
});
conformsWhenPolled("Northgate Commerce", { connector: sandboxShop, settings: { packSizes: { each: 1, case24: 24 } }, secrets: { apiKey: "ngk_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} }, {
  orders: listing(({ id, revision }) => ({ ...order, id: `ord_${id}`, number: `N-${id}`, revision, purchase_order_number: String(revision) })),
  returns: listing(({ id, revision }) => ({ id: `ret_${id}`, order_number: `N-${id}`, status: "authorised", reason: "wrong_item", requested_at: testNow, lines: [{ line_id: "1", quantity: String(revision), unit: "each" }], rma: `RMA-${id}`, wants: "credit" })),
  customers: listing(({ id, revision }) => ({ code: `C-${id}`, name: `Harbor Supply ${revision}` })),
  items: listing(({ id, revision }) => ({ item_number: `I-${id}`, name: `Hex bolt ${revision}` })),
  stock: listing(({ id, revision }) => ({ item_number: `I-${id}`, warehouse: "DC-EAST", available: String(revision), unit: "each", version: revision })),
});
