import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
mkdirSync(path.join(root, ".tower"), { recursive: true });
// below the root, where its packages are found
const tree = mkdtempSync(path.join(root, ".tower/types-and-lint-"));
afterAll(() => { rmSync(tree, { recursive: true }); });

const write = (file: string, text: string): void => { writeFileSync(path.join(tree, file), text); };
function look(): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, "scripts/types-and-lint.mjs"), tree], { encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}
const well = { code: 0, said: "" };

test("what an edit elsewhere does to a file is seen, and seen again until it is mended", () => {
  write("tsconfig.json", JSON.stringify({ compilerOptions: { strict: true, noEmit: true, module: "ESNext", moduleResolution: "Bundler", lib: ["ES2015"], types: [] }, include: ["*.ts"] }));
  const config = (rules: object) => `import tseslint from "typescript-eslint";
    export default [{ files: ["*.ts"], plugins: { "@typescript-eslint": tseslint.plugin }, languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } }, rules: ${JSON.stringify(rules)} }];`;
  write("eslint.config.mjs", config({ "@typescript-eslint/no-floating-promises": "error" }));
  const atOnce = "export const save = (): void => {};\n";
  write("store.ts", atOnce);
  write("between.ts", 'import { save } from "./store";\nexport const keep = () => save();\n');
  write("door.ts", 'import { keep } from "./between";\nexport function open(): void { keep(); }\n');
  write("house.ts", 'import { keep } from "./between";\nexport const kept: void = keep();\n');
  expect(look()).toEqual(well);

  // two imports away, in files whose text stays: a type error, and a rule that needs types
  write("store.ts", "export const save = (): Promise<void> => Promise.resolve();\n");
  for (const attempt of [1, 2]) expect(look(), `attempt ${attempt}`).toEqual({ code: 1, said: expect.stringMatching(/house\.ts[^]*TS2322[^]*door\.ts[^]*no-floating-promises/) as string });

  // a rule is asked anew of every file
  write("store.ts", atOnce);
  write("eslint.config.mjs", config({ "max-lines": ["error", 1] }));
  expect(look()).toEqual({ code: 1, said: expect.stringMatching(/^(?![^]*TS2322)[^]*between\.ts[^]*door\.ts[^]*house\.ts/) as string });
  write("eslint.config.mjs", config({ "max-lines": ["error", 2] }));
  expect(look()).toEqual(well);
}, 120_000);
