import { describe, expect, test } from "vitest";
import { booksOf } from "../../testing/world/books";
import { closesRequests, order, overlays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { describeWorld, netPosted, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, plansOnce, scenario, soundState } from "./harness";

type Back = Parameters<typeof returnReceived>[3];
const components = [{ item: "KA", per: "1", shareOfPrice: "40.00" }, { item: "KB", per: "2", shareOfPrice: "30.00" }];
const left = [
  order("SO-1").line("1", "KIT", 4, "100.00", { components }),
  ships("SH-1", "2026-03-02 10:00", [["KA", 4], ["KB", 8]].map(([item, quantity]) => ({ order: "SO-1", line: "1", item: item as string, component: item as string, quantity: quantity as number }))),
];
const came = (lines: Back, version = 1) => returnReceived("RMA-1", "SO-1", `2026-03-03 1${version}:00`, lines, version);
const pieces = (a: number, b: number): Back => [{ line: "1", item: "KA", quantity: a }, { line: "1", item: "KB", quantity: b }].filter(({ quantity }) => quantity > 0);
const asked = (quantity: number) => returnAuthorised("RMA-1", "SO-1", "2026-03-03 09:00", { 1: quantity });
const kept = (world: World) => netPosted(world).lines["SO-1/1"]?.quantity;
const said = (world: World) => world.exceptions().map(({ code, message }) => [code, message]);
const back = (world: World, term: string) => ["1", "1/KA", "1/KB"].map((line) => booksOf(world).movements.filter((row) => row.subject === "US01:return:RMA-1" && row.line === `SO-1/${line}` && row.term === term).reduce((sum, { quantity }) => sum + Number(quantity), 0));

function returned(...told: Parameters<World["tell"]>): World {
  const world = createWorld({ planners });
  for (const thing of [...left, ...told]) { world.tell(thing); soundState(world); }
  return world;
}

describe("a kit comes back as what left: its pieces (5.2, P10)", () => {
  test.each<[string, Back]>([
    ["its pieces", pieces(1, 2)], ["the kit as one item", [{ line: "1", item: "KIT", quantity: 1 }]],
    ["lines as the warehouse was asked for them", [{ line: "1/KA", item: "KA", quantity: 1 }, { line: "1/KB", item: "KB", quantity: 2 }]],
    ["one piece in place of another, named", [{ line: "1", item: "KA-2", component: "KA", quantity: 1 }, { line: "1", item: "KB", quantity: 2 }]],
    ["one restocked, one scrapped", [{ line: "1", item: "KA", quantity: 1, disposition: "scrap" }, { line: "1", item: "KB", quantity: 2 }]],
  ])("%s", (_, lines) => {
    const world = returned(asked(1), came(lines));
    expect([totals(world, "credit"), kept(world), troubles(world), back(world, "returned"), back(world, "credited")], describeWorld(world)).toEqual([["108.00"], "3", [], [0, 1, 2], [0, 1, 2]]);
    plansOnce(world);
  });

  scenario("pieces first, the rest later, however it is told", {
    script: (play: Play) => {
      play.tell(...left, asked(2), came(pieces(2, 3)), came(pieces(2, 4), 2));
      play.until("2026-03-04 10:00");
    },
    end: (world) => { expect([kept(world), booked(world, "US01:return:RMA-1", "credit_total").amount, troubles(world)]).toEqual(["2", "216.00", []]); },
  });
});

describe("pieces that make no whole kit", () => {
  test("whole ones are credited, the others told of, until a person accepts them", () => {
    const world = returned(asked(2), came(pieces(2, 3)));
    expect([kept(world), said(world)], describeWorld(world)).toEqual(["3", [["RET-01", "Return RMA-1, line 1: 2 of 3 pieces of a kit came back."]]]);
    world.tell(overlays({ entity: "US01", kind: "return", key: "RMA-1" }, "D-1", "2026-03-03 15:00", "RMA-1", "accepted.1", "2"));
    soundState(world);
    expect([kept(world), said(world), back(world, "credited"), back(world, "credited_ahead")], describeWorld(world)).toEqual(["2", [], [0, 2, 4], [0, 0, 1]]);
    plansOnce(world);
  });

  test("nothing of it is a kit: nothing is credited, and what is sent back is no trouble any more", () => {
    const world = returned(asked(1), came(pieces(0, 2)));
    expect([kept(world), said(world)], describeWorld(world)).toEqual(["4", [["RET-01", "Return RMA-1, line 1: 2 of 3 pieces of a kit came back."]]]);
    world.tell(came([{ line: "1", item: "KB", quantity: 2, disposition: "sent_back" }], 2));
    expect([kept(world), troubles(world)], describeWorld(world)).toEqual(["4", []]);
    soundState(world);
  });

  test("a piece that is of no kit stops the line, and a person accepts the kit that it came with", () => {
    const world = returned(asked(1), came([...pieces(1, 2), { line: "1", item: "B", quantity: 1 }]));
    expect([kept(world), said(world)]).toEqual(["4", [["RET-01", "Return RMA-1, line 1: B came back in place of what was bought."]]]);
    world.tell(overlays({ entity: "US01", kind: "return", key: "RMA-1" }, "D-1", "2026-03-03 15:00", "RMA-1", "accepted.1", "1"));
    soundState(world);
    expect([kept(world), back(world, "credited")], describeWorld(world)).toEqual(["3", [0, 1, 2]]);
  });

  test("the warehouse counts anew after the credit and a piece is missing: a debit is proposed for the kit", () => {
    const world = returned(asked(1), came(pieces(1, 2)), came(pieces(1, 1), 2));
    expect([kept(world), world.holds().map(({ rule, amount }) => [rule, amount]), said(world)], describeWorld(world)).toEqual(["3", [["CREDIT_APPROVAL", "108.00"]], [["RET-01", "Return RMA-1, line 1: 2 of 3 pieces of a kit came back."]]]);
    world.decide({ rule: "CREDIT_APPROVAL" });
    soundState(world);
    expect([world.commands("post_debit").map(({ state, payload }) => [state, payload["total"]]), back(world, "credited"), troubles(world)], describeWorld(world)).toEqual([[["confirmed", "108.00"]], [0, 0, 0], ["RET-01"]]);
    plansOnce(world);
  });

  test("more kits than were authorised", () => {
    const world = returned(asked(1), came(pieces(2, 4)), closesRequests("SO-1", "2026-03-03 14:00"));
    expect([kept(world), said(world)]).toEqual(["3", [["RET-01", "Return RMA-1, line 1: 2 came back, 1 authorised."]]]);
  });
});
