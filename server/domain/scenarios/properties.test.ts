import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { event, order, ships, at } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { tellInOrder, tellShuffled } from "../../testing/world/play";
import { describeWorld, netPosted, totals, troubles } from "../../testing/world/readings";
import { dec } from "../decimal";
import { planners } from "../planners";
import { moneyFaults, playStory, someFaults, story, storyWithCorrections, storyWithMoney, storyWithReturns, type Story } from "./generated";
import { plansOnce, runsOf, sameNet, soundState } from "./harness";

const seed = fc.integer({ min: 1, max: 1_000_000 });
const runs = { numRuns: runsOf(30) };
/** Milliseconds: these tell many worlds, and machines in CI are busy. */
const patience = 180_000;
const extension = (row: Story["lines"][number], quantity: number) => dec(quantity).times(row.price).toDecimalPlaces(2);

describe("any stream of events", () => {
  test("shuffled, repeated and delayed ends with the same net posted quantity and amount", () => {
    fc.assert(fc.property(story, seed, (made, number) => {
      const straight = tellInOrder(playStory(made), { planners });
      const world = tellShuffled(playStory(made), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameNet(netPosted(world), netPosted(straight));
      plansOnce(world);
    }), runs);
  }, patience);
  test("corrections included", () => {
    fc.assert(fc.property(storyWithCorrections, seed, (made, number) => {
      const straight = tellInOrder(playStory(made), { planners }, (w) => { soundState(w); });
      const world = tellShuffled(playStory(made), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameNet(netPosted(world), netPosted(straight));
    }), runs);
  }, patience);
  test("money and returns included: never more credited than invoiced", () => {
    fc.assert(fc.property(storyWithMoney, seed, (made, number) => {
      const straight = tellInOrder(playStory(made), { planners }, (w) => { soundState(w); });
      const world = tellShuffled(playStory(made), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameNet(netPosted(world), netPosted(straight));
      expect(ledgerDrifts(world), describeWorld(world)).toEqual([]);
    }), runs);
  }, patience);
  test("money and returns with answers lost and calls that never arrive: every open item as the ledger has it", () => {
    fc.assert(fc.property(storyWithMoney, seed, moneyFaults, (made, number, faults) => {
      const straight = tellInOrder(playStory(made), { planners });
      const world = tellShuffled(playStory(made, faults), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameNet(netPosted(world), netPosted(straight));
      expect(ledgerDrifts(world), describeWorld(world)).toEqual([]);
    }), runs);
  }, patience);
  test("several returns of a line in parts: the same net whatever froze or came first, never above what was invoiced", () => {
    fc.assert(fc.property(storyWithReturns, seed, (made, number) => {
      const straight = tellInOrder(playStory(made), { planners }, (w) => { soundState(w); });
      const world = tellShuffled(playStory(made), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameNet(netPosted(world), netPosted(straight));
      expect(ledgerDrifts(world), describeWorld(world)).toEqual([]);
      plansOnce(world);
    }), runs);
  }, patience);
  test("with answers lost and calls that never arrive", () => {
    fc.assert(fc.property(story, seed, someFaults, (made, number, faults) => {
      const straight = tellInOrder(playStory(made), { planners });
      const world = tellShuffled(playStory(made, faults), number, { planners, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      sameNet(netPosted(world), netPosted(straight));
      expect(new Set(world.erp.documents.map((entry) => entry.reference)).size, "a document made twice").toBe(world.erp.documents.length);
    }), runs);
  }, patience);
  test("dropped and redelivered ends the same", () => {
    fc.assert(fc.property(story, seed, (made, number) => {
      const straight = tellInOrder(playStory(made), { planners });
      const world = tellShuffled(playStory(made), number, { planners, names: new Map(straight.erp.names) }, { lossy: true });
      sameNet(netPosted(world), netPosted(straight));
      soundState(world);
    }), runs);
  }, patience);
});

describe("any order", () => {
  test("the books close in every state, and planning twice adds nothing", () => {
    fc.assert(fc.property(story, (made) => { const world = tellInOrder(playStory(made), { planners }, (w) => { soundState(w); }); plansOnce(world); }), runs);
  }, patience);
  test("parts sum to the whole: every line to the cent of what shipped, discount and freight once", () => {
    fc.assert(fc.property(story, (made) => {
      const world = tellInOrder(playStory(made), { planners });
      const net = netPosted(world), full = made.lines.every((row) => row.shipments.reduce((sum, part) => sum + part, 0) === row.quantity);
      made.lines.forEach((row, index) => {
        const left = row.shipments.reduce((sum, part) => sum + part, 0);
        if (made.discount === "0") expect(net.lines[`SO-1/${index + 1}`]?.net ?? "0.00", describeWorld(world)).toBe(extension(row, left).toFixed(2));
      });
      if (!full) return;
      const goods = made.lines.reduce((sum, row) => sum.plus(extension(row, row.quantity)), dec(0));
      expect(Object.values(net.lines).reduce((sum, row) => sum.plus(row.net), dec(0)).toFixed(2)).toBe(goods.minus(made.discount).toFixed(2));
      expect(net.charges["freight"] ?? "0").toBe(made.freight);
    }), runs);
  }, patience);
});

describe("a human decision", () => {
  test("is never undone by a re-plan", () => {
    const so = order("SO-1").line("1", "A", 20, "50.00");
    const world = tellInOrder((play) => {
      play.tell(so, so.change("2026-03-02 10:00", (data) => { data.lines[0]!.price = "48.00"; }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 20 }]));
      play.act((w) => { w.delivery.down.add("erp"); });
      play.decide({ rule: "CHANGED_AFTER_RELEASE" });
    }, { planners });
    for (const day of ["2026-03-03", "2026-03-04", "2026-03-09"]) {
      world.advance(`${day} 12:00`);
      world.planAgain();
      world.settle();
      expect(troubles(world)).not.toContain("CHANGED_AFTER_RELEASE");
    }
    world.tell(event("shipment.delivered", at("2026-03-09 15:00"), { shipment: "SH-1", version: 1, state: "delivered", at: at("2026-03-09 15:00") }));
    expect(troubles(world)).not.toContain("CHANGED_AFTER_RELEASE");
    world.delivery.down.clear();
    world.advance("2026-03-09 18:00");
    expect(totals(world)).toEqual(["1036.80"]);
  });
});
