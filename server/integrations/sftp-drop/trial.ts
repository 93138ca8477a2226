import { fail, ok } from "@/server/domain/result";
import type { FileMapping } from "../contract/mapping";
import { inspect, RowReader } from "./inspect";
import { mapRows, type Row } from "./mapping";
import { drop } from "./mapping-schema";
import { CutOff, recordsOf } from "./records";
import { targets } from "./targets";

/** It is tried while a person waits, in the process that serves all. */
const sample = { characters: 200_000, lines: 1_000 };

/** A mapping is tried by the code that reads files: what it says of a sample is what a file would get. A sample is text already, so its encoding is not tried. */
export const fileMapping: FileMapping = {
  setting: "drops", sample,
  targets: Object.fromEntries(Object.entries(targets).map(([document, fields]) => [document, Object.entries(fields).map(([name, { title, kind, level, required }]) => ({ name, title, kind, level, required }))])),
  tryOn: async (given, text) => {
    const parsed = drop.safeParse(given);
    if (!parsed.success) return fail("SETTINGS", parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.map(String).join(".")}: ${message}`).join("; "));
    if (text.length > sample.characters || text.split("\n", sample.lines + 2).length > sample.lines + 1) return fail("SETTINGS", `A sample has at most ${sample.lines.toLocaleString("en-US")} lines and ${sample.characters.toLocaleString("en-US")} characters`);
    const mapping = { ...parsed.data, encoding: "utf-8" as const }, bytes = Buffer.from(text);
    const found = await inspect(mapping, () => once(bytes));
    const reader = new RowReader(mapping, "utf-8"), rows: Row[] = [];
    try {
      for await (const record of recordsOf(once(bytes), 1, mapping.delimiter)) {
        const read = reader.next(record.bytes, record.blank);
        if (read?.kind === "row") rows.push({ row: reader.row, cells: read.cells });
      }
    } catch (error) { if (!(error instanceof CutOff)) throw error; }
    return ok({
      columns: reader.header, refused: found.ok ? null : found.error.message,
      documents: found.ok ? mapRows(mapping, reader.header, rows).map((one) => ("errors" in one ? { ...one, event: null } : { rows: one.rows, key: one.key, event: { type: one.type, at: one.at, data: one.data }, errors: [] })) : [],
    });
  },
};

async function* once(bytes: Buffer): AsyncGenerator<Buffer> { yield bytes; }
