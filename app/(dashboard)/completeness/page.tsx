import type { Metadata } from "next";
import { CompletenessDesk } from "@/components/completeness/desk";
import { completenessSearch } from "@/components/completeness/search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Nothing missing" };

export default async function CompletenessPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = completenessSearch(await searchParams);
  return <CompletenessDesk key={search.hours} search={search} initial={await (await api()).completeness.list({ hours: search.hours })} />;
}
