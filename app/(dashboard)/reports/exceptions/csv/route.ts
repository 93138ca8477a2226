import { reportSearch } from "@/components/reports/search";
import { exceptionName } from "@/components/reports/words";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, readable } from "../../../csv";

const heads = ["code", "name", "causes", "documents", "exceptions", "solved", "atStake", "solveMinutesP50", "solveMinutesP95"];

/** Exceptions of the report's days by code, most documents first, as CSV. */
export async function GET(request: Request): Promise<Response> {
  const search = reportSearch(Object.fromEntries(new URL(request.url).searchParams));
  const report = await readable(async () => (await api()).reports.flow(search));
  if (report instanceof Response) return report;
  return csvAnswer([heads, ...report.exceptions.map(({ code, causes, documents, exceptions, solved, money, solve }) => [
    code, exceptionName(code), causes, documents, exceptions, solved, money.map(({ currency, amount }) => `${currency} ${amount}`).join(" + "), solve.p50, solve.p95,
  ])].map(csvLine).join(""), "exceptions-by-cause");
}
