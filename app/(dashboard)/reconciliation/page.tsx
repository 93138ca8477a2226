import type { Metadata } from "next";
import { ReconciliationDesk } from "@/components/reconciliation/desk";
import { reconciliationSearch } from "@/components/reconciliation/search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Reconciliation" };

export default async function ReconciliationPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = reconciliationSearch(await searchParams);
  return <ReconciliationDesk key={search.process ?? ""} search={search} initial={await (await api()).reconciliation.list(search.process ? { process: search.process } : {})} />;
}
