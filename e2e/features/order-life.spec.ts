import { orderPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { booksHold, ENDS_WITHIN, inFinance, isVerified, orderIsKnown, step } from "../then/order";
import { towerJson } from "../when/command-line";

test.describe("FEATURE: an order's whole life", () => {
  test.describe("RULE: an order goes from the shop to a posted, read-back and paid invoice by itself", () => {
    test("EXAMPLE: a plain order is shipped, invoiced, verified in finance and paid, and its books hold", async ({ as }) => {
      test.setTimeout(180_000);
      const order = await orderPlaced("plain");
      const page = await as("viewer");
      await orderIsKnown(page, order.number);

      const invoice = await isVerified(page, /Post invoice/);
      expect(await inFinance(invoice), `${invoice} in the finance system itself`).toBeDefined();
      await expect(step(page, "Shipment").getByText("Shipped", { exact: true })).toBeVisible();
      await expect(step(page, "Invoice").getByText(/^(Invoiced|Posted)$/)).toBeVisible({ timeout: ENDS_WITHIN });
      await expect(step(page, "Payment").getByText("Paid", { exact: true })).toBeVisible({ timeout: ENDS_WITHIN });
      await booksHold(page);
      const totals = page.getByRole("table", { name: "Who held the ball, in all" });
      await expect(totals.getByRole("row", { name: /^From its placing to the last invoice/ })).toContainText("100 %");
      await expect(totals.getByRole("row", { name: /^Warehouse/ })).toBeVisible();
      await expect(page.getByRole("region", { name: "Conservation" }).getByRole("row", { name: /^Total/ }).getByRole("img", { name: "proved" })).toHaveCount(2);
      const dates = page.getByRole("table", { name: "The three dates of what happened" });
      await expect(dates.getByRole("row", { name: /^Invoice posted/ }).filter({ hasText: invoice })).toContainText(/\d{4}$/);
      await expect(page.getByRole("region", { name: "Dates" }).getByText(`Invoice ${invoice}`)).toBeVisible();
      await expect(page.getByRole("region", { name: "Parties and terms" }).getByText(order.customer).first()).toBeVisible();

      const books = await towerJson<{ equations: unknown[]; drifts: number }>("conservation", "--order", order.number);
      expect(books.drifts).toBe(0);
      expect(books.equations.length).toBeGreaterThan(0);
    });
  });

  test.describe("RULE: any identifier finds the whole story", () => {
    test("EXAMPLE: by the buyer's purchase order number", async ({ as }) => {
      test.setTimeout(120_000);
      const order = await orderPlaced("plain", { seed: "2" });
      const page = await as("ops");
      await orderIsKnown(page, order.number);
      await isVerified(page, /Post invoice/);

      await page.goto("/trace");
      await page.getByRole("textbox", { name: "Any identifier" }).fill(order.purchaseOrder);
      await page.getByRole("button", { name: "Trace" }).click();
      await expect(page.getByRole("link", { name: order.number, exact: true })).toBeVisible();
      await expect(page.getByText("found by its purchase order")).toBeVisible();
      const diagram = page.getByRole("list", { name: "Story as a diagram" });
      for (const [who, what] of [["shop to tower", "order captured"], ["wms to tower", "shipment confirmed"], ["tower to erp", "post invoice"]] as const) await expect(diagram.getByRole("button", { name: `${who}: ${what}` }).first()).toBeVisible();
      await diagram.getByRole("button", { name: "shop to tower: order captured" }).first().click();
      await expect(page.getByRole("dialog").getByText(order.number).first()).toBeVisible();
      await page.keyboard.press("Escape");

      await page.keyboard.press("d");
      const story = page.getByRole("list", { name: "Story", exact: true });
      for (const what of ["order.captured", "shipment.confirmed", "post invoice"]) await expect(story.getByText(what).first()).toBeVisible();
      await story.getByRole("button", { name: "show" }).first().click();
      await expect(page.getByRole("dialog").getByText(order.number).first()).toBeVisible();
    });

    test("EXAMPLE: what is not known is said so", async ({ as }) => {
      const page = await as("viewer");
      await page.goto("/trace?q=NOBODY-KNOWS-THIS");
      await expect(page.getByText("Nothing is known as NOBODY-KNOWS-THIS")).toBeVisible();
      expect((await page.goto("/orders/NOBODY-KNOWS-THIS"))?.status()).toBe(404);
    });
  });
});
