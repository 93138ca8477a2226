import { reportSearch } from "@/components/reports/search";
import { api } from "@/server/api/caller";
import { csvAnswer, csvLine, readable } from "../../csv";

const heads = ["day", "complete", "touchless", "touchlessButForApprovals", "invoicesSent", "invoicesByPosting", "dueToSentMinutesP50", "dueToSentMinutesP95", "placedToSentMinutesP50", "placedToSentMinutesP95", "fixesTried", "fixesVerified"];

/** The days of the report, oldest first, as CSV. Times in minutes. */
export async function GET(request: Request): Promise<Response> {
  const search = reportSearch(Object.fromEntries(new URL(request.url).searchParams));
  const report = await readable(async () => (await api()).reports.flow(search));
  if (report instanceof Response) return report;
  return csvAnswer([heads, ...report.days.map(({ day, touchless, cycle, fixes }) => [
    day, touchless.complete, touchless.touchless, touchless.withoutPolicyApprovals, cycle.dueToSent.count, cycle.byPosting, cycle.dueToSent.p50, cycle.dueToSent.p95, cycle.placedToSent.p50, cycle.placedToSent.p95, fixes.tried, fixes.verified,
  ])].map(csvLine).join(""), "reports");
}
