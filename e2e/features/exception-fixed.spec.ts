import { orderPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { booksHold, isVerified, orderIsKnown } from "../then/order";
import { packOf } from "../tower";
import { opensCause } from "../when/desk";

test.describe("FEATURE: exceptions are fixed where they are seen", () => {
  test.describe("RULE: a missing mapping is written once, and what waits for it goes on by itself", () => {
    test("EXAMPLE: the unit BX that nobody mapped", async ({ as }) => {
      test.setTimeout(180_000);
      const order = await orderPlaced("unknown_unit", { attended: true });
      const unit = packOf(order.items);
      const page = await as("ops");
      const cause = await opensCause(page, "MAP-03", order.number);
      await expect(cause.getByText(/BX has no conversion/).first()).toBeVisible();
      await expect(cause.getByText("Mapping", { exact: true })).toBeVisible();

      await expect(cause.getByText(new RegExp(`is kept in .*\\b${unit}\\b`))).toBeVisible();
      const waiting = cause.getByRole("list", { name: "What waits for it" });
      await cause.getByRole("combobox", { name: "Our unit" }).selectOption(unit);
      await expect(waiting.getByText(order.number)).toBeVisible();
      await cause.getByRole("button", { name: /^Map and release/ }).click();
      const resolved = cause.getByText("Resolved", { exact: true }), why = cause.getByLabel("Why it is changed");
      await expect(resolved.or(why)).toBeVisible({ timeout: 30_000 });
      if (await why.isVisible()) { // the shop's word means another pack since an earlier example
        await why.fill("This item's box is this pack");
        await cause.getByRole("button", { name: /^Map and release/ }).click();
      }
      await expect(resolved).toBeVisible({ timeout: 30_000 });

      await orderIsKnown(page, order.number);
      await isVerified(page, /Post invoice/);
      await booksHold(page);
    });
  });

  test.describe("RULE: a pack that nobody stated is entered as a fraction, checked before it counts", () => {
    test("EXAMPLE: one BX holds 6", async ({ as }) => {
      test.setTimeout(180_000);
      const order = await orderPlaced("unknown_unit", { attended: true, seed: "pack" });
      const page = await as("ops");
      const cause = await opensCause(page, "MAP-03", order.number);
      await cause.getByRole("button", { name: "It is a pack of its own" }).click();
      const holds = cause.getByLabel("1 BX holds");
      await holds.fill("0");
      await cause.getByRole("button", { name: /^State the pack/ }).click();
      await expect(cause.getByText("A whole number above 0")).toBeVisible();
      await holds.fill("6");
      await expect(cause.getByText(/So 1 BX is 6 \w+ of/)).toBeVisible();
      await expect(cause.getByRole("list", { name: "What waits for it" }).getByText(order.number)).toBeVisible();
      await cause.getByRole("button", { name: /^State the pack and release/ }).click();
      await expect(cause.getByText("Resolved", { exact: true })).toBeVisible({ timeout: 30_000 });
      await orderIsKnown(page, order.number);
      await isVerified(page, /Post invoice/);
      await booksHold(page);
    });
  });

  test.describe("RULE: what somebody may not do is visible, disabled, and says which right is missing", () => {
    test("EXAMPLE: a viewer sees every verb and may use none", async ({ as }) => {
      test.setTimeout(120_000);
      const order = await orderPlaced("unknown_unit", { attended: true, seed: "viewer" });
      const page = await as("viewer");
      const cause = await opensCause(page, "MAP-03", order.number);
      for (const verb of ["Retry", "Restart", "Resolve", "Assign to me"]) {
        const button = cause.getByRole("button", { name: verb, exact: true });
        await expect(button).toHaveAttribute("aria-disabled", "true");
        await expect(button).toHaveAccessibleDescription(/\bops\b|Operations/i);
      }
      await cause.getByRole("button", { name: "Retry", exact: true }).click({ force: true });
      await page.keyboard.press("r");
      await expect(page.getByRole("dialog")).toBeHidden();
    });
  });
});
