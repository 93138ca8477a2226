import { randomUUID } from "node:crypto";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { system } from "../tower";

test.describe("FEATURE: connecting a system on the screen", () => {
  test.describe("RULE: an administrator tests it first, and it starts paused", () => {
    test("EXAMPLE: a second warehouse", async ({ as }) => {
      test.setTimeout(90_000);
      const name = `Dock ${randomUUID().slice(0, 6)}`;
      const page = await as("admin");
      await page.goto("/connectors");
      await page.getByRole("button", { name: "Add connector" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Kind").selectOption("sandbox-wms");
      await dialog.getByLabel("Name", { exact: false }).fill(name);
      await expect(dialog.getByRole("button", { name: "Add, paused" })).toHaveAccessibleDescription("Test it first");
      await dialog.getByRole("button", { name: "Test connection" }).click();
      await expect(dialog.getByText("is needed.").first()).toBeVisible();
      await isAccessible(page, "all");

      await dialog.getByLabel("Address", { exact: false }).fill(`${system("wms").url.replace(/\d+$/, "1")}`);
      await dialog.getByRole("switch", { name: "May be in our own network" }).click();
      for (const field of await dialog.locator('input[type="password"]').all()) await field.fill("not the secret");
      for (const field of await dialog.getByRole("textbox").all()) if ((await field.inputValue()) === "" && (await field.getAttribute("type")) !== "password") await field.fill("x");
      await dialog.getByRole("button", { name: "Test connection" }).click();
      await expect(dialog.getByText("It does not answer:")).toBeVisible({ timeout: 20_000 });
      await dialog.getByLabel("Reason", { exact: false }).fill("a second warehouse from March on");
      await dialog.getByRole("button", { name: "Add it though it does not answer" }).click();
      await expect(dialog).toBeHidden();

      const added = page.getByRole("region", { name: `Connector ${name}` });
      await expect(added.getByText(/^Paused by .*: it was just added\./)).toBeVisible();
      await expect(added.getByRole("button", { name: "Resume sending" })).toBeVisible();
      expect(await page.content()).not.toContain("not the secret");
    });
  });

  test.describe("RULE: who may not is told what is missing", () => {
    test("EXAMPLE: operations", async ({ as }) => {
      const page = await as("ops");
      await page.goto("/connectors");
      await expect(page.getByRole("button", { name: "Add connector" })).toHaveAccessibleDescription("Needs the role admin in US01");
    });
  });
});
