import type { Metadata } from "next";
import { CloseDesk } from "@/components/close/desk";
import { closeSearch } from "@/components/close/search";
import { periodToClose } from "@/components/close/words";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Close readiness" };

export default async function ClosePage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const asked = closeSearch(await searchParams), periods = await (await api()).close.periods();
  return <CloseDesk search={asked.period === undefined ? periodToClose(periods) : asked} initial={periods} />;
}
