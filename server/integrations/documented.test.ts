import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { AnyConnector } from "./contract/connector";
import { connectorTypes } from "./registry";

/** The connector's line under "What each can do", as its declaration has it. */
function lineOf({ type, grade, capabilities, commands, feeds, webhook, censuses = [], broker, limits }: AnyConnector): string {
  const told = [...(feeds.length > 0 ? [`polled: ${feeds.map(({ name }) => name).join(", ")}`] : []), ...(webhook ? ["pushed"] : []), ...(broker ? ["over a connection that stands"] : [])].join("; ");
  const cells = [`\`${type}\``, grade, capabilities.join(", ") || "–", told || "–", censuses.flatMap(({ kinds }) => kinds).join(", ") || "–", Object.keys(commands).length === 0 ? "–" : String(Object.keys(commands).length), `${limits.concurrency}, ${limits.perMinute}`];
  return `| ${cells.join(" | ")} |`;
}

test("what the documentation says of each connector is what its code declares, and none is called proven that it does not name", () => {
  const docs = readFileSync(path.join(import.meta.dirname, "../../docs/connectors.md"), "utf8"), lines = [...connectorTypes.values()].filter(({ grade, type }) => grade !== "sandbox" || docs.includes(`| \`${type}\` |`)).map(lineOf);
  expect(lines.filter((line) => !docs.includes(line))).toEqual([]);
});
