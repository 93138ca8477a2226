import type { Metadata } from "next";
import { CrossReference } from "@/components/cross-reference/desk";
import { mappingSearch } from "@/components/cross-reference/search";
import { api } from "@/server/api/caller";
import { mappedKinds } from "@/server/domain/mapped-kinds";

export const metadata: Metadata = { title: "Cross-reference" };

export default async function CrossReferencePage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const asked = mappingSearch(await searchParams);
  const kind = mappedKinds.find((known) => known === asked.kind);
  const filter = { ...(kind ? { kind } : {}), ...(asked.system ? { system: asked.system } : {}) };
  const caller = await api();
  const [initial, initialDesk] = await Promise.all([caller.crossReference.list({ ...filter, ...(asked.q ? { q: asked.q } : {}) }), caller.crossReference.desk(filter)]);
  return <CrossReference search={{ ...asked, kind }} initial={initial} initialDesk={initialDesk} />;
}
