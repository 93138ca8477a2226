import { expect, test } from "vitest";
import { saidParts } from "./said-parts";

test("instants stand apart and names lose their underscores; identifiers stay", () => {
  expect(saidParts("Stage bill_control should have ended by 2026-11-24T00:12:30.000Z; order_desk holds ord_000205-1 and a/b_c")).toEqual([
    { kind: "text", text: "Stage bill control should have ended by " }, { kind: "instant", text: "2026-11-24T00:12:30.000Z" }, { kind: "text", text: "; order desk holds ord_000205-1 and a/b_c" }]);
  expect(saidParts("on 2026-11-24.")).toEqual([{ kind: "text", text: "on 2026-11-24." }]);
  expect(saidParts("SO-1 waits: CHANGED_AFTER_RELEASE, NO_SUCH_CODE")).toEqual([{ kind: "text", text: "SO-1 waits: changed after release, NO_SUCH_CODE" }]);
  expect(saidParts("lines.0.unit: Invalid input: expected string, received undefined")).toEqual([{ kind: "text", text: "lines.0.unit is missing: a text is needed" }]);
  expect(saidParts("lines.0.unit: Invalid input: expected string, received null")).toEqual([{ kind: "text", text: "lines.0.unit is null: a text is needed" }]);
});
