import { describe, expect, test } from "vitest";
import { at, closesRequests, customer, event, item, order, periods, ships, type Goods } from "../../testing/world/builders";
import { tellInOrder, type Play } from "../../testing/world/play";
import { heldBy, summaryOf, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, scenario, soundState } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const sumOf = (values: string[]) => values.reduce((sum, value) => sum + Number(value), 0).toFixed(2);
const net = (world: World) => (Number(sumOf(totals(world))) - Number(sumOf(totals(world, "credit")))).toFixed(2);
const slicesOf = (world: World, order: string, bucket: string) => (world.store.subjects.get(`US01:order:${order}` as never)?.plan?.slices ?? []).filter((slice) => slice.bucket === bucket);
const amountIn = (world: World, order: string, ...buckets: string[]) => sumOf(buckets.flatMap((bucket) => slicesOf(world, order, bucket)).map((slice) => slice.amount));

describe("S07 Over-shipment", () => {
  const so7 = order("SO-7").line("1", "A", 50, "4.00");
  const left = (quantity: number, version = 1, short = "2026-03-02 14:00") => ships("SH-1", short, [{ order: "SO-7", line: "1", item: "A", quantity }], version, { shippedAt: "2026-03-02T14:00:00.000Z" });
  const held = (world: World) => { expect(totals(world)).toEqual(["216.00"]); expect(troubles(world)).toEqual(["OVER_SHIPMENT"]); expect(heldBy(world, "OVER_SHIPMENT")).toBe("17.28"); expect(booked(world, "US01:order:SO-7", "over").quantity).toBe("4"); };
  scenario("(a) bill: 216.00 at once, then 17.28", {
    script: (play) => { play.tell(so7, left(54)); play.check(held); play.decide({ rule: "OVER_SHIPMENT", consequence: "bill" }); },
    end: (world) => { expect(sumOf(totals(world))).toBe("233.28"); expect(totals(world)).toContain("17.28"); expect(troubles(world)).toEqual([]); },
  });
  scenario("(b) absorb: free 4, M2 200 + 16 = 200 + 16", {
    script: (play) => { play.tell(so7, left(54)); play.check(held); play.decide({ rule: "OVER_SHIPMENT", consequence: "absorb" }); },
    end: (world) => {
      expect(totals(world)).toEqual(["216.00"]);
      expect(booked(world, "US01:order:SO-7", "free").quantity).toBe("4");
      expect(["order_value", "billed_goods"].map((term) => booked(world, "US01:order:SO-7", term).amount)).toEqual(["200.00", "200.00"]);
      expect(troubles(world)).toEqual([]);
    },
  });
  const taken = (play: Play) => { play.tell(so7, left(54)); play.decide({ rule: "OVER_SHIPMENT", consequence: "take_back" }); };
  const waiting = (due: string) => (world: World) => { expect([troubles(world), totals(world), slicesOf(world, "SO-7", "waiting").map(({ dueAt }) => dueAt)]).toEqual([[], ["216.00"], [due]]); };
  scenario("take back: it has 30 days, then it is held again and anything may be decided, taking back once more too", {
    script: (play) => {
      taken(play);
      play.until("2026-04-01 13:59"); play.check(waiting("2026-04-01T14:00:00.000Z"));
      play.until("2026-04-01 14:00"); play.check((world) => { held(world); expect(world.holds()[0]?.message).toContain("to be taken back by 2026-04-01, not come"); });
      play.decide({ rule: "OVER_SHIPMENT", consequence: "take_back" });
      play.until("2026-05-01 13:59"); play.check(waiting("2026-05-01T14:00:00.000Z"));
      play.until("2026-05-01 14:00"); play.check(held);
      play.decide({ rule: "OVER_SHIPMENT", consequence: "bill" });
    },
    end: (world) => { expect([sumOf(totals(world)), troubles(world)]).toEqual(["233.28", []]); },
    shuffles: 0,
  });
  scenario("take back: the goods are back in time, and nothing is held", {
    script: (play) => { taken(play); play.until("2026-03-10 12:00"); play.tell(left(50, 2, "2026-03-10 14:00")); play.until("2026-04-10 12:00"); },
    end: (world) => { expect([totals(world), troubles(world)]).toEqual([["216.00"], []]); },
    shuffles: 0,
  });
  const more = (quantity: number) => ships("SH-2", "2026-03-03 14:00", [{ order: "SO-7", line: "1", item: "A", quantity }]);
  const billed = (play: Play) => { play.tell(so7, left(54)); play.decide({ rule: "OVER_SHIPMENT", consequence: "bill" }); play.until("2026-03-03 12:00"); play.tell(more(30)); play.until("2026-03-04 10:00"); };
  const heldBeyond = (world: World) => { expect([sumOf(totals(world)), totals(world, "credit"), troubles(world), heldBy(world, "OVER_SHIPMENT")]).toEqual(["233.28", [], ["OVER_SHIPMENT"], "129.60"]); };
  scenario("(d) the excess was billed and more goes out: only what is beyond it is held, nothing is credited", { script: billed, end: heldBeyond, shuffles: 0 });
  scenario("(e) of what is beyond the billed excess a part is billed, the rest absorbed: asked once", {
    script: (play) => { billed(play); play.check(heldBeyond); play.decide({ rule: "OVER_SHIPMENT", consequence: "bill", quantity: "10" }); play.until("2026-03-05 10:00"); },
    end: (world) => { expect([sumOf(totals(world)), totals(world, "credit"), troubles(world)]).toEqual(["276.48", [], []]); expect(booked(world, "US01:order:SO-7", "free").quantity).toBe("20"); },
    shuffles: 0,
  });
  scenario("(f) of what is beyond the billed excess nothing is billed: what was billed stays", {
    script: (play) => { billed(play); play.decide({ rule: "OVER_SHIPMENT", consequence: "absorb" }); play.until("2026-03-05 10:00"); },
    end: (world) => { expect([sumOf(totals(world)), totals(world, "credit"), troubles(world)]).toEqual(["233.28", [], []]); },
    shuffles: 0,
  });
  scenario("(g) the billed excess turns out not to have left: that is a correction", {
    script: (play) => { billed(play); play.tell(left(50, 2, "2026-03-04 15:00")); play.until("2026-03-05 10:00"); },
    end: (world) => { expect([troubles(world), heldBy(world, "CREDIT_APPROVAL"), heldBy(world, "OVER_SHIPMENT")]).toEqual([["CREDIT_APPROVAL", "OVER_SHIPMENT", "SHP-03"], "17.28", "129.60"]); },
    shuffles: 0,
  });
  scenario("(c) the warehouse corrects to 50: the hold releases itself", {
    script: (play) => { play.tell(so7, left(54)); play.check(held); play.tell(left(50, 2, "2026-03-02 15:00")); },
    end: (world) => { expect(totals(world)).toEqual(["216.00"]); expect(troubles(world)).toEqual([]); },
  });
});

describe("S10 Kit partly shipped", () => {
  const kit = order("SO-10").line("1", "KIT", 10, "100.00", { components: [{ item: "A", per: "1", shareOfPrice: "40.00" }, { item: "B", per: "2", shareOfPrice: "30.00" }] });
  const pieces = (shipment: string, short: string, counts: Record<string, number>) => ships(shipment, short, Object.entries(counts).map(([code, quantity]): Goods => ({ order: "SO-10", line: "1", item: code, quantity, component: code })));
  scenario("seven whole kits 756.00, then three 324.00", {
    script: (play) => {
      play.tell(kit, pieces("SH-1", "2026-03-02 14:00", { A: 10, B: 14 }));
      play.check((world) => {
        expect(totals(world)).toEqual(["756.00"]);
        expect(amountIn(world, "SO-10", "waiting", "held", "exception", "in_flight")).toBe("120.00");
        expect(amountIn(world, "SO-10", "unallocated", "allocated", "released")).toBe("180.00");
      });
      play.tell(pieces("SH-2", "2026-03-03 14:00", { B: 6 }));
      play.check((world) => { expect(totals(world)).toEqual(["756.00", "324.00"]); });
    },
    end: (world) => { expect(sumOf(totals(world))).toBe("1080.00"); expect(troubles(world)).toEqual([]); },
  });
  test("what is missing of a component is worth its stand-alone share of the kit: 6 × 30.00 short; 10 × 40.00 and 20 × 30.00 picked for an old address", () => {
    const world = createWorld({ planners });
    world.tell(kit, pieces("SH-1", "2026-03-02 14:00", { A: 10, B: 14 }), closesRequests("SO-10", "2026-03-02 15:00"));
    expect(world.exceptions()).toMatchObject([{ code: "SHP-01", fingerprint: { item: "B" }, amount: "180.00" }]);
    const other = createWorld({ planners });
    const picked = event("fulfilment.progressed", at("2026-03-02 09:30"), { order: "SO-10", request: "SO-10-R1", version: 2, warehouse: "W1", state: "picked", lines: [["A", "10"], ["B", "20"]].map(([component, all]) => ({ line: "1", component, released: all, picked: all, packed: "0", short: "0", over: "0", recalled: "0" })) } as never);
    other.tell(kit, picked, kit.change("2026-03-02 10:00", (data) => { data.shipToAddress = { ...data.shipToAddress, line1: "9 Oak Ave" }; }));
    expect(other.exceptions().map(({ code, amount }) => [code, amount])).toEqual([["ORD-04", "1000.00"]]);
  });
  const twelve = pieces("SH-1", "2026-03-02 14:00", { A: 12, B: 25 });
  test("three loose pieces too many are named and held at their share, and the order is not complete beside them", () => {
    const world = createWorld({ planners });
    world.tell(kit, pieces("SH-1", "2026-03-02 14:00", { A: 10, B: 23 }));
    expect(world.holds().map(({ rule, amount, message }) => [rule, amount, message])).toEqual([["OVER_SHIPMENT", "90.00", "Line 1: 3 more of B left than 10 of KIT need"]]);
    expect([amountIn(world, "SO-10", "held"), summaryOf(world, "US01:order:SO-10")?.amounts["held"], summaryOf(world, "US01:order:SO-10")?.tracks["commercial"]]).toEqual(["90.00", "90.00", "accepted"]);
    soundState(world);
    world.decide({ rule: "OVER_SHIPMENT", consequence: "absorb" });
    expect([totals(world), troubles(world), amountIn(world, "SO-10", "held", "waiting"), summaryOf(world, "US01:order:SO-10")?.tracks["commercial"]]).toEqual([["1080.00"], [], "0.00", "complete"]);
    expect(booked(world, "US01:order:SO-10", "free")).toEqual({ quantity: "3", amount: "0.00" });
    soundState(world);
  });
  scenario("two kits and a loose piece too many, billed by decision: 216.00 more, the piece free", {
    script: (play) => {
      play.tell(kit, twelve);
      play.check((world) => { expect([totals(world), troubles(world)]).toEqual([["1080.00"], ["OVER_SHIPMENT"]]); });
      play.decide({ rule: "OVER_SHIPMENT", consequence: "bill" });
    },
    end: (world) => {
      expect([sumOf(totals(world)), troubles(world)]).toEqual(["1296.00", []]);
      expect(["over", "free", "invoiced"].map((term) => booked(world, "US01:order:SO-10", term).quantity)).toEqual(["7", "1", "36"]);
    },
  });
  scenario("too many, to be taken back: nothing is free, it waits for the warehouse", {
    script: (play) => {
      play.tell(kit, twelve);
      play.decide({ rule: "OVER_SHIPMENT", consequence: "take_back" });
      play.check((world) => { expect(booked(world, "US01:order:SO-10", "free").quantity).toBe("0"); });
      play.until("2026-03-02 16:00");
      play.tell(ships("SH-1", "2026-03-02 17:00", [{ order: "SO-10", line: "1", item: "A", quantity: 10, component: "A" }, { order: "SO-10", line: "1", item: "B", quantity: 20, component: "B" }], 2, { shippedAt: "2026-03-02T14:00:00.000Z" }));
    },
    end: (world) => { expect([totals(world), troubles(world), summaryOf(world, "US01:order:SO-10")?.tracks["commercial"]]).toEqual([["1080.00"], [], "complete"]); },
  });
});

describe("S11 Invoice posted, then shipment corrected", () => {
  const so11 = order("SO-11").line("1", "A", 30, "15.00");
  const left = (quantity: number, version: number, short: string) => ships("SH-1", short, [{ order: "SO-11", line: "1", item: "A", quantity }], version, { shippedAt: "2026-03-02T14:00:00.000Z" });
  const corrected = (world: World) => {
    expect(totals(world)).toEqual(["486.00"]);
    expect(troubles(world)).toEqual(["CREDIT_APPROVAL", "SHP-03"]);
    expect(heldBy(world, "CREDIT_APPROVAL")).toBe("32.40");
    expect(["shipped", "ahead", "invoiced"].map((term) => booked(world, "US01:order:SO-11", term).quantity)).toEqual(["28", "2", "30"]);
  };
  scenario("correction credit 32.40 by decision, later 2 ship for 32.40", {
    script: (play) => {
      play.tell(so11, left(30, 1, "2026-03-02 14:00"));
      play.until("2026-03-02 16:00");
      play.tell(left(28, 2, "2026-03-03 09:00"));
      play.check(corrected);
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.check((world) => { expect(net(world)).toBe("453.60"); expect(booked(world, "US01:order:SO-11", "invoiced").quantity).toBe("28"); expect(troubles(world)).toEqual([]); });
      play.until("2026-03-03 12:00");
      play.tell(ships("SH-2", "2026-03-04 14:00", [{ order: "SO-11", line: "1", item: "A", quantity: 2 }]));
    },
    end: (world) => { expect([...totals(world)].sort()).toEqual(["32.40", "486.00"]); expect(net(world)).toBe("486.00"); expect(troubles(world)).toEqual([]); },
  });
  test("(b) the period has closed meanwhile: PERIOD_CLOSED, the original date kept", () => {
    const world = tellInOrder((play) => {
      play.tell(so11, left(30, 1, "2026-03-02 14:00"), periods(2, "2026-04-03 18:00", { "2026-03": "closed" }), left(28, 2, "2026-04-06 09:00"));
      play.decide({ rule: "CREDIT_APPROVAL" });
    }, { planners });
    expect(troubles(world)).toContain("PERIOD_CLOSED");
    expect(totals(world, "credit")).toEqual([]);
    world.decide({ rule: "PERIOD_CLOSED", consequence: "next_open_period" });
    const credit = world.erp.documents.find((entry) => entry.kind === "credit");
    expect([credit?.total, credit?.accountingDate]).toEqual(["32.40", "2026-04-01"]);
    expect(world.commands("post_credit")[0]?.payload["taxDate"]).toBe("2026-03-02");
  });
  test("(c) the correction arrives while the invoice is in flight: it is not withdrawn, then as (a)", () => {
    const world = tellInOrder((play) => {
      play.fault({ kind: "post_invoice", does: "hold" });
      play.tell(so11, left(30, 1, "2026-03-02 14:00"), left(28, 2, "2026-03-02 14:05"));
      play.check((w) => { expect(w.commands("post_invoice").map((row) => row.state)).toEqual(["sending"]); expect(troubles(w)).not.toContain("CREDIT_APPROVAL"); });
      play.act((w) => { w.delivery.answerHeld(); });
    }, { planners });
    corrected(world);
  });
});

describe("S20 Units", () => {
  const cases = (quantity: number, short: string, shipment: string, order: string, code: string) => ships(shipment, short, [{ order, line: "1", item: code, quantity }]);
  scenario("(a) 5 cases of 24 at 36.00, shipped 118: 177.00, open 2", {
    script: (play) => { play.given(exempt, item("A", { units: [{ unit: "CS", numerator: 24, denominator: 1 }] })); play.tell(order("SO-20").line("1", "A", 5, "36.00", { unit: "CS" }), cases(118, "2026-03-02 14:00", "SH-1", "SO-20", "A")); },
    end: (world) => { expect(totals(world)).toEqual(["177.00"]); expect(sumOf(["unallocated", "allocated", "released"].flatMap((bucket) => slicesOf(world, "SO-20", bucket)).map((slice) => slice.quantity))).toBe("2.00"); },
  });
  scenario("(b) 1 case of 12 at 10.00, shipped 7 then 5: 5.83 and 4.17", {
    script: (play) => {
      play.given(exempt, item("A", { units: [{ unit: "CS", numerator: 12, denominator: 1 }] })); play.tell(order("SO-20").line("1", "A", 1, "10.00", { unit: "CS" }), cases(7, "2026-03-02 14:00", "SH-1", "SO-20", "A"), cases(5, "2026-03-03 14:00", "SH-2", "SO-20", "A"));
      play.check((world) => { expect(totals(world)).toEqual(["5.83", "4.17"]); });
    },
    end: (world) => { expect(sumOf(totals(world))).toBe("10.00"); },
  });
  const cheese = order("SO-20").line("1", "CHEESE", 4, "3.25", { unit: "CS", secondQuantity: { nominal: "80", unit: "LB" } });
  const weighed = (weights: (string | undefined)[], version = 1) => ships("SH-1", version === 1 ? "2026-03-02 14:00" : "2026-03-02 15:00", weights.map((weight): Goods => ({ order: "SO-20", line: "1", item: "CHEESE", quantity: 1, ...(weight ? { weight } : {}) })), version, { shippedAt: "2026-03-02T14:00:00.000Z" });
  scenario("(c) catch weight 79.95 lb: 259.84, difference −0.16; a missing weight waits", {
    script: (play) => {
      play.given(exempt, item("CHEESE", { baseUnit: "CS", weightRequired: true })); play.tell(cheese, weighed(["19.6", "20.4", undefined, "18.85"]));
      play.check((world) => { expect(troubles(world)).toContain("SHP-02"); });
      play.tell(weighed(["19.6", "20.4", "21.1", "18.85"], 2));
    },
    end: (world) => { expect(sumOf(totals(world))).toBe("259.84"); expect(booked(world, "US01:order:SO-20", "diff_weight").amount).toBe("-0.16"); expect(troubles(world)).toEqual([]); },
  });
  scenario("(d) 2,500 at 18.75 per 1,000: 46.88", {
    script: (play) => { play.given(exempt); play.tell(order("SO-20").line("1", "A", 2500, "18.75", { priceUnit: "1000" }), cases(2500, "2026-03-02 14:00", "SH-1", "SO-20", "A")); },
    end: (world) => { expect(totals(world)).toEqual(["46.88"]); },
  });
  scenario("(e) BX unknown: MAP-03 for that item only; entering 1 BX = 6 releases all that wait", {
    script: (play) => {
      play.given(exempt); play.tell(order("SO-20").line("1", "A", 2, "12.00", { unit: "BX" }).line("2", "B", 1, "5.00"), order("SO-21").placed("2026-03-02 09:30").line("1", "A", 3, "12.00", { unit: "BX" }));
      play.check((world) => { expect(troubles(world)).toEqual(["MAP-03"]); });
      play.tell(item("A", { units: [{ unit: "BX", numerator: 6, denominator: 1 }] }, 2));
      play.check((world) => { expect(troubles(world)).toEqual([]); });
      play.tell(cases(12, "2026-03-02 14:00", "SH-1", "SO-20", "A"), cases(18, "2026-03-02 14:00", "SH-2", "SO-21", "A"));
    },
    end: (world) => { expect([...totals(world)].sort()).toEqual(["24.00", "36.00"]); expect(troubles(world)).toEqual([]); },
  });
});

describe("S21 Sample, substitution", () => {
  const so21 = (allowed: boolean) => order("SO-21").line("1", "A", 10, "12.00", { substitutionAllowed: allowed }).line("2", "A", 1, "0", { freeReason: "sample" });
  const shipment = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-21", line: "1", item: "A", quantity: 6 }, { order: "SO-21", line: "1", item: "A2", quantity: 4, substitute: true }, { order: "SO-21", line: "2", item: "A", quantity: 1 }]);
  scenario("72.00 + 48.00 + 0.00, tax 9.60: 129.60; N = 1; no PRICE_VARIANCE", {
    script: (play) => { play.given(item("A2")); play.tell(so21(true), shipment); },
    end: (world) => {
      expect(totals(world)).toEqual(["129.60"]);
      expect(world.erp.documents[0]?.lines.map((line) => line.net).sort()).toEqual(expect.arrayContaining(["48.00", "72.00"]));
      expect(booked(world, "US01:order:SO-21", "substituted").quantity).toBe("4");
      expect(booked(world, "US01:order:SO-21", "free").quantity).toBe("1");
      expect(troubles(world)).toEqual([]);
    },
  });
  scenario("(b) not allowed: 77.76 for 6, SHP-02 for 4", {
    script: (play) => { play.given(item("A2")); play.tell(so21(false), shipment); },
    end: (world) => { expect(totals(world)).toEqual(["77.76"]); expect(troubles(world)).toContain("SHP-02"); },
  });
});

test("what was cancelled and left all the same is said to be that", () => {
  const world = createWorld({ planners }), so = order("SO-1").line("1", "A", 10, "10.00").line("2", "B", 5, "2.00");
  world.tell(so, so.change("2026-03-02 12:00", (data) => { data.lines.pop(); }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "2", item: "B", quantity: 5 }]));
  expect(world.holds().map(({ rule, message }) => [rule, message])).toEqual([["OVER_SHIPMENT", "Line 2: 5 more of B left than the 5 ordered, of which 5 were cancelled"]]);
});
