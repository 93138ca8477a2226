import { expect, it } from "vitest";
import { isCurrent, navItems } from "./navigation";

it("gives each page its own keys", () => {
  expect(new Set(navItems.map((item) => item.keys)).size).toBe(navItems.length);
  for (const item of navItems) expect(item.keys).toMatch(/^g [a-z]$/);
});
it.each([["/", "/", true], ["/", "/orders", false], ["/orders", "/orders/SO-1", true], ["/orders", "/orders-old", false]])(
  "says whether %s is current at %s", (href, path, current) => { expect(isCurrent(href, path)).toBe(current); });
