import { describe, expect } from "vitest";
import { cancels, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import type { World } from "../../testing/world/world";
import { scenario } from "./harness";

const raised = (world: World) => world.exceptions().map(({ code, subject }) => [code, subject]);
const sent = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-99", line: "1", item: "A", quantity: 2 }]);
const later = "2026-03-04 10:00";

describe("what is told of an order that nobody has told us of is SEQ-01 once (P19)", () => {
  for (const kind of ["credit", "replace"] as const)
    scenario(`a return (${kind}) says it itself`, {
      script: (play) => { play.tell(returnAuthorised("RMA-2", "SO-99", "2026-03-03 10:00", { 1: 1 }, { kind })); play.until("2026-03-03 12:00"); play.until(later); },
      end: (world) => { expect(raised(world)).toEqual([["SEQ-01", "US01:return:RMA-2"]]); },
    });
  scenario("so does a shipment", {
    script: (play) => { play.tell(sent); play.until("2026-03-02 16:00"); play.until(later); },
    end: (world) => { expect(raised(world)).toEqual([["SEQ-01", "US01:shipment:SH-1"]]); },
  });
  scenario("a cancellation is the order's, whoever else speaks of it", {
    script: (play) => { play.tell(cancels("SO-99", "X-1", "2026-03-02 13:00"), sent); play.until("2026-03-02 16:00"); play.until(later); },
    end: (world) => { expect(raised(world).sort()).toEqual([["SEQ-01", "US01:order:SO-99"], ["SEQ-01", "US01:shipment:SH-1"]]); },
  });
  scenario("the order comes: both end by that, and what came back is credited", {
    script: (play) => {
      play.tell(sent, returnAuthorised("RMA-2", "SO-99", "2026-03-03 10:00", { 1: 1 }), returnReceived("RMA-2", "SO-99", "2026-03-03 11:00", [{ line: "1", item: "A", quantity: 1 }]));
      play.until("2026-03-03 14:00"); play.until("2026-03-03 16:00"); play.tell(order("SO-99").line("1", "A", 2, "10.00")); play.until(later);
    },
    end: (world) => { expect([raised(world), world.commands("post_credit").map(({ state }) => state)]).toEqual([[], ["confirmed"]]); },
  });
});
