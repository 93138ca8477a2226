import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BulkActionPage } from "@/components/bulk-actions/detail";
import { api } from "@/server/api/caller";
import { bulkItemStates } from "@/server/domain/bulk";

export const metadata: Metadata = { title: "Bulk action" };

export default async function OneBulkActionPage({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { id } = await params, asked = (await searchParams)["state"], state = bulkItemStates.find((known) => known === asked);
  const caller = await api(), action = await caller.bulk.get({ id }).catch(() => null);
  if (!action) notFound();
  return <BulkActionPage initial={action} items={await caller.bulk.items({ id, ...(state && { state }) })} state={state} />;
}
