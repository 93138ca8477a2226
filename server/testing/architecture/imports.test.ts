import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { cruise, type ICruiseResult, type IConfiguration, type IForbiddenRuleType } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { beforeAll, describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
const planted = path.join(import.meta.dirname, "__fixtures__/violations");
const configuration = createRequire(import.meta.url)(path.join(root, ".dependency-cruiser.cjs")) as IConfiguration;
const rules: IForbiddenRuleType[] = configuration.forbidden ?? [];

/** The number below which something is wrong with the reading, not with the tree: a parser that reads nothing finds nothing. */
const MODULES_AT_LEAST = 500;
const PARTS = ["app", "components", "server", "prisma", "e2e", "bench", "scripts", "proxy.ts", "instrumentation.ts", "instrumentation-node.ts"];
/** Where a rule is broken by design: in the file of its name, but for the one that is about a single file. */
const plantedIn = (name: string) => (name === "composition-below-doors" ? "composition" : name);

async function readTree(baseDir: string): Promise<ICruiseResult> {
  const { enhancedResolveOptions, tsConfig: _, ...options } = configuration.options ?? {};
  const tsConfigFile = path.join(baseDir, "tsconfig.json");
  const resolveOptions = { ...enhancedResolveOptions, tsConfig: tsConfigFile };
  const parts = PARTS.filter((part) => existsSync(path.join(baseDir, part)));
  const { output } = await cruise(parts, { ...options, baseDir, validate: true, ruleSet: { forbidden: rules } }, resolveOptions, { tsConfig: extractTSConfig(tsConfigFile) as unknown });
  if (typeof output === "string") throw new Error(output);
  return output;
}

describe("the planted tree", () => {
  const fired = new Map<string, string[]>();
  beforeAll(async () => {
    const { summary } = await readTree(planted);
    for (const { rule, from } of summary.violations) fired.set(rule.name, [...(fired.get(rule.name) ?? []), path.parse(from).name]);
  });

  test.each(rules.map(({ name = "" }) => name))("%s is seen broken", (name) => {
    expect(fired.get(name)).toContain(plantedIn(name));
  });
});

test("every rule is an error and says why", () => {
  for (const { comment, severity } of rules) expect({ comment, severity }).toEqual({ comment: expect.stringMatching(/\.$/) as string, severity: "error" });
});

describe("the tree", () => {
  let result: ICruiseResult;
  beforeAll(async () => {
    result = await readTree(root);
  });

  test("is read whole", () => {
    const own = result.modules.filter(({ source }) => PARTS.includes(source.split("/")[0] ?? ""));
    expect(own.length).toBeGreaterThan(MODULES_AT_LEAST);
    expect(result.summary.totalDependenciesCruised ?? 0).toBeGreaterThan(own.length);
  });

  test("breaks no rule", () => {
    expect(result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  });
});
