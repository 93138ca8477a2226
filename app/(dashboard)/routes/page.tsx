import type { Metadata } from "next";
import { RouteDesk } from "@/components/routes/desk";
import { routeSearch } from "@/components/routes/search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Entities and routes" };

export default async function RoutesPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = routeSearch(await searchParams);
  return <RouteDesk search={search} initial={await (await api()).routes.list()} />;
}
