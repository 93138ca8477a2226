import type { Page } from "@playwright/test";
import { lastPositions, recounted, stockInTheShop } from "../given/stock";
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
      const ops = await as("ops"), viewer = await as("viewer"), [{ name, item, warehouse }] = lastPositions();
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

    test("EXAMPLE: a clerk counts two items otherwise; operations ticks both and writes them back for one reason", async ({ as }) => {
      test.setTimeout(300_000);
      const ops = await as("ops"), positions = lastPositions(), told: number[] = [];
      for (const { name, item, warehouse } of positions) {
        await shows(ops, name, "In step", 120_000);
        told.push(await stockInTheShop(item, warehouse));
        await recounted(item, warehouse, (told.at(-1) ?? 0) + 5);
      }
      // the drift is a minute old before it is anybody's work
      const bar = ops.getByRole("region", { name: "Selection" }), dialog = ops.getByRole("dialog");
      await expect(async () => {
        await ops.goto("/stock?show=drift");
        for (const { name } of positions) await row(ops, name).getByRole("checkbox").check({ timeout: 4000 });
        await expect(bar.getByText("2 with an open drift")).toBeVisible({ timeout: 4000 });
      }).toPass({ timeout: 180_000 });
      await isAccessible(ops);
      await bar.getByRole("button", { name: "Write back" }).click();
      await expect(dialog.getByRole("region", { name: "Preview" }).getByText(/^2 positions/)).toBeVisible();
      for (const count of told) await expect(dialog.getByText(`Write ${count} back to shop`).first()).toBeVisible();
      await dialog.getByLabel("Reason").fill("Counted in the warehouse this morning");
      await dialog.getByRole("button", { name: "Write back 2 positions" }).click();
      await expect(dialog.getByText("2 of 2 positions done")).toBeVisible();
      await dialog.getByRole("button", { name: "Done" }).click();
      await expect(bar).toBeHidden();
      for (const [index, { name, item, warehouse }] of positions.entries()) {
        await shows(ops, name, "In step", 120_000);
        expect(await stockInTheShop(item, warehouse)).toBe(told[index]);
      }
    });
  });
});
