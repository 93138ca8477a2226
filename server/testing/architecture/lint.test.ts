import path from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
/** The rules of our own need no types; without them a snippet is linted in milliseconds. */
const plain = new ESLint({ cwd: root, overrideConfig: tseslint.configs.disableTypeChecked });
const typed = new ESLint({ cwd: root });

async function rulesBroken(by: ESLint, filePath: string, code: string): Promise<string[]> {
  const [result] = await by.lintText(code, { filePath: path.join(root, filePath) });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

describe("the environment", () => {
  const forms = ["export const url = process.env.DATABASE_URL;", 'export const url = process["env"].DATABASE_URL;', "export const { env } = process;", 'export { env } from "node:process";\nimport { env as own } from "node:process";\nexport const url = own;'];

  test.each(forms)("is not read in the product: %s", async (code) => {
    expect(await rulesBroken(plain, "server/pipeline/ports.ts", code)).toContain("no-restricted-syntax");
    expect(await rulesBroken(plain, "components/orders/card.tsx", code)).toContain("no-restricted-syntax");
  });

  test.each(["server/config/env.ts", "playwright.config.ts", "scripts/lib/place.mjs", "e2e/server.ts"])("is read in %s", async (file) => {
    expect(await rulesBroken(plain, file, "export const url = process.env.DATABASE_URL;")).toEqual([]);
  });
});

describe("the domain", () => {
  const impure = [
    "export const now = Date.now();",
    "export const now = new Date();",
    "export const now = Date();",
    "export const chance = Math.random();",
    "export async function later() {}",
    "export const later = async () => 1;",
    "export const late = await Promise.resolve(1);",
    "export const id = process.pid;",
    'export const answer = fetch("/");',
    "export const id = crypto.randomUUID();",
    "setTimeout(() => undefined, 1);",
  ];

  test.each(impure)("is refused: %s", async (code) => {
    const broken = await rulesBroken(plain, "server/domain/money.ts", code);
    expect(broken.some((rule) => ["no-restricted-syntax", "no-restricted-globals"].includes(rule))).toBe(true);
  });

  test("may make a date of what it is given", async () => {
    expect(await rulesBroken(plain, "server/domain/money.ts", "export const day = (text: string) => new Date(text);")).toEqual([]);
  });

  test("may be waited for by its tests", async () => {
    expect(await rulesBroken(plain, "server/domain/money.test.ts", "export const later = async () => Date.now();")).toEqual([]);
  });
});

describe("a stage of the pipeline", () => {
  const unsteady = ["setTimeout(() => undefined, 1);", "export const now = new Date();", "export const chance = Math.random();", 'export const answer = await fetch("/");', "export const late = await new Promise((resolve) => resolve(1));", 'export const later = import("./ports");', "export const began = performance.now();"];

  test.each(unsteady)("waits for ports only: %s", async (code) => {
    const broken = await rulesBroken(plain, "server/pipeline/deliver.ts", code);
    expect(broken.some((rule) => ["no-restricted-syntax", "no-restricted-globals"].includes(rule))).toBe(true);
  });

  test("may wait for one", async () => {
    expect(await rulesBroken(plain, "server/pipeline/deliver.ts", "export const now = async (ports: { clock: { now(): Promise<string> } }) => await ports.clock.now();")).toEqual([]);
  });
});

describe("a file", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `export const line${index} = ${index};`).join("\n");

  test("of more than 400 lines of code is refused", async () => {
    expect(await rulesBroken(plain, "server/pipeline/ports.ts", lines(401))).toEqual(["max-lines"]);
  });

  test("may have comments and blank lines beyond", async () => {
    expect(await rulesBroken(plain, "server/pipeline/ports.ts", `${lines(400)}\n\n// why\n`)).toEqual([]);
  });
});

/** A project of one file: the types of the whole product are not needed to see that types are used. */
const probe = "server/testing/architecture/__fixtures__/typed/probe.ts";

test("rules that need types are at work", async () => {
  const code = `
    type Kind = "a" | "b";
    const later = (): Promise<void> => Promise.resolve();
    export function told(kind: Kind): number { switch (kind) { case "a": return 1; } return 0; }
    export function forgotten(): void { later(); }
    export function misused(): void { [1].forEach(async () => { await later(); }); }
    export const nothing = async (): Promise<number> => await 1;
    export const anything: any = null;
  `;
  const broken = await rulesBroken(typed, probe, code);
  expect(broken).toEqual(expect.arrayContaining(["await-thenable", "no-explicit-any", "no-floating-promises", "no-misused-promises", "switch-exhaustiveness-check"].map((rule) => `@typescript-eslint/${rule}`)));
});

test("hooks of React are checked", async () => {
  const code = 'import { useState } from "react";\nexport function Card({ open }: { open: boolean }) { if (open) useState(1); return null; }';
  expect(await rulesBroken(plain, "components/orders/card.tsx", code)).toContain("react-hooks/rules-of-hooks");
});
