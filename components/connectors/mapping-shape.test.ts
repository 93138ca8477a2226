import { describe, expect, test } from "vitest";
import type { MappingTarget } from "@/server/api/shapes";
import { columnsOf, faultOf, mappingsOf, readValues, sampleOf, textOf, textOfBytes, unmapped, withDocument, withSource, wordsOf, type Mapping } from "./mapping-shape";
import { formFields } from "./settings-shape";

const target = (name: string, required = true): MappingTarget => ({ name, title: name, kind: "text", level: "document", required });
const mapping: Mapping = { files: "A*.csv", document: "order", fields: { number: { column: "No" }, unit: { column: "Unit", values: { ST: "EA" } } } };

test("mappings are read and written as the setting has them; what is none of them is left to a person", () => {
  expect(mappingsOf(textOf([mapping]))).toEqual([mapping]);
  expect(mappingsOf("")).toEqual([]);
  expect(["{", "{}", "[1]", '[{"fields":{"number":"No"}}]', '[{"fields":{"number":{"column":1}}}]'].map(mappingsOf)).toEqual([null, null, null, null, null]);
});

test("a source that says nothing is left out; an empty part of it is not written", () => {
  expect(withSource(mapping, "number", { column: "" }).fields).toEqual({ unit: mapping.fields["unit"] });
  expect(withSource(mapping, "channel", { column: "", constant: "edi", values: {} }).fields["channel"]).toEqual({ constant: "edi" });
});

test("another kind of document keeps what both have, and says what is still needed", () => {
  const targets = [target("shipment"), target("unit"), target("lot", false)], changed = withDocument(mapping, "shipment", targets);
  expect(changed).toEqual({ files: "A*.csv", document: "shipment", fields: { unit: mapping.fields["unit"] } });
  expect(unmapped(changed, targets)?.name).toBe("shipment");
  expect(unmapped(withSource(changed, "shipment", { constant: "S1" }), targets)).toBeUndefined();
});

describe("a list of values", () => {
  test("an unfinished line stays while it is typed, and goes where the words are changed from outside", () => {
    expect(wordsOf(mapping, "unit", "ST = EA\nK")).toBe("ST = EA\nK");
    expect(wordsOf(mapping, "unit", "KT = BX\nK")).toBe("ST = EA");
    expect(wordsOf(mapping, "number", undefined)).toBe("");
  });
  test("is read as it was written, with what is not finished told", () => {
    expect(readValues(wordsOf(withSource(mapping, "unit", { values: { ST: "EA", "a=b": "x=y" } }), "unit", undefined))).toEqual({ values: { ST: "EA", "a=b": "x=y" }, error: undefined });
    expect(readValues("ST = EA\nKT")).toEqual({ values: { ST: "EA" }, error: "KT: write it as theirs = ours." });
    expect(readValues("ST = EA\nST = BX\nST = EA")).toEqual({ values: { ST: "EA" }, error: "ST stands there twice." });
    expect(readValues("__proto__ = x").values).toEqual(Object.fromEntries([["__proto__", "x"]]));
  });
});

test("an emptied setting is a fault where its form forbids it, though it has a default", () => {
  const [offset, trailer, files] = formFields({ required: ["files"], properties: { offset: { type: "string", pattern: "^(Z|[+-]\\d\\d:\\d\\d)$", default: "Z" }, trailer: { type: "string", default: "" }, files: { type: "string", minLength: 1, pattern: "^[^/]*$" } } });
  if (!offset || !trailer || !files) throw new Error("three fields");
  expect([faultOf(offset, ""), faultOf(offset, "Z"), faultOf(trailer, ""), faultOf(files, "")]).toEqual(["Offset is needed.", undefined, undefined, "Files is needed."]);
});

test("the sample's first line gives the columns to choose from", () => { expect(columnsOf('No;"Date" ;No;\r\nA;B', ";")).toEqual(["No", "Date"]); });

test("a sample is cut between lines", () => {
  expect(sampleOf("a\nb\nc\n", { characters: 100, lines: 2 })).toEqual({ text: "a\nb", cut: true });
  expect(sampleOf("aaa\nbbb\nccc", { characters: 8, lines: 9 })).toEqual({ text: "aaa\nbbb", cut: true });
  expect(sampleOf("aaa\nbbb\n", { characters: 100, lines: 9 })).toEqual({ text: "aaa\nbbb\n", cut: false });
});

test.each([
  ["utf-8", "detect", new TextEncoder().encode("Nö")], ["utf-8 cut inside of a character", "detect", new TextEncoder().encode("Nöö").slice(0, 4)], ["Windows-1252", "detect", Uint8Array.from([0x4e, 0xf6])], ["Windows-1252 by name", "windows-1252", Uint8Array.from([0x4e, 0xf6])],
  ["marked UTF-16", "detect", Uint8Array.from([0xff, 0xfe, 0x4e, 0, 0xf6, 0])], ["UTF-16 by name", "utf-16le", Uint8Array.from([0x4e, 0, 0xf6, 0])],
])("bytes in %s are read", (_, encoding, bytes) => { expect(textOfBytes(bytes, encoding)).toBe("Nö"); });
