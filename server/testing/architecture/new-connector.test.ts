import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { newConnector } from "@/server/cli/connector-new";

const root = path.resolve(import.meta.dirname, "../../.."), own = path.join(root, "server/integrations");
mkdirSync(path.join(root, ".tower"), { recursive: true });
// below the root, where its packages are found
const tree = mkdtempSync(path.join(root, ".tower/new-connector-")), integrations = path.join(tree, "integrations");
afterAll(() => { rmSync(tree, { recursive: true }); });

const run = (...args: string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: "utf8" });
  return { status, said: status === 0 ? "" : stdout + stderr };
};
const well = { status: 0, said: "" };

test("a new kind of connector is its folder and a line of the registry, keeps its types and passes its tests", () => {
  mkdirSync(integrations);
  for (const name of readdirSync(own)) if (name !== "registry.ts") symlinkSync(path.join(own, name), path.join(integrations, name));
  copyFileSync(path.join(own, "registry.ts"), path.join(integrations, "registry.ts"));

  const files = newConnector("acme-shop-2", integrations).map((file) => path.relative(integrations, file));
  expect(files).toEqual(expect.arrayContaining(["acme-shop-2/index.ts", "acme-shop-2/acme-shop-2.test.ts", "acme-shop-2/fixtures/messages.json"]));
  expect(files.map((file) => readFileSync(path.join(integrations, file), "utf8")).join("")).not.toMatch(/template/i);
  expect(readFileSync(path.join(integrations, "registry.ts"), "utf8")).toMatch(/import \{ acmeShop2 \} from "\.\/acme-shop-2";[^]*, acmeShop2\]\.map/);

  writeFileSync(path.join(tree, "tsconfig.json"), JSON.stringify({ extends: path.join(root, "tsconfig.json"), compilerOptions: { noEmit: true, incremental: false, plugins: [], paths: { "@/*": [path.join(root, "*")] } }, include: ["integrations/acme-shop-2/**/*.ts", "integrations/registry.ts"], exclude: [] }));
  expect(run(path.join(root, "node_modules/typescript/bin/tsc"), "-p", tree)).toEqual(well);

  writeFileSync(path.join(tree, "vitest.config.mjs"), `export default { root: ${JSON.stringify(tree)}, resolve: { alias: { "@": ${JSON.stringify(root)} } }, test: { include: ["integrations/acme-shop-2/*.test.ts"] } };`);
  expect(run(path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", path.join(tree, "vitest.config.mjs"))).toEqual(well);

  expect(() => newConnector("acme-shop-2", integrations)).toThrow("there already");
  expect(() => newConnector("Acme Shop", integrations)).toThrow("no name");
}, 300_000);
