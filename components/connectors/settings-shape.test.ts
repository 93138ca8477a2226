import { describe, expect, test } from "vitest";
import { z } from "zod";
import { connectorTypes } from "@/server/integrations/registry";
import { assembled, differences, formFields, readField, shownValue, withDefaults } from "./settings-shape";

const schema = {
  type: "object" as const, required: ["url", "pageSize", "from"],
  properties: {
    url: { type: "string" as const, format: "uri", title: "Address" }, pageSize: { type: "integer" as const, minimum: 1, maximum: 200, default: 100 }, strict: { type: "boolean" as const, default: false },
    mode: { enum: ["read", "act"] }, stores: { type: "array" as const, items: { type: "string" as const } }, from: { type: "object" as const, title: "Ships from", required: ["city"], properties: { city: { type: "string" as const, maxLength: 5 }, note: { type: "string" as const } } },
  },
};
const fields = formFields(schema);
const field = (name: string) => { const found = fields.find((each) => each.name === name); if (!found) throw new Error(name); return found; };

test("a form follows the schema's order; a default is never required, a group is drawn field by field", () => {
  expect(fields.map(({ name, title, control, required }) => [name, title, control, required])).toEqual([
    ["url", "Address", "text", true], ["pageSize", "Page size", "number", false], ["strict", "Strict", "switch", false], ["mode", "Mode", "choice", false], ["stores", "Stores", "list", false],
    ["from.city", "Ships from: city", "text", true], ["from.note", "Ships from: note", "text", false],
  ]);
});

describe("what is typed", () => {
  test.each([
    ["url", "ftp://a", false], ["url", "https://a.example", true], ["url", " ", false], ["pageSize", "0", false], ["pageSize", "201", false], ["pageSize", "1.5", false], ["pageSize", "", true], ["mode", "write", false], ["from.city", "Chicago", false],
  ])("%s = %j is taken: %s", (name, text, ok) => { expect(readField(field(name), text).ok).toBe(ok); });
});

test("what is saved keeps unknown settings, drops what was emptied, and says what is wrong by field", () => {
  const saved = { url: "https://a.example", from: { city: "Reno", note: "dock 4" }, legacy: 7 };
  const { settings, errors } = assembled(fields, { pageSize: "50", stores: "a\n\n b ", "from.note": "", mode: "none" }, saved);
  expect(settings).toEqual({ url: "https://a.example", pageSize: 50, strict: false, stores: ["a", "b"], from: { city: "Reno" }, legacy: 7 });
  expect(Object.keys(errors)).toEqual(["mode"]);
  expect(differences(withDefaults(fields, saved), withDefaults(fields, settings))).toEqual([{ name: "from.note", before: "dock 4", after: null }, { name: "pageSize", before: "100", after: "50" }, { name: "stores", before: null, after: '["a","b"]' }]);
});

test("the real forms of the brokers take their own addresses, and a certificate with its lines", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
  for (const [type, good, bad] of [["nats", "tls://a.example:4222", "https://a.example"], ["rabbitmq", "amqps://a.example:5671", "nats://a.example"]] as const) {
    const own = formFields(z.toJSONSchema(connectorTypes.get(type)?.settings as unknown as z.ZodType, { io: "input", unrepresentable: "any" }) as Parameters<typeof formFields>[0]);
    const named = (name: string) => own.find((each) => each.name === name) as (typeof own)[number];
    expect([readField(named("url"), good), readField(named("url"), bad).ok]).toEqual([{ ok: true, value: good }, false]);
    expect(named("authority").control).toBe("lines");
    expect(readField(named("authority"), `${pem}\n`)).toEqual({ ok: true, value: pem });
    expect(readField(named("authority"), "MIIB").ok).toBe(false);
  }
});

test("an unchanged form changes nothing", () => {
  const saved = { url: "https://a.example", from: { city: "Reno" } };
  const { settings, errors } = assembled(fields, {}, saved);
  expect(errors).toEqual({});
  expect(differences(withDefaults(fields, saved), withDefaults(fields, settings))).toEqual([]);
  expect(shownValue(field("pageSize"), saved)).toBe("100");
});
