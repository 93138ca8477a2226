import { expect, type Locator, type Page } from "@playwright/test";

const KNOWN_WITHIN = 60_000;

const selectedCause = (page: Page): Locator => page.getByRole("region", { name: "Selected group" });
export const selectedHold = (page: Page): Locator => page.getByRole("region", { name: "Selected hold" });

/** Opens the one cause of this code whose documents include this number, each by its own address: while the next one loads, the one before stands in its place. */
export async function opensCause(page: Page, code: string, number: string): Promise<Locator> {
  const groups = page.getByRole("list", { name: "Groups" }).getByRole("listitem").filter({ hasText: code });
  const detail = selectedCause(page);
  await expect(async () => {
    await page.goto("/exceptions");
    await expect(groups.first()).toBeVisible({ timeout: 5000 });
    for (const address of await groups.getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""))) {
      await page.goto(new URL(address, page.url()).href);
      // Other documents that wait for the same code are named beside the fix; what this cause stops is in its table.
      const documents = detail.getByRole("table", { name: "Documents of this cause" });
      await expect(documents).toBeVisible({ timeout: 5000 });
      if (await documents.getByText(number, { exact: true }).first().isVisible()) return;
    }
    throw new Error(`no cause ${code} lists ${number}`);
  }).toPass({ timeout: KNOWN_WITHIN });
  return detail;
}

/** Opens the hold of this reason on a document of this number or customer. */
export async function opensHold(page: Page, rule: string, who: string): Promise<Locator> {
  await page.goto("/held");
  const row = page.getByRole("row").filter({ hasText: rule }).filter({ hasText: who });
  await row.first().click({ timeout: KNOWN_WITHIN });
  const detail = selectedHold(page);
  await expect(detail.getByText(who).first()).toBeVisible();
  return detail;
}

/** Confirms in the dialog, with the reason that the record keeps. */
export async function confirms(page: Page, button: RegExp, reason: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason", { exact: false }).fill(reason);
  await dialog.getByRole("button", { name: button }).click();
  await expect(dialog).toBeHidden();
}

/** Adds a drop of files whose server is not there, paused; answers its region. */
export async function addsFileDrop(page: Page, name: string): Promise<Locator> {
  await page.goto("/connectors");
  await page.getByRole("button", { name: "Add connector" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Kind").selectOption("sftp-drop");
  await dialog.getByLabel("Name", { exact: false }).fill(name);
  await dialog.getByLabel(/^Host(required)?$/).fill("127.0.0.1");
  await dialog.getByLabel(/^Port(required)?$/).fill("1");
  await dialog.getByRole("switch", { name: "May be in our own network" }).click();
  await dialog.getByLabel(/^Host key(required)?$/).fill(`SHA256:${"A".repeat(43)}`);
  await dialog.getByLabel(/^User(required)?$/).fill("tower");
  await dialog.getByLabel(/^Private key(required)?$/).fill("no key");
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByText("It does not answer:")).toBeVisible({ timeout: 20_000 });
  await dialog.getByLabel("Reason", { exact: false }).fill("a partner who sends files");
  await dialog.getByRole("button", { name: "Add it though it does not answer" }).click();
  await expect(dialog).toBeHidden();
  return page.getByRole("region", { name: `Connector ${name}` });
}
