import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { seal, unseal } from "./sealing";

const key = randomBytes(32);

test("a sealed secret opens with its key and connector", () => {
  expect(unseal(key, "erp", seal(key, "erp", "s3cret"))).toBe("s3cret");
});

test.each([
  ["another key", () => unseal(randomBytes(32), "erp", seal(key, "erp", "s3cret"))],
  ["another connector", () => unseal(key, "wms", seal(key, "erp", "s3cret"))],
  ["an altered box", () => { const box = seal(key, "erp", "s3cret"); box[30] = (box[30] ?? 0) ^ 1; return unseal(key, "erp", box); }],
])("does not open with %s", (_, open) => {
  expect(open).toThrow();
});
