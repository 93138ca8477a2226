import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { PostingsStopped } from "@/components/postings/stopped";
import { AppShell } from "@/components/shell/app-shell";
import { NoRights } from "@/components/shell/no-rights";
import { readPreferences } from "@/components/shell/preferences";
import type { LoadShellData } from "@/components/shell/shell-data";
import { DataProvider } from "@/components/trpc/provider";
import { api } from "@/server/api/caller";
import { TRPCError } from "@trpc/server";

/** Null: nobody is signed in. */
const loadShellData: LoadShellData = async () => {
  try {
    const caller = await api(), [{ person, entities, entity, counts, now }, stops] = await Promise.all([caller.shell.frame(), caller.postings.stops()]);
    return { user: person, entities, entity, counts, stops, now, timeZone: entities[0]?.zone ?? "UTC" };
  } catch (error) {
    if (error instanceof TRPCError && error.code === "UNAUTHORIZED") return null;
    if (error instanceof TRPCError && error.code === "FORBIDDEN") return "no rights";
    throw error;
  }
};

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const data = await loadShellData();
  if (data === null) redirect("/sign-in");
  if (data === "no rights") return <NoRights />;
  const jar = await cookies();
  // What was read of one entity is never shown under another's name: each has a cache of its own.
  return <AppShell data={data} preferences={readPreferences((name) => jar.get(name)?.value)}><DataProvider key={data.entity ?? "all"}><PostingsStopped stops={data.stops} />{children}</DataProvider></AppShell>;
}
