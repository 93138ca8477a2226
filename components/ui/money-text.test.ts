import { describe, expect, it } from "vitest";
import { moneyText, quantityText } from "./money-text";

describe("moneyText", () => {
  it.each([
    ["48309.81", "$48,309.81"], ["0", "$0.00"], ["-199.72", "−$199.72"], ["-0.00", "$0.00"], ["3.4625", "$3.4625"],
    ["9007199254740993.01", "$9,007,199,254,740,993.01"], ["1204388", "$1,204,388.00"], ["7.50", "$7.50"],
  ])("writes %s with cents as %s", (amount, text) => { expect(moneyText(amount, "USD")).toBe(text); });

  it.each([["184219.50", "$184,220"], ["-184219.5", "−$184,220"], ["0.49", "$0"], ["-0.4", "$0"], ["999.5", "$1,000"]])(
    "rounds %s half away from zero to %s", (amount, text) => { expect(moneyText(amount, "USD", "whole")).toBe(text); });

  it.each([
    ["121812.3", "$121.8k"], ["3318000", "$3.32M"], ["9340", "$9.3k"], ["999949", "$999.9k"], ["999950", "$1.00M"], ["640.2", "$640"],
    ["999.6", "$1.0k"], ["5959295", "$5.96M"], ["12345678901", "$12.35B"], ["-1204388", "−$1.20M"], ["999999999", "$1.00B"],
  ])("shortens %s to %s", (amount, text) => { expect(moneyText(amount, "USD", "compact")).toBe(text); });

  it("knows currencies without minor units, with three, and without a sign of their own", () => {
    expect(moneyText("1099", "JPY")).toBe("¥1,099");
    expect(moneyText("2.594", "KWD")).toBe("KWD 2.594");
    expect(moneyText("1200", "SEK")).toBe("SEK 1,200.00");
  });
  it("puts a plus only where asked and never on zero", () => {
    expect(moneyText("1250", "USD", "cents", true)).toBe("+$1,250.00");
    expect(moneyText("0", "USD", "cents", true)).toBe("$0.00");
  });
  it("gives back what is no amount", () => { expect(moneyText("n/a", "USD")).toBe("n/a"); });
});

describe("quantityText", () => {
  it.each([["1200.000", "1,200"], ["0.500", "0.5"], ["-4", "−4"], ["12.345678", "12.345678"], ["-0", "0"]])(
    "writes %s as %s", (quantity, text) => { expect(quantityText(quantity)).toBe(text); });
});
