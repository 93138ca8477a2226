import type { Metadata } from "next";
import { ServiceLevelDesk } from "@/components/service-levels/desk";
import { levelSearch } from "@/components/service-levels/search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Service levels" };

export default async function ServiceLevelsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = levelSearch(await searchParams);
  const list = await (await api()).serviceLevels.list();
  return <ServiceLevelDesk search={search} initial={list} />;
}
