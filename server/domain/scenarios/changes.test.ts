import { describe, expect, test } from "vitest";
import { at, event, order, ships, type OrderBuilder } from "../../testing/world/builders";
import { totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { scenario } from "./harness";

const so = order("SO-1").line("1", "A", 10, "12.50");
const moved = (short: string): OrderBuilder => so.change(short, (data) => { data.shipToAddress = { ...data.shipToAddress, line1: "9 Oak Ave", state: "OH" }; });
const later = (short: string, requestedShip: string): OrderBuilder => so.change(short, (data) => { data.requestedShip = requestedShip; });
const left = (short: string) => ships("SH-1", short, [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]);
const picked = (short: string) => event("fulfilment.progressed", at(short), { order: "SO-1", request: "SO-1-R1", version: 2, warehouse: "W1", state: "picked", lines: [{ line: "1", released: "10", picked: "10", packed: "0", short: "0", over: "0", recalled: "0" }] });
const delivered = (short: string) => event("shipment.delivered", at(short), { shipment: "SH-1", version: 1, state: "delivered", at: at(short) });
const sent = (world: World) => world.commands().filter(({ kind, state }) => state === "confirmed" && (kind === "release_to_warehouse" || kind === "recall_release")).map(({ kind, slot }) => `${kind} ${slot}`).sort();
const rates = [{ state: "IL", category: "*", rate: "0.08", from: "2000-01-01" }, { state: "OH", category: "*", rate: "0.06", from: "2000-01-01" }];

describe("the ship-to address changes after release (2.8)", () => {
  scenario("not picked: the request comes back and goes out again to the new address", {
    options: { rates },
    script: (play) => {
      play.tell(so);
      play.until("2026-03-02 10:00");
      play.tell(moved("2026-03-02 10:00"));
      play.until("2026-03-02 13:00");
      play.tell(left("2026-03-02 14:00"));
    },
    end: (world) => {
      expect(sent(world)).toEqual(["recall_release SO-1-R1", "release_to_warehouse SO-1-R1", "release_to_warehouse SO-1-R2"]);
      expect(world.commands("release_to_warehouse").find(({ slot }) => slot === "SO-1-R2")?.payload["shipTo"]).toMatchObject({ line1: "9 Oak Ave" });
      expect([troubles(world), totals(world)]).toEqual([[], ["132.50"]]);
    },
  });
  test("picked: nothing is asked back, ORD-04 until it is delivered", () => {
    const world = createWorld({ planners });
    world.tell(so, picked("2026-03-02 09:30"), moved("2026-03-02 10:00"));
    expect(world.exceptions().map(({ code, fingerprint, amount }) => [code, fingerprint, amount])).toEqual([["ORD-04", { partner: "W1", code: "ship_to" }, "125.00"]]);
    world.tell(left("2026-03-02 14:00"));
    expect(troubles(world)).toEqual(["ORD-04"]);
    world.tell(delivered("2026-03-04 10:00"));
    expect([troubles(world), sent(world)]).toEqual([[], ["release_to_warehouse SO-1-R1"]]);
  });
  test("the warehouse refuses to give it back: ORD-04", () => {
    const world = createWorld({ planners });
    world.tell(so);
    world.wms.physically(left("2026-03-02 09:30").data as never);
    world.tell(moved("2026-03-02 10:00"));
    expect([troubles(world), world.commands("recall_release").map(({ state }) => state)]).toEqual([["ORD-04"], ["confirmed"]]);
  });
  test("before release it is simply applied", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    world.tell(so, moved("2026-03-02 10:00"));
    world.wms.stock("A", "10");
    world.advance("2026-03-04 10:00");
    expect([troubles(world), sent(world)]).toEqual([[], ["release_to_warehouse SO-1-R1"]]);
  });
});

describe("the requested date changes after release (2.8)", () => {
  test("to a later day: recalled, and released again on that day", () => {
    const world = createWorld({ planners });
    world.tell(so, later("2026-03-02 10:00", "2026-03-05"));
    expect(sent(world)).toEqual(["recall_release SO-1-R1", "release_to_warehouse SO-1-R1"]);
    world.advance("2026-03-05 10:00");
    expect([troubles(world), sent(world)]).toEqual([[], ["recall_release SO-1-R1", "release_to_warehouse SO-1-R1", "release_to_warehouse SO-1-R2"]]);
  });
  test("to a day that has come: nothing is asked back", () => {
    const world = createWorld({ planners });
    world.tell(so, later("2026-03-02 10:00", "2026-03-02"));
    expect([troubles(world), sent(world)]).toEqual([[], ["release_to_warehouse SO-1-R1"]]);
  });
  test("picked: ORD-04 until it has left, then the change is refused", () => {
    const world = createWorld({ planners });
    world.tell(so, picked("2026-03-02 09:30"), later("2026-03-02 10:00", "2026-03-05"));
    expect(world.exceptions().map(({ code, fingerprint }) => [code, fingerprint])).toEqual([["ORD-04", { partner: "W1", code: "requested_date" }]]);
    world.tell(left("2026-03-02 14:00"));
    expect([troubles(world), sent(world), totals(world)]).toEqual([[], ["release_to_warehouse SO-1-R1"], ["135.00"]]);
  });
});
