import { Chip } from "@/components/ui/chip";
import type { Column } from "@/components/ui/table";
import type { CodeToPair } from "@/server/api/shapes";
import { becauseText, type Taken } from "./pairs-words";
import { kindWords } from "./words";

const marks = {
  certain: <Chip kind="ok" icon="check" small>Certain</Chip>, likely: <Chip kind="line" icon="circle-dashed" small>Likely</Chip>, possible: <Chip kind="soon" icon="circle-dot" small>Look first</Chip>,
} as const;
const paired = (row: CodeToPair): row is Taken => row.pair !== null;

export const pairColumns: readonly Column<CodeToPair>[] = [
  { key: "kind", head: "Kind", from: "phone", width: "90px", cell: (row) => <span className="m2">{kindWords(row.kind)}</span> },
  { key: "system", head: "System", from: "phone", width: "90px", cell: (row) => row.system },
  { key: "code", head: "At the system", width: "min(230px, 42vw)", cell: (row) => <span className="el" title={`${row.code} ${row.name}`}><span className="id b">{row.code}</span> <span className="m2">{row.name}</span></span> },
  { key: "own", head: "Means here", width: "min(230px, 42vw)", cell: (row) => (paired(row) ? <span className="el" title={`${row.pair.own} ${row.pair.name}`}><span className="id b">{row.pair.own}</span> <span className="m2">{row.pair.name}</span></span> : <span className="m3">nothing fits</span>) },
  { key: "sure", head: "How sure", from: "phone", width: "110px", cell: (row) => row.pair && marks[row.pair.confidence] },
  { key: "why", head: "Because", from: "desk", width: "260px", cell: (row) => (paired(row) ? <span className="m2 el" title={becauseText(row)}>{becauseText(row)}</span> : null) },
  { key: "waits", head: "Waits on it", from: "phone", width: "110px", align: "right", cell: (row) => (row.waiting === 0 ? <span className="m3">nothing</span> : row.waiting === 1 ? "1 document" : `${row.waiting.toLocaleString("en-US")} documents`) },
];
