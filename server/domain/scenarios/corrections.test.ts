import { expect } from "vitest";
import { item, order, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { netPosted, totals, troubles } from "../../testing/world/readings";
import { scenario } from "./harness";

const so = order("SO-1").line("1", "A", 30, "15.00");
const counted = (quantity: number, version: number) => ships("SH-1", `2026-03-02 1${version}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: "2026-03-02T11:00:00.000Z" });

scenario("a shipment recounted down and, after the credit, up again is billed for exactly the difference", {
  script: (play) => {
    play.tell(so, counted(30, 1));
    play.until("2026-03-02 11:59");
    play.tell(counted(28, 2));
    play.decide({ rule: "CREDIT_APPROVAL" });
    play.until("2026-03-02 12:59");
    play.tell(counted(30, 3));
  },
  end: (world) => {
    expect([totals(world), totals(world, "credit")]).toEqual([["486.00", "32.40"], ["32.40"]]);
    expect(netPosted(world).lines).toEqual({ "SO-1/1": { quantity: "30", net: "450.00" } });
    expect(troubles(world)).toEqual([]);
  },
});

scenario("a price that falls after a return was credited adjusts only the units that are still billed", {
  script: (play) => {
    play.tell(so, counted(30, 1));
    play.until("2026-03-03 08:00");
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-03 09:00", { 1: 10 }), returnReceived("RMA-1", "SO-1", "2026-03-03 10:00", [{ line: "1", item: "A", quantity: 10 }]));
    play.until("2026-03-03 12:00");
    play.tell(so.change("2026-03-03 13:00", (data) => { data.lines[0]!.price = "12.00"; }));
    play.decide({ rule: "CREDIT_APPROVAL" });
  },
  end: (world) => {
    expect(totals(world, "credit")).toEqual(["162.00", "64.80"]);
    expect(netPosted(world).lines).toEqual({ "SO-1/1": { quantity: "20", net: "240.00" } });
    expect(troubles(world)).toEqual([]);
  },
});

scenario("goods that wait for their lot and turn out never to have left: what was billed beside them closes to the cent", {
  script: (play) => {
    const half = order("SO-1").line("1", "A", 8, "0.725110");
    const first = (quantity: number, version: number) => ships("SH-1", `2026-03-02 1${version}:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: "2026-03-02T11:00:00.000Z" });
    play.given(item("A", { lotRequired: true }));
    play.tell(half, first(3, 1), ships("SH-2", "2026-03-02 11:30", [{ order: "SO-1", line: "1", item: "A", quantity: 5, lot: "L1" }]));
    play.check((world) => { expect(netPosted(world).lines).toEqual({ "SO-1/1": { quantity: "5", net: "3.63" } }); });
    play.tell(first(0, 2));
    play.allow({ rule: "CREDIT_APPROVAL" });
  },
  end: (world) => {
    expect(netPosted(world).lines).toEqual({ "SO-1/1": { quantity: "5", net: "3.63" } });
    expect(troubles(world)).toEqual([]);
  },
});
