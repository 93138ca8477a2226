import { describe, expect, test } from "vitest";
import { at, event, order, ships, type Told } from "../../testing/world/builders";
import { tellInOrder } from "../../testing/world/play";
import { describeWorld, totals } from "../../testing/world/readings";
import { createWorld, type World } from "../../testing/world/world";
import { planners } from "../planners";
import type { Policy } from "../policy";
import { remediesOf, type Saying } from "../remedies";
import { adopting, declining } from "../remedies/unclaimed";
import { parseSubjectId, subjectId, type SubjectId } from "../subject";
import { unclaimedSubject, wordsOn } from "../unclaimed";
import { testPolicy } from "../../testing/world/defaults";
import { plansOnce, soundState } from "./harness";

const byHand = (number: string, more: object = {}, version = 1): Told => ({
  ...event("ledger.document_read", at(`2026-03-0${version + 1} 11:30`), { kind: "invoice", number, version, state: "posted", customer: "C-1", currency: "USD", net: "125.00", tax: "10.00", total: "135.00", accountingDate: "2026-03-02", ...more }, "erp"), subject: unclaimedSubject("US01", number),
});
const so = (number = "SO-1") => order(number).line("1", "A", 10, "12.50");
const left = (number = "SO-1", shipment = "SH-1") => ships(shipment, "2026-03-02 14:00", [{ order: number, line: "1", item: "A", quantity: 10 }]);
const unitOf = (shipment = "SH-1") => `US01:billing_unit:${shipment}/C-1/USD/net30/p1` as SubjectId;
const observing: Policy = { ...testPolicy, routes: testPolicy.routes.map((route) => ({ ...route, mode: "observe", managedFrom: null })) };
const play = (told: Parameters<World["tell"]>, policy = testPolicy) => tellInOrder((script) => { script.tell(...told); }, { planners, policy });
const state = (world: World, id: SubjectId) => { const found = world.store.subjects.get(id); if (!found) throw new Error(`no ${id}\n${describeWorld(world)}`); return found; };
const raised = (world: World) => world.exceptions().map(({ code, message }) => `${code} ${message}`);
const summary = (world: World, id: SubjectId) => state(world, id).plan?.summary;

let count = 0;
function says(world: World, subject: SubjectId, sayings: readonly Saying[], drifts: readonly string[] = []): void {
  world.tell(...sayings.map((saying) => {
    if (saying.type !== "field.overlaid") throw new Error(saying.type);
    const { subject: of = parseSubjectId(subject), document, path, value } = saying;
    return { ...event("field.overlaid", world.store.now, { document, path, value: value as never, decision: `A-${String(++count).padStart(3, "0")}`, reason: "seen", author: "fay" }, "person:fay"), subject: of };
  }));
  soundState(world, drifts);
}
const known = (world: World, id: SubjectId) => ({ subject: parseSubjectId(id), facts: state(world, id).facts, commands: world.commands().filter((row) => row.subject === id) });
const adopts = (world: World, id: SubjectId, number: string, drifts: readonly string[] = []) => { says(world, id, adopting(known(world, id), number, wordsOn(state(world, id).facts, parseSubjectId(id).key).adopted), drifts); };
const declines = (world: World, id: SubjectId, number: string) => { says(world, id, declining(parseSubjectId(id), number, wordsOn(state(world, id).facts, parseSubjectId(id).key).adopted)); };
const remedies = (world: World) => {
  const trouble = world.exceptions().find(({ code }) => code === "INV-05");
  if (!trouble) throw new Error(describeWorld(world));
  const { ref, facts } = state(world, trouble.subject);
  return remediesOf({ subject: { ...ref, id: trouble.subject }, facts, commands: world.commands().filter((row) => row.subject === trouble.subject), reference: world.store.references, policy: world.policy, now: world.store.now }, trouble).map(({ verb, target, why }) => [verb, target, why]);
};

describe("an invoice in the ledger that names nobody", () => {
  test("stops ours where it may be the same; adopted it is the invoice, a re-plan changes nothing, and nothing is posted", () => {
    const world = play([so(), byHand("H-1"), left()]);
    expect([raised(world), totals(world)]).toEqual([["INV-05 H-1 in the ledger may be this invoice (same amount before tax, same customer, dated the day the goods left): a person says whether it is."], []]);
    expect(remedies(world)).toEqual([["adopt", "H-1", null], ["decline", "H-1", null]]);
    adopts(world, unitOf(), "H-1");
    plansOnce(world);
    expect([raised(world), totals(world), summary(world, unitOf())], describeWorld(world)).toMatchObject([[], [], { number: "H-1", tracks: { billing: "invoiced" }, amounts: { posted: "135.00" }, facets: ["adopted"] }]);
  });
  test("declined, ours is posted; it is asked for no more", () => {
    const world = play([so(), byHand("H-1"), left()]);
    declines(world, unitOf(), "H-1");
    expect([raised(world), totals(world)], describeWorld(world)).toEqual([[], ["135.00"]]);
  });
  test("one cent apart and named by the order: ours waits, and it cannot be adopted", () => {
    const world = play([so(), byHand("H-1", { net: "124.99", text: "order SO-01", reference: "SO-1" }), left()]);
    expect([totals(world), remedies(world)]).toEqual([[], [["adopt", "H-1", "It bills 124.99 before tax, 125.00 here: decline it, or have it corrected in the ledger."], ["decline", "H-1", null]]]);
  });
  test("one that bills something else, another customer, or too early stops nothing", () => {
    expect(totals(play([so(), byHand("H-1", { net: "124.99" }), byHand("H-2", { customer: "C-9" }), byHand("H-3", { accountingDate: "2026-03-01" }), left()]))).toEqual(["135.00"]);
  });
  test("of two alike each is asked for; with one declined the other still stops ours", () => {
    const world = play([so(), byHand("H-1"), byHand("H-2"), left()]);
    expect(remedies(world).map(([verb, target]) => `${verb} ${target}`)).toEqual(["adopt H-1", "decline H-1", "adopt H-2", "decline H-2"]);
    declines(world, unitOf(), "H-1");
    expect([totals(world), remedies(world).map(([verb, target]) => `${verb} ${target}`)]).toEqual([[], ["adopt H-2", "decline H-2"]]);
  });
  test("one document for two that are alike: adopted for the one, it stops the other no more", () => {
    const world = play([so(), so("SO-2"), byHand("H-1"), left(), left("SO-2", "SH-2")]);
    adopts(world, unitOf(), "H-1");
    expect([raised(world), totals(world), [unitOf(), unitOf("SH-2")].map((id) => summary(world, id)?.number)]).toEqual([[], ["135.00"], ["H-1", "INV-1"]]);
  });
  test("it is never two units': of two that say so at once the last has it, and the other posts nothing before a person says that it is not its invoice", () => {
    const world = play([so(), so("SO-2"), byHand("H-1"), left(), left("SO-2", "SH-2")]), [one, two] = [unitOf(), unitOf("SH-2")];
    const [own, , claim] = adopting(known(world, one), "H-1", null), [others, , theirs] = adopting(known(world, two), "H-1", null);
    says(world, one, [own!, { subject: parseSubjectId(two), ...others! }, claim!, theirs!]);
    expect([[one, two].map((id) => summary(world, id)?.amounts["posted"]), totals(world), raised(world)]).toEqual([["0.00", "135.00"], [], [`INV-05 H-1 was adopted for this and is the invoice of ${two} by now.`]]);
    declines(world, one, "H-1");
    expect([totals(world), summary(world, two)?.amounts["posted"]], describeWorld(world)).toEqual([["135.00"], "135.00"]);
  });
  test("made while nobody knew what became of ours, which the ledger did not take: ours is not sent a second time beside it", () => {
    const world = createWorld({ planners });
    world.fault({ kind: "post_invoice", does: "vanish" });
    world.tell(so(), left());
    expect(world.commands("post_invoice").map((row) => row.state)).toEqual(["unknown"]);
    world.deliver(byHand("H-1"));
    world.advance("2026-03-02 18:00");
    expect([totals(world), raised(world)], describeWorld(world)).toEqual([[], ["INV-05 H-1 in the ledger may be this invoice (same amount before tax, same customer, dated the day the goods left): a person says whether it is."]]);
    adopts(world, unitOf(), "H-1");
    expect([totals(world), raised(world), world.commands("commit_tax").map((row) => row.payload["invoice"])], describeWorld(world)).toEqual([[], [], ["H-1"]]);
  });
  test("made after ours was posted, with a number of ours on it: said until it is reversed there, or declined", () => {
    const named = { text: "your order SO-1" }, second = "INV-05 H-1 in the ledger may be a second invoice beside INV-1 (names order SO-1, same amount before tax, same customer, dated the day the goods left): reverse it there, or say that it is another's.";
    const world = play([so(), left(), byHand("H-1", named)]);
    expect([raised(world), totals(world)], describeWorld(world)).toEqual([[second], ["135.00"]]);
    plansOnce(world);
    expect(remedies(world)).toContainEqual(["decline", "H-1", null]);
    world.tell(byHand("H-1", { ...named, state: "voided" }, 2));
    expect(raised(world)).toEqual([]);
    world.tell(byHand("H-1", named, 3));
    expect(raised(world)).toEqual([second]);
    declines(world, unitOf(), "H-1");
    expect([raised(world), totals(world)]).toEqual([[], ["135.00"]]);
  });
  test("made after ours was posted and adopted: ours is to be reversed in the ledger", () => {
    const world = play([so(), left(), byHand("H-1", { text: "your order SO-1" })]);
    adopts(world, unitOf(), "H-1", ["M3"]);
    expect([raised(world), summary(world, unitOf())?.number], describeWorld(world)).toEqual([["INV-05 H-1 was adopted; INV-1 must be reversed in the ledger."], "H-1"]);
  });
  test("made beside ours, which was corrected since, and adopted: it billed what ours did", () => {
    const world = play([so(), left(), byHand("H-1", { text: "your order SO-1" })]);
    world.tell(ships("SH-1", "2026-03-03 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 4 }], 2));
    world.decide({ rule: "CREDIT_APPROVAL" });
    adopts(world, unitOf(), "H-1", ["M3", "M4"]);
    world.tell(ships("SH-1", "2026-03-04 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 0 }], 3));
    world.decide({ rule: "CREDIT_APPROVAL" });
    soundState(world, ["M3", "M4"]);
    expect([totals(world), totals(world, "credit")], describeWorld(world)).toEqual([["135.00"], ["81.00", "54.00"]]);
  });
  test("made after ours was posted, of the same amount and without a number of ours, or of another amount: anybody's", () => {
    expect(raised(play([so(), left(), byHand("H-1"), byHand("H-2", { text: "SO-1", net: "12.00", tax: "0.96", total: "12.96" })]))).toEqual([]);
  });
  test("counted again after it was adopted, the goods were billed as they were then: what did not leave is credited", () => {
    const world = play([so(), byHand("H-1"), left()]);
    adopts(world, unitOf(), "H-1");
    world.tell(ships("SH-1", "2026-03-03 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 8 }], 2));
    soundState(world);
    expect([raised(world), world.holds().map(({ rule, amount }) => [rule, amount])], describeWorld(world)).toEqual([["SHP-03 Shipment SH-1 was corrected after its invoice: 27.00 USD billed and not shipped."], [["CREDIT_APPROVAL", "27.00"]]]);
    world.decide({ rule: "CREDIT_APPROVAL" });
    expect([totals(world, "credit"), world.erp.documents[0]?.lines.map(({ quantity, net }) => [quantity, net])]).toEqual([["27.00"], [["2", "25.00"]]]);
  });
  test("cancelled after it was adopted: nothing is posted by itself, until a person says that it is the invoice no more", () => {
    const world = play([so(), byHand("H-1"), left()]);
    adopts(world, unitOf(), "H-1");
    world.tell(byHand("H-1", { state: "voided" }, 2));
    expect([raised(world), totals(world), summary(world, unitOf())?.amounts["posted"]]).toEqual([["INV-05 H-1 was adopted for this and is cancelled in the ledger."], [], "0.00"]);
    expect(remedies(world)).toEqual([["decline", "H-1", null]]);
    declines(world, unitOf(), "H-1");
    expect([raised(world), totals(world)], describeWorld(world)).toEqual([[], ["135.00"]]);
  });
  test("corrected after it was adopted: INV-04, with the ledger's own figures", () => {
    const world = play([so(), byHand("H-1"), left()]);
    adopts(world, unitOf(), "H-1");
    world.tell(byHand("H-1", { net: "120.00", total: "130.00" }, 2));
    expect([raised(world), totals(world), summary(world, unitOf())?.amounts["posted"]]).toEqual([["INV-04 H-1 was changed in the ledger after it was adopted: net 120.00 instead of 125.00, total 130.00 instead of 135.00."], [], "130.00"]);
  });
});

describe("while the routes only observe", () => {
  test("a unit says what it would bill, raises nothing, and takes what a person adopts", () => {
    const world = play([so(), byHand("H-1"), left()], observing);
    expect([raised(world), totals(world), summary(world, unitOf())?.amounts["billable"]]).toEqual([[], [], "125.00"]);
    adopts(world, unitOf(), "H-1");
    expect([raised(world), summary(world, unitOf())?.number, summary(world, unitOf())?.amounts["billable"]], describeWorld(world)).toEqual([[], "H-1", undefined]);
  });
  test("an order of which no goods are known to have left does so too; shipped later, its unit has the same document", () => {
    const world = play([so(), byHand("H-1")], observing), id = subjectId({ entity: "US01", kind: "order", key: "SO-1" });
    expect(summary(world, id)?.amounts["billable"]).toBe("125.00");
    adopts(world, id, "H-1");
    expect([summary(world, id)?.tracks["billing"], summary(world, id)?.amounts["billable"]]).toEqual(["invoiced_ahead", undefined]);
    world.tell(left());
    expect([totals(world), summary(world, unitOf())?.number, summary(world, unitOf())?.amounts["posted"]], describeWorld(world)).toEqual([[], "H-1", "135.00"]);
  });
});

describe("an invoice in the ledger that names an order which was only observed", () => {
  const naming = (number: string, goods: string): Told => ({ ...byHand(number, { order: "SO-1", net: goods, tax: (Number(goods) * 0.08).toFixed(2), total: (Number(goods) * 1.08).toFixed(2) }), subject: { entity: "US01", kind: "order", key: "SO-1" } });
  const part = (shipment: string, quantity: number, when: string) => ships(shipment, when, [{ order: "SO-1", line: "1", item: "A", quantity }]);
  const posted = (world: World) => ["SH-1", "SH-2"].map((shipment) => [summary(world, unitOf(shipment))?.number, summary(world, unitOf(shipment))?.amounts["posted"]]);

  test("is that of the shipment which it bills, whatever came first, and no second one's", () => {
    const sh1 = part("SH-1", 6, "2026-03-02 14:00"), sh2 = part("SH-2", 4, "2026-03-02 15:00"), h1 = naming("H-1", "50.00"), h2 = naming("H-2", "75.00");
    for (const told of [[h1, h2, sh1, sh2], [sh1, sh2, h1, h2], [sh1, h2, sh2, h1]]) {
      const world = play([so(), ...told], observing);
      soundState(world); plansOnce(world);
      expect([raised(world), posted(world)], describeWorld(world)).toEqual([[], [["H-2", "81.00"], ["H-1", "54.00"]]]);
    }
  });
  test("stands; what leaves once the route acts is billed by us", () => {
    const acting: Policy = { ...testPolicy, routes: testPolicy.routes.map((route) => ({ ...route, managedFrom: "2026-03-03" })) };
    const world = play([so(), part("SH-1", 6, "2026-03-02 14:00"), naming("H-1", "75.00"), part("SH-2", 4, "2026-03-04 14:00")], acting);
    soundState(world);
    expect([raised(world), totals(world), posted(world)], describeWorld(world)).toEqual([[], ["54.00"], [["H-1", "81.00"], ["INV-1", "54.00"]]]);
  });
});

describe("a credit in the ledger that somebody made by hand for an order of ours", () => {
  const credit = (state: "posted" | "voided", version = 1): Told => ({ ...byHand("CN-9", { kind: "credit", order: "SO-1", net: "25.00", tax: "2.00", total: "27.00", state }, version), subject: { entity: "US01", kind: "order", key: "SO-1" } });
  const said = "INV-05 CN-9 is a credit for order SO-1 in the ledger and was not posted by us: what is open of its invoice is not what is shown here. Reverse it there and let it be made here, or say that it stands beside ours.";

  test("is said until the ledger has reversed it, or a person says that it stands beside ours", () => {
    const world = play([so(), left(), credit("posted")]), id = subjectId({ entity: "US01", kind: "order", key: "SO-1" });
    expect([raised(world), remedies(world)], describeWorld(world)).toEqual([[said], [["decline", "CN-9", null]]]);
    plansOnce(world);
    world.tell(credit("voided", 2));
    expect(raised(world)).toEqual([]);
    world.tell(credit("posted", 3));
    expect(raised(world)).toEqual([said]);
    declines(world, id, "CN-9");
    expect(raised(world)).toEqual([]);
  });
  test("says nothing where the invoice is somebody else's, too", () => {
    expect(raised(play([so(), { ...byHand("H-1", { order: "SO-1" }), subject: { entity: "US01", kind: "order", key: "SO-1" } }, left(), credit("posted")], observing))).toEqual([]);
  });
});
