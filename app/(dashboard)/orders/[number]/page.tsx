import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { TRPCError } from "@trpc/server";
import { OrderView } from "@/components/order/view";
import { api } from "@/server/api/caller";

interface OrderPageProps { params: Promise<{ number: string }>; searchParams: Promise<{ entity?: string | string[] }> }

export async function generateMetadata({ params }: OrderPageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).number) };
}

export default async function OrderPage({ params, searchParams }: OrderPageProps) {
  const number = decodeURIComponent((await params).number), { entity } = await searchParams;
  const which = { number, ...(typeof entity === "string" && /^\w{1,12}$/.test(entity) ? { entity } : {}) };
  try {
    return <OrderView key={which.entity} which={which} initial={await (await api()).orders.get(which)} />;
  } catch (error) {
    if (error instanceof TRPCError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
