import { expect, it } from "vitest";
import { htmlAttributes, readPreferences } from "./preferences";

const jar = (cookies: Record<string, string>) => (name: string) => cookies[name];

it("reads what was chosen", () => {
  expect(readPreferences(jar({ "tower-theme": "dark", "tower-density": "roomy" }))).toEqual({ theme: "dark", density: "roomy" });
});
it("takes nothing unknown into the page", () => {
  expect(htmlAttributes(readPreferences(jar({ "tower-theme": "\"><script>", "tower-density": "tiny" })))).toEqual({});
});
