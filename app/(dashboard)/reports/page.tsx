import type { Metadata } from "next";
import { reportHref, reportSearch } from "@/components/reports/search";
import { ReportsView } from "@/components/reports/view";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Reports" };

export default async function ReportsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = reportSearch(await searchParams);
  return <ReportsView key={reportHref(search)} search={search} initial={await (await api()).reports.flow(search)} />;
}
