import { uniqueNumber } from "../given/an-event";
import { orderPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { isAccessible } from "../then/page";
import { isVerified, orderIsKnown } from "../then/order";
import { packOf } from "../tower";
import { confirms } from "../when/desk";
import { presses } from "../when/keyboard";

test.describe("FEATURE: the cross-reference", () => {
  test.describe("RULE: what waits for a missing code stands first, and goes on once the code is written", () => {
    test("EXAMPLE: ops maps a unit here, and the order is shipped and invoiced by itself", async ({ as }) => {
      test.setTimeout(240_000);
      const order = await orderPlaced("unknown_unit", { attended: true, seed: "cross" });
      const page = await as("ops");
      await orderIsKnown(page, order.number);
      const missing = page.getByRole("table", { name: "Missing codes" }).getByRole("row").filter({ hasText: "BX" });
      await expect(async () => { await page.goto("/cross-reference?kind=unit&system=shop"); await expect(missing).toBeVisible({ timeout: 5000 }); }).toPass({ timeout: 60_000 });
      await missing.getByRole("link", { name: "Map" }).click();
      const form = page.getByRole("region", { name: "Mapping BX" });
      await expect(form.getByRole("list", { name: "What waits for it" }).getByText(order.number)).toBeVisible();
      await form.getByLabel("Our unit").fill(packOf(order.items));
      await expect(form.getByRole("button", { name: /^Map and release \d+$/ })).toBeVisible();
      await isAccessible(page);
      await form.getByRole("button", { name: /^Map and release/ }).click();
      await expect(form.getByText("Say why, so that the record can be read later.")).toBeVisible();
      await form.getByLabel("Reason").fill("The shop calls our pack BX");
      await form.getByRole("button", { name: /^Map and release/ }).click();
      await expect(form).toBeHidden({ timeout: 30_000 });

      await page.goto("/cross-reference?q=BX&open=US01%7Cunit%7Cshop%7CBX");
      await expect(form.getByText("“The shop calls our pack BX”")).toBeVisible();
      await expect(form.getByRole("button", { name: "Change the mapping" })).toHaveAttribute("aria-disabled", "true");
      await page.goto(`/orders/${order.number}`);
      await isVerified(page, /Post invoice/);
    });
  });

  test.describe("RULE: a mapping is found by its code, our name or what it is called, and changed with a reason that is kept", () => {
    test("EXAMPLE: ops looks a customer up and points its code elsewhere and back", async ({ as }) => {
      test.setTimeout(150_000);
      const page = await as("ops");
      await page.goto("/cross-reference?kind=customer&system=shop");
      const rows = page.getByRole("region", { name: "Cross-reference" }).getByRole("row");
      const first = rows.nth(1);
      const [code = "", own = ""] = await first.locator(".id").allInnerTexts();
      await page.getByRole("searchbox").fill(code);
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=/);
      await expect(first).toContainText(own);
      await first.click();
      const form = page.getByRole("region", { name: `Mapping ${code}` });
      await expect(form.getByLabel("Our customer")).toHaveValue(own); // it comes after the form, and what is filled in meanwhile would stand beside it
      await form.getByLabel("Our customer").fill("NOBODY-9");
      await form.getByLabel("Reason").fill("A slip");
      await form.getByRole("button", { name: "Change the mapping" }).click();
      await expect(form.getByRole("alert")).toContainText("There is no customer NOBODY-9 in the master data of US01");
      const other = own === "D10002" ? "D10003" : "D10002";
      for (const [to, from] of [[other, own], [own, other]] as const) {
        await form.getByLabel("Our customer").fill(to);
        await expect(form.getByText(`− ${from}`)).toBeVisible();
        await form.getByLabel("Reason").fill(`They moved to ${to}`);
        await form.getByRole("button", { name: "Change the mapping" }).click();
        await expect(form).toBeHidden({ timeout: 30_000 });
        await expect(first).toContainText(to, { timeout: 30_000 });
        await first.click();
        await expect(form.getByText(`“They moved to ${to}”`)).toBeVisible();
        await expect(form.getByLabel("Our customer")).toHaveValue(to);
      }
    });

    test("EXAMPLE: who may not write sees the form with the missing right, and the keyboard leads there and back", async ({ as }) => {
      const page = await as("viewer");
      await page.goto("/");
      await presses(page, ["g", "x"], (within) => expect(page.getByRole("heading", { level: 1, name: "Cross-reference" })).toBeVisible(within));
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL(/open=/);
      // the first row is a missing code or a written one, as other features left it: only the latter can be taken away
      const write = page.getByRole("region", { name: /^Mapping / }).getByRole("button", { name: /^(Map|Change)/ });
      await expect(write).toBeDisabled();
      await expect(write).toHaveAccessibleDescription(/^Needs the role/);
      await page.keyboard.press("Escape");
      await page.waitForURL((url) => !url.searchParams.has("open"));
    });
  });

  test.describe("RULE: a file of mappings is shown line by line, and written whole or not at all; a mapping is taken away with a reason", () => {
    test("EXAMPLE: a bad line is named and stops the file; without it the administrator imports it, and operations takes one row away", async ({ as }) => {
      test.setTimeout(180_000);
      const admin = await as("admin"), ops = await as("ops"), [one, two] = [uniqueNumber("CAR"), uniqueNumber("CAR")];
      const rows = [`US01,carrier,wms,${one},PARCELWAY`, `US01,carrier,wms,${two},GROUND`], head = "entity,kind,system,code,canonical";
      const choose = (...lines: string[]) => admin.getByLabel("File of mappings").setInputFiles({ name: "carriers.csv", mimeType: "text/csv", buffer: Buffer.from([head, ...lines].join("\r\n")) });
      await admin.goto("/cross-reference");
      await admin.getByLabel("File of mappings").setInputFiles({ name: "notes.csv", mimeType: "text/csv", buffer: Buffer.from("who,what\r\n") });
      await expect(admin.getByText(/notes\.csv: The first line must name the columns/)).toBeVisible();
      await choose(rows[0] ?? "", "US01,item,shop,X-1,NOBODY-9", rows[1] ?? "");
      const dialog = admin.getByRole("dialog");
      await expect(dialog.getByRole("row").nth(1)).toHaveText(/3.*Refused.*There is no item NOBODY-9 in the master data of US01/);
      await expect(dialog.getByRole("button", { name: /^Import/ })).toHaveAccessibleDescription("1 line is refused");
      await isAccessible(admin);
      await admin.keyboard.press("Escape");
      await choose(...rows);
      await expect(dialog.getByRole("status")).toHaveText("2 added, 0 changed, 0 stay, 0 refused");
      await isAccessible(admin);
      await confirms(admin, /^Import 2 mappings/, "New carrier list");

      const form = ops.getByRole("region", { name: `Mapping ${one}` });
      await expect(async () => { await ops.goto(`/cross-reference?q=${one}&open=${encodeURIComponent(`US01|carrier|wms|${one}`)}`); await expect(form.getByText("“New carrier list”")).toBeVisible({ timeout: 3000 }); await expect(form.getByRole("button", { name: "Take away" })).toBeVisible({ timeout: 3000 }); }).toPass({ timeout: 60_000 });
      await form.getByRole("button", { name: "Take away" }).click();
      await isAccessible(ops);
      await confirms(ops, /^Take the mapping away/, "They left us");
      await expect(async () => { await ops.goto(`/cross-reference?q=${one}`); await expect(ops.getByText("No mapping fits")).toBeVisible({ timeout: 3000 }); }).toPass({ timeout: 60_000 });
      await ops.goto(`/cross-reference?open=${encodeURIComponent(`US01|carrier|wms|${one}`)}`);
      await expect(form.getByText("was taken away")).toBeVisible();
      await expect(ops.getByRole("button", { name: "Import" })).toHaveAccessibleDescription(/admin/);
    });
  });
});
