import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { orderInTheShop, orderPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { orderIsKnown } from "../then/order";
import { shopSays } from "../when/door";

/** The shop tells of an order with one line spoiled; answers the order's number and the sender's id of the message. */
async function brokenOrder(spoil: (line: Record<string, unknown>) => void): Promise<{ number: string; id: string }> {
  const order = structuredClone(await orderInTheShop((await orderPlaced("plain")).number)) as unknown as Record<string, unknown> & { lines: Record<string, unknown>[] };
  const number = `E-${randomUUID().slice(0, 8).toUpperCase()}`, id = `evt_${randomUUID()}`;
  Object.assign(order, { id: number, number, purchase_order_number: number });
  for (const line of order.lines.slice(0, 1)) spoil(line);
  expect((await shopSays(JSON.stringify({ id, type: "order.created", created_at: new Date().toISOString(), data: { order } }))).status).toBe(202);
  return { number, id };
}

/** Opens the message from the cause that names it, whichever fault it has. */
async function opensMessage(page: Page, id: string): Promise<void> {
  await expect(async () => {
    await page.goto("/exceptions?code=CTR-01");
    for (const group of await page.getByRole("list", { name: "Groups" }).getByRole("listitem").all()) {
      await group.getByRole("link").click();
      const message = page.getByRole("table", { name: "Documents of this cause" }).getByRole("button", { name: id });
      // The table of the cause before stands until this one's has come.
      const isListed = await message.waitFor({ timeout: 2000 }).then(() => true, () => false);
      if (isListed) { await message.click(); return; }
    }
    throw new Error(`no cause lists ${id}`);
  }).toPass({ timeout: 60_000 });
  await expect(page.getByRole("dialog")).toBeVisible();
}

test.describe("FEATURE: a message that breaks its contract is edited where it is seen", () => {
  test.describe("RULE: free fields count at once, and the difference is shown before", () => {
    test("EXAMPLE: a line whose unit was left out", async ({ as }) => {
      test.setTimeout(180_000);
      let unit = "";
      const { number, id } = await brokenOrder((line) => { unit = String(line["unit"]); delete line["unit"]; });
      const page = await as("ops");
      await opensMessage(page, id);
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Give /data/order/lines/0/unit" }).click();
      await dialog.getByLabel("New value of /data/order/lines/0/unit").fill(unit);
      await expect(dialog.getByText("It would be read as order captured")).toBeVisible();
      await expect(dialog.getByRole("region", { name: "What changes" }).getByText(`becomes + ${unit}`)).toBeVisible();
      await expect(dialog.getByText("locked, says which document it is").first()).toBeVisible();
      await isAccessible(page, "all");
      await dialog.getByRole("button", { name: "Edit and retry" }).click();
      await expect(dialog.getByText("Say why")).toBeVisible();
      await dialog.getByLabel("Reason", { exact: false }).fill("the shop left the unit out");
      await dialog.getByRole("button", { name: "Edit and retry" }).click();
      await expect(dialog).toBeHidden();
      await orderIsKnown(page, number);
    });
  });

  test.describe("RULE: an amount is changed by two persons, never by one", () => {
    test("EXAMPLE: a quantity in words", async ({ as }) => {
      test.setTimeout(180_000);
      const { number, id } = await brokenOrder((line) => { line["quantity"] = "twelve"; });
      const ops = await as("ops");
      await opensMessage(ops, id);
      const asked = ops.getByRole("dialog");
      await asked.getByRole("button", { name: "Change /data/order/lines/0/quantity" }).click();
      await asked.getByLabel("New value of /data/order/lines/0/quantity").fill("12");
      await expect(asked.getByText("another person confirms it before it counts")).toBeVisible();
      await asked.getByLabel("Reason", { exact: false }).fill("confirmed with the buyer");
      await asked.getByRole("button", { name: "Propose to a second person" }).click();
      await expect(asked).toBeHidden();

      await opensMessage(ops, id);
      await expect(ops.getByRole("dialog").getByRole("button", { name: "Confirm and retry" })).toHaveAccessibleDescription("Whoever proposed it may not confirm it");
      await ops.keyboard.press("Escape");

      const finance = await as("finance");
      await opensMessage(finance, id);
      const decides = finance.getByRole("dialog");
      await expect(decides.getByText("confirmed with the buyer")).toBeVisible();
      await expect(decides.getByText("becomes + 12")).toBeVisible();
      await decides.getByLabel("Reason", { exact: false }).fill("agreed with sales");
      await decides.getByRole("button", { name: "Confirm and retry" }).click();
      await expect(decides).toBeHidden();
      await orderIsKnown(finance, number);
    });
  });
});
