import { expect, test } from "../given/somebody";
import { fitsItsWidth, isAccessible, picture } from "../then/page";

const sizes = [{ width: 1440, height: 900 }, { width: 390, height: 844 }] as const, schemes = ["light", "dark"] as const;

test.describe("FEATURE: an administrator sees and changes how the tower bears with a system", () => {
  test.describe("RULE: an absurd number is refused at its field, with the reason, before anything is sent", () => {
    test("EXAMPLE: no calls at all, a wait that outlasts the tries, and a lane that would starve postings, on both widths and schemes", async ({ as }) => {
      test.setTimeout(180_000);
      const page = await as("admin", { reducedMotion: "reduce" });
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.goto("/connectors?connector=tax");
        const region = page.getByRole("region", { name: /^Policies/ }), version = await region.getByText(/^v\d+$/).textContent();
        await region.getByRole("button", { name: "Change" }).click();
        const dialog = page.getByRole("dialog"), postings = dialog.getByRole("group", { name: "Postings" }), save = dialog.getByRole("button", { name: "Change them" });
        const refuses = async (field: ReturnType<typeof dialog.getByLabel>, value: string, reason: string): Promise<void> => {
          const before = await field.inputValue();
          await field.fill(value);
          await expect(field).toHaveAttribute("aria-invalid", "true");
          await expect(field).toHaveAccessibleDescription(new RegExp(reason));
          await expect(dialog.getByRole("alert").filter({ hasText: reason })).toBeVisible();
          await expect(save).toHaveAttribute("aria-disabled", "true");
          await field.fill(before);
        };
        await refuses(dialog.getByLabel("Calls at once"), "0", "Calls at once: at least 1");
        await refuses(postings.getByLabel("May use"), "10", "No lane may have more of the calls than postings");
        await refuses(postings.getByLabel("Longest wait"), "90000", "at most 86,400");
        const first = postings.getByLabel("First wait");
        await first.fill("600");
        await expect(dialog.getByRole("alert").filter({ hasText: "The first wait is longer than the longest" })).toBeVisible();
        await first.scrollIntoViewIfNeeded();
        for (const colorScheme of schemes) {
          await page.emulateMedia({ colorScheme });
          await fitsItsWidth(page);
          await isAccessible(page, colorScheme === "light" ? "all" : "colours");
          await picture(page, `policy-refused-${size.width}-${colorScheme}`);
        }
        await dialog.getByRole("button", { name: "Leave as it is" }).click();
        await expect(region.getByText(version ?? "no version")).toBeVisible();
      }
    });
  });
});
