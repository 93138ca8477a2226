import { expect, test } from "../given/somebody";
import { fitsItsWidth, isAccessible, isReadable, picture } from "../then/page";

test.describe("FEATURE: what a person is told by mail", () => {
  test.describe("RULE: everybody chooses it for themselves, and a choice counts at once", () => {
    test("EXAMPLE: exceptions of one queue at once, holds once a day, and no longer", async ({ as }) => {
      const page = await as("finance");
      await page.goto("/");
      await page.getByRole("button", { name: /appearance and sign out/ }).click();
      await page.getByRole("menuitem", { name: "What I am told by mail" }).click();
      await expect(page.getByText(/Nothing carries mail yet/)).toBeVisible();

      await page.getByLabel("Add a queue, US01").selectOption("billing");
      const queue = page.getByLabel("New exceptions, Billing, US01");
      await expect(queue).toHaveValue("at_once");
      await page.getByLabel("Holds that wait for my decision, US01").selectOption("daily");
      await expect(page.getByLabel("Holds that wait for my decision, US01")).toBeEnabled();
      await isAccessible(page, "all");
      await picture(page, "notices");

      await page.reload();
      await expect(page.getByLabel("Holds that wait for my decision, US01")).toHaveValue("daily");
      await queue.selectOption("");
      await expect(queue).toHaveCount(0);
      await page.setViewportSize({ width: 390, height: 844 });
      await fitsItsWidth(page);
      for (const choice of await page.getByRole("main").getByRole("combobox").all()) await isReadable(choice);
      await picture(page, "notices-390");
    });
  });
});
