import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { fail, ok, type Result } from "@/server/domain/result";
import { documentKey } from "./mapping";
import type { Drop } from "./mapping-schema";
import { CutOff, recordsOf } from "./records";

export type Charset = "utf-8" | "utf-16le" | "windows-1252";
export const widthOf = (charset: Charset): 1 | 2 => (charset === "utf-16le" ? 2 : 1);
const textIn = (bytes: Uint8Array, charset: Charset): string => new TextDecoder(charset).decode(bytes);

/** One record's cells. The record was found whole before, so that a quote in the middle of a cell is its own. */
const cellsOf = (text: string, delimiter: string): string[] => {
  const records: string[][] = parse(text, { delimiter, relax_quotes: true, relax_column_count: true, bom: true });
  return records[0] ?? [];
};

/** A whole file, read through once: who it is, how it is written, how many rows it has. */
export interface Inspection { sha256: string; charset: Charset; rows: number; documents: number }

/** Reads a file through in bounded memory before anything of it is taken. CTR-01 in plain words where it cannot be read or is cut off. */
export async function inspect(drop: Drop, open: () => AsyncIterable<Buffer>): Promise<Result<Inspection>> {
  const found = await charsetOf(drop, open);
  if (!found.ok) return found;
  const { charset, sha256 } = found.value;
  const reader = new RowReader(drop, charset);
  const seen = new Set<string>();
  let rows = 0, last = "";
  try {
    for await (const record of recordsOf(open(), widthOf(charset), drop.delimiter, 0)) {
      const row = reader.next(record.bytes, record.blank);
      if (row === null) continue;
      if (row.kind === "header") { const missing = missingColumns(drop, row.cells); if (missing.length > 0) return fail("CTR-01", `The file has no column ${missing.join(", ")}; it has ${row.cells.join(", ").slice(0, 200)}`); }
      else if (row.kind === "trailer") { if (row.cells[1]?.trim() !== String(rows)) return fail("CTR-01", `The trailer counts ${row.cells[1] ?? "nothing"} rows, the file has ${rows}: it is cut off or doubled`); }
      else {
        rows += 1;
        if (reader.ended) return fail("CTR-01", `Row ${reader.row} comes after the trailer`);
        const key = documentKey(drop, reader.header, row.cells);
        if (key !== "" && key !== last && seen.has(key)) return fail("CTR-01", `The rows of ${key.slice(0, 80)} do not follow each other: row ${reader.row} comes after rows of others`);
        if (key !== last || key === "") seen.add(key === "" ? `\u0000${rows}` : key);
        last = key;
      }
    }
  } catch (error) {
    if (error instanceof CutOff) return fail("CTR-01", `After ${rows} rows: ${error.message}`);
    throw error;
  }
  if (reader.header.length === 0) return fail("CTR-01", "The file is empty");
  if (drop.trailer !== "" && !reader.ended) return fail("CTR-01", `The file has ${rows} rows and no trailer ${drop.trailer}: it is cut off`);
  return ok({ sha256, charset, rows, documents: seen.size });
}

const missingColumns = (drop: Drop, header: readonly string[]): string[] => [...new Set(Object.values(drop.fields).flatMap(({ column }) => (column === undefined || header.includes(column) ? [] : [column])))];

/** Tells header, rows and trailer apart, in their order. */
export class RowReader {
  header: string[] = [];
  headerBytes: Buffer = Buffer.alloc(0);
  /** Number of the record that was read last; the header is 1. */
  row = 0;
  ended = false;
  private readonly drop: Drop;
  private readonly charset: Charset;
  constructor(drop: Drop, charset: Charset) { this.drop = drop; this.charset = charset; }

  next(bytes: Buffer, blank: boolean): { kind: "header" | "row" | "trailer"; cells: string[] } | null {
    this.row += 1;
    if (blank) return null;
    const cells = cellsOf(textIn(bytes, this.charset), this.drop.delimiter);
    if (this.header.length === 0) { this.header = cells.map((name) => name.trim()); this.headerBytes = Buffer.from(bytes); return { kind: "header", cells: this.header }; }
    if (this.drop.trailer !== "" && !this.ended && cells[0]?.trim() === this.drop.trailer) { this.ended = true; return { kind: "trailer", cells }; }
    return { kind: "row", cells };
  }
}

/** Told by the file's mark, else by the mapping, else UTF-8 where all of it is that and Windows-1252 where it is not. */
async function charsetOf(drop: Drop, open: () => AsyncIterable<Buffer>): Promise<Result<{ charset: Charset; sha256: string }>> {
  const hash = createHash("sha256"), decoder = new TextDecoder("utf-8", { fatal: true });
  let head: Buffer = Buffer.alloc(0), isUtf8 = true, hasNul = false;
  for await (const chunk of open()) {
    hash.update(chunk);
    if (head.length < 3) head = Buffer.concat([head, chunk.subarray(0, 3)]);
    hasNul ||= chunk.includes(0);
    if (isUtf8) try { decoder.decode(chunk, { stream: true }); } catch { isUtf8 = false; }
  }
  if (isUtf8) try { decoder.decode(); } catch { isUtf8 = false; }
  const sha256 = hash.digest("hex");
  if (head[0] === 0xfe && head[1] === 0xff) return fail("CTR-01", "The file is in UTF-16, big end first; this mapping reads UTF-8, UTF-16 with the little end first and Windows-1252");
  const marked: Charset | null = head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? "utf-8" : null;
  if (marked !== null && drop.encoding !== "detect" && drop.encoding !== marked) return fail("CTR-01", `The file is marked as ${marked}, the mapping says ${drop.encoding}`);
  const charset = marked ?? (drop.encoding === "detect" ? (isUtf8 ? "utf-8" : "windows-1252") : drop.encoding);
  if (charset === "utf-8" && !isUtf8) return fail("CTR-01", "The file is not in UTF-8, as it should be");
  if (charset !== "utf-16le" && hasNul) return fail("CTR-01", "The file holds NUL characters: it is UTF-16 without a mark, or no text");
  return ok({ charset, sha256 });
}
