import { Chip } from "@/components/ui/chip";
import { Table, type Column } from "@/components/ui/table";
import type { MappingLine } from "@/server/api/shapes";
import { worthALook, type ImportCounts } from "./import-words";
import { kindWords } from "./words";

const marks = {
  added: <Chip kind="line" icon="plus" small>Added</Chip>, changed: <Chip kind="soon" icon="square-pen" small>Changed</Chip>,
  same: <Chip kind="plain" icon="check" small>Stays</Chip>, refused: <Chip kind="late" icon="octagon-x" small>Refused</Chip>,
} as const;

const columns: readonly Column<MappingLine>[] = [
  { key: "line", head: "Line", align: "right", cell: (row) => row.line },
  { key: "outcome", head: "Outcome", cell: (row) => marks[row.outcome] },
  { key: "what", head: "What", wrap: true, cell: (row) => (row.outcome === "refused" ? row.why : <><span className="m2">{kindWords(row.kind)}, {row.system}, {row.entity}</span> <span className="id b">{row.code}</span></>) },
  { key: "means", head: "Means", wrap: true, cell: (row) => (row.outcome === "refused" ? null : <>{row.outcome === "changed" && <><span className="id m2">{row.before}</span> becomes </>}<span className="id b">{row.canonical}</span></>) },
];
/** So many lines are shown; the counts are of all. */
const shownLines = 100;

/** What a file would do, what needs a look first. */
export function ImportPreview({ lines, counts }: { lines: readonly MappingLine[]; counts: ImportCounts }) {
  const shown = worthALook(lines).slice(0, shownLines);
  return (
    <div className="grid gap-2">
      <p className="sm" role="status"><b>{counts.added}</b> added, <b>{counts.changed}</b> changed, <b>{counts.same}</b> stay, <b>{counts.refused}</b> refused</p>
      <div className="xr-preview" role="region" aria-label="Lines of the file" tabIndex={0}><Table caption="Lines of the file" flush columns={columns} rows={shown} rowKey={(row) => String(row.line)} keyboard={false} /></div>
      {lines.length > shown.length && <p className="sm m2">{(lines.length - shown.length).toLocaleString("en-US")} more lines are counted and not shown.</p>}
    </div>
  );
}
