import { expect, test } from "vitest";
import type { OrderCaptured } from "../contracts/order";
import { at, cancels, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { creditedAbove, describeWorld, netPosted, open, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

type Charge = OrderCaptured["charges"][number];
const promo = (amount: string, billing: Charge["billing"] = "pro_rata"): Charge => ({ charge: "promo", amount, taxCategory: "goods", billing });
const so = (amount: string, price: string, version = 1) => order("SO-1").line("1", "A", 10, price).line("2", "B", 10, "10.00").with({ version, charges: [promo(amount)] });
const changed = (amount: string, price: string) => ({ ...so(amount, price, 2).build(), at: at("2026-03-05 09:00") });
const left = (shipment: string, first: number, second: number, version = 1) => ships(shipment, `2026-03-0${version + 1} 14:00`, [{ order: "SO-1", line: "1", item: "A", quantity: first }, { order: "SO-1", line: "2", item: "B", quantity: second }].filter(({ quantity }) => quantity > 0), version, { shippedAt: at("2026-03-02 14:00") });
const back = (number: string, quantity: number, line = "1") => [
  returnAuthorised(number, "SO-1", "2026-03-04 10:00", { [line]: quantity }), returnReceived(number, "SO-1", "2026-03-04 11:00", [{ line, item: line === "1" ? "A" : "B", quantity }]),
];
const yes = (world: World) => { for (const rule of ["CHANGED_AFTER_RELEASE", "CREDIT_APPROVAL"] as const) for (const author of ["ann", "bob", "ann", "bob"]) world.decide({ rule, author }); };
/** Told in this order; whoever asks is answered yes, once all of one step was told. */
const playSteps = (...steps: Parameters<World["tell"]>[]): World => {
  const world = createWorld({ planners });
  for (const told of steps) {
    for (const thing of told) { world.tell(thing); soundState(world); }
    yes(world);
    soundState(world);
  }
  plansOnce(world);
  return world;
};
const play = (...told: Parameters<World["tell"]>): World => playSteps(...told.map((thing) => [thing] as Parameters<World["tell"]>));
const ends = (world: World) => [netPosted(world).lines, netPosted(world).charges, netPosted(world).tax, troubles(world)];
const asIf = (world: World, straight: World, kept: string) => {
  expect(ends(world), describeWorld(world)).toEqual(ends(straight));
  expect([netPosted(world).charges["promo"], troubles(world)]).toEqual([kept, []]);
};

test("some came back, then the price of these goods rose: what is kept has its part of an allowance pro rata by today's prices", () => {
  asIf(play(so("-20.00", "10.00"), left("SH-1", 10, 10), ...back("RMA-1", 5), changed("-30.00", "20.00")), play(so("-20.00", "10.00"), changed("-30.00", "20.00"), left("SH-1", 10, 10), ...back("RMA-1", 5)), "-20.00");
});

test("though the allowance itself stays what it was", () => {
  asIf(play(so("-30.00", "10.00"), left("SH-1", 10, 10), ...back("RMA-1", 5), changed("-30.00", "20.00")), play(so("-30.00", "10.00"), changed("-30.00", "20.00"), left("SH-1", 10, 10), ...back("RMA-1", 5)), "-20.00");
});

test("then more of them came back: each takes of the allowance what it has by today's price, not what those before had", () => {
  asIf(play(so("-20.00", "10.00"), left("SH-1", 10, 10), ...back("RMA-1", 5), changed("-30.00", "20.00"), ...back("RMA-2", 2)), play(so("-20.00", "10.00"), changed("-30.00", "20.00"), left("SH-1", 10, 10), ...back("RMA-1", 5), ...back("RMA-2", 2)), "-16.00");
});

test("what a return and a price made of it on one invoice, the next does not make good", () => {
  asIf(play(so("-20.00", "10.00"), left("SH-1", 10, 0), ...back("RMA-1", 5), changed("-30.00", "20.00"), left("SH-2", 0, 10)), play(so("-20.00", "10.00"), changed("-30.00", "20.00"), left("SH-1", 10, 0), left("SH-2", 0, 10), ...back("RMA-1", 5)), "-20.00");
});

test("one of two invoices came back whole, then the allowance grew: the other has its own part of it, and not that of both", () => {
  asIf(play(so("-20.00", "10.00"), left("SH-1", 10, 0), left("SH-2", 0, 10), ...back("RMA-1", 10), changed("-40.00", "10.00")), play(so("-20.00", "10.00"), changed("-40.00", "10.00"), left("SH-1", 10, 0), left("SH-2", 0, 10), ...back("RMA-1", 10)), "-20.00");
});

test("the next invoice left while fewer of the first waited for their credit, then some of the first came back: both have their own part of it", () => {
  const fewer = left("SH-1", 8, 0, 2), next = left("SH-2", 0, 10), rest = cancels("SO-1", "CX-1", "2026-03-06 09:00");
  asIf(playSteps([so("-20.00", "10.00"), left("SH-1", 10, 0), fewer, next], back("RMA-1", 5), [rest]), playSteps([so("-20.00", "10.00"), fewer, next], back("RMA-1", 5), [rest]), "-13.00");
});

test("an invoice that an allowance leaves nothing of is credited nothing where goods and allowance rise at once, however their tax is rounded", () => {
  const three = (price: string) => order("SO-1").line("1", "A", 1, price).line("2", "B", 1, "3.80").line("3", "C", 1, "8.40").line("4", "D", 1, "100.00").with({ charges: [promo("-60.00", "first_invoice")] });
  const world = playSteps([three("9.52"), ships("SH-1", "2026-03-02 14:00", ["A", "B", "C"].map((item, index) => ({ order: "SO-1", line: String(index + 1), item, quantity: 1 }))), { ...three("12.13").with({ version: 2 }).build(), at: at("2026-03-03 09:00") }, cancels("SO-1", "CX-1", "2026-03-03 10:00")]);
  expect([totals(world), creditedAbove(world), open(world, "INV-1"), troubles(world)], describeWorld(world)).toEqual([["0.00"], [], "0.00", []]);
});

test.each(["-0.05", "-0.10"])("an allowance of %s, whose tax was rounded, becomes one of 50.00: what is more than its invoice has is taxed at the rate of its goods", (few) => {
  const given = (amount: string, version = 1) => order("SO-1").line("1", "A", 10, "10.00").with({ version, charges: [promo(amount, "first_invoice")] });
  const whole = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]), more = { ...given("-50.00", 2).build(), at: at("2026-03-05 09:00") };
  const world = play(given(few), whole, more);
  asIf(world, play(given(few), more, whole), "-50.00");
  expect(netPosted(world).tax).toBe("4.00");
});
