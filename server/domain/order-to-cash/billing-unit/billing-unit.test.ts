import { dec } from "../../decimal";
import { addMs, minutes } from "../../instant";
import { describe, expect, test } from "vitest";
import { likenessKeys } from "../../unclaimed";
import { change, credit, invoice, line, openItem, state, terms, unit, type Line } from "./fixtures";
import { codes, rehearsalPolicy, type Rehearsal } from "./rehearsal";

describe("S01 plain order, touchless", () => {
  const start = () => unit(terms([line("1", "10", "12.50", "125.00"), line("2", "4", "33.33", "133.32")], { charges: [{ charge: "freight", order: "O-1", amount: "15.00", taxCategory: "freight" }] }));

  test("lines, freight and tax by line make 295.19, due in 30 days", () => {
    const rehearsal = start();
    const plan = rehearsal.run();
    expect(invoice(rehearsal)).toMatchObject({ net: "258.32", chargesTotal: "15.00", tax: "21.87", total: "295.19", accountingDate: "2026-03-02", dueDate: "2026-04-01", revenueDate: "2026-03-02" });
    expect(invoice(rehearsal).lines.map(({ net, tax }) => [net, tax])).toEqual([["125.00", "10.00"], ["133.32", "10.67"]]);
    expect(invoice(rehearsal).charges[0]).toMatchObject({ charge: "freight", amount: "15.00", tax: "1.20" });
    expect([codes(plan.holds), codes(plan.exceptions)]).toEqual([[], []]);
    expect(rehearsal.commands.map((row) => `${row.kind}|${row.slot}|${row.sequence}|${row.state}`).sort()).toEqual(["commit_tax||1|confirmed", "determine_tax||1|confirmed", "post_invoice||1|confirmed", "send_invoice|web|1|confirmed"]);
    expect(plan.milestones.map(({ name }) => name)).toEqual(["billing_due", "tax_determined", "invoice_posted", "tax_committed", "invoice_sent"]);
  });

  test("is posted only when it was read back; until then nothing follows", () => {
    const rehearsal = start();
    rehearsal.run(["post_invoice"]);
    const row = rehearsal.row("post_invoice");
    if (!row) throw new Error("no post_invoice");
    rehearsal.confirm(row);
    row.verifiedAt = null;
    expect(state(rehearsal)).toMatchObject({ bucket: "in_flight", frozen: true, invoice: null });
    expect(rehearsal.look().wanted.map(({ kind }) => kind)).not.toContain("commit_tax");
    row.verifiedAt = rehearsal.now;
    expect(state(rehearsal)).toMatchObject({ bucket: "posted", invoice: { number: "INV-1", total: "295.19" }, open: "295.19" });
  });

  test("a receipt settles it", () => {
    const rehearsal = start();
    rehearsal.run();
    rehearsal.hear("receipt.application", "US01:receipt:R-1", { receipt: "R-1", invoice: "INV-1", means: "bank", wanted: "295.19", applied: "295.19", writtenOff: "0.00", receivedOn: "2026-03-20", currency: "USD" }, "R-1/INV-1");
    expect(state(rehearsal)).toMatchObject({ paid: "295.19", open: "0.00" });
    expect(rehearsal.look().milestones.map(({ name }) => name)).toContain("settled");
    expect(openItem(rehearsal)).toMatchObject({ invoice: "INV-1", open: "0.00", settledBy: [{ by: "R-1", amount: "295.19" }] });
  });
});

test("an invoice below nothing is not posted, whoever asks for it: INV-01 until the order says otherwise", () => {
  const goods = [line("1", "2", "12.50", "25.00")], rehearsal = unit(terms(goods, { charges: [{ charge: "rebate", order: "O-1", amount: "-100.00", taxCategory: "goods" }] }));
  expect([codes(rehearsal.run().exceptions), rehearsal.row("post_invoice")]).toEqual([["INV-01"], undefined]);
  change(rehearsal, terms(goods));
  expect(codes(rehearsal.run().exceptions)).toEqual([]);
  expect(invoice(rehearsal)).toMatchObject({ total: "27.00" });
});

describe("payment terms", () => {
  const goods = [line("1", "10", "500.00", "5000.00")];
  test("with a cash discount have a second date, on the goods without charges and tax (S15)", () => {
    const rehearsal = unit(terms(goods, { discount: { days: 10, percent: "2" }, charges: [{ charge: "freight", order: "O-1", amount: "120.00", taxCategory: "freight" }] }));
    rehearsal.run();
    expect(invoice(rehearsal)).toMatchObject({ dueDate: "2026-04-01", earlyPayment: { until: "2026-03-12", percent: "2", base: "5000.00", amount: "100.00" } });
    expect(openItem(rehearsal)).toMatchObject({ dueDate: "2026-04-01", earlyPayment: { until: "2026-03-12", amount: "100.00" } });
  });
  test("without one have none", () => { const rehearsal = unit(terms(goods)); rehearsal.run(); expect([invoice(rehearsal).earlyPayment, openItem(rehearsal).earlyPayment]).toEqual([undefined, undefined]); });
  test("that the rules do not know post nothing, and say so, until they do", () => {
    const rehearsal = unit(terms(goods, { dueDays: null }));
    const plan = rehearsal.run();
    expect([codes(plan.exceptions), invoice(rehearsal), state(rehearsal).bucket]).toEqual([["MAP-04"], undefined, "exception"]);
    change(rehearsal, terms(goods, { dueDays: 45 }));
    expect([codes(rehearsal.run().exceptions), invoice(rehearsal).dueDate]).toEqual([[], "2026-04-16"]);
  });
});

describe("S04 price changed after release", () => {
  const at48 = terms([line("1", "20", "48.00", "960.00")], { orderVersion: 2, changedAfterRelease: { what: ["price"], before: "1000.00", after: "960.00" } });

  test("held with 1,036.80; approved it posts; (c) changed again the approval falls", () => {
    const rehearsal = unit(at48);
    expect(rehearsal.run().holds).toMatchObject([{ rule: "CHANGED_AFTER_RELEASE", amount: "1036.80" }]);
    expect(rehearsal.row("post_invoice")).toBeUndefined();
    rehearsal.decide("CHANGED_AFTER_RELEASE");
    change(rehearsal, terms([line("1", "20", "45.00", "900.00")], { orderVersion: 3, changedAfterRelease: { what: ["price"], before: "1000.00", after: "900.00" } }));
    expect(rehearsal.run().holds).toMatchObject([{ rule: "CHANGED_AFTER_RELEASE", amount: "972.00" }]);
    change(rehearsal, at48);
    rehearsal.run();
    expect(invoice(rehearsal).total).toBe("1036.80");
  });

  test("(b) after the invoice: a price adjustment credit of 43.20 waits for approval, nothing is posted again", () => {
    const rehearsal = unit(terms([line("1", "20", "50.00", "1000.00")]));
    rehearsal.run();
    change(rehearsal, terms([line("1", "20", "48.00", "960.00")], { orderVersion: 2 }));
    expect(rehearsal.run().holds).toMatchObject([{ rule: "CREDIT_APPROVAL", slot: "price/O-1/1", amount: "43.20" }]);
    rehearsal.decide("CREDIT_APPROVAL");
    rehearsal.run();
    expect(credit(rehearsal)).toMatchObject({ class: "price_adjustment", net: "40.00", tax: "3.20", total: "43.20", invoice: "INV-1" });
    expect(state(rehearsal)).toMatchObject({ open: "1036.80" });
    expect(rehearsal.run().holds).toEqual([]);
  });

  test("a higher price is proposed as a debit", () => {
    const rehearsal = unit(terms([line("1", "20", "50.00", "1000.00")]));
    rehearsal.run();
    change(rehearsal, terms([line("1", "20", "51.00", "1020.00")], { orderVersion: 2 }));
    expect(rehearsal.run().holds).toMatchObject([{ rule: "CREDIT_APPROVAL", amount: "21.60" }]);
  });
});

describe("S06 tax rate changes between order and shipment, card", () => {
  const card = (lines: Line[], captured: string, taxDate = "2026-06-29") => terms(lines, { paymentMethod: "card", authorisations: [{ reference: "AUTH-1", left: dec("1060.00").minus(captured).toFixed(2), expires: null }], estimate: { taxDate, total: "60.00", jurisdictions: [{ jurisdiction: "IL", rate: "0.06" }] } });
  const dated = (rehearsal: Rehearsal) => {
    rehearsal.rate = (question) => (question.taxDate >= "2026-07-01" ? "0.065" : "0.06");
    return rehearsal;
  };
  const answerDated = (rehearsal: Rehearsal, validFrom: string) => {
    rehearsal.run(["post_invoice"]);
    const row = rehearsal.row("determine_tax");
    if (row?.result) row.result = { ...row.result, jurisdictions: [{ jurisdiction: "IL", rate: "0.065", amount: row.result["total"], rateValidFrom: validFrom }] };
    return rehearsal;
  };

  test("first shipment 265.00 is captured; the second posts and its capture is 3.75 short", () => {
    const first = dated(unit(card([line("1", "10", "25.00", "250.00", { estimatedTax: "15.00" })], "0.00")));
    first.run();
    expect([invoice(first).total, first.row("capture_payment")?.payload["amount"]]).toEqual(["265.00", "265.00"]);
    const second = answerDated(dated(unit({ ...card([line("1", "30", "25.00", "750.00", { estimatedTax: "45.00" })], "265.00"), shippedAt: "2026-07-02T10:00:00.000Z" }, "2026-07-02T10:05:00.000Z")), "2026-07-01");
    const plan = second.run();
    expect(invoice(second).total).toBe("798.75");
    expect(plan.holds).toMatchObject([{ rule: "PAYMENT_AUTHORISATION", blocks: ["capture_payment"], evidence: { short: "3.75", available: "795.00" } }]);
    expect(second.row("capture_payment")).toBeUndefined();
    change(second, { ...card([line("1", "30", "25.00", "750.00", { estimatedTax: "45.00" })], "265.00"), shippedAt: "2026-07-02T10:00:00.000Z", authorisations: [{ reference: "AUTH-1", left: "795.00", expires: null }, { reference: "AUTH-2", left: "3.75", expires: null }] });
    expect(second.run().holds).toEqual([]);
    expect(["AUTH-1", "AUTH-2"].map((slot) => second.row("capture_payment", slot)?.payload["amount"])).toEqual(["795.00", "3.75"]);
  });

  test("nothing is captured on an authorisation that has expired, though it would cover the invoice", () => {
    const until = (expires: string) => { const made = dated(unit({ ...card([line("1", "10", "25.00", "250.00", { estimatedTax: "15.00" })], "0.00"), authorisations: [{ reference: "AUTH-1", left: "1060.00", expires }] })); const plan = made.run(); return [made.row("capture_payment")?.payload["amount"] ?? null, plan.holds.map(({ rule, evidence }) => [rule, (evidence as { available: string }).available])]; };
    expect(until("2026-03-02T14:05:00.001Z")).toEqual(["265.00", []]);
    expect(until("2026-03-02T14:05:00.000Z")).toEqual([null, [["PAYMENT_AUTHORISATION", "0.00"]]]);
    expect(until("2026-03-01T00:00:00.000Z")).toEqual([null, [["PAYMENT_AUTHORISATION", "0.00"]]]);
  });

  test("(c) a difference of 5.00 without a dated rate is TAX_VARIANCE on 1,065.00", () => {
    const rehearsal = dated(unit({ ...card([line("1", "40", "25.00", "1000.00", { estimatedTax: "60.00" })], "0.00"), shippedAt: "2026-07-02T10:00:00.000Z" }, "2026-07-02T10:05:00.000Z"));
    expect(rehearsal.run().holds).toMatchObject([{ rule: "TAX_VARIANCE", amount: "1065.00" }]);
    const explained = answerDated(dated(unit({ ...card([line("1", "40", "25.00", "1000.00", { estimatedTax: "60.00" })], "0.00"), shippedAt: "2026-07-02T10:00:00.000Z" }, "2026-07-02T10:05:00.000Z")), "2026-07-01");
    explained.run();
    expect(invoice(explained).total).toBe("1065.00");
  });
});

describe("S22 cut-off", () => {
  test("(b) a closed period holds; finance takes the next open one and the original date stays", () => {
    const rehearsal = unit(terms([line("1", "1", "4000.00", "4000.00", { estimatedTax: "0.00" })], { taxExempt: true, certificateCovers: true, shippedAt: "2026-03-31T16:30:00.000Z" }), "2026-04-02T10:00:00.000Z");
    rehearsal.know("periods", "US01", { calendar: "US01", version: 1, periods: [{ name: "2026-03", from: "2026-03-01", to: "2026-03-31", state: "soft_closed" }, { name: "2026-04", from: "2026-04-01", to: "2026-04-30", state: "open" }] });
    expect(rehearsal.run().holds).toMatchObject([{ rule: "PERIOD_CLOSED", amount: "4000.00" }]);
    rehearsal.decide("PERIOD_CLOSED", "approve", { consequence: "next_open_period" });
    rehearsal.run();
    expect(invoice(rehearsal)).toMatchObject({ accountingDate: "2026-04-01", revenueDate: "2026-03-31" });
    expect(rehearsal.row("determine_tax")?.payload["taxDate"]).toBe("2026-03-31");
  });

  test("(c) title at destination waits for delivery, which dates invoice and revenue", () => {
    const base = terms([line("1", "1", "7500.00", "7500.00")], { titleTransfer: "destination", shippedAt: "2026-03-30T10:00:00.000Z", expectedDelivery: "2026-04-02" });
    const rehearsal = unit(base, "2026-03-30T10:05:00.000Z");
    const plan = rehearsal.run();
    expect([plan.waits.length, rehearsal.commands.length, state(rehearsal).bucket, plan.nextReviewAt]).toEqual([1, 0, "waiting", "2026-04-03T00:00:00.000Z"]);
    rehearsal.now = "2026-04-03T08:00:00.000Z";
    expect(codes(rehearsal.run().holds)).toEqual(["DELIVERY_PROOF"]);
    change(rehearsal, { ...base, deliveredAt: "2026-04-02T15:00:00.000Z" });
    rehearsal.run();
    expect(invoice(rehearsal)).toMatchObject({ accountingDate: "2026-04-02", revenueDate: "2026-04-02", dueDate: "2026-05-02" });
  });
});

describe("holds of the invoice", () => {
  test("AMOUNT_LIMIT asks two different persons above 100,000, and the customer's own limit comes first", () => {
    const rehearsal = unit(terms([line("1", "1", "100000.00", "100000.00")]));
    expect(codes(rehearsal.run().holds)).toEqual(["AMOUNT_LIMIT"]);
    rehearsal.decide("AMOUNT_LIMIT", "approve", { author: "ann" });
    expect(codes(rehearsal.run().holds)).toEqual(["AMOUNT_LIMIT"]);
    rehearsal.decide("AMOUNT_LIMIT", "approve", { author: "bob" });
    expect(codes(rehearsal.run().holds)).toEqual([]);
    expect(unit(terms([line("1", "1", "200.00", "200.00")], { approvalLimit: "100.00" })).run().holds).toMatchObject([{ rule: "AMOUNT_LIMIT", amount: "216.00" }]);
  });

  test("EXEMPTION_CERTIFICATE: bill with tax, or accept a promise", () => {
    const exempt = terms([line("1", "1", "1000.00", "1000.00", { estimatedTax: "0.00" })], { taxExempt: true, estimate: { taxDate: "2026-03-01", total: "0.00", jurisdictions: [] } });
    const taxed = unit(exempt);
    expect(codes(taxed.run().holds)).toEqual(["EXEMPTION_CERTIFICATE"]);
    taxed.decide("EXEMPTION_CERTIFICATE", "approve", { consequence: "bill_with_tax" });
    taxed.run();
    expect(invoice(taxed).total).toBe("1080.00");
    const promised = unit(exempt);
    promised.run();
    promised.decide("EXEMPTION_CERTIFICATE", "approve", { consequence: "accept" });
    promised.run();
    expect(invoice(promised).total).toBe("1000.00");
  });

  test("a blocked customer is nobody's to release here", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")], { customerBlocked: true }));
    rehearsal.run();
    rehearsal.decide("CUSTOMER_BLOCKED");
    expect(codes(rehearsal.run().holds)).toEqual(["CUSTOMER_BLOCKED"]);
  });

  test("observe makes no command and no hold; propose holds each command by itself", () => {
    const observed = unit(terms([line("1", "1", "100000.00", "100000.00")], { mode: "observe" }));
    const plan = observed.run();
    expect([observed.commands.length, plan.holds, plan.exceptions]).toEqual([0, [], []]);
    const proposed = unit(terms([line("1", "1", "10.00", "10.00")]));
    proposed.policy = rehearsalPolicy("propose");
    expect(proposed.run().holds).toMatchObject([{ rule: "MODE", slot: "determine_tax//1" }]);
    proposed.decide("MODE");
    expect(proposed.run().holds).toMatchObject([{ rule: "MODE", slot: "post_invoice//1" }]);
  });

  test("a hold placed by a person stops what it names until it is lifted", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")])).say("hold.placed", { decision: "D-9", blocks: ["post_invoice"], reason: "wait for the customer", author: "bob" }, "person:bob");
    expect(rehearsal.run().holds).toMatchObject([{ rule: "MANUAL", slot: "D-9" }]);
    rehearsal.say("hold.placed", { decision: "D-10", blocks: ["post_invoice"], reason: "answered", author: "bob", lifted: true }, "person:bob");
    expect([codes(rehearsal.run().holds), rehearsal.row("post_invoice")?.state]).toEqual([[], "confirmed"]);
  });
});

describe("tax record", () => {
  test("voided where it was determined and nothing is billed any more", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.run(["post_invoice"]);
    change(rehearsal, terms([]));
    rehearsal.run();
    expect([rehearsal.row("void_tax")?.state, rehearsal.row("post_invoice")?.state, rehearsal.look().sentence]).toEqual(["confirmed", "withdrawn", null]);
  });

  test("billed again after that, it is determined under another name, for a voided record is done with", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.run(["post_invoice"]);
    change(rehearsal, terms([]));
    rehearsal.run();
    change(rehearsal, terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.run();
    const voided = String(rehearsal.row("void_tax")?.payload["document"]);
    expect([rehearsal.row("determine_tax")?.payload["reference"], rehearsal.row("commit_tax")?.payload["document"], rehearsal.row("commit_tax")?.state, codes(rehearsal.look().exceptions)]).toEqual([`${voided}.2`, `${voided}.2`, "confirmed", []]);
  });

  test("an answer with a line that was not asked for is none: TAX-01, and nothing is posted", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.plan();
    const asked = rehearsal.row("determine_tax");
    rehearsal.confirm(asked!, { lines: [{ line: (asked!.payload["lines"] as { line: string }[])[0]!.line, tax: "0.80" }, { line: "SO-9/1/SH-9/1", tax: "0.40" }], total: "1.20" });
    expect([codes(rehearsal.run().exceptions), rehearsal.row("post_invoice"), rehearsal.look().exceptions[0]?.message]).toEqual([["TAX-01"], undefined, "The tax service answers for SO-9/1/SH-9/1, which it was not asked for."]);
  });

  test("what the service says by itself of one whose answer was lost is committed by the name it was asked under, not by that of the voided one", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.run(["post_invoice"]);
    change(rehearsal, terms([]));
    rehearsal.run();
    change(rehearsal, terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.plan();
    const asked = rehearsal.row("determine_tax")!, { reference, basis, lines } = asked.payload as { reference: string; basis: string; lines: { line: string }[] };
    Object.assign(asked, { state: "confirmed", result: null, confirmedAt: rehearsal.now, reference: "by hand" });
    rehearsal.say("tax.determined", { kind: "final", document: reference, basis, taxDate: "2026-03-02", currency: "USD", lines: [{ line: lines[0]!.line, tax: "0.80" }], total: "0.80", jurisdictions: [] });
    rehearsal.run();
    expect([reference.endsWith(".2"), rehearsal.row("commit_tax")?.payload["document"]]).toEqual([true, reference]);
  });

  test("one that a person recorded as done, without what it says, asks for no review that has passed", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.plan();
    Object.assign(rehearsal.row("determine_tax")!, { state: "confirmed", result: null, confirmedAt: rehearsal.now, reference: "by hand" });
    for (const later of [0, 60, 24 * 60]) {
      rehearsal.now = addMs(rehearsal.now, minutes(later));
      const { nextReviewAt } = rehearsal.look();
      expect(nextReviewAt === null || nextReviewAt > rehearsal.now, `${later} min`).toBe(true);
    }
  });

  test("a changed content is asked again; TAX-02 when the records disagree", () => {
    const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")]));
    rehearsal.run(["post_invoice"]);
    change(rehearsal, terms([line("1", "1", "20.00", "20.00")]));
    rehearsal.run();
    expect([rehearsal.row("determine_tax")?.sequence, invoice(rehearsal).total]).toEqual([2, "21.60"]);
    rehearsal.say("tax.record_changed", { document: String(rehearsal.row("determine_tax")?.result?.["document"]), state: "committed", total: "1.50", version: 2 }, "tax");
    expect(codes(rehearsal.look().exceptions)).toEqual(["TAX-02"]);
  });
});

test("what somebody made beside an invoice that a person took as it stands is said, and takes nothing back of that", () => {
  const rehearsal = unit(terms([line("1", "1", "10.00", "10.00")], { order: "SO-100" })), taken = () => [state(rehearsal).invoice?.number, codes(rehearsal.look().exceptions)];
  rehearsal.run(["post_invoice"]);
  rehearsal.confirm(rehearsal.row("post_invoice")!, { dueDate: "2026-05-05" });
  rehearsal.say("field.overlaid", { document: rehearsal.subject.key, path: "adopted", value: "INV-1", decision: "A-1", reason: "seen", author: "fay" }, "person:fay");
  expect(taken()).toEqual(["INV-1", []]);
  const document = { kind: "invoice", number: "H-1", version: 1, state: "posted", customer: "C-1", currency: "USD", net: "10.00", tax: "0.80", total: "10.80", accountingDate: "2026-03-02", text: "your order SO-100", lines: [] };
  for (const { topic, key } of likenessKeys({ customers: [], currency: "USD", amount: dec("10"), names: ["SO-100"] })) rehearsal.know(topic, key, [{ document, source: "erp", occurredAt: rehearsal.now, recordedAt: rehearsal.now, claimedBy: null, changed: [] }]);
  expect(taken()).toEqual(["INV-1", ["INV-05"]]);
});
