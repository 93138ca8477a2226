import { expect, test } from "vitest";
import { absentUserHash, hashPassword, verifyPassword } from "./password";

test("only the right password fits, and the same password never gives the same hash", async () => {
  const [one, two] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  expect(one).not.toBe(two);
  expect(await verifyPassword("correct horse", one)).toBe(true);
  expect(await verifyPassword("correct hors", one)).toBe(false);
  expect(await verifyPassword("anything", absentUserHash)).toBe(false);
  expect(await verifyPassword("anything", "not a hash")).toBe(false);
});
