import { keyWith } from "../given/a-key";
import { codeDescribed, uniqueNumber } from "../given/an-event";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { names } from "../tower";
import { confirms } from "../when/desk";
import { sends } from "../when/door";

test.describe("FEATURE: suggested pairs", () => {
  test.describe("RULE: what a system has behind its codes is matched with our records, and a person accepts what is right", () => {
    test("EXAMPLE: of three customers that the CRM tells of, operations accepts the certain one; the others wait for a look", async ({ as }) => {
      test.setTimeout(120_000);
      const [first, second] = names().customers, [same, gone, other] = [uniqueNumber("CRM"), uniqueNumber("CRM"), uniqueNumber("CRM")];
      const { secret } = await keyWith("events:code.described");
      const told = await sends(secret, [codeDescribed(same, first?.name ?? ""), codeDescribed(gone, second?.name ?? "", { state: "ended" }), codeDescribed(other, "Nobody that we know")]);
      expect(told.status).toBe(202);
      const page = await as("ops"), row = (code: string) => page.getByRole("table", { name: "Suggested pairs" }).getByRole("row").filter({ hasText: code });
      await expect(async () => { await page.goto("/cross-reference/pairs?kind=customer&system=crm"); await expect(row(same)).toContainText(first?.erp ?? "", { timeout: 3000 }); await expect(row(other)).toContainText("nothing fits", { timeout: 3000 }); }).toPass({ timeout: 60_000 });
      await expect(row(same)).toContainText("Certain");
      await expect(row(gone)).toHaveCount(0);
      await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(0);
      await isAccessible(page);
      await page.getByRole("button", { name: /^Pick \d+ certain/ }).click();
      await page.getByRole("button", { name: /^Accept \d+/ }).click();
      await isAccessible(page);
      await confirms(page, /^Map \d+ codes?$/, "Compared with the CRM");
      await expect(row(same)).toHaveCount(0, { timeout: 30_000 });
      await expect(row(other)).toBeVisible();

      const form = page.getByRole("region", { name: `Mapping ${same}` });
      await page.goto(`/cross-reference?q=${same}&open=${encodeURIComponent(`US01|customer|crm|${same}`)}`);
      await expect(form.getByText("“Compared with the CRM”")).toBeVisible();
      await page.goto("/cross-reference?kind=customer&system=crm");
      await page.getByRole("link", { name: /to pair$/ }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Suggested pairs" })).toBeVisible();
    });
  });
});
