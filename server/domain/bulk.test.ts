import { describe, expect, it } from "vitest";
import { goesAtOnce, judgeItem, judgeStep, mayConfirmBulk, rampOf, readBackWithinMs, secondPersonWhy, type ItemEvidence, type StepCount } from "./bulk";

describe("the ramp", () => {
  it.each([[0, []], [1, [1]], [5, [1, 4]], [12, [1, 10, 1]], [111, [1, 10, 100]], [5000, [1, 10, 100, 4889]]])("of %i is %j", (count, sizes) => {
    expect(rampOf(count, false)).toEqual(sizes);
  });
  it("is left out only for few, and after a code was mapped", () => {
    expect([goesAtOnce({ count: 49, mapped: true }), goesAtOnce({ count: 50, mapped: true }), goesAtOnce({ count: 3, mapped: false }), rampOf(49, true)]).toEqual([true, false, false, [49]]);
  });
});

describe("a step", () => {
  const count = (over: Partial<StepCount>): StepCount => ({ step: 1, size: 10, settled: 0, failed: 0, forgiven: 0, later: 100, ...over });
  it.each<[string, Partial<StepCount>, string]>([
    ["waits for what was sent", { settled: 9 }, "wait"], ["is over when all is settled", { settled: 10, failed: 1 }, "over"],
    ["stops at the first failure of the first", { step: 0, size: 1, settled: 1, failed: 1 }, "stop"], ["stops above a tenth, without waiting for the rest of it", { settled: 2, failed: 2 }, "stop"],
    ["goes on at a tenth", { step: 3, size: 4000, settled: 200, failed: 20 }, "wait"], ["stops in the rest as soon as it is above", { step: 3, size: 4000, settled: 200, failed: 21 }, "stop"],
    ["goes on from what a person has seen", { settled: 10, failed: 3, forgiven: 3 }, "over"], ["stops again at new failures", { settled: 10, failed: 5, forgiven: 3 }, "stop"],
    ["has nothing to stop where nothing waits", { step: 0, size: 1, settled: 1, failed: 1, later: 0 }, "over"],
  ])("%s", (_, over, verdict) => { expect(judgeStep(count(over))).toBe(verdict); });
});

describe("one document", () => {
  const known = (over: Partial<Omit<ItemEvidence, "commands">> & { commands?: Partial<ItemEvidence["commands"]> } = {}): ItemEvidence =>
    ({ ageMs: 0, isWorkedOn: false, unread: null, standing: null, ...over, commands: { underWay: 0, unverified: 0, unreadable: 0, verified: 0, refused: null, differs: null, ...over.commands } });
  it("is fixed only when it was read back: sent and accepted are not", () => {
    expect([judgeItem(known({ commands: { underWay: 1 } })), judgeItem(known({ commands: { unverified: 1 } })), judgeItem(known({ commands: { verified: 1, unverified: 1 } }))]).toEqual([null, null, null]);
    expect(judgeItem(known({ commands: { verified: 2 } }))).toEqual({ to: "verified", why: null });
  });
  it.each<[string, ItemEvidence, string]>([
    ["refused again", known({ commands: { refused: "period closed", verified: 1 } }), "Refused again: period closed"], ["read back otherwise", known({ commands: { differs: "tax 9.00 instead of 10.00", unverified: 1 } }), "Read back otherwise: tax 9.00 instead of 10.00"],
    ["unread", known({ unread: "no unit" }), "It could not be read: no unit"], ["still stopped", known({ standing: "no item BX", commands: { verified: 1 } }), "It still stands: no item BX"],
    ["not read back in time", known({ ageMs: readBackWithinMs, commands: { unverified: 1 } }), "It was not read back within an hour"],
  ])("fails when it is %s", (_, evidence, why) => { expect(judgeItem(evidence)).toEqual({ to: "failed", why }); });
  it("waits for its plan before anything that stood is held against it", () => { expect(judgeItem(known({ isWorkedOn: true, standing: "no item BX" }))).toBeNull(); });
  it("is never verified where nothing was read back", () => {
    expect(judgeItem(known())).toEqual({ to: "cleared", why: "Nothing was sent that could be read back" });
    expect(judgeItem(known({ commands: { unreadable: 1 } }))?.to).toBe("cleared");
  });
});

describe("a second person", () => {
  const limits = new Map([["US01", "100000"], ["DE01", "500"]]);
  it("is wanted where the money of one entity and currency is above its limit", () => {
    expect(secondPersonWhy([{ entity: "US01", currency: "USD", amount: "100000.00" }], limits)).toBeNull();
    expect(secondPersonWhy([{ entity: "US01", currency: "USD", amount: "1.00" }, { entity: "DE01", currency: "EUR", amount: "500.01" }], limits)).toBe("500.01 EUR in DE01 is above 500.00");
  });
  it("is never the author, and needs the right in every entity", () => {
    const grant = (entity: string) => ({ role: "ops" as const, entity, holdCodes: [], approveUpTo: null, currency: null });
    const action = { author: "ann", verb: "retry" as const, entities: ["US01", "DE01"] };
    expect(mayConfirmBulk({ id: "ann", grants: [grant("*")] }, action)).toMatchObject({ ok: false });
    expect(mayConfirmBulk({ id: "bob", grants: [grant("US01")] }, action)).toMatchObject({ ok: false, error: { message: "Needs the role ops or finance in DE01" } });
    expect(mayConfirmBulk({ id: "bob", grants: [grant("*")] }, action)).toEqual({ ok: true, value: true });
  });
});
