import type { Page } from "@playwright/test";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { confirms } from "../when/desk";
import { presses } from "../when/keyboard";

// nothing is sent by this route, so no other feature feels it
const address = "/routes?route=US01%2Ftransport%2F*";
const route = (page: Page) => page.getByRole("region", { name: "Route Transport, all documents" });
const row = (page: Page) => page.getByRole("row", { name: /Transport/ });

/** Proposes as the administrator would, and stays on the route. */
async function proposes(page: Page, mode: string, reason: string): Promise<void> {
  await page.goto(address);
  await route(page).getByLabel("Mode").selectOption(mode);
  await route(page).getByLabel("Reason").fill(reason);
  await route(page).getByRole("button", { name: "Propose" }).click();
  await expect(route(page).getByText(`“${reason}”`)).toBeVisible();
}

test.describe("FEATURE: two persons say what may be sent where, and from when on", () => {
  test.describe("RULE: what one proposes is in force when a second has confirmed it", () => {
    test("EXAMPLE: an administrator proposes to let a person release what goes to the carrier; finance confirms, and both take it back", async ({ as }) => {
      test.setTimeout(120_000);
      const admin = await as("admin"), finance = await as("finance");
      await proposes(admin, "Propose", "A new contract begins");
      await expect(row(admin).getByText("Act")).toBeVisible();
      const own = route(admin).getByRole("button", { name: "Confirm" });
      await expect(own).toHaveAttribute("aria-disabled", "true");
      await expect(own).toHaveAccessibleDescription("Whoever proposed it may not decide it: a second person must");
      await isAccessible(admin);

      await finance.goto(address);
      await expect(route(finance).getByText("Administrator proposed it")).toBeVisible();
      await route(finance).getByRole("button", { name: "Confirm" }).click();
      await expect(finance.getByRole("dialog").getByText(/It becomes version \d+ of the rules of US01/)).toBeVisible();
      await confirms(finance, /^Put in force as v/, "Checked with the carrier");
      await expect(route(finance).locator(".why")).toContainText("wait for a person, command by command");
      await expect(route(finance).locator(".why")).toContainText("Proposed by Administrator, confirmed by Finance controller.");
      await expect(row(finance).getByText("Propose", { exact: true })).toBeVisible();

      await proposes(admin, "Act", "The contract is signed");
      await finance.goto(address);
      await route(finance).getByRole("button", { name: "Confirm" }).click();
      await confirms(finance, /^Put in force as v/, "Checked again");
      await expect(row(finance).getByText("Act", { exact: true })).toBeVisible();
    });

    test("EXAMPLE: what is turned down or withdrawn changes nothing, and a date is asked for", async ({ as }) => {
      const admin = await as("admin"), finance = await as("finance");
      await proposes(admin, "Observe", "Only a thought");
      await route(admin).getByRole("button", { name: "Withdraw" }).click();
      await confirms(admin, /^Withdraw$/, "Thought better of it");
      await expect(route(admin).getByRole("button", { name: "Propose" })).toBeVisible();
      await route(admin).getByLabel("Managed from").fill("");
      await route(admin).getByRole("button", { name: "Propose" }).click();
      await expect(route(admin).getByText("Give the time from which documents are managed.")).toBeVisible();

      await proposes(admin, "Observe", "Again");
      await finance.goto(address);
      await route(finance).getByRole("button", { name: "Reject" }).click();
      await confirms(finance, /^Reject$/, "Not before the year ends");
      await expect(row(finance).getByText("Act", { exact: true })).toBeVisible();
      const mayNot = route(finance).getByRole("button", { name: "Propose" });
      await expect(mayNot).toHaveAttribute("aria-disabled", "true");
      await expect(mayNot).toHaveAccessibleDescription("Needs the role admin in US01");
    });

    test("EXAMPLE: the keyboard leads there, along the routes and back", async ({ as }) => {
      const page = await as("admin");
      await page.goto("/");
      await presses(page, ["g", "r"], (within) => expect(page.getByRole("heading", { level: 1, name: "Entities and routes" })).toBeVisible(within));
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.searchParams.has("route"));
      await expect(page.getByRole("region", { name: /^Route / })).toBeVisible();
      await page.keyboard.press("Escape");
      await page.waitForURL((url) => !url.searchParams.has("route"));
    });
  });
});
