import { describe, expect, test } from "vitest";
import { order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { tellInOrder, type Play } from "../../testing/world/play";
import { netPosted, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, scenario, soundState } from "./harness";

const goods = (quantity: number) => [{ order: "SO-1", line: "1", item: "A", quantity }];
const sold = (play: Play) => { play.tell(order("SO-1").line("1", "A", 10, "10.00"), ships("SH-1", "2026-03-02 14:00", goods(1)), ships("SH-2", "2026-03-02 15:00", goods(5))); play.until("2026-03-03 09:00"); };
const back = (quantity: number, fee: string, version = 1) => [returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: quantity }), returnReceived("RMA-1", "SO-1", `2026-03-04 1${version}:00`, [{ line: "1", item: "A", quantity, restockingFee: fee }], version)] as const;
const kept = (world: World) => [netPosted(world).charges["restocking"], totals(world, "credit").reduce((sum, total) => sum + Number(total), 0).toFixed(2), troubles(world)];

describe("a restocking fee", () => {
  scenario("is kept of the return's credits together, none below nothing: 20.00 of 10.80 and 21.60", {
    script: (play) => { sold(play); play.tell(...back(3, "20.00")); play.until("2026-03-06 10:00"); },
    end: (world) => { expect(kept(world)).toEqual(["20.00", "12.40", []]); },
  });
  scenario("of more than is credited waits for a person, and says what of it is not charged", {
    script: (play) => { sold(play); play.tell(...back(1, "50.00")); play.until("2026-03-06 10:00"); play.check((world) => {
      expect(world.holds().map(({ rule, amount, message }) => [rule, amount, message])).toEqual([["CREDIT_APPROVAL", "0.00", "Credit of 0.00 USD for return RMA-1: 39.20 of its restocking fee is above what is credited, and not charged."]]);
    }); },
    end: (world) => { expect(kept(world)).toEqual([undefined, "0.00", ["CREDIT_APPROVAL"]]); },
  });
  scenario("approved, it takes the whole credit and no more", {
    script: (play) => { sold(play); play.tell(...back(1, "50.00")); play.until("2026-03-05 10:00"); play.allow({ rule: "CREDIT_APPROVAL", author: "fay" }); play.until("2026-03-06 10:00"); },
    end: (world) => { expect([kept(world), world.holds()]).toEqual([["10.80", "0.00", []], []]); },
  });
  test("that comes after its credit was made without it is shown, and ends where the warehouse takes it back", () => {
    const world = createWorld({ planners });
    world.tell(order("SO-1").line("1", "A", 10, "10.00"), ships("SH-1", "2026-03-02 14:00", goods(5)), ...back(2, "0"));
    world.tell(returnReceived("RMA-1", "SO-1", "2026-03-05 10:00", [{ line: "1", item: "A", quantity: 2, restockingFee: "5.00" }], 2));
    soundState(world); plansOnce(world);
    expect(world.exceptions().map(({ code, amount }) => [code, amount])).toEqual([["CRD-01", "5.00"]]);
    world.tell(returnReceived("RMA-1", "SO-1", "2026-03-05 11:00", [{ line: "1", item: "A", quantity: 2 }], 3));
    expect(kept(world)).toEqual([undefined, "21.60", []]);
  });
  for (const [what, later] of [
    ["taken back by the warehouse", returnReceived("RMA-1", "SO-1", "2026-03-05 10:00", [{ line: "1", item: "A", quantity: 3 }], 2)],
    ["of goods that were sent back", returnReceived("RMA-1", "SO-1", "2026-03-05 10:00", [{ line: "1", item: "A", quantity: 3, disposition: "sent_back" }], 2)],
    ["of a return that was refused after all", returnAuthorised("RMA-1", "SO-1", "2026-03-05 10:00", { 1: 3 }, { version: 2, refused: true })],
  ] as const)
    test(`${what} after its credit is credited too, once a person says yes`, () => {
      const world = tellInOrder((play) => { sold(play); play.tell(...back(3, "5.00")); play.until("2026-03-05 09:00"); play.tell(later); }, { planners });
      soundState(world); plansOnce(world);
      expect(world.holds().map(({ rule }) => rule)).toContain("CREDIT_APPROVAL");
      world.advance("2026-03-05 18:00");
      for (let round = 0; round < 4; round++) world.decide({ rule: "CREDIT_APPROVAL", author: "fay" });
      soundState(world); plansOnce(world);
      expect([netPosted(world).charges["restocking"], world.holds()]).toEqual([undefined, []]);
    });
});
