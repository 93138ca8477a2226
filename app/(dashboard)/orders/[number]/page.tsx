import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { TRPCError } from "@trpc/server";
import { OrderView } from "@/components/order/view";
import { api } from "@/server/api/caller";

interface OrderPageProps { params: Promise<{ number: string }> }

export async function generateMetadata({ params }: OrderPageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).number) };
}

export default async function OrderPage({ params }: OrderPageProps) {
  const number = decodeURIComponent((await params).number);
  try {
    return <OrderView number={number} initial={await (await api()).orders.get({ number })} />;
  } catch (error) {
    if (error instanceof TRPCError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
