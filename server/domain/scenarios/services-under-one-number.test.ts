import { describe, expect, test } from "vitest";
import { at, event, order, ships, type Told } from "../../testing/world/builders";
import { describeWorld, netPosted, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, scenario, soundState } from "./harness";

const zeta = <T extends object>(told: T) => ({ ...told, source: "zeta" });
const shop = <T extends object>(told: T) => ({ ...told, source: "shop" });
const sold = (number: string) => order(number).line("1", "A", 10, "10.00").line("2", "SVC", 1, "50.00", { method: "service" });
const orders = [zeta(order("Z-1").line("2", "SVC", 1, "50.00", { method: "service" }).build()), sold("SO-1")];
/** But what is late only because nobody has shipped or confirmed it here. */
const asked = (world: World) => troubles(world).filter((code) => code !== "SLA-01");
const done = (shipment: string, of: string, short: string, quantity = "1", version = 1): Told<"shipment.confirmed"> => event("shipment.confirmed", at(short), { shipment, version, warehouse: "desk", shippedAt: at(short), lines: [{ shipmentLine: "1", order: of, orderLine: "2", item: "SVC", quantity, service: true }] }) as Told<"shipment.confirmed">;
const goods = (of: string, short = "2026-03-03 14:00", version = 1, quantity = 10) => ships("SH-1", short, [{ order: of, line: "1", item: "A", quantity }], version, { shippedAt: at("2026-03-03 14:00") });
const billed = (world: World, ...lines: string[]) => lines.map((line) => netPosted(world).lines[line]?.quantity ?? "0");
const play = (...told: Parameters<World["tell"]>): World => {
  const world = createWorld({ planners });
  for (const thing of [...orders, ...told]) { world.tell(thing); soundState(world); }
  plansOnce(world);
  return world;
};

describe("a service that an order source confirmed under a number that the warehouse uses (decision 20)", () => {
  scenario("both stand, whichever is heard first", {
    script: (play) => { play.tell(...orders, zeta(done("SH-1", "Z-1", "2026-03-03 10:00")), goods("SO-1")); play.until("2026-03-05 10:00"); },
    end: (world) => { expect([billed(world, "Z-1/2", "SO-1/1"), asked(world)], describeWorld(world)).toEqual([["1", "10"], []]); },
  });
  test("of one order: its goods and its service are billed, the second as the next part", () => {
    for (const told of [[shop(done("SH-1", "SO-1", "2026-03-03 10:00")), goods("SO-1")], [goods("SO-1"), shop(done("SH-1", "SO-1", "2026-03-03 16:00"))]]) {
      const world = play(...told);
      expect([billed(world, "SO-1/1", "SO-1/2"), asked(world)], describeWorld(world)).toEqual([["10", "1"], []]);
    }
  });
  test("each corrects and takes back its own alone", () => {
    const world = play(zeta(done("SH-1", "Z-1", "2026-03-03 10:00")), goods("SO-1"), goods("SO-1", "2026-03-03 15:00", 2, 8));
    expect(world.holds().map(({ rule, amount }) => [rule, amount])).toEqual([["CREDIT_APPROVAL", "21.60"]]);
    world.decide({ rule: "CREDIT_APPROVAL" });
    world.tell(zeta({ ...done("SH-1", "Z-1", "2026-03-04 10:00", "1", 2), data: { ...done("SH-1", "Z-1", "2026-03-04 10:00", "1", 2).data, reversed: true } }));
    expect([billed(world, "SO-1/1"), world.holds().map(({ rule, amount, subject }) => [rule, amount, subject.includes("SH-1/")])], describeWorld(world)).toEqual([["8"], [["CREDIT_APPROVAL", "54.00", true]]]);
    soundState(world); plansOnce(world);
  });
  test("nobody confirms another's service that way: CTR-03", () => {
    const world = play(goods("SO-1"), zeta(done("SH-1", "SO-1", "2026-03-03 16:00")));
    expect([billed(world, "SO-1/1", "SO-1/2"), asked(world)], describeWorld(world)).toEqual([["10", "0"], ["CTR-03"]]);
  });
});

describe("two order sources that number their services alike (decision 21)", () => {
  scenario("each is billed to its own order", {
    script: (play) => { play.tell(...orders, zeta(done("SV-1", "Z-1", "2026-03-03 10:00")), shop(done("SV-1", "SO-1", "2026-03-03 11:00"))); play.until("2026-03-05 10:00"); },
    end: (world) => { expect([billed(world, "Z-1/2", "SO-1/2"), world.holds(), asked(world)], describeWorld(world)).toEqual([["1", "1"], [], []]); },
  });
  test("for one order the order system of record counts, and the other is CTR-02", () => {
    const world = play(zeta(done("SV-1", "Z-1", "2026-03-03 10:00")), shop({ ...done("SV-1", "Z-1", "2026-03-03 11:00"), data: { ...done("SV-1", "Z-1", "2026-03-03 11:00").data, shippedAt: at("2026-03-03 09:30") } }));
    expect([billed(world, "Z-1/2"), asked(world)], describeWorld(world)).toEqual([["1"], ["CTR-02"]]);
  });
});
