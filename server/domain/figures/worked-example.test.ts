import { describe, expect, test } from "vitest";
import { unexplainedDifference } from "../conservation/evaluate";
import type { SliceRow } from "../conservation/rows";
import { hours, type Instant } from "../instant";
import type { BusinessCalendar } from "../policy";
import type { SubjectId } from "../subject";
import { moneyHeld, shippedNotInvoicedNow } from "./amounts";
import { holderIntervals, type Claim } from "./holders";
import { ageingMatrix, orderAgeMs, ordersInFlight, touchlessRate, type OrderRow, type Touch } from "./orders";
import { invoiceCycleTime, postingLatency, type PostingRow } from "./posting";

/** The worked example of domain.md 2.6, to the number: calendar Monday to Friday 08:00–17:00, now Wednesday 17:00. */
const calendar: BusinessCalendar = { zone: "UTC", workdays: [1, 2, 3, 4, 5], opens: 480, closes: 1020, holidays: [] };
const day = { Mon: "2026-03-09", Tue: "2026-03-10", Wed: "2026-03-11" };
const t = (short: string): Instant => { const [name = "Mon", clock = ""] = short.split(" "); return `${day[name as keyof typeof day]}T${clock}:00.000Z`; };
const now = t("Wed 17:00"), week = { from: "2026-03-09T00:00:00.000Z", to: "2026-03-16T00:00:00.000Z" };

const orderRow = (order: string, placed: string, value: string, complete: string | null, more: Partial<OrderRow> = {}): OrderRow => ({
  order, placed: t(placed), blanket: false, scheduledFor: null, completeAt: complete === null ? null : t(complete), cancelledAt: null, cancelledBeforeRelease: false,
  stage: null, stageSince: null, stageDue: null, value, currency: "USD", touches: [], ...more,
});
const touch = (at: string, what: Touch["what"], byPolicy: boolean): Touch => ({ at: t(at), what, byPolicy });
const orders = [
  orderRow("W1", "Mon 09:00", "0", "Mon 14:01"),
  orderRow("W2", "Mon 10:00", "0", "Tue 15:02", { touches: [touch("Tue 15:00", "hold_released", true)] }),
  orderRow("W3", "Mon 11:00", "0", "Wed 11:30", { touches: [touch("Wed 11:29", "restart", false)] }),
  orderRow("W4", "Tue 09:00", "400.00", null, { stage: "post", stageSince: t("Wed 12:00") }),
  orderRow("W5", "Wed 08:00", "500.00", null, { stage: "approve", stageSince: t("Wed 08:00") }),
];

const posting = (document: string, placed: string, due: string, posted: string | null, sent: string | null, claims: Claim[]): PostingRow => ({
  document, kind: "invoice", placed: t(placed), billingDue: t(due), posted: posted === null ? null : t(posted), sent: sent === null ? null : t(sent), sendingKnown: true,
  holders: holderIntervals({ from: t(due), to: posted === null ? now : t(posted) }, "tower", claims),
});
const claim = (by: Claim["by"], holder: Claim["holder"], from: string, to: string | null): Claim => ({ by, holder, from: t(from), to: to === null ? null : t(to) });
const postings = [
  posting("W1", "Mon 09:00", "Mon 14:00", "Mon 14:01", "Mon 14:02", []),
  posting("W2", "Mon 10:00", "Tue 10:00", "Tue 15:02", "Tue 15:10", [claim("hold", "billing", "Tue 10:00", "Tue 15:00")]),
  posting("W3", "Mon 11:00", "Wed 09:00", "Wed 11:30", "Wed 11:31", [claim("exception", "billing", "Wed 09:01", "Wed 11:29")]),
  posting("W4", "Tue 09:00", "Wed 12:00", null, null, [claim("exception", "integration", "Wed 11:50", null)]),
];

describe("the worked example W1 to W5", () => {
  test("orders in flight 2: W4 and W5", () => { expect(ordersInFlight(orders, now)).toMatchObject({ count: 2, orders: [{ order: "W4" }, { order: "W5" }], blankets: 0, scheduled: 0 }); });
  test.each([["W4", 32, 17], ["W5", 9, 9]])("order age %s: %i h wall, %i business h", (order, wall, business) => {
    const row = orders.find((candidate) => candidate.order === order);
    expect(row && orderAgeMs(row, now)).toBe(hours(wall));
    expect(row && orderAgeMs(row, now, calendar)).toBe(hours(business));
  });
  test("posting latency gross p50 150, p95 302; net p50 2, p95 2; open 1, oldest 300 min", () => {
    expect(postingLatency(postings, "invoice", week, now, 240)).toEqual({
      gross: { count: 3, p50: 150, p95: 302 }, net: { count: 3, p50: 2, p95: 2 }, open: { count: 1, oldestMinutes: 300, pastLimit: 1, documents: ["W4"] },
    });
    const each = postings.slice(0, 3).map((row) => postingLatency([row], "invoice", week, now, 240));
    expect(each.map((latency) => latency.gross.p50)).toEqual([1, 302, 150]);
    expect(each.map((latency) => latency.net.p50)).toEqual([1, 2, 2]);
  });
  test("invoice cycle time 2, 151, 310 min, median 151", () => {
    expect(invoiceCycleTime(postings, week).dueToSent).toEqual({ count: 3, p50: 151, p95: 310 });
    expect(invoiceCycleTime(postings.slice(0, 1), week).dueToSent.p50).toBe(2);
  });
  test("touchless 1 of 3; without policy approvals 2 of 3", () => { expect(touchlessRate(orders, week)).toMatchObject({ complete: 3, touchless: 1, withoutPolicyApprovals: 2, rate: 1 / 3 }); });
  test("money held 540.00", () => {
    const held = moneyHeld([{ subject: "W5", what: "order", amount: "540.00", currency: "USD", holds: [{ rule: "CREDIT_LIMIT", since: t("Wed 08:00") }], stoppedByException: false }]);
    expect(held).toEqual([{ currency: "USD", held: "540", alsoOnHold: "0", byReason: [{ rule: "CREDIT_LIMIT", amount: "540", count: 1 }] }]);
  });
  test("shipped not invoiced 400.00, all in exception because the ERP cannot be reached", () => {
    const w4: SliceRow = { subject: "US01:order:W4" as SubjectId, key: "1", line: "1", stage: "post", bucket: "in_flight", quantity: "1", amount: "400.00", charges: "0", tax: "32.00", currency: "USD", holder: "target:erp", since: t("Wed 12:00"), dueAt: null, document: null };
    expect(shippedNotInvoicedNow([w4], new Set(["erp"]))).toEqual([{ currency: "USD", total: "400", wait: "0", held: "0", exception: "400", inFlight: "0", orders: 1 }]);
  });
  test("ageing matrix: W5 approves for 4–24 h, W4 posts for 4–24 h; unexplained 0", () => {
    const { aged } = ageingMatrix(orders, now);
    expect(aged.map((row) => [row.stage, row.cells.map((cell) => cell.count)])).toEqual([["approve", [0, 0, 1, 0, 0, 0]], ["post", [0, 0, 1, 0, 0, 0]]]);
    expect(aged[1]?.cells[2]).toEqual({ count: 1, value: "400", orders: ["W4"] });
    expect(unexplainedDifference([])).toEqual({ pieces: "0", money: [] });
  });
});
