import type { Metadata } from "next";
import { HeldDesk } from "@/components/held-desk/desk";
import { heldSearch, listOf } from "@/components/held-desk/search";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Held postings" };

export default async function HeldPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = heldSearch(await searchParams);
  const caller = await api();
  const [list, stops] = await Promise.all([caller.holds.list(listOf(search)), caller.postings.stops()]);
  // beside the list stands the first hold until one is chosen
  const open = search.hold ?? list.holds[0]?.id;
  const detail = open ? await caller.holds.get({ id: open }).catch(() => null) : null;
  return <HeldDesk search={search} initialList={list} initialDetail={detail} stops={stops} />;
}
