import { describe, expect, test } from "vitest";
import { cancels, order, ships, type OrderBuilder } from "../../testing/world/builders";
import { describeWorld, document, heldBy, netPosted, summaryOf, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { scenario, soundState } from "./harness";

/** What is told, one after the other, with every equation at 0 in every state. */
function sound(...told: Parameters<World["tell"]>): World {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); }
  return world;
}
const left = (shipment: string, hour: number, quantity: number) => ships(shipment, `2026-03-02 ${hour}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }]);
const proRata = (so: OrderBuilder, amount: string, taxCategory = "goods") => so.with({ charges: [{ charge: "freight", amount, taxCategory, billing: "pro_rata" }] });

describe("a taxed charge that is billed pro rata", () => {
  test("closes part by part, its tax by the cumulative rule", () => {
    const world = sound(proRata(order("SO-1").line("1", "A", 11, "12.35"), "9.99"), left("SH-1", 10, 1), left("SH-2", 11, 1), left("SH-3", 12, 1), left("SH-4", 13, 8));
    expect([totals(world).length, troubles(world)], describeWorld(world)).toEqual([4, []]);
  });
  test("and where the rest is cancelled, or the charge falls after a part", () => {
    sound(proRata(order("SO-1").line("1", "A", 11, "12.35"), "9.99"), left("SH-1", 10, 1), left("SH-2", 11, 1), cancels("SO-1", "CX-1", "2026-03-02 12:00"));
    const so = proRata(order("SO-1").line("1", "A", 11, "12.35"), "9.99");
    sound(so, left("SH-1", 10, 1), so.change("2026-03-02 10:30", (data) => { data.charges![0]!.amount = "4.44"; }), left("SH-2", 11, 3), left("SH-3", 12, 7));
  });
});

describe("an allowance is a charge below nothing", () => {
  const so = (amount: string) => order("SO-1").line("1", "A", 10, "12.50").charge("allowance", amount, "none");
  const amounts = (world: World) => summaryOf(world, "US01:order:SO-1")?.amounts;
  test("it counts while nothing has shipped, and goes off the first invoice", () => {
    const world = sound(so("-5.00"));
    expect(amounts(world)).toMatchObject({ ordered: "130.00", open: "130.00" });
    for (const told of [left("SH-1", 10, 4), left("SH-2", 11, 6)]) { world.tell(told); soundState(world); }
    expect([totals(world), troubles(world)], describeWorld(world)).toEqual([["49.00", "81.00"], []]);
  });
  test("pro rata it goes off each of them", () => {
    const world = sound(so("0").with({ charges: [{ charge: "allowance", amount: "-5.00", taxCategory: "goods", billing: "pro_rata" }] }), left("SH-1", 10, 3), left("SH-2", 11, 3), left("SH-3", 12, 4));
    expect([totals(world), troubles(world)], describeWorld(world)).toEqual([["38.88", "38.88", "51.84"], []]);
  });
  test("money held is what the customer would pay", () => {
    const world = sound(order("SO-0").line("1", "A", 1, "1.00"), order("SO-1").line("1", "A", 1, "1.00").charge("allowance", "-0.50", "none").placed("2026-03-02 09:30"));
    expect(heldBy(world, "DUPLICATE_DOCUMENT"), describeWorld(world)).toBe("0.58");
    expect(amounts(world)?.["held"]).toBe("0.58");
    world.decide({ rule: "DUPLICATE_DOCUMENT", verdict: "reject", consequence: "cancel" });
    soundState(world);
  });
});

describe("two charges of one code", () => {
  const goods = order("SO-1").line("1", "A", 10, "10.00");
  const both = goods.change("2026-03-02 09:00", (data) => { data.version = 1; data.charges = [{ charge: "freight", amount: "5.00", taxCategory: "goods" }, { charge: "freight", amount: "7.00", taxCategory: "none" }]; });
  for (const turned of [false, true])
    scenario(`each is taxed by its own category, whichever is first (${turned ? "untaxed" : "taxed"})`, {
      script: (play) => { play.tell(both.change("2026-03-02 09:00", (data) => { data.version = 1; if (turned) data.charges!.reverse(); }), left("SH-1", 10, 10)); },
      end: (world) => {
        expect([totals(world), troubles(world)]).toEqual([["120.40"], []]);
        expect(document(world, "INV-1").chargeLines.map(({ amount, tax }) => [amount, tax]).sort()).toEqual([["5.00", "0.40"], ["7.00", "0.00"]]);
      },
    });
  scenario("lines that are taxed and billed alike are one", {
    script: (play) => { play.tell(order("SO-1").line("1", "A", 10, "10.00").charge("freight", "5.00").charge("freight", "7.00"), left("SH-1", 10, 10)); },
    end: (world) => { expect([totals(world), netPosted(world).charges]).toEqual([["120.96"], { freight: "12.00" }]); },
  });
  scenario("one that a later version adds leaves the first its name, and goes on the next invoice", {
    script: (play) => {
      const so = order("SO-1").line("1", "A", 10, "10.00").charge("freight", "5.00");
      play.tell(so, left("SH-1", 10, 5));
      play.tell(so.change("2026-03-02 10:30", (data) => { data.charges!.push({ charge: "freight", amount: "7.00", taxCategory: "none" }); }));
      play.until("2026-03-02 11:00");
      play.tell(left("SH-2", 11, 5));
      play.allow({ rule: "CHANGED_AFTER_RELEASE" });
    },
    end: (world) => { expect([netPosted(world).charges, netPosted(world).tax, troubles(world)]).toEqual([{ freight: "5.00", "freight#2": "7.00" }, "8.40", []]); },
  });
  scenario("the second one that is taken back is credited by itself", {
    script: (play) => {
      play.tell(both, left("SH-1", 10, 10));
      play.until("2026-03-02 11:00");
      play.tell(both.change("2026-03-02 11:00", (data) => { data.charges!.pop(); }));
      play.allow({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect([netPosted(world).charges, netPosted(world).tax, troubles(world)]).toEqual([{ freight: "5.00" }, "8.40", []]); },
  });
});
