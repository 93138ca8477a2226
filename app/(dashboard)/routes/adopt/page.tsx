import type { Metadata } from "next";
import { AdoptionDesk } from "@/components/adoption/desk";
import { shows } from "@/components/adoption/words";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Adopt and go live" };

export default async function AdoptPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const asked = await searchParams, entity = typeof asked["entity"] === "string" && asked["entity"].length <= 12 ? asked["entity"] : undefined;
  return <AdoptionDesk entity={entity} show={shows.find((show) => show === asked["show"]) ?? ""} initial={await (await api()).adoption.list(entity === undefined ? {} : { entity })} />;
}
