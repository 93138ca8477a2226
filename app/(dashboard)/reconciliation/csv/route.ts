import { reconciliationSearch } from "@/components/reconciliation/search";
import { api } from "@/server/api/caller";
import { csvList } from "../../csv";

/** Statements as CSV; of an opened statement its items under the filter, one line for each document. */
export async function GET(request: Request): Promise<Response> {
  const caller = await api(), { run, show, result, process } = reconciliationSearch(Object.fromEntries(new URL(request.url).searchParams));
  if (run) return csvList(`reconciliation-${show}`, ["item", "result", "rule", "state", "side", "document", "party", "date", "currency", "amount", "tax", "itemDifference", "itemTaxDifference", "openSince", "why", "reason", "comment", "preparedBy", "approvedBy"],
    (page) => caller.reconciliation.items({ run, show, ...(result ? { result } : {}), ...page }),
    ({ items }) => items.flatMap((row) => row.documents.map((document) => [row.no, row.result, row.rule, row.state, document.side.toUpperCase(), document.label, document.party, document.day, row.currency, document.amount, document.tax, row.difference, row.taxDifference, row.since, row.because.join("; "), row.code, row.comment, row.preparedByName, row.approvedByName])));
  return csvList("reconciliation", ["statement", "entity", "books", "from", "to", "knownAt", "author", "state", "currency", "result", "certain", "items", "documentsA", "amountA", "documentsB", "amountB"],
    (page) => caller.reconciliation.list({ ...(process ? { process } : {}), ...page }),
    ({ items }) => items.flatMap((row) => row.totals.map((total) => [row.id, row.entity, row.process, row.from, row.to, row.knownAt, row.author, row.state, total.currency, total.result, total.certain ? "yes" : "no", total.items, total.documentsA, total.amountA, total.documentsB, total.amountB])));
}
