import type { Metadata } from "next";
import { CodePairsDesk } from "@/components/cross-reference/pairs";
import { mappingSearch } from "@/components/cross-reference/search";
import { api } from "@/server/api/caller";
import { mappedKinds } from "@/server/domain/mapped-kinds";

export const metadata: Metadata = { title: "Suggested pairs" };

export default async function CodePairsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const asked = mappingSearch(await searchParams);
  const kind = mappedKinds.find((known) => known === asked.kind);
  const filter = { ...(kind ? { kind } : {}), ...(asked.system ? { system: asked.system } : {}) };
  return <CodePairsDesk filter={filter} initial={await (await api()).crossReference.pairs(filter)} />;
}
