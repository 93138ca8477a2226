import { describe, expect, test } from "vitest";
import { event, at, order, ships } from "../testing/world/builders";
import { tellInOrder, type Play } from "../testing/world/play";
import { totals, troubles } from "../testing/world/readings";
import type { World } from "../testing/world/world";
import { planners } from "./planners";

const maps = (canonical: string | undefined, minute: string, version = 1, code = "N30", kind: "terms" | "unit" = "terms") =>
  event("code.mapped", at(`2026-03-02 ${minute}`), { kind, system: "erp", code, version, ...(canonical === undefined ? {} : { canonical }) });
/** The ERP lacks a code for the terms of the first invoice, and for the warehouse release of nothing. */
const refused = (then: (play: Play) => void, code = "MAP-04:terms/net30"): World => tellInOrder((play) => {
  play.fault({ kind: "post_invoice", does: "refuse", refusal: { code, message: "erp has no code for terms net30" } });
  play.tell(order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
  play.check((world) => { expect([world.commands("post_invoice")[0]?.state, troubles(world)]).toEqual(["rejected", ["MAP-04"]]); });
  then(play);
}, { planners });
const posting = (world: World) => world.commands("post_invoice").map((row) => [row.state, row.attempts]);

describe("a command that a target could not be told for want of a code", () => {
  test("goes out by itself once somebody maps the code, and its exception ends", () => {
    const world = refused((play) => { play.until("2026-03-02 16:00"); play.tell(maps("net30", "16:00")); });
    expect([posting(world), totals(world), troubles(world)]).toEqual([[["confirmed", 2]], ["135.00"], []]);
  });
  test("has a cause of its own: connector and code, whoever the customer is", () => {
    expect(refused(() => undefined).exceptions()).toMatchObject([{ code: "MAP-04", fingerprint: { connector: "erp", code: "terms/net30" } }]);
  });
  test("waits on for another code, another kind, a mapping taken away again, or where no code is named", () => {
    for (const world of [
      refused((play) => { play.tell(maps("net60", "16:00")); }), refused((play) => { play.tell(maps("net30", "16:00", 1, "PC", "unit")); }), refused((play) => { play.tell(maps("net30", "16:00")); }, "MAP-04"),
      refused((play) => { play.act((w) => { w.delivery.down.add("erp"); }); play.tell(maps("net30", "16:00"), maps("net60", "16:01", 2)); }),
    ]) expect(posting(world)[0]?.[1]).toBe(1);
  });
  test("is not sent round in circles by a mapping that was there when it was refused", () => {
    const world = tellInOrder((play) => {
      play.tell(maps("net30", "08:00"));
      play.until("2026-03-02 14:00");
      play.fault({ kind: "post_invoice", does: "refuse", refusal: { code: "MAP-04:terms/net30", message: "erp has no code" } });
      play.tell(order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
    }, { planners });
    expect([posting(world), troubles(world)]).toEqual([[["rejected", 1]], ["MAP-04"]]);
  });
  test("of an order too: the release goes out once the item is mapped", () => {
    const world = tellInOrder((play) => {
      play.fault({ kind: "release_to_warehouse", does: "refuse", refusal: { code: "MAP-02:item/A", message: "wms has no code for item A" } });
      play.tell(order("SO-1").line("1", "A", 10, "12.50"));
      play.check((w) => { expect(w.exceptions()).toMatchObject([{ code: "MAP-02", fingerprint: { connector: "wms", code: "item/A" } }]); });
      play.until("2026-03-02 16:00");
      play.tell(event("code.mapped", at("2026-03-02 16:00"), { kind: "item", system: "wms", code: "SKU-A", version: 1, canonical: "A" }));
    }, { planners });
    expect([world.commands("release_to_warehouse").map((row) => [row.state, row.attempts]), troubles(world)]).toEqual([[["confirmed", 2]], []]);
  });
});
