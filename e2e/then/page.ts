import { expect, test, type Locator, type Page } from "@playwright/test";
import axe, { type Result, type RunOptions } from "axe-core";
import path from "node:path";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds against these rules. It is loaded once into a document and looks at it as often as asked; into frames it would not look. */
async function violations(page: Page, rules: RunOptions): Promise<Result[]> {
  expect(page.frames(), "frames of a page").toHaveLength(1);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return await page.evaluate(async (options) => (await (window as unknown as { axe: typeof axe }).axe.run(document, options)).violations, { ...rules, resultTypes: ["violations" as const] });
}

/** No finding of axe at WCAG 2.2 AA, and headings without gaps; where only the colours are others, of those rules that are about colours. */
export async function isAccessible(page: Page, what: "all" | "colours" = "all"): Promise<void> {
  // what is told for some seconds fades as it goes, and half faded it has no contrast
  const told = page.locator("[data-sonner-toast]");
  if ((await told.count()) > 0) {
    await page.mouse.move(1, 1); // it stays while the pointer is on it
    await expect(told).toHaveCount(0, { timeout: 20_000 });
  }
  // what fades in has no contrast before it is there; what turns without end is left out
  await page.evaluate(() => Promise.all(document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity).map((animation) => animation.finished.catch(() => undefined))));
  const found = await violations(page, what === "all" ? { runOnly: { type: "tag", values: RULES }, rules: { "heading-order": { enabled: true } } } : { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } });
  expect(found.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 5).map(({ target, failureSummary }) => `    ${target.join(" ")}\n      ${(failureSummary ?? "").split("\n").slice(1, 2).join(" ").trim()}`).join("\n")}`)).toEqual([]);
}

/** Wide things scroll inside themselves; the page does not. */
export async function fitsItsWidth(page: Page): Promise<void> {
  const { wide, view, by } = await page.evaluate(() => {
    const view = document.documentElement.clientWidth;
    const by = [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > view + 1 && element.closest(".scrollx, .tbw, .bar, .rzs, .wfw, .vh") === null).slice(0, 5).map((element) => `${element.tagName}.${element.className.toString()}`);
    return { wide: document.documentElement.scrollWidth, view, by };
  });
  // a table that stops short of its edge has room for columns that are not there
  const short = await page.locator(".tbw > table").evaluateAll((tables) => tables.flatMap((table) => {
    const last = [...table.querySelectorAll("thead th")].findLast((head) => head.getBoundingClientRect().width > 0);
    return last && table.getBoundingClientRect().right - last.getBoundingClientRect().right > 2 ? [table.querySelector("caption")?.textContent ?? "a table"] : [];
  }));
  expect(short, "tables that stop short of their right edge").toEqual([]);
  expect(wide, `wider than the window: ${by.join(", ")}`).toBeLessThanOrEqual(view);
}

/** What is chosen can be read whole. */
export const isReadable = async (choice: Locator): Promise<void> => {
  const { needs, has, chosen } = await choice.evaluate((select: HTMLSelectElement) => {
    const probe = select.cloneNode() as HTMLSelectElement, option = select.selectedOptions[0];
    probe.append(...(option ? [option.cloneNode(true)] : []));
    Object.assign(probe.style, { position: "fixed", width: "auto", flex: "none" });
    select.parentElement?.append(probe);
    const needs = probe.getBoundingClientRect().width;
    probe.remove();
    return { needs, has: select.getBoundingClientRect().width, chosen: option?.text };
  });
  expect(has, `room for "${chosen}"`).toBeGreaterThanOrEqual(needs - 1);
};

/** A picture for people, in test-results/pages. */
export const picture = (page: Page, name: string): Promise<Buffer> => page.screenshot({ path: path.join(test.info().project.outputDir, "pages", `${name}.png`), fullPage: true, animations: "disabled" });
