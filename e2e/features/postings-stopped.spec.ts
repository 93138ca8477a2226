import type { Page } from "@playwright/test";
import { orderPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { isVerified, orderIsKnown } from "../then/order";
import { fitsItsWidth, isAccessible, picture } from "../then/page";
import { account } from "../tower";
import { towerJson, towerTyped } from "../when/command-line";
import { confirms } from "../when/desk";
import { signsIn } from "../when/sign-in";

const banner = (page: Page) => page.getByRole("region", { name: "Postings of US01 are stopped" });

test.describe("FEATURE: a brake on money", () => {
  test.describe("RULE: one person of finance stops all postings of an entity, and another lets them go on", () => {
    test("EXAMPLE: finance stops them with a reason; every page says so plainly to everybody; a second person releases them", async ({ as, browser }) => {
      test.setTimeout(180_000);
      const finance = await as("finance"), ops = await as("ops");
      const second = await towerJson<{ email: string; password: string }>("user", "create", "--email", `second-${Date.now()}@example.test`, "--name", "Second controller", "--role", "finance");
      await ops.goto("/held");
      const mayNot = ops.getByRole("button", { name: "Stop all postings" });
      await expect(mayNot).toHaveAttribute("aria-disabled", "true");
      await expect(mayNot).toHaveAccessibleDescription(/^Needs the role finance in /);

      await finance.goto("/held");
      await finance.getByRole("button", { name: "Stop all postings" }).click();
      await expect(finance.getByRole("dialog")).toContainText("What is under way ends known");
      // history may have been taken in as an entity of its own
      const entity = finance.getByRole("dialog").getByLabel("Entity");
      if (await entity.isVisible()) await entity.selectOption("US01");
      await isAccessible(finance);
      await picture(finance, "postings-stop-dialog");
      await confirms(finance, /^Stop all postings of US01$/, "Two invoices for one order");
      try {
        await expect(banner(finance)).toContainText("by Finance controller");
        const own = banner(finance).getByRole("button", { name: "Let postings go on" });
        await expect(own).toHaveAttribute("aria-disabled", "true");
        await expect(own).toHaveAccessibleDescription("Whoever stopped the postings may not release them: a second person must");
        await expect(finance.getByRole("group", { name: "Postings of US01 are stopped" })).toBeVisible();

        await orderPlaced("plain", { seed: "stopped" });
        await expect(banner(finance)).toContainText(/[1-9]\d* postings? waits?, \$/, { timeout: 90_000 });
        for (const address of ["/", "/orders", "/exceptions", "/connectors"]) {
          await ops.goto(address);
          await expect(banner(ops)).toContainText("“Two invoices for one order”");
          await isAccessible(ops);
        }
        for (const [width, scheme] of [[1440, "light"], [1440, "dark"], [390, "light"], [390, "dark"]] as const) {
          await finance.setViewportSize({ width, height: 900 });
          await finance.emulateMedia({ colorScheme: scheme });
          await finance.goto("/held");
          await expect(banner(finance)).toBeVisible();
          await fitsItsWidth(finance);
          await isAccessible(finance);
          await picture(finance, `postings-stopped-${width}-${scheme}`);
        }
      } finally {
        const other = await (await browser.newContext()).newPage();
        await other.goto("/sign-in");
        await signsIn(other, second.email, second.password);
        await expect(other.getByRole("heading", { level: 1, name: "Tower" })).toBeVisible();
        await other.goto("/held");
        await banner(other).getByRole("button", { name: "Let postings go on" }).click();
        await expect(other.getByRole("dialog")).toContainText("Finance controller stopped them");
        await isAccessible(other);
        await picture(other, "postings-resume-dialog");
        await confirms(other, /^Let postings go on$/, "It was one customer's test");
        await expect(banner(other)).toHaveCount(0);
        await other.context().close();
      }
      await ops.goto("/");
      await expect(banner(ops)).toHaveCount(0);
    });
  });

  test.describe("RULE: the guard stops a day that is far from usual, and asks for a document that is", () => {
    /** Both persons at one terminal. */
    const limited = (...limits: string[]): Promise<unknown> => {
      const [admin, finance] = [account("admin"), account("finance")];
      return towerTyped([admin.password, finance.password], "postings", "limit", "--entity", "US01", ...limits, "--as", admin.email, "--with", finance.email, "--reason", "the first month");
    };

    test("EXAMPLE: an invoice above the limit of a document waits alone; let go it stops the day, which goes on with a raised limit", async ({ as }) => {
      test.setTimeout(240_000);
      const finance = await as("finance");
      await limited("--count", "0", "--currency", "USD", "--document", "0.01");
      try {
        const order = await orderPlaced("plain", { seed: "guarded" });
        await finance.goto("/held");
        const line = finance.getByRole("region", { name: "Far larger than usual" });
        await expect(line.getByRole("button", { name: "Let it go" }).first()).toBeVisible({ timeout: 90_000 });
        await expect(line).toContainText("is more than 0.01 USD: a limit that was set");
        await fitsItsWidth(finance);
        await isAccessible(finance);
        await picture(finance, "postings-large");
        await line.getByRole("button", { name: "Let it go" }).first().click();
        await isAccessible(finance);
        await confirms(finance, /^Let it go$/, "The customer's opening order");

        await expect(banner(finance)).toContainText("by The posting guard", { timeout: 30_000 });
        await expect(banner(finance)).toContainText("in one day would be more than 0: a limit that was set");
        await banner(finance).getByRole("button", { name: "Let postings go on" }).click();
        await finance.getByLabel(/^Postings that may leave today/).fill("1000");
        await isAccessible(finance);
        await picture(finance, "postings-raise-dialog");
        await confirms(finance, /^Let postings go on$/, "The first of the month");
        await expect(banner(finance)).toHaveCount(0);
        await limited("--count", "none", "--currency", "USD", "--document", "none");
        await orderIsKnown(finance, order.number);
        await isVerified(finance, /Post invoice/);
      } finally {
        await limited("--count", "none", "--currency", "USD", "--document", "none");
      }
    });
  });
});
