import type { Metadata } from "next";
import { TraceView } from "@/components/trace/view";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Trace" };

export default async function TracePage({ searchParams }: { searchParams: Promise<{ q?: string | string[]; subject?: string | string[]; view?: string | string[] }> }) {
  const { q, subject, view } = await searchParams;
  const text = typeof q === "string" ? q.trim().slice(0, 200) : "";
  const chosen = typeof subject === "string" ? subject : undefined;
  return <TraceView q={text} subject={chosen} view={view === "list" || view === "diagram" ? view : null} initial={text === "" ? null : await (await api()).trace.find({ q: text, ...(chosen ? { subject: chosen } : {}) })} />;
}
