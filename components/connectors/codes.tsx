"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Missing } from "@/components/cross-reference/missing";
import { mappingHref } from "@/components/cross-reference/search";
import { useTRPC } from "@/components/trpc/client";
import { Region } from "@/components/ui/region";
import type { ConnectorView } from "@/server/api/shapes";

/** What it calls our things: how many codes are mapped, and which of them documents wait for. */
export function Codes({ connector: { id, mappings } }: { connector: ConnectorView }) {
  const trpc = useTRPC();
  const desk = useQuery(trpc.crossReference.desk.queryOptions({ system: id }));
  const missing = desk.data?.missing.filter(({ system }) => system === id) ?? [];
  const search = { system: id };
  return (
    <Region title="Cross-reference" sub={mappings === 0 ? "no code of its own is mapped" : `${mappings.toLocaleString("en-US")} ${mappings === 1 ? "code is" : "codes are"} mapped`} className="rule" end={<Link className="ln" href={mappingHref(search, {})}>Open</Link>}>
      {missing.length === 0 ? <p className="sm m2">{desk.data === undefined ? "What waits for a code is being read." : "Nothing waits for a code of it."}</p> : <Missing rows={missing} search={search} whyOf={(entity) => desk.data?.entities.find(({ code }) => code === entity)?.missing ?? undefined} />}
    </Region>
  );
}
