import { expect, type Locator, type Page } from "@playwright/test";
import { system } from "../tower";

/** What the slowest of seven systems takes, and the loaded machine with it. */
export const ENDS_WITHIN = 90_000;

/** Opens the order as soon as the tower knows it. */
export async function orderIsKnown(page: Page, number: string): Promise<void> {
  await expect(async () => { expect((await page.goto(`/orders/${number}`))?.status()).toBe(200); }).toPass({ timeout: 45_000 });
  await expect(page.getByRole("heading", { level: 1, name: number })).toBeVisible();
}

/** One step of the strip from order to payment. */
export const step = (page: Page, title: string): Locator => page.locator("ol.ps > li").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

const wanted = (page: Page, what: RegExp): Locator => page.getByRole("group", { name: /Wanted and confirmed/ }).getByRole("row").filter({ hasText: what });

/** Wanted, sent, and read back from the target: the only thing that counts. Answers the target's own number. */
export async function isVerified(page: Page, what: RegExp): Promise<string> {
  const rows = wanted(page, what);
  await expect(rows.first().getByText("Verified")).toBeVisible({ timeout: ENDS_WITHIN });
  return (await rows.first().getByRole("cell").nth(3).innerText()).trim();
}

/** The books of the order hold: every line has its ticks, nothing is off by a cent or a piece. */
export async function booksHold(page: Page): Promise<void> {
  const books = page.getByRole("region", { name: /^Conservation/ });
  await expect(books.getByText(/^\d+ equations hold$/)).toBeVisible();
  await expect(books.getByRole("img", { name: "does not hold" })).toHaveCount(0);
  const lines = await books.locator("tbody tr").count();
  expect(lines).toBeGreaterThan(0);
  expect(await books.locator("tbody").getByRole("img", { name: "proved" }).count()).toBe(lines * 2);
}

interface Invoice { no?: string; number?: string; [name: string]: unknown }
/** What the finance system itself holds, by its own inner door: not by anything that the tower says. */
export async function inFinance(number: string): Promise<Invoice | undefined> {
  const { documents } = (await (await fetch(`${system("erp").url}/_documents?type=salesInvoices`)).json()) as { documents: { salesInvoices?: Invoice[] } };
  return documents.salesInvoices?.find((invoice) => Object.values(invoice).includes(number));
}
