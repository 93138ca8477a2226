import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCanonical } from "../../integrations/sandbox-wms/to-canonical";
import { addMs, type Instant } from "../instant";
import { at, event, order, ships, type Told } from "../../testing/world/builders";
import { tellInOrder, tellShuffled, type Play } from "../../testing/world/play";
import { describeWorld } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { dec, sumOf } from "../decimal";
import { planners } from "../planners";
import { runsOf, soundState } from "./harness";

/** As in the demo: what cannot be had is asked for again after a minute. */
const impatient = { planners, policy: { backorderAskMinutes: 1 } };
const releases = (world: World) => world.commands("release_to_warehouse").filter(({ state }) => state !== "withdrawn").map(({ slot, payload }) => [slot, (payload["lines"] as { quantity: string }[])[0]?.quantity]);

/** A document of StackRight as the connector translates it, told when the tower hears of it. */
function heard(when: Instant, docType: string, document: object): Told[] {
  const translated = toCanonical({ settings: { username: "tower", defaultSite: "W01", defaultCarrier: "PWGR" }, entity: "US01", source: "wms", body: new TextEncoder().encode(JSON.stringify({ docType, document })), receivedAt: when, messageId: docType } as never);
  if (!translated.ok) throw new Error(JSON.stringify(translated));
  return (translated.value as unknown as { events: { type: never; data: never }[] }).events.map(({ type, data }) => event(type, when, data, "wms"));
}
const pickRequest = (version: number, status: string, shipped: number, short = 0) => ({
  pickRequestId: "PR1", clientRef: "rel|US01|SO-1-R1|s1", version, status, site: "W1", salesOrderNo: "SO-1", changedTime: Date.parse("2026-03-02T19:22:34Z"),
  lines: [{ lineRef: "1", sku: "A", uom: "EA", qtyRequested: 25, qtyPicked: 25 - short, qtyPacked: 25 - short, qtyShipped: shipped, qtyOver: 0, qtyShort: short, qtyRecalled: 0, qtyInProcess: 25 - shipped - short }],
});
const shipment = (number: string, qty: number) => ({
  shipmentId: number, version: 1, status: "CONFIRMED", site: "W1", goodsIssueTime: Date.parse("2026-03-02T19:20:00Z"), carrierCode: null, trackingNo: null, changedTime: Date.parse("2026-03-02T19:20:00Z"),
  lines: [{ shipLine: 1, pickRequestId: "PR1", clientRef: "rel|US01|SO-1-R1|s1", salesOrderNo: "SO-1", lineRef: "1", sku: "A", orderedSku: "A", uom: "EA", qty }],
});

describe("what the warehouse says it still ships is not short", () => {
  const told = (short: number, parts: readonly number[]): Told[] => [
    ...heard(at("2026-03-02 19:22"), "PICKREQUEST", pickRequest(7, "CLOSED", 25 - short, short)),
    ...parts.flatMap((qty, index) => heard(addMs(at("2026-03-02 19:24"), index * 120_000), "SHIPMENT", shipment(`SHP${index + 1}`, qty))),
  ];
  const play = (short: number, parts: readonly number[]) => tellInOrder((script) => {
    script.tell(order("SO-1").line("1", "A", 25, "4.00"));
    script.tell(...told(short, parts));
    script.until("2026-03-02 20:30");
  }, impatient, (world) => { soundState(world); });

  test("closed is heard before the shipments of 8, 8 and 9: released once", () => {
    const world = play(0, [8, 8, 9]);
    expect(releases(world), describeWorld(world)).toEqual([["SO-1-R1", "25"]]);
  });
  test("a shipment of a closed request that never comes is missed after half an hour, and ends when it comes", () => {
    const world = play(0, [8, 8]);
    const missed = () => world.exceptions().filter(({ code }) => code === "CMP-01").map(({ amount, message }) => [amount, message]);
    expect(missed()).toEqual([["36.00", "W1 closed request SO-1-R1 and no shipment of 9 of line 1 has come: fetch it"]]);
    expect(releases(world), describeWorld(world)).toEqual([["SO-1-R1", "25"]]);
    world.tell(...heard(at("2026-03-02 20:40"), "SHIPMENT", shipment("SHP3", 9)));
    expect(missed()).toEqual([]);
  });
  test("closed short by 3 before the shipments: the 3 are asked for again, and no more", () => {
    const world = play(3, [8, 8, 6]);
    expect(releases(world), describeWorld(world)).toEqual([["SO-1-R1", "25"], ["SO-1-R2", "3"]]);
  });
});

test("whenever the warehouse's words come, no more is released than is ordered and was given up", () => {
  const cuts = fc.record({ parts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), short: fc.constantFrom(0, 0, 1, 4), counts: fc.boolean() });
  fc.assert(fc.property(cuts, fc.integer({ min: 1, max: 1_000_000 }), ({ parts, short, counts }, seed) => {
    const shipped = parts.reduce((sum, part) => sum + part, 0), quantity = shipped + short;
    const progress = (version: number, short: number, state: "picked" | "closed", when: string, picked: number): Told => event("fulfilment.progressed", at(when), {
      order: "SO-1", request: "SO-1-R1", version, warehouse: "W1", state, lines: [{ line: "1", released: String(quantity), picked: String(counts ? picked : 0), packed: String(counts ? picked : 0), short: String(short) }],
    });
    const script = (play: Play) => {
      play.given(order("SO-1").line("1", "A", quantity, "4.00"));
      play.tell(progress(3, 0, "picked", "2026-03-02 11:00", shipped), ...parts.map((part, index) => ships(`SH-${index + 1}`, `2026-03-02 12:${10 + index * 10}`, [{ order: "SO-1", line: "1", item: "A", quantity: part }])), progress(6, short, "closed", "2026-03-02 13:00", shipped));
    };
    const world = tellShuffled(script, seed, impatient, { after: (now) => {
      soundState(now);
      const asked = sumOf(releases(now), ([, amount]) => dec(amount ?? 0));
      expect(asked.lte(quantity + short), `${asked.toFixed()} released of ${quantity}, short ${short}\n${describeWorld(now)}`).toBe(true);
    } });
    world.advance("2026-03-02 15:00"); // what is short is asked for a minute after the last word, whenever that came
    expect(sumOf(releases(world), ([, amount]) => dec(amount ?? 0)).toFixed(), describeWorld(world)).toBe(String(quantity + short));
  }), { numRuns: runsOf(25) });
}, 120_000);
