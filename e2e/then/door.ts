import { expect } from "@playwright/test";
import type { Answer } from "../when/door";

/** An error as RFC 9457 says, with a code to branch on and one sentence for people. */
export function isProblem(answer: Answer, status: number, code?: string): void {
  expect({ status: answer.status, type: answer.type }).toEqual({ status, type: "application/problem+json" });
  expect(answer.body).toMatchObject({ status, type: expect.stringMatching(/^urn:ledgerline:problem:/), title: expect.stringMatching(/\w/), detail: expect.stringMatching(/\w/), ...(code ? { code } : {}) });
  expect(answer.text, "tells nothing internal").not.toMatch(/ at .*\.(ts|js):\d+|node_modules|select .* from/i);
}

export const results = (answer: Answer): { status: string; code?: string; detail?: string; pointer?: string }[] => {
  expect(answer.status, answer.text).toBe(202);
  return answer.body.results;
};

/** Every line of the Prometheus text format: a comment, or a name with labels and a number. */
export function isPrometheusText(text: string): string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\.)*",?)*\})? (-?\d+(\.\d+)?(e[+-]?\d+)?|\+Inf|-Inf|NaN)( \d+)?$/;
  expect(lines.filter((line) => !line.startsWith("# ") && !sample.test(line)), "lines that no scraper could read").toEqual([]);
  return lines.flatMap((line) => (line.startsWith("#") ? [] : [sample.exec(line)?.[1] ?? ""]));
}

/** Every `$ref` of a document leads to something in it. */
export function refsResolve(document: unknown): void {
  const refs: string[] = [];
  JSON.stringify(document, (key, value: unknown) => { if (key === "$ref" && typeof value === "string") refs.push(value); return value; });
  for (const ref of refs.filter((each) => each.startsWith("#/components/")))
    expect(ref.slice(2).split("/").reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document), ref).toBeDefined();
}
