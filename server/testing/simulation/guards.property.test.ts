import { expect, it } from "vitest";
import { guards } from "./guards";
import { run } from "./run";
import { settingOf } from "./setting";

const seedsAllowed = 1_000, orders = 4;

it.each(guards)("a run without $guard is seen to fail", async ({ breaks, under = (setting) => setting }) => {
  let violations: string[] = [], seed = 0;
  while (seed < seedsAllowed && violations.length === 0) ({ violations } = await run(under(settingOf(++seed, orders)), { tamper: breaks }));
  expect(violations).not.toEqual([]);
  expect((await run(under(settingOf(seed, orders)))).violations, "the same without the loss").toEqual([]);
});
