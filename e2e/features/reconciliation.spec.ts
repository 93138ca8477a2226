import { billedByHand } from "../given/by-hand";
import { expect, test } from "../given/somebody";
import { fitsItsWidth, isAccessible, picture } from "../then/page";
import { towerJson } from "../when/command-line";
import { signsIn } from "../when/sign-in";

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

test.describe("FEATURE: two books side by side", () => {
  test.describe("RULE: nothing balances without a name and a reason, and above the limit not without a second person", () => {
    test("EXAMPLE: an invoice that somebody made in the ledger is missing here; finance explains it, a second person approves, and the next statement says who", async ({ as, browser }) => {
      test.setTimeout(300_000);
      const known = async (): Promise<number> => (await towerJson<{ counts: { unclaimed: number } }>("adopt", "show", "--entity", "US01")).counts.unclaimed, before = await known();
      const number = await billedByHand("7013.77", "rent of a hall");
      await expect.poll(known, { timeout: 60_000 }).toBe(before + 1);
      const rehearsed = await towerJson<{ id: null; totals: { result: string; documentsB: number }[] }>("reconcile", "--entity", "US01", "--from", daysAgo(3), "--to", daysAgo(-1));
      expect(rehearsed.id).toBeNull();
      expect(rehearsed.totals.find(({ result }) => result === "missing_in_a")?.documentsB).toBeGreaterThan(0);

      const finance = await as("finance"), viewer = await as("viewer");
      const second = await towerJson<{ email: string; password: string }>("user", "create", "--email", `approver-${Date.now()}@example.test`, "--name", "Second controller", "--role", "finance", "--entity", "US01", "--hold", "ADJUSTMENT_APPROVAL", "--limit", "10000");
      await viewer.goto("/reconciliation");
      await expect(viewer.getByRole("button", { name: "Take a statement" })).toHaveAccessibleDescription(/^Needs the role finance in /);

      await finance.goto("/reconciliation");
      await finance.getByRole("button", { name: "Take a statement" }).click();
      const dialog = finance.getByRole("dialog");
      await dialog.getByLabel("Entity", { exact: false }).selectOption("US01");
      await dialog.getByLabel("First accounting date").fill(daysAgo(3));
      await dialog.getByLabel("Last accounting date").fill(daysAgo(-1));
      await dialog.getByLabel("Tolerance of one amount").fill("500");
      await dialog.getByLabel("Reason", { exact: false }).fill("close of the day");
      await dialog.getByRole("button", { name: "Take it" }).click();
      await expect(dialog.getByRole("alert")).toContainText("500 is above the 1.00 that the rules write off by themselves");
      await isAccessible(finance);
      await dialog.getByLabel("Tolerance of one amount").fill("0");
      await dialog.getByRole("button", { name: "Take it" }).click();
      await expect(dialog).toBeHidden({ timeout: 30_000 });
      await finance.waitForURL(/run=/);

      const row = finance.getByRole("table", { name: "Items, most money first" }).getByRole("row", { name: new RegExp(`^Missing in A – ${number} `) });
      await expect(row).toContainText("Missing in A");
      await row.click();
      await finance.waitForURL(/item=/);
      const item = finance.getByRole("region", { name: /^Item \d+$/ });
      await expect(item.getByRole("table", { name: "Side B" })).toContainText(number);
      for (const [width, scheme] of [[1440, "light"], [1440, "dark"], [390, "light"], [390, "dark"]] as const) {
        await finance.setViewportSize({ width, height: 900 });
        await finance.emulateMedia({ colorScheme: scheme });
        await fitsItsWidth(finance);
        await isAccessible(finance);
        await picture(finance, `reconciliation-item-${width}-${scheme}`);
      }
      await finance.setViewportSize({ width: 1440, height: 900 });
      await item.getByRole("button", { name: "Settle $7,013.77" }).click();
      await dialog.getByLabel("Reason", { exact: false }).selectOption("posted_by_hand");
      await dialog.getByLabel("Comment", { exact: false }).fill("rent, booked by the office");
      await isAccessible(finance);
      await dialog.getByRole("button", { name: "Settle $7,013.77" }).click();
      await expect(item.getByRole("button", { name: "Approve $7,013.77" })).toHaveAccessibleDescription("Whoever prepared it may not decide it");

      const other = await (await browser.newContext()).newPage();
      await other.goto("/sign-in");
      await signsIn(other, second.email, second.password);
      await expect(other.getByRole("heading", { level: 1, name: "Tower" })).toBeVisible();
      await other.goto(finance.url());
      await other.getByRole("button", { name: "Approve $7,013.77" }).click();
      await other.getByRole("dialog").getByLabel("Comment", { exact: false }).fill("seen the lease");
      await other.getByRole("dialog").getByRole("button", { name: "Approve $7,013.77" }).click();
      await expect(other.getByRole("region", { name: /^Item \d+$/ })).toContainText("Second controller approved");
      await other.context().close();

      const csv = await finance.request.get(finance.url().replace("/reconciliation?", "/reconciliation/csv?").replace(/&item=\d+/, "&show=settled"));
      expect(await csv.text()).toContain(`${number},`);
    });
  });
});
