import { describe, expect, it } from "vitest";
import { bodyWith, careOf, checkChanges, fieldsOf, readBody, withChanges } from "./message-edit";

const body = { id: "evt-1", data: { order: { number: "N-1", customer: { code: "C-1" }, note: null, lines: [{ unit: "each", unit_price: "11.39", count: "4" }, { "a/b~c": true }] } } };
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

describe("the care that a field needs", () => {
  it.each([
    ["/id", "evt", "locked"], ["/data/order/number", "N-1", "locked"], ["/data/order/revision", 2, "locked"], ["/data/order/customer/code", "C-1", "sensitive"], ["/data/order/billTo", "C-1", "sensitive"],
    ["/data/order/lines/0/unit_price", "x", "sensitive"], ["/data/order/lines/0/taxCode", "NT", "sensitive"], ["/currency", "USD", "sensitive"], ["/glAccount", "a", "sensitive"], ["/fiscalPeriod", "p", "sensitive"],
    ["/data/order/lines/0/count", "4", "sensitive"], ["/data/order/lines/0/count", "four", "free"], ["/data/order/lines/0/unit", "each", "free"], ["/data/order/note", "ring twice", "free"],
    ["/taxcode", "NT", "sensitive"], ["/custno", "C-9", "sensitive"], ["/BILLTO", "C-9", "sensitive"], ["/x", "USD 11.39", "sensitive"], ["/x", "11,39 EUR", "sensitive"], ["/x", "$ 4", "sensitive"], ["/x", "1e3", "sensitive"], ["/x", "2026-12-03", "sensitive"], ["/x", "2026-12-03T10:00:00Z", "sensitive"], ["/item", "NG-100043", "free"], ["/item", "1170-003A", "free"], ["/city", "Erie", "free"],
  ])("%s holding %s is %s", (at, value, care) => { expect(careOf(at, value).care).toBe(care); });

  it("looks at what comes as well as at what was: a word that becomes a number may be an amount", () => {
    expect(checkChanges({ count: "four" }, [{ at: "/count", value: 4 }])).toMatchObject({ ok: true, value: { sensitive: true } });
    expect(checkChanges({ count: "4" }, [{ at: "/count", value: "four" }])).toMatchObject({ ok: true, value: { sensitive: true } });
  });
});

describe("fields of a message", () => {
  it("are every single value at its place, in its order", () => {
    expect(fieldsOf(body).map(({ at }) => at)).toEqual(["/id", "/data/order/number", "/data/order/customer/code", "/data/order/note", "/data/order/lines/0/unit", "/data/order/lines/0/unit_price", "/data/order/lines/0/count", "/data/order/lines/1/a~1b~0c"]);
  });
  it("take the newest value that was given, and what came is not touched", () => {
    const before = structuredClone(body);
    const after = withChanges(body, [{ at: "/data/order/lines/0/unit", value: "box" }, { at: "/data/order/lines/0/unit", value: "case" }, { at: "/data/order/lines/1/a~1b~0c", value: false }]) as typeof body;
    expect(after.data.order.lines).toEqual([{ unit: "case", unit_price: "11.39", count: "4" }, { "a/b~c": false }]);
    expect(body).toEqual(before);
  });
});

describe("what a person wants to change", () => {
  it("says what stood there; a field that was missing has no before", () => {
    expect(checkChanges(body, [{ at: "/data/order/lines/0/unit", value: "box" }, { at: "/data/order/lines/1/unit", value: "each" }])).toEqual({ ok: true, value: { sensitive: false, changes: [{ at: "/data/order/lines/0/unit", before: "each", value: "box" }, { at: "/data/order/lines/1/unit", value: "each" }] } });
  });
  it.each([
    ["a locked field", { at: "/data/order/number", value: "N-2" }, "LOCKED"], ["a place that is not there", { at: "/data/shipment/unit", value: "x" }, "STATE"], ["a line that is not there", { at: "/data/order/lines/7/unit", value: "x" }, "STATE"],
    ["a whole group", { at: "/data/order/lines", value: "x" }, "STATE"], ["the same again", { at: "/data/order/lines/0/unit", value: "each" }, "STATE"], ["the message itself", { at: "/", value: "x" }, "ok"],
  ])("%s: %s", (_, change, code) => {
    const result = checkChanges(body, [change]);
    expect(result.ok ? "ok" : result.error.code).toBe(code);
  });
  it("one sensitive field makes the whole sensitive", () => {
    expect(checkChanges(body, [{ at: "/data/order/lines/0/unit", value: "box" }, { at: "/data/order/customer/code", value: "C-2" }])).toMatchObject({ ok: true, value: { sensitive: true } });
  });
});

describe("bytes", () => {
  it.each([["not json", "{"], ["a bare value", "7"], ["no UTF-8", ""]])("%s cannot be edited and stays as it came", (what, text) => {
    const raw = what === "no UTF-8" ? new Uint8Array([0xff, 0xfe]) : bytes(text);
    expect(readBody(raw).ok).toBe(false);
    expect(bodyWith(raw, [{ at: "/a", value: 1 }])).toBe(raw);
  });
  it("are made anew with the changes", () => {
    expect(JSON.parse(new TextDecoder().decode(bodyWith(bytes({ a: 1.5, b: [] }), [{ at: "/a", value: 2 }])))).toEqual({ a: 2, b: [] });
  });
});
