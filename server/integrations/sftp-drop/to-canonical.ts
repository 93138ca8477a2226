import { z } from "zod";
import { fail } from "@/server/domain/result";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, textOf, toEvents, type Said } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { DropSettings } from "./config";
import { RowReader, widthOf, type Charset } from "./inspect";
import { mapRows, type Row } from "./mapping";
import { dropFor } from "./mapping-schema";
import { Splitter } from "./records";

/** What stands in the content type of rows: how they are written, in which file and where they stood. */
const part = /^text\/csv; charset=(utf-8|utf-16le|windows-1252); name="([^"]+)"; row=(\d+)$/;
export const partType = (charset: Charset, name: string, row: number): string => `text/csv; charset=${charset}; name="${encodeURIComponent(name)}"; row=${row}`;
export const noteType = "application/vnd.ledgerline.file+json";

export const note = z.object({ file: z.string(), size: z.number(), sha256: z.string().nullable(), rows: z.number().optional(), documents: z.number().optional(), repeats: z.string().optional(), unreadable: z.string().optional(), movedTo: z.string().optional() });
export type FileNote = z.infer<typeof note>;

/** Rows of one document with today's mapping, or the word about a file as a whole. */
export function toCanonical(input: TranslationInput<DropSettings>): Translation {
  const found = part.exec(input.contentType);
  return found ? rowsSaid(input, found[1] as Charset, decodeURIComponent(found[2] ?? ""), Number(found[3])) : fileSaid(input);
}

function rowsSaid(input: TranslationInput<DropSettings>, charset: Charset, name: string, first: number): Translation {
  const drop = dropFor(input.settings.drops, name);
  if (!drop) return fail("CTR-03", `No mapping takes files like ${name}`);
  const reader = new RowReader({ ...drop, trailer: "" }, charset), splitter = new Splitter(widthOf(charset), drop.delimiter), rows: Row[] = [];
  for (const record of [...splitter.push(Buffer.from(input.body)), ...splitter.end()]) {
    const read = reader.next(record.bytes, record.blank);
    if (read?.kind === "header") reader.row = first - 1;
    else if (read !== null) rows.push({ row: reader.row, cells: read.cells });
  }
  const [answer, ...more] = mapRows(drop, reader.header, rows);
  if (!answer) return fail("CTR-01", `${name}: no row is left`);
  if (more.length > 0) return fail("CTR-01", `${name}, row ${more[0]?.rows[0] ?? first}: another document begins inside of this one; the mapping's key has changed`);
  if ("errors" in answer) {
    const told = answer.errors.slice(0, 5).map(({ row, field, column, message }) => `row ${row}${column === null ? "" : `, ${column}`}: ${field === "" ? "" : `${field} `}${message}`);
    return fail("CTR-01", `${name}: ${told.join("; ")}${answer.errors.length > told.length ? `; and ${answer.errors.length - told.length} more` : ""}`, answer.errors[0]?.field);
  }
  return toEvents(input, [said({ type: answer.type, at: answer.at, data: answer.data } as Said)]);
}

function fileSaid(input: TranslationInput<DropSettings>): Translation {
  const read = readJson(textOf(input.body), note);
  if (!read.ok) return read;
  const { file, unreadable, repeats, rows, documents, movedTo } = read.value;
  if (unreadable !== undefined) return fail("CTR-01", `${file}: ${unreadable}. ${movedTo === undefined ? "It lies where it was found" : `The file lies in ${movedTo}`}`, "file");
  return toEvents(input, [], repeats === undefined ? `File ${file} was taken: ${rows ?? 0} rows, ${documents ?? 0} documents` : `File ${file} has the content of ${repeats}: repeated, nothing was taken twice`);
}
