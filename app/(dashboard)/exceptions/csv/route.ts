import { causeName } from "@/components/exceptions-desk/cause";
import { deskSearch } from "@/components/exceptions-desk/search";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, readable } from "../../csv";

const heads = ["code", "cause", "key", "kind", "state", "entity", "documents", "currency", "amount", "openedAt", "dueAt", "team", "assignee"];

/** The causes that the filter of the desk says, as CSV; one line for each currency that a cause stops. */
export async function GET(request: Request): Promise<Response> {
  const { filter } = deskSearch(Object.fromEntries(new URL(request.url).searchParams));
  const caller = await api();
  const list = await readable(() => caller.exceptions.list(filter));
  if (list instanceof Response) return list;
  const lines = list.groups.flatMap((group) => (group.money.length === 0 ? [{ currency: null, amount: null }] : group.money).map(({ currency, amount }) =>
    csvLine([group.code, causeName(group), Object.entries(group.key).map(([name, value]) => `${name}=${value}`).join(" "), group.kind, group.state, group.entity, group.documents, currency, amount, group.openedAt, group.dueAt, group.team, group.assigneeName])));
  return csvAnswer(csvLine(heads) + lines.join(""), "exceptions");
}
