import type { Page } from "@playwright/test";
import { keyWith } from "../given/a-key";
import { orderCaptured, serviceConfirmed, uniqueNumber, withLine } from "../given/an-event";
import { billedByHand } from "../given/by-hand";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { towerJson } from "../when/command-line";
import { confirms } from "../when/desk";
import { sends } from "../when/door";

/** So many at 12.50, as a service: no warehouse sends it. */
const sold = (number: string, quantity: number) => [orderCaptured(withLine({ method: "service", quantity: String(quantity) }), number), serviceConfirmed(number, String(quantity))];
/** No two orders of the same content in a day: the second would be held as a double. */
const unusual = (): number => 100 + Math.floor(Math.random() * 800) * 2;
const row = (page: Page, order: string) => page.getByRole("table", { name: "Invoices to adopt" }).getByRole("row").filter({ hasText: order });
const choose = (page: Page, order: string) => row(page, order).getByRole("checkbox").check();

test.describe("FEATURE: what the ledger has already", () => {
  test.describe("RULE: an invoice that may be ours is never doubled, and never taken for ours without a person", () => {
    test("EXAMPLE: of two that were made by hand finance adopts the one, declines the other that is a cent short, and only that order is billed by us", async ({ as }) => {
      test.setTimeout(240_000);
      const [same, short] = [uniqueNumber("API"), uniqueNumber("API")], [many, more] = [unusual(), unusual() + 1], orders = await keyWith("events:order.captured", "events:shipment.confirmed");
      const known = async (): Promise<number> => (await towerJson<{ counts: { unclaimed: number } }>("adopt", "show", "--entity", "US01")).counts.unclaimed, before = await known();
      const hand = await billedByHand((many * 12.5).toFixed(2), `your order ${same}`);
      await billedByHand((more * 12.5 - 0.01).toFixed(2), `your order ${short}`);
      await expect.poll(known, { timeout: 60_000 }).toBe(before + 2);
      expect((await sends(orders.secret, [...sold(same, many), ...sold(short, more)])).status).toBe(202);

      const page = await as("finance");
      await expect(async () => {
        await page.goto("/routes/adopt?entity=US01");
        await expect(row(page, same)).toContainText("Certain", { timeout: 3000 });
        await expect(row(page, short)).toContainText("Differs", { timeout: 3000 });
      }).toPass({ timeout: 150_000 });
      await expect(row(page, same)).toContainText(hand);
      await expect(row(page, short)).toContainText(`before tax, ${(more * 12.5).toFixed(2)} here`);
      await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(0);
      await isAccessible(page);

      await choose(page, short);
      const selection = page.getByRole("region", { name: "Selection" });
      await expect(selection.getByRole("button", { name: "Adopt 0" })).toHaveAccessibleDescription(/None of these can be adopted/);
      await choose(page, same);
      await selection.getByRole("button", { name: "Adopt 1" }).click();
      await isAccessible(page);
      await confirms(page, /^Adopt 1 invoice$/, "Billed by hand before we went live");
      await expect(row(page, same)).toHaveCount(0, { timeout: 30_000 });
      await choose(page, short);
      await selection.getByRole("button", { name: "Decline 1" }).click();
      await confirms(page, /^Decline 1 invoice$/, "A deposit, not the order");
      await expect(row(page, short)).toHaveCount(0, { timeout: 60_000 });

      await page.goto(`/trace?q=${hand}`);
      await expect(page.getByRole("main")).toContainText(same);
      const ops = await as("ops");
      await ops.goto("/routes/adopt?entity=US01&show=rest");
      await expect(ops.getByRole("heading", { level: 1, name: "Adopt and go live" })).toBeVisible();
      const { counts } = await towerJson<{ counts: { adopted: number } }>("adopt", "show", "--entity", "US01");
      expect(counts.adopted).toBeGreaterThan(0);
    });

    test("EXAMPLE: from what the ledger has to the route that goes live, and back", async ({ as }) => {
      const page = await as("admin");
      await page.goto("/routes");
      await page.getByRole("link", { name: "Adopt and go live" }).click();
      await expect(page.getByRole("region", { name: "Invoices beside the ledger" })).toContainText("Of nobody");
      await page.getByRole("link", { name: "Change the route" }).click();
      await expect(page.getByRole("region", { name: /^Route Finance/ }).getByLabel("Managed from")).toHaveAttribute("type", "datetime-local");
    });
  });
});
