import { describe, expect, test } from "vitest";
import { latestOf, publishedOf } from "../../domain/facts";
import type { Plan, Planner, PlanInput } from "../../domain/plan";
import { order, ships } from "./builders";
import type { PlannerSet } from "./planning";
import { movementRows } from "./store";
import { tellInOrder, tellShuffled } from "./play";
import { createWorld } from "./world";

const empty = (input: PlanInput): Plan => ({
  wanted: [], reopened: [], holds: [], exceptions: [], findings: [], waits: [], milestones: [], balances: [], slices: [], publications: [], records: [], sentence: null, nextReviewAt: null,
  summary: { number: input.subject.key, customer: null, customerName: null, channel: null, currency: null, stage: null, stageSince: null, placedAt: null, dueAt: null, tracks: {}, facets: [], amounts: {}, complete: false, identifiers: [] },
});

/** Smallest pair that uses every door: an order that acknowledges itself and tells its shipment, a shipment that waits for its order. */
const orders: Planner = {
  dependencies: () => [{ topic: "item", key: "A" }],
  plan: (input) => {
    const latest = latestOf(input.facts, "order.captured")[0];
    if (!latest) return empty(input);
    const line = latest.data.lines[0];
    return {
      ...empty(input),
      wanted: [{ kind: "acknowledge_order", slot: `v${latest.version}`, sequence: 1, payload: { item: input.reference.get("item|A")?.data ?? null }, blockedBy: [], amount: null, dueSince: input.now }],
      balances: line ? [{ line: line.line, term: "ordered", document: latest.document, quantity: line.quantity, amount: "0", currency: "USD", effectiveOn: "2026-03-02", period: null }] : [],
      publications: [{ topic: "order.served", key: latest.document, to: { ...input.subject, kind: "shipment", key: "SH-1" }, data: { order: latest.document, version: latest.version } }],
    };
  },
};
const shipments: Planner = {
  dependencies: () => [],
  plan: (input) => {
    const known = publishedOf(input.facts, "order.served").length > 0, left = latestOf(input.facts, "shipment.confirmed")[0];
    if (left && known) return { ...empty(input), wanted: [{ kind: "notify_shipment", slot: "customer", sequence: 1, payload: {}, blockedBy: [], amount: null, dueSince: input.now }] };
    if (!left) return empty(input);
    return { ...empty(input), exceptions: input.now >= "2026-03-02T15:00:00.000Z" ? [{ code: "SEQ-01", fingerprint: {}, stops: [], amount: "0", currency: "USD", message: "order not seen", since: input.now }] : [], nextReviewAt: "2026-03-02T15:00:00.000Z" };
  },
};
const items: Planner = {
  dependencies: () => [],
  plan: (input) => ({ ...empty(input), publications: latestOf(input.facts, "item.described").map((known) => ({ topic: "item", key: known.data.item, to: null, data: { state: known.data.state } })) }),
};
const planners: PlannerSet = { order: orders, shipment: shipments, master_record: items };
const so1 = order("SO-1").line("1", "A", 10, "12.50");
const sh1 = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]);

describe("the in-memory world", () => {
  test("a repeat changes nothing and the same identity with other content is a conflict", () => {
    const world = createWorld({ planners });
    expect(world.tell(so1)).toBe("accepted");
    const plans = world.store.plansRun;
    expect(world.tell(so1)).toBe("repeated");
    expect(world.store.plansRun).toBe(plans);
    expect(world.tell(order("SO-1").line("1", "A", 11, "12.50"))).toBe("conflict");
    expect(movementRows(world.store).map((row) => row.quantity)).toEqual(["10"]);
  });
  test("a balance that changes appends only the difference", () => {
    const world = createWorld({ planners });
    world.tell(so1, so1.change("2026-03-02 10:00", (data) => { data.lines[0]!.quantity = "7"; }));
    expect(movementRows(world.store).map((row) => row.quantity)).toEqual(["10", "-3"]);
    world.planAgain();
    expect(movementRows(world.store)).toHaveLength(2);
  });
  test("a broadcast reaches whoever depends on it and an addressed publication makes its reader", () => {
    const world = createWorld({ planners });
    world.tell(so1);
    expect(world.commands("acknowledge_order")[0]?.payload).toEqual({ item: { state: "active" } });
    expect([...world.store.subjects.keys()]).toContain("US01:shipment:SH-1");
  });
  test("time stops where a plan wants to look again", () => {
    const world = createWorld({ planners });
    world.tell(sh1);
    expect(world.exceptions()).toHaveLength(0);
    world.advance("2026-03-02 16:00");
    expect(world.exceptions().map((row) => row.code)).toEqual(["SEQ-01"]);
    world.tell(so1);
    expect(world.exceptions()).toHaveLength(0);
    expect(world.commands("notify_shipment")[0]?.state).toBe("confirmed");
  });
  test("a held answer freezes its command, a refused one says why, a lost one is looked up", () => {
    const world = createWorld({ planners });
    world.fault({ kind: "acknowledge_order", does: "hold" });
    world.tell(so1);
    expect(world.commands("acknowledge_order")[0]?.state).toBe("sending");
    world.delivery.answerHeld();
    world.settle();
    expect(world.commands("acknowledge_order")[0]?.state).toBe("confirmed");
    world.fault({ kind: "notify_shipment", does: "vanish" });
    world.tell(sh1);
    expect(world.commands("notify_shipment")[0]?.state).toBe("unknown");
    world.advance("2026-03-02 14:01");
    expect(world.commands("notify_shipment")[0]).toMatchObject({ state: "confirmed", attempts: 2 });
  });
  test("a shuffled script ends as the one in order", () => {
    const script = (play: { tell: (...things: Parameters<ReturnType<typeof createWorld>["tell"]>) => void }) => play.tell(so1, sh1, so1.change("2026-03-02 15:00", (data) => { data.lines[0]!.quantity = "12"; }));
    const states = (world: ReturnType<typeof createWorld>) => world.commands().filter((row) => row.state === "confirmed").map((row) => row.naturalKey).filter((key) => !key.includes("v1")).sort();
    const straight = states(tellInOrder(script, { planners }));
    for (let seed = 1; seed <= 20; seed++) expect(states(tellShuffled(script, seed, { planners }))).toEqual(straight);
  });
});
