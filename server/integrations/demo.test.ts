import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { masterData, writeCrossReference } from "@/server/landscape/master-data";
import { crossReferenceFile, demoTerms } from "./demo";

test("the demo's terms are the ERP's, with their cash discount", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "xref-"));
  try {
    const words = crossReferenceFile.parse(JSON.parse(readFileSync(writeCrossReference(folder, masterData("1", "2026-03-02")), "utf8")));
    expect(demoTerms(words)).toMatchObject({ N30: { days: 30, endOfMonth: false, advance: false }, "2/10N30": { days: 30, discount: { days: 10, percent: "2" } }, EOM: { endOfMonth: true } });
    expect(demoTerms(words)["N30"]).not.toHaveProperty("discount");
  } finally { rmSync(folder, { recursive: true }); }
});
