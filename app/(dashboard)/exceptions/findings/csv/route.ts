import { api } from "@/server/api/caller";
import { findingCatalogue, type FindingCode } from "@/server/domain/exceptions";
import { csvAnswer, csvLine, readable } from "../../../csv";

/** The groups of findings as CSV; one line for each currency that a group names, an empty amount where it names none. */
export async function GET(): Promise<Response> {
  const caller = await api();
  const list = await readable(() => caller.exceptions.findings({}));
  if (list instanceof Response) return list;
  const lines = list.groups.flatMap((group) => (group.money.length === 0 ? [{ currency: null, amount: null }] : group.money).map(({ currency, amount }) =>
    csvLine([group.code, findingCatalogue[group.code as FindingCode], group.entity, group.orders, group.ordersWithMoney, currency, amount])));
  return csvAnswer(csvLine(["code", "finding", "entity", "orders", "ordersWithAmount", "currency", "amount"]) + lines.join(""), "findings");
}
