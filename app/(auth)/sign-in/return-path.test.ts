import { expect, it } from "vitest";
import { returnPath } from "./return-path";

it.each([
  [undefined, "/"], ["/orders/SO-48213?tab=all#lines", "/orders/SO-48213?tab=all#lines"], ["https://evil.example/x", "/"], ["//evil.example/x", "/"],
  ["/\\evil.example", "/"], ["javascript:alert(1)", "/"], ["/sign-in?callbackUrl=/", "/"], ["orders", "/"], ["/\t/evil.example", "/"],
])("goes from %s to %s", (asked, path) => { expect(returnPath(asked)).toBe(path); });
