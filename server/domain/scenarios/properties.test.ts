import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, event, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { tellInOrder, tellShuffled, type Play } from "../../testing/world/play";
import { describeWorld, netPosted, totals, troubles } from "../../testing/world/readings";
import { dec } from "../decimal";
import { planners } from "../planners";
import { moneyFaults, playStory, someFaults, story, strangeWarehouse, storyWithCorrections, storyWithMoney, storyWithReturns, type Story } from "./generated";
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

describe("a ship-to that moves after the invoice", () => {
  test("with returns and a recount in any order: the same net, books and ledger agree, and what is filed is what is booked, to the cent", () => {
    const rates = [{ state: "*", category: "*", rate: "0.08", from: "2000-01-01" }, { state: "OH", category: "*", rate: "0.0575", from: "2000-01-01" }];
    fc.assert(fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 4_000_000 }), fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 2 }), fc.integer({ min: 0, max: 3 }), seed, (quantity, price, backs, recounted, number) => {
      const so = order("SO-1").line("1", "A", quantity, (price / 100_000).toFixed(5)).charge("freight", "9.99");
      const left = (count: number, version: number) => ships("SH-1", `2026-03-03 1${version}:00`, [{ order: "SO-1", line: "1", item: "A", quantity: count }], version, { shippedAt: at("2026-03-02 14:00") });
      const script = (play: Play) => {
        play.tell(so, left(quantity, 1));
        play.until("2026-03-03 20:00");
        for (const author of ["ann", "bob"]) play.allow({ rule: "CREDIT_APPROVAL", author });
        const told = [
          so.change("2026-03-04 09:00", (data) => { data.shipToAddress = { ...data.shipToAddress, state: "OH" }; }), ...(recounted > 0 ? [left(Math.max(0, quantity - recounted), 2)] : []),
          ...backs.flatMap((count, index) => [returnAuthorised(`RMA-${index}`, "SO-1", "2026-03-04 10:00", { 1: count }), returnReceived(`RMA-${index}`, "SO-1", `2026-03-04 11:0${index}`, [{ line: "1", item: "A", quantity: count }])]),
        ];
        for (const thing of told) { play.tell(thing); for (const author of ["ann", "bob"]) play.allow({ rule: "CREDIT_APPROVAL", author }); }
      };
      const straight = tellInOrder(script, { planners, rates }, (w) => { soundState(w); });
      const world = tellShuffled(script, number, { planners, rates, names: new Map(straight.erp.names) }, { after: (w) => { soundState(w); } });
      expect(netPosted(world).lines).toEqual(netPosted(straight).lines);
      for (const told of [straight, world]) {
        const total = (kind: "commit_tax" | "return_tax") => told.commands(kind).filter(({ state }) => state === "confirmed").reduce((sum, row) => sum.plus(String(row.payload["total"])), dec(0));
        expect(total("commit_tax").minus(total("return_tax")).toFixed(2), describeWorld(told)).toBe(netPosted(told).tax);
        expect(ledgerDrifts(told), describeWorld(told)).toEqual([]);
      }
      plansOnce(world);
    }), runs);
  }, patience);
});

describe("any order", () => {
  test("the books close in every state, and planning twice adds nothing", () => {
    fc.assert(fc.property(story, (made) => { const world = tellInOrder(playStory(made), { planners }, (w) => { soundState(w); }); plansOnce(world); }), runs);
  }, patience);
  test("whatever a warehouse says of it, asked or not, in whatever order and with cancels in between", () => {
    fc.assert(fc.property(strangeWarehouse, seed, (told, number) => {
      const script = (play: Play) => { for (const rule of ["CREDIT_APPROVAL", "OVER_SHIPMENT"] as const) play.allow({ rule }); play.tell(...told); };
      plansOnce(tellInOrder(script, { planners }, (w) => { soundState(w); }));
      tellShuffled(script, number, { planners, policy: { backorderAskMinutes: 1 } }, { after: (w) => { soundState(w); } });
    }), { numRuns: runsOf(60) });
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
