import { defineConfig, globalIgnores } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const TYPED = ["**/*.{ts,tsx}", "scripts/**/*.mjs"];
const TESTS = ["**/*.test.{ts,tsx}", "server/testing/**", "server/landscape/testing/**", "e2e/**"];

const environment = [
  { selector: "MemberExpression[object.name='process'][property.name='env'], MemberExpression[object.name='process'][property.value='env']", message: "The environment is read and checked in server/config/env.ts only." },
  { selector: "VariableDeclarator[init.name='process'] > ObjectPattern > Property[key.name='env']", message: "The environment is read and checked in server/config/env.ts only." },
  { selector: "ImportDeclaration[source.value=/^(node:)?process$/]", message: "The environment is read and checked in server/config/env.ts only; `process` is global." },
];

const purity = [
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: "The domain has no clock: take the time as an argument." },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']", message: "The domain has no clock: take the time as an argument." },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: "The domain has no chance: the same facts give the same plan." },
  { selector: ":function[async=true], AwaitExpression, ForOfStatement[await=true]", message: "The domain waits for nothing: read first, then decide." },
];
const impure = ["process", "globalThis", "fetch", "crypto", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "console"].map((name) => ({ name, message: "The domain reaches nothing outside itself." }));

/** Beside ports a stage can only wait for what it makes itself: without these an await is a call of a port, and a simulator decides what happens at each. */
const steady = "Every await in a stage is a call of a port; so are clock, timers and chance.";
const unsteady = ["process", "globalThis", "fetch", "crypto", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "console"].map((name) => ({ name, message: steady }));
const stages = [...purity.slice(0, 3), { selector: "ImportExpression, AwaitExpression > NewExpression, ForOfStatement[await=true]" }].map(({ selector }) => ({ selector, message: steady }));

export default defineConfig(
  globalIgnores(["generated/", ".next/", ".tower/", "**/__fixtures__/violations/", "test-results/", "playwright-report/", "next-env.d.ts"]),
  {
    name: "ledgerline/typescript",
    files: TYPED,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports", disallowTypeAnnotations: false }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      // an event handler of React may be async: what it throws is reported by the query client
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // "*" | string says what a reader should know
      "@typescript-eslint/no-redundant-type-constituents": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // a port is async for those who must wait; an implementation in memory need not
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "no-restricted-syntax": ["error", ...environment],
    },
  },
  { name: "ledgerline/react", files: ["app/**", "components/**"], plugins: { "react-hooks": reactHooks }, rules: { "react-hooks/exhaustive-deps": "error", "react-hooks/rules-of-hooks": "error" } },
  { name: "ledgerline/pure-domain", files: ["server/domain/**/*.ts"], ignores: [...TESTS, "server/domain/scenarios/**"], rules: { "no-restricted-globals": ["error", ...impure], "no-restricted-syntax": ["error", ...environment, ...purity] } },
  { name: "ledgerline/stages-over-ports", files: ["server/pipeline/**/*.ts"], ignores: [...TESTS, "server/pipeline/timers.ts"], rules: { "no-restricted-globals": ["error", ...unsteady], "no-restricted-syntax": ["error", ...environment, ...stages] } },
  {
    name: "ledgerline/readers-of-the-environment",
    // the landscape is a foreign product and reads its own; Next replaces NEXT_RUNTIME where it is written
    files: ["server/config/env.ts", "instrumentation.ts", "server/landscape/**", "*.config.{ts,mjs,js}", "scripts/**", "e2e/**", "bench/**", "prisma/seed.ts", "server/testing/**", "server/domain/scenarios/harness.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    name: "ledgerline/launcher",
    files: ["scripts/**/*.mjs"],
    // plain JavaScript: what comes from JSON and from drivers has no type to check
    rules: Object.fromEntries(["argument", "assignment", "call", "member-access", "return"].map((what) => [`@typescript-eslint/no-unsafe-${what}`, "off"])),
  },
  { name: "ledgerline/command-lines", files: ["server/cli/**", "server/landscape/**", "prisma/**", "bench/**", "e2e/**"], rules: { "no-console": "off" } },
  {
    name: "ledgerline/tests",
    files: TESTS,
    rules: {
      // answers of servers and mocks are looked at as they come
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
);
