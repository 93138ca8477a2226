import { describe, expect, test } from "vitest";
import { compare, dueSpan, heardOf, missingFrom, nextAsking, stateOf, statementsOf, windowOf, windowsOf, type Noted, type Statement } from "./completeness";
import type { CanonicalEvent } from "./facts";

const pace = { windowSeconds: 300, overlapSeconds: 300, allowanceSeconds: 30 };
const at = (clock: string): string => `2026-03-02T${clock}.000Z`;
const inStep = { newest: at("08:05:10"), at: at("08:05:10") };
const order = (document: string, when: string, more: Partial<Statement> = {}): Statement =>
  ({ kind: "orders", document, version: 1, at: at(when), fact: null, sourceMessageId: `order:${document}`, amount: null, currency: null, excluded: null, ...more });
const span = { from: at("08:00:00"), to: at("08:10:00") };
const of = (statements: Statement[], held: string[] = [], noted: Noted[] = [], now = at("08:10:31")) =>
  compare({ statements, span, pace, now }, ({ document }) => held.includes(document), noted);
const brief = ({ entries }: ReturnType<typeof of>) => entries.map(({ document, version, window, state }) => [document, version, window.from.slice(11, 16), state]);

describe("windows", () => {
  test("begin at whole multiples of their length; the begin lies in one, the end does not", () => {
    expect(windowOf(at("08:05:00"), 300)).toEqual({ from: at("08:05:00"), to: at("08:10:00") });
    expect(windowOf("2026-03-02T08:04:59.999Z", 300)).toEqual({ from: at("08:00:00"), to: at("08:05:00") });
    expect(windowsOf(span, 300).map(({ from }) => from)).toEqual([at("08:00:00"), at("08:05:00")]);
  });
  test("are asked for ten seconds after their close, together with the one before", () => {
    expect(dueSpan(at("08:05:00"), at("08:10:09"), pace, inStep)).toBeNull();
    expect(dueSpan(at("08:05:00"), at("08:10:10"), pace, inStep)).toEqual({ span, listed: span, checkedTo: at("08:10:00") });
    expect(nextAsking(at("08:05:00"), pace)).toBe(at("08:10:10"));
  });
  test("that passed while nobody asked come together, and a day of them at the most", () => {
    expect(dueSpan(at("08:05:00"), at("09:00:30"), pace, inStep)).toMatchObject({ span: { from: at("08:00:00"), to: at("09:00:00") }, checkedTo: at("09:00:00") });
    expect(dueSpan(at("08:00:00"), "2026-03-09T08:00:00.000Z", pace, inStep)?.checkedTo).toBe("2026-03-03T08:00:00.000Z");
  });
  test("reach back by as much as the source's clock is behind, and by an hour where nothing was heard of it for so long", () => {
    expect(dueSpan(at("08:05:00"), at("08:10:10"), pace, { newest: at("07:54:00"), at: at("08:05:10") })?.span.from).toBe(at("07:45:00"));
    expect(dueSpan(at("09:30:00"), at("09:35:10"), pace, inStep)?.span.from).toBe(at("08:25:00"));
    expect(dueSpan(at("08:05:00"), at("08:10:10"), pace, { newest: at("08:20:00"), at: at("08:05:10") })?.span.from).toBe(at("08:00:00"));
  });
  test("of a source that is asked for the first time tell what changed since, not what it had before", () => {
    const first = dueSpan(at("08:05:00"), at("08:10:10"), pace, null);
    expect(first).toEqual({ span, listed: { from: at("07:00:00"), to: at("08:10:00") }, checkedTo: at("08:10:00") });
    const heard = heardOf(null, [{ at: at("07:20:00") }], { from: at("07:00:00"), to: at("08:10:00") }, at("08:10:10"));
    expect(heard).toEqual({ newest: at("07:20:00"), at: null });
    expect(dueSpan(at("08:10:00"), at("08:15:10"), pace, heard)?.span.from).toBe("2026-03-02T07:20:00.001Z");
    expect(heardOf(heard, [{ at: at("07:20:00") }], span, at("08:15:10"))).toBe(heard);
    expect(heardOf(heard, [{ at: at("07:26:00") }], span, at("08:15:10"))).toEqual({ newest: at("07:26:00"), at: at("08:15:10") });
  });
  test("what is new in a window that was listed before may be of this moment, and has its allowance from now on", () => {
    const late = (noted: Noted[]) => compare({ statements: [order("A", "08:04:00"), order("B", "08:09:00")], span, pace, now: at("08:10:31"), listedTo: at("08:05:00") }, () => false, noted).entries.map(({ document, state, missesFrom }) => [document, state, missesFrom]);
    expect(late([])).toEqual([["A", "late", at("08:11:01")], ["B", "missing", at("08:10:30")]]);
    expect(late([{ kind: "orders", document: "A", version: 1, opensAt: at("08:00:00"), state: "late" }])).toEqual([["A", "missing", at("08:05:30")], ["B", "missing", at("08:10:30")]]);
  });
  test("a gap is missing half a minute after the close of its window, not before", () => {
    const missesFrom = missingFrom(at("08:10:00"), 30);
    const state = (now: string) => stateOf({ excluded: false, isHeld: false, isExcused: false, missesFrom }, now);
    expect([state(at("08:10:29")), state(at("08:10:30"))]).toEqual(["late", "missing"]);
  });
});

describe("what a source says beside what is held", () => {
  test("is held, late, missing or excluded, each document in the window of its last change", () => {
    const said = [order("N-1", "08:04:59"), order("N-2", "08:05:00"), order("N-3", "08:09:59"), order("N-4", "08:01:00", { excluded: "an order of site B" })];
    expect(brief(of(said, ["N-1"], [], at("08:10:12")))).toEqual([["N-1", 1, "08:00", "held"], ["N-2", 1, "08:05", "late"], ["N-3", 1, "08:05", "late"], ["N-4", 1, "08:00", "excluded"]]);
    expect(of(said, ["N-1"]).entries.filter(({ state }) => state === "missing").map(({ document }) => document)).toEqual(["N-2", "N-3"]);
  });
  test("does not count what lies outside of the span: it may list more", () => {
    expect(brief(of([order("N-1", "07:59:59"), order("N-2", "08:10:00")]))).toEqual([]);
  });
  test("counts a document once in a window, by its latest version, however often and in whichever order it is listed", () => {
    const said = [order("N-1", "08:01:00"), order("N-1", "08:03:00", { version: 2 }), order("N-1", "08:01:00")];
    for (const listed of [said, [...said].reverse()]) expect(brief(of(listed, ["N-1"]))).toEqual([["N-1", 2, "08:00", "held"]]);
  });
  test("does not count a version again that another window has, nor an older one than is noted", () => {
    const noted: Noted[] = [{ kind: "orders", document: "N-1", version: 1, opensAt: at("08:00:00"), state: "held" }, { kind: "orders", document: "N-2", version: 3, opensAt: at("08:05:00"), state: "held" }];
    expect(brief(of([order("N-1", "08:07:00"), order("N-2", "08:07:00", { version: 2 })], [], noted))).toEqual([]);
    expect(brief(of([order("N-1", "08:07:00", { version: 2 })], [], noted))).toEqual([["N-1", 2, "08:05", "missing"]]);
  });
  test("is under a clock that runs ahead counted when its window comes, and one that is behind finds its window listed again", () => {
    expect(brief(of([order("N-ahead", "08:11:00")]))).toEqual([]);
    expect(brief(of([order("N-behind", "08:04:30")]))).toEqual([["N-behind", 1, "08:00", "missing"]]);
  });
  test("leaves a person's word standing for the version that it was about", () => {
    const noted: Noted[] = [{ kind: "orders", document: "N-1", version: 1, opensAt: at("08:00:00"), state: "excused" }];
    expect(brief(of([order("N-1", "08:01:00")], [], noted))).toEqual([["N-1", 1, "08:00", "excused"]]);
    expect(brief(of([order("N-1", "08:02:00", { version: 2 })], [], noted))).toEqual([["N-1", 2, "08:00", "missing"]]);
  });
  test("no longer says what was missing and is not listed any more", () => {
    const noted: Noted[] = [{ kind: "orders", document: "N-1", version: 1, opensAt: at("08:00:00"), state: "missing" }, { kind: "orders", document: "N-2", version: 1, opensAt: at("07:55:00"), state: "missing" }];
    expect(of([], [], noted).gone.map(({ document }) => document)).toEqual(["N-1"]);
  });
});

describe("a message of a listing", () => {
  const message = { sourceMessageId: "order:1", at: at("08:04:00"), excluded: null };
  const event = (type: string, occurredAt: string, data: object): CanonicalEvent => ({ id: "e", type, source: "shop", entity: "US01", occurredAt: at(occurredAt), correlationId: "c", data }) as unknown as CanonicalEvent;
  const captured = event("order.captured", "07:00:00", { number: "N-1", version: 6, currency: "USD", lines: [{ quantity: "10", price: "12.50", priceUnit: "1", discount: "5.00" }, { quantity: "1000", price: "18.75", priceUnit: "1000", discount: "0" }] });
  const refunded = event("refund.settled", "08:03:00", { refund: "N-1-R1", receipt: "N-1-P1", version: 3, amount: "40.00", currency: "USD" });

  test("says of each document where it would be held; its own is dated by its last change, the others by their own time", () => {
    expect(statementsOf({ ...message, events: [captured, event("payment.authorised", "07:00:00", { order: "N-1", authorisation: "A", version: 1 }), refunded] }, ["orders", "refunds"]).map((one) => [one.kind, one.document, one.version, one.at.slice(11, 19), one.fact?.subject, one.amount])).toEqual([
      ["orders", "N-1", 6, "08:04:00", "US01:order:N-1", "138.75"], ["refunds", "N-1-R1", 3, "08:03:00", "US01:receipt:N-1-P1", "40.00"],
    ]);
  });
  test("that nobody can read stands for itself, and one that is excluded by rule says why", () => {
    expect(statementsOf({ ...message, events: null }, ["orders"])).toMatchObject([{ document: "order:1", excluded: null, fact: null }]);
    expect(statementsOf({ ...message, events: [], excluded: "an order of site B" }, ["orders"])).toMatchObject([{ document: "order:1", excluded: "an order of site B" }]);
  });
});
