import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startForTest, testCredentials, type TestSystem } from "@/server/landscape/testing/in-process";
import type { ClaimedCommand } from "@/server/pipeline/ports";
import { command, integrationsOf, lease, type Setup } from "../contract/testing/conformance";
import type { Integrations } from "../runtime";
import { sandboxErp } from ".";

/** The connector against the simulated ledger itself, over HTTP. */
const credentials = testCredentials.erp;
const setup: Setup = {
  connector: sandboxErp, settings: { company: "US01", clientId: "ledgerline", isSystemOfRecord: false }, secrets: { clientSecret: "clientSecret" in credentials ? credentials.clientSecret : "" },
  codes: { "customer|D10001": "D10001", "terms|N30": "N30", "item|1000-001": "1000-001", "base_unit|1000-001": "PCS", "charge|freight": "CH-FREIGHT" },
};
const today = new Date().toISOString().slice(0, 10), due = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const unit = { kind: "billing_unit", key: "SHP0000001/D10001/USD/N30/p1" } as const, id = `US01:billing_unit:${unit.key}`;
const parties = { customer: "D10001", billTo: "D10001", payer: "D10001", currency: "USD", accountingDate: today };
const line = { key: "N-1/l1/SHP0000001/1", order: "N-1", line: "l1", item: "1000-001", description: "Breaker", taxCategory: "GOODS" };

describe("a debit in the simulated ledger", () => {
  let erp: TestSystem, integrations: Integrations, sold: string;
  const send = (use: ClaimedCommand) => integrations.send(use, lease()).then(({ outcome }) => outcome);
  const documents = async (type: string) => ((await erp.call("GET", `/_documents?type=${type}`)).body as { documents: Record<string, Record<string, unknown>[]> }).documents[type] ?? [];
  const debit = (more: object = {}, attempt = 1) => {
    const slot = "price/N-1/1", naturalKey = `post_debit|${id}|${slot}|1`;
    return command("post_debit", unit, {
      ...parties, reference: naturalKey, class: "price_adjustment", cause: slot, order: "N-1", invoice: sold, taxDate: today, terms: "N30", dueDate: due,
      lines: [{ ...line, quantity: "0", net: "12.50", tax: "1.00" }], charges: [], net: "12.50", chargesTotal: "0.00", tax: "1.00", total: "13.50", ...more,
    }, { naturalKey, attempt });
  };
  beforeAll(async () => {
    erp = await startForTest("erp");
    integrations = integrationsOf(setup, erp.url, { value: new Date().toISOString() });
    const reference = `post_invoice|${id}||1`;
    const posted = await send(command("post_invoice", unit, {
      ...parties, reference, unit: unit.key, revision: 1, orders: ["N-1"], purchaseOrder: "4711", shipment: "SHP0000001", terms: "N30", dueDate: due, revenueDate: today, shipTo: { country: "US", state: "OH" },
      lines: [{ ...line, quantity: "10", price: "12.5", priceUnit: "1", net: "125.00", tax: "10.00" }], charges: [], net: "125.00", chargesTotal: "0.00", tax: "10.00", total: "135.00",
    }, { naturalKey: reference }));
    expect(posted).toMatchObject({ kind: "confirmed" });
    sold = (posted as { reference: string }).reference;
  });
  afterAll(() => erp.close());

  test("is a debit memo of positive amounts for its invoice, owed until its own due date; read back it agrees", async () => {
    const outcome = await send(debit());
    expect(outcome).toMatchObject({ kind: "confirmed", reference: "703001", result: { net: "12.50", tax: "1.00", total: "13.50", dueDate: due, state: "posted" }, events: [{ type: "ledger.document_read", data: { kind: "debit", number: "703001", total: "13.50" } }] });
    expect(await documents("salesDebitMemos")).toMatchObject([{ AppliesToInvoiceNo: sold, ReasonCode: "PRICE", PaymentTermsCode: "N30", DueDate: due, TotalAmount: "13.50", RemainingAmount: "13.50" }]);
    expect((await integrations.verify(debit(), "703001", lease())).answer).toMatchObject({ kind: "read", result: { total: "13.50", customer: "D10001", currency: "USD", accountingDate: today } });
    expect(((await erp.call("GET", "/_ledger")).body as { totals: object }).totals).toEqual({ USD: "0.00" });
  });
  test("told by the ledger's feed it is a debit of the unit that asked for it", async () => {
    const [document] = await documents("salesDebitMemos");
    const told = await integrations.translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: new Date().toISOString(), contentType: "application/json", body: new TextEncoder().encode(JSON.stringify({ kind: "document", of: "debit", document })) });
    expect(told).toMatchObject({ ok: true, value: { events: [{ type: "ledger.document_read", subject: { entity: "US01", ...unit }, data: { kind: "debit", number: "703001", reference: `post_debit|${id}|price/N-1/1|1`, total: "13.50", dueDate: due } }] } });
  });
  test("is found again by its reference before it would be posted twice", async () => {
    expect(await send(debit({}, 2))).toMatchObject({ kind: "confirmed", reference: "703001" });
    expect(await documents("salesDebitMemos")).toHaveLength(1);
  });
  test("below nothing, as a debit or as a credit, the ledger refuses it", async () => {
    const turned = { lines: [{ ...line, quantity: "0", net: "-12.50", tax: "-1.00" }], net: "-12.50", tax: "-1.00", total: "-13.50" };
    const credit = { ...debit(turned), kind: "post_credit" as const };
    for (const use of [debit({ ...turned, reference: "below" }), credit]) expect(await send(use)).toMatchObject({ kind: "rejected", failure: { code: "CRD-01", at: "TotalAmount" } });
  });
  test("is paid and credited under its own number", async () => {
    const receipt = { kind: "receipt", key: "BKR-1" } as const;
    const paid = await send(command("post_receipt", receipt, { reference: "post_receipt|BKR-1", receipt: "BKR-1", payer: "D10001", means: "bank", amount: "3.50", currency: "USD", accountingDate: today }, { naturalKey: "post_receipt|US01:receipt:BKR-1||1" }));
    expect(await send(command("apply_receipt", receipt, { reference: "apply_receipt|BKR-1", receipt: "BKR-1", receiptNumber: (paid as { reference: string }).reference, invoice: "703001", amount: "3.50", writeOff: "0.00", currency: "USD" }))).toMatchObject({ kind: "confirmed", result: { applied: "3.50", open: "10.00" } });
    const reference = "post_credit|US01:return:RT-1|RT-1|1";
    const credit = await send(command("post_credit", { kind: "return", key: "RT-1" }, { ...parties, reference, class: "return", cause: "RT-1", order: "N-1", invoice: sold, taxDate: today, lines: [{ ...line, quantity: "10", net: "137.50", tax: "11.00" }], charges: [], net: "137.50", chargesTotal: "0.00", tax: "11.00", total: "148.50" }, { naturalKey: reference }));
    expect(credit).toMatchObject({ kind: "confirmed" });
    expect(await send(command("apply_credit", { kind: "return", key: "RT-1" }, { reference: "apply_credit|RT-1", credit: (credit as { reference: string }).reference, invoice: "703001", amount: "10.00", currency: "USD" }))).toMatchObject({ kind: "confirmed", result: { applied: "10.00", open: "0.00" } });
  });
});
