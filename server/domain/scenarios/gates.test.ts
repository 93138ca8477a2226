import { describe, expect, test } from "vitest";
import { authorised, cancels, credit, customer, order, pays, ships, type OrderBuilder } from "../../testing/world/builders";
import { tellInOrder } from "../../testing/world/play";
import { describeWorld, heldBy, summaryOf, totals, troubles } from "../../testing/world/readings";
import type { Rate } from "../../testing/world/targets/tax";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, scenario, soundState } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const released = (world: World, number: string) => world.commands("release_to_warehouse").filter((row) => row.subject === `US01:order:${number}` && row.state === "confirmed").length;

describe("S05 Duplicate purchase order", () => {
  const first = order("SO-51").placed("2026-03-02 09:00").line("1", "A", 5, "20.00").with({ purchaseOrder: "4711", channel: "edi" });
  const second = order("SO-52").placed("2026-03-02 09:40").line("1", "A", 5, "20.00").with({ purchaseOrder: "PO-4711 ", channel: "web" });
  scenario("order 2 is held at 108.00 and rejected, order 1 untouched", {
    script: (play) => {
      play.tell(first);
      play.until("2026-03-02 09:30");
      play.tell(second);
      play.until("2026-03-02 10:00");
      play.check((world) => { expect(troubles(world)).toEqual(["DUPLICATE_DOCUMENT"]); expect(heldBy(world, "DUPLICATE_DOCUMENT")).toBe("108.00"); expect(released(world, "SO-52")).toBe(0); });
      play.decide({ rule: "DUPLICATE_DOCUMENT", verdict: "reject", consequence: "cancel" });
      play.check((world) => { expect(world.tell(first)).toBe("repeated"); expect(troubles(world)).toEqual([]); });
      play.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-51", line: "1", item: "A", quantity: 5 }]));
    },
    end: (world) => {
      expect(totals(world)).toEqual(["108.00"]);
      expect(released(world, "SO-51")).toBe(1);
      expect(released(world, "SO-52")).toBe(0);
      expect(summaryOf(world, "US01:order:SO-52")?.tracks["commercial"]).toBe("cancelled");
    },
  });
});

describe("S06 Tax rate changes between order and shipment", () => {
  const rates: Rate[] = [{ state: "*", category: "*", rate: "0.06", from: "2000-01-01" }, { state: "*", category: "*", rate: "0.065", from: "2026-07-01" }];
  const so6 = order("SO-6").placed("2026-06-29 09:00").line("1", "A", 40, "25.00").card();
  const part = (shipment: string, short: string, quantity: number) => ships(shipment, short, [{ order: "SO-6", line: "1", item: "A", quantity }]);
  const captured = (world: World) => world.commands("capture_payment").filter((row) => row.state === "confirmed").map((row) => row.payload["amount"]);
  scenario("265.00 captured; 798.75 posted, its capture 3.75 short", {
    options: { rates },
    script: (play) => {
      play.tell(so6, authorised("SO-6", "AUTH-6", "2026-06-29 09:01", "1060.00"));
      play.until("2026-06-29 12:00");
      play.tell(part("SH-1", "2026-06-30 14:00", 10));
      play.until("2026-06-30 20:00");
      play.tell(part("SH-2", "2026-07-02 14:00", 30));
    },
    end: (world) => {
      expect([...totals(world)].sort()).toEqual(["265.00", "798.75"]);
      expect(captured(world)).toEqual(["265.00"]);
      expect(troubles(world)).toEqual(["PAYMENT_AUTHORISATION"]);
      expect(world.holds().map((hold) => hold.message).join(" ")).toContain("3.75");
      expect(booked(world, "US01:order:SO-6", "diff_tax_redetermined").amount).toBe("3.75");
    },
  });
  scenario("(b) all on 2 July: 1,065.00, difference 5.00", {
    options: { rates },
    script: (play) => {
      play.tell(so6, authorised("SO-6", "AUTH-6", "2026-06-29 09:01", "1060.00"));
      play.until("2026-06-30 20:00");
      play.tell(part("SH-1", "2026-07-02 14:00", 40));
    },
    end: (world) => { expect(totals(world)).toEqual(["1065.00"]); expect(booked(world, "US01:order:SO-6", "diff_tax_redetermined").amount).toBe("5.00"); expect(troubles(world)).not.toContain("TAX_VARIANCE"); },
  });
  test("(c) 65.00 without a dated change: TAX_VARIANCE, money held 1,065.00", () => {
    const world = tellInOrder((play) => {
      play.act((w) => { w.tax.override("SH-1", "65.00"); });
      play.tell(so6, authorised("SO-6", "AUTH-6", "2026-06-29 09:01", "1060.00"), part("SH-1", "2026-06-30 14:00", 40));
    }, { planners, rates: rates.slice(0, 1) });
    expect(troubles(world)).toContain("TAX_VARIANCE");
    expect(heldBy(world, "TAX_VARIANCE")).toBe("1065.00");
    expect(totals(world)).toEqual([]);
  });
});

describe("S13 False credit hold", () => {
  const position = (version: number, short: string, more = {}) => credit("C-1", version, short, "10000.00", "9200.00", more);
  const small = order("SO-131").placed("2026-03-02 08:00").line("1", "A", 10, "50.00"), wanted = order("SO-132").placed("2026-03-02 09:30").line("1", "B", 10, "108.00");
  test("over by 780.00; a receipt whose posting waits is named; posted, the hold releases itself", () => {
    const world = tellInOrder((play) => {
      play.given(exempt); play.tell(position(1, "2026-03-02 07:00"), small);
      play.check((w) => { expect(released(w, "SO-131")).toBe(1); });
      play.act((w) => { w.delivery.down.add("erp"); });
      play.tell(pays("R-1", "2026-03-02 09:10", "900.00", {}), wanted);
      play.check((w) => {
        const hold = w.holds().find((candidate) => candidate.rule === "CREDIT_LIMIT");
        expect(hold?.subject).toBe("US01:order:SO-132");
        const words = `${hold?.message ?? ""} ${hold?.releasedBy ?? ""} ${JSON.stringify(hold?.evidence)}`;
        expect(words.replaceAll(",", "")).toContain("10780.00");
        expect(words).toContain("780.00");
        expect(words.replaceAll(",", "")).toContain("9880.00");
        expect(words).toContain("900.00");
        expect(released(w, "SO-132")).toBe(0);
      });
      play.act((w) => { w.delivery.down.clear(); });
      play.tell(position(2, "2026-03-02 10:30", { unappliedReceipts: "900.00" }));
    }, { planners });
    expect(world.holds().filter((hold) => hold.rule === "CREDIT_LIMIT")).toEqual([]);
    expect(released(world, "SO-132")).toBe(1);
  });
  scenario("two orders of 600.00 against 1,000.00 free: the earlier clears, the later holds", {
    script: (play) => {
      play.given(exempt); play.tell(position(1, "2026-03-02 07:00", { openReceivables: "9000.00" }));
      play.until("2026-03-02 08:00");
      play.tell(order("SO-133").placed("2026-03-02 09:00").line("1", "A", 10, "60.00"));
      play.until("2026-03-02 09:30");
      play.tell(order("SO-134").placed("2026-03-02 10:00").line("1", "B", 10, "60.00"));
    },
    end: (world) => { expect([released(world, "SO-133"), released(world, "SO-134")]).toEqual([1, 0]); expect(world.holds().map((hold) => [hold.rule, hold.subject])).toEqual([["CREDIT_LIMIT", "US01:order:SO-134"]]); },
  });
});

describe("a value that no order can mean is CTR-01 at its place, and makes no room on the account", () => {
  const small = () => order("SO-1").line("1", "A", 2, "3.00");
  const said = (world: World) => world.exceptions().map(({ code, message }) => `${code} ${message}`);
  test.each<[OrderBuilder, number, string]>([
    [small().discount("500.00"), 0, "CTR-01 Order SO-1: the discount of 500.00 USD is above its goods of 6.00 USD (/headerDiscount)"],
    [order("SO-1").line("1", "A", 2, "3.00", { discount: "1.00" }).discount("5.01"), 0, "CTR-01 Order SO-1: the discount of 5.01 USD is above its goods of 5.00 USD (/headerDiscount)"],
    [order("SO-1").line("1", "A", 1, "9.00").line("2", "B", 2, "3.00", { discount: "6.01" }), 1, "CTR-01 Order SO-1: the discount of 6.01 USD on line 2 is above its 6.00 USD (/lines/1/discount)"],
    [small().charge("freight", "5.00").charge("allowance", "-50.00", "none"), 0, "CTR-01 Order SO-1: with its allowances it would come to -39.00 USD before tax (/charges/1/amount)"],
  ])("%#", (told, requests, message) => {
    const world = createWorld({ planners });
    world.tell(told);
    soundState(world);
    expect([said(world), released(world, "SO-1")], describeWorld(world)).toEqual([[message], requests]);
    world.tell(small().with({ version: 2 }));
    soundState(world);
    expect([troubles(world), summaryOf(world, "US01:order:SO-1")?.amounts["ordered"]], describeWorld(world)).toEqual([[], "6.48"]);
  });
  test("what comes to exactly nothing is an order", () => {
    const world = createWorld({ planners });
    world.tell(small().discount("6.00"), order("SO-2").line("1", "B", 1, "9.00").charge("allowance", "-9.00", "none").placed("2026-03-02 10:00"));
    soundState(world);
    expect([troubles(world), released(world, "SO-1")], describeWorld(world)).toEqual([[], 1]);
  });
  test("nor does what is left of an order whose allowance outweighs it", () => {
    const world = createWorld({ planners });
    world.tell(customer("C-1"), credit("C-1", 1, "2026-01-01 00:00", "1000.00", "0"));
    world.wms.stock("A", "0");
    world.tell(order("SO-1").line("1", "A", 100, "60.00").charge("allowance", "-5000.00", "none").with({ requestedShip: "2026-03-02" }));
    world.tell(cancels("SO-1", "CX-1", "2026-03-02 10:00", { 1: 99 }));
    world.tell(order("SO-2").line("1", "B", 10, "400.00").placed("2026-03-02 11:00"));
    soundState(world);
    expect([troubles(world), released(world, "SO-2")], describeWorld(world)).toEqual([["CREDIT_LIMIT"], 0]);
  });
});
