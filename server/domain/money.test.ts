import { expect, test } from "vitest";
import { dec } from "./decimal";
import { moneyText, roundMoney } from "./money";

test.each([["USD", "12.35"], ["JPY", "12"], ["RWF", "12"], ["XPF", "12"], ["KWD", "12.345"]])("an amount in %s has its decimals (ISO 4217)", (currency, expected) => {
  expect(moneyText(roundMoney(dec("12.345"), currency), currency)).toBe(expected);
});
