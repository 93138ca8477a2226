import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenSending, lease, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { sandboxTax } from ".";

const setup: Setup = {
  connector: sandboxTax, settings: { username: "2000123456", companyCode: "HARTLINE", shipFrom: { country: "US", region: "OH", postalCode: "43004" } }, secrets: { password: "tax-very-secret-1" },
  codes: { "customer|D10001": "D10001", "tax|GOODS": "P0000000", "tax|freight": "FR020100" },
};
const question = {
  reference: "SHP1/D10001/USD/N30/p1/r1", basis: "b1", customer: "D10001", shipTo: { country: "US", state: "OH" }, currency: "USD", taxDate: "2026-11-23", exempt: false,
  lines: [{ line: "N-1/1/SHP1/1", item: "1000-001", taxCategory: "GOODS", quantity: "10", net: "125.00" }, { line: "charge:freight", item: null, taxCategory: "freight", quantity: "1", net: "15.00" }],
};
const unit = { kind: "billing_unit", key: "SHP1/D10001/USD/N30/p1" } as const;
/** Hand-made from API.md. */
const answer = {
  id: 900001, code: question.reference, status: "Saved", version: 1, date: "2026-11-23", taxDate: "2026-11-23", currencyCode: "USD", totalTax: 11.2,
  lines: [{ number: "1", tax: 10, details: [{ jurisdiction: "US-OH", rate: 0.08, tax: 10, rateValidFrom: "2020-01-01" }] }, { number: "2", tax: 1.2, details: [{ jurisdiction: "US-OH", rate: 0.08, tax: 1.2, rateValidFrom: "2020-01-01" }] }],
};
const accepts: Vendor = () => ({ status: 201, body: answer });

conforms(setup);
conformsWhenSending("Levypoint", {
  setup, command: command("determine_tax", unit, question), accepts, acts: ({ method }) => method === "POST",
  refusal: { status: 400, body: { error: { code: "JurisdictionNotFound", message: "No such region", target: "shipTo.region" } }, code: "TAX-01" },
  unmapped: { command: command("determine_tax", unit, { ...question, customer: "nobody" }), code: "MAP-01" },
});

describe("tax as the service returned it", () => {
  const sent = async (vendor: Vendor, use = command("determine_tax", unit, question)) => {
    const stub = await bench(setup, vendor);
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    return { outcome, seen: stub.seen };
  };
  test("line by line, to the cent, with the dated rates", async () => {
    const { outcome, seen } = await sent(accepts);
    expect(outcome).toMatchObject({
      kind: "confirmed", reference: question.reference,
      result: { kind: "final", basis: "b1", total: "11.20", lines: [{ line: "N-1/1/SHP1/1", tax: "10.00" }, { line: "charge:freight", tax: "1.20" }], jurisdictions: [{ jurisdiction: "US-OH", rate: "0.08", amount: "11.20", rateValidFrom: "2020-01-01" }] },
      events: [{ type: "tax.determined", subject: unit }],
    });
    expect(JSON.parse(seen[0]?.body ?? "{}")).toMatchObject({ code: question.reference, commit: false, type: "SalesInvoice", taxDate: "2026-11-23", lines: [{ number: "1", amount: 125 }, { number: "2", taxCode: "FR020100" }] });
  });
  test("never one whose lines do not add up, or that left a line out", async () => {
    expect((await sent(() => ({ body: { ...answer, totalTax: 11.21 } }))).outcome).toMatchObject({ kind: "rejected", failure: { code: "TAX-01" } });
    expect((await sent(() => ({ body: { ...answer, lines: answer.lines.slice(0, 1) } }))).outcome).toMatchObject({ kind: "rejected", failure: { code: "TAX-01" } });
  });
  test("a committed record that says otherwise is a disagreement of records", async () => {
    expect((await sent(() => ({ status: 409, body: { error: { code: "DocumentCommitted", message: "x" } } }))).outcome).toMatchObject({ kind: "rejected", failure: { code: "TAX-02" } });
  });
  test("a commit is of the record that was determined, its slashes kept apart from the path's", async () => {
    const { outcome, seen } = await sent(() => ({ body: { ...answer, status: "Committed" } }), command("commit_tax", unit, { document: question.reference, revision: 1, invoice: "103001", total: "11.20" }));
    expect(seen[0]?.path).toBe("/api/v1/transactions/SHP1%2FD10001%2FUSD%2FN30%2Fp1%2Fr1/commit");
    expect(outcome).toMatchObject({ kind: "confirmed", result: { state: "committed", total: "11.20" } });
  });
  test("a credit's tax is a committed return of the sale's record, at the sale's date, found again by its own code", async () => {
    const credit = {
      reference: "return_tax|US01:return:RT-1|RT-1|1", original: question.reference, invoice: "103001", credit: "503001", customer: "D10001", shipTo: question.shipTo, currency: "USD", taxDate: "2026-11-23",
      lines: [{ line: "N-1/1/SHP1/1", item: "1000-001", taxCategory: "GOODS", quantity: "4", net: "50.00", tax: "4.00" }], total: "4.00",
    };
    const taken = { ...answer, code: credit.reference, status: "Committed", totalTax: -4, lines: [{ number: "1", tax: -4, details: [] }] };
    const use = command("return_tax", { kind: "return", key: "RT-1" }, credit);
    const { outcome, seen } = await sent(() => ({ status: 201, body: taken }), use);
    expect(JSON.parse(seen[0]?.body ?? "{}")).toMatchObject({ code: credit.reference, type: "ReturnInvoice", originalCode: question.reference, taxDate: "2026-11-23", commit: true, lines: [{ number: "1", taxCode: "P0000000", quantity: 4, amount: -50, taxAmount: -4 }] });
    expect(outcome).toMatchObject({ kind: "confirmed", reference: credit.reference, result: { state: "committed", total: "4.00" } });
    const debit = await sent(() => ({ status: 201, body: { ...taken, totalTax: 4 } }), command("return_tax", { kind: "return", key: "RT-1" }, { ...credit, lines: [{ ...credit.lines[0], net: "-50.00", tax: "-4.00" }], total: "-4.00" }));
    expect([JSON.parse(debit.seen[0]?.body ?? "{}"), debit.outcome]).toMatchObject([{ type: "SalesInvoice", lines: [{ amount: 50, taxAmount: 4 }] }, { result: { total: "-4.00" } }]);
  });
});
