import { describe, expect, test } from "vitest";
import { at, event, order, returnAuthorised, ships } from "../../testing/world/builders";
import { testPolicy } from "../../testing/world/defaults";
import type { Play } from "../../testing/world/play";
import { describeWorld, netPosted } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import type { Policy } from "../policy";
import { booked, plansOnce, scenario, soundState } from "./harness";

const routes: Policy["routes"] = [...testPolicy.routes, { document: "order", capability: "warehouse", connector: "wms2", mode: "observe", managedFrom: null }];
const options = { policy: { routes } };
const sold = [
  order("SO-1").line("1", "A", 10, "10.00").line("2", "B", 10, "5.00"),
  ships("SH-1", "2026-03-02 10:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 10 }]),
];
const asked = (first: number, second: number) => returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: first, 2: second });
interface More { version?: number; short?: string; warehouse?: string; receipt?: string }
const came = (source: string, counts: Record<string, number>, { version = 1, short = "2026-03-04 10:00", ...more }: More = {}) =>
  event("return.received", at(short), { return: "RMA-1", version, order: "SO-1", receivedAt: at(short), ...more, lines: Object.entries(counts).map(([line, quantity]) => ({ line, item: line === "1" ? "A" : "B", quantity: String(quantity), disposition: "restock" as const })) }, source);
const kept = (world: World) => ["SO-1/1", "SO-1/2"].map((line) => netPosted(world).lines[line]?.quantity);
const found = (world: World) => world.exceptions().map(({ code, message }) => [code, message]);

function returned(...told: Parameters<World["tell"]>): World {
  const world = createWorld({ planners, ...options });
  for (const thing of [...sold, ...told]) { world.tell(thing); soundState(world); }
  return world;
}

describe("one return that comes back to two warehouses: the goods of both count (2.11)", () => {
  scenario("each its own line, under the customer's number", {
    script: (play: Play) => { play.tell(...sold, asked(2, 2), came("wms", { 1: 2 }), came("wms2", { 2: 2 }, { short: "2026-03-05 10:00" })); play.until("2026-03-06 10:00"); },
    end: (world) => { expect([kept(world), found(world), booked(world, "US01:return:RMA-1", "returned").quantity, booked(world, "US01:return:RMA-1", "credit_total").amount]).toEqual([["8", "8"], [], "4", "32.40"]); },
    options,
  });
  scenario("one line in two parts, and one of them counted anew", {
    script: (play: Play) => { play.tell(...sold, asked(5, 0.5), came("wms", { 1: 2 }), came("wms2", { 1: 2 }, { short: "2026-03-05 10:00" }), came("wms2", { 1: 3, 2: 0.5 }, { short: "2026-03-05 11:00", version: 2 })); play.until("2026-03-06 10:00"); },
    end: (world) => { expect([kept(world), found(world), booked(world, "US01:return:RMA-1", "returned").quantity]).toEqual([["5", "9.5"], [], "5.5"]); },
    options,
  });
  scenario("two warehouses of one system, and two parcels to one of them", {
    script: (play: Play) => { play.tell(...sold, asked(4, 2), came("wms", { 1: 1 }, { warehouse: "W1", receipt: "RR-1" }), came("wms", { 1: 1 }, { warehouse: "W1", receipt: "RR-2" }), came("wms", { 1: 2, 2: 2 }, { warehouse: "W2", receipt: "RR-3" })); play.until("2026-03-06 10:00"); },
    end: (world) => { expect([kept(world), found(world)]).toEqual([["6", "8"], []]); },
    options,
  });

  test("more than was authorised in both together is told of", () => {
    const world = returned(asked(3, 2), came("wms", { 1: 2 }), came("wms2", { 1: 2, 2: 2 }, { short: "2026-03-05 10:00" }));
    expect([kept(world), found(world)], describeWorld(world)).toEqual([["7", "8"], [["RET-01", "Return RMA-1, line 1: 4 came back, 3 authorised."]]]);
  });

  test("what came in time is credited, what came to the other after the authorisation expired is not", () => {
    const world = returned(asked(4, 2), came("wms", { 1: 2, 2: 2 }), came("wms2", { 1: 2 }, { short: "2026-04-20 10:00" }));
    expect([kept(world), found(world)], describeWorld(world)).toEqual([["8", "8"], [["RET-01", "Return RMA-1, line 1: came back after the authorisation expired."]]]);
  });
});

describe("what is told twice came once", () => {
  test.each<[string, ReturnType<typeof came>[]]>([
    ["a second system repeats the first", [came("wms", { 1: 2 }), came("wms2", { 1: 2 })]],
    ["a second system repeats under the bare number what the first told under its own", [came("wms", { 1: 2 }, { warehouse: "W1", receipt: "RR-1" }), came("wms2", { 1: 2 })]],
    ["two routes to one warehouse, that names itself", [came("wms", { 1: 2 }, { warehouse: "W1", receipt: "RR-1" }), came("wms2", { 1: 2 }, { warehouse: "W1", receipt: "RR-1" })]],
    ["the copy lags behind a correction", [came("wms", { 1: 3 }), came("wms2", { 1: 3 }), came("wms", { 1: 2 }, { version: 2 })]],
    ["the copy is corrected first", [came("wms", { 1: 3 }), came("wms2", { 1: 3 }), came("wms2", { 1: 2 }, { version: 2 })]],
  ])("%s", (_, receipts) => {
    for (const told of [receipts, receipts.toReversed()]) {
      const world = returned(asked(4, 2), ...told);
      expect([booked(world, "US01:return:RMA-1", "returned").quantity, found(world).map(([code]) => code)], describeWorld(world)).toEqual(["2", ["RET-01", "RET-01"]]);
      plansOnce(world);
    }
  });

  test("two systems that say otherwise of one receipt of one warehouse: the first counts, the other is shown", () => {
    const world = returned(asked(2, 2), came("wms", { 1: 2 }, { warehouse: "W1", receipt: "RR-1" }), came("wms2", { 1: 1, 2: 2 }, { warehouse: "W1", receipt: "RR-1" }));
    expect([kept(world), found(world).map(([code]) => code)], describeWorld(world)).toEqual([["8", "10"], ["RET-01", "CTR-02"]]);
  });

  test("what came back before the route moved counts beside what came to its successor, told again or not", () => {
    const moved = (...told: Parameters<World["tell"]>) => {
      const world = createWorld({ planners, policy: { formerSystems: { warehouse: ["wms1"] } } });
      world.tell(...sold, asked(2, 2), came("wms1", { 1: 2 }), ...told);
      return [kept(world), found(world)];
    };
    expect(moved(came("wms", { 2: 2 }, { short: "2026-03-05 10:00" }))).toEqual([["8", "8"], []]);
    expect(moved(came("wms", { 1: 2 }), came("wms", { 1: 1 }, { version: 2 }))).toEqual([["8", "10"], expect.arrayContaining([["RET-01", "Return RMA-1, line 1: 1 of 2 came back."]])]);
  });

  test("another than a warehouse's system is still nobody's word", () => {
    const world = returned(asked(2, 2), came("wms", { 1: 2 }), came("zeta", { 2: 2 }), came("wms2", { 1: 0.5 }, { short: "2026-03-05 10:00" }));
    expect([kept(world)[1], found(world).find(([code]) => code === "CTR-02")], describeWorld(world)).toEqual(["10", ["CTR-02", "zeta says something else of receipt of return RMA-1 than wms, the system of record: wms counts."]]);
  });
});
