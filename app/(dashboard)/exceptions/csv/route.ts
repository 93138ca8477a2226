import { causeName } from "@/components/exceptions-desk/cause";
import { deskSearch } from "@/components/exceptions-desk/search";
import { api } from "@/server/api/caller";
import { csvList } from "../../csv";

const heads = ["code", "cause", "key", "kind", "state", "entity", "documents", "currency", "amount", "openedAt", "dueAt", "team", "assignee"];

/** All causes that the filter of the desk says, as CSV; one line for each currency that a cause stops. */
export async function GET(request: Request): Promise<Response> {
  const { filter } = deskSearch(Object.fromEntries(new URL(request.url).searchParams));
  const caller = await api();
  return csvList("exceptions", heads, (page) => caller.exceptions.list({ ...filter, ...page }), ({ groups }) => groups.flatMap((group) => (group.money.length === 0 ? [{ currency: null, amount: null }] : group.money).map(({ currency, amount }) =>
    [group.code, causeName(group), Object.entries(group.key).map(([name, value]) => `${name}=${value}`).join(" "), group.kind, group.state, group.entity, group.documents, currency, amount, group.openedAt, group.dueAt, group.team, group.assigneeName])));
}
