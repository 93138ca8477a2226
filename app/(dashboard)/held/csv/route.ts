import { heldSearch, listOf } from "@/components/held-desk/search";
import { api } from "@/server/api/caller";
import { csvList } from "../../csv";

const heads = ["rule", "reason", "document", "customer", "entity", "currency", "amount", "period", "openedAt", "dueAt", "owner", "personsNeeded", "approvedBy"];

/** All holds that the filter of the desk says, as CSV. */
export async function GET(request: Request): Promise<Response> {
  const filter = listOf(heldSearch(Object.fromEntries(new URL(request.url).searchParams)));
  const caller = await api();
  return csvList("held", heads, (page) => caller.holds.list({ ...filter, ...page }), ({ holds }) => holds.map((hold) =>
    [hold.rule, hold.name, hold.number, hold.customerName, hold.entity, hold.currency, hold.amount, hold.period, hold.openedAt, hold.dueAt, hold.owner, hold.personsNeeded, hold.approvals.map(({ author }) => author).join("; ")]));
}
