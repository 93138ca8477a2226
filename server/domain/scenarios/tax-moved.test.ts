import { describe, expect, test } from "vitest";
import { at, event, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { tellInOrder, type Play } from "../../testing/world/play";
import { document, open, totals, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, scenario, soundState } from "./harness";

const rates = [{ state: "IL", category: "*", rate: "0.08", from: "2000-01-01" }, { state: "OH", category: "*", rate: "0.06", from: "2000-01-01" }, { state: "IN", category: "*", rate: "0.09", from: "2000-01-01" }];
const so = order("SO-1").line("1", "A", 10, "12.50").charge("freight", "10.00");
const to = (state: string, short: string, line1 = "9 Oak Ave") => so.change(short, (data) => { data.shipToAddress = { ...data.shipToAddress, line1, state }; });
/** INV-1 of 125.00 + 10.00 + 10.80, in IL, delivered. */
const sold = (play: Play) => {
  play.tell(so, ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  play.until("2026-03-02 18:00");
  play.tell(event("shipment.delivered", at("2026-03-03 08:00"), { shipment: "SH-1", version: 1, state: "delivered", at: at("2026-03-03 08:00") }));
  play.until("2026-03-03 09:00");
};
/** What the tax service was told is due: committed and taken back. */
const filed = (world: World) => [world.commands("commit_tax"), world.commands("return_tax")].map((rows) => rows.filter(({ state }) => state === "confirmed").map(({ payload }) => payload["total"]));
const unit = "US01:billing_unit:SH-1/C-1/USD/net30/p1";

describe("the ship-to moves to another jurisdiction after the invoice (2.8)", () => {
  scenario("tax only: 2.70 back after approval, at the date of the sale, filed where the goods went", {
    options: { rates },
    script: (play) => {
      sold(play);
      play.tell(to("OH", "2026-03-03 10:00"));
      play.check((world) => {
        expect(world.holds()).toMatchObject([{ rule: "CREDIT_APPROVAL", slot: "tax/SO-1/1", amount: "2.70" }]);
        expect([totals(world, "credit"), filed(world)]).toEqual([[], [["10.80"], []]]);
      });
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => {
      expect([totals(world), totals(world, "credit"), open(world, "INV-1"), troubles(world)]).toEqual([["145.80"], ["2.70"], "143.10", []]);
      expect(world.commands("post_credit")[0]?.payload).toMatchObject({ class: "tax_only", net: "0.00", chargesTotal: "0.00", tax: "2.70", taxDate: "2026-03-02", lines: [{ quantity: "0", net: "0.00", tax: "2.50" }], charges: [{ charge: "freight", amount: "0.00", tax: "0.20" }] });
      expect(filed(world)).toEqual([["10.80", "8.10"], ["10.80"]]);
      expect(world.commands("return_tax")[0]?.payload).toMatchObject({ original: world.commands("commit_tax")[0]?.payload["document"], shipTo: { state: "IL" } });
      expect([booked(world, unit, "credit_total").amount, booked(world, unit, "credit_applied").amount]).toEqual(["2.70", "2.70"]);
    },
  });
  scenario("what comes back afterwards is credited and filed at the new rate", {
    options: { rates },
    script: (play) => {
      sold(play);
      play.tell(to("OH", "2026-03-03 10:00"));
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.until("2026-03-04 08:00");
      play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-05 09:00", { 1: 4 }), returnReceived("RMA-1", "SO-1", "2026-03-05 10:00", [{ line: "1", item: "A", quantity: 4 }]));
    },
    end: (world) => {
      expect([totals(world, "credit"), troubles(world)]).toEqual([["2.70", "53.00"], []]);
      expect([document(world, "CM-2").net, document(world, "CM-2").tax]).toEqual(["50.00", "3.00"]);
      expect(world.commands("return_tax").find(({ slot }) => slot === "RMA-1")?.payload).toMatchObject({ original: world.commands("commit_tax")[1]?.payload["document"], shipTo: { state: "OH" }, total: "3.00" });
    },
  });
  test("after a return only what is left moves: 1.70", () => {
    const world = tellInOrder((play) => {
      sold(play);
      play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-03 09:00", { 1: 4 }), returnReceived("RMA-1", "SO-1", "2026-03-03 09:30", [{ line: "1", item: "A", quantity: 4 }]));
      play.until("2026-03-03 09:50");
      play.tell(to("OH", "2026-03-03 10:00"));
      play.decide({ rule: "CREDIT_APPROVAL" });
    }, { planners, rates });
    expect([totals(world, "credit"), filed(world)]).toEqual([["54.00", "1.70"], [["10.80", "5.10"], ["6.80", "4.00"]]]);
  });
  test("there and back again: a credit, then a debit of the same", () => {
    const world = tellInOrder((play) => {
      sold(play);
      play.tell(to("OH", "2026-03-03 10:00"));
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.until("2026-03-04 08:00");
      play.tell(to("IL", "2026-03-04 10:00").with({ version: 3 }));
      play.decide({ rule: "CREDIT_APPROVAL" });
    }, { planners, rates });
    expect([totals(world, "credit"), totals(world, "debit"), open(world, "INV-1"), open(world, "DM-1"), filed(world)]).toEqual([["2.70"], ["2.70"], "143.10", "2.70", [["10.80", "8.10", "10.80"], ["10.80", "8.10"]]]);
  });
  test("a correction after it takes the new rate too, and all of it to the cent", () => {
    const recount = (quantity: number, version: number) => ships("SH-1", `2026-03-04 0${version}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: at("2026-03-02 14:00") });
    const world = tellInOrder((play) => {
      sold(play);
      play.tell(to("OH", "2026-03-03 10:00"));
      play.decide({ rule: "CREDIT_APPROVAL" });
      for (const [quantity, version] of [[7, 2], [0, 3]] as const) { play.tell(recount(quantity, version)); play.decide({ rule: "CREDIT_APPROVAL" }); }
    }, { planners, rates });
    expect(world.erp.documents.filter(({ kind }) => kind === "credit").map(({ tax }) => tax)).toEqual(["2.70", "2.25", "5.85"]);
    expect(open(world, "INV-1")).toBe("0.00");
  });
  test("another street in the same state, or a place with the same tax, changes nothing", () => {
    for (const [state, options] of [["IL", rates], ["OH", [{ ...rates[0]!, state: "*" }]]] as const) {
      const world = tellInOrder((play) => { sold(play); play.tell(to(state, "2026-03-03 10:00", "10 Elm St")); }, { planners, rates: [...options] });
      expect([world.holds(), totals(world, "credit"), filed(world)]).toEqual([[], [], [["10.80"], []]]);
    }
  });
});

describe("the tax category of a charge changes after the invoice (2.8)", () => {
  const freight = (taxCategory: string, short: string, version: number) => so.change(short, (data) => { data.version = version; data.charges![0]!.taxCategory = taxCategory; });
  const untaxed = freight("none", "2026-03-02 09:00", 1);
  /** INV-1 of 50.00 + 10.00 + 4.00; goods are still open. */
  const started = (play: Play, ordered = untaxed) => { play.tell(ordered, ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 4 }])); play.until("2026-03-02 18:00"); };
  scenario("to a taxed one: a debit of the tax alone, once somebody says yes, and the sale is filed as what it is", {
    script: (play) => {
      started(play);
      play.tell(freight("goods", "2026-03-03 10:00", 2));
      play.check((world) => {
        expect(world.holds()).toMatchObject([{ rule: "CREDIT_APPROVAL", slot: "tax/SO-1/1", amount: "0.80", blocks: ["post_debit"], message: expect.stringContaining("tax category") as string }]);
      });
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => {
      expect([totals(world), totals(world, "debit"), totals(world, "credit"), troubles(world)]).toEqual([["64.00"], ["0.80"], [], []]);
      expect(world.commands("post_debit")[0]?.payload).toMatchObject({ class: "tax_only", invoice: "INV-1", net: "0.00", chargesTotal: "0.00", tax: "0.80", lines: [], charges: [{ charge: "freight", amount: "0.00", tax: "0.80", taxCategory: "goods" }] });
      expect(filed(world)).toEqual([["4.00", "4.80"], ["4.00"]]);
      expect((world.commands("return_tax")[0]?.payload["lines"] as { line: string; taxCategory: string }[]).find(({ line }) => line.startsWith("charge:"))).toMatchObject({ taxCategory: "none", tax: "0.00" });
    },
  });
  scenario("to an untaxed one: a credit; and what the charge then falls by has no tax", {
    script: (play) => {
      started(play, so);
      play.tell(freight("none", "2026-03-03 10:00", 2));
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.until("2026-03-04 08:00");
      play.tell(freight("none", "2026-03-04 10:00", 3).change("2026-03-04 10:00", (data) => { data.version = 3; data.charges![0]!.amount = "4.00"; }));
      play.check((world) => { expect(world.holds()).toMatchObject([{ rule: "CREDIT_APPROVAL", amount: "6.00", message: expect.stringContaining("A charge changed") as string }]); });
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect([totals(world), totals(world, "credit"), troubles(world)]).toEqual([["64.80"], ["0.80", "6.00"], []]); },
  });
  scenario("to a taxed one, and the charge falls afterwards: its tax comes back with it", {
    script: (play) => {
      started(play);
      play.tell(freight("goods", "2026-03-03 10:00", 2));
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.until("2026-03-04 08:00");
      play.tell(so.change("2026-03-04 10:00", (data) => { data.version = 3; data.charges![0]!.amount = "5.00"; }));
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => {
      expect([totals(world), totals(world, "debit"), totals(world, "credit"), troubles(world)]).toEqual([["64.00"], ["0.80"], ["5.40"], []]);
      expect(world.commands("return_tax").find(({ slot }) => slot === "price/SO-1/1")?.payload).toMatchObject({ total: "0.40", lines: [{ line: "charge:freight", taxCategory: "goods", tax: "0.40" }] });
    },
  });
  scenario("and the ship-to too: both in one, then nothing more", {
    options: { rates: [...rates, { state: "*", category: "exempt", rate: "0", from: "2000-01-01" }] },
    script: (play) => {
      sold(play);
      play.tell(to("OH", "2026-03-03 10:00").change("2026-03-03 10:00", (data) => { data.version = 2; data.charges![0]!.taxCategory = "exempt"; }));
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => { expect([totals(world), totals(world, "credit"), totals(world, "debit"), troubles(world)]).toEqual([["145.80"], ["3.30"], [], []]); },
  });
  test("of two orders on one shipment, each by itself", () => {
    const named = (name: string, taxCategory: string, short: string) => order(name).line("1", "A", 10, "12.50").charge("freight", "10.00", taxCategory).change(short, (data) => { data.version = taxCategory === "none" ? 1 : 2; });
    const world = tellInOrder((play) => {
      play.tell(named("SO-1", "none", "2026-03-02 09:00"), named("SO-2", "none", "2026-03-02 09:00"), ships("SH-1", "2026-03-02 14:00", ["SO-1", "SO-2"].map((name) => ({ order: name, line: "1", item: "A", quantity: 10 }))));
      play.until("2026-03-02 18:00");
      play.tell(named("SO-2", "goods", "2026-03-03 10:00"), named("SO-1", "goods", "2026-03-03 11:00"));
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.decide({ rule: "CREDIT_APPROVAL" });
    }, { planners }, (each) => { soundState(each); });
    expect([totals(world), totals(world, "debit"), troubles(world)]).toEqual([["290.00"], ["0.80", "0.80"], []]);
    expect(world.commands("post_debit").map(({ payload }) => payload["order"]).sort()).toEqual(["SO-1", "SO-2"]);
    expect(filed(world)).toEqual([["20.00", "20.80", "21.60"], ["20.00", "20.80"]]);
  });
});
