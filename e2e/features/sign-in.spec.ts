import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "../given/somebody";
import { fitsItsWidth, isAccessible } from "../then/page";
import { account } from "../tower";
import { towerDoes, towerJson } from "../when/command-line";
import { signsIn } from "../when/sign-in";

test.describe("FEATURE: signing in", () => {
  test.describe("RULE: nobody sees anything before signing in", () => {
    for (const address of ["/", "/exceptions", "/orders/N-100001", "/held?rule=CREDIT_LIMIT"])
      test(`EXAMPLE: ${address} leads to the sign-in page and remembers where it was going`, async ({ page }) => {
        await page.goto(address);
        await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
        const at = new URL(page.url());
        expect(at.pathname).toBe("/sign-in");
        expect(at.searchParams.get("callbackUrl")).toBe(address);
      });
  });

  test.describe("RULE: a refusal does not tell what was wrong", () => {
    test("EXAMPLE: a wrong password and an unknown person get the same sentence, and the password is cleared", async ({ page }) => {
      await page.goto("/sign-in");
      const refusal = page.getByRole("alert").filter({ hasText: "not right" });
      await signsIn(page, account("viewer").email, "not the password");
      await expect(refusal).toBeVisible();
      const first = await refusal.innerText();
      await expect(page.getByLabel("Password")).toHaveValue("");
      await page.reload();
      await signsIn(page, "nobody@hartline.example", "not the password");
      await expect(refusal).toHaveText(first);
    });
  });

  test.describe("RULE: who signs in goes on where they wanted to be", () => {
    test("EXAMPLE: the ops lead lands on the Tower", async ({ page }) => {
      const { email, password } = account("ops");
      await page.goto("/");
      await signsIn(page, email, password);
      await expect(page.getByRole("heading", { level: 1, name: "Tower" })).toBeVisible();
      await expect(page.getByRole("navigation", { name: "Main" }).getByText("Operations")).toBeVisible();
    });

    test("EXAMPLE: a link from a colleague opens after signing in", async ({ page }) => {
      const { email, password } = account("finance");
      await page.goto("/held?sort=age");
      await signsIn(page, email, password);
      await expect(page.getByRole("heading", { level: 1, name: "Held postings" })).toBeVisible();
      expect(new URL(page.url()).search).toBe("?sort=age");
    });

    test("EXAMPLE: an address outside is not followed", async ({ page }) => {
      const { email, password } = account("viewer");
      await page.goto("/sign-in?callbackUrl=https%3A%2F%2Felsewhere.example%2F");
      await signsIn(page, email, password);
      await expect(page.getByRole("heading", { level: 1, name: "Tower" })).toBeVisible();
    });
  });

  test.describe("RULE: who may see nothing yet is told so, and who can help", () => {
    test("EXAMPLE: a person whose last right was taken back", async ({ page }) => {
      test.setTimeout(90_000);
      const { email, password } = await towerJson<{ email: string; password: string }>("user", "create", "--email", "newcomer@hartline.example", "--name", "Newcomer");
      for (const { id } of (await towerJson<{ grants: { id: string }[] }>("user", "show", "--email", email)).grants) await towerDoes("user", "revoke", "--email", email, "--grant", id);
      await page.goto("/sign-in?callbackUrl=%2Forders");
      await signsIn(page, email, password);
      await expect(page.getByRole("heading", { level: 1, name: "You have no right here yet" })).toBeVisible();
      await isAccessible(page);
      await fitsItsWidth(page);
      const list = await page.request.get("/orders/csv");
      expect([list.status(), await list.text()]).toEqual([403, "No right in any entity yet. Ask an administrator."]);
      await towerDoes("user", "grant", "--email", email, "--role", "viewer");
      await page.getByRole("button", { name: "Look again" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible();
      await towerDoes("user", "leave", "--email", email, "--reason", "only for this test");
    });
  });

  test.describe("RULE: who signs out is out", () => {
    test("EXAMPLE: the page before is not shown again", async ({ page }) => {
      const { email, password } = account("viewer");
      await page.goto("/sign-in");
      await signsIn(page, email, password);
      await page.getByRole("button", { name: /appearance and sign out/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
      await page.goto("/orders");
      await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    });
  });

  test.describe("RULE: nothing that is pressed or typed is lost while a page is still coming", () => {
    test("EXAMPLE: signing in and out where scripts come two seconds after the page", async ({ page }) => {
      const { email, password } = account("viewer");
      await page.route("**/_next/static/chunks/**", async (route) => { await pause(2000); await route.continue(); });
      await page.goto("/sign-in", { waitUntil: "commit" });
      await signsIn(page, email, password);
      await expect(page.getByRole("heading", { level: 1, name: "Tower" })).toBeVisible();
      await page.getByRole("button", { name: /appearance and sign out/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    });
  });

  test.describe("RULE: a session that ended is said, and what was typed stays", () => {
    test("EXAMPLE: ops keeps a view after the session ended, reads so, and finds the same page after signing in again", async ({ page }) => {
      const { email, password } = account("ops");
      await page.goto("/exceptions?tab=resolved");
      await signsIn(page, email, password);
      await page.getByRole("button", { name: "Views" }).click();
      const name = page.getByLabel("Keep what is shown as");
      await name.fill("My own view");
      await page.context().clearCookies();
      await page.getByRole("button", { name: "Keep" }).click();
      const said = page.getByRole("alert").filter({ hasText: "Your session has ended" });
      await expect(said).toBeVisible();
      await expect(name).toHaveValue("My own view");
      await page.keyboard.press("Escape");
      await said.getByRole("link", { name: "Sign in again" }).click();
      await expect(page.getByText("You go on to /exceptions?tab=resolved.")).toBeVisible();
      await signsIn(page, email, password);
      await page.waitForURL(/\/exceptions\?tab=resolved/);
      await expect(page.getByRole("heading", { level: 1, name: "Exceptions" })).toBeVisible();
    });
  });
});
