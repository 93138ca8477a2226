import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommandSupport, LookupAnswer, Outcome } from "@/server/integrations/contract/connector";
import { addMs } from "@/server/domain/instant";
import { defaultRules } from "@/server/domain/resilience";
import { disagreements } from "./agreement";
import { judgeLookup, judgeSend, judgeVerify, judgeWithoutLookup, judgeWithoutReading, type Judged } from "./outcome";
import type { ClaimedCommand, Exchange } from "./ports";

const rules = defaultRules.lanes.finance, triesAllowed = rules.attempts;
const now = "2026-03-02T10:00:00.000Z";
const command: ClaimedCommand = {
  id: "1", naturalKey: "post_invoice|US01:billing_unit:U||1", kind: "post_invoice", entity: "US01", sequence: 1, attempt: 1, payload: { total: "10.00", currency: "USD", customer: "C-1" }, connector: "erp", lane: "finance", subjectId: "US01:billing_unit:U" as never,
  correlationId: "t", owner: "w", leaseUntil: now, tries: 1, lookups: 0, firstSentAt: now, lastSentAt: now, confirmedAt: null, reference: null, inDoubt: false, deaths: 0,
};
const support: CommandSupport = { idempotentForMs: 0, lookup: { by: "reference", consistency: "read_your_writes", settleMs: 0, complete: true }, verify: true, provenNotActed: [{ status: 503, source: "https://erp.test/docs" }] };
const answeredWith = (status: number): Exchange => ({ request: { method: "POST" }, response: { status }, httpStatus: status });
const silent = (left: "no" | "perhaps"): Exchange => ({ request: { method: "POST" }, response: { fault: "reset", left }, httpStatus: null });
const judged = (exchange: Exchange, more: Partial<ClaimedCommand> = {}, changed: Partial<CommandSupport> = {}, endedAt = now): Judged =>
  ({ command: { ...command, ...more }, support: { ...support, ...changed }, rules, call: { startedAt: endedAt, endedAt, exchange }, fraction: 0.5 });
const retryable: Outcome = { kind: "retryable", failure: { code: "TEC-01", message: "x" } };
const unknown: Outcome = { kind: "unknown", failure: { code: "TEC-04", message: "x" } };
const key = { idempotentForMs: 3_600_000 };

describe("what a send means", () => {
  it.each<[string, Outcome, Judged, string]>([
    ["a refused connection is proof", retryable, judged(silent("no")), "wanted"],
    ["nothing left at all is proof", retryable, judged({ request: null, response: null, httpStatus: null }), "wanted"],
    ["a rate limit is proof", retryable, judged(answeredWith(429)), "wanted"],
    ["a status that the connector lists is proof", retryable, judged(answeredWith(503)), "wanted"],
    ["a status that it does not list proves nothing", retryable, judged(answeredWith(500)), "unknown"],
    ["a reset proves nothing", retryable, judged(silent("perhaps")), "unknown"],
    ["a reset is no proof while the key lives either", retryable, judged(silent("perhaps"), {}, key), "unknown"],
    ["nor is a lost answer", unknown, judged(silent("perhaps"), {}, key), "unknown"],
    ["a rate limit proves nothing of the try before it", retryable, judged(answeredWith(429), { inDoubt: true }, key), "unknown"],
    ["nor does a refused login", { ...retryable, authentication: true }, judged(answeredWith(401), { inDoubt: true }, key), "unknown"],
    ["nor what we could not even ask", { kind: "rejected", failure: { code: "MAP-02", message: "x" } }, judged({ request: null, response: null, httpStatus: null }, { inDoubt: true }, key), "unknown"],
    ["a repeat that the target refuses is refused", { kind: "rejected", failure: { code: "INV-01", message: "x" } }, judged(answeredWith(422), { inDoubt: true }, key), "rejected"],
    ["a lost answer is unknown once the key is old", unknown, judged(silent("perhaps"), { firstSentAt: "2026-03-02T09:00:30.000Z" }, key), "unknown"],
    ["a lost answer is unknown without a key", unknown, judged(silent("perhaps")), "unknown"],
    ["with a live key and no tries left it is still unknown, never given up", unknown, judged(silent("perhaps"), { tries: triesAllowed }, key), "unknown"],
    ["a refusal is final", { kind: "rejected", failure: { code: "INV-01", message: "x" } }, judged(answeredWith(422)), "rejected"],
    ["an acceptance is final", { kind: "confirmed", reference: "INV-1", result: {} }, judged(answeredWith(201)), "confirmed"],
    ["used up tries are the dead letter", retryable, judged(answeredWith(429), { tries: triesAllowed }), "rejected"],
    ["so is an age of a day", retryable, judged(answeredWith(429), { firstSentAt: "2026-03-01T09:00:00.000Z" }), "rejected"],
  ])("%s", (_, outcome, call, expected) => { expect(judgeSend(call, outcome).to).toBe(expected); });

  it("sends again under a live key what may have been done, and looks for it once the key is old or the tries are used up", () => {
    const again = (more: Partial<ClaimedCommand>) => judgeSend(judged(silent("perhaps"), more, key), unknown).repeatUntil;
    expect([again({}), again({ inDoubt: true, tries: 3 }), again({ tries: triesAllowed }), again({ firstSentAt: "2026-03-02T09:00:30.000Z" })])
      .toEqual([addMs(now, 3_540_000), addMs(now, 3_540_000), null, null]);
  });

  it("never frees a command that may have acted, whatever came of later tries", () => {
    const outcomes = fc.constantFrom<Outcome>(retryable, unknown, { ...retryable, authentication: true }, { kind: "rejected", failure: { code: "MAP-02", message: "x" } });
    const exchanges = fc.constantFrom<Exchange>(silent("no"), silent("perhaps"), { request: null, response: null, httpStatus: null }, answeredWith(401), answeredWith(429), answeredWith(500), answeredWith(503));
    fc.assert(fc.property(outcomes, exchanges, fc.boolean(), fc.integer({ min: 1, max: triesAllowed + 1 }), (outcome, exchange, alive, tries) => {
      const { to } = judgeSend(judged(exchange, { inDoubt: true, tries }, alive ? key : {}), outcome);
      expect(to === "unknown" || (to === "rejected" && outcome.kind === "rejected" && exchange.httpStatus !== null)).toBe(true);
    }));
  });

  it("names the dead letter TEC-03", () => {
    expect(judgeSend(judged(answeredWith(429), { tries: triesAllowed }), retryable).standing).toMatchObject({ code: "TEC-03" });
  });

  it("obeys Retry-After, and else waits with jitter", () => {
    expect(judgeSend(judged(answeredWith(429)), { ...retryable, retryAfterMs: 90_000 }).dueAt).toBe(addMs(now, 90_000));
    expect(judgeSend(judged(answeredWith(429), { tries: 3 }), retryable).dueAt).toBe(addMs(now, 2_000));
  });

  it("does not count a refused login as a try, nor as a technical failure, even as the last one", () => {
    expect(judgeSend(judged(answeredWith(401), { tries: triesAllowed }), { ...retryable, authentication: true })).toMatchObject({ to: "wanted", uncounted: true, authenticationFailure: true, technicalFailure: false });
  });

  it("counts silence and 5xx for the breaker, answers not", () => {
    expect([silent("no"), answeredWith(503), answeredWith(429)].map((exchange) => judgeSend(judged(exchange), retryable).technicalFailure)).toEqual([true, true, false]);
  });

  it("reads back only what the connector reads back", () => {
    const confirmed: Outcome = { kind: "confirmed", reference: "INV-1", result: {} };
    expect([judgeSend(judged(answeredWith(201)), confirmed).verifyDueAt, judgeSend(judged(answeredWith(201), {}, { verify: false }), confirmed).verifyDueAt]).toEqual([now, null]);
  });
});

describe("what a look-up means", () => {
  const absent: LookupAnswer = { kind: "absent" };
  it("counts an empty answer only after the target has settled", () => {
    const call = judged(answeredWith(200), {}, { lookup: { by: "reference", consistency: "eventual", settleMs: 20_000, complete: true } });
    expect(judgeLookup(call, absent)).toMatchObject({ to: null, lookups: 0, dueAt: addMs(now, 20_000) });
  });
  it("needs two empty answers 30 s apart before the same key is wanted again", () => {
    expect(judgeLookup(judged(answeredWith(200)), absent)).toMatchObject({ to: null, lookups: 1, dueAt: addMs(now, 30_000) });
    expect(judgeLookup(judged(answeredWith(200), { lookups: 1 }), absent)).toMatchObject({ to: "wanted", lookups: 0 });
  });
  it("never takes an incomplete search for proof", () => {
    const call = judged(answeredWith(200), { lookups: 1 }, { lookup: { by: "date", consistency: "eventual", settleMs: 0, complete: false } });
    expect(judgeLookup(call, absent)).toMatchObject({ to: null, standing: { code: "TEC-04" } });
  });
  it("freezes the slot where the target has several (INV-05)", () => {
    expect(judgeLookup(judged(answeredWith(200)), { kind: "several", references: ["INV-1", "INV-2"] })).toMatchObject({ to: null, standing: { code: "INV-05" } });
  });
  it("asks again where the search failed, and counts nothing", () => {
    expect(judgeLookup(judged(silent("no"), { lookups: 1 }), { kind: "failed", failure: { code: "TEC-01", message: "x" } })).toMatchObject({ to: null, lookups: 1, technicalFailure: true });
  });
  it("needs no search while the key lives, and none can be made where there is none", () => {
    expect(judgeWithoutLookup(judged(silent("no"), {}, key))).toMatchObject({ to: null, repeatUntil: addMs(now, 3_540_000) });
    expect(judgeWithoutLookup(judged(silent("no"), { tries: triesAllowed }, key))).toBeNull();
    expect(judgeWithoutLookup(judged(silent("no"), {}, { lookup: null }))).toMatchObject({ to: null, standing: { code: "TEC-04" } });
    expect(judgeWithoutLookup(judged(silent("no")))).toBeNull();
  });
});

describe("a command with which workers died", () => {
  const absent = (deaths: number) => judgeLookup(judged(answeredWith(200), { lookups: 1, deaths }), { kind: "absent" });
  it("waits before it is sent again, and after three deaths is not sent but set aside where the target does not have it", () => {
    expect([absent(0), absent(2)].map(({ to, dueAt }) => [to, dueAt])).toEqual([["wanted", now], ["wanted", addMs(now, 5_000)]]);
    expect(absent(3)).toMatchObject({ to: "rejected", standing: { code: "TEC-05" } });
    expect(judgeLookup(judged(answeredWith(200), { deaths: 3 }), { kind: "found", reference: "R", result: {} }).to).toBe("confirmed");
  });
  it("is not repeated under its key after three, nor looked for after six, nor read back after three", () => {
    expect(judgeWithoutLookup(judged(silent("no"), { deaths: 2 }, key))?.repeatUntil).not.toBeNull();
    expect(judgeWithoutLookup(judged(silent("no"), { deaths: 3 }, key))).toBeNull();
    expect(judgeWithoutLookup(judged(silent("no"), { deaths: 6 }))).toMatchObject({ to: null, standing: { code: "TEC-04" }, dueAt: addMs(now, 3_600_000) });
    expect([judgeWithoutReading(judged(silent("no"), { deaths: 2 })), judgeWithoutReading(judged(silent("no"), { deaths: 3 }))?.verifyDueAt]).toEqual([null, addMs(now, 3_600_000)]);
  });
  it("is read once more after each hour: one that was left unread is not left for ever", () => {
    expect(judgeWithoutReading(judged(silent("no"), { deaths: judgeWithoutReading(judged(silent("no"), { deaths: 3 }))?.deaths ?? 9 }))).toBeNull();
    expect(judgeVerify(judged(answeredWith(500), { deaths: 2 }), { kind: "failed", failure: { code: "TEC-01", message: "x" } }).deaths).toBe(0);
    expect([judgeLookup(judged(answeredWith(500), { deaths: 2 }), { kind: "failed", failure: { code: "TEC-01", message: "x" } }), absent(1)].map(({ deaths }) => deaths)).toEqual([2, 1]);
  });
});

describe("a target that does not want to be called before a time", () => {
  const later = { ...retryable, retryAfterMs: 60_000 }, failed = { kind: "failed" as const, failure: { code: "TEC-01", message: "x" } };
  it.each<[string, string | null, number | null]>([
    ["that it named", judgeSend(judged(answeredWith(429)), later).callAgainAt, 60_000],
    ["that it named with another status", judgeSend(judged(answeredWith(503)), later).callAgainAt, 60_000],
    ["that it named, of what is in doubt", judgeSend(judged(answeredWith(429), { inDoubt: true }, key), later).callAgainAt, 60_000],
    ["that it left open: a second", judgeSend(judged(answeredWith(429)), retryable).callAgainAt, 1_000],
    ["absurdly late: an hour", judgeSend(judged(answeredWith(429)), { ...retryable, retryAfterMs: 1e12 }).callAgainAt, 3_600_000],
    ["that it named to a look-up", judgeLookup(judged(answeredWith(429)), { ...failed, retryAfterMs: 60_000 }).callAgainAt, 60_000],
    ["that it named to a read-back", judgeVerify(judged(answeredWith(429)), { ...failed, retryAfterMs: 60_000 }).callAgainAt, 60_000],
    ["is not one that merely failed", judgeSend(judged(silent("no")), retryable).callAgainAt, null],
    ["nor one that took it", judgeSend(judged(answeredWith(201)), { kind: "confirmed", reference: "R", result: {} }).callAgainAt, null],
  ])("%s", (_, at, ms) => { expect(at).toBe(ms === null ? null : addMs(now, ms)); });
});

describe("what a read-back means", () => {
  const sent = { net: "10", chargesTotal: "0", tax: "0.80", total: "10.80", currency: "USD", accountingDate: "2026-03-02", customer: "C-1", billTo: "C-9" };
  it.each<[string, Record<string, unknown>, string[]]>([
    ["the same figures agree, however they are written", { net: "10.00", charges: "0.00", tax: "0.8", total: "10.80", currency: "USD", accountingDate: "2026-03-02", customer: "C-9" }, []],
    ["what the target does not state is not compared", { number: "INV-1" }, []],
    ["an amount", { total: "10.81" }, ["total 10.81 instead of 10.80"]],
    ["the tax", { tax: "0.00" }, ["tax 0.00 instead of 0.80"]],
    ["the customer", { customer: "C-2" }, ["customer C-2 instead of C-1"]],
    ["the currency", { currency: "EUR" }, ["currency EUR instead of USD"]],
    ["the accounting date", { accountingDate: "2026-03-03" }, ["accountingDate 2026-03-03 instead of 2026-03-02"]],
    ["a draft is not posted", { state: "draft" }, ["it is only a draft"]],
  ])("%s", (_, seen, expected) => { expect(disagreements(sent, seen)).toEqual(expected); });

  it("keeps the target's figures where they differ, without verifying", () => {
    const call = judged(answeredWith(200), { payload: sent });
    expect(judgeVerify(call, { kind: "read", result: { total: "11.00" }, version: 2 })).toMatchObject({ outcome: "differs", to: null, verifiedAt: null, result: { total: "11.00" }, failure: { code: "INV-04" } });
    expect(judgeVerify(call, { kind: "read", result: { total: "10.80" }, version: 2 })).toMatchObject({ outcome: "agreed", verifiedAt: now, verifyDueAt: null });
    expect(judgeVerify(call, { kind: "missing" })).toMatchObject({ verifiedAt: null, verifyDueAt: addMs(now, 1_000) });
  });
});
