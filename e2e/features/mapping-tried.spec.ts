import { randomUUID } from "node:crypto";
import { expect, test } from "../given/somebody";
import { fitsItsWidth, isAccessible, picture } from "../then/page";
import { addsFileDrop } from "../when/desk";

const head = "Order;Date;Customer;Pos;Item;Qty;Unit;Price";
const row = (number: string, quantity: string): string => `${number};24.11.2026;K-7;1;IT-1;${quantity};ST;18,75`;
const columns = { "Order number": "Order", Placed: "Date", "Sold to": "Customer", Line: "Pos", Item: "Item", Quantity: "Qty", Unit: "Unit", Price: "Price" };
const constants = { Channel: "edi", Country: "DE", Currency: "EUR", "Payment terms": "N30" };

test.describe("FEATURE: what the columns of a file mean", () => {
  test.describe("RULE: an administrator tries a mapping on a sample before it is saved, and sees what each row would become", () => {
    test("EXAMPLE: a sample in which one quantity is a word", async ({ as }) => {
      test.setTimeout(120_000);
      const name = `Drop ${randomUUID().slice(0, 6)}`;
      const page = await as("admin");
      const added = await addsFileDrop(page, name);
      await expect(added.getByText("None yet, so no file is taken.")).toBeVisible();
      await added.getByRole("button", { name: "Add a mapping" }).click();

      const dialog = page.getByRole("dialog");
      await expect(dialog.getByRole("button", { name: "Put into the draft" })).toHaveAccessibleDescription("Order number is not mapped yet");
      await dialog.getByLabel("Files", { exact: false }).first().fill("ORDERS_*.csv");
      await dialog.getByLabel("Between columns").selectOption(";");
      await dialog.getByLabel("Decimal mark").selectOption(",");
      await dialog.getByLabel("Dates").selectOption("dd.MM.yyyy");
      await dialog.getByLabel("Sample", { exact: true }).fill([head, row("A1", "2,5"), row("A2", "two"), row("A3", "4")].join("\n"));
      for (const [field, column] of Object.entries(columns)) await dialog.getByLabel(`${field}: column`, { exact: true }).fill(column);
      for (const [field, constant] of Object.entries(constants)) await dialog.getByLabel(`${field}: constant`, { exact: true }).fill(constant);
      await dialog.getByLabel("Unit: words", { exact: true }).fill("ST = EA");
      await dialog.getByRole("button", { name: "Try on the sample" }).click();

      await expect(dialog.getByText("2 of 3 documents become events, 1 would stop")).toBeVisible();
      const first = dialog.getByRole("table", { name: "Documents of the sample" }).getByRole("row").nth(1);
      await expect(first).toContainText("A2");
      await expect(first).toContainText('Row 3, Qty: Quantity "two" is no number with , as its decimal mark');
      await isAccessible(page, "all");
      await picture(page, "mapping-tried");

      await dialog.getByLabel("Sample", { exact: true }).fill([head, row("A1", "2,5")].join("\n"));
      await dialog.getByRole("button", { name: "Try on the sample" }).click();
      await expect(dialog.getByText("1 of 1 documents become events, 0 would stop")).toBeVisible();
      await dialog.getByRole("button", { name: "Put into the draft" }).click();
      await expect(dialog).toBeHidden();

      await added.getByRole("button", { name: "Save as v2" }).click();
      await page.getByRole("dialog").getByLabel("Reason", { exact: false }).fill("orders of the German partner");
      await page.getByRole("dialog").getByRole("button", { name: /^Save/ }).click();
      await expect(page.getByRole("dialog")).toBeHidden();

      await page.reload();
      await added.getByRole("button", { name: "Edit mapping of ORDERS_*.csv" }).click();
      await expect(dialog.getByLabel("Quantity: column", { exact: true })).toHaveValue("Qty");
      await expect(dialog.getByLabel("Unit: words", { exact: true })).toHaveValue("ST = EA");
      await page.setViewportSize({ width: 390, height: 844 });
      await fitsItsWidth(page);
    });
  });
});
