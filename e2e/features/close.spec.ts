import { keyWith } from "../given/a-key";
import { orderCaptured, serviceConfirmed, uniqueNumber, withLine } from "../given/an-event";
import { expect, test } from "../given/somebody";
import { fitsItsWidth, isAccessible, picture } from "../then/page";
import { towerJson } from "../when/command-line";
import { confirms } from "../when/desk";
import { sends } from "../when/door";
import { signsIn } from "../when/sign-in";

/** The finance system of the demo has soft-closed the month before the last; its last day at noon, UTC. */
function softClosed(): { period: string; noon: string } {
  const now = new Date(), last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 0, 12));
  return { period: last.toISOString().slice(0, 7), noon: last.toISOString() };
}
interface Close { period: { state: string }; blockers: { says: string }[]; signed: { state: string } | null; lateSinceClose: { totals: { control: string }[] } }

test.describe("FEATURE: a period is closed from the screens", () => {
  test.describe("RULE: what is signed stays what it was, and what comes later is told as late", () => {
    test("EXAMPLE: finance signs although the books were not compared, a second person confirms; goods that left in that month and are told today are late, and go into the next open period", async ({ as, browser }) => {
      test.setTimeout(420_000);
      const { period, noon } = softClosed(), close = () => towerJson<Close>("close", "--entity", "US01", "--period", period);
      await expect(async () => { expect((await close()).period.state).toBe("soft_closed"); }).toPass({ timeout: 90_000 });
      const second = await towerJson<{ email: string; password: string }>("user", "create", "--email", `closer-${Date.now()}@example.test`, "--name", "Second closer", "--role", "finance", "--entity", "US01", "--hold", "PERIOD_CLOSED", "--limit", "100000");
      const finance = await as("finance"), viewer = await as("viewer"), address = `/close?entity=US01&period=${period}`;
      await viewer.goto(address);
      await expect(viewer.getByRole("button", { name: /^Sign (although|US01)/ })).toHaveAccessibleDescription(/^Needs the role finance in US01/, { timeout: 30_000 });

      await finance.goto("/close");
      await finance.getByRole("table", { name: "Periods, the newest first" }).getByRole("row", { name: new RegExp(`US01 ${period}`) }).or(finance.getByRole("row").filter({ hasText: period }).filter({ hasText: "US01" })).first().click();
      await finance.waitForURL(new RegExp(`period=${period}`));
      const one = finance.getByRole("region", { name: `US01, ${period}` });
      await expect(one.getByRole("table", { name: "What blocks the close, most money first" })).toContainText(/no statement was taken|the newest statement ends|not settled/, { timeout: 30_000 });
      await isAccessible(finance);

      await one.getByRole("button", { name: "Tick: The accrual entry is booked in the ledger" }).click();
      await finance.getByRole("dialog").getByLabel("Number of the entry in the ledger", { exact: false }).fill("nothing to accrue");
      await finance.getByRole("dialog").getByRole("button", { name: "Tick" }).click();
      await expect(one.getByText("Finance controller ticked it")).toBeVisible({ timeout: 30_000 });

      await one.getByRole("button", { name: /^Sign although/ }).click();
      const dialog = finance.getByRole("dialog");
      await dialog.getByRole("button", { name: /^Sign/ }).click();
      await expect(dialog.getByText("Say why, so that the record can be read later.")).toBeVisible();
      await isAccessible(finance);
      await dialog.getByLabel("Reason", { exact: false }).fill("nothing was done in that month");
      await dialog.getByRole("button", { name: /^Sign/ }).click();
      await expect(one.getByText("waits for a second person")).toBeVisible({ timeout: 30_000 });
      await expect(one.getByRole("button", { name: "Confirm the signature" })).toHaveAccessibleDescription("Whoever signed first may not confirm it");

      const other = await (await browser.newContext()).newPage();
      await other.goto("/sign-in");
      await signsIn(other, second.email, second.password);
      await expect(other.getByRole("heading", { level: 1, name: "Tower" })).toBeVisible();
      await other.goto(address);
      await other.getByRole("button", { name: "Confirm the signature" }).click({ timeout: 30_000 });
      await other.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
      await expect(other.getByText("Finance controller signed, Second closer confirmed")).toBeVisible({ timeout: 30_000 });
      expect((await close()).signed?.state).toBe("signed");

      const order = uniqueNumber("LATE"), quantity = String(100 + Math.floor(Math.random() * 800) * 2), amount = (Number(quantity) * 12.5).toFixed(2), orders = await keyWith("events:order.captured", "events:shipment.confirmed");
      const done = serviceConfirmed(order, quantity);
      expect((await sends(orders.secret, [orderCaptured({ ...withLine({ method: "service", quantity }), placed: noon }, order), { ...done, data: { ...(done.data as object), shippedAt: noon } }])).status).toBe(202);
      await expect(async () => { expect((await close()).lateSinceClose.totals.map(({ control }) => control)).toContain(amount); }).toPass({ timeout: 120_000 });

      await finance.goto(`${address}&list=late`);
      const late = finance.getByRole("table", { name: "Late since close" });
      await expect(late.getByRole("row").filter({ hasText: order })).toContainText("shipped", { timeout: 30_000 });
      await finance.goto(`${address}&list=accrual`);
      await expect(finance.getByRole("table", { name: "Proposed entry with its reversal" }).getByRole("row")).toHaveCount(5, { timeout: 30_000 });
      const csv = await (await finance.request.get(`/close/csv?entity=US01&period=${period}`)).text();
      expect(csv).toContain(`,${order},`);
      expect(csv).toContain("Revenue, shipped not invoiced");
      for (const [width, scheme] of [[1440, "light"], [1440, "dark"], [390, "light"], [390, "dark"]] as const) {
        await finance.setViewportSize({ width, height: 900 });
        await finance.emulateMedia({ colorScheme: scheme });
        await picture(finance, `close-${width}-${scheme}`);
        await fitsItsWidth(finance);
        await isAccessible(finance);
      }
      await finance.setViewportSize({ width: 1440, height: 900 });

      await finance.goto(address);
      await finance.getByRole("button", { name: "Ask to reopen" }).click({ timeout: 30_000 });
      await confirms(finance, /^Ask$/, "Goods that nobody told in time");
      await expect(finance.getByText("Finance controller asked", { exact: false })).toContainText("The ledger has not answered.", { timeout: 30_000 });

      await other.goto(`${address}&list=held&of=PERIOD_CLOSED`);
      await other.getByRole("table", { name: "Held postings" }).getByRole("row").filter({ hasText: order }).getByRole("link").first().click({ timeout: 30_000 });
      await other.waitForURL(/\/held\?/);
      const hold = other.getByRole("region", { name: "Selected hold" });
      await expect(hold.getByRole("link", { name: `Close of ${period}` })).toHaveAttribute("href", address);
      await hold.getByRole("button", { name: /^Approve/ }).click();
      await confirms(other, /^Approve/, "Known too late for its month");
      await expect(hold.getByText("Second closer approved")).toBeVisible({ timeout: 30_000 });
      // on an invoice of a later month: of this one it is not invoiced, and stays late
      await other.goto(`${address}&list=late`);
      await expect(other.getByRole("table", { name: "Late since close" }).getByRole("row").filter({ hasText: order })).toBeVisible({ timeout: 30_000 });
      await other.context().close();
    });
  });
});
