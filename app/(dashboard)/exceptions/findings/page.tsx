import type { Metadata } from "next";
import { FindingsDesk } from "@/components/exceptions-desk/findings-desk";
import { findingSearch } from "@/components/exceptions-desk/findings-search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Findings" };

export default async function FindingsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = findingSearch(await searchParams);
  return <FindingsDesk search={search} initial={await (await api()).exceptions.findings(search)} />;
}
