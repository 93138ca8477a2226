import type { Metadata } from "next";
import { OrderDesk } from "@/components/orders/desk";
import { orderSearch } from "@/components/orders/search";
import { api } from "@/server/api/caller";
import { followView } from "../follow-view";

export const metadata: Metadata = { title: "Orders" };

export default async function OrdersPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const parameters = await searchParams;
  await followView("orders", parameters["view"]);
  const search = orderSearch(parameters);
  return <OrderDesk search={search} initial={await (await api()).orders.list(search)} />;
}
