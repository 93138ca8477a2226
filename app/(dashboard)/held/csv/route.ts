import { heldSearch, listOf } from "@/components/held-desk/search";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, readable } from "../../csv";

const heads = ["rule", "reason", "document", "customer", "entity", "currency", "amount", "period", "openedAt", "dueAt", "owner", "personsNeeded", "approvedBy"];

/** The holds that the filter of the desk says, as CSV. */
export async function GET(request: Request): Promise<Response> {
  const caller = await api();
  const list = await readable(() => caller.holds.list(listOf(heldSearch(Object.fromEntries(new URL(request.url).searchParams)))));
  if (list instanceof Response) return list;
  return csvAnswer(csvLine(heads) + list.holds.map((hold) => csvLine([hold.rule, hold.name, hold.number, hold.customerName, hold.entity, hold.currency, hold.amount, hold.period, hold.openedAt, hold.dueAt, hold.owner, hold.personsNeeded, hold.approvals.map(({ author }) => author).join("; ")])).join(""), "held");
}
