import { completenessSearch } from "@/components/completeness/search";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, csvList, readable } from "../../csv";

/** The ledger as CSV, one line for each source and kind; of a chosen source the documents behind the number that is shown. */
export async function GET(request: Request): Promise<Response> {
  const caller = await api();
  const search = completenessSearch(Object.fromEntries(new URL(request.url).searchParams));
  const { source, show = "said", window, hours } = search;
  if (source) return csvList(`${source.connector}-${source.kind.replaceAll(" ", "-")}-${show}`, ["document", "state", "window", "changedAt", "version", "amount", "currency", "excluded", "missingSince", "answer", "next"],
    (page) => caller.completeness.documents({ ...source, show, hours, ...(window ? { window } : {}), ...page }),
    ({ items }) => items.map((row) => [row.document, row.state, row.opensAt, row.changedAt, row.version, row.amount, row.currency, row.excluded, row.state === "missing" ? row.missesFrom : null, row.answer, row.successor]));
  const list = await readable(() => caller.completeness.list({ hours }));
  if (list instanceof Response) return list;
  const lines = list.sources.map((row) => csvLine([row.connector, row.name, row.entity, row.kind, row.said, row.held, row.excluded, row.late, row.missing, row.oldestMissing, row.next, row.confirmed, row.inFlight, row.inException, row.onHold, row.waiting, row.checkedTo, row.failure]));
  return csvAnswer(csvLine(["connector", "name", "entity", "kind", "says", "held", "excluded", "late", "missing", "oldestMissing", "next", "nextConfirmed", "nextInFlight", "nextInException", "nextOnHold", "nextWaiting", "askedUpTo", "failure"]) + lines.join(""), "completeness");
}
