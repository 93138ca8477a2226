import { bankKey, keyWith } from "../given/a-key";
import { orderCaptured, receiptRecorded, withLine } from "../given/an-event";
import { expect, test } from "../given/somebody";
import { isAccessible, picture } from "../then/page";
import { isVerified, orderIsKnown } from "../then/order";
import { confirms, opensCause, selectedHold } from "../when/desk";
import { sends } from "../when/door";

test.describe("FEATURE: what people decide is a fact", () => {
  test.describe("RULE: whoever holds something by hand, or the team's lead, lets it go", () => {
    test("EXAMPLE: operations holds an order; finance may not release it, operations does", async ({ as }) => {
      test.setTimeout(180_000);
      const key = await keyWith("events:*"), event = orderCaptured({ requestedShip: "2030-01-15" });
      await sends(key.secret, event);
      const ops = await as("ops");
      await orderIsKnown(ops, event.data.number);
      await ops.getByRole("button", { name: "Place a hold" }).click();
      await ops.getByRole("dialog").getByLabel("Post invoice").check();
      await confirms(ops, /^Place the hold/, "The customer disputes the price");
      await ops.getByRole("link", { name: /Open the hold MANUAL/ }).first().click({ timeout: 60_000 });
      const hold = selectedHold(ops);
      await expect(hold.getByText("Placed by Ops lead")).toBeVisible();
      await expect(hold.getByText("The customer disputes the price").first()).toBeVisible();
      await expect(hold.getByRole("button", { name: "Reject" })).toHaveCount(0);

      const finance = await as("finance");
      await finance.goto(ops.url());
      await expect(selectedHold(finance).getByRole("button", { name: /^Release/ })).toHaveAccessibleDescription(/who placed it/);

      await hold.getByRole("button", { name: /^Release/ }).click();
      await confirms(ops, /^Release/, "Settled by phone");
      await orderIsKnown(ops, event.data.number);
      await expect(ops.getByText("On hold")).toHaveCount(0, { timeout: 60_000 });
    });
  });

  test.describe("RULE: a service that no system confirms is confirmed by operations, with quantity, day and reason, and billed", () => {
    test("EXAMPLE: one of several is done and invoiced; finance sees whose word it is to give, and more than is open is refused", async ({ as }) => {
      test.setTimeout(180_000);
      // the same quantity twice within a day would be held as a duplicate
      const ordered = 3 + (Date.now() % 40), key = await keyWith("events:*"), event = orderCaptured(withLine({ method: "service", quantity: String(ordered) }));
      await sends(key.secret, event);
      const ops = await as("ops"), finance = await as("finance");
      await orderIsKnown(ops, event.data.number);
      const button = ops.getByRole("button", { name: "Confirm service done" });
      await expect(button).toBeVisible({ timeout: 60_000 });
      await finance.goto(ops.url());
      await expect(finance.getByRole("button", { name: "Confirm service done" })).toHaveAccessibleDescription(/ops/);
      await button.click();
      const dialog = ops.getByRole("dialog");
      await dialog.getByLabel("Quantity done").fill(String(ordered + 1));
      for (const size of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
        await ops.setViewportSize(size);
        await isAccessible(ops);
        await picture(ops, `service-confirmed-${size.width}`);
      }
      await ops.setViewportSize({ width: 1440, height: 900 });
      await dialog.getByLabel("Reason").fill("The fitter called");
      await dialog.getByRole("button", { name: `Confirm ${ordered + 1} done` }).click();
      await expect(dialog.getByRole("alert")).toContainText(`at most ${ordered}`);
      await dialog.getByLabel("Quantity done").fill("1");
      await confirms(ops, /^Confirm 1 done/, "The fitter called");
      await isVerified(ops, /Post invoice/);
      await button.click();
      await expect(dialog.getByLabel("Quantity done")).toHaveValue(String(ordered - 1));
    });
  });

  test.describe("RULE: an exception ends by a decision that the planner acts on, never by a closed row", () => {
    test("EXAMPLE: money without a word is placed on account by finance; operations sees why it may not", async ({ as }) => {
      test.setTimeout(180_000);
      const key = await bankKey(), event = receiptRecorded();
      await sends(key.secret, event);
      const finance = await as("finance"), ops = await as("ops");
      const cause = await opensCause(finance, "PAY-01", event.data.receipt);
      const decide = cause.getByRole("region", { name: "Decide" });
      await ops.goto(finance.url());
      await expect(ops.getByRole("region", { name: "Decide" }).getByRole("button", { name: /on account$/ }).first()).toHaveAccessibleDescription(/finance/);
      const documents = decide.getByLabel("Document");
      if (await documents.isVisible()) await documents.selectOption({ label: event.data.receipt });
      await decide.getByRole("button", { name: /on account$/ }).click();
      const dialog = finance.getByRole("dialog");
      await expect(dialog.getByText(event.data.receipt).first()).toBeVisible();
      await confirms(finance, /on account$/, "The customer pays ahead");
      await expect(cause.getByRole("row").filter({ hasText: event.data.receipt }).getByText(/fixed and verified/)).toBeVisible({ timeout: 60_000 });
    });
  });
});
