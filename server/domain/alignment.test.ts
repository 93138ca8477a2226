import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { suggestPairs, type ForeignRecord, type OwnRecord } from "./alignment";

const own: OwnRecord[] = [
  { key: "C1001", name: "Harbor Supply Co.", email: "ap@harbor.example" },
  { key: "C1002", name: "Harbor Marine Supply, Inc." },
  { key: "C1003", name: "Blue Ridge Fasteners LLC" },
  { key: "C1004", name: "Blue Ridge Hardware LLC", email: "shared@ridge.example" },
  { key: "C1005", name: "Öresund Bygg AB", email: "shared@ridge.example" },
];
const there = (code: string, name: string, more: Partial<ForeignRecord> = {}): ForeignRecord => ({ kind: "customer", system: "shop", code, name, ...more });
const pairOf = (record: ForeignRecord, records: readonly OwnRecord[] = own) => suggestPairs([record], records)[0];

describe("which record a code most likely means", () => {
  it("is certain where that system keeps our code, whatever it calls it", () => {
    expect(pairOf(there("77", "Harbour Sup.", { reference: "c-1001" }))).toMatchObject({ own: "C1001" });
    expect(pairOf(there("77", "Harbor Supply", { reference: "C1001" }))).toMatchObject({ own: "C1001", confidence: "certain", because: ["it keeps our code", "same name"] });
  });
  it("reads names without case, marks, points and forms of company", () => {
    expect(pairOf(there("A", "BLUE RIDGE FASTENERS"))).toMatchObject({ own: "C1003", confidence: "certain", because: ["same name"] });
    expect(pairOf(there("B", "Oresund Bygg"))?.own).toBe("C1005");
  });
  it("takes a rare word for more than one that others have too", () => {
    expect(pairOf(there("A", "Ridge Fasteners"))).toMatchObject({ own: "C1003", because: ["similar name"] });
  });
  it("is not certain of the same code with another name", () => {
    expect(pairOf(there("C1004", "Zenith Plastics"))).toBeUndefined();
    expect(pairOf(there("C1004", ""))).toMatchObject({ own: "C1004", confidence: "likely", because: ["same code"] });
  });
  it("names the rival where two speak as well, and is never certain then", () => {
    const twins = [{ key: "X1", name: "Acme Tools" }, { key: "X2", name: "Acme Tools" }];
    expect(pairOf(there("1", "Acme Tools"), twins)).toMatchObject({ own: "X1", rival: "X2", confidence: "possible" });
    expect(pairOf(there("1", "", { email: "shared@ridge.example" }))).toMatchObject({ confidence: "possible", rival: "C1005" });
  });
  it("is not certain of one record for two codes of a system", () => {
    const pairs = suggestPairs([there("1", "Blue Ridge Fasteners"), there("2", "Blue Ridge Fasteners, LLC")], own);
    expect(pairs.map(({ own: key, confidence }) => [key, confidence])).toEqual([["C1003", "possible"], ["C1003", "possible"]]);
    expect(pairs[0]?.because).toContain("2 would mean it too");
  });
  it("tells an item that is counted in another unit", () => {
    const items: OwnRecord[] = [{ key: "HX-10", name: "Hex bolt M10 x 1.5", units: ["EA", "BX"] }, { key: "HX-12", name: "Hex bolt M12 x 1.75", units: ["EA"] }];
    expect(pairOf(there("9", "Hex bolt M10 x 1.5", { kind: "item", unit: "EA" }), items)).toMatchObject({ own: "HX-10", confidence: "certain" });
    expect(pairOf(there("9", "Hex bolt M10 x 1.5", { kind: "item", unit: "CS" }), items)).toMatchObject({ own: "HX-10", confidence: "likely", because: ["same name", "counted in CS there, in EA, BX here"] });
  });
  it("says nothing of a code that nothing speaks for", () => {
    expect(pairOf(there("5", "Quantum Bakery"))).toBeUndefined();
    expect(suggestPairs([there("5", "")], own)).toEqual([]);
  });
});

describe("for any records", () => {
  const word = fc.constantFrom("harbor", "supply", "blue", "ridge", "tools", "acme", "north", "steel");
  const record = fc.record({ key: fc.stringMatching(/^[A-Z]\d{2}$/), name: fc.array(word, { maxLength: 4 }).map((words) => words.join(" ")) });
  const records = fc.uniqueArray(record, { selector: ({ key }) => key, maxLength: 20 });
  const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
  it("the order in which they come changes no pair, and none is certain with a rival or a double", () => {
    fc.assert(fc.property(records, records.chain((all) => fc.tuple(fc.constant(all), shuffled(all))), (codes, [mine, again]) => {
      const foreign = codes.map(({ key, name }) => there(key, name)), pairs = suggestPairs(foreign, mine);
      expect(suggestPairs([...foreign].reverse(), again)).toEqual(pairs);
      const certain = pairs.filter(({ confidence }) => confidence === "certain");
      expect(certain.every(({ rival }) => rival === null)).toBe(true);
      expect(new Set(certain.map(({ own: key }) => key)).size).toBe(certain.length);
      expect(pairs.every(({ score }) => score >= 0.5 && score <= 1)).toBe(true);
    }));
  });
});
