import { expect, it } from "vitest";
import { guards } from "./guards";
import { run } from "./run";
import { settingOf } from "./setting";

const seedsAllowed = 1_000, orders = 4;

it.each(guards)("a run without $guard is seen to fail", async ({ breaks, under = (setting) => setting }) => {
  let violations: string[] = [];
  for (let seed = 1; seed <= seedsAllowed && violations.length === 0; seed++) ({ violations } = await run(under(settingOf(seed, orders)), { tamper: breaks }));
  expect(violations).not.toEqual([]);
});
