import { describe, expect, test } from "vitest";
import { at, authorised, credit, event, item, order, pays, returnAuthorised, returnReceived, ships } from "../../testing/world/builders";
import { tellInOrder } from "../../testing/world/play";
import { describeWorld, netPosted, totals } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import type { ExceptionCode } from "../exceptions";
import { planners } from "../planners";
import { booked, soundState } from "../scenarios/harness";
import { parseSubjectId, type SubjectId } from "../subject";
import { remediesOf, type Given, type Remedy } from ".";

/** What may be decided in front of an exception of this code, wherever it stands in the world. */
function inFront(world: World, code: ExceptionCode): { subject: SubjectId; remedies: Remedy[] } {
  const trouble = world.exceptions().find((exception) => exception.code === code), state = trouble && world.store.subjects.get(trouble.subject);
  if (!trouble || !state) throw new Error(`no ${code}\n${describeWorld(world)}`);
  return { subject: trouble.subject, remedies: remediesOf({ subject: { ...state.ref, id: trouble.subject }, facts: state.facts, commands: world.commands().filter((row) => row.subject === trouble.subject), reference: world.store.references, policy: world.policy, now: world.store.now }, trouble) };
}

let count = 0;
/** A person decides so: the facts that the remedy puts are told. */
function take(world: World, code: ExceptionCode, target: string, given: Given = {}): void {
  const { subject, remedies } = inFront(world, code), said = remedies.find((remedy) => remedy.target === target)?.say(given);
  if (!said?.ok) throw new Error(`${target}: ${said?.error.message ?? "no such remedy"}; there are ${remedies.map((remedy) => `${remedy.verb} ${remedy.target}`).join(", ")}`);
  for (const { type, ...saying } of said.value)
    if (type === "field.overlaid") world.tell({ ...event("field.overlaid", world.store.now, { ...(saying as { document: string; path: string; value: never }), decision: `D-${++count}`, reason: "seen", author: "fay" }, "person:fay"), subject: parseSubjectId(subject) });
  soundState(world);
}
const raised = (world: World) => world.exceptions().map(({ code }) => code);
const so = order("SO-1").line("1", "A", 10, "12.50");
const left = (quantity: number, short = "2026-03-02 14:00", version = 1) => ships("SH-1", short, [{ order: "SO-1", line: "1", item: "A", quantity }], version, { shippedAt: "2026-03-02T14:00:00.000Z" });

describe("CTR-02, one number for two shipments", () => {
  const twice = () => tellInOrder((play) => { play.tell(so, left(10), { ...left(4, "2026-03-02 15:00"), source: "wms2" }); }, { planners });
  test("a person keeps the first: nothing changes, and it ends", () => {
    const world = twice();
    expect([raised(world), inFront(world, "CTR-02").remedies.map(({ verb, target, permission }) => [verb, target, permission])]).toEqual([["CTR-02"], [["take_source", "wms", "decision.operations"], ["take_source", "wms2", "decision.operations"]]]);
    take(world, "CTR-02", "wms");
    expect([raised(world), world.holds(), totals(world)]).toEqual([[], [], ["135.00"]]);
  });
  test("or takes the other: what was billed beyond it is credited once approved; it is asked anew when one tells something else", () => {
    const world = twice();
    take(world, "CTR-02", "wms2");
    world.decide({ rule: "CREDIT_APPROVAL" });
    expect([raised(world), totals(world, "credit"), netPosted(world).lines], describeWorld(world)).toEqual([[], ["81.00"], { "SO-1/1": { quantity: "4", net: "50.00" } }]);
    world.tell(left(9, "2026-03-02 16:00", 2));
    expect(raised(world)).toEqual(["CTR-02"]);
  });
});

test("CTR-02, one version said twice by one source: it says how a correction comes, and takes none by itself", () => {
  const world = tellInOrder((play) => { play.tell(so); }, { planners }), state = world.store.subjects.get("US01:order:SO-1" as SubjectId);
  const input = { subject: { ...state!.ref, id: "US01:order:SO-1" as SubjectId }, facts: state!.facts, commands: [], reference: world.store.references, policy: world.policy, now: world.store.now };
  const [remedy] = remediesOf(input, { code: "CTR-02", amount: "0", currency: null, stops: [], message: "shop says order.captured SO-1 version 1 again with other content; the first one stays" });
  expect([remedy?.why, remedy?.say({}).ok]).toEqual([expect.stringContaining("ask the sender for the same as its next version"), false]);
});

test.each<[ExceptionCode, SubjectId]>([["CTR-02", "US01:credit_account:C-1" as SubjectId], ["CTR-03", "US01:receipt:R-9" as SubjectId]])("%s, another than the system of record spoke: it says who must, and takes none by itself", (code, subject) => {
  const world = tellInOrder((play) => {
    play.tell(so, { ...credit("C-1", 9, "2026-03-02 10:00", "0.00", "0.00"), source: "zeta" }, { ...pays("R-9", "2026-03-02 10:00", "10.00", {}), source: "zeta" });
  }, { planners });
  const { subject: of, remedies } = inFront(world, code);
  expect([of, remedies.map(({ why, say }) => [why, say({}).ok])]).toEqual([subject, [[expect.stringContaining("The system of record must say the same"), false]]]);
});

describe("CRD-01, a return of more than is left to credit", () => {
  const back = (id: string, quantity: number, short: string) => [returnAuthorised(id, "SO-1", short, { 1: quantity }), returnReceived(id, "SO-1", short, [{ line: "1", item: "A", quantity }])];
  test("so much is credited, the rest is not creditable, and Q6 closes", () => {
    const world = tellInOrder((play) => { play.tell(so, left(10), ...back("RT-1", 7, "2026-03-03 10:00"), ...back("RT-2", 5, "2026-03-04 10:00")); }, { planners });
    expect(inFront(world, "CRD-01")).toMatchObject({ subject: "US01:return:RT-2", remedies: [{ verb: "reduce", target: "1", title: "Credit 3 of line 1, not 5", permission: "decision.finance", why: null }] });
    take(world, "CRD-01", "1");
    expect([raised(world), netPosted(world).lines["SO-1/1"], booked(world, "US01:return:RT-2", "not_creditable").quantity]).toEqual([[], { quantity: "0", net: "0.00" }, "2"]);
  });
  test("before its invoice there is nothing to reduce: it waits and goes on by itself", () => {
    const world = tellInOrder((play) => { play.tell(so, ...back("RT-1", 7, "2026-03-03 10:00")); play.until("2026-03-03 12:00"); }, { planners });
    expect(inFront(world, "CRD-01").remedies).toMatchObject([{ verb: "reduce", why: expect.stringContaining("waits for it") as string }]);
    world.tell(left(10, "2026-03-04 10:00"));
    expect([raised(world), netPosted(world).lines["SO-1/1"]]).toEqual([[], { quantity: "3", net: "37.50" }]);
  });
});

describe("an invoice that somebody else made in the ledger", () => {
  const byHand = (state: "posted" | "voided" = "posted", version = 1, lines: { line: string; quantity: string; net: string }[] = []) =>
    ({ ...event("ledger.document_read", at(`2026-03-02 1${version}:00`), { kind: "invoice", number: "H-1", order: "SO-1", version, state, customer: "C-1", currency: "USD", net: "125.00", tax: "10.00", total: "135.00", accountingDate: "2026-03-02", lines }, "erp"), subject: { entity: "US01", kind: "order" as const, key: "SO-1" } });
  const invoices = (world: World) => world.commands("post_invoice").map(({ state }) => state);

  test("before anything shipped: INV-03; accepted as billing in advance it waits, and is adopted for what ships: nothing is posted beside it", () => {
    const world = tellInOrder((play) => { play.tell(so, byHand("posted", 1, [{ line: "SO-1/1", quantity: "10", net: "125.00" }])); }, { planners });
    expect(inFront(world, "INV-03")).toMatchObject({ subject: "US01:order:SO-1", remedies: [{ verb: "accept_advance", target: "H-1", amount: "135.00", permission: "decision.finance", why: null }] });
    take(world, "INV-03", "H-1");
    expect(raised(world)).toEqual([]);
    world.tell(left(10));
    expect([raised(world), invoices(world)]).toEqual([["INV-05"], []]);
    take(world, "INV-05", "H-1");
    expect([raised(world), invoices(world), booked(world, "US01:order:SO-1", "invoiced").quantity], describeWorld(world)).toEqual([[], [], "10"]);
  });
  test("goods that leave in parts: none of them is billed beside it, and it cannot be the invoice of one part", () => {
    const world = tellInOrder((play) => { play.tell(so, byHand(), left(4), ships("SH-2", "2026-03-02 15:00", [{ order: "SO-1", line: "1", item: "A", quantity: 6 }])); }, { planners });
    expect([raised(world), invoices(world), inFront(world, "INV-05").remedies.map(({ verb, why }) => [verb, why?.slice(0, 57)])]).toEqual([["INV-05", "INV-05"], [], [["adopt", "It bills 125.00 before tax and what is here comes to 50.0"]]]);
    world.tell(byHand("voided", 2));
    expect([raised(world), totals(world).sort()]).toEqual([[], ["54.00", "81.00"]]);
  });
  test("reversed in the ledger it ends by itself, and what ships is billed as ever", () => {
    const world = tellInOrder((play) => { play.tell(so, byHand(), byHand("voided", 2)); }, { planners });
    expect(raised(world)).toEqual([]);
    world.tell(left(10));
    expect([raised(world), totals(world)]).toEqual([[], ["135.00"]]);
  });
  test("not accepted and goods ship: INV-05 stops ours, until one is adopted or reversed", () => {
    const made = () => tellInOrder((play) => { play.tell(so, byHand(), left(10)); }, { planners });
    const world = made();
    expect([raised(world), invoices(world)]).toEqual([["INV-05"], []]);
    take(world, "INV-05", "H-1");
    expect([raised(world), invoices(world)]).toEqual([[], []]);
    const other = made();
    other.tell(byHand("voided", 2));
    expect([raised(other), totals(other)], describeWorld(other)).toEqual([[], ["135.00"]]);
  });
  test("beside one of ours: INV-05 until the ledger has reversed it", () => {
    const world = tellInOrder((play) => { play.tell(so, left(10), byHand("posted", 5)); }, { planners });
    expect([raised(world), totals(world)]).toEqual([["INV-05"], ["135.00"]]);
    world.tell(byHand("voided", 6));
    expect(raised(world)).toEqual([]);
  });
  test("of a unit that no order has spoken of: INV-03 that ends by acceptance", () => {
    const world = tellInOrder((play) => { play.tell({ ...byHand(), subject: { entity: "US01", kind: "billing_unit", key: "SH-9/C-1/USD/net30/p1" } }); }, { planners });
    take(world, "INV-03", "H-1");
    expect(raised(world)).toEqual([]);
  });
});

describe("a return of which less comes than was authorised", () => {
  const authorised = returnAuthorised("RT-1", "SO-1", "2026-03-03 10:00", { 1: 5 });
  test("nothing: RET-02 until it is closed; what comes after all is RET-01", () => {
    const world = tellInOrder((play) => { play.tell(so, left(10), authorised); play.until("2026-04-03 12:00"); }, { planners });
    take(world, "RET-02", "RT-1");
    expect([raised(world), world.store.subjects.get("US01:return:RT-1" as SubjectId)?.plan?.summary.complete]).toEqual([[], true]);
    world.tell(returnReceived("RT-1", "SO-1", "2026-04-06 10:00", [{ line: "1", item: "A", quantity: 5 }]));
    expect(raised(world)).toEqual(["RET-01"]);
  });
  test("some of it: it is credited, and RET-01 ends once nothing more comes", () => {
    const world = tellInOrder((play) => { play.tell(so, left(10), authorised, returnReceived("RT-1", "SO-1", "2026-03-04 10:00", [{ line: "1", item: "A", quantity: 3 }])); }, { planners });
    expect([raised(world), totals(world, "credit")]).toEqual([["RET-01"], ["40.50"]]);
    take(world, "RET-01", "RT-1");
    expect([raised(world), totals(world, "credit")]).toEqual([[], ["40.50"]]);
  });
});

describe("REF-01, card money for goods that did not leave", () => {
  const refused = () => tellInOrder((play) => {
    play.tell(order("SO-1").line("1", "A", 10, "10").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00"));
    play.until("2026-03-02 09:30");
    play.tell(left(10), pays("R-1", "2026-03-02 19:00", "108.00", { "INV-1": "108.00" }, { means: "card" }));
    play.fault({ kind: "refund_payment", does: "refuse", refusal: { code: "REF-01", message: "the card was closed" } });
    play.tell(left(8, "2026-03-03 10:00", 2));
    play.decide({ rule: "CREDIT_APPROVAL" });
  }, { planners });
  const unit = "US01:billing_unit:SH-1/C-1/USD/net30/p1";
  const m6 = (world: World) => ["credit_total", "credit_refunded"].map((term) => booked(world, unit, term).amount);
  test("a person leaves it as credit, as with a return: it is not tried again and ends", () => {
    const world = refused();
    expect([raised(world), inFront(world, "REF-01").remedies.map(({ verb, target, amount }) => [verb, target, amount])], describeWorld(world)).toEqual([["REF-01"], [["on_account", "correction/SO-1/1", "21.60"]]]);
    take(world, "REF-01", "correction/SO-1/1");
    expect([raised(world), m6(world)], describeWorld(world)).toEqual([[], ["21.60", "0.00"]]);
  });
  test("or the provider is asked once more", () => {
    const world = refused();
    world.decideCommand(world.commands("refund_payment")[0]?.naturalKey ?? "", "retry");
    soundState(world);
    expect([raised(world), m6(world)], describeWorld(world)).toEqual([[], ["21.60", "21.60"]]);
  });
});

test("REF-01, a refund of ours that the provider settled in another currency: a person takes it as what was asked for", () => {
  const world = tellInOrder((play) => {
    play.tell(order("SO-1").line("1", "A", 10, "10").card(), authorised("SO-1", "AU-1", "2026-03-02 09:05", "108.00")); play.until("2026-03-02 09:30");
    play.tell(left(10), pays("CAP-1", "2026-03-02 19:00", "108.00", { "INV-1": "108.00" }, { means: "card" }), returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: 2 }), returnReceived("RMA-1", "SO-1", "2026-03-03 11:00", [{ line: "1", item: "A", quantity: 2 }]));
    play.until("2026-03-04 10:00");
  }, { planners });
  const refund = world.commands("refund_payment")[0]?.reference ?? "", at = "2026-03-04T10:30:00.000Z";
  world.tell(event("refund.settled", at, { refund, receipt: "CAP-1", version: 2, state: "settled", amount: "19.80", currency: "EUR", at }, "pay"));
  expect(world.exceptions().map(({ code, amount, message }) => [code, amount, message]), describeWorld(world)).toEqual([["REF-01", "21.60", "The refund for return RMA-1 was asked for with 21.60 USD, and the provider gave 19.80 EUR back."]]);
  take(world, "REF-01", "RMA-1");
  expect([raised(world), booked(world, "US01:return:RMA-1", "credit_refunded").amount], describeWorld(world)).toEqual([[], "21.60"]);
});

test("SLA-01, a credit of a customer on terms that found nothing open: a person leaves it as credit, of a return and of a unit alike", () => {
  const world = tellInOrder((play) => {
    play.tell(so, left(10), pays("B-1", "2026-03-02 19:00", "135.00", { "INV-1": "135.00" }));
    play.until("2026-03-03 09:00");
    play.tell(left(8, "2026-03-03 10:00", 2));
    play.decide({ rule: "CREDIT_APPROVAL" });
    play.tell(returnAuthorised("RMA-1", "SO-1", "2026-03-05 10:00", { 1: 2 }), returnReceived("RMA-1", "SO-1", "2026-03-05 10:30", [{ line: "1", item: "A", quantity: 2 }]));
    play.until("2026-03-20 09:00");
  }, { planners });
  expect(raised(world), describeWorld(world)).toEqual(["SLA-01", "SLA-01"]);
  for (const left of [1, 0]) {
    take(world, "SLA-01", parseSubjectId(inFront(world, "SLA-01").subject).key);
    expect(raised(world), describeWorld(world)).toHaveLength(left);
  }
});

describe("ORD-02, another pack in the item master after the release", () => {
  const cases = (pack: number, version: number) => item("CS", { units: [{ unit: "CASE", numerator: pack, denominator: 1 }] }, version);
  const shipped = (shipment: string, quantity: number) => ships(shipment, "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "CS", quantity }]);
  const changed = () => tellInOrder((play) => { play.tell(cases(24, 1), order("SO-1").line("1", "CS", 5, "36.00", { unit: "CASE" }), shipped("SH-1", 60), cases(12, 2)); }, { planners });
  const of = (world: World, verb: string) => { const found = inFront(world, "ORD-02").remedies.find((remedy) => remedy.verb === verb); if (!found) throw new Error(verb); return found; };
  const word = (world: World, verb: string) => { const { subject } = inFront(world, "ORD-02"), said = of(world, verb).say({}); if (!said.ok) throw new Error(said.error.message);
    for (const saying of said.value) if (saying.type === "field.overlaid") world.tell({ ...event("field.overlaid", world.store.now, { document: saying.document, path: saying.path, value: saying.value as never, decision: `D-${++count}`, reason: "seen", author: "fay" }, "person:fay"), subject: parseSubjectId(subject) });
    soundState(world); };
  test("nothing is recalled and nothing billed anew before a person says so; kept, it is asked again when the pack changes again", () => {
    const world = changed();
    expect([raised(world), world.commands("recall_release"), world.holds()], describeWorld(world)).toEqual([["ORD-02"], [], []]);
    expect(world.exceptions()[0]?.message).toBe("A CASE of CS holds 12 EA by the item master now; the order was released at 24 and stays so until somebody says otherwise");
    word(world, "keep_pack");
    expect(raised(world)).toEqual([]);
    world.tell(shipped("SH-2", 60));
    expect([netPosted(world).lines, raised(world), world.holds()], describeWorld(world)).toEqual([{ "SO-1/1": { quantity: "120", net: "180.00" } }, [], []]);
    world.tell(cases(10, 3));
    expect(raised(world)).toEqual(["ORD-02"]);
  });
  test("taken, the order is counted and priced by it", () => {
    const world = changed();
    word(world, "take_pack");
    for (const author of ["ann", "bob"]) world.decide({ rule: "CREDIT_APPROVAL", author });
    soundState(world);
    expect([netPosted(world).lines, raised(world), world.commands("recall_release").length], describeWorld(world)).toEqual([{ "SO-1/1": { quantity: "60", net: "180.00" } }, [], 1]);
  });
});

test("RET-01, goods of a return that was refused: accepted after all, they are credited once somebody else approves", () => {
  const world = tellInOrder((play) => {
    play.tell(so, left(10), returnAuthorised("RMA-1", "SO-1", "2026-03-03 10:00", { 1: 2 }, { refused: true }));
    play.until("2026-03-03 12:00"); play.tell(returnReceived("RMA-1", "SO-1", "2026-03-04 10:00", [{ line: "1", item: "A", quantity: 2 }]));
  }, { planners });
  expect([raised(world), inFront(world, "RET-01").remedies.map(({ verb, target }) => [verb, target])]).toEqual([["RET-01"], [["accept_quantity", "1"]]]);
  take(world, "RET-01", "1", { quantity: "2" });
  expect([raised(world), world.holds().map(({ message }) => message)], describeWorld(world)).toEqual([[], ["Credit of 27.00 USD for return RMA-1: its authorisation was refused."]]);
  world.decide({ rule: "CREDIT_APPROVAL" });
  expect([raised(world), totals(world, "credit")], describeWorld(world)).toEqual([[], ["27.00"]]);
});
