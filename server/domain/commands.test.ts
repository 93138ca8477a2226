import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, changesOf, commandTransitions, inFlight, naturalKey, samePayload, type CommandState, type CommandView, type WantedCommand } from "./commands";
import { subjectId } from "./subject";

const subject = subjectId({ entity: "US01", kind: "order", key: "SO-1" });
const states = fc.constantFrom(...(Object.keys(commandTransitions) as CommandState[]));
const wanted = (slot: string, quantity: number, isHeld: boolean): WantedCommand =>
  ({ kind: "release_to_warehouse", slot, sequence: 1, payload: { quantity }, blockedBy: isHeld ? ["hold"] : [], amount: null, dueSince: "2026-03-02T10:00:00.000Z" });
const standing = (slot: string, quantity: number, state: CommandState): CommandView => ({
  naturalKey: naturalKey(subject, wanted(slot, quantity, false)), kind: "release_to_warehouse", slot, sequence: 1, state, connector: "wms", payload: { quantity }, reference: null, result: null,
  createdAt: "2026-03-02T10:00:00.000Z", firstSentAt: null, confirmedAt: null, verifiedAt: null, rejection: null, attempts: 1,
});
const leavesFor = { create: "wanted", replace: "wanted", reopen: "wanted", withdraw: "withdrawn" } as const;

test("whatever is wanted now, what may have acted is left alone, and every change is one that its state allows", () => {
  const slots = ["R1", "R2", "R3"];
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...slots), fc.nat(2), fc.boolean())), fc.array(fc.tuple(fc.constantFrom(...slots), fc.nat(2), states)), fc.boolean(), (now, before, isReopened) => {
    const present = [...new Map(before.map((row) => [row[0], standing(...row)])).values()];
    const targets = [...new Map(now.map((row) => [row[0], wanted(...row)])).values()];
    const stands = new Map(present.map((view) => [view.naturalKey, view]));
    for (const change of changesOf(subject, targets, present, new Set(isReopened ? stands.keys() : []))) {
      const view = stands.get(change.naturalKey);
      if (!view) { expect(change.do).toBe("create"); continue; }
      expect(inFlight(view.state) || view.state === "confirmed").toBe(false);
      expect(change.do === "replace" ? view.state === "wanted" : (commandTransitions[view.state] as readonly string[]).includes(leavesFor[change.do])).toBe(true);
    }
  }));
});

const few = fc.constantFrom("a", "b", "c");
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constantFrom("1", 1, 0, true, null, undefined), fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(few, tie("value"), { maxKeys: 3, noNullPrototype: true })),
}));

test("the same payload is the same canonical JSON", () => {
  fc.assert(fc.property(value, value, (one, other) => { expect(samePayload(one, other)).toBe(canonicalJson(one) === canonicalJson(other)); }), { numRuns: 2_000 });
});

test("the order of fields and a field that is undefined do not count", () => {
  expect(samePayload({ a: 1, b: [{ c: "2", d: undefined }] }, { b: [{ c: "2" }], a: 1, e: undefined })).toBe(true);
  expect(samePayload({ a: 1 }, { a: 1, b: null })).toBe(false);
});
