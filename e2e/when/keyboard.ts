import { expect, type Page } from "@playwright/test";

/** Presses these keys until they lead there, as a person does: before a page's scripts have come, keys go nowhere. */
export const presses = (page: Page, keys: readonly string[], leadsTo: (within: { timeout: number }) => Promise<void>): Promise<void> =>
  expect(async () => {
    for (const key of keys) await page.keyboard.press(key);
    await leadsTo({ timeout: 5000 });
  }).toPass({ timeout: 30_000 });
