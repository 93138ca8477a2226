import { expect, test } from "vitest";
import { longestImport, readMappingFile } from "./mapping-file";

const head = "entity,kind,system,code,canonical";
const read = (...lines: string[]) => readMappingFile([head, ...lines].join("\r\n"));
const why = (...lines: string[]) => { const rows = read(...lines); return rows.ok ? rows.value.map((row) => ("why" in row ? `${row.line}: ${row.why}` : null)) : rows.error.message; };

test("reads what the export wrote: columns by name in any order, quotes, line ends within them, harmless formulas", () => {
  const rows = readMappingFile('\uFEFFname,code,entity,kind,system,canonical,used\r\n"Bolt, ""M8""\r\nsteel",\'=8,US01,item,shop,BOLT-M8,3\r\n\r\nBox,-12,US01,unit,shop,CS,0\r\n');
  expect(rows).toEqual({ ok: true, value: [
    { line: 2, entity: "US01", kind: "item", system: "shop", code: "=8", canonical: "BOLT-M8" }, { line: 5, entity: "US01", kind: "unit", system: "shop", code: "-12", canonical: "CS" },
  ] });
  expect(readMappingFile("entity;kind;system;code;canonical\nUS01;unit;shop;BX;CS")).toMatchObject({ ok: true, value: [{ line: 2, code: "BX", canonical: "CS" }] });
});

test("a line that says no mapping is named with its reason, and the others stand", () => {
  expect(why("US01,unit,shop,BX,CS", "US01,unit,shop,BX,PK", "US01,colour,shop,R,RED", "US01,unit,shop,,", "US01,unit,shop,CT,", `US01,unit,shop,${"x".repeat(81)},CS`)).toEqual([
    null, "3: Says again what line 2 says: shop BX", "4: colour is no kind: customer, item, unit, tax, warehouse, terms, carrier, charge, reason", "5: Says no code, no canonical",
    "6: Says no canonical: a mapping is taken away on its own page", "7: The code is longer than 80 characters",
  ]);
});

test("what is no file of mappings is refused whole", () => {
  expect(readMappingFile("")).toMatchObject({ error: { message: "The first line must name the columns entity, kind, system, code, canonical; entity, kind, system, code, canonical are not there" } });
  expect(why()).toBe("No line follows the heads of the columns");
  expect(why('US01,unit,shop,"BX,CS', "US01,unit,shop,CT,CS")).toBe("The quote that opens in the record of line 2 is never closed");
  expect(why(...Array.from({ length: longestImport + 1 }, (_, index) => `US01,unit,shop,${index},CS`))).toBe("20,001 rows are too many: at most 20,000 at a time");
});
