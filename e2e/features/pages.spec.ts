import type { Page } from "@playwright/test";
import { orderPlaced, ordersPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { fitsItsWidth, isAccessible, picture } from "../then/page";
import { orderIsKnown } from "../then/order";
import { account } from "../tower";
import { towerJson, towerTyped } from "../when/command-line";
import { opensCause } from "../when/desk";
import { presses } from "../when/keyboard";

const widths = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];
const schemes = ["light", "dark"] as const;

/** `address` leads there from nothing: it waits for what it shows, and no example needs another one before it. */
interface Shown { name: string; address: (page: Page) => string | Promise<string>; heading: string | RegExp }
let order = "", unmapped = "", excess = "";
const ofOrder = (path: (number: string) => string) => async (page: Page): Promise<string> => { await orderIsKnown(page, order); return path(order); };
async function causeOpened(page: Page): Promise<string> {
  await orderIsKnown(page, unmapped);
  await opensCause(page, "MAP-03", unmapped);
  return page.url();
}
async function holdOpened(page: Page): Promise<string> {
  await orderIsKnown(page, excess);
  await page.getByRole("link", { name: /Open the hold OVER_SHIPMENT/ }).first().click({ timeout: 60_000 });
  await page.waitForURL(/hold=/);
  return page.url();
}
async function bulkBegun(page: Page): Promise<string> {
  await orderIsKnown(page, order);
  const { id } = await towerJson<{ id: string }>("replay", "--order", order, "--reason", "a page to look at");
  return `/bulk/${id}`;
}
/** A statement of today, in the name of finance. */
async function statementTaken(): Promise<string> {
  const { email, password } = account("finance"), today = new Date().toISOString().slice(0, 10);
  const { id } = await towerTyped<{ id: string }>([password], "reconcile", "--entity", "US01", "--from", today, "--to", today, "--keep", "--as", email, "--reason", "a page to look at");
  return `/reconciliation?run=${id}&show=all`;
}
const pages: Shown[] = [
  { name: "tower", address: () => "/", heading: "Tower" },
  { name: "exceptions", address: () => "/exceptions", heading: "Exceptions" },
  { name: "exceptions-one", address: causeOpened, heading: "Exceptions" },
  { name: "held", address: () => "/held", heading: "Held postings" },
  { name: "held-one", address: holdOpened, heading: "Held postings" },
  { name: "orders", address: () => "/orders?stage=all", heading: "Orders" },
  { name: "order", address: ofOrder((number) => `/orders/${number}`), heading: /^N-/ },
  { name: "order-unknown", address: () => "/orders/x", heading: /./ },
  { name: "trace", address: () => "/trace", heading: "Trace" },
  { name: "trace-found", address: ofOrder((number) => `/trace?q=${number}`), heading: "Trace" },
  { name: "trace-list", address: ofOrder((number) => `/trace?q=${number}&view=list`), heading: "Trace" },
  { name: "connectors", address: () => "/connectors", heading: "Connectors" },
  { name: "connectors-one", address: () => "/connectors?connector=erp", heading: "Connectors" },
  { name: "exceptions-grouped", address: () => "/exceptions?by=code", heading: "Exceptions" },
  { name: "bulk", address: () => "/bulk", heading: "Bulk actions" },
  { name: "bulk-one", address: bulkBegun, heading: /^Replay of / },
  { name: "reports", address: () => "/reports", heading: "Reports" },
  { name: "reports-fixes", address: () => { const today = new Date().toISOString().slice(0, 10); return `/reports/fixes?from=${today}&to=${today}`; }, heading: "Fixes" },
  { name: "reports-exceptions", address: () => { const today = new Date().toISOString().slice(0, 10); return `/reports/exceptions?from=${today}&to=${today}&code=MAP-03`; }, heading: /unit/i },
  { name: "cross-reference", address: () => "/cross-reference", heading: "Cross-reference" },
  { name: "cross-reference-one", address: () => "/cross-reference?open=US01%7Cunit%7Cshop%7CBX", heading: "Cross-reference" },
  { name: "cross-reference-new", address: () => "/cross-reference?open=new", heading: "Cross-reference" },
  { name: "pairs", address: () => "/cross-reference/pairs", heading: "Suggested pairs" },
  { name: "routes", address: () => "/routes", heading: "Entities and routes" },
  { name: "routes-one", address: () => "/routes?route=US01%2Ffinance%2F*", heading: "Entities and routes" },
  { name: "adopt", address: () => "/routes/adopt", heading: "Adopt and go live" },
  { name: "completeness", address: () => "/completeness", heading: "Nothing missing" },
  { name: "completeness-one", address: () => "/completeness?hours=168&source=shop&kind=orders&show=said", heading: "Nothing missing" },
  { name: "close", address: () => "/close", heading: "Close readiness" },
  { name: "reconciliation", address: () => "/reconciliation", heading: "Reconciliation" },
  { name: "reconciliation-one", address: statementTaken, heading: "Reconciliation" },
  { name: "stock", address: () => "/stock", heading: "Stock in channels" },
  { name: "stock-none", address: () => "/stock?find=no-such-item&open=x", heading: "Stock in channels" },
  { name: "service-levels", address: () => "/service-levels", heading: "Service levels" },
];

/** Each width in each scheme: readable, operable, and no wider than its window. */
async function isSound(page: Page, { name, heading, address }: Shown): Promise<void> {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => { if (message.type() === "error" && !/Failed to load resource/.test(message.text())) problems.push(message.text()); });
  await page.goto(await address(page));
  for (const size of widths) {
    await page.setViewportSize(size);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
      await expect(page.getByText("Reading.", { exact: true })).toHaveCount(0);
      await picture(page, `${name}-${size.width}-${colorScheme}`);
      await test.step(`${size.width} px, ${colorScheme}`, async () => {
        await fitsItsWidth(page);
        await isAccessible(page, colorScheme === "light" ? "all" : "colours");
      });
    }
  }
  expect(problems, "said by the browser").toEqual([]);
}

test.describe("FEATURE: pages for everybody", () => {
  // half of them in each tower
  test.describe.configure({ mode: "parallel" });
  test.beforeAll(async () => {
    test.setTimeout(180_000);
    const plain = await ordersPlaced("plain", { count: 4, seed: "pages" });
    unmapped = (await orderPlaced("unknown_unit", { attended: true, seed: "pages" })).number;
    excess = (await orderPlaced("over_shipped", { attended: true, seed: "pages" })).number;
    order = plain[0]?.number ?? "";
  });

  test.describe("RULE: every page is clean at WCAG 2.2 AA and fits, light and dark, on a desk and on a phone", () => {
    for (const shown of pages)
      test(`EXAMPLE: ${shown.name}`, async ({ as }) => {
        test.setTimeout(180_000);
        const page = await as(shown.name.startsWith("held") ? "finance" : /^(connectors|routes|service-levels)/.test(shown.name) ? "admin" : "ops");
        await isSound(page, shown);
      });

    test("EXAMPLE: sign-in", async ({ page }) => {
      test.setTimeout(120_000);
      await isSound(page, { name: "sign-in", heading: "Sign in", address: () => "/sign-in" });
    });
  });

  test.describe("RULE: everything can be done from the keyboard", () => {
    test("EXAMPLE: the first Tab offers to skip to the page; G and O opens the orders, Control and K the box for any id", async ({ as }) => {
      const page = await as("ops");
      await page.goto("/");
      await expect(page.getByRole("heading", { level: 1, name: "Tower" })).toBeVisible();
      await page.keyboard.press("Tab");
      await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
      await presses(page, ["g", "o"], (within) => expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible(within));
      await page.keyboard.press("Control+k");
      const box = page.getByRole("dialog").getByRole("combobox");
      await box.fill(order);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("heading", { level: 1, name: "Trace" })).toBeVisible();
      await expect(page.getByRole("list", { name: "Story" })).toBeVisible();
    });

    test("EXAMPLE: J, K and Enter walk the causes, Escape goes back, and the address says where one is", async ({ as }) => {
      const page = await as("ops");
      await page.goto("/exceptions");
      await expect(page.getByRole("list", { name: "Groups" })).toBeVisible();
      await presses(page, ["j", "k", "Enter"], (within) => page.waitForURL(/group=/, within));
      await expect(page.getByRole("region", { name: "Selected group" }).getByRole("heading", { name: "What you can do" })).toBeVisible();
      await page.keyboard.press("Escape");
      await page.waitForURL((url) => !url.searchParams.has("group"));
    });
  });
});
