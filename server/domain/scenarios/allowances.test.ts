import { expect, test } from "vitest";
import type { OrderCaptured } from "../contracts/order";
import { at, authorised, cancels, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { creditedAbove, describeWorld, netPosted, open, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

type Charge = OrderCaptured["charges"][number];
const promo = (amount: string, billing: Charge["billing"] = "first_invoice", taxCategory = "goods"): Charge => ({ charge: "promo", amount, taxCategory, billing });
const so = (...charges: Charge[]) => order("SO-1").line("1", "A", 10, "10.00").with({ charges });
const left = (shipment: string, quantity: number, version = 1, more: Record<string, unknown> = {}) => ships(shipment, `2026-03-0${version + 1} 14:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: at("2026-03-02 14:00"), ...more });
const back = (number: string, quantity: number, line = "1", item = "A") => [
  returnAuthorised(number, "SO-1", "2026-03-04 10:00", { [line]: quantity }), returnReceived(number, "SO-1", "2026-03-04 11:00", [{ line, item, quantity }]),
];
const play = (...told: Parameters<World["tell"]>): World => {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); }
  return world;
};
const approve = (world: World) => { for (const author of ["ann", "bob", "ann", "bob"]) world.decide({ rule: "CREDIT_APPROVAL", author }); soundState(world); plansOnce(world); };

test("goods that come back take their share of an allowance: 9 of 10 at 43.20 are 38.88", () => {
  const world = play(so(promo("-60.00")), left("SH-1", 10), pays("R-1", "2026-03-02 19:00", "43.20", { "INV-1": "43.20" }), ...back("RMA-1", 9));
  plansOnce(world);
  expect([totals(world), totals(world, "credit"), open(world, "INV-1"), netPosted(world).charges, netPosted(world).tax], describeWorld(world)).toEqual([["43.20"], ["38.88"], "0.00", { promo: "-6.00" }, "0.32"]);
});

test.each(["pro_rata", "first_invoice"] as const)("an allowance %s of two invoices: all that comes back is credited at what it was billed at", (billing) => {
  const world = play(so(promo("-5.00", billing)), left("SH-1", 5), left("SH-2", 5), ...back("RMA-1", 10));
  plansOnce(world);
  expect([totals(world, "credit").sort(), open(world, "INV-1"), open(world, "INV-2"), netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([totals(world).sort(), "0.00", "0.00", "0.00", []]);
});

test("an allowance that is not taxed is taken back without tax, to the last cent whatever comes when", () => {
  const world = play(order("SO-1").line("1", "A", 3, "10.00").line("2", "B", 7, "3.33").with({ charges: [promo("-10.00", "pro_rata", "none")] }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 3 }, { order: "SO-1", line: "2", item: "B", quantity: 7 }]),
    ...back("RMA-1", 1), ...back("RMA-2", 2, "2", "B"), ...back("RMA-3", 2), ...back("RMA-4", 5, "2", "B"));
  plansOnce(world);
  expect([netPosted(world).charges, netPosted(world).tax, open(world, "INV-1"), troubles(world)], describeWorld(world)).toEqual([{}, "0.00", "0.00", []]);
});

test("card money that came for a cheaper order goes back as it came, and no more", () => {
  const world = play(so(promo("-20.00")).card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00"), left("SH-1", 10), { ...pays("CAP-1", "2026-03-02 20:00", "86.40", { "INV-1": "86.40" }, { means: "card", order: "SO-1", authorisation: "AU-1" }), source: "pay" }, ...back("RMA-1", 10));
  world.advance("2026-03-05 10:00");
  expect([totals(world, "credit"), world.commands("refund_payment").map(({ payload }) => payload["amount"]), creditedAbove(world)], describeWorld(world)).toEqual([["86.40"], ["86.40"], []]);
});

test("goods that did not leave take the allowance in the same credit", () => {
  const world = play(so(promo("-20.00")), left("SH-1", 10), left("SH-1", 10, 2, { reversed: true }));
  approve(world);
  expect([totals(world), totals(world, "credit"), totals(world, "debit"), troubles(world)], describeWorld(world)).toEqual([["86.40"], ["86.40"], [], []]);
});

test("some came back, then fewer had left: an allowance pro rata is as if the count had been right from the first", () => {
  const world = play(so(promo("-20.00", "pro_rata")), left("SH-1", 10), ...back("RMA-1", 5), left("SH-1", 8, 2));
  approve(world);
  const straight = play(so(promo("-20.00", "pro_rata")), left("SH-1", 8), ...back("RMA-1", 5));
  expect([netPosted(world).charges, netPosted(world).lines, netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([netPosted(straight).charges, netPosted(straight).lines, netPosted(straight).tax, []]);
});

test("all came back, then nothing had left: nothing more is credited or owed", () => {
  const world = play(so(promo("-20.00")), left("SH-1", 10), ...back("RMA-1", 10), left("SH-1", 10, 2, { reversed: true }));
  approve(world);
  expect([netPosted(world).charges, netPosted(world).tax, totals(world, "credit"), totals(world, "debit")], describeWorld(world)).toEqual([{}, "0.00", ["86.40"], []]);
});

test("less came than was credited: the debit gives the allowance back with it", () => {
  const [authorisedBack, received] = back("RMA-1", 10);
  const world = play(so(promo("-20.00")), left("SH-1", 10), authorisedBack!, received!, returnReceived("RMA-1", "SO-1", "2026-03-04 12:00", [{ line: "1", item: "A", quantity: 4 }], 2));
  approve(world);
  expect([totals(world, "credit"), totals(world, "debit"), netPosted(world).charges, netPosted(world).tax], describeWorld(world)).toEqual([["86.40"], ["51.84"], { promo: "-12.00" }, "3.84"]);
});

test("a restocking fee stands beside it and is charged once", () => {
  const world = play(so(promo("-20.00")), left("SH-1", 10), returnAuthorised("RMA-1", "SO-1", "2026-03-04 10:00", { 1: 5 }), returnReceived("RMA-1", "SO-1", "2026-03-04 11:00", [{ line: "1", item: "A", quantity: 5, restockingFee: "3.00" }]));
  plansOnce(world);
  expect([totals(world, "credit"), troubles(world)], describeWorld(world)).toEqual([["40.20"], []]);
});

const goodsOf = (world: World) => netPosted(world).lines["SO-1/1"];
const same = (world: World, straight: World) => { expect([netPosted(world).charges, goodsOf(world), netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([netPosted(straight).charges, goodsOf(straight), netPosted(straight).tax, []]); };

test.each([[1, "-20.00"], [0, "-20.00"], [3, "-60.00"]] as const)("an allowance on the first invoice, of whose goods a recount leaves %i: none is credited above its total, and what finds no room there comes off the others", (left1, amount) => {
  const counts = left("SH-1", left1, 2, left1 === 0 ? { reversed: true } : {});
  const rest = cancels("SO-1", "CX-1", "2026-03-05 09:00");
  const world = play(so(promo(amount)), left("SH-1", 5), left("SH-2", 5), counts);
  approve(world);
  world.tell(rest);
  approve(world);
  const straight = play(so(promo(amount)), counts, left("SH-2", 5), rest);
  same(world, straight);
  expect(netPosted(world).charges).toEqual({ promo: amount });
});

test("an allowance above its first invoice goes on with the next, and lapses with what is cancelled", () => {
  const world = play(so(promo("-20.00")), left("SH-1", 1), left("SH-2", 4));
  plansOnce(world);
  expect([totals(world), troubles(world)], describeWorld(world)).toEqual([["0.00", "32.40"], []]);
  const ends = play(so(promo("-20.00")), left("SH-1", 1), cancels("SO-1", "CX-1", "2026-03-03 09:00"));
  plansOnce(ends);
  expect([totals(ends), troubles(ends)], describeWorld(ends)).toEqual([["0.00"], []]);
});

test("an allowance that comes or grows after the last invoice is credited by a person, and goods that come back then take their part of it", () => {
  for (const before of [[], [promo("-5.00")]]) {
    const world = play(so(...before), left("SH-1", 10), so(promo("-20.00")).change("2026-03-03 09:00", (changed) => { changed.charges = [promo("-20.00")]; }));
    expect(troubles(world), describeWorld(world)).toEqual(["CREDIT_APPROVAL"]);
    approve(world);
    expect([netPosted(world).charges, open(world, "INV-1"), troubles(world)], describeWorld(world)).toEqual([{ promo: "-20.00" }, "86.40", []]);
    for (const told of back("RMA-1", 10)) { world.tell(told); soundState(world); }
    plansOnce(world);
    expect([open(world, "INV-1"), netPosted(world).charges, netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual(["0.00", {}, "0.00", []]);
  }
});

test("an allowance that grows to all that an invoice has takes its tax to the cent, and no more", () => {
  const small = (amount: string) => order("SO-1").line("1", "A", 1, "3.00").with({ charges: [promo(amount)] });
  const world = play(small("-0.60"), left("SH-1", 1), small("-0.60").change("2026-03-03 09:00", (next) => { next.charges = [promo("-3.00")]; }));
  approve(world);
  expect([totals(world), totals(world, "credit"), open(world, "INV-1"), netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([["2.59"], ["2.59"], "0.00", "0.00", []]);
});

const untaxed = (amount: string): Charge => ({ charge: "freight", amount, taxCategory: "none", billing: "first_invoice" });
test("a taxed allowance takes of untaxed freight what with its own tax the customer would pay, and no invoice is below nothing", () => {
  const world = play(order("SO-1").line("1", "A", 1, "10.00").with({ charges: [untaxed("50.00"), promo("-60.00")] }), left("SH-1", 1));
  plansOnce(world);
  expect([totals(world), netPosted(world).charges, netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([["0.01"], { freight: "50.00", promo: "-56.29" }, "-3.70", []]);
});
test.each([["5", "-142.59", "0.00"], ["0", undefined, "0.00"]])("nor is one credited above its total where the warehouse corrects it to %s", (quantity, allowance, rest) => {
  const world = play(so(untaxed("100.00"), promo("-150.00")), left("SH-1", 10), left("SH-1", Number(quantity), 2));
  approve(world);
  expect([totals(world), open(world, "INV-1"), totals(world, "debit"), netPosted(world).charges["promo"], troubles(world)], describeWorld(world)).toEqual([["46.00"], rest, [], allowance, []]);
});

test("an allowance that by the service's own tax would leave its invoice a cent below nothing takes a cent less there, and that cent goes on the next", () => {
  const world = play(order("SO-1").line("1", "A", 1, "0.01").line("2", "B", 1, "0.01").line("3", "C", 5, "2.39").with({ charges: [promo("-7.32")] }),
    ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 1 }, { order: "SO-1", line: "2", item: "B", quantity: 1 }, { order: "SO-1", line: "3", item: "C", quantity: 3 }]), ships("SH-2", "2026-03-02 15:00", [{ order: "SO-1", line: "3", item: "C", quantity: 2 }]));
  plansOnce(world);
  expect([totals(world), netPosted(world).charges, netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([["0.01", "5.01"], { promo: "-7.32" }, "0.37", []]);
});

test.each([["3.16"], ["3.164"]])("of an invoice that an allowance leaves at 0.00 a unit at %s comes back for 0.00, however its tax is rounded", (price) => {
  const world = play(order("SO-1").line("1", "A", 2, price).line("2", "B", 1, "100.00").with({ charges: [promo("-20.00")] }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 2 }]), ...back("RMA-1", 1));
  plansOnce(world);
  expect([totals(world), totals(world, "credit"), troubles(world)], describeWorld(world)).toEqual([["0.00"], ["0.00"], []]);
  for (const told of back("RMA-2", 1)) { world.tell(told); soundState(world); }
  expect([totals(world, "credit"), netPosted(world).charges, netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([["0.00", "0.00"], {}, "0.00", []]);
});

test("goods that come back are never owed for: where their allowance is a cent of tax above them its credit is 0.00, and no debit", () => {
  const world = play(order("SO-1").line("1", "A", 1, "0.06").line("2", "B", 1, "0.06").with({ charges: [promo("-0.11")] }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 1 }, { order: "SO-1", line: "2", item: "B", quantity: 1 }]), ...back("RMA-1", 1), ...back("RMA-2", 1, "2", "B"));
  plansOnce(world);
  expect([totals(world), totals(world, "credit"), totals(world, "debit"), netPosted(world).charges, netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([["0.00"], ["0.00", "0.00"], [], {}, "0.00", []]);
});

test.each([["3.16", "-20.00"], ["3.164", "-20.00"], ["3.164", "-6.30"]])("nor is a customer given a cent where less came than was credited, of goods at %s with an allowance of %s", (price, amount) => {
  const [authorisedBack, received] = back("RMA-1", 2);
  const world = play(order("SO-1").line("1", "A", 2, price).line("2", "B", 1, "100.00").with({ charges: [promo(amount)] }), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 2 }]), authorisedBack!, received!, returnReceived("RMA-1", "SO-1", "2026-03-04 12:00", [{ line: "1", item: "A", quantity: 1 }], 2));
  approve(world);
  expect([goodsOf(world)?.quantity, totals(world, "credit").filter((total) => total !== "0.00" && total !== totals(world)[0])], describeWorld(world)).toEqual(["1", []]);
});

test.each([["none", 7, "4.23", "-6.57", "-24.00"], ["goods", 7, "3.70", "-6.57", "-24.00"], ["none", 3, "0.00", undefined, "-13.71"]] as const)("some came back, then fewer had left: an allowance on the first invoice (tax: %s) takes no more of it than is kept of the %i, and the rest of it goes on the next", (category, count, rest, kept, inAll) => {
  const world = play(so(promo("-60.00", "first_invoice", category)), left("SH-1", 10), ...back("RMA-1", 6), left("SH-1", count, 2));
  approve(world);
  expect([open(world, "INV-1"), totals(world, "debit"), netPosted(world).charges["promo"], troubles(world)], describeWorld(world)).toEqual([rest, [], kept, []]);
  world.tell(left("SH-2", 10 - count));
  approve(world);
  expect([open(world, "INV-1"), totals(world, "debit"), netPosted(world).charges["promo"], troubles(world)], describeWorld(world)).toEqual([rest, [], inAll, []]);
});

test("some came back, then what was kept became cheaper: an allowance takes no more of it than it is worth now", () => {
  const two = (price: string) => order("SO-1").line("1", "A", 5, "10.00").line("2", "B", 5, price).with({ charges: [promo("-60.00", "first_invoice", "none")] });
  const world = play(two("10.00"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 5 }, { order: "SO-1", line: "2", item: "B", quantity: 5 }]), ...back("RMA-1", 5), { ...two("3.00").with({ version: 2 }).build(), at: at("2026-03-05 09:00") });
  approve(world);
  expect([totals(world), totals(world, "credit"), open(world, "INV-1"), totals(world, "debit"), troubles(world)], describeWorld(world)).toEqual([["48.00"], ["24.00", "18.18"], "5.82", [], []]);
});

test("a shipment of which fewer had left gives up its own part of an allowance pro rata, and goods of another then take back all that theirs had", () => {
  const fewer = left("SH-2", 3, 2), world = play(so(promo("-20.00", "pro_rata")), left("SH-1", 5), left("SH-2", 5), fewer);
  approve(world);
  expect([totals(world, "credit"), totals(world, "debit"), open(world, "INV-1"), open(world, "INV-2")], describeWorld(world)).toEqual([["17.28"], [], "43.20", "25.92"]);
  for (const told of back("RMA-1", 4)) world.tell(told);
  approve(world);
  same(world, play(so(promo("-20.00", "pro_rata")), left("SH-1", 5), fewer, ...back("RMA-1", 4)));
});

test("of the last unit that comes back an allowance takes no more than it is worth, with its tax: what it is beyond that stays with the freight", () => {
  const world = play(so({ ...untaxed("100.00"), taxCategory: "goods" }, promo("-60.00")), left("SH-1", 10), ...back("RMA-1", 6), left("SH-1", 7, 2));
  approve(world);
  for (const told of back("RMA-2", 1)) { world.tell(told); soundState(world); }
  plansOnce(world);
  const last = world.erp.documents.at(-1);
  expect([last?.net, last?.charges, last?.tax, last?.total, netPosted(world).charges["promo"], troubles(world)], describeWorld(world)).toEqual(["10.00", "-10.00", "0.00", "0.00", "-14.00", []]);
});

test("off an invoice of freight alone, an allowance takes the tax of that freight", () => {
  const freight: Charge = { charge: "freight", amount: "15.00", taxCategory: "goods", billing: "actual_cost" };
  const world = play(so(freight, promo("-60.00")), left("SH-1", 1, 1, { freightCost: "5.00" }), left("SH-1", 1, 2, { freightCost: "8.00" }));
  expect(totals(world), describeWorld(world)).toEqual(["0.00", "3.24"]);
  world.tell(cancels("SO-1", "CX-1", "2026-03-05 09:00"));
  approve(world);
  expect([totals(world, "credit"), open(world, "INV-2"), netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([["3.24"], "0.00", "0.00", []]);
});

test("an allowance that comes after the last invoice takes of untaxed freight no more than goods that were billed below their share of a discount leave to be taxed", () => {
  const whole = order("SO-1").line("1", "A", 10, "100.00").discount("500.00").with({ charges: [untaxed("100.00")] }), one = (shipment: string, hour: number) => ships(shipment, `2026-03-02 ${hour}:00`, [{ order: "SO-1", line: "1", item: "A", quantity: 1 }]);
  const more = whole.change("2026-03-02 15:00", (next) => { next.lines[0]!.quantity = "20"; }), cheaper = whole.change("2026-03-02 17:00", (next) => { next.version = 3; next.lines[0]!.quantity = "20"; next.charges = [untaxed("100.00"), promo("-200.00")]; });
  const world = play(whole, one("SH-1", 14), more, one("SH-2", 16), cheaper, cancels("SO-1", "CX-1", "2026-03-02 18:00"));
  approve(world);
  expect([totals(world), totals(world, "credit"), open(world, "INV-1"), netPosted(world).charges["promo"], troubles(world)], describeWorld(world)).toEqual([["154.00", "108.00"], ["154.00", "62.00"], "0.00", "-200.00", []]);
});

test("an allowance that grows with the price after some came back takes no more than what was kept is worth by the new price, not what came back", () => {
  const at20 = order("SO-1").line("1", "A", 10, "20.00").with({ version: 2, charges: [promo("-200.00", "first_invoice", "none")] }).build();
  const world = play(so(promo("-100.00", "first_invoice", "none")), left("SH-1", 10), ...back("RMA-1", 5), { ...at20, at: at("2026-03-05 09:00") });
  approve(world);
  expect([totals(world), open(world, "INV-1"), netPosted(world).lines["SO-1/1"]?.net, netPosted(world).charges["promo"], troubles(world)], describeWorld(world)).toEqual([["8.00"], "4.00", "100.00", "-100.00", []]);
});

test("though that freight is taxed only since", () => {
  const freight = (taxCategory: string): Charge => ({ charge: "freight", amount: "15.00", taxCategory, billing: "actual_cost" });
  const ordered = so(freight("none"), promo("-60.00")), retaxed = ordered.change("2026-03-04 09:00", (next) => { next.charges = [freight("goods"), promo("-60.00")]; });
  const world = play(ordered, left("SH-1", 1, 1, { freightCost: "5.00" }), left("SH-1", 1, 2, { freightCost: "8.00" }), retaxed);
  approve(world);
  world.tell(cancels("SO-1", "CX-1", "2026-03-05 09:00"));
  approve(world);
  expect([totals(world, "credit").at(-1), netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual(["3.24", "0.00", []]);
});

test("more came back of a shipment than left by its last count: what is kept of it has its part of an allowance pro rata, as if that had been known", () => {
  const two = () => order("SO-1").line("1", "A", 10, "10.00").line("2", "B", 5, "4.00").with({ charges: [promo("-24.00", "pro_rata")] });
  const counted = (quantity: number, version: number) => ships("SH-1", `2026-03-0${version + 1} 14:00`, [{ order: "SO-1", line: "1", item: "A", quantity }, { order: "SO-1", line: "2", item: "B", quantity: 5 }], version, { shippedAt: at("2026-03-02 14:00") });
  const world = play(two(), counted(10, 1), ...back("RMA-1", 8), counted(5, 2));
  approve(world);
  expect([open(world, "INV-1"), netPosted(world).charges["promo"], totals(world, "debit"), troubles(world).filter((each) => each !== "CRD-01")], describeWorld(world)).toEqual(["17.28", "-4.00", [], []]);
});

test.each([["10.00", "10.00"], ["7.58", "7.77"]])("fewer had left of an invoice that an allowance leaves nothing of, with goods at %s: freight that goes with them is in the credit that takes the allowance back, not above the invoice in one of its own", (price, freight) => {
  const world = play(order("SO-1").line("1", "A", 10, price).with({ charges: [{ charge: "freight", amount: freight, taxCategory: "goods", billing: "pro_rata" }, promo("-60.00")] }), left("SH-1", 2), left("SH-1", 1, 2));
  approve(world);
  expect([totals(world), totals(world, "credit"), totals(world, "debit"), netPosted(world).tax, troubles(world)], describeWorld(world)).toEqual([["0.00"], ["0.00"], [], "0.00", []]);
});
