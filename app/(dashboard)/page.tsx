import type { Metadata } from "next";
import { Tower } from "@/components/tower/board";
import { towerSearch } from "@/components/tower/search";
import { NoEntity } from "@/components/routes/no-entity";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Tower" };

export default async function TowerPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = towerSearch(await searchParams);
  const caller = await api();
  if ((await caller.shell.frame()).entities.length === 0) return <NoEntity title="Tower" />;
  const [overview, proof] = await Promise.all([caller.tower.overview(search), caller.tower.proof().catch(() => null)]);
  return <Tower key={`${search.channel ?? ""}|${search.currency ?? ""}`} search={search} initial={overview} initialProof={proof} />;
}
