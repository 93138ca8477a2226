import { describe, expect, test } from "vitest";
import { at, closesRequests, order, ships } from "../../testing/world/builders";
import { describeWorld, summaryOf, totals } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";

const stageOf = (world: World) => { const summary = summaryOf(world, "US01:order:SO-1"); return [summary?.stage, summary?.stageSince]; };
const sentenceOf = (world: World) => [...world.store.subjects.values()].find(({ ref }) => ref.id === "US01:order:SO-1")?.plan?.sentence;

describe("a back order is as old as the first answer that it could not be had", () => {
  test("asking again each day, and a renewed credit reservation, start no new clock", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    world.tell(order("SO-1").line("1", "A", 1, "100"));
    for (const day of ["2026-03-03", "2026-03-08", "2026-03-14", "2026-03-20"]) {
      world.advance(`${day} 12:00`);
      expect([day, ...stageOf(world)]).toEqual([day, "backorder", at("2026-03-02 09:00")]);
    }
    expect(world.commands("request_allocation").length).toBeGreaterThan(15);
  });
  test("a part that comes in between leaves the rest as old as it is", () => {
    const world = createWorld({ planners });
    world.wms.stock("A", "0");
    world.tell(order("SO-1").line("1", "A", 10, "10"));
    world.wms.stock("A", "4");
    world.advance("2026-03-03 12:00");
    world.tell(ships("SH-1", "2026-03-04 10:00", [{ order: "SO-1", line: "1", item: "A", quantity: 4 }]));
    world.advance("2026-03-09 12:00");
    expect(stageOf(world)).toEqual(["backorder", at("2026-03-02 09:00")]);
  });
  test("what was reserved and then not found counts from the short shipment; what is had again ends it", () => {
    const world = createWorld({ planners });
    world.tell(order("SO-1").line("1", "A", 10, "10"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 6 }]));
    world.wms.stock("A", "6");
    world.tell(closesRequests("SO-1", "2026-03-02 15:00"));
    world.advance("2026-03-06 12:00");
    expect(stageOf(world)).toEqual(["backorder", at("2026-03-02 15:00")]);
    world.wms.stock("A", "10");
    world.advance("2026-03-08 12:00");
    expect(stageOf(world)[0]).toBe("fulfil");
  });
});

test("an order whose invoice is held says by what, and who lets it go", () => {
  const world = createWorld({ planners }), placed = order("SO-1").line("1", "A", 10, "10");
  world.tell(placed);
  world.advance("2026-03-03 09:00");
  world.tell(placed.change("2026-03-03 10:00", (data) => { data.lines[0]!.price = "8"; }));
  world.tell(ships("SH-1", "2026-03-03 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  expect([world.holds().map(({ rule }) => rule), sentenceOf(world)]).toEqual([["CHANGED_AFTER_RELEASE"], "The invoice for SH-1 is on hold (CHANGED_AFTER_RELEASE). Released by billing lead; finance above 10,000."]);
});

describe("a service has no stock to wait for: the order desk says when it is done", () => {
  const service = (more: object = {}) => order("SO-1").line("1", "SVC", 1, "50", { method: "service", ...more });
  const late = (world: World) => world.exceptions().map(({ code, message }) => [code, message]);
  test("it waits with the order desk from approval on, and is late by the ship date at 17:00", () => {
    const world = createWorld({ planners });
    world.tell(service({ requestedShip: "2026-03-05" }));
    world.advance("2026-03-05 10:00");
    expect([world.commands("request_allocation"), sentenceOf(world)]).toEqual([[], "Line 1 is a service: the order desk confirms it, and then it is billed."]);
    world.advance("2026-03-20 12:00");
    expect(stageOf(world)).toEqual(["fulfil", at("2026-03-05 00:00")]);
    expect(summaryOf(world, "US01:order:SO-1")?.dueAt).toBe(at("2026-03-05 17:00"));
    expect(late(world)).toEqual([["SLA-01", "Stage fulfil should have ended by 2026-03-05T17:00:00.000Z; order desk holds the ball"]]);
  });
  test("one without a date is wanted at once: by 17:00 of the business day on which it was approved", () => {
    const world = createWorld({ planners });
    world.tell(service());
    expect([stageOf(world), summaryOf(world, "US01:order:SO-1")?.dueAt]).toEqual([["fulfil", at("2026-03-02 09:00")], at("2026-03-02 17:00")]);
    world.advance("2026-03-17 12:00");
    expect([stageOf(world), late(world).map(([code]) => code)]).toEqual([["fulfil", at("2026-03-02 09:00")], ["SLA-01"]]);
  });
  const done = (source: string) => {
    const told = ships("SV-1", "2026-03-04 10:00", [{ order: "SO-1", line: "1", item: "SVC", quantity: 1 }]);
    return { ...told, source, data: { ...told.data, lines: told.data.lines.map((line) => ({ ...line, service: true as const })) } };
  };
  test("confirmed by the order system, it is billed like goods; nobody else confirms it", () => {
    const world = createWorld({ planners });
    world.tell(service(), done("zeta"));
    expect([totals(world), world.exceptions().map(({ code }) => code)]).toEqual([[], ["SLA-01", "CTR-03"]]);
    world.tell(done("shop"));
    expect([totals(world), world.exceptions(), summaryOf(world, "US01:order:SO-1")?.tracks["commercial"]]).toEqual([["54.00"], [], "complete"]);
  });
  test("confirmed by a person, in parts, it is billed as if the order system had said it; nobody's word is asked for besides", () => {
    const world = createWorld({ planners });
    const part = (shipment: string, quantity: number) => { const told = done("person:olga"); return { ...told, data: { ...told.data, shipment, warehouse: "order_desk", lines: told.data.lines.map((line) => ({ ...line, quantity: String(quantity) })) } }; };
    world.tell(order("SO-1").line("1", "SVC", 3, "50", { method: "service" }), part("SO-1-S1", 1));
    expect([totals(world), stageOf(world)[0], late(world).map(([code]) => code), world.holds()], describeWorld(world)).toEqual([["54.00"], "fulfil", ["SLA-01"], []]);
    world.tell(part("SO-1-S2", 2));
    expect([totals(world), world.exceptions(), summaryOf(world, "US01:order:SO-1")?.tracks["commercial"]]).toEqual([["54.00", "108.00"], [], "complete"]);
    world.tell(done("shop"));
    expect(world.holds().map(({ rule }) => rule), "the order system says it once more under its own number: a person decides").toEqual(["OVER_SHIPMENT"]);
  });
  test("goods are not confirmed that way", () => {
    const world = createWorld({ planners });
    world.tell(order("SO-1").line("1", "SVC", 1, "50"), done("shop"));
    expect([totals(world), world.exceptions().map(({ code }) => code)]).toEqual([[], ["SHP-02"]]);
  });
});
