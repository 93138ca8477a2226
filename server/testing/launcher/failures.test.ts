import fc from "fast-check";
import { expect, test } from "vitest";
import { failedSpecs, failedTests } from "../../../scripts/lib/failures.mjs";

const stackOf = (fails: () => void): string => { try { fails(); } catch (error) { return String((error as Error).stack); } throw new Error("did not fail"); };
const report = (...assertionResults: object[]) => ({ testResults: [{ name: "a.test.ts", status: "failed", message: "", assertionResults }] });
const failedOf = (stack: string) => failedTests(report({ fullName: "adds up", status: "failed", failureMessages: [stack] }, { fullName: "is well", status: "passed", failureMessages: [] }));

test("a property is named with the seed, path and counterexample that fail again", () => {
  const always = fc.property(fc.integer({ min: 7, max: 7 }), (value) => value < 7);
  expect(failedOf(stackOf(() => { fc.assert(always, { seed: 42 }); }))).toEqual([{ name: "adds up", why: "Property failed after 1 tests { seed: 42, path: \"0\", endOnFailure: true } Counterexample: [7] Shrunk 0 time(s) Hint: Enable verbose mode in order to have the list of all failing values encountered during the run" }]);
  expect(failedOf(stackOf(() => { fc.assert(fc.property(fc.constant("x".repeat(1000)), () => false), { seed: 43 }); }))[0]!.why).toMatch(/^Property failed after 1 tests \{ seed: 43, path: "0", .*x{100,} …$/);
});

test("another with what its error says, on one line and without a stack", () => {
  expect(failedOf(stackOf(() => { expect({ paid: "1.00" }, "INV-1\n  is open").toEqual({ paid: "2.00" }); }))).toEqual([{ name: "adds up", why: "AssertionError: INV-1 is open: expected { paid: '1.00' } to deeply equal { paid: '2.00' }" }]);
  expect(failedOf("Error: the port is taken\n    at listen (node:net:1:1)")[0]!.why).toBe("the port is taken");
});

test("a file that could not be loaded with why", () => {
  expect(failedTests({ testResults: [{ name: "b.test.ts", status: "failed", message: "Cannot find module './gone'", assertionResults: [] }] })).toEqual([{ name: "b.test.ts", why: "Cannot find module './gone'" }]);
});

test("a browser test with its last attempt, whatever describes it stands in", () => {
  const spec = (title: string, ok: boolean, ...messages: string[]) => ({ file: "orders.spec.ts", line: 7, title, ok, tests: [{ results: messages.map((message) => ({ error: { message } })) }] });
  expect(failedSpecs({ suites: [{ specs: [spec("opens", true)], suites: [{ specs: [spec("pays", false, "first", "\u001b[31mTimed out\u001b[39m\n\n  - waiting for button\n    at pay.ts:1:1")] }] }] })).toEqual([{ name: "orders.spec.ts:7 pays", why: "Timed out - waiting for button" }]);
});
