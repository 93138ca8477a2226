import type { Metadata } from "next";
import { ExceptionsDesk } from "@/components/exceptions-desk/desk";
import { deskSearch, listOf } from "@/components/exceptions-desk/search";
import { api } from "@/server/api/caller";
import { followView } from "../follow-view";

export const metadata: Metadata = { title: "Exceptions" };

export default async function ExceptionsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const parameters = await searchParams;
  await followView("exceptions", parameters["view"]);
  const search = deskSearch(parameters);
  const caller = await api();
  const list = await caller.exceptions.list(listOf(search));
  // beside the list stands the first cause until one is chosen
  const open = search.by === undefined ? search.group ?? list.groups[0]?.fingerprint ?? null : null;
  const detail = open === null ? null : await caller.exceptions.get({ fingerprint: open }).catch(() => null);
  return <ExceptionsDesk search={search} initialList={list} initialDetail={detail} />;
}
