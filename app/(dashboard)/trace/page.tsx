import type { Metadata } from "next";
import { TraceView } from "@/components/trace/view";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Trace" };

export default async function TracePage({ searchParams }: { searchParams: Promise<{ q?: string | string[]; subject?: string | string[] }> }) {
  const { q, subject } = await searchParams;
  const text = typeof q === "string" ? q.trim().slice(0, 200) : "";
  const chosen = typeof subject === "string" ? subject : undefined;
  return <TraceView q={text} subject={chosen} initial={text === "" ? null : await (await api()).trace.find({ q: text, ...(chosen ? { subject: chosen } : {}) })} />;
}
