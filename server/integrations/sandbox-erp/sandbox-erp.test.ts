import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenSending, conformsWhenTranslating, integrationsOf, lease, testNow, type Answer, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { sandboxErp } from ".";
import messages from "./fixtures/messages.json";
import { fraction } from "./to-canonical";

const setup: Setup = {
  connector: sandboxErp, settings: { company: "US01", clientId: "ledgerline", isSystemOfRecord: false }, secrets: { clientSecret: "mf-very-secret-1" },
  codes: { "customer|D10001": "D10001", "terms|N30": "N30", "item|1000-001": "1000-001", "base_unit|1000-001": "PCS", "charge|freight": "CH-FREIGHT" },
};
const unit = "SHP0000001/D10001/USD/N30/p1";
const key = `post_invoice|US01:billing_unit:${unit}||1`;
const payload = {
  reference: key, unit, revision: 1, customer: "D10001", billTo: "D10001", payer: "D10001", orders: ["N-100001"], purchaseOrder: "4711", shipment: "SHP0000001", currency: "USD", terms: "N30",
  accountingDate: "2026-11-23", dueDate: "2026-12-23", revenueDate: "2026-11-23", shipTo: { country: "US", state: "OH" },
  lines: [{ key: "N-100001/ord_000001-1/SHP0000001/1", order: "N-100001", line: "ord_000001-1", item: "1000-001", description: "Breaker", quantity: "10", price: "12.5", priceUnit: "1", net: "124.99", tax: "10.00", taxCategory: "GOODS" }],
  charges: [{ charge: "freight", order: "N-100001", amount: "15.00", tax: "1.20", taxCategory: "freight" }], net: "124.99", chargesTotal: "15.00", tax: "11.20", total: "151.19",
};
const invoice = (more: Partial<Parameters<typeof command>[3]> = {}) => command("post_invoice", { kind: "billing_unit", key: unit }, payload, more);
const document = {
  Id: "SI-000001", No: "103001", Status: "Posted", ExternalDocumentNo: key, CustomerNo: "D10001", CurrencyCode: "USD", PostingDate: "2026-11-23", DueDate: "2026-12-23", NetAmount: "124.99", ChargesAmount: "15.00", TaxAmount: "11.20", TotalAmount: "151.19",
  RemainingAmount: "151.19", LastModified: "2026-11-23T12:00:00.000Z", Lines: [{ LineNo: 10000, Type: "Item", No: "1000-001", Quantity: "10", LineAmount: "124.99", TaxAmount: "10.00", SalesOrderNo: "N-100001", SalesOrderLine: "ord_000001-1", ShipmentNo: "SHP0000001" }],
};
const token: Answer = { body: { access_token: "mft_token-1", token_type: "Bearer", expires_in: 900 } };
const erp = (posted: readonly unknown[] = [], post: Answer = { status: 201, body: document }): Vendor => (seen) => (seen.path === "/oauth2/token" ? token : seen.method === "GET" ? { body: { value: posted } } : post);
const acts = (seen: Seen): boolean => seen.method === "POST" && seen.path !== "/oauth2/token";

conforms(setup, { signsIn: ({ path }) => (path.startsWith("/oauth") ? { body: { access_token: "tok-1", token_type: "Bearer", expires_in: 3600 } } : null) });
conformsWhenSending("Meridian Finance", {
  setup, command: invoice(), accepts: erp(), acted: erp([document]), acts,
  refusal: { status: 422, body: { error: { code: "PeriodClosed", message: "Posting date is in a closed period", target: "PostingDate" } }, code: "INV-01" },
  unmapped: { command: command("post_invoice", { kind: "billing_unit", key: unit }, { ...payload, billTo: "nobody" }), code: "MAP-01" },
});

describe("posting to a ledger without idempotency", () => {
  const sent = async (vendor: Vendor, use = invoice()) => {
    const stub = await bench(setup, vendor);
    const { outcome } = await stub.integrations.send(use, lease());
    await stub.close();
    return { outcome, posts: stub.seen.filter(acts), seen: stub.seen };
  };
  test("says what it is by our reference, its prices exactly and its discount never below nothing", async () => {
    const { posts } = await sent(erp());
    const body = JSON.parse(posts[0]?.body ?? "{}") as Record<string, unknown> & { Lines: Record<string, unknown>[] };
    expect(posts[0]?.path).toBe("/odata/v4/Company('US01')/SalesInvoices/CreateAndPost");
    expect(body).toMatchObject({ ExternalDocumentNo: key, CustomerNo: "D10001", TaxDocumentCode: `${unit}/r1`, NetAmount: "124.99", ChargesAmount: "15.00", TotalAmount: "151.19", ShipmentNos: ["SHP0000001"] });
    expect(body.Lines[0]).toMatchObject({ LineNo: 10000, UnitOfMeasure: "PCS", Quantity: "10", UnitPrice: "12.5", LineDiscountAmount: "0.01", LineAmount: "124.99", SalesOrderLine: "ord_000001-1" });
    expect(body.Lines[1]).toMatchObject({ LineNo: 20000, Type: "Charge", No: "CH-FREIGHT", LineAmount: "15.00" });
  });
  test("two charges of one code are two lines of that code", async () => {
    const { posts } = await sent(erp(), command("post_invoice", { kind: "billing_unit", key: unit }, { ...payload, charges: [...payload.charges, { charge: "freight#2", order: "N-100001", amount: "7.00", tax: "0.00", taxCategory: "none" }] }));
    expect((JSON.parse(posts[0]?.body ?? "{}") as { Lines: unknown[] }).Lines.slice(1)).toMatchObject([{ LineNo: 20000, No: "CH-FREIGHT", LineAmount: "15.00" }, { LineNo: 30000, No: "CH-FREIGHT", Description: "freight", LineAmount: "7.00" }]);
  });
  test("prices a line by its amount where the cumulative rule bills a cent above the price", async () => {
    const { posts } = await sent(erp(), command("post_invoice", { kind: "billing_unit", key: unit }, { ...payload, lines: [{ ...payload.lines[0], quantity: "3", price: "3.333333", net: "10.01" }] }));
    expect((JSON.parse(posts[0]?.body ?? "{}") as { Lines: unknown[] }).Lines[0]).toMatchObject({ Quantity: "3", UnitPrice: "10.01", PriceUnitQuantity: "3", LineDiscountAmount: "0.00", LineAmount: "10.01" });
  });
  test("looks before it sends again, and finds what the first try made", async () => {
    const { outcome, posts } = await sent(erp([document]), invoice({ attempt: 2 }));
    expect(outcome).toMatchObject({ kind: "confirmed", reference: "103001", result: { total: "151.19", lines: [{ key: "N-100001/ord_000001-1/SHP0000001/1" }] } });
    expect(posts).toHaveLength(0);
  });
  test("sends again where nothing is there; a draft is nothing", async () => { expect((await sent(erp([{ ...document, Status: "Draft", No: null }]), invoice({ attempt: 2 }))).posts).toHaveLength(1); });
  test("leaves two documents under one reference to a person", async () => {
    expect((await sent(erp([document, { ...document, Id: "SI-2", No: "103002" }]), invoice({ attempt: 2 }))).outcome).toMatchObject({ kind: "rejected", failure: { code: "INV-05" } });
  });
  test("a locked table is proof that nothing was done", async () => { expect((await sent(erp([], { status: 423 }))).outcome.kind).toBe("retryable"); });
  test("gets another token when the ledger has forgotten this one, once", async () => {
    let refused = 0;
    const { outcome, seen } = await sent((call) => (call.path === "/oauth2/token" || refused++ > 0 ? erp()(call) : { status: 401 }));
    expect(outcome.kind).toBe("confirmed");
    expect(seen.filter(({ path }) => path === "/oauth2/token")).toHaveLength(2);
  });
  test("does not carry its token to another place for the next page", async () => {
    const stub = await bench(setup, (call) => (call.path === "/oauth2/token" ? token : { body: { value: [], "@odata.nextLink": "http://evil.example/steal" } }));
    const { reading } = await stub.integrations.readFeed("under-test", "invoices", null, lease());
    await stub.close();
    expect(reading).toMatchObject({ ok: false, error: { code: "CTR-01" } });
  });
  test("one read of many that fails is asked again: a page of items is not lost by a call in fifty, nor tried for ever", async () => {
    const items = Array.from({ length: 20 }, (_, at) => ({ No: `1000-${at}`, Description: "Breaker", Blocked: false, BaseUnitOfMeasure: "PCS", UnitPrice: "12.5", PriceUnitQuantity: "1", PriceUnitOfMeasure: "PCS", TaxGroupCode: "GOODS", LastModified: "2026-11-23T12:00:00.000Z" }));
    const readItems = async (fails: (call: number) => boolean) => {
      let calls = 0;
      const stub = await bench(setup, (call) => call.path === "/oauth2/token" ? token : call.path.includes("/ItemUnits") ? (fails(calls += 1) ? { status: 500, body: {} } : { body: { value: [] } }) : { body: { value: items } });
      const { reading } = await stub.integrations.readFeed("under-test", "items", null, lease());
      await stub.close();
      return { messages: reading.ok ? reading.value.messages.length : reading.error.code, calls };
    };
    expect([await readItems((call) => call % 5 === 0), await readItems(() => true)]).toEqual([{ messages: 20, calls: 24 }, { messages: "TEC-01", calls: 3 }]);
  });
  test("reads back what stands, with the ledger's own figures", async () => {
    const stub = await bench(setup, erp([{ ...document, TaxAmount: "11.19" }]));
    const { answer } = await stub.integrations.verify(invoice(), "103001", lease());
    await stub.close();
    expect(answer).toMatchObject({ kind: "read", result: { tax: "11.19", number: "103001", state: "posted" } });
  });
  test("applies in two documents, and a second try sends only the missing one", async () => {
    const apply = command("apply_receipt", { kind: "receipt", key: "BKR-1" }, { reference: "apply", receipt: "BKR-1", receiptNumber: "PR-1", invoice: "103001", amount: "150.00", writeOff: "1.19", currency: "USD" }, { attempt: 2 });
    const vendor: Vendor = (call) => {
      if (call.path === "/oauth2/token") return token;
      if (call.method === "POST") return { status: 201, body: { Id: "WO-1", Amount: "1.19" } };
      if (call.path.includes("/SalesInvoices")) return { body: { value: [{ ...document, RemainingAmount: "0.00" }] } };
      return { body: { value: call.path.includes("/Applications") ? [{ Id: "AP-1", Status: "Applied", Amount: "150.00" }] : [] } };
    };
    const { outcome, posts } = await sent(vendor, apply);
    expect(outcome).toMatchObject({ kind: "confirmed", reference: "AP-1", result: { applied: "150.00", writtenOff: "1.19", open: "0.00" } });
    expect(posts.map(({ path }) => path.split("/").at(-1))).toEqual(["WriteOffs"]);
  });
  test("money given back is booked against the credit or receipt that it came from, once however often it is tried", async () => {
    const refund = (attempt: number) => command("post_refund", { kind: "return", key: "RT-1" }, { reference: "post_refund|RT-1", source: "credit", number: "503001", means: "card", amount: "54.00", currency: "USD", accountingDate: "2026-11-23" }, { attempt });
    const vendor = (there: object[]): Vendor => (call) => call.path === "/oauth2/token" ? token : call.method === "POST" ? { status: 201, body: { Id: "RF-1", Amount: "54.00" } } : { body: { value: call.path.includes("/CustomerRefunds") ? there : [] } };
    const first = await sent(vendor([]), refund(1)), again = await sent(vendor([{ Id: "RF-1", Amount: "54.00" }]), refund(2));
    for (const { outcome } of [first, again]) expect(outcome).toMatchObject({ kind: "confirmed", reference: "RF-1", result: { amount: "54.00" } });
    expect(first.posts.map(({ path, body }) => [path.split("/").at(-1), JSON.parse(body) as object])).toMatchObject([["CustomerRefunds", { ExternalDocumentNo: "post_refund|RT-1", SourceType: "CreditMemo", SourceNo: "503001", Amount: "54.00", PaymentMethodCode: "CARD" }]]);
    expect(again.posts).toEqual([]);
  });
  test("a bounced payment is reversed by its number on the day of its reversal, once however often it is tried, and read back", async () => {
    const reversal = (attempt: number) => command("reverse_receipt", { kind: "receipt", key: "BKR-1" }, { reference: "reverse_receipt|BKR-1", receipt: "BKR-1", receiptNumber: "PR-1", amount: "54.00", currency: "USD", accountingDate: "2026-11-23" }, { attempt });
    const payment = { Id: "PR-1", No: "PR-1", Status: "Posted", Amount: "54.00" }, reversed = { ...payment, Status: "Reversed" };
    const vendor = (there: object[], post: Answer = { status: 200, body: reversed }): Vendor => (call) => (call.path === "/oauth2/token" ? token : call.method === "POST" ? post : { body: { value: there } });
    for (const attempt of [1, 2]) {
      const first = await sent(vendor([payment]), reversal(attempt)), again = await sent(vendor([reversed]), reversal(attempt));
      for (const { outcome } of [first, again]) expect(outcome).toMatchObject({ kind: "confirmed", reference: "PR-1", result: { reversed: "54.00" } });
      expect(first.posts.map(({ path, body }) => [path.split("/").slice(-2), JSON.parse(body) as object])).toEqual([[["CustomerPayments('PR-1')", "Reverse"], { PostingDate: "2026-11-23" }]]);
      expect(again.posts).toEqual([]);
    }
    expect((await sent(vendor([]), reversal(1))).outcome).toMatchObject({ kind: "rejected", failure: { code: "PAY-03" } });
    expect((await sent(vendor([payment], { status: 409, body: { error: { code: "InvalidState", message: "PR-1 is reversed or applied" } } }), reversal(1))).outcome).toMatchObject({ kind: "rejected", failure: { code: "PAY-03" } });
    const readBack = async (there: object[]) => { const stub = await bench(setup, vendor(there)); const { answer } = await stub.integrations.verify(reversal(1), "PR-1", lease()); await stub.close(); return answer; };
    expect([await readBack([reversed]), await readBack([payment])]).toMatchObject([{ kind: "read", result: { reversed: "54.00" } }, { kind: "missing" }]);
  });
  test("a refund that failed after it was booked is taken back by its number, once however often it is tried, and read back", async () => {
    const reversal = (attempt: number) => command("reverse_refund", { kind: "return", key: "RT-1" }, { reference: "reverse_refund|RT-1", refundNumber: "RF-1", source: "credit", number: "503001", amount: "54.00", currency: "USD", accountingDate: "2026-11-23" }, { attempt });
    const refund = { Id: "RF-1", No: "RF-1", Status: "Posted", Amount: "54.00" }, reversed = { ...refund, Status: "Reversed" };
    const vendor = (there: object[]): Vendor => (call) => (call.path === "/oauth2/token" ? token : call.method === "POST" ? { status: 200, body: reversed } : { body: { value: call.path.includes("/CustomerRefunds") ? there : [] } });
    for (const attempt of [1, 2]) {
      const first = await sent(vendor([refund]), reversal(attempt)), again = await sent(vendor([reversed]), reversal(attempt));
      for (const { outcome } of [first, again]) expect(outcome).toMatchObject({ kind: "confirmed", reference: "RF-1", result: { reversed: "54.00" } });
      expect([first.posts.map(({ path, body }) => [path.split("/").slice(-2), JSON.parse(body) as object]), again.posts]).toEqual([[[["CustomerRefunds('RF-1')", "Reverse"], { PostingDate: "2026-11-23" }]], []]);
    }
    expect((await sent(vendor([]), reversal(1))).outcome).toMatchObject({ kind: "rejected", failure: { code: "REF-01" } });
    const readBack = async (there: object[]) => { const stub = await bench(setup, vendor(there)); const { answer } = await stub.integrations.verify(reversal(1), "RF-1", lease()); await stub.close(); return answer; };
    expect([await readBack([reversed]), await readBack([refund])]).toMatchObject([{ kind: "read", result: { reversed: "54.00" } }, { kind: "missing" }]);
  });
  test("a credit is applied by its number, with the ledger's own figure in the answer; above what is open it is refused as CRD-01", async () => {
    const apply = command("apply_credit", { kind: "return", key: "RT-1" }, { reference: "apply_credit|RT-1", credit: "503001", invoice: "103001", amount: "134.82", currency: "USD" });
    const vendor = (post: { status: number; body: object }): Vendor => (call) => {
      if (call.path === "/oauth2/token") return token;
      if (call.method === "POST") return post;
      return { body: { value: call.path.includes("/SalesInvoices") ? [{ ...document, RemainingAmount: "4.46" }] : [] } };
    };
    const { outcome, posts } = await sent(vendor({ status: 201, body: { Id: "AP-1", Status: "Applied", Amount: "134.80" } }), apply);
    expect(outcome).toMatchObject({ kind: "confirmed", reference: "AP-1", result: { applied: "134.80", open: "4.46" } });
    expect(posts.map(({ body }) => JSON.parse(body) as object)).toMatchObject([{ ExternalDocumentNo: "apply_credit|RT-1", SourceType: "CreditMemo", SourceNo: "503001", InvoiceNo: "103001", Amount: "134.82" }]);
    const refused = await sent(vendor({ status: 422, body: { error: { code: "AppliedAmountTooHigh", message: "503001 has only 0.00 open", target: "Amount" } } }), apply);
    expect(refused.outcome).toMatchObject({ kind: "rejected", failure: { code: "CRD-01" } });
  });
});

conformsWhenTranslating("Meridian Finance", {
  setup, messages,
  expected: { customer: ["customer.described"], exemptCustomer: ["customer.described"], credit: ["credit.positioned"], item: ["item.described"], price: ["price.agreed"], periods: ["periods.described"], invoice: ["ledger.document_read"] },
});

describe("documents of the ledger", () => {
  const read = async (of: object) => {
    const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify({ kind: "document", of: "invoice", document: { ...document, ...of } })) });
    return answer.ok ? answer.value.events[0] : undefined;
  };
  test("ours belongs to the billing unit that its reference names", async () => {
    expect(await read({})).toMatchObject({ subject: { kind: "billing_unit", key: unit }, data: { reference: key, lines: [{ line: "N-100001/ord_000001-1/SHP0000001/1" }] } });
  });
  test("a digest is read by the key in the notes", async () => { expect((await read({ ExternalDocumentNo: "post_invoice~0123", Description: key }))?.data).toMatchObject({ reference: key }); });
  test("one of somebody else belongs to its order; one that names none, or several, is kept until a person says whose it is", async () => {
    expect((await read({ ExternalDocumentNo: "by hand" }))?.subject).toEqual({ entity: "US01", kind: "order", key: "N-100001" });
    const unclaimed = { entity: "US01", kind: "master_record", key: "unclaimed/103001" }, [line] = document.Lines;
    expect((await read({ ExternalDocumentNo: null, Lines: [] }))?.subject).toEqual(unclaimed);
    expect(await read({ ExternalDocumentNo: "by hand", Description: "two at once", Lines: [line, { ...line, SalesOrderNo: "N-100002" }] })).toMatchObject({ subject: unclaimed, data: { text: "two at once N-100001 N-100002" } });
  });
  test("pack sizes become exact fractions", () => { expect([fraction("24"), fraction("0.125"), fraction("2.50")]).toEqual([{ numerator: 24, denominator: 1 }, { numerator: 1, denominator: 8 }, { numerator: 5, denominator: 2 }]); });
});

conformsWhenAsked("Meridian Finance", {
  setup, census: "invoices", feed: "invoices", total: 3, expected: ["invoices 103001", "invoices 103002", "invoices excluded"],
  vendor: ({ path, headers }) => {
    if (path === "/oauth2/token") return token;
    const posted = messages.invoice.document, home = `http://${headers.host ?? ""}`;
    if (path.includes("skiptoken")) return { body: { "@odata.count": 3, value: [{ ...posted, Id: "SI-2", No: "103002" }, { ...posted, Id: "SI-3", No: null, Status: "Draft" }] } };
    return { body: { "@odata.count": 3, value: [posted], "@odata.nextLink": `${home}${path.split("?")[0] ?? ""}?$skiptoken=1` } };
  },
});
