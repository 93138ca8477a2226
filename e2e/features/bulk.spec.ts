import { orderPlaced, ordersPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { isVerified, orderIsKnown } from "../then/order";
import { isAccessible } from "../then/page";
import { towerJson } from "../when/command-line";

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
      await expect(dialog.getByRole("list", { name: "Left out" }).getByText(/nothing of it was sent and refused: restart it instead/)).toBeVisible();
      await expect(dialog.getByRole("button", { name: "Retry 0 documents" })).toHaveAttribute("aria-disabled", "true");
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

  test.describe("RULE: all that match is frozen, goes by 1, 10, 100 and the rest, and stops by itself when the first is not read back", () => {
    test("EXAMPLE: ops restarts all of one code while the unit is still unknown; it stops, and she aborts the rest", async ({ as }) => {
      test.setTimeout(240_000);
      await ordersPlaced("unknown_unit", { count: 2, attended: true, seed: "bulk-all" });
      const page = await as("ops");
      await expect(async () => { await page.goto("/exceptions?code=MAP-03"); expect(await page.getByRole("list", { name: "Groups" }).getByRole("checkbox").count()).toBeGreaterThan(1); }).toPass({ timeout: 60_000 });
      await page.getByRole("button", { name: "All that match" }).click();
      await page.getByRole("menuitem", { name: "Restart all that match" }).click();
      const dialog = page.getByRole("dialog"), preview = dialog.getByRole("region", { name: "Preview" });
      await expect(preview.getByText(/documents?$/).first()).toBeVisible();
      await expect(preview.getByText(/frozen at/)).toBeVisible();
      await isAccessible(page);
      await dialog.getByLabel("Reason").fill("I hope that somebody mapped it");
      await dialog.getByRole("button", { name: /^Restart \d+ documents$/ }).click();

      await expect(page.getByRole("heading", { name: /^Restart of \d+ documents$/ })).toBeVisible({ timeout: 30_000 });
      await expect(page.getByText("Stopped by itself", { exact: true })).toBeVisible({ timeout: 60_000 });
      await expect(page.getByText(/1 of 1 failed in step 1/).first()).toBeVisible();
      await expect(page.getByRole("table", { name: "Documents" }).getByText(/It still stands/)).toBeVisible();
      await isAccessible(page);
      await page.getByRole("button", { name: "Abort the rest" }).click();
      await dialog.getByLabel("Reason").fill("The unit has to be mapped first");
      await dialog.getByRole("button", { name: "Abort the rest" }).click();
      await expect(page.getByText("Aborted", { exact: true })).toBeVisible({ timeout: 30_000 });
      const csv = await page.request.get((await page.getByRole("link", { name: "CSV" }).getAttribute("href")) ?? ""), lines = (await csv.text()).trimEnd().split("\r\n");
      expect([csv.headers()["content-type"], lines[0]]).toEqual(["text/csv; charset=utf-8", "position,document,entity,step,state,why,reference,currency,amount,actedAt,settledAt"]);
      expect(lines.slice(1).some((line) => line.startsWith("1,") && line.includes(",failed,"))).toBe(true);
      await page.getByRole("link", { name: "Bulk actions" }).first().click();
      await expect(page.getByRole("region", { name: /^How they go/ }).getByText(/^1, 10, 100 and the rest/)).toBeVisible();
      await expect(page.getByRole("table", { name: "Bulk actions" }).getByText(/^Restart of \d+ documents$/).first()).toBeVisible();
      await isAccessible(page);
    });

    test("EXAMPLE: what the shop said is read once more from the command line, and nothing doubles", async ({ as }) => {
      test.setTimeout(240_000);
      const order = await orderPlaced("plain", { seed: "bulk-replay" }), page = await as("ops");
      await orderIsKnown(page, order.number);
      await isVerified(page, /Post invoice/);
      const begun = await towerJson<{ id: string; state: string; documents: number }>("replay", "--accepted", "--connector", "shop", "--reason", "a new translation");
      expect(begun).toMatchObject({ state: "running" });
      await page.goto(`/bulk/${begun.id}`);
      await expect(page.getByText("Done", { exact: true })).toBeVisible({ timeout: 120_000 });
      await expect(page.getByText("the command line")).toBeVisible();
      await page.goto(`/orders/${order.number}`);
      await isVerified(page, /Post invoice/);
      expect(await towerJson<unknown[]>("conservation", "--order", order.number)).toBeTruthy();
    });
  });
});
