import { describe, expect, test } from "vitest";
import { z } from "zod";
import { examples } from "./examples";
import { contracts, eventTypes } from "./registry";

describe("every event type", () => {
  test("has exactly one example", () => { expect(Object.keys(examples).sort()).toEqual([...eventTypes].sort()); });
  test.each(eventTypes)("%s: its example keeps its contract and names its document", (type) => {
    const definition = contracts[type];
    const parsed = definition.schema.safeParse(examples[type]);
    expect(parsed.success ? [] : parsed.error.issues).toEqual([]);
    const data = parsed.data as never;
    expect(definition.document(data)).not.toBe("");
    expect(definition.group(data)).not.toBe("");
    if (definition.shape === "register") expect(definition.order?.(data)).toBeGreaterThanOrEqual(1);
  });
  test.each(eventTypes)("%s: what a sender may write can be said as JSON Schema, and the example needs no field that it lacks", (type) => {
    const schema = z.toJSONSchema(contracts[type].schema, { io: "input" }) as { type?: string; properties?: Record<string, unknown>; required?: string[] };
    expect(schema.type).toBe("object");
    const known = Object.keys(schema.properties ?? {});
    for (const name of Object.keys(examples[type])) expect(known).toContain(name);
    for (const name of schema.required ?? []) expect(Object.keys(examples[type])).toContain(name);
  });
});
