import { orderPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { booksHold, isVerified, orderIsKnown } from "../then/order";
import { confirms, opensHold, selectedHold } from "../when/desk";

test.describe("FEATURE: finance decides what is posted", () => {
  test.describe("RULE: a hold says why, how much, and what would release it, and only who has the right lifts it", () => {
    test("EXAMPLE: more was shipped than ordered; finance bills the excess and it is posted", async ({ as }) => {
      test.setTimeout(240_000);
      const order = await orderPlaced("over_shipped", { attended: true });
      const finance = await as("finance");
      await orderIsKnown(finance, order.number);
      await expect(finance.getByText("On hold").first()).toBeVisible({ timeout: 60_000 });
      await finance.getByRole("link", { name: /Open the hold OVER_SHIPMENT/ }).first().click();
      const hold = selectedHold(finance);
      await expect(hold.getByText(/Held/).first()).toBeVisible();
      await expect(hold.locator(".why")).toHaveText(/\w+ \w+ \w+/);
      await expect(hold.getByText(/^What would release it\..*\w+/)).toBeVisible();
      await expect(hold.getByRole("region", { name: "Evidence" })).toBeVisible();

      const admin = await as("admin");
      await admin.goto(finance.url());
      const refused = selectedHold(admin).getByRole("button", { name: /^Approve/ });
      await expect(refused).toHaveAttribute("aria-disabled", "true");
      await expect(refused).toHaveAccessibleDescription(/\w+ \w+/);
      await refused.click({ force: true });
      await expect(admin.getByRole("dialog")).toBeHidden();

      await hold.getByRole("button", { name: /^Approve/ }).click();
      const dialog = finance.getByRole("dialog");
      await dialog.getByRole("button", { name: /^Approve/ }).click();
      await expect(dialog.getByText("Say why, so that the record can be read later.")).toBeVisible();
      await dialog.getByLabel("What follows").selectOption("Bill the excess");
      await confirms(finance, /^Approve/, "Customer confirmed that they keep the excess");
      await expect(hold.getByText("Finance controller approved")).toBeVisible();
      await expect(hold.getByText("Customer confirmed that they keep the excess")).toBeVisible();

      await orderIsKnown(finance, order.number);
      await isVerified(finance, /Post invoice/);
      await expect(finance.getByText("On hold")).toHaveCount(0);
      await booksHold(finance);
    });

    test("EXAMPLE: the list leads to the hold by its reason, and a rejection needs a reason too", async ({ as }) => {
      test.setTimeout(180_000);
      const order = await orderPlaced("duplicate_purchase_order", { attended: true });
      const page = await as("finance");
      const hold = await opensHold(page, "Possible duplicate", order.customer);
      await hold.getByRole("button", { name: "Reject" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: /^Reject/ }).click();
      await expect(dialog.getByText("Say why, so that the record can be read later.")).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
    });
  });
});
