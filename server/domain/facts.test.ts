import { expect, test } from "vitest";
import { examples } from "./contracts/examples";
import type { EventData } from "./contracts/registry";
import { subjectOf } from "./facts";

test("no subject is called what parts its own keys: another document's facts would be read as its own", () => {
  const event = { type: "ledger.document_read", entity: "US01", data: examples["ledger.document_read"] as EventData<"ledger.document_read"> } as const;
  expect(subjectOf({ ...event, subject: { entity: "US01", kind: "billing_unit", key: "SH-1/C-1/USD/net30/p1" } })).toMatchObject({ ok: true });
  expect(subjectOf({ ...event, subject: { entity: "US01", kind: "billing_unit", key: "SH|1/C-1/USD/net30/p1" } })).toMatchObject({ ok: false, error: { code: "CTR-01" } });
});
