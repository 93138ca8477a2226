import { expect, test } from "vitest";
import { countsOf, importVerb, whyNot, worthALook } from "./import-words";

const lines = (["same", "added", "refused", "changed", "added"] as const).map((outcome, index) => ({ line: index + 2, outcome }));

test("a file is counted by what its lines would do, and the button says it", () => {
  expect(countsOf(lines)).toEqual({ added: 2, changed: 1, same: 1, refused: 1, news: 3 });
  const without = (outcome: string) => countsOf(lines.filter((line) => line.outcome !== outcome));
  expect([importVerb(without("refused")), whyNot(without("refused")), whyNot(countsOf(lines)), whyNot(countsOf(lines.slice(0, 1)))]).toEqual(["Import 3 mappings", undefined, "1 line is refused", "All of it is there already"]);
});

test("refused lines stand first, then what changes, what is new and what stays", () => {
  expect(worthALook(lines).map(({ line }) => line)).toEqual([4, 5, 3, 6, 2]);
});
