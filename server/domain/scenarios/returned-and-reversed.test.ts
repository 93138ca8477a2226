import { describe, expect, test } from "vitest";
import { at, order, overlays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { ledgerDrifts } from "../../testing/world/books";
import { describeWorld, netPosted, open, totals, troubles } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import { plansOnce, soundState } from "./harness";

const left = (shipment: string, day: number, quantity: number, version = 1, reversed = false) => ships(shipment, `2026-03-${String(day).padStart(2, "0")} 14:00`, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { reversed, ...(version > 1 ? { shippedAt: at("2026-03-02 14:00") } : {}) });
const back = (number: string, day: number, quantity: number) => [returnAuthorised(number, "SO-1", `2026-03-${String(day).padStart(2, "0")} 10:00`, { 1: quantity }), returnReceived(number, "SO-1", `2026-03-${String(day).padStart(2, "0")} 12:00`, [{ line: "1", item: "A", quantity }])];
const play = (...told: Parameters<World["tell"]>): World => {
  const world = createWorld({ planners });
  for (const thing of told) { world.tell(thing); soundState(world); }
  return world;
};
const so = () => order("SO-1").line("1", "A", 10, "10.00");
const returned = (world: World) => world.commands("post_credit").filter(({ payload, state }) => payload["class"] === "return" && state === "confirmed").map(({ payload }) => `${String(payload["invoice"])} ${String(payload["total"])}`);
const decide = (world: World, verdict: "approve" | "reject") => { world.decide({ rule: "CREDIT_APPROVAL", author: "ann", verdict }); soundState(world); plansOnce(world); };

describe("the same goods by a return and by the warehouse's reversal", () => {
  const twice = () => play(so(), left("SH-1", 2, 5), left("SH-2", 3, 5), ...back("RMA-1", 4, 5), left("SH-1", 9, 5, 2, true));
  const again = () => play(so(), left("SH-1", 2, 10), ...back("RMA-1", 5, 10), left("SH-1", 9, 10, 2, true), left("SH-2", 10, 10));

  test.each([["of another shipment that the customer keeps", twice, "INV-1 54.00", "54.00"], ["shipped again after they came back", again, "INV-1 108.00", "108.00"]] as const)("no credit goes by itself to goods %s", (_, life, credited, owed) => {
    const world = life();
    plansOnce(world);
    expect([returned(world), open(world, "INV-2"), troubles(world).includes("CREDIT_APPROVAL"), world.holds().map(({ message }) => message)], describeWorld(world)).toEqual([[credited], owed, true, [expect.stringContaining("credited before, on goods that never left by the warehouse's last word")]]);
  });
  test("a person may say that others came back: then they are credited", () => {
    const world = twice();
    decide(world, "approve");
    expect([returned(world), open(world, "INV-2"), netPosted(world).lines["SO-1/1"], world.holds(), ledgerDrifts(world)], describeWorld(world)).toEqual([["INV-1 54.00", "INV-2 54.00"], "0.00", { quantity: "0", net: "0.00" }, [], []]);
  });
  test("or that they are the same: the return is credited for less, and what was shipped again may come back itself", () => {
    const world = again();
    decide(world, "reject");
    expect([returned(world), open(world, "INV-2"), troubles(world)], describeWorld(world)).toEqual([["INV-1 108.00"], "108.00", expect.arrayContaining(["CRD-01"])]);
    world.tell(overlays({ entity: "US01", kind: "return", key: "RMA-1" }, "OV-1", "2026-03-12 10:00", "RMA-1", "creditable.1", "0"));
    soundState(world);
    expect(world.exceptions().filter(({ code }) => code === "CRD-01"), describeWorld(world)).toEqual([]);
    for (const told of back("RMA-2", 13, 10)) { world.tell(told); soundState(world); }
    plansOnce(world);
    expect([returned(world), open(world, "INV-2"), totals(world), troubles(world)], describeWorld(world)).toEqual([["INV-1 108.00", "INV-2 108.00"], "0.00", ["108.00", "108.00"], []]);
  });
});
