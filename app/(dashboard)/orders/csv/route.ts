import { orderSearch } from "@/components/orders/search";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, readable } from "../../csv";

const columns = ["number", "customer", "customerName", "channel", "stage", "stageSince", "currency", "ordered", "posted", "open", "fulfilment", "billing", "cash", "placedAt"] as const;
const most = 50_000;

/** What the filter of the list says, as CSV: up to 50,000 rows, streamed page by page. */
export async function GET(request: Request): Promise<Response> {
  const search = orderSearch(Object.fromEntries(new URL(request.url).searchParams));
  const caller = await api();
  const first = await readable(() => caller.orders.list({ ...search, limit: 200 }));
  if (first instanceof Response) return first;
  const line = (row: (typeof first)["items"][number]): string => csvLine(columns.map((column) => (column in row ? (row as unknown as Record<string, string | null>)[column] : row.amounts[column] ?? row.tracks[column])));
  return csvAnswer(new ReadableStream<Uint8Array>({
    async start(controller) {
      const encoder = new TextEncoder();
      controller.enqueue(encoder.encode(csvLine(columns)));
      let page = first;
      for (let sent = 0; ;) {
        for (const row of page.items) controller.enqueue(encoder.encode(line(row)));
        sent += page.items.length;
        if (page.next === null || sent >= most) break;
        page = await caller.orders.list({ ...search, limit: 200, cursor: page.next });
      }
      controller.close();
    },
  }), "orders");
}
