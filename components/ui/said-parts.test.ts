import { expect, test } from "vitest";
import { saidParts } from "./said-parts";

test("instants stand apart and names lose their underscores; identifiers stay", () => {
  expect(saidParts("Stage bill_control should have ended by 2026-11-24T00:12:30.000Z; order_desk holds ord_000205-1 and a/b_c")).toEqual([
    { kind: "text", text: "Stage bill control should have ended by " }, { kind: "instant", text: "2026-11-24T00:12:30.000Z" }, { kind: "text", text: "; order desk holds ord_000205-1 and a/b_c" }]);
  expect(saidParts("on 2026-11-24.")).toEqual([{ kind: "text", text: "on 2026-11-24." }]);
});
