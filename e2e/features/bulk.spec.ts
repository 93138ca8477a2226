import { ordersPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";

test.describe("FEATURE: many are decided at once, after a look at what will happen", () => {
  test.describe("RULE: a preview says how many, how much, which codes, and what is left out and why; then each has its result", () => {
    test("EXAMPLE: ops takes two causes over", async ({ as }) => {
      test.setTimeout(180_000);
      await ordersPlaced("unknown_unit", { count: 3, attended: true, seed: "bulk" });
      const page = await as("ops");
      await page.goto("/exceptions?code=MAP-03");
      const ticks = page.getByRole("list", { name: "Groups" }).getByRole("checkbox");
      await expect(async () => { expect(await ticks.count()).toBeGreaterThan(1); }).toPass({ timeout: 60_000 });
      await ticks.nth(0).check();
      await ticks.nth(1).check();
      const bar = page.getByRole("region", { name: "Selection" });
      await expect(bar.getByText("2 causes")).toBeVisible();

      await bar.getByRole("button", { name: "Retry" }).click();
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByText(/2 left out: nothing of it was sent and refused/)).toBeVisible();
      await dialog.getByRole("button", { name: "Leave as it is" }).click();

      await bar.getByRole("button", { name: "Assign to me" }).click();
      const preview = dialog.getByRole("region", { name: "Preview" });
      await expect(preview.getByText(/^2 causes/)).toBeVisible();
      await expect(preview.getByText(/MAP-03 × 2|MAP-/).first()).toBeVisible();
      await dialog.getByRole("button", { name: "Assign to me 2 causes" }).click();
      await expect(dialog.getByText("Say why, so that the record can be read later.")).toBeVisible();
      await dialog.getByLabel("Reason").fill("The buyer called about both");
      await dialog.getByRole("button", { name: "Assign to me 2 causes" }).click();
      await expect(dialog.getByText("2 of 2 causes done")).toBeVisible();
      await expect(dialog.getByRole("list", { name: "Result of each" }).getByText(/yours now/)).toHaveCount(2);
      await dialog.getByRole("button", { name: "Done" }).click();
      await expect(bar).toBeHidden();
    });

    test("EXAMPLE: who may not decide sees every hold left out, with the missing right", async ({ as }) => {
      test.setTimeout(180_000);
      await ordersPlaced("duplicate_purchase_order", { count: 1, attended: true, seed: "bulk" });
      const page = await as("viewer");
      await page.goto("/held");
      const tick = page.getByRole("table", { name: "Held postings" }).getByRole("checkbox").nth(1);
      await tick.check({ timeout: 60_000 });
      await page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Approve" }).click();
      const dialog = page.getByRole("dialog");
      await expect(dialog.getByText(/1 left out: Needs the right to decide/)).toBeVisible();
      await expect(dialog.getByRole("button", { name: "Approve 0 holds" })).toHaveAttribute("aria-disabled", "true");
    });
  });
});
