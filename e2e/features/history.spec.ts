import path from "node:path";
import { expect, test } from "../given/somebody";
import { root } from "../tower";
import { towerJson } from "../when/command-line";

interface Imported { accepted: number; repeated: number; found: { code: string; number: string }[] }
const fixtures = path.join(root, "server/integrations/northwind/fixtures");

test.describe("FEATURE: history is taken in and told of", () => {
  test.describe("RULE: an import beside a running worker finds all and only what is there, at once and on screen", () => {
    test("EXAMPLE: hand-made history, twice", async ({ as }) => {
      test.setTimeout(120_000);
      const first = await towerJson<Imported>("import", "northwind", fixtures);
      expect(first.accepted).toBeGreaterThan(0);
      const found = ({ found: rows }: Imported, code: string) => rows.filter((row) => row.code === code).map(({ number }) => number).sort();
      expect(["CTR-01", "INV-02", "INV-03", "FND-01", "FND-02", "FND-04", "FND-05"].map((code) => found(first, code))).toEqual([["106", "109"], ["101"], ["102"], ["108"], ["108"], ["103"], ["107"]]);
      expect([...new Set(first.found.map(({ code }) => code))].sort()).toEqual(["CTR-01", "FND-01", "FND-02", "FND-03", "FND-04", "FND-05", "INV-02", "INV-03"]);

      const second = await towerJson<Imported>("import", "northwind", fixtures);
      expect(second).toEqual({ accepted: 0, repeated: first.accepted, found: first.found });

      const page = await as("ops");
      await page.goto("/exceptions");
      const groups = page.getByRole("list", { name: "Groups" }).getByRole("listitem");
      for (const code of ["INV-02", "INV-03"]) await expect(groups.filter({ hasText: code }).filter({ hasText: "northwind" }).first()).toBeVisible();
    });
  });
});
