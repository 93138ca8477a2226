import { describe, expect, test } from "vitest";
import { event, order, pays, ships, at, cancels, closesRequests, periods, returnAuthorised, returnReceived } from "../../testing/world/builders";
import { tellInOrder } from "../../testing/world/play";
import { document, heldBy, open, totals, troubles } from "../../testing/world/readings";
import type { Rate } from "../../testing/world/targets/tax";
import { planners } from "../planners";
import { booked, scenario } from "./harness";

const delivered = (shipment: string, short: string) => event("shipment.delivered", at(short), { shipment, version: 1, state: "delivered", at: at(short), signedBy: "R. Ortiz" });

describe("S01 Plain order, touchless", () => {
  const so1 = order("SO-1").line("1", "A", 10, "12.50").line("2", "B", 4, "33.33").charge("freight", "15.00");
  const goods = [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 4 }];
  const sh1 = ships("SH-1", "2026-03-02 14:00", goods);
  scenario("invoice 295.19, paid in full", {
    script: (play) => {
      const quiet = () => play.check((world) => { expect(troubles(world)).toEqual([]); });
      play.tell(so1); quiet();
      play.tell(sh1); quiet();
      play.tell(delivered("SH-1", "2026-03-04 10:00")); quiet();
      play.tell(pays("R-1", "2026-03-30 10:00", "295.19", { "INV-1": "295.19" })); quiet();
    },
    end: (world) => {
      expect(totals(world)).toEqual(["295.19"]);
      const invoice = document(world, "INV-1");
      expect(invoice.lines.map((line) => [line.net, line.tax])).toEqual([["125.00", "10.00"], ["133.32", "10.67"]]);
      expect(invoice.chargeLines).toEqual([{ charge: "freight", amount: "15.00", tax: "1.20" }]);
      expect([invoice.net, invoice.charges, invoice.tax, invoice.accountingDate]).toEqual(["258.32", "15.00", "21.87", "2026-03-02"]);
      expect(open(world, "INV-1")).toBe("0.00");
      expect(troubles(world)).toEqual([]);
      expect(world.commands("commit_tax").map((row) => row.state)).toEqual(["confirmed"]);
    },
  });
  test("the customer is told before and independent of posting", () => {
    const world = tellInOrder((play) => { play.act((w) => { w.delivery.down.add("erp"); w.delivery.down.add("tax"); }); play.act((w) => { w.delivery.down.delete("tax"); }); play.tell(so1, sh1); }, { planners });
    expect(world.commands("notify_shipment").map((row) => row.state)).toContain("confirmed");
    expect(totals(world)).toEqual([]);
    world.delivery.down.clear();
    world.advance("2026-03-02 18:00");
    expect(totals(world)).toEqual(["295.19"]);
  });
});

describe("S02 Three shipments, header discount, freight", () => {
  const so2 = order("SO-2").line("1", "A", 3, "33.33").discount("10.00").charge("freight", "9.99", "none");
  const one = (shipment: string, short: string) => ships(shipment, short, [{ order: "SO-2", line: "1", item: "A", quantity: 1 }]);
  scenario("42.39, 32.39, 32.40: sum 107.18", {
    script: (play) => {
      play.tell(so2, one("SH-1", "2026-03-03 14:00"), one("SH-2", "2026-03-04 14:00"), one("SH-3", "2026-03-05 14:00"));
      play.check((world) => { expect(totals(world)).toEqual(["42.39", "32.39", "32.40"]); expect(world.erp.documents.map((entry) => [entry.net, entry.tax])).toEqual([["30.00", "2.40"], ["29.99", "2.40"], ["30.00", "2.40"]]); });
    },
    end: (world) => { expect(totals(world).reduce((sum, total) => sum + Number(total), 0).toFixed(2)).toBe("107.18"); },
  });
  scenario("(b) third unit cancelled: billed goods 59.99, cancelled 30.00, invoices 74.78", {
    script: (play) => {
      play.tell(so2, one("SH-1", "2026-03-03 14:00"), one("SH-2", "2026-03-04 14:00"), cancels("SO-2", "CX-1", "2026-03-05 14:00", { 1: 1 }));
      play.check((world) => { expect(totals(world)).toEqual(["42.39", "32.39"]); });
    },
    end: (world) => {
      expect(totals(world).reduce((sum, total) => sum + Number(total), 0).toFixed(2)).toBe("74.78");
      expect(booked(world, "US01:order:SO-2", "cancelled_goods").amount).toBe("30.00");
      expect(booked(world, "US01:order:SO-2", "billed_goods").amount).toBe("59.99");
    },
  });
});

describe("S03 Short, rest cancelled, part paid, returned in another period", () => {
  const rates: Rate[] = [{ state: "*", category: "*", rate: "0.07", from: "2000-01-01" }, { state: "*", category: "*", rate: "0.075", from: "2026-02-01" }];
  scenario("539.28, credit 134.82 at the original 7 %, open 4.46, then 0", {
    options: { rates },
    script: (play) => {
      play.tell(order("SO-3").placed("2026-01-26 09:00").line("1", "A", 100, "8.40"));
      play.tell(ships("SH-1", "2026-01-28 14:00", [{ order: "SO-3", line: "1", item: "A", quantity: 60 }]), closesRequests("SO-3", "2026-01-28 15:00"));
      play.check((world) => { expect(totals(world)).toEqual(["539.28"]); expect(troubles(world)).toEqual(["SHP-01"]); expect(document(world, "INV-1").tax).toBe("35.28"); });
      play.until("2026-01-31 20:00");
      play.tell(cancels("SO-3", "CX-1", "2026-02-02 10:00", { 1: 40 }));
      play.check((world) => { expect(troubles(world)).not.toContain("SHP-01"); });
      play.until("2026-02-04 08:00");
      play.tell(periods(2, "2026-02-04 09:00", { "2026-01": "closed" }));
      play.until("2026-02-05 09:00");
      play.tell(pays("R-1", "2026-02-10 10:00", "400.00", { "INV-1": "400.00" }));
      play.check((world) => { expect(open(world, "INV-1")).toBe("139.28"); expect(troubles(world)).not.toContain("PAY-02"); });
      play.tell(returnAuthorised("RMA-1", "SO-3", "2026-02-20 10:00", { 1: 15 }), returnReceived("RMA-1", "SO-3", "2026-02-24 10:00", [{ line: "1", item: "A", quantity: 15 }]));
      play.check((world) => { expect(open(world, "INV-1")).toBe("4.46"); });
      play.tell(pays("R-2", "2026-03-05 10:00", "4.46", { "INV-1": "4.46" }));
    },
    end: (world) => {
      expect(totals(world)).toEqual(["539.28"]);
      const credit = world.erp.documents.find((entry) => entry.kind === "credit");
      expect([credit?.net, credit?.tax, credit?.total, credit?.accountingDate]).toEqual(["126.00", "8.82", "134.82", "2026-02-24"]);
      expect(world.commands("return_tax").map((row) => [row.state, row.payload["total"], row.payload["original"]])).toEqual([["confirmed", "8.82", world.commands("commit_tax")[0]?.payload["document"]]]);
      expect(document(world, "INV-1").accountingDate).toBe("2026-01-28");
      expect(open(world, "INV-1")).toBe("0.00");
      expect(["ordered", "shipped", "cancelled"].map((term) => booked(world, "US01:order:SO-3", term).quantity)).toEqual(["100", "60", "40"]);
    },
  });
});

describe("S04 Price changed after release", () => {
  const so4 = order("SO-4").line("1", "A", 20, "50.00");
  const cheaper = (short: string, price: string) => so4.change(short, (data) => { data.lines[0]!.price = price; });
  const shipped = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-4", line: "1", item: "A", quantity: 20 }]);
  scenario("CHANGED_AFTER_RELEASE, money held 1,036.80; approved, 1,036.80", {
    script: (play) => {
      play.tell(so4, cheaper("2026-03-02 10:00", "48.00"), shipped);
      play.check((world) => { expect(troubles(world)).toEqual(["CHANGED_AFTER_RELEASE"]); expect(heldBy(world, "CHANGED_AFTER_RELEASE")).toBe("1036.80"); expect(totals(world)).toEqual([]); });
      play.decide({ rule: "CHANGED_AFTER_RELEASE" });
      play.allow({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => {
      const net = world.erp.documents.reduce((sum, entry) => sum + (entry.kind === "invoice" ? 1 : -1) * Number(entry.total), 0);
      expect(net.toFixed(2)).toBe("1036.80");
      expect(troubles(world)).toEqual([]);
    },
  });
  scenario("(b) the change comes after the invoice: price adjustment credit 43.20 waits", {
    script: (play) => {
      play.tell(so4, shipped);
      play.until("2026-03-02 15:00");
      play.tell(cheaper("2026-03-03 10:00", "48.00"));
      play.check((world) => {
        expect(totals(world)).toEqual(["1080.00"]);
        expect(totals(world, "credit")).toEqual([]);
        expect(heldBy(world, "CREDIT_APPROVAL")).toBe("43.20");
        expect(Math.abs(Number(booked(world, "US01:order:SO-4", "diff_price_change").amount))).toBe(40);
      });
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect(totals(world, "credit")).toEqual(["43.20"]); expect(world.erp.documents.find((entry) => entry.kind === "credit")).toMatchObject({ net: "40.00", tax: "3.20" }); expect(troubles(world)).toEqual([]); },
  });
  test("(c) approved at 48.00, then changed to 45.00 before posting: the approval falls, held again", () => {
    const world = tellInOrder((play) => {
      play.tell(so4, cheaper("2026-03-02 10:00", "48.00"), shipped);
      play.act((w) => { w.delivery.down.add("erp"); });
      play.decide({ rule: "CHANGED_AFTER_RELEASE" });
      play.check((w) => { expect(troubles(w)).toEqual([]); expect(w.commands("post_invoice").map((row) => row.state)).toEqual(["wanted"]); });
      play.tell(so4.change("2026-03-02 15:00", (data) => { data.version = 3; data.lines[0]!.price = "45.00"; }));
    }, { planners });
    expect(heldBy(world, "CHANGED_AFTER_RELEASE")).toBe("972.00");
    expect(world.commands("post_invoice").map((row) => row.state)).toEqual(["withdrawn"]);
    world.delivery.down.clear();
    world.decide({ rule: "CHANGED_AFTER_RELEASE" });
    expect(totals(world)).toEqual(["972.00"]);
  });
});
