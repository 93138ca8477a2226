import Link from "next/link";
import { Table, type Column } from "@/components/ui/table";
import type { Alignment } from "@/server/api/shapes";
import { pairsHref } from "./pairs-words";
import { mappingHref } from "./search";
import { kindWords } from "./words";

const count = (value: number): string => value.toLocaleString("en-US");
const columns: readonly Column<Alignment>[] = [
  { key: "system", head: "System", cell: (row) => row.system },
  { key: "kind", head: "Kind", cell: (row) => <span className="m2">{kindWords(row.kind)}</span> },
  { key: "entity", head: "Entity", from: "phone", cell: (row) => <span className="m2 id">{row.entity}</span> },
  { key: "told", head: "Told of", align: "right", cell: (row) => count(row.told) },
  { key: "mapped", head: "Mapped", align: "right", cell: (row) => <Link className="ln" href={mappingHref({ kind: row.kind, system: row.system }, {})}>{count(row.mapped)}</Link> },
  { key: "ended", head: "No longer in use", align: "right", from: "desk", cell: (row) => count(row.told - row.mapped - row.open) },
  { key: "open", head: "To pair", align: "right", cell: (row) => (row.open === 0 ? <span className="m3">0</span> : <Link className="ln b" href={pairsHref(row)}>{count(row.open)}</Link>) },
];

/** How far each system is in step with our records. */
export const InStep = ({ rows }: { rows: readonly Alignment[] }) => (rows.length === 0 ? <p className="sm m2 pad">No system has told of its codes yet.</p> : <Table caption="Systems in step" flush keyboard={false} columns={columns} rows={rows} rowKey={(row) => `${row.entity}/${row.system}/${row.kind}`} />);
