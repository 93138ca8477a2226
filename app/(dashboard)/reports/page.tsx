import type { Metadata } from "next";
import { ReportsView } from "@/components/reports/view";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Reports" };

export default async function ReportsPage({ searchParams }: { searchParams: Promise<{ days?: string | string[] }> }) {
  const { days } = await searchParams;
  const initial = await (await api()).reports.flow({ days: days === "1" ? 1 : days === "30" ? 30 : 7 });
  return <ReportsView key={initial.days} initial={initial} />;
}
