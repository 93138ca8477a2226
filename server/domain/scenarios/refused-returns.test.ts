import { describe, expect, test } from "vitest";
import { order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { tellInOrder, type Play } from "../../testing/world/play";
import { netPosted, summaryOf, totals, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import { scenario, soundState } from "./harness";

const goods = [{ order: "SO-1", line: "1", item: "A", quantity: 6 }];
const sold = (play: Play) => { play.tell(order("SO-1").line("1", "A", 6, "10.00"), ships("SH-1", "2026-03-02 14:00", goods)); play.until("2026-03-03 09:00"); };
const authorised = (short: string, version = 1, refused = false) => returnAuthorised("RMA-1", "SO-1", short, { 1: 2 }, { version, refused });
const back = returnReceived("RMA-1", "SO-1", "2026-03-04 11:00", [{ line: "1", item: "A", quantity: 2 }]);
const net = (world: World) => netPosted(world).lines["SO-1/1"]?.quantity;
const raised = (world: World) => world.exceptions().map(({ code, message }) => [code, message]);

describe("a return that is refused", () => {
  scenario("and comes back all the same is the returns desk's: RET-01, nothing is credited, the return is open", {
    script: (play) => { sold(play); play.tell(authorised("2026-03-03 10:00", 1, true), back); play.until("2026-03-06 10:00"); },
    end: (world) => {
      expect([raised(world), totals(world, "credit"), summaryOf(world, "US01:order:SO-1")?.facets]).toEqual([[["RET-01", "Return RMA-1 came back though it was refused."]], [], ["return_open"]]);
      expect([...world.store.subjects.values()].find(({ ref }) => ref.id === "US01:return:RMA-1")?.plan?.slices.map(({ bucket, holder, quantity }) => [bucket, holder, quantity])).toEqual([["exception", "returns_desk", "2"]]);
    },
  });
  test("and goes back to the customer is over", () => {
    const world = tellInOrder((play) => { sold(play); play.tell(authorised("2026-03-03 10:00", 1, true), back); play.until("2026-03-05 10:00"); }, { planners });
    const sent = returnReceived("RMA-1", "SO-1", "2026-03-05 11:00", [{ line: "1", item: "A", quantity: 2 }], 2);
    world.tell({ ...sent, data: { ...sent.data, lines: [{ line: "1", item: "A", quantity: "2", disposition: "sent_back" }] } } as typeof sent);
    soundState(world);
    expect([troubles(world), summaryOf(world, "US01:order:SO-1")?.facets]).toEqual([[], []]);
  });
  const withdrawn = (play: Play) => { sold(play); play.tell(authorised("2026-03-03 10:00"), back); play.until("2026-03-04 15:00"); play.tell(authorised("2026-03-04 16:00", 2, true)); play.until("2026-03-05 10:00"); };
  scenario("after it was credited: a debit is proposed, and finance decides", {
    script: withdrawn, shuffles: 0,
    end: (world) => {
      expect([totals(world, "credit"), world.holds().map(({ rule, amount, message }) => [rule, amount, message])]).toEqual([["21.60"], [["CREDIT_APPROVAL", "21.60", "Debit of 21.60 USD for return RMA-1: it was refused after it was credited."]]]);
      expect(raised(world)).toEqual([["RET-01", "Return RMA-1 came back though it was refused."]]);
    },
  });
  scenario("approved, what was credited is owed again; the goods stay the returns desk's", {
    script: (play) => { withdrawn(play); play.allow({ rule: "CREDIT_APPROVAL", author: "fay" }); play.until("2026-03-09 10:00"); },
    end: (world) => { expect([net(world), netPosted(world).tax, troubles(world)]).toEqual(["6", "4.80", ["RET-01"]]); },
  });
});
