import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { suites } from "./contract/testing/conforms";
import { connectorTypes } from "./registry";
import { template } from "./template";

const here = import.meta.dirname;
const textsOf = (folder: string, ends: string): string[] => readdirSync(path.join(here, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ends)).map((name) => readFileSync(path.join(here, folder, name), "utf8"));
/** The folder in which a type is declared. */
const folderOf = (type: string): string => readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory() && readdirSync(path.join(here, entry.name)).includes("index.ts")).map(({ name }) => name).find((name) => name === type) ?? "cloud-events";

test.each([...connectorTypes.values(), template].map((connector) => [connector.type, connector] as const))("%s runs every suite that its declaration asks for", (type, connector) => {
  const tests = textsOf(folderOf(type), ".test.ts").join("\n");
  const missing = Object.entries(suites).filter(([suite, applies]) => applies(connector) && !new RegExp(`^\\s*${suite}\\(`, "m").test(tests)).map(([suite]) => suite);
  expect(missing).toEqual([]);
});
