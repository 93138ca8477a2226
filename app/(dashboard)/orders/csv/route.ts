import { orderSearch } from "@/components/orders/search";
import { api } from "@/server/api/caller";
import { csvList } from "../../csv";

const columns = ["number", "customer", "customerName", "channel", "stage", "stageSince", "currency", "ordered", "posted", "open", "fulfilment", "billing", "cash", "placedAt"] as const;

/** All orders that the filter of the list says, as CSV. */
export async function GET(request: Request): Promise<Response> {
  const search = orderSearch(Object.fromEntries(new URL(request.url).searchParams));
  const caller = await api();
  return csvList("orders", columns, (page) => caller.orders.list({ ...search, ...page }), ({ items }) =>
    items.map((row) => columns.map((column) => (column in row ? (row as unknown as Record<string, string | null>)[column] : row.amounts[column] ?? row.tracks[column]))));
}
