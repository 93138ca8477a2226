import type { Page } from "@playwright/test";
import { lastPosition, recounted, stockInTheShop } from "../given/stock";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { confirms } from "../when/desk";

const address = (find: string, more = ""): string => `/stock?find=${encodeURIComponent(find)}${more}`;
const row = (page: Page, find: string) => page.getByRole("row").filter({ hasText: find.split(" in ")[0] ?? "" });

/** The list is looked at again, as a person would press reload. */
async function shows(page: Page, find: string, state: string, within = 60_000): Promise<void> {
  await expect(async () => { await page.goto(address(find)); await expect(row(page, find).getByText(state, { exact: true })).toBeVisible({ timeout: 4000 }); }).toPass({ timeout: within });
}

test.describe("FEATURE: what a channel may sell is what the warehouse has", () => {
  test.describe("RULE: a count that nobody can explain is work, until the channel itself says what the warehouse says", () => {
    test("EXAMPLE: a clerk of the shop counts three more than there are; operations writes the warehouse's count back", async ({ as }) => {
      test.setTimeout(300_000);
      const ops = await as("ops"), viewer = await as("viewer"), { name, item, warehouse } = lastPosition();
      await shows(ops, name, "In step", 120_000);
      const told = await stockInTheShop(item, warehouse);
      await recounted(item, warehouse, told + 3);

      await shows(ops, name, "Drift", 120_000);
      await expect(row(ops, name)).toContainText("+3");
      await row(ops, name).click();
      const detail = ops.getByRole("region", { name });
      await expect(detail.locator(".why")).toContainText("It counted up by itself since the warehouse's last word");
      await expect(detail.getByRole("row", { name: /shop channel/ })).toContainText(String(told + 3));
      const button = detail.getByRole("button", { name: `Write ${told} back to shop` });
      await expect(button).toBeVisible({ timeout: 90_000 });
      await isAccessible(ops);

      await viewer.goto(ops.url());
      await expect(viewer.getByRole("button", { name: /^Write \d+ back to shop/ })).toHaveAttribute("aria-disabled", "true");

      await button.click();
      await confirms(ops, /^Write \d+ back to shop/, "Counted in the warehouse this morning");
      await shows(ops, name, "In step", 90_000);
      expect(await stockInTheShop(item, warehouse)).toBe(told);
      await ops.goto("/exceptions?tab=resolved");
      await expect(ops.getByRole("list", { name: "Groups" }).getByText("STK-02").first()).toBeVisible();
    });
  });
});
