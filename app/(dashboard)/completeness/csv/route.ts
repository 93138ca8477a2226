import { completenessSearch } from "@/components/completeness/search";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, csvList, readable } from "../../csv";

const sumsText = (sums: readonly { currency: string; amount: string }[] | null): string | null => sums && sums.map(({ currency, amount }) => `${amount} ${currency}`).join(" + ");

/** The ledger as CSV, one line for each source and kind; of a chosen source the documents behind the number that is shown; or its control totals, one line for each window. */
export async function GET(request: Request): Promise<Response> {
  const caller = await api();
  const { searchParams } = new URL(request.url), search = completenessSearch(Object.fromEntries(searchParams));
  const { source, show = "said", window, hours } = search;
  if (source) return csvList(`${source.connector}-${source.kind.replaceAll(" ", "-")}-${show}`, ["document", "state", "window", "changedAt", "version", "amount", "currency", "excluded", "missingSince", "answer", "next"],
    (page) => caller.completeness.documents({ ...source, show, hours, ...(window ? { window } : {}), ...page }),
    ({ items }) => items.map((row) => [row.document, row.state, row.opensAt, row.changedAt, row.version, row.amount, row.currency, row.excluded, row.state === "missing" ? row.missesFrom : null, row.answer, row.successor]));
  const list = await readable(() => caller.completeness.list({ hours }));
  if (list instanceof Response) return list;
  if (searchParams.get("of") === "totals")
    return csvAnswer(csvLine(["connector", "name", "entity", "kind", "from", "to", "says", "saysMoney", "held", "heldMoney", "state", "gapSince", "statedAt", "dueAt"])
      + list.totals.map((row) => csvLine([row.connector, row.name, row.entity, row.kind, row.opensAt, row.closesAt, row.count, sumsText(row.sums), row.heldCount, sumsText(row.heldSums), row.state, row.since, row.statedAt, row.dueAt])).join(""), "control-totals");
  const lines = list.sources.map((row) => csvLine([row.connector, row.name, row.entity, row.kind, row.said, row.held, row.excluded, row.late, row.missing, row.oldestMissing, row.next, row.confirmed, row.inFlight, row.inException, row.onHold, row.waiting, row.checkedTo, row.failure]));
  return csvAnswer(csvLine(["connector", "name", "entity", "kind", "says", "held", "excluded", "late", "missing", "oldestMissing", "next", "nextConfirmed", "nextInFlight", "nextInException", "nextOnHold", "nextWaiting", "askedUpTo", "failure"]) + lines.join(""), "completeness");
}
