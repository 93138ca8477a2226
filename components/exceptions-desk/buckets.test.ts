import { expect, test } from "vitest";
import { bucketName } from "./buckets";

test("a bucket is called by people's words, with its own mark beside them", () => {
  expect(bucketName("code", { value: "MAP-03", label: null })).toEqual({ name: "Unit or pack without conversion", mark: "MAP-03" });
  expect(bucketName("owner", { value: "master_data", label: null })).toEqual({ name: "Master data", mark: "team" });
  expect(bucketName("owner", { value: "u-1", label: "Ada" })).toEqual({ name: "Ada", mark: null });
  expect(bucketName("connector", { value: "erp", label: "ERP" })).toEqual({ name: "ERP", mark: "erp" });
  expect(bucketName("item", { value: "-", label: null })).toEqual({ name: "No item", mark: null });
});
