import type { Metadata } from "next";
import { BulkActionsDesk } from "@/components/bulk-actions/list";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Bulk actions" };

export default async function BulkActionsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const open = (await searchParams)["open"] === "1";
  return <BulkActionsDesk key={String(open)} open={open} initial={await (await api()).bulk.list({ open })} />;
}
