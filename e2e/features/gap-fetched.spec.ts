import type { Page } from "@playwright/test";
import { orderPlaced } from "../given/orders";
import { shipmentInTheWarehouse, shipmentsAreReadable, shipmentsAreUnreadable } from "../given/shipments";
import { expect, test } from "../given/somebody";
import { booksHold, isVerified, orderIsKnown } from "../then/order";
import { isAccessible } from "../then/page";

/** A window of five minutes, its close, its allowance, and the loaded machine. */
const MISSING_WITHIN = 420_000;
const listed = (show: string): string => `/completeness?source=wms&kind=shipments&show=${show}`;
const row = (page: Page, shipment: string) => page.getByRole("table", { name: "Documents" }).getByRole("row").filter({ hasText: shipment });

test.describe("FEATURE: what a source says exists is here, or is work", () => {
  test.afterEach(shipmentsAreReadable);

  test.describe("RULE: a gap is an exception that ends when what is missing is held; fetching it is a fix that counts only then", () => {
    test("EXAMPLE: goods left, and nobody was told; operations fetches the shipment", async ({ as }) => {
      test.setTimeout(720_000);
      await shipmentsAreUnreadable();
      const order = await orderPlaced("plain", { seed: "gap" });
      const ops = await as("ops"), viewer = await as("viewer");
      await orderIsKnown(ops, order.number);
      await expect.poll(() => shipmentInTheWarehouse(order.number), { timeout: 120_000 }).toBeDefined();
      const shipment = await shipmentInTheWarehouse(order.number) ?? "";

      // it opens
      await expect(async () => { await ops.goto(listed("missing")); await expect(row(ops, shipment)).toContainText("Missing", { timeout: 4000 }); }).toPass({ timeout: MISSING_WITHIN });
      const source = ops.getByRole("region", { name: /, shipments$/ });
      await expect(source.locator(".why")).toContainText("not here");
      await isAccessible(ops);
      await viewer.goto(listed("missing"));
      await expect(viewer.getByRole("button", { name: /^Fetch now/ })).toHaveAttribute("aria-disabled", "true");
      await source.getByRole("link", { name: "Open the exception" }).click();
      const cause = ops.getByRole("region", { name: "Selected group" });
      await expect(cause.getByText("CMP-01", { exact: true }).first()).toBeVisible();
      const address = ops.url();
      await expect(cause.getByRole("table", { name: "Documents of this cause" }).getByText(shipment).first()).toBeVisible();

      // it is fetched
      await ops.goto(listed("missing"));
      await ops.getByRole("button", { name: /^Fetch now/ }).click();
      await expect(ops.getByText(/being fetched\. It counts as a verified fix when all of it is held/)).toBeVisible({ timeout: 60_000 });

      // it closes
      await expect(async () => { await ops.goto(listed("healed")); await expect(row(ops, shipment)).toContainText(/taken in, held/, { timeout: 4000 }); }).toPass({ timeout: 60_000 });
      await expect(row(ops, shipment).getByText("Verified")).toBeVisible();
      await ops.goto(address);
      await expect(cause.getByText("Resolved", { exact: true })).toBeVisible();
      await expect(cause).toContainText(/Held\s+\d+ of \d+/);
      await ops.goto("/reports");
      await ops.getByRole("link", { name: /^\d+ tried$/ }).click();
      await expect(ops.getByRole("table", { name: "Fixes" }).getByRole("row").filter({ hasText: "CMP-01" }).filter({ hasText: "fetch" }).first()).toContainText("Verified");

      // and what waited for it goes on; what the feed tells of it now is known already
      await shipmentsAreReadable();
      await orderIsKnown(ops, order.number);
      await isVerified(ops, /Post invoice/);
      await booksHold(ops);
    });
  });
});
