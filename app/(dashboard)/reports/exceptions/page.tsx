import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { CountedView } from "@/components/reports/counted";
import { exceptionResults, exceptionsHref, rangeOf } from "@/components/reports/search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Exceptions of a report" };

export default async function CountedPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const parameters = await searchParams, range = rangeOf(parameters), code = typeof parameters["code"] === "string" ? parameters["code"].slice(0, 10) : "";
  if (range === undefined || code === "") redirect("/reports");
  const search = { range, code, result: exceptionResults.find((known) => known === parameters["result"]) ?? "all" } as const;
  return <CountedView key={exceptionsHref(range, code, search.result)} search={search} initial={await (await api()).reports.exceptions(search)} />;
}
