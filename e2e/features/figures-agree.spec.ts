import type { Page } from "@playwright/test";
import { ordersPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { isVerified, orderIsKnown } from "../then/order";

/** How many the list says that it shows: in its foot, or over its causes. */
async function listed(page: Page): Promise<string> {
  const counted = page.getByText(/^(\d[\d,]*\+? orders?|\d+ held|\d[\d,]* (?:open )?exceptions?)(,.*)?$/).first();
  await expect(counted).toBeVisible();
  return (await counted.innerText()).replace(/[^\d+].*$/s, "");
}

const number = (text: string): string => /\d[\d,]*/.exec(text)?.[0].replaceAll(",", "") ?? "0";

/** What a link counts, beside what it is worth. */
const says = (text: string): string => number(text.replaceAll(/\$[\d,.]+[kM]?/g, " "));

/** The cells of the matrix and the parts of the way that lead to orders. */
const cellsAndGaps = (tower: Page): Promise<{ href: string; text: string }[]> => tower.locator('.mx a[href^="/orders"], .pipe a[href^="/orders"]').evaluateAll((all) => all.map((link) => ({ href: link.getAttribute("href") ?? "", text: (link as HTMLElement).innerText })));

/** What counts something on the Tower: where its number stands, and the link to the list that it counts. */
const figures: { name: string; says: (page: Page) => Promise<string>; href: (page: Page) => Promise<string | null> }[] = [
  ...["Orders in flight", "Past service level", "Open exceptions"].map((label) => ({ name: label, says: (page: Page) => page.getByRole("link", { name: new RegExp(`^${label}`) }).innerText(), href: (page: Page) => page.getByRole("link", { name: new RegExp(`^${label}`) }).getAttribute("href") })),
  { name: "Money held", says: (page) => page.locator(".fg").filter({ hasText: "Money held" }).locator(".sub").innerText(), href: () => Promise.resolve("/held") },
  { name: "Shipped, not invoiced", says: (page) => page.locator(".fg").filter({ hasText: "Shipped, not invoiced" }).locator(".sub").innerText(), href: (page) => page.getByRole("link", { name: /^Shipped, not invoiced/ }).getAttribute("href") },
  { name: "due and unposted", says: (page) => page.locator(".fg").filter({ hasText: "Due to posted" }).locator(".sub").innerText(), href: (page) => page.getByRole("link", { name: /^Due to posted/ }).getAttribute("href") },
];

test.describe("FEATURE: figures and the lists behind them", () => {
  test.describe("RULE: a number is a link to the list that it counts, and the list has as many", () => {
    test("EXAMPLE: every figure, every cell of the matrix and every part of the way from captured to paid", async ({ as }) => {
      test.setTimeout(240_000);
      const [plain] = await ordersPlaced("plain", { count: 3, seed: "agree" });
      await ordersPlaced("over_shipped", { attended: true, seed: "agree" });
      await ordersPlaced("unknown_unit", { attended: true, seed: "agree" });
      const [tower, list] = [await as("ops"), await as("ops")];
      await orderIsKnown(tower, plain?.number ?? "");

      for (const figure of figures)
        await test.step(figure.name, () => expect(async () => {
          await tower.goto("/");
          const count = number(await figure.says(tower));
          await list.goto((await figure.href(tower)) ?? "");
          expect(await listed(list)).toBe(count);
        }).toPass({ timeout: 60_000 }));

      await test.step("cells and gaps", async () => {
        await tower.goto("/");
        let links = await cellsAndGaps(tower);
        expect(links.length).toBeGreaterThan(8);
        // orders go on meanwhile: what differs is read again beside its list, and only that; a cell that has gone counts none
        for (const href of links.map((link) => link.href))
          await expect(async () => {
            await list.goto(href);
            const count = await listed(list), text = links.find((link) => link.href === href)?.text ?? "";
            if (count !== says(text)) { await tower.goto("/"); links = await cellsAndGaps(tower); }
            expect(count, `${text.replaceAll("\n", " ")} → ${href}`).toBe(says(text));
          }).toPass({ timeout: 60_000 });
      });
    });
  });

  test.describe("RULE: each figure of a report leads to what it counts, over the period of the address", () => {
    test("EXAMPLE: the strip, the days and the entities; a day's link shows that day", async ({ as }) => {
      test.setTimeout(240_000);
      const [plain] = await ordersPlaced("plain", { count: 2, seed: "reports" });
      const [report, list] = [await as("ops"), await as("ops")];
      await orderIsKnown(report, plain?.number ?? "");
      await isVerified(report, /Post invoice/);
      await expect(async () => {
        await report.goto("/reports?days=30");
        const days = report.getByRole("table", { name: "Figures by day" });
        await expect(days.getByRole("row")).toHaveCount(31);
        const strip = report.getByRole("region", { name: "Flow", exact: true });
        const counted = await report.locator('.fg a[href*="flow=complete"], .tb a[href*="flow="], .tb a[href*="unposted=1"]').evaluateAll((all) => all.map((link) => ({ href: link.getAttribute("href") ?? "", text: (link as HTMLElement).innerText })));
        const touchless = { href: (await strip.getByRole("link", { name: /^Touchless [\d–]/ }).getAttribute("href")) ?? "", text: (await strip.locator(".fg").first().locator(".sub").innerText()).split(" of ")[0] ?? "" };
        const sent = { href: (await strip.getByRole("link", { name: /^Due to sent/ }).getAttribute("href")) ?? "", text: /of (\d+) order/.exec(await strip.locator(".fg").filter({ hasText: "Due to sent" }).locator(".sub").innerText())?.[1] ?? "" };
        expect(counted.length).toBeGreaterThan(3);
        for (const { href, text } of [touchless, sent, ...counted]) {
          await list.goto(href);
          expect(await listed(list), `${text} → ${href}`).toBe(number(text));
        }
      }).toPass({ timeout: 150_000 });
      await report.getByRole("group", { name: "Period" }).getByRole("link", { name: "Today" }).click();
      await report.waitForURL(/days=1$/);
      await expect(report.getByRole("table", { name: "Figures by day" }).getByRole("row")).toHaveCount(2);
      await report.getByLabel("From", { exact: true }).fill("2026-01-05");
      await report.getByLabel("To", { exact: true }).fill("2026-01-06");
      await report.getByRole("button", { name: "Show" }).click();
      await report.waitForURL(/from=2026-01-05&to=2026-01-06/);
      await expect(report.getByText("No order became complete in these days.")).toBeVisible();
      const file = await report.request.get((await report.getByRole("link", { name: "CSV" }).getAttribute("href")) ?? "");
      expect((await file.text()).split("\r\n").map((line) => line.split(",")[0])).toEqual(["day", "2026-01-05", "2026-01-06", ""]);
    });
  });

  test.describe("RULE: what a list shows can be taken away as CSV, for who may read it", () => {
    for (const [list, head] of [["orders", "number,customer"], ["exceptions", "code,cause"], ["held", "rule,reason"]] as const)
      test(`EXAMPLE: ${list}`, async ({ as, request }) => {
        const page = await as("viewer");
        await page.goto(`/${list}`);
        const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
        const file = await page.request.get(href ?? "");
        expect([file.status(), file.headers()["content-type"], (await file.text()).startsWith(head)]).toEqual([200, "text/csv; charset=utf-8", true]);
        const stranger = await request.get(`/${list}/csv`, { maxRedirects: 0 });
        expect(stranger.status()).toBeGreaterThanOrEqual(300);
      });
  });
});
