import { api } from "@/server/api/caller";
import { bulkItemStates } from "@/server/domain/bulk";
import { csvList } from "../../../csv";

const heads = ["position", "document", "entity", "step", "state", "why", "reference", "currency", "amount", "actedAt", "settledAt"];

/** What became of each document of a bulk action, in the order in which they go, as CSV. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params, asked = new URL(request.url).searchParams.get("state"), state = bulkItemStates.find((known) => known === asked);
  const caller = await api();
  return csvList("bulk-action", heads, (page) => caller.bulk.items({ id, ...(state && { state }), ...page }), ({ items }) => items.map((item) =>
    [item.position, item.name, item.entity, item.step === null ? null : item.step + 1, item.state, item.why, item.reference, item.currency, item.amount, item.actedAt, item.settledAt]));
}
