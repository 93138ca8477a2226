import { ordersPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { presses } from "../when/keyboard";

test.describe("FEATURE: causes are put together by what they share", () => {
  test.describe("RULE: each grouping, bucket and filter has its own address, and a bucket opens just what it counts", () => {
    test("EXAMPLE: ops looks at exceptions by error code, works on one code, and takes the filter away", async ({ as }) => {
      test.setTimeout(180_000);
      await ordersPlaced("unknown_unit", { count: 3, attended: true, seed: "grouped" });
      const page = await as("ops");
      const causes = page.getByRole("list", { name: "Groups" }).getByRole("listitem");
      await page.goto("/exceptions?code=MAP-03");
      await expect(async () => { expect(await causes.count()).toBeGreaterThan(1); }).toPass({ timeout: 60_000 });

      await page.goto("/exceptions");
      await page.getByRole("group", { name: "Group by" }).getByRole("link", { name: "Error code" }).click();
      await page.waitForURL(/by=code/);
      const bucket = page.getByRole("list", { name: "By error code" }).getByRole("listitem").filter({ hasText: "MAP-03" });
      await bucket.getByRole("link").click();
      await page.waitForURL(/by=code&open=MAP-03/);
      const said = Number(/(\d+) causes?/.exec(await bucket.innerText())?.[1]);
      const opened = page.getByRole("region", { name: "Selected bucket" });
      await expect(opened.getByRole("heading", { name: "Unit or pack without conversion" })).toBeVisible();
      await expect(opened.getByRole("listitem")).toHaveCount(said);
      await isAccessible(page);
      await page.reload();
      await expect(opened.getByRole("listitem")).toHaveCount(said);

      await opened.getByRole("link", { name: /^Only (this cause|these \d+ causes)$/ }).click();
      await page.waitForURL((url) => url.searchParams.get("code") === "MAP-03" && !url.searchParams.has("by"));
      await expect(causes).toHaveCount(said);
      await page.getByRole("link", { name: "Error code MAP-03: take the filter away" }).click();
      await page.waitForURL((url) => !url.searchParams.has("code"));
    });

    test("EXAMPLE: the keyboard walks the buckets, opens one and goes back", async ({ as }) => {
      const page = await as("ops");
      await page.goto("/exceptions?by=owner");
      await expect(page.getByRole("list", { name: "By owner" }).getByRole("listitem").first()).toBeVisible();
      await presses(page, ["j", "k", "Enter"], (within) => page.waitForURL(/by=owner&open=/, within));
      await page.keyboard.press("Escape");
      await page.waitForURL((url) => !url.searchParams.has("open"));
    });
  });

  test.describe("RULE: all that match can be ticked, and the preview counts causes, documents and money", () => {
    test("EXAMPLE: ops ticks one of a bucket, then all of the narrowed list", async ({ as }) => {
      const page = await as("ops");
      await page.goto("/exceptions?code=MAP-03");
      const ticks = page.getByRole("list", { name: "Groups" }).getByRole("checkbox");
      const all = await ticks.count();
      await ticks.first().check();
      const bar = page.getByRole("region", { name: "Selection" });
      await bar.getByRole("button", { name: `or all ${all} that match` }).click();
      await expect(bar.getByText(`${all} causes`)).toBeVisible();
      await bar.getByRole("button", { name: "Restart" }).click();
      await expect(page.getByRole("dialog", { name: `Restart ${all} causes` }).getByRole("region", { name: "Preview" })).toContainText(/\d+ documents.*frozen at/);
      await page.getByRole("dialog").getByRole("button", { name: "Leave as it is" }).click();
      await expect(bar.getByRole("button", { name: "Restart" })).toBeFocused();
    });
  });
});
