import { expect, test } from "vitest";
import { testPolicy } from "../../../testing/world/defaults";
import type { Fact } from "../../facts";
import { addMs, type Instant } from "../../instant";
import type { Plan } from "../../plan";
import type { CreditAnswer, CreditRequest, ReceiptInHand } from "../../publications";
import { subjectId } from "../../subject";
import { creditAccountPlanner } from ".";

const subject = { entity: "US01", kind: "credit_account" as const, key: "C-1" };
const id = subjectId(subject);
const morning = "2026-03-02T09:00:00.000Z";
const fact = (type: string, source: string, document: string, data: unknown, version = 1): Fact => ({ subject: id, shape: "register", type, source, document, group: type, version, occurredAt: morning, recordedAt: morning, data });
const position = (openReceivables: string, limit = "10000.00") => fact("credit.positioned", "erp", "C-1", { account: "C-1", version: 1, currency: "USD", limit, openReceivables, unappliedReceipts: "0", openCredits: "0", overdue: "0", asOf: "2026-03-01T00:00:00.000Z" });
const asks = (order: string, openValue: string, more: Partial<CreditRequest> = {}): Fact =>
  fact("published.credit.request", `US01:order:${order}`, order, { order, placed: morning, currency: "USD", state: "undecided", openValue, releasedNotShipped: "0", shippedNotInvoiced: "0", dueToShip: "2026-03-02", ...more } satisfies CreditRequest);
const inHand = (amount: string, posted: boolean): Fact => fact("published.receipt.in_hand", "US01:receipt:R", "R", { receipt: "R", received: amount, amount, unapplied: amount, currency: "USD", receivedAt: "2026-03-02T09:10:00.000Z", posted, postedAt: posted ? "2026-03-02T09:11:00.000Z" : null } satisfies ReceiptInHand, posted ? 2 : 1);
const plan = (facts: Fact[], now: Instant = "2026-03-02T10:00:00.000Z"): Plan => creditAccountPlanner.plan({ subject: { ...subject, id }, facts, commands: [], reference: new Map(), policy: testPolicy, now });
const answers = (made: Plan) => Object.fromEntries(made.publications.map(({ data }) => [(data as CreditAnswer).order, data as CreditAnswer]));
const kept = (made: Plan): Fact[] => made.records.map((record) => ({ ...fact(record.type, "tower", record.document, record.data, record.version), occurredAt: record.occurredAt }));

test("S13: exposure 10,780.00 against 10,000.00; an unposted receipt is named; posted, it is granted", () => {
  const facts = [position("9200.00"), asks("SO-0", "0", { state: "granted", releasedNotShipped: "500.00" }), asks("SO-1", "1080.00")];
  const refused = answers(plan([...facts, inHand("900.00", false)]))["SO-1"];
  expect([refused?.verdict, refused?.exposure, refused?.over, refused?.unposted[0]?.amount]).toEqual(["refused", "10780.00", "780.00", "900.00"]);
  expect(answers(plan([...facts, inHand("900.00", true)]))["SO-1"]?.verdict).toBe("granted");
});

test("two of 600.00 against 1,000.00 free: the earlier clears, the later holds, in whatever order the facts come", () => {
  const facts = [position("9000.00"), asks("SO-2", "600.00", { placed: addMs(morning, 60_000) }), asks("SO-1", "600.00")];
  for (const order of [facts, [...facts].reverse()]) {
    const made = answers(plan(order));
    expect([made["SO-1"]?.verdict, made["SO-2"]?.verdict]).toEqual(["granted", "refused"]);
  }
});

test("a reservation once given is not taken back for an earlier order, and planning again adds nothing", () => {
  const first = [position("9000.00"), asks("SO-2", "600.00", { placed: addMs(morning, 60_000) })];
  const granted = plan(first);
  expect(granted.records.length).toBe(1);
  const all = [...first, ...kept(granted), asks("SO-1", "600.00")];
  const made = plan(all);
  expect(made.records).toEqual([]);
  expect([answers(made)["SO-1"]?.verdict, answers(made)["SO-2"]?.verdict]).toEqual(["refused", "granted"]);
});

test("a reservation lapses after five days and is asked again", () => {
  const first = [position("9000.00"), asks("SO-1", "600.00")];
  const granted = plan(first);
  expect(granted.nextReviewAt).toBe("2026-03-07T10:00:00.000Z");
  const later = "2026-03-07T10:00:00.000Z";
  expect(plan([...first, ...kept(granted)], later).records[0]?.version).toBe(2);
  const full = [position("9900.00"), asks("SO-1", "600.00"), ...kept(granted)];
  expect(answers(plan(full, later))["SO-1"]).toMatchObject({ verdict: "refused", expires: later, over: "500.00" });
});

test("an order that grows is checked again; a cent of tax is not growth", () => {
  const granted = kept(plan([position("9000.00"), asks("SO-1", "600.00")]));
  expect(answers(plan([position("9000.00"), asks("SO-1", "604.00"), ...granted]))["SO-1"]?.verdict).toBe("granted");
  expect(answers(plan([position("9000.00"), asks("SO-1", "1100.00"), ...granted]))["SO-1"]?.over).toBe("100.00");
});

test("without the ERP's position nothing is granted", () => { expect(answers(plan([asks("SO-1", "600.00")]))["SO-1"]?.verdict).toBe("pending"); });

test("overdue beyond 15 days and 100.00", () => {
  const late = (amount: string, due: string) => fact("credit.positioned", "erp", "C-1", { account: "C-1", version: 1, currency: "USD", limit: "10000.00", openReceivables: "500.00", unappliedReceipts: "0", openCredits: "0", overdue: amount, oldestDue: due, asOf: "2026-03-01T00:00:00.000Z" });
  expect(answers(plan([late("150.00", "2026-02-01"), asks("SO-1", "1.00")]))["SO-1"]).toMatchObject({ verdict: "refused", overdue: { amount: "150.00" } });
  expect(answers(plan([late("99.00", "2026-02-01"), asks("SO-1", "1.00")]))["SO-1"]?.verdict).toBe("granted");
  expect(answers(plan([late("150.00", "2026-02-25"), asks("SO-1", "1.00")]))["SO-1"]?.verdict).toBe("granted");
});
