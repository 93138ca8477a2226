import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, changesOf } from "../commands";
import { dec, sumOf } from "../decimal";
import type { CommandPayloads } from "../payloads";
import type { CreditApplication, OpenItem, ReturnBasis } from "../publications";
import { codes, Rehearsal } from "../order-to-cash/billing-unit/rehearsal";
import { returnPlanner } from ".";
import { allocate } from "./allocation";

type Billed = ReturnBasis["billed"][number];
const billed = (invoice: string, quantity: string, net: string, tax: string, more: Partial<Billed> = {}): Billed => ({ unit: `U-${invoice}`, invoice, accountingDate: "2026-01-28", taxDocument: `U-${invoice}#1`, line: "1", key: `O-1/1/${invoice}/1`, item: "A", quantity, net, tax, creditedQuantity: "0", creditedNet: "0.00", creditedTax: "0.00", price: "8.40", taxCategory: "goods", ...more });
const basis = (rows: Billed[], more: Partial<ReturnBasis> = {}): ReturnBasis => ({ order: "O-1", currency: "USD", billTo: "C-1", payer: "C-1", customerName: "Customer 1", creditAccount: "C-1", taxState: "IL", paymentMethod: "terms", billed: rows, ...more });
const openItem = (invoice: string, open: string, more: Partial<OpenItem> = {}): OpenItem => ({ unit: `U-${invoice}`, invoice, payer: "C-1", billTo: "C-1", orders: ["O-1"], currency: "USD", total: open, open, accountingDate: "2026-01-28", dueDate: "2026-02-27", taxExempt: false, postedAt: "2026-01-28T10:00:00.000Z", disputed: "0.00", settledBy: [], ...more });
const back = (now = "2026-02-24T10:00:00.000Z") => new Rehearsal(returnPlanner, { entity: "US01", kind: "return", key: "RT-1" }, now).know("item", "A", { item: "A", version: 1, state: "active", baseUnit: "EA" });
const authorise = (rehearsal: Rehearsal, quantity: string, more: { kind?: "credit" | "credit_without_goods" | "refused_delivery"; expires?: string } = {}) => rehearsal.say("return.authorised", { return: "RT-1", version: 1, order: "O-1", requestedAt: "2026-02-20T09:00:00.000Z", authorisedAt: "2026-02-20T10:00:00.000Z", lines: [{ line: "1", quantity }], ...more }, "wms");
const receive = (rehearsal: Rehearsal, quantity: string, disposition: "restock" | "scrap" | "sent_back" | null = "restock", version = 1) => rehearsal.say("return.received", { return: "RT-1", version, order: "O-1", receivedAt: "2026-02-24T09:00:00.000Z", lines: [{ line: "1", item: "A", quantity, ...(disposition ? { disposition } : {}) }] }, "wms");
const tell = (rehearsal: Rehearsal, value: ReturnBasis) => rehearsal.hear("return.basis", "US01:order:O-1", value, "O-1");
const credit = (rehearsal: Rehearsal) => rehearsal.row("post_credit")?.payload as unknown as CommandPayloads["post_credit"];
const books = (rehearsal: Rehearsal) => Object.fromEntries(rehearsal.look().balances.map(({ term, quantity, amount }) => [term, dec(quantity).isZero() ? amount : quantity]));

describe("S03 return of 15 of 60 in another period", () => {
  const start = () => tell(receive(authorise(back(), "15"), "15"), basis([billed("INV-1", "60", "504.00", "35.28")])).know("open_item", "INV-1", openItem("INV-1", "139.28"));

  test("126.00 + tax at the original 7 % 8.82 = 134.82, dated when it came back, applied to the invoice", () => {
    const rehearsal = start();
    const plan = rehearsal.run();
    expect(credit(rehearsal)).toMatchObject({ class: "return", invoice: "INV-1", net: "126.00", tax: "8.82", total: "134.82", accountingDate: "2026-02-24", taxDate: "2026-01-28", lines: [{ quantity: "15" }] });
    expect([codes(plan.holds), codes(plan.exceptions), rehearsal.row("post_credit")?.slot]).toEqual([[], [], "RT-1"]);
    expect(plan.publications.find(({ topic }) => topic === "credit.application")).toMatchObject({ to: { kind: "billing_unit", key: "U-INV-1" }, data: { amount: "134.82", credit: "CM-1", lines: [{ quantity: "15", net: "126.00", tax: "8.82" }] } });
    expect(plan.publications.find(({ topic }) => topic === "return.state")).toMatchObject({ data: { state: "settled", lines: [{ credited: "15", creditedNet: "126.00", creditedTax: "8.82" }] } });
    expect(plan.milestones.map(({ name }) => name)).toEqual(["return_requested", "return_authorised", "return_received", "inspected", "credit_due", "credit_posted", "credit_settled"]);
    expect(books(rehearsal)).toMatchObject({ returned: "15", restocked: "15", credited: "15", credit_total: "134.82", credit_applied_out: "134.82" });
    expect(plan.slices).toEqual([]);
  });

  test("the unit's and the order's answers change nothing: no second credit", () => {
    const rehearsal = start();
    rehearsal.run();
    rehearsal.know("open_item", "INV-1", { ...openItem("INV-1", "4.46"), settledBy: [{ kind: "credit", by: "RT-1", wanted: "134.82", amount: "134.82", writtenOff: "0.00", at: "2026-02-24", means: null }] });
    tell(rehearsal, basis([billed("INV-1", "60", "504.00", "35.28", { creditedQuantity: "15", creditedNet: "126.00", creditedTax: "8.82" })]));
    receive(rehearsal, "15");
    const plan = rehearsal.run();
    expect([rehearsal.commands.map(({ kind }) => kind), (plan.publications.find(({ topic }) => topic === "credit.application")?.data as CreditApplication).amount]).toEqual([["post_credit", "apply_credit"], "134.82"]);
    expect(changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set())).toEqual([]);
  });

  test("its tax is taken off the invoice's tax record, once the credit was read back and only then", () => {
    const tax = { document: "U-INV-1/r1", customer: "C-9", shipTo: { country: "US", state: "IL" }, taxDate: "2026-01-28" };
    const rehearsal = start().know("open_item", "INV-1", openItem("INV-1", "139.28", { tax }));
    rehearsal.plan();
    const posting = rehearsal.row("post_credit");
    if (!posting) throw new Error("no credit");
    rehearsal.confirm(posting);
    posting.verifiedAt = null;
    expect(rehearsal.look().wanted.map(({ kind }) => kind)).not.toContain("return_tax");
    posting.verifiedAt = rehearsal.now;
    const plan = rehearsal.run();
    expect(rehearsal.row("return_tax")).toMatchObject({ slot: "RT-1", sequence: 1, state: "confirmed", payload: {
      reference: "return_tax|US01:return:RT-1|RT-1|1", original: "U-INV-1/r1", invoice: "INV-1", credit: "CM-1", customer: "C-9", taxDate: "2026-01-28", lines: [{ item: "A", quantity: "15", net: "126.00", tax: "8.82" }], total: "8.82",
    } });
    expect([codes(plan.exceptions), changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set())]).toEqual([[], []]);
    const returned = rehearsal.row("return_tax");
    if (returned) returned.result = { state: "committed", total: "8.81" };
    expect(rehearsal.look().exceptions).toMatchObject([{ code: "TAX-02", amount: "0.01" }]);
  });

  test("before the order: a wait, SEQ-01 after 30 minutes; before the invoice: a wait, then CRD-01; then the same", () => {
    const rehearsal = receive(authorise(back(), "15"), "15").know("open_item", "INV-1", openItem("INV-1", "539.28"));
    expect([codes(rehearsal.run().exceptions), rehearsal.look().waits.length]).toEqual([[], 1]);
    rehearsal.now = "2026-02-24T10:30:00.000Z";
    expect(codes(rehearsal.run().exceptions)).toEqual(["SEQ-01"]);
    tell(rehearsal, basis([]));
    expect(codes(rehearsal.run().exceptions)).toEqual(["CRD-01"]);
    tell(rehearsal, basis([billed("INV-1", "60", "504.00", "35.28")]));
    expect([codes(rehearsal.run().exceptions), credit(rehearsal).total]).toEqual([[], "134.82"]);
  });
});

describe("what may be credited", () => {
  test("oldest invoice first, one credit for each, never above what is left (CRD-01)", () => {
    const rehearsal = tell(receive(authorise(back(), "12"), "12"), basis([billed("INV-2", "5", "50.00", "4.00", { accountingDate: "2026-02-01" }), billed("INV-1", "5", "50.00", "4.00", { creditedQuantity: "1", creditedNet: "10.00", creditedTax: "0.80" })]));
    const plan = rehearsal.run();
    expect(rehearsal.commands.filter(({ kind }) => kind === "post_credit").map((row) => [row.slot, row.payload["invoice"], row.payload["total"]]).sort()).toEqual([["RT-1", "INV-1", "43.20"], ["RT-1/INV-2", "INV-2", "54.00"]]);
    expect(codes(plan.exceptions)).toEqual([]);
    tell(rehearsal, basis([billed("INV-2", "5", "50.00", "4.00", { accountingDate: "2026-02-01", creditedQuantity: "5", creditedNet: "50.00", creditedTax: "4.00" }), billed("INV-1", "5", "50.00", "4.00", { creditedQuantity: "5", creditedNet: "50.00", creditedTax: "4.00" })]));
    expect(rehearsal.run().exceptions).toMatchObject([{ code: "CRD-01" }]);
    expect(rehearsal.look().slices.filter(({ stage }) => stage !== "credit_settle")).toMatchObject([{ bucket: "exception", quantity: "3" }]);
  });

  test("a price adjustment given before lowers the value of each unit", () => {
    const { parts } = allocate(basis([billed("INV-1", "20", "1000.00", "80.00", { creditedNet: "40.00", creditedTax: "3.20" })]), "1", dec(10));
    expect([parts[0]?.net.toFixed(2), parts[0]?.tax.toFixed(2)]).toEqual(["480.00", "38.40"]);
  });

  test("above 1,000, without goods, or without authorisation it waits in CREDIT_APPROVAL", () => {
    const big = tell(receive(authorise(back(), "200"), "200"), basis([billed("INV-1", "200", "1680.00", "117.60")]));
    expect(big.run().holds).toMatchObject([{ rule: "CREDIT_APPROVAL", amount: "1797.60" }]);
    const goodwill = tell(authorise(back(), "2", { kind: "credit_without_goods" }), basis([billed("INV-1", "60", "504.00", "35.28")]));
    expect(codes(goodwill.run().holds)).toEqual(["CREDIT_APPROVAL"]);
    goodwill.decide("CREDIT_APPROVAL");
    goodwill.run();
    expect(credit(goodwill).total).toBe("17.98");
  });

  test("goods sent back are not creditable; goods not inspected wait, and are CRD-02 after two business days", () => {
    const sent = tell(receive(authorise(back(), "15"), "15", "sent_back"), basis([billed("INV-1", "60", "504.00", "35.28")]));
    sent.run();
    expect([sent.commands, books(sent)]).toMatchObject([[], { returned: "15", not_creditable: "15", sent_back: "15" }]);
    const raw = tell(receive(authorise(back(), "15"), "15", null), basis([billed("INV-1", "60", "504.00", "35.28")]));
    expect(raw.run().slices).toMatchObject([{ stage: "inspect", bucket: "waiting", holder: "warehouse" }]);
    raw.now = "2026-02-26T10:00:00.000Z";
    expect(codes(raw.run().exceptions)).toEqual(["CRD-02"]);
  });
});

describe("RET-01 and RET-02", () => {
  test("more than authorised: the authorised part is credited, the rest waits until accepted", () => {
    const rehearsal = tell(receive(authorise(back(), "10"), "15"), basis([billed("INV-1", "60", "504.00", "35.28")]));
    expect([codes(rehearsal.run().exceptions), credit(rehearsal).lines[0]?.quantity]).toEqual([["RET-01"], "10"]);
    rehearsal.say("field.overlaid", { decision: "D-1", document: "RT-1", path: "accepted.1", value: "15", reason: "customer counted wrong", author: "rita" }, "person:rita");
    tell(rehearsal, basis([billed("INV-1", "60", "504.00", "35.28", { creditedQuantity: "10", creditedNet: "84.00", creditedTax: "5.88" })]));
    const plan = rehearsal.run();
    expect([codes(plan.exceptions), rehearsal.commands.map((row) => [row.slot, row.payload["total"]])]).toEqual([[], [["RT-1", "89.88"], ["RT-1/2", "44.94"]]]);
  });

  test("fewer only tells; nothing back by the expiry is RET-02", () => {
    const fewer = tell(receive(authorise(back(), "15"), "10"), basis([billed("INV-1", "60", "504.00", "35.28")]));
    expect([codes(fewer.run().exceptions), credit(fewer).lines[0]?.quantity]).toEqual([["RET-01"], "10"]);
    const never = tell(authorise(back(), "15", { expires: "2026-03-20T00:00:00.000Z" }), basis([]));
    expect([codes(never.run().exceptions), never.look().nextReviewAt]).toEqual([[], "2026-03-20T00:00:00.000Z"]);
    never.now = "2026-03-20T00:00:00.000Z";
    expect(codes(never.run().exceptions)).toEqual(["RET-02"]);
  });
});

describe("card", () => {
  const paid = (quantity: string, net: string, tax: string) => tell(receive(authorise(back(), quantity), quantity), basis([billed("INV-1", quantity, net, tax)], { paymentMethod: "card" }))
    .know("open_item", "INV-1", openItem("INV-1", "0.00", { captures: [{ capture: "CAP-1", amount: dec(net).plus(tax).toFixed(2) }], settledBy: [{ kind: "receipt", by: "R-1", wanted: "54.00", amount: dec(net).plus(tax).toFixed(2), writtenOff: "0.00", at: "2026-02-01", means: "card" }] }));

  test("the rest goes back by the same card without a hold up to 500, above it with one", () => {
    const small = paid("5", "50.00", "4.00");
    expect([codes(small.run().holds), small.row("refund_payment")?.payload]).toMatchObject([[], { amount: "54.00", capture: "CAP-1", receipt: "R-1" }]);
    expect(books(small)).toMatchObject({ credit_total: "54.00", credit_refunded: "54.00" });
    const large = paid("50", "500.00", "40.00");
    expect(large.run().holds).toMatchObject([{ rule: "REFUND_APPROVAL", amount: "540.00" }]);
  });

  test("money taken by card whose receipt has not come is not credited on the invoice but given back", () => {
    const rehearsal = paid("5", "50.00", "4.00").know("open_item", "INV-1", openItem("INV-1", "54.00", { captures: [{ capture: "CAP-1", amount: "54.00" }] }));
    const plan = rehearsal.run();
    expect([(plan.publications.find(({ topic }) => topic === "credit.application")?.data as CreditApplication).amount, rehearsal.row("refund_payment")?.payload["amount"]]).toEqual(["0.00", "54.00"]);
  });
});

test("property: the parts of a line sum to what was invoiced, to the cent and never above it", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 99999 }), fc.integer({ min: 0, max: 9999 }), fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 8 }), (quantity, net, tax, takes) => {
    let row = billed("INV-1", String(quantity), (net / 100).toFixed(2), (tax / 100).toFixed(2));
    for (const take of [...takes, quantity]) {
      const { parts, left } = allocate(basis([row]), "1", dec(take));
      const got = { quantity: sumOf(parts, (part) => part.quantity), net: sumOf(parts, (part) => part.net), tax: sumOf(parts, (part) => part.tax) };
      expect(got.quantity.plus(left).eq(take)).toBe(true);
      expect(got.net.gte(0) && got.tax.gte(0)).toBe(true);
      row = { ...row, creditedQuantity: dec(row.creditedQuantity).plus(got.quantity).toFixed(), creditedNet: dec(row.creditedNet).plus(got.net).toFixed(2), creditedTax: dec(row.creditedTax).plus(got.tax).toFixed(2) };
      expect(dec(row.creditedNet).lte(row.net) && dec(row.creditedTax).lte(row.tax)).toBe(true);
    }
    expect([row.creditedQuantity, row.creditedNet, row.creditedTax]).toEqual([row.quantity, row.net, row.tax]);
  }), { numRuns: 200 });
}, 60_000);

test("property: facts in any order give the same plan, and planning again adds nothing", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (given, came) => {
    const rehearsal = tell(receive(authorise(back(), String(given)), String(came)), basis([billed("INV-1", "60", "504.00", "35.28")])).know("open_item", "INV-1", openItem("INV-1", "100.00"));
    const plan = rehearsal.run();
    expect(canonicalJson(rehearsal.look([...rehearsal.facts].reverse()))).toBe(canonicalJson(plan));
    expect(changesOf(rehearsal.id, plan.wanted, rehearsal.commands, new Set())).toEqual([]);
  }), { numRuns: 60 });
}, 60_000);
