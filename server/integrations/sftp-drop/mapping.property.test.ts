import fc from "fast-check";
import { expect, test } from "vitest";
import { RowReader } from "./inspect";
import { mapRows, type Row } from "./mapping";
import { drop as dropSchema } from "./mapping-schema";
import { CutOff, Splitter } from "./records";

const column = (name: string) => ({ column: name });
const header = ["No", "Date", "Customer", "Pos", "Item", "Qty", "Price"];
const mapping = dropSchema.parse({
  files: "*.csv", document: "order",
  fields: { number: column("No"), channel: { constant: "edi" }, placed: column("Date"), sellTo: column("Customer"), country: { constant: "US" }, currency: { constant: "USD" }, terms: { constant: "N30" }, line: column("Pos"), item: column("Item"), quantity: column("Qty"), unit: { constant: "EA" }, price: column("Price") },
});
const good = fc.tuple(fc.constantFrom("A1", "A2", "A3"), fc.constant("2026-11-24"), fc.constantFrom("K1", "K2"), fc.nat(3).map(String), fc.constantFrom("I1", ""), fc.constantFrom("1", "2.50", "-1", "x", "1e3"), fc.constantFrom("9.99", "0", ""));
const wild = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "A1", "2026-02-31", "|", "\"", "1,5")), { maxLength: 9 });
const cells = fc.oneof(good, wild);

test("whatever the rows are: each is in exactly one event or has a named error", () => {
  fc.assert(fc.property(fc.array(cells, { maxLength: 30 }), (all) => {
    const rows: Row[] = all.map((row, index) => ({ row: index + 2, cells: row }));
    const answers = mapRows(mapping, header, rows);
    expect(answers.flatMap((answer) => answer.rows)).toEqual(rows.map(({ row }) => row));
    for (const answer of answers) {
      if (!("errors" in answer)) { expect((answer.data as { lines: unknown[] }).lines).toHaveLength(answer.rows.length); continue; }
      expect(answer.errors.length).toBeGreaterThan(0);
      for (const { row, message } of answer.errors) { expect(answer.rows).toContain(row); expect(message).not.toBe(""); }
    }
  }));
});

const quoted = (cell: string): string => `"${cell.replaceAll("\"", "\"\"")}"`;
test("whatever the cells and wherever the stream is cut: the records are those that were written", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "\"", ",", "\r\n", "\n", " ", "€", "ઊ") });
  fc.assert(fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), fc.constantFrom("utf-8", "utf-16le"), fc.integer({ min: 1, max: 9 }), (table, charset, size) => {
    const bytes = Buffer.from(table.map((row) => row.map(quoted).join(",")).join("\r\n"), charset === "utf-8" ? "utf8" : "utf16le");
    const splitter = new Splitter(charset === "utf-8" ? 1 : 2, ","), reader = new RowReader(mapping, charset);
    const records = [];
    for (let at = 0; at < bytes.length; at += size) records.push(...splitter.push(bytes.subarray(at, at + size)));
    records.push(...splitter.end());
    expect(Buffer.concat(records.map((record) => record.bytes))).toEqual(bytes);
    expect(records.map((record) => reader.next(record.bytes, record.blank)?.cells).slice(1)).toEqual(table.slice(1));
  }));
});

test("a file that is cut inside of quotes is never taken for a whole one", () => {
  const splitter = new Splitter(1, ",");
  splitter.push(Buffer.from("a,\"b\n"));
  expect(() => splitter.end()).toThrow(CutOff);
});
