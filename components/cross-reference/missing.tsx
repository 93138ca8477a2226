"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Sums } from "@/components/ui/sums";
import { Table, type Column } from "@/components/ui/table";
import type { MissingRow } from "@/server/api/shapes";
import { mappingHref, openText, type MappingSearch } from "./search";
import { kindWords } from "./words";

const openOf = (row: Pick<MissingRow, "entity" | "kind" | "system" | "code" | "canonical">) => ({ entity: row.entity, kind: row.kind, system: row.system, code: row.code ?? "", canonical: row.code === null ? row.canonical ?? "" : "" });

const nobody = <span className="c-biz"><Icon name="link-off" small /> nobody said</span>;
const columnsOf = (search: MappingSearch, why: (entity: string) => string | undefined): readonly Column<MissingRow>[] => [
  { key: "kind", head: "Kind", from: "phone", cell: (row) => <span className="m2">{kindWords(row.kind)}</span> },
  { key: "code", head: "At the system", wrap: true, cell: (row) => <>{row.code === null ? nobody : <span className="id b">{row.code}</span>} <span className="m3">{row.system}</span>{row.items.length > 0 && <span className="sm m2"> for {row.items.length === 1 ? <span className="id">{row.items[0]}</span> : `${row.items.length} items`}</span>}</> },
  { key: "own", head: "Ours", wrap: true, cell: (row) => (row.canonical === null ? nobody : <span className="id b">{row.canonical}</span>) },
  { key: "waits", head: "Waits on it", align: "right", wrap: true, cell: (row) => <Link className="ln" href={`/exceptions?group=${encodeURIComponent(row.fingerprint)}`}>{row.documents === 1 ? "1 document" : `${row.documents} documents`}</Link> },
  { key: "money", head: "At stake", align: "right", cell: (row) => <b><Sums money={row.money} mode="whole" /></b> },
  { key: "age", head: "Oldest", align: "right", from: "phone", cell: (row) => <Age since={row.since} /> },
  { key: "act", head: <span className="vh">Map</span>, name: "Map", align: "right", from: "phone", cell: (row) => <Button size="xs" why={why(row.entity)} href={mappingHref(search, { open: openOf(row) })}>Map</Button> },
];

/** Codes that nobody mapped, with what each stops, most money first. */
export function Missing({ rows, search, whyOf }: { rows: readonly MissingRow[]; search: MappingSearch; whyOf: (entity: string) => string | undefined }) {
  const router = useRouter();
  return <Table caption="Missing codes" keyboard={false} flush columns={columnsOf(search, whyOf)} rows={rows} rowKey={(row) => openText(openOf(row))} rowName={(row) => row.code ?? row.canonical ?? ""} onOpen={(row) => { router.push(mappingHref(search, { open: openOf(row) }), { scroll: false }); }} />;
}
