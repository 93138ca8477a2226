import { describe, expect, test } from "vitest";
import { isForeign } from "./same-origin";

const asked = (headers: Record<string, string>, method = "POST"): boolean => isForeign(new Request("http://10.0.0.5:3000/api/trpc/exceptions.note", { method, headers: { host: "tower.example", ...headers } }), "https://tower.example");

describe("an act that a page of somebody else sends with a person's session", () => {
  test.each<[string, Record<string, string>]>([
    ["of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["of a sibling, to which the browser gives the cookie", { origin: "https://other.tower.example", "sec-fetch-site": "same-site" }],
    ["by the browser's word alone", { "sec-fetch-site": "cross-site" }],
    ["by its origin alone, as an older browser or one without encryption tells it", { origin: "https://evil.example" }],
    ["of nowhere that is told", { origin: "null" }],
    ["of an origin that is none", { origin: "tower.example" }],
    ["on another port of the host", { origin: "http://tower.example:8080" }],
  ])("%s is foreign", (_, headers) => { expect(asked(headers)).toBe(true); });
});

test.each<[string, Record<string, string>, string?]>([
  ["our own page", { origin: "https://tower.example", "sec-fetch-site": "same-origin" }],
  ["our own page behind a door that changes the host", { origin: "https://tower.example", "sec-fetch-site": "same-origin", host: "10.0.0.5:3000" }],
  ["our own page by the public address, where the browser tells no more", { origin: "https://tower.example", host: "10.0.0.5:3000" }],
  ["our own page by another name of ours", { origin: "http://tower.local:3000", host: "tower.local:3000" }],
  ["a person's own doing", { "sec-fetch-site": "none" }],
  ["a program, which has no session by accident", {}],
  ["a read, whose answer no other page gets to see", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, "GET"],
])("%s is not", (_, headers, method) => { expect(asked(headers, method)).toBe(false); });
