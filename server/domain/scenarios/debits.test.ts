import { describe, expect, test } from "vitest";
import { at, event, order, pays, returnAuthorised, returnReceived, ships, type OrderBuilder } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { document, netPosted, open, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { booked, scenario, soundState } from "./harness";

const unit = "US01:billing_unit:SH-1/C-1/USD/net30/p1";
const so = order("SO-1").line("1", "A", 10, "12.50");
const goods = (quantity = 10) => ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity }]);
const sold = (play: Play, ordered: OrderBuilder = so) => { play.tell(ordered, goods()); play.until("2026-03-02 18:00"); };
const dearer = (short: string, price = "13.75") => so.change(short, (data) => { data.lines[0]!.price = price; });
const allBack = (quantity = 10, id = "RMA-1", hour = "10") => [returnAuthorised(id, "SO-1", `2026-03-09 ${hour}:00`, { 1: quantity }), returnReceived(id, "SO-1", `2026-03-09 ${hour}:30`, [{ line: "1", item: "A", quantity }])] as const;
const openOf = (world: World, ...documents: string[]) => documents.map((number) => open(world, number));
const confirmed = (world: World, kind: Parameters<World["commands"]>[0]) => world.commands(kind).filter(({ state }) => state === "confirmed");
const documents = (world: World) => [totals(world), totals(world, "debit"), totals(world, "credit")];
/** INV-1 of 135.00 and, once somebody said yes, DM-1 of 13.50. */
const risen = (play: Play) => { sold(play); play.tell(dearer("2026-03-03 10:00")); play.decide({ rule: "CREDIT_APPROVAL" }); play.until("2026-03-04 08:00"); };

describe("a price that rises after the invoice is a debit (decision 22)", () => {
  scenario("held until somebody says yes; then positive, for the invoice, due by its terms from its own date", {
    script: (play) => {
      sold(play);
      play.tell(dearer("2026-03-03 10:00"));
      play.check((world) => {
        expect([world.holds(), totals(world, "debit")]).toMatchObject([[{ rule: "CREDIT_APPROVAL", slot: "price/SO-1/1", amount: "13.50", blocks: ["post_debit"] }], []]);
      });
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => {
      expect([documents(world), openOf(world, "INV-1", "DM-1"), troubles(world)]).toEqual([[["135.00"], ["13.50"], []], ["135.00", "13.50"], []]);
      const [command] = world.commands("post_debit");
      expect(command).toMatchObject({
        naturalKey: `post_debit|${unit}|price/SO-1/1|1`, verifiedAt: expect.any(String) as string,
        payload: { class: "price_adjustment", invoice: "INV-1", accountingDate: "2026-03-02", terms: "net30", dueDate: "2026-04-01", net: "12.50", chargesTotal: "0.00", tax: "1.00", total: "13.50", lines: [{ line: "1", quantity: "0", net: "12.50", tax: "1.00" }] },
      });
      expect([booked(world, unit, "debit_total").amount, booked(world, unit, "credit_total").amount]).toEqual(["13.50", "0.00"]);
    },
  });
  scenario("its tax is a record of its own that is committed, at the date of the sale; nothing is returned", {
    script: risen,
    end: (world) => {
      expect([confirmed(world, "commit_tax").map(({ payload }) => payload["total"]), confirmed(world, "return_tax")]).toEqual([["10.00", "1.00"], []]);
      expect(confirmed(world, "determine_tax").find(({ slot }) => slot === "price/SO-1/1")?.payload).toMatchObject({ taxDate: "2026-03-02", shipTo: { state: "IL" }, lines: [{ net: "12.50" }] });
    },
  });
  scenario("paid by its own number, or with more on the invoice than the invoice has open", {
    script: (play) => { risen(play); play.tell(pays("R-1", "2026-03-05 10:00", "140.00", { "INV-1": "140.00" }), pays("R-2", "2026-03-06 10:00", "8.50", { "DM-1": "8.50" })); },
    end: (world) => {
      expect([openOf(world, "INV-1", "DM-1"), troubles(world)]).toEqual([["0.00", "0.00"], []]);
      expect([booked(world, unit, "cash_applied").amount, booked(world, "US01:receipt:R-1", "applied").amount]).toEqual(["148.50", "140.00"]);
    },
  });
  scenario("paid by the number of the order", {
    script: (play) => { risen(play); play.tell(pays("R-1", "2026-03-05 10:00", "148.50", { "SO-1": "148.50" })); },
    end: (world) => { expect([openOf(world, "INV-1", "DM-1"), troubles(world)]).toEqual([["0.00", "0.00"], []]); },
  });
  scenario("both paid and all of it back: credited is what was billed in all, to the cent", {
    script: (play) => { risen(play); play.tell(pays("R-1", "2026-03-05 10:00", "148.50", { "INV-1": "135.00", "DM-1": "13.50" })); play.until("2026-03-06 08:00"); play.tell(...allBack()); },
    end: (world) => {
      expect([documents(world), netPosted(world).lines, netPosted(world).tax, openOf(world, "INV-1", "DM-1", "CM-1"), troubles(world)]).toEqual([[["135.00"], ["13.50"], ["148.50"]], { "SO-1/1": { quantity: "0", net: "0.00" } }, "0.00", ["0.00", "0.00", "148.50"], []]);
    },
  });
  scenario("unpaid and all of it back: the credit settles the invoice, then the debit", {
    script: (play) => { risen(play); play.tell(...allBack()); },
    end: (world) => {
      expect([totals(world, "credit"), openOf(world, "INV-1", "DM-1", "CM-1"), troubles(world)]).toEqual([["148.50"], ["0.00", "0.00", "0.00"], []]);
      expect(confirmed(world, "apply_credit").map(({ payload }) => [payload["invoice"], payload["amount"]])).toEqual([["DM-1", "13.50"], ["INV-1", "135.00"]]);
    },
  });
  scenario("and down again, and back in two parts: never above what was billed in all", {
    script: (play) => {
      risen(play);
      play.tell(dearer("2026-03-05 10:00", "11.11").with({ version: 3 }));
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.until("2026-03-06 08:00");
      play.tell(...allBack(3), ...allBack(7, "RMA-2", "12"));
    },
    end: (world) => { expect([netPosted(world).lines, netPosted(world).tax, troubles(world)]).toEqual([{ "SO-1/1": { quantity: "0", net: "0.00" } }, "0.00", []]); },
    shuffles: 0,
  });
  scenario("its answer lost: looked up, and in the ledger once", {
    script: (play) => { play.act((world) => { world.delivery.faults.push({ kind: "post_debit", does: "vanish" }, { kind: "post_debit", does: "lose" }); }); risen(play); },
    end: (world) => { expect([totals(world, "debit"), troubles(world)]).toEqual([["13.50"], []]); },
  });
  test("not what was sent: INV-04 until finance accepts it", () => {
    const world = createWorld({ planners });
    world.delivery.faults.push({ kind: "post_debit", does: "hold", alter: (entry) => { entry.tax = "2.00"; entry.total = "14.50"; } });
    world.tell(so); world.tell(goods()); world.tell(dearer("2026-03-03 10:00"));
    world.decide({ rule: "CREDIT_APPROVAL" });
    world.delivery.answerHeld(); world.settle();
    expect(world.exceptions()).toMatchObject([{ code: "INV-04", message: "Debit DM-1 in the ledger differs: tax 2.00 instead of 1.00, total 14.50 instead of 13.50." }]);
  });
  test("one line up and another down are one document of what is left: a debit, of which a line is below nothing", () => {
    const world = createWorld({ planners }), two = order("SO-1").line("1", "A", 10, "12.50").line("2", "B", 10, "10.00");
    world.tell(two); world.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 10 }]));
    world.tell(two.change("2026-03-03 10:00", (data) => { data.lines[0]!.price = "14.50"; data.lines[1]!.price = "9.50"; }));
    world.decide({ rule: "CREDIT_APPROVAL" });
    soundState(world);
    expect([documents(world), document(world, "DM-1").lines.map(({ net, tax }) => [net, tax]), troubles(world)]).toEqual([[["243.00"], ["16.20"], []], [["20.00", "1.60"], ["-5.00", "-0.40"]], []]);
  });
});

describe("what else raises what is owed", () => {
  const rates = [{ state: "IL", category: "*", rate: "0.08", from: "2000-01-01" }, { state: "IN", category: "*", rate: "0.09", from: "2000-01-01" }];
  scenario("the ship-to moved to a dearer state: a debit of the tax, filed where the goods went", {
    options: { rates },
    script: (play) => {
      sold(play);
      play.tell(event("shipment.delivered", at("2026-03-03 08:00"), { shipment: "SH-1", version: 1, state: "delivered", at: at("2026-03-03 08:00") }), so.change("2026-03-03 10:00", (data) => { data.shipToAddress = { ...data.shipToAddress, line1: "9 Oak Ave", state: "IN" }; }));
      play.decide({ rule: "CREDIT_APPROVAL" });
    },
    end: (world) => {
      expect([documents(world), openOf(world, "INV-1", "DM-1"), troubles(world)]).toEqual([[["135.00"], ["1.25"], []], ["135.00", "1.25"], []]);
      expect(world.commands("post_debit")[0]?.payload).toMatchObject({ class: "tax_only", net: "0.00", tax: "1.25", taxDate: "2026-03-02" });
      expect([confirmed(world, "commit_tax").map(({ payload }) => payload["total"]), confirmed(world, "return_tax").map(({ payload }) => payload["total"])]).toEqual([["10.00", "11.25"], ["10.00"]]);
    },
  });
  scenario("freight that rises late opens the next part of its unit (decision 19): an invoice, no debit", {
    script: (play) => {
      const ordered = order("SO-1").line("1", "A", 10, "12.50").charge("freight", "10.00");
      sold(play, ordered);
      play.tell(ordered.change("2026-03-03 10:00", (data) => { data.charges![0]!.amount = "15.00"; }));
      play.decide({ rule: "CHANGED_AFTER_RELEASE" });
    },
    end: (world) => { expect([documents(world), netPosted(world).charges, troubles(world)]).toEqual([[["145.80", "5.40"], [], []], { freight: "15.00" }, []]); },
    shuffles: 0,
  });
  scenario("less came back than was credited, taxed: the debit's tax is committed beside the credit's return, and all closes", {
    script: (play) => {
      sold(play);
      play.tell(...allBack(7));
      play.until("2026-03-09 12:00");
      play.tell(returnReceived("RMA-1", "SO-1", "2026-03-09 13:30", [{ line: "1", item: "A", quantity: 4 }], 2));
      play.decide({ rule: "CREDIT_APPROVAL" });
      play.until("2026-03-10 08:00");
      play.tell(...allBack(6, "RMA-2", "14"));
    },
    end: (world) => {
      expect([netPosted(world).lines, netPosted(world).tax, totals(world, "debit")]).toEqual([{ "SO-1/1": { quantity: "0", net: "0.00" } }, "0.00", ["40.50"]]);
      expect(confirmed(world, "commit_tax").map(({ payload }) => payload["total"])).toEqual(["10.00", "3.00"]);
      expect(openOf(world, "INV-1", "DM-1")).toEqual(["0.00", "0.00"]);
    },
    shuffles: 0,
  });
  test("what is owed by a debit counts in the account's exposure", () => {
    const world = createWorld({ planners });
    world.tell(so); world.tell(goods()); world.tell(dearer("2026-03-03 10:00"));
    world.decide({ rule: "CREDIT_APPROVAL" });
    const items = [...world.store.subjects.values()].flatMap(({ plan }) => plan?.publications ?? []).filter(({ topic, to }) => topic === "open_item" && to?.kind === "credit_account").map(({ data }) => data as { invoice: string; open: string });
    expect(items.map(({ invoice, open: left }) => [invoice, left])).toEqual([["INV-1", "135.00"], ["DM-1", "13.50"]]);
  });
});
