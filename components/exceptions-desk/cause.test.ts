import { expect, test } from "vitest";
import { causeKey, causeText } from "./cause";

test("a cause is told without its code, the thing before the system", () => {
  expect(causeText({ code: "MAP-02", title: "", key: { connector: "api", item: "HOSE-50" } })).toBe("Item without mapping · HOSE-50 · api");
  expect(causeKey({ code: "SEQ-01", title: "", key: { code: "SEQ-01", connector: "shop" } })).toEqual([["from", "shop"]]);
  expect(["lines", "quantity"].map((code) => causeText({ code: "CTR-01", title: "", key: { code, connector: "shop" } }))).toEqual(["Message breaks its contract at lines · shop", "Message breaks its contract at quantity · shop"]);
  expect(causeText({ code: "OLD-99", title: "Once known", key: {} })).toBe("Once known");
});
