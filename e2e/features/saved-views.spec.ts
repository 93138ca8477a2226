import { expect, test } from "../given/somebody";

test.describe("FEATURE: a list with its filters is kept by name", () => {
  test.describe("RULE: a view is kept for the person on the server, and a link to it leads whoever follows it to the same list", () => {
    test("EXAMPLE: ops keeps late orders on hold, and a viewer follows the link", async ({ as }) => {
      const page = await as("ops");
      await page.goto("/orders?having=facet%3Aon_hold");
      await page.getByRole("button", { name: "Views" }).click();
      const views = page.getByRole("dialog", { name: "Saved views" });
      const name = `On hold ${Date.now().toString(36)}`;
      await views.getByLabel("Keep what is shown as").fill(name);
      await views.getByRole("button", { name: "Keep" }).click();
      await expect(views.getByText("Kept.")).toBeVisible();
      await page.goto("/orders");
      await page.getByRole("button", { name: "Views" }).click();
      await views.getByRole("link", { name: new RegExp(name) }).click();
      await expect(page).toHaveURL(/having=facet%3Aon_hold/);

      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await views.getByRole("button", { name: `Copy the link to ${name}` }).click();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link).toMatch(/\/orders\?view=[0-9a-f-]{36}$/);
      const viewer = await as("viewer");
      await viewer.goto(link);
      await expect(viewer).toHaveURL(/\/orders\?having=facet%3Aon_hold$/);
      await viewer.getByRole("button", { name: "Views" }).click();
      await expect(viewer.getByRole("dialog", { name: "Saved views" }).getByText(name)).toBeHidden();

      await views.getByRole("button", { name: `Remove ${name}` }).click();
      await expect(views.getByText(name)).toBeHidden();
    });
  });
});
