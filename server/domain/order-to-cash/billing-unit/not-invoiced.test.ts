import { describe, expect, test } from "vitest";
import { line, terms, unit } from "./fixtures";
import { codes } from "./rehearsal";

/** Due on Monday 14:00: four business hours end on Tuesday 09:00. */
const due = () => unit(terms([line("1", "10", "12.50", "125.00")]), "2026-03-02T14:00:00.000Z");

describe("INV-02: shipped, due, and nothing has moved for four business hours", () => {
  test("is found by itself once the limit has passed, and ends with the next step", () => {
    const rehearsal = due();
    expect(rehearsal.run(["post_invoice"]).nextReviewAt).toBe("2026-03-03T09:00:00.000Z");
    rehearsal.now = "2026-03-03T08:59:00.000Z";
    expect(codes(rehearsal.look().exceptions)).toEqual([]);
    rehearsal.now = "2026-03-03T09:00:00.000Z";
    const plan = rehearsal.look();
    expect(plan.exceptions).toMatchObject([{ code: "INV-02", fingerprint: { connector: "finance", code: "post_invoice" }, stops: [], amount: "135.00", currency: "USD", since: "2026-03-03T09:00:00.000Z" }]);
    expect(plan.summary.amounts["exception"]).toBe("0.00");
    expect(codes(rehearsal.run().exceptions)).toEqual([]);
  });
  test("the tax service that was never asked is named", () => {
    const rehearsal = due();
    rehearsal.run(["determine_tax"]);
    rehearsal.now = "2026-03-03T09:00:00.000Z";
    expect(rehearsal.look().exceptions).toMatchObject([{ code: "INV-02", fingerprint: { connector: "tax", code: "determine_tax" } }]);
  });
  test("a ledger that cannot be reached explains it (TEC-01), and is looked at again: once it answers and nothing moves, it is found", () => {
    const rehearsal = due();
    rehearsal.run(["post_invoice"]);
    rehearsal.now = "2026-03-03T09:30:00.000Z";
    rehearsal.connectorsDown = new Set(["finance"]);
    expect([codes(rehearsal.look().exceptions), rehearsal.look().nextReviewAt]).toEqual([[], "2026-03-03T09:45:00.000Z"]);
    rehearsal.connectorsDown = new Set(["tax"]);
    expect(codes(rehearsal.look().exceptions)).toEqual(["INV-02"]);
  });
  test("a hold, a refusal or a call under way explains it", () => {
    const held = due();
    held.policy = { ...held.policy, invoiceApprovalAbove: "100" };
    held.run();
    held.now = "2026-03-04T12:00:00.000Z";
    expect([codes(held.look().holds), codes(held.look().exceptions)]).toEqual([["AMOUNT_LIMIT"], []]);
    held.decide("AMOUNT_LIMIT");
    expect(codes(held.look().exceptions)).toEqual([]);
    const refused = due();
    refused.run(["post_invoice"]);
    const row = refused.row("post_invoice");
    if (!row) throw new Error("no post_invoice");
    refused.refuse(row, "INV-01:customer_blocked");
    refused.now = "2026-03-04T12:00:00.000Z";
    expect(codes(refused.look().exceptions)).toEqual(["INV-01"]);
    Object.assign(row, { state: "wanted", rejection: null });
    expect(codes(refused.look().exceptions)).toEqual([]);
  });
});
