import fc from "fast-check";
import { expect, test } from "vitest";
import { cancels, event, order, ships, type Told } from "../../../testing/world/builders";
import { createWorld, type World } from "../../../testing/world/world";
import { canonicalJson, changesOf } from "../../commands";
import { dec, sumOf } from "../../decimal";
import type { Plan, PlanInput } from "../../plan";
import { planners } from "../../planners";
import { orderPlanner } from ".";

interface Made { lines: { quantity: number; price: string; shipped: number; cancelled: number }[]; discount: string; freight: string }
const made = fc.record({
  lines: fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 30 }), price: fc.integer({ min: 100, max: 9999 }).map((cents) => (cents / 100).toFixed(2)), shipped: fc.integer({ min: 0, max: 34 }), cancelled: fc.integer({ min: 0, max: 30 }) }), { minLength: 1, maxLength: 4 }),
  discount: fc.constantFrom("0", "0.99", "0.10"), freight: fc.constantFrom("0", "9.99"),
});

/** Ships (short, whole or over) and cancels of every line; what the order knows in the end, as input of a plan. */
function played({ lines, discount, freight }: Made): { world: World; input: PlanInput } {
  const world = createWorld({ planners });
  const head = order("SO-1");
  lines.forEach((line, index) => head.line(String(index + 1), `I${index}`, line.quantity, line.price));
  if (discount !== "0") head.discount(discount);
  if (freight !== "0") head.charge("freight", freight);
  const told: Told[] = [head.build()];
  const goods = lines.flatMap((line, index) => (line.shipped > 0 ? [{ order: "SO-1", line: String(index + 1), item: `I${index}`, quantity: line.shipped }] : []));
  if (goods.length > 0) told.push(ships("SH-1", "2026-03-02 12:00", goods));
  lines.forEach((line, index) => { if (line.cancelled > 0) told.push(cancels("SO-1", `X-${index}`, "2026-03-02 13:00", { [index + 1]: line.cancelled })); });
  told.push(event("order.captured", "2026-03-02T13:30:00.000Z", head.change("2026-03-02 13:30", (data) => { data.promised = "2026-04-01"; }).build().data as never));
  world.tell(...told);
  const state = [...world.store.subjects.values()].find(({ ref }) => ref.kind === "order");
  if (!state) throw new Error("no order");
  return { world, input: { subject: state.ref, facts: state.facts, commands: [...state.commands.values()], reference: world.store.references, policy: world.policy, now: world.store.now } };
}
const total = (plan: Plan, line: string, term: string) => sumOf(plan.balances.filter((row) => row.line === line && row.term === term), (row) => dec(row.quantity));
const open = (plan: Plan, line: string) => sumOf(plan.slices.filter((slice) => slice.line === line && ["unallocated", "allocated", "released"].includes(slice.bucket ?? "")), (slice) => dec(slice.quantity));

test("the order of facts is without effect, and planning twice adds nothing", () => {
  fc.assert(fc.property(made, fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (story, keys) => {
    const { input } = played(story);
    const first = orderPlanner.plan(input);
    const shuffled = input.facts.map((fact, index) => ({ fact, key: keys[index % keys.length] ?? 0 })).sort((a, b) => a.key - b.key).map(({ fact }) => fact);
    expect(canonicalJson(orderPlanner.plan({ ...input, facts: shuffled, commands: [...input.commands].reverse() }))).toBe(canonicalJson(first));
    expect(changesOf(input.subject.id, first.wanted, input.commands, new Set(first.reopened))).toEqual([]);
  }), { numRuns: 60 });
});

test("O + V = S + X + K and K · V = 0 on every line", () => {
  fc.assert(fc.property(made, (story) => {
    const plan = orderPlanner.plan(played(story).input);
    story.lines.forEach((_, index) => {
      const line = String(index + 1), over = total(plan, line, "over"), left = open(plan, line);
      expect(over.times(left).toFixed()).toBe("0");
      expect(total(plan, line, "ordered").plus(over).toFixed()).toBe(total(plan, line, "shipped").plus(total(plan, line, "cancelled")).plus(left).toFixed());
      expect(total(plan, line, "cancelled").gte(0)).toBe(true);
    });
  }), { numRuns: 60 });
});

test("what is told to billing units, what is open and what is cancelled sum to the ordered value, discount and freight once", () => {
  fc.assert(fc.property(made, (story) => {
    const plan = orderPlanner.plan(played(story).input);
    const terms = plan.publications.filter(({ topic }) => topic === "billing.terms").map(({ data }) => data as { lines: { net: string; quantity: string }[]; charges: { amount: string }[] });
    const told = sumOf(terms.flatMap(({ lines }) => lines), (line) => dec(line.net));
    const left = sumOf(plan.slices.filter((slice) => ["unallocated", "allocated", "released"].includes(slice.bucket ?? "")), (slice) => dec(slice.amount));
    const gone = sumOf(plan.balances.filter(({ term }) => term === "cancelled_goods"), (row) => dec(row.amount));
    const value = sumOf(story.lines, (line) => dec(line.price).times(line.quantity)).minus(story.discount);
    expect(told.plus(left).plus(gone).toFixed(2)).toBe(value.toFixed(2));
    const freight = sumOf(terms.flatMap(({ charges }) => charges), (charge) => dec(charge.amount));
    if (terms.length > 0) expect(freight.toFixed(2)).toBe(dec(story.freight).toFixed(2));
  }), { numRuns: 60 });
});
