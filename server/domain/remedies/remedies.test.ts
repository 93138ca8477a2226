import { describe, expect, test } from "vitest";
import { prove } from "../conservation/evaluate";
import { line, state, terms, unit } from "../order-to-cash/billing-unit/fixtures";
import { codes, Rehearsal } from "../order-to-cash/billing-unit/rehearsal";
import { receiptPlanner } from "../order-to-cash/receipt";
import type { ExceptionCode } from "../exceptions";
import { at, event, order, ships } from "../../testing/world/builders";
import { tellInOrder } from "../../testing/world/play";
import type { World } from "../../testing/world/world";
import { planners } from "../planners";
import type { SubjectId } from "../subject";
import { remediesOf, type Given, type Remedy, type Saying } from ".";

const before = (rehearsal: Rehearsal, code: ExceptionCode): Remedy[] => {
  const found = rehearsal.look().exceptions.find((exception) => exception.code === code);
  if (!found) throw new Error(`no ${code}; there are ${codes(rehearsal.look().exceptions).join(", ")}`);
  return remediesOf({ subject: { ...rehearsal.subject, id: rehearsal.id }, facts: rehearsal.facts, commands: rehearsal.commands, reference: rehearsal.reference, policy: rehearsal.policy, now: rehearsal.now }, found);
};
const said = (remedy: Remedy | undefined, given: Given = {}): Saying[] => { const answer = remedy?.say(given); if (!answer?.ok) throw new Error(answer?.error.message ?? "no such remedy"); return answer.value; };
let count = 0;
const decide = (rehearsal: Rehearsal, sayings: Saying[]) => {
  for (const saying of sayings) {
    const decision = `D-${++count}`;
    if (saying.type === "field.overlaid") rehearsal.say("field.overlaid", { decision, document: saying.document, path: saying.path, value: saying.value as never, reason: "seen", author: "fay" }, "person:fay");
    else rehearsal.say("command.decided", { decision, naturalKey: saying.naturalKey, verdict: saying.verdict, ...(saying.reference ? { reference: saying.reference } : {}), author: "fay" }, "person:fay");
  }
};
const m3 = (rehearsal: Rehearsal) => prove({ movements: rehearsal.look().balances.map((row) => ({ ...row, subject: rehearsal.id, entity: "US01" })) as never, slices: [] }).filter(({ equation }) => equation === "M3").map(({ residual }) => residual);
const sentInvoice = () => {
  const rehearsal = unit(terms([line("1", "100", "12.00", "1200.00", { estimatedTax: "0.00" })], { taxExempt: true, certificateCovers: true }));
  rehearsal.run(["post_invoice"]);
  const row = rehearsal.row("post_invoice");
  if (!row) throw new Error("no post_invoice");
  return { rehearsal, row };
};
const ledger = (number: string, version = 1, more: Record<string, unknown> = {}) => ({ kind: "invoice" as const, number, version, state: "posted" as const, currency: "USD", total: "1200.00", accountingDate: "2026-03-02", ...more });

describe("INV-04, a difference that finance accepts", () => {
  test("closes M3 under its own name, and is open again when the ledger's figures change once more", () => {
    const { rehearsal, row } = sentInvoice();
    rehearsal.confirm(row, { total: "1020.00", net: "1020.00" });
    expect(m3(rehearsal)).toEqual(["180"]);
    const [accept] = before(rehearsal, "INV-04");
    expect(accept).toMatchObject({ verb: "accept_difference", target: "INV-1", amount: "180.00", permission: "decision.finance", limitedBy: "ADJUSTMENT_APPROVAL", why: null });
    decide(rehearsal, said(accept));
    expect([codes(rehearsal.run().exceptions), m3(rehearsal), state(rehearsal).invoice?.total, rehearsal.look().sentence]).toEqual([[], ["0"], "1020.00", null]);
    rehearsal.say("ledger.document_read", ledger("INV-1", 2, { total: "900.00", net: "900.00" }), "erp");
    expect(codes(rehearsal.look().exceptions)).toEqual(["INV-04"]);
  });
  test("what was voided there cannot be accepted, and says why", () => {
    const { rehearsal, row } = sentInvoice();
    rehearsal.confirm(row);
    rehearsal.say("ledger.document_read", ledger("INV-1", 2, { state: "voided" }), "erp");
    expect(before(rehearsal, "INV-04")[0]?.why).toMatch(/voided/);
  });
  test("what was billed again there in its place, under our reference, is adopted by a person", () => {
    const { rehearsal, row } = sentInvoice();
    rehearsal.confirm(row);
    rehearsal.say("ledger.document_read", ledger("INV-1", 2, { state: "voided", reference: row.payload["reference"] }), "erp");
    expect(before(rehearsal, "INV-04").map(({ verb }) => verb)).toEqual(["accept_difference"]);
    rehearsal.say("ledger.document_read", ledger("INV-2", 1, { reference: row.payload["reference"] }), "erp");
    expect(codes(rehearsal.run().exceptions)).toEqual(["INV-04"]);
    const adopt = before(rehearsal, "INV-04")[1];
    expect(adopt).toMatchObject({ verb: "adopt", target: "INV-2", why: null });
    decide(rehearsal, said(adopt));
    expect([codes(rehearsal.run().exceptions), state(rehearsal).invoice?.number, m3(rehearsal)]).toEqual([[], "INV-2", ["0"]]);
  });
});

describe("INV-05, one is adopted and the others are reversed", () => {
  test("a document of somebody else takes the place of what was about to be sent: nothing is posted beside it", () => {
    const { rehearsal } = sentInvoice();
    rehearsal.say("ledger.document_read", ledger("HAND-7"), "erp");
    rehearsal.plan();
    expect(rehearsal.row("post_invoice")?.state).toBe("withdrawn");
    decide(rehearsal, said(before(rehearsal, "INV-05")[0]));
    expect([codes(rehearsal.run().exceptions), state(rehearsal).invoice?.number, m3(rehearsal), rehearsal.row("post_invoice")?.state]).toEqual([[], "HAND-7", ["0"], "withdrawn"]);
  });
  test("ours or theirs: it stays open, and M3 with it, until the ledger reversed the other", () => {
    for (const [kept, gone] of [["INV-1", "HAND-7"], ["HAND-7", "INV-1"]] as const) {
      const { rehearsal, row } = sentInvoice();
      rehearsal.confirm(row);
      rehearsal.say("ledger.document_read", ledger("INV-1"), "erp").say("ledger.document_read", ledger("HAND-7"), "erp");
      rehearsal.run();
      const remedies = before(rehearsal, "INV-05");
      expect(remedies.map(({ target }) => target)).toEqual(["HAND-7", "INV-1"]);
      decide(rehearsal, said(remedies.find(({ target }) => target === kept)));
      expect([rehearsal.run().exceptions.map(({ message }) => message), m3(rehearsal)]).toEqual([[`${kept} was adopted; ${gone} must be reversed in the ledger.`], ["-1200"]]);
      rehearsal.say("ledger.document_read", ledger(gone, 2, { state: "voided" }), "erp");
      expect([codes(rehearsal.run().exceptions), m3(rehearsal), state(rehearsal).invoice?.number]).toEqual([[], ["0"], kept]);
    }
  });
});

describe("TEC-04, only a person can know", () => {
  test("records the number, or confirms absence; absence of one of several documents is not to be had", () => {
    const { rehearsal, row } = sentInvoice();
    rehearsal.send(row, "unknown");
    row.rejection = { code: "TEC-04", message: "cannot be searched" };
    const [record, absent] = before(rehearsal, "TEC-04");
    expect(record?.say({}).ok).toBe(false);
    expect(said(record, { reference: "INV-77" })).toEqual([{ type: "command.decided", naturalKey: row.naturalKey, verdict: "posted_by_hand", reference: "INV-77" }]);
    expect([said(absent), absent?.permission, absent?.why]).toEqual([[{ type: "command.decided", naturalKey: row.naturalKey, verdict: "confirm_absent" }], "decision.finance", null]);
    row.rejection = { code: "INV-05", message: "two documents" };
    expect(before(rehearsal, "INV-05").find(({ verb }) => verb === "confirm_absent")?.why).toMatch(/several/);
  });
});

test("INV-06: sent again once for each failure", () => {
  const { rehearsal } = sentInvoice();
  rehearsal.run();
  const bounced = (when: string) => rehearsal.say("invoice.delivered", { invoice: "INV-1", channel: "web", state: "bounced", at: when, reason: "no such address" }, "crm");
  bounced("2026-03-02T14:06:00.000Z");
  rehearsal.now = "2026-03-02T14:10:00.000Z";
  decide(rehearsal, said(before(rehearsal, "INV-06")[0]));
  expect([codes(rehearsal.run().exceptions), rehearsal.commands.filter(({ kind }) => kind === "send_invoice").length]).toEqual([[], 2]);
});

describe("PAY-01, money that fits nothing (S17)", () => {
  const item = (invoice: string, open: string) => ({ unit: `U-${invoice}`, invoice, payer: "C-1", billTo: "C-1", orders: ["O-1"], currency: "USD", total: open, open, accountingDate: "2026-02-01", dueDate: "2026-03-03", taxExempt: false, postedAt: "2026-02-01T10:00:00.000Z", disputed: "0.00", settledBy: [] });
  const paid = (remittance: { document: string; amount: string }[]) => new Rehearsal(receiptPlanner, { entity: "US01", kind: "receipt", key: "R-1" }, "2026-02-10T09:00:00.000Z")
    .say("receipt.recorded", { receipt: "R-1", version: 1, payer: "C-1", means: "check", amount: "1500.00", currency: "USD", receivedOn: "2026-02-10", remittance }, "bank").know("open_item", "INV-9", item("INV-9", "140.00"));
  const books = (rehearsal: Rehearsal) => Object.fromEntries(rehearsal.look().balances.map(({ term, amount }) => [term, amount]));

  test("matched to INV-9: 140.00 applied there, 10.00 on account by decision", () => {
    const rehearsal = paid([{ document: "INV-1", amount: "600.00" }, { document: "INV-2", amount: "750.00" }, { document: "INV-33", amount: "150.00" }]).know("open_item", "INV-1", item("INV-1", "600.00")).know("open_item", "INV-2", item("INV-2", "750.00"));
    rehearsal.run();
    const match = before(rehearsal, "PAY-01").find(({ verb }) => verb === "match");
    expect(match).toMatchObject({ target: "remittance.2", amount: "150.00", permission: "decision.finance" });
    decide(rehearsal, said(match, { document: "INV-9" }));
    expect(rehearsal.plan().wanted.filter(({ kind }) => kind === "apply_receipt").at(-1)?.payload).toMatchObject({ invoice: "INV-9", amount: "140.00" });
    expect(codes(rehearsal.look().exceptions)).toEqual([]);
  });
  test("without a word: matched by a row of its own, placed on account, or given back within what is left", () => {
    const verbs = before(paid([]), "PAY-01");
    expect(verbs.map(({ verb }) => verb)).toEqual(["match", "on_account", "refund"]);
    const matched = paid([]);
    decide(matched, said(verbs[0], { document: "INV-9" }));
    expect(matched.run().wanted.filter(({ kind }) => kind === "apply_receipt").map(({ payload }) => payload["amount"])).toEqual(["140.00"]);
    const kept = paid([]);
    decide(kept, said(verbs[1]));
    expect([codes(kept.run().exceptions), books(kept)["unapplied"]]).toEqual([[], "1500.00"]);
    const back = paid([]);
    expect(verbs[2]?.say({ amount: "1500.01" }).ok).toBe(false);
    decide(back, said(verbs[2], { amount: "1500", means: "other" }));
    expect(back.run().holds).toMatchObject([{ rule: "REFUND_APPROVAL", amount: "1500.00", preparedBy: "fay" }]);
  });
});

describe("holds placed by hand on an order", () => {
  const so = order("SO-1").line("1", "A", 10, "12.50");
  const subject = { entity: "US01", kind: "order" as const, key: "SO-1" };
  const shipped = ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]);
  test("stop the invoice of its shipments too, and let it go when they are released", () => {
    const world = tellInOrder((play) => {
      play.tell(so);
      play.tell({ ...event("hold.placed", at("2026-03-02 10:00"), { decision: "H-1", blocks: ["post_invoice"], reason: "price in dispute", author: "eve" }, "person:eve"), subject });
      play.tell(shipped);
      play.check((seen) => { expect([seen.commands("post_invoice"), [...new Set(seen.holds().map(({ rule, slot }) => `${rule} ${slot}`))]]).toEqual([[], ["MANUAL H-1"]]); });
      play.decide({ rule: "MANUAL", where: (hold) => hold.subject === "US01:order:SO-1", author: "eve" });
    }, { planners });
    expect([world.commands("post_invoice").map(({ state: of }) => of), world.holds()]).toEqual([["confirmed"], []]);
  });
});

/** What can be decided about the one exception of this code of order SO-1. */
const ofOrder = (world: World, code: ExceptionCode): Remedy[] => {
  const subject = world.store.subjects.get("US01:order:SO-1" as SubjectId), trouble = world.exceptions().find((exception) => exception.code === code);
  return subject && trouble ? remediesOf({ subject: { ...subject.ref, id: "US01:order:SO-1" as SubjectId }, facts: subject.facts, commands: world.commands().filter((row) => row.subject === "US01:order:SO-1"), reference: new Map(), policy: world.policy, now: world.store.now }, trouble) : [];
};

test("TEC-04 of an order: a release whose answer was lost, and that no look-up can find, is operations' to settle", () => {
  const world = tellInOrder((play) => { play.fault({ kind: "release_to_warehouse", does: "vanish", lookup: false }); play.tell(order("SO-1").line("1", "A", 10, "12.50")); play.until("2026-03-02 12:00"); }, { planners });
  expect(world.exceptions().map(({ code }) => code)).toContain("TEC-04");
  const absent = ofOrder(world, "TEC-04").find(({ verb }) => verb === "confirm_absent");
  expect(absent).toMatchObject({ permission: "decision.operations", why: null });
});

test("REL-01: the same goods are asked for again, once for each refusal", () => {
  const refused = (request: string, when: string) => ({ ...event("fulfilment.progressed", at(when), { order: "SO-1", request, version: 2, warehouse: "W1", state: "refused" as const, reason: "site closed", lines: [{ line: "1", released: "10" }] }, "wms"), subject: { entity: "US01", kind: "order" as const, key: "SO-1" } });
  const world = tellInOrder((play) => { play.tell(order("SO-1").line("1", "A", 10, "12.50")); play.tell(refused("SO-1-R1", "2026-03-02 10:00")); }, { planners });
  const remedies = () => ofOrder(world, "REL-01");
  const [again] = remedies();
  expect(again).toMatchObject({ verb: "send_again", target: "SO-1-R1", permission: "decision.operations" });
  world.advance("2026-03-02 11:00");
  const saying = said(again)[0];
  if (saying?.type === "command.decided") world.decideCommand(saying.naturalKey, "restart");
  expect([world.exceptions().map(({ code }) => code), world.commands("release_to_warehouse").map(({ slot }) => slot), remedies()]).toEqual([[], ["SO-1-R1", "SO-1-R2"], []]);
});

test("TEC-04 of a question: that it was asked settles nothing, so it is asked again", () => {
  const world = tellInOrder((play) => { play.fault({ kind: "estimate_tax", does: "lose", lookup: false }); play.tell(order("SO-1").line("1", "A", 10, "12.50")); play.until("2026-03-02 12:00"); }, { planners });
  expect(ofOrder(world, "TAX-01").concat(ofOrder(world, "TEC-04")).map(({ verb, why }) => [verb, why === null])).toEqual([["record", false], ["confirm_absent", true]]);
});
