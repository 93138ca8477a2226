import type { Metadata } from "next";
import { StockDesk } from "@/components/stock/desk";
import { stockSearch } from "@/components/stock/search";

export const metadata: Metadata = { title: "Stock in channels" };

export default async function StockPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  return <StockDesk search={stockSearch(await searchParams)} />;
}
