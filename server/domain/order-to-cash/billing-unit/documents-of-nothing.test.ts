import { expect, test } from "vitest";
import { dec, zero } from "../../decimal";
import type { CommandPayloads } from "../../payloads";
import type { CreditPart } from "./credit-change";
import { change, credit, invoice, line, terms, unit } from "./fixtures";
import { withinLeft } from "./within-invoice";

const promo = (amount: string) => ({ charges: [{ charge: "promo", order: "O-1", amount, taxCategory: "goods" }] });
const goods = (net: string) => [line("1", "1", net, net), line("2", "1", net, net)];

test("goods and their allowance rise to a debit of 0.01, and its own tax takes that: nothing is owed, and no debit is asked for with the signs of a credit", () => {
  const rehearsal = unit(terms(goods("10.00"), promo("-0.18")));
  rehearsal.run();
  change(rehearsal, terms(goods("10.04"), promo("-0.25")));
  rehearsal.run();
  rehearsal.decide("CREDIT_APPROVAL");
  rehearsal.run();
  expect([invoice(rehearsal).total, rehearsal.row("post_debit")]).toEqual(["21.41", undefined]);
  expect(credit(rehearsal)).toMatchObject({ net: "-0.08", chargesTotal: "0.07", tax: "0.01", total: "0.00" });
  expect(credit(rehearsal).reference).toContain("post_credit|");
  expect(rehearsal.look().holds).toEqual([]);
});

test("whatever its own tax takes beyond that is not given to the customer", () => {
  const rehearsal = unit(terms(goods("10.00"), promo("-0.18")));
  rehearsal.run();
  rehearsal.rate = () => "0.2";
  change(rehearsal, terms(goods("10.02"), promo("-0.21")));
  rehearsal.run();
  rehearsal.decide("CREDIT_APPROVAL");
  rehearsal.run();
  const { lines, charges, total } = credit(rehearsal);
  expect([lines.map(({ net }) => net), charges.map(({ amount }) => amount), total, rehearsal.row("post_debit")]).toEqual([["-0.02", "-0.02"], ["0.03"], "0.00", undefined]);
});

test("a sample that never left is corrected with other goods of its invoice, and makes no document of its own", () => {
  const sample = (quantity: string) => line("2", quantity, "0", "0.00", { free: true, freeReason: "sample" });
  const rehearsal = unit(terms([line("1", "2", "10.00", "20.00"), sample("1")]));
  rehearsal.run();
  change(rehearsal, terms([line("1", "2", "10.00", "20.00"), sample("0")]));
  expect(rehearsal.run().holds).toEqual([]);
  change(rehearsal, terms([line("1", "1", "10.00", "10.00"), sample("0")]));
  rehearsal.run();
  rehearsal.decide("CREDIT_APPROVAL");
  rehearsal.run();
  expect(rehearsal.commands.filter(({ kind }) => kind === "post_credit").map(({ payload }) => (payload as unknown as CommandPayloads["post_credit"]).lines.map(({ line: of, quantity }) => [of, quantity]))).toEqual([[["1", "1"], ["2", "1"]]]);
});

test.each([["goods", "-0.01"], ["none", "0.00"]])("a cent of tax that an allowance (category %s) is too small to have any of is the allowance's, where the invoice has nothing left", (taxCategory, expected) => {
  const parts: CreditPart[] = [{ line: { key: "O-1/1" } as CreditPart["line"], quantity: dec(1), net: dec("0.06"), tax: dec("0.01") }];
  expect(withinLeft(zero, () => true, parts, [{ charge: "promo", amount: "-0.06", tax: "0.00", taxCategory }], "USD")[0]?.tax).toBe(expected);
});
