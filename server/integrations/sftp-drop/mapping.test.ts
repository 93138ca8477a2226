import { describe, expect, test } from "vitest";
import { mapRows } from "./mapping";
import { drop as dropSchema, dropFor } from "./mapping-schema";

const column = (name: string, values?: Record<string, string>) => ({ column: name, ...(values ? { values } : {}) });
const raw = { files: "SHP_*.csv", document: "shipment", fields: { shipment: column("S"), warehouse: { constant: "DC1" }, shippedAt: column("At"), shipmentLine: column("L"), order: column("O"), orderLine: column("OL"), item: column("I", { old: "new" }), quantity: column("Q") } };
const header = ["S", "At", "L", "O", "OL", "I", "Q"];
const map = (more: object, ...cells: string[][]) => mapRows(dropSchema.parse({ ...raw, ...more }), header, cells.map((row, index) => ({ row: index + 2, cells: row })));
const errorsOf = (answer: ReturnType<typeof map>[number] | undefined): string[] => (answer && "errors" in answer ? answer.errors.map(({ row, field, message }) => `${row} ${field} ${message}`) : []);

describe("a mapping", () => {
  test.each([
    ["yyyy-MM-dd", "2026-11-24", "2026-11-24T00:00:00.000Z"], ["dd.MM.yyyy", "24.11.2026", "2026-11-24T00:00:00.000Z"], ["MM/dd/yyyy", "11/24/2026 13:05", "2026-11-24T13:05:00.000Z"], ["yyyyMMdd", "20261124", "2026-11-24T00:00:00.000Z"],
    ["yyyy-MM-dd", "2026-11-24T13:05:10+02:00", "2026-11-24T11:05:10.000Z"],
  ])("reads %s: %s", (dates, at, read) => { expect(map({ dates }, ["S1", at, "1", "O1", "1", "old", "2"])).toMatchObject([{ type: "shipment.confirmed", at: read }]); });
  test("a time without a zone is at the mapping's offset", () => { expect(map({ offset: "-05:00" }, ["S1", "2026-11-24 20:00", "1", "O1", "1", "old", "2"])).toMatchObject([{ at: "2026-11-25T01:00:00.000Z" }]); });
  test.each([["2026-02-31", "yyyy-MM-dd"], ["24.11.2026", "MM/dd/yyyy"], ["2026-11-24 25:00", "yyyy-MM-dd"]])("%s is no date", (at, dates) => { expect(errorsOf(map({ dates }, ["S1", at, "1", "O1", "1", "old", "2"])[0])).toEqual([`2 shippedAt ${JSON.stringify(at)} is no date in the form ${dates}`]); });
  test.each([[",", ".", "1.234.567,50", "1234567.5"], [".", ",", "1,234", "1234"], [",", "", "0012,00", "12"], [".", "'", "1'000.25", "1000.25"]])("reads numbers with %j and %j: %s", (decimal, thousands, text, read) => {
    expect(map({ decimal, thousands }, ["S1", "2026-11-24", "1", "O1", "1", "old", text])).toMatchObject([{ data: { lines: [{ quantity: read, item: "new" }] } }]);
  });
  test.each(["1,5", "1e3", "0x10", "12.", "Infinity", "١"])("%s is no number with a point", (text) => { expect(errorsOf(map({}, ["S1", "2026-11-24", "1", "O1", "1", "old", text])[0])).toHaveLength(1); });
  test("a word that the list of values lacks, an empty one and rows that disagree are told with their rows", () => {
    expect(errorsOf(map({}, ["S1", "2026-11-24", "1", "", "1", "old", "2"], ["S1", "2026-11-25", "2", "O1", "1", "odd", "2"])[0])).toEqual(["2 order is empty", "3 shippedAt says 2026-11-25, an earlier row of S1 something else", "3 item its word is not in the list of values"]);
  });
  test("what the contract refuses is told at its row and column", () => { expect(errorsOf(map({}, ["S1", "2026-11-24", "1", "O1", "1", "old", "2"], ["S1", "2026-11-24", "1", "O2", "1", "old", "2"])[0])).toEqual(["3 shipmentLine is 1 a second time"]); });
  test("is refused where it lacks a needed field or names one that is not there", () => {
    expect(dropSchema.safeParse({ ...raw, fields: { ...raw.fields, color: column("C") } }).success).toBe(false);
    expect(dropSchema.safeParse({ ...raw, fields: {} }).success).toBe(false);
  });
  test("a pattern takes the names that it says", () => {
    const one = dropSchema.parse(raw);
    expect(["SHP_1.csv", "shp_.CSV", "XSHP_1.csv", "SHP_1xcsv"].map((name) => dropFor([one], name) !== undefined)).toEqual([true, true, false, false]);
  });
});
