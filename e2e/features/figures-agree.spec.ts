import type { Page } from "@playwright/test";
import { ordersPlaced } from "../given/orders";
import { expect, test } from "../given/somebody";
import { orderIsKnown } from "../then/order";

/** How many the list says that it shows: in its foot, or over its causes. */
async function listed(page: Page): Promise<string> {
  const counted = page.getByText(/^(\d[\d,]*\+? orders?|\d+ held|\d[\d,]* (?:open )?exceptions?)(,.*)?$/).first();
  await expect(counted).toBeVisible();
  return (await counted.innerText()).replace(/[^\d+].*$/s, "");
}

const number = (text: string): string => /\d[\d,]*/.exec(text)?.[0].replaceAll(",", "") ?? "0";

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
          const says = number(await figure.says(tower));
          await list.goto((await figure.href(tower)) ?? "");
          expect(await listed(list)).toBe(says);
        }).toPass({ timeout: 60_000 }));

      await test.step("cells and gaps", () => expect(async () => {
        await tower.goto("/");
        const links = await tower.locator('.mx a[href^="/orders"], .pipe a[href^="/orders"]').evaluateAll((all) => all.map((link) => ({ href: link.getAttribute("href") ?? "", text: (link as HTMLElement).innerText })));
        expect(links.length).toBeGreaterThan(8);
        for (const { href, text } of links) {
          await list.goto(href);
          expect(await listed(list), `${text.replaceAll("\n", " ")} → ${href}`).toBe(number(text.replaceAll(/\$[\d,.]+[kM]?/g, " ")));
        }
      }).toPass({ timeout: 120_000 }));
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
