import { mappingSearch } from "@/components/cross-reference/search";
import { api } from "@/server/api/caller";
import { mappedKinds } from "@/server/read/cross-reference";
import { csvAnswer, csvLine, readable } from "../../csv";

const columns = ["entity", "kind", "system", "code", "canonical", "name", "used", "updatedAt", "by"] as const;
const most = 50_000;

/** What the filter of the cross-reference says, as CSV: up to 50,000 rows, streamed page by page. */
export async function GET(request: Request): Promise<Response> {
  const { kind: asked, system, q } = mappingSearch(Object.fromEntries(new URL(request.url).searchParams));
  const kind = mappedKinds.find((known) => known === asked);
  const filter = { ...(kind ? { kind } : {}), ...(system ? { system } : {}), ...(q ? { q } : {}), limit: 200 };
  const caller = await api();
  const first = await readable(() => caller.crossReference.list(filter));
  if (first instanceof Response) return first;
  return csvAnswer(new ReadableStream<Uint8Array>({
    async start(controller) {
      const encoder = new TextEncoder();
      controller.enqueue(encoder.encode(csvLine(columns)));
      let page = first;
      for (let sent = 0; ;) {
        for (const row of page.items) controller.enqueue(encoder.encode(csvLine(columns.map((column) => row[column]))));
        sent += page.items.length;
        if (page.next === null || sent >= most) break;
        page = await caller.crossReference.list({ ...filter, cursor: page.next });
      }
      controller.close();
    },
  }), "cross-reference");
}
