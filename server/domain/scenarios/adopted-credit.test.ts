import { describe, expect, test } from "vitest";
import { at, event, order, returnAuthorised, returnReceived, ships, type Told } from "../../testing/world/builders";
import { testPolicy } from "../../testing/world/defaults";
import { tellInOrder } from "../../testing/world/play";
import { describeWorld, totals } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import type { Policy } from "../policy";
import { remediesOf, type Remedy } from "../remedies";
import { parseSubjectId, subjectId, type SubjectId } from "../subject";
import { plansOnce, soundState } from "./harness";

const orderRef = { entity: "US01", kind: "order", key: "SO-1" } as const;
/** A credit memo that a bookkeeper made in the ledger, which says the order; of two of ten units at 12.50 with 8 % tax. */
const memo = (number = "CN-9", more: object = {}, version = 1, on = "2026-03-04"): Told => ({
  ...event("ledger.document_read", at(`${on} 1${version}:30`), { kind: "credit", number, order: "SO-1", version, state: "posted", customer: "C-1", currency: "USD", net: "25.00", charges: "0.00", tax: "2.00", total: "27.00", accountingDate: on, ...more }, "erp"), subject: orderRef,
});
const bought = (): Parameters<World["tell"]> => [order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }])];
const asked = (id = "RMA-1") => returnAuthorised(id, "SO-1", "2026-03-03 09:00", { 1: 2 });
const back = (id = "RMA-1", when = "2026-03-05 09:00") => returnReceived(id, "SO-1", when, [{ line: "1", item: "A", quantity: 2 }]);
const play = (told: Parameters<World["tell"]>, policy: Policy = testPolicy) => tellInOrder((script) => { script.tell(...told); }, { planners, policy });
const state = (world: World, id: SubjectId) => { const found = world.store.subjects.get(id); if (!found) throw new Error(`no ${id}\n${describeWorld(world)}`); return found; };
const raised = (world: World, of?: string) => world.exceptions().filter(({ subject }) => of === undefined || subject === of).map(({ code, message }) => `${code} ${message}`);
const rma = (id = "RMA-1") => subjectId({ entity: "US01", kind: "return", key: id });
const credited = (world: World, id = "RMA-1") => { const { data } = (state(world, rma(id)).plan?.publications.find(({ topic }) => topic === "return.state") ?? { data: {} }) as { data: { state?: string; creditNumber?: string | null; creditTotal?: string } }; return [data.state, data.creditNumber, data.creditTotal]; };

const remedies = (world: World, id = "RMA-1"): Remedy[] => {
  const trouble = world.exceptions().find(({ code, subject }) => code === "INV-05" && subject === rma(id));
  if (!trouble) throw new Error(describeWorld(world));
  const { ref, facts } = state(world, trouble.subject);
  return remediesOf({ subject: { ...ref, id: trouble.subject }, facts, commands: world.commands().filter((row) => row.subject === trouble.subject), reference: world.store.references, policy: world.policy, now: world.store.now }, trouble);
};
let count = 0;
function decides(world: World, verb: "adopt" | "decline", number: string, id = "RMA-1"): void {
  const found = remedies(world, id).find((row) => row.verb === verb && row.target === number), said = found?.say({});
  if (!found || found.why !== null || !said?.ok) throw new Error(`${verb} ${number}: ${found?.why ?? "not offered"}`);
  world.tell(...said.value.map((saying): Told => {
    if (saying.type !== "field.overlaid") throw new Error(saying.type);
    const { subject: of = parseSubjectId(rma(id)), document, path, value } = saying;
    return { ...event("field.overlaid", world.store.now, { document, path, value: value as never, decision: `D-${String(++count).padStart(3, "0")}`, reason: "seen", author: "fay" }, "person:fay"), subject: of };
  }));
}
const mayBe = "INV-05 CN-9 is a credit for order SO-1 in the ledger and may be that of return RMA-1: a person says whether it is. Until then nothing is credited.";

describe("a credit that somebody made by hand for an order, of which goods come back", () => {
  test("stops ours until a person says whether it is the same; adopted it is the return's, and nothing is posted", () => {
    const world = play([...bought(), asked(), memo(), back()]);
    expect([raised(world, rma()), totals(world, "credit")], describeWorld(world)).toEqual([[mayBe], []]);
    plansOnce(world);
    expect(remedies(world).map(({ verb, target, why }) => [verb, target, why])).toEqual([["adopt", "CN-9", null], ["decline", "CN-9", null]]);
    decides(world, "adopt", "CN-9");
    plansOnce(world);
    expect([totals(world, "credit"), world.commands("post_credit"), credited(world).slice(1)], describeWorld(world)).toEqual([[], [], ["CN-9", "27.00"]]);
    expect(raised(world).filter((message) => message.startsWith("INV-05"))).toEqual([]);
    // what it is set against only the ledger says: this one has never heard of the document
    expect(world.commands("apply_credit").map(({ payload }) => [payload["credit"], payload["amount"]])).toEqual([["CN-9", "27.00"]]);
  });

  test("declined, ours is posted beside it", () => {
    const world = play([...bought(), asked(), memo(), back()]);
    decides(world, "decline", "CN-9");
    soundState(world);
    expect([raised(world), totals(world, "credit"), credited(world)], describeWorld(world)).toEqual([[], ["27.00"], ["settled", "CM-1", "27.00"]]);
  });

  test("is the same whatever came first", () => {
    for (const told of [[asked(), memo(), back()], [memo(), asked(), back()]]) {
      const world = play([...bought(), ...told]);
      expect([raised(world, rma()), totals(world, "credit")], describeWorld(world)).toEqual([[mayBe], []]);
    }
  });

  test("heard of after ours was posted is said of the order, until it is reversed there", () => {
    const world = play([...bought(), asked(), back(), memo("CN-9", {}, 1, "2026-03-06")]);
    expect([totals(world, "credit"), raised(world, rma()), raised(world, subjectId(orderRef)).map((message) => message.slice(0, 20))], describeWorld(world)).toEqual([["27.00"], [], ["INV-05 CN-9 is a cre"]]);
    world.tell(memo("CN-9", { state: "voided" }, 2, "2026-03-07"));
    expect([raised(world), totals(world, "credit")]).toEqual([[], ["27.00"]]);
  });

  test("of another amount cannot be adopted, and says in what it differs", () => {
    const world = play([...bought(), asked(), memo("CN-9", { net: "24.99", total: "26.99" }), back()]);
    expect(raised(world, rma())).toEqual([mayBe.replace("RMA-1:", "RMA-1 (credits 24.99 before tax, 25.00 here, credits 26.99 in all, 27.00 here):")]);
    expect(remedies(world).find(({ verb }) => verb === "adopt")?.why).toBe("It credits 24.99 before tax, 25.00 here, credits 26.99 in all, 27.00 here: decline it, or have it corrected in the ledger.");
  });

  test("from before the return was asked for is another's, and stops nothing", () => {
    const world = play([...bought(), memo("CN-9", {}, 1, "2026-03-02"), asked(), back()]);
    expect([raised(world, rma()), totals(world, "credit")], describeWorld(world)).toEqual([[], ["27.00"]]);
  });

  test("is one return's alone: adopted for the first, the second is credited by us", () => {
    const world = play([...bought(), asked("RMA-1"), asked("RMA-2"), memo(), back("RMA-1"), back("RMA-2", "2026-03-05 10:00")]);
    expect([raised(world, rma("RMA-1")).length, raised(world, rma("RMA-2")).length, totals(world, "credit")]).toEqual([1, 1, []]);
    decides(world, "adopt", "CN-9");
    expect([credited(world)[1], credited(world, "RMA-2").slice(1), totals(world, "credit")], describeWorld(world)).toEqual(["CN-9", ["CM-1", "27.00"], ["27.00"]]);
  });

  test("cancelled after it was adopted: nothing is posted by itself; declined, ours is", () => {
    const world = play([...bought(), asked(), memo(), back()]);
    decides(world, "adopt", "CN-9");
    world.tell(memo("CN-9", { state: "voided" }, 2, "2026-03-06"));
    expect([raised(world, rma()).filter((message) => message.startsWith("INV-05")), totals(world, "credit")]).toEqual([["INV-05 CN-9 was adopted for return RMA-1 and is cancelled in the ledger."], []]);
    decides(world, "decline", "CN-9");
    expect([totals(world, "credit"), raised(world, rma()).filter((message) => message.startsWith("INV-05"))], describeWorld(world)).toEqual([["27.00"], []]);
  });
});

describe("going live", () => {
  const from = (managedFrom: string): Policy => ({ ...testPolicy, routes: testPolicy.routes.map((route) => ({ ...route, managedFrom })) });
  const invoiced = (): Told => ({ ...event("ledger.document_read", at("2026-03-02 16:30"), { kind: "invoice", number: "H-1", order: "SO-1", version: 1, state: "posted", customer: "C-1", currency: "USD", net: "125.00", tax: "10.00", total: "135.00", accountingDate: "2026-03-02" }, "erp"), subject: orderRef });

  test("what came back before the cut-over is nobody's to credit any more, whatever the ledger has", () => {
    const world = play([...bought(), invoiced(), asked(), memo(), back("RMA-1", "2026-03-05 09:00")], from("2026-03-06T00:00:00.000Z"));
    expect([raised(world), totals(world, "credit"), totals(world)], describeWorld(world)).toEqual([[], [], []]);
    world.advance("2026-03-09 12:00");
    expect([totals(world, "credit"), totals(world)]).toEqual([[], []]);
  });

  test("what was credited before it and comes back after it is not credited a second time", () => {
    const world = play([...bought(), invoiced(), asked(), memo(), back("RMA-1", "2026-03-07 09:00")], from("2026-03-06T00:00:00.000Z"));
    expect([raised(world, rma()), totals(world, "credit")], describeWorld(world)).toEqual([[mayBe], []]);
    decides(world, "adopt", "CN-9");
    world.advance("2026-03-09 12:00");
    expect([totals(world, "credit"), credited(world).slice(1)], describeWorld(world)).toEqual([[], ["CN-9", "27.00"]]);
  });
});
