import { describe, expect, test } from "vitest";
import { at, cancels, order, ships, type OrderBuilder } from "../../testing/world/builders";
import { describeWorld, document, heldBy, netPosted, summaryOf, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { booksOf } from "../../testing/world/books";
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

test("what is posted of each charge's tax is its own, not a share of all of it", () => {
  const world = sound(order("SO-1").line("1", "A", 10, "10.00").charge("freight", "5.00").charge("handling", "7.00", "none"), left("SH-1", 10, 10));
  const rows = booksOf(world).movements.filter(({ term, line }) => term === "billed_tax" && line.startsWith("charge:"));
  expect(rows.map(({ line, amount }) => [line, amount]), describeWorld(world)).toEqual([["charge:freight", "0.4"]]);
});

describe("freight at actual cost", () => {
  const so = (number = "SO-1") => order(number).line("1", "A", 10, "10.00").with({ charges: [{ charge: "freight", amount: "5.00", taxCategory: "goods", billing: "actual_cost" }] });
  const cost = (version: number, hour: number, freightCost: string | undefined, quantity = 5, shipment = "SH-1") => ships(shipment, `2026-03-02 ${hour}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { ...(freightCost ? { freightCost } : {}), shippedAt: at("2026-03-02 10:00") });
  scenario("that was too little on the invoice is billed by the next part of its unit, whatever else is to come", {
    script: (play) => {
      play.tell(so(), cost(1, 10, "3.33"));
      play.until("2026-03-02 11:00");
      play.tell(cost(2, 11, "9.99"));
    },
    end: (world) => { expect([netPosted(world).charges, netPosted(world).tax, troubles(world)]).toEqual([{ freight: "9.99" }, "4.80", []]); },
  });
  test("which is a document of the difference, and the first stands", () => {
    const world = sound(so(), cost(1, 10, "3.33"), cost(2, 11, "9.99"), left("SH-2", 12, 5));
    expect([totals(world), document(world, "INV-2").chargeLines], describeWorld(world)).toEqual([["57.60", "7.19"], [{ charge: "freight", amount: "6.66", tax: "0.53" }]]);
    expect(world.holds().map(({ rule }) => rule)).toEqual(["FREIGHT_PENDING"]);
    world.tell(cost(2, 13, "4.44", 5, "SH-2"));
    soundState(world);
    expect([netPosted(world).charges, troubles(world)]).toEqual([{ freight: "14.43" }, []]);
  });
  scenario("that was too much is given back once a person has approved it", {
    script: (play) => {
      play.tell(so(), cost(1, 10, "9.99"));
      play.until("2026-03-02 11:00");
      play.tell(cost(2, 11, "3.33"));
      play.allow({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect([netPosted(world).charges, troubles(world)]).toEqual([{ freight: "3.33" }, []]); },
  });
  test("waits for that person", () => {
    const world = sound(so(), cost(1, 10, "9.99"), cost(2, 11, "3.33"));
    expect(world.holds()).toMatchObject([{ rule: "CREDIT_APPROVAL", amount: "7.19" }]);
  });
  scenario("goes with its shipment, and comes again with it", {
    script: (play) => {
      play.tell(so(), cost(1, 10, "3.33"), cost(1, 10, "4.44", 5, "SH-2"));
      play.until("2026-03-02 11:00");
      play.tell(cost(2, 11, "9.99"));
      play.until("2026-03-02 12:00");
      play.tell(cost(3, 12, "9.99", 0));
      play.allow({ rule: "CREDIT_APPROVAL" });
      play.tell(ships("SH-3", "2026-03-02 13:00", [{ order: "SO-1", line: "1", item: "A", quantity: 5 }], 1, { freightCost: "2.00" }));
      play.allow({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect([netPosted(world).charges, netPosted(world).lines, troubles(world)]).toEqual([{ freight: "6.44" }, { "SO-1/1": { quantity: "10", net: "100.00" } }, []]); },
  });
  scenario("that comes after the estimate was billed is closed on it", {
    script: (play) => {
      play.tell(so(), cost(1, 10, undefined, 10));
      play.allow({ rule: "FREIGHT_PENDING" });
      play.until("2026-03-02 11:00");
      play.tell(cost(2, 11, "3.33", 10));
      play.allow({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect([netPosted(world).charges, troubles(world)]).toEqual([{ freight: "3.33" }, []]); },
  });
  scenario("a charge that comes after the invoice, of a shipment whose cost is known", {
    script: (play) => {
      play.tell(order("SO-1").line("1", "A", 10, "10.00"), cost(1, 10, "3.33", 10));
      play.until("2026-03-02 11:00");
      play.tell(so().change("2026-03-02 11:00", () => undefined));
      play.allow({ rule: "CHANGED_AFTER_RELEASE" });
    },
    end: (world) => { expect([netPosted(world).charges, troubles(world)]).toEqual([{ freight: "3.33" }, []]); },
  });
  scenario("is billed once, where several charges are for it: by their estimates", {
    script: (play) => {
      play.tell(so().with({ charges: [["freight", "5.00", "goods"], ["freight", "2.00", "none"], ["fuel", "1.00", "goods"]].map(([charge = "", amount = "", taxCategory = ""]) => ({ charge, amount, taxCategory, billing: "actual_cost" })) }), cost(1, 10, "8.00", 10));
      play.until("2026-03-02 11:00");
      play.tell(cost(2, 11, "4.01", 10));
      play.allow({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect([netPosted(world).charges, troubles(world)]).toEqual([{ freight: "2.51", "freight#2": "1.00", fuel: "0.50" }, []]); },
  });
  test("of a shipment of two orders is shared, and so is its correction", () => {
    const two = (version: number, hour: number, freightCost: string) => ships("SH-1", `2026-03-02 ${hour}:00`, ["SO-1", "SO-2"].map((name) => ({ order: name, line: "1", item: "A", quantity: 10 })), version, { freightCost, shippedAt: at("2026-03-02 10:00") });
    const world = sound(so(), so("SO-2"), two(1, 10, "10.00"), two(2, 11, "12.50"));
    expect([netPosted(world).charges, totals(world), troubles(world)], describeWorld(world)).toEqual([{ freight: "12.50" }, ["226.80", "2.70"], []]);
  });
});

test("a service that was done has no carrier: it waits for no freight and is billed none", () => {
  const world = createWorld({ planners });
  const done = ships("SV-1", "2026-03-04 10:00", [{ order: "SO-1", line: "2", item: "SVC", quantity: 1 }]);
  world.tell(
    order("SO-1").line("1", "A", 10, "10.00").line("2", "SVC", 1, "50.00", { method: "service" }).with({ charges: [{ charge: "freight", amount: "9.99", taxCategory: "goods", billing: "actual_cost" }] }),
    ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }], 1, { freightCost: "7.77" }),
    { ...done, source: "shop", data: { ...done.data, lines: done.data.lines.map((line) => ({ ...line, service: true as const })) } },
  );
  soundState(world);
  expect([world.holds(), netPosted(world).charges, netPosted(world).lines["SO-1/2"]?.quantity], describeWorld(world)).toEqual([[], { freight: "7.77" }, "1"]);
});
