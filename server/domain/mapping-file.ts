import { mappedKinds } from "./mapped-kinds";
import { fail, ok, type Result } from "./result";

/** A row of the cross-reference as a file says it, and on which line. */
export interface FileMapping { line: number; entity: string; kind: string; system: string; code: string; canonical: string }
/** A line that says no mapping, and why. */
export interface BadLine { line: number; why: string }
interface Record { line: number; cells: string[] }

/** So many rows at most: an import is one commit. */
export const longestImport = 20_000;
const columns = ["entity", "kind", "system", "code", "canonical"] as const;
const longestName = 80;

/** Records of a CSV text (RFC 4180, also with semicolons), each with the line that it begins on. Empty lines say nothing. */
function records(text: string): Result<Record[]> {
  const separator = (/^[^\n]*/.exec(text)?.[0] ?? "").includes(",") ? "," : ";";
  const found: Record[] = [];
  let cells: string[] = [], cell = "", quoted = false, line = 1, began = 1;
  const endRecord = (): void => {
    if (cells.length > 0 || cell !== "") found.push({ line: began, cells: [...cells, cell] });
    cells = []; cell = ""; began = line;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\n") line += 1;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === separator) { cells.push(cell); cell = ""; }
    else if (char === "\n") endRecord();
    else if (char !== "\r") cell += char;
  }
  if (quoted) return fail("FILE", `The quote that opens in the record of line ${began} is never closed`);
  endRecord();
  return ok(found);
}

/** A cell that our own export made harmless for spreadsheets means what it was. */
const plain = (cell: string): string => cell.trim().replace(/^'(?=[=+\-@\t\r])/, "");

function rowOf({ line, cells }: Record, at: readonly number[], before: ReadonlyMap<string, number>): FileMapping | BadLine {
  const [entity = "", kind = "", system = "", code = "", canonical = ""] = at.map((index) => plain(cells[index] ?? ""));
  const bad = (why: string): BadLine => ({ line, why });
  const empty = columns.filter((_, index) => [entity, kind, system, code, canonical][index] === "");
  if (empty.length > 0) return bad(`Says no ${empty.join(", no ")}${empty.length === 1 && empty[0] === "canonical" ? ": a mapping is taken away on its own page" : ""}`);
  if (!mappedKinds.some((known) => known === kind)) return bad(`${kind} is no kind: ${mappedKinds.join(", ")}`);
  const long = columns.find((_, index) => ([entity, kind, system, code, canonical][index] ?? "").length > longestName);
  if (long) return bad(`The ${long} is longer than ${longestName} characters`);
  const said = before.get(JSON.stringify([entity, kind, system, code]));
  return said === undefined ? { line, entity, kind, system, code, canonical } : bad(`Says again what line ${said} says: ${system} ${code}`);
}

/** What a file of mappings says, line by line, in its own order. FILE where it cannot be read as one. Columns besides entity, kind, system, code and canonical are not looked at. */
export function readMappingFile(text: string): Result<(FileMapping | BadLine)[]> {
  const read = records(text.replace(/^\uFEFF/, ""));
  if (!read.ok) return read;
  const [head, ...rest] = read.value;
  const names = head?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const lacking = columns.filter((column) => !names.includes(column));
  if (lacking.length > 0) return fail("FILE", `The first line must name the columns ${columns.join(", ")}; ${lacking.join(", ")} ${lacking.length === 1 ? "is" : "are"} not there`);
  if (rest.length === 0) return fail("FILE", "No line follows the heads of the columns");
  if (rest.length > longestImport) return fail("FILE", `${rest.length.toLocaleString("en-US")} rows are too many: at most ${longestImport.toLocaleString("en-US")} at a time`);
  const at = columns.map((column) => names.indexOf(column)), before = new Map<string, number>();
  return ok(rest.map((record) => {
    const row = rowOf(record, at, before);
    if (!("why" in row)) before.set(JSON.stringify([row.entity, row.kind, row.system, row.code]), row.line);
    return row;
  }));
}
