import { describe, expect, test } from "vitest";
import { at, credit, item, order, type OrderBuilder } from "../../testing/world/builders";
import { tellInOrder, type Script } from "../../testing/world/play";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import { soundState } from "./harness";

const play = (script: Script) => tellInOrder(script, { planners }, (world) => { soundState(world); });
const found = (world: World) => world.exceptions().map(({ code, amount }) => [code, amount]).sort();
const plan = (world: World) => [...world.store.subjects.values()].find(({ ref }) => ref.kind === "order")?.plan;
const standing = (world: World) => plan(world)?.slices.map(({ line, stage, holder }) => [line, stage, holder]).sort();
const weekLater = "2026-03-09 12:00";

/** Domain reference 2.4, and 3.2 no. 17: an exception that stops something explains it, has the ball and all the money that it stops. */
describe("what an exception stops", () => {
  test("a line whose unit nobody mapped: its charges wait with it and are not late besides", () => {
    const world = play((script) => { script.tell(order("SO-1").line("1", "A", 2, "10.00", { unit: "BX" }).charge("1", "9.99")); script.until(weekLater); });
    expect(found(world).map(([code]) => code)).toEqual(["MAP-03"]);
    expect(world.exceptions()[0]?.message).toBe("Unit BX has no conversion for item A: nobody said how many EA it holds");
    expect(standing(world)).toEqual([["1", "intake", "master_data"], ["charge:1", "intake", "master_data"]]);
  });
  test("an order of which no line may go on is neither accepted nor validated before one may", () => {
    const reached = (lines: OrderBuilder) => plan(play((script) => { script.tell(lines); script.until("2026-03-02 10:00"); }))?.milestones.map(({ name }) => name).filter((name) => name === "received" || name === "accepted" || name === "validated");
    const so = order("SO-1").line("1", "A", 2, "10.00", { unit: "BX" });
    expect(reached(so)).toEqual(["received"]);
    expect(reached(so.line("2", "B", 1, "5.00"))).toEqual(["received", "accepted", "validated"]);
  });
  test("what a person explains after hours is accepted then: the time before was his, and the tax service is not late with it", () => {
    const world = play((script) => {
      script.tell(order("SO-1").line("1", "A", 2, "10.00", { unit: "BX" }));
      script.until("2026-03-02 12:00");
      script.tell(item("A", { units: [{ unit: "BX", numerator: 6, denominator: 1 }] }, 2));
      script.check((now) => { expect(found(now)).toEqual([]); });
    });
    expect(plan(world)?.milestones.filter(({ name }) => name === "accepted" || name === "validated").map(({ name, occurredAt }) => [name, occurredAt])).toEqual([["accepted", at("2026-03-02 12:00")], ["validated", at("2026-03-02 12:00")]]);
  });
  test("a release refused for want of a code: master data has the ball, the order's open value is at stake, and nobody is late", () => {
    const world = play((script) => {
      script.fault({ kind: "release_to_warehouse", does: "refuse", refusal: { code: "MAP-04:warehouse/W01", message: "wms has no code for warehouse W01" }, times: 9 });
      script.tell(order("SO-1").line("1", "A", 10, "10.00").charge("1", "9.99"));
      script.until(weekLater);
    });
    expect(found(world)).toEqual([["MAP-04", plan(world)?.summary.amounts["open"]]]);
    expect(Number(plan(world)?.summary.amounts["open"])).toBeGreaterThan(109);
    expect(standing(world)).toEqual([["1", "release", "master_data"], ["charge:1", "release", "master_data"]]);
  });
  test("a part of the order: at stake is that part with its tax, and what is late elsewhere is late", () => {
    const world = play((script) => {
      script.fault({ kind: "request_allocation", fits: ({ slot }) => slot === "2", does: "refuse", refusal: { code: "STK-01", message: "the item is not kept" }, times: 9 });
      script.tell(order("SO-1").line("1", "A", 10, "10.00").line("2", "A", 5, "10.00").with({ requestedShip: "2026-03-02" }));
      script.until(weekLater);
    });
    expect(found(world)).toEqual([["SLA-01", "108.00"], ["STK-01", "54.00"]]);
    expect(standing(world)).toEqual([["1", "fulfil", "warehouse"], ["2", "allocate", "purchasing"]]);
  });
  test("an estimate that the tax service refuses stops the whole order", () => {
    const world = play((script) => {
      script.fault({ kind: "estimate_tax", does: "refuse", refusal: { code: "TAX-01", message: "no jurisdiction" }, times: 9 });
      script.tell(order("SO-1").line("1", "A", 10, "10.00"));
      script.until(weekLater);
    });
    expect(found(world)).toEqual([["TAX-01", "100.00"]]);
    expect(standing(world)).toEqual([["1", "validate", "tax"]]);
  });
});

test("an acknowledgement that its source refuses keeps nothing back: it is told, and what holds the order is what stops it", () => {
  const world = play((script) => {
    script.fault({ kind: "acknowledge_order", does: "refuse", refusal: { code: "ACK-01", message: "no such order" }, times: 9 });
    script.tell(credit("C-1", 2, "2026-03-02 08:00", "50.00", "0.00"), order("SO-1").line("1", "A", 10, "10.00"));
    script.until("2026-03-02 12:00");
  });
  expect([found(world), world.holds().map(({ rule }) => rule)]).toEqual([[["ACK-01", "0.00"]], ["CREDIT_LIMIT"]]);
  expect([plan(world)?.sentence?.slice(0, 22), plan(world)?.summary.amounts["held"], plan(world)?.summary.amounts["exception"]]).toEqual(["On hold (CREDIT_LIMIT)", "108.00", "0.00"]);
});
