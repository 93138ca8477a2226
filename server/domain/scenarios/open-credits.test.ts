import { describe, expect, test } from "vitest";
import { at, authorised, customer, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { tellInOrder, type Play } from "../../testing/world/play";
import { describeWorld, open, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, scenario, soundState } from "./harness";

const exempt = customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] });
const counted = (quantity: number, version = 1) => ships("SH-1", `2026-03-0${version + 1} 10:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: at("2026-03-02 10:00") });
const came = [returnAuthorised("RMA-1", "SO-1", "2026-03-05 10:00", { 1: 2 }), returnReceived("RMA-1", "SO-1", "2026-03-05 10:30", [{ line: "1", item: "A", quantity: 2 }])] as const;
/** INV-1 of 100.00 on terms, paid whole by bank. */
const paid = (play: Play) => {
  play.given(exempt);
  play.tell(order("SO-1").line("1", "A", 10, "10"), counted(10));
  play.until("2026-03-02 18:00");
  play.tell(pays("B-1", "2026-03-02 19:00", "100.00", { "INV-1": "100.00" }));
  play.until("2026-03-03 09:00");
};
const recounted = (play: Play) => { play.tell(counted(8, 2)); play.decide({ rule: "CREDIT_APPROVAL" }); };
const late = (world: World) => world.exceptions().map(({ code, subject, amount, fingerprint }) => [code, subject.split(":")[1], amount, fingerprint]);
const settle = { code: "credit_settle", partner: "cash" };

describe("an open credit that nobody applies or gives back in five business days is late (SLA-01)", () => {
  scenario("of a return", {
    script: (play) => { paid(play); play.tell(...came); play.until("2026-03-11 09:00"); play.check((world) => { expect(troubles(world)).toEqual([]); }); play.until("2026-03-20 09:00"); },
    end: (world) => { expect(late(world)).toEqual([["SLA-01", "return", "20.00", settle]]); },
  });
  scenario("of a correction by the billing unit", {
    script: (play) => { paid(play); recounted(play); play.until("2026-03-09 09:00"); play.check((world) => { expect(troubles(world)).toEqual([]); }); play.until("2026-03-20 09:00"); },
    end: (world) => { expect(late(world)).toEqual([["SLA-01", "billing_unit", "20.00", settle]]); },
  });
  scenario("it ends once a payment that bounced made room", {
    script: (play) => { paid(play); recounted(play); play.until("2026-03-20 09:00"); play.tell(pays("B-1", "2026-03-02 19:00", "100.00", { "INV-1": "100.00" }, { version: 2, reversed: true })); play.until("2026-03-20 12:00"); },
    end: (world) => { expect(late(world)).toEqual([]); },
  });
  test("the plan asks to be looked at again at that very time", () => {
    const world = tellInOrder((play) => { paid(play); recounted(play); }, { planners });
    const unit = [...world.store.subjects.values()].find(({ ref }) => ref.kind === "billing_unit"), slice = unit?.plan?.slices.find(({ stage }) => stage === "credit_settle");
    expect([slice?.dueAt, unit?.plan?.nextReviewAt], describeWorld(world)).toEqual([at("2026-03-10 10:00"), at("2026-03-10 10:00")]);
    world.advance("2026-03-10 10:01");
    soundState(world);
    plansOnce(world);
    expect(late(world)).toEqual([["SLA-01", "billing_unit", "20.00", settle]]);
  });
  test("a refund that waits for approval, or that the provider refused, explains it", () => {
    const byCard = (price: string, total: string, refuse: boolean) => tellInOrder((play) => {
      play.given(exempt);
      play.tell(order("SO-1").line("1", "A", 10, price).card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", total));
      play.until("2026-03-02 09:30");
      play.tell(counted(10), pays("R-1", "2026-03-02 19:00", total, { "INV-1": total }, { means: "card" }));
      if (refuse) play.fault({ kind: "refund_payment", does: "refuse", refusal: { code: "REF-01", message: "the card was closed" } });
      recounted(play);
      play.until("2026-03-20 09:00");
    }, { planners });
    expect([troubles(byCard("400", "4000.00", false)), troubles(byCard("10", "100.00", true))]).toEqual([["REFUND_APPROVAL"], ["REF-01"]]);
  });
});

scenario("an open credit does not take the place of a receipt that is corrected", {
  script: (play) => {
    paid(play); play.tell(...came); play.until("2026-03-06 09:00");
    play.tell(pays("B-1", "2026-03-06 10:00", "99.00", { "INV-1": "99.00" }, { version: 2, receivedOn: "2026-03-02" })); play.until("2026-03-06 12:00"); play.allow({ rule: "ADJUSTMENT_APPROVAL", author: "fay" }); play.until("2026-03-07 09:00");
  },
  end: (world) => { expect([world.commands("apply_credit").map(({ payload }) => payload["amount"]), open(world, "INV-1"), open(world, "CM-1"), troubles(world)]).toEqual([["1.00"], "0.00", "19.00", []]); },
  shuffles: 0,
});
