import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { FixesView } from "@/components/reports/fixes";
import { fixesHref, fixResults, rangeOf } from "@/components/reports/search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Fixes" };

export default async function FixesPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const parameters = await searchParams, range = rangeOf(parameters);
  if (range === undefined) redirect("/reports");
  const search = { range, result: fixResults.find((known) => known === parameters["result"]) ?? "all" } as const;
  return <FixesView key={fixesHref(range, search.result)} search={search} initial={await (await api()).reports.fixes(search)} />;
}
