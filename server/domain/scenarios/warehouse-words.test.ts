import { expect, test } from "vitest";
import { at, event, order, ships } from "../../testing/world/builders";
import { totals } from "../../testing/world/readings";
import { createWorld } from "../../testing/world/world";
import { planners } from "../planners";
import { soundState } from "./harness";

const means = (version: number, canonical?: string) => event("code.mapped", at("2026-01-01 00:00"), { kind: "warehouse", system: "wms", code: "W1", version, ...(canonical ? { canonical } : {}) });
const so = order("SO-1").line("1", "A", 10, "12.50");

test("an order that names no warehouse is released to the one that reserved, in our own word for it", () => {
  const world = createWorld({ planners });
  world.tell(means(1, "COL"), so);
  expect(world.commands("release_to_warehouse").map(({ state, payload }) => [state, payload["warehouse"]])).toEqual([["confirmed", "COL"]]);
  world.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  expect(totals(world)).toEqual(["135.00"]);
  soundState(world);
});

test("a word of the warehouse's that nobody has mapped stops the line, and the mapping lets it go on", () => {
  const world = createWorld({ planners });
  world.tell(means(1, "COL"), means(2), so);
  expect(world.exceptions()).toMatchObject([{ code: "MAP-04", fingerprint: { connector: "wms", code: "warehouse/W1" }, stops: ["1"], amount: "135.00", message: "wms: warehouse W1 has no mapping" }]);
  expect(world.commands("release_to_warehouse")).toEqual([]);
  world.tell(means(3, "DAL"));
  expect(world.exceptions()).toEqual([]);
  expect(world.commands("release_to_warehouse").map(({ payload }) => payload["warehouse"])).toEqual(["DAL"]);
});

test("a refusal stands against the warehouse that gave it, whatever it calls itself", () => {
  const world = createWorld({ planners });
  world.tell(means(1, "COL"), order("SO-1").line("1", "A", 10, "12.50", { warehouse: "COL" }), event("fulfilment.progressed", at("2026-03-02 09:30"), { order: "SO-1", request: "SO-1-R1", version: 9, warehouse: "W1", state: "refused", reason: "closed", lines: [{ line: "1", released: "10" }] }));
  expect(world.exceptions().map(({ code, fingerprint }) => [code, fingerprint])).toEqual([["REL-01", { partner: "COL", code: "closed" }]]);
  expect(world.commands("release_to_warehouse")).toHaveLength(1);
});
