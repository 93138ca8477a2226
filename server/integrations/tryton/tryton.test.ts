import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenSending, conformsWhenTranslating, integrationsOf, lease, type Answer, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { tryton } from ".";
import recorded from "./fixtures/answers.json";
import { priced } from "./finance/lines";

/** Answers as Tryton 6.0 gave them; the tests against Tryton itself are in tryton.systems.test.ts. */
const setup: Setup = {
  connector: tryton, secrets: { password: "pw-very-secret-1" }, settings: { login: "ledgerline", company: 1, receivableAccount: "1200", cashAccount: "1000", writeOffAccount: "6900", tax: "Sales tax" },
  codes: { "customer|D1": "C1001", "terms|N30": "NET30", "item|1000-001": "BRK-1P-15", "base_unit|1000-001": "u", "charge|freight": "FREIGHT" },
};
const unit = { kind: "billing_unit", key: "S1/D1/USD/N30/p1" } as const, reference = `post_invoice|US01:billing_unit:${unit.key}||1`;
const payload = {
  reference, unit: unit.key, revision: 1, customer: "D1", billTo: "D1", payer: "D1", orders: ["N-1"], purchaseOrder: null, shipment: "S1", currency: "USD", terms: "N30", accountingDate: "2026-11-27", dueDate: "2026-12-27", revenueDate: "2026-11-27", shipTo: { country: "US" },
  lines: [{ key: "N-1/l1", order: "N-1", line: "l1", item: "1000-001", description: "Breaker", quantity: "10", price: "12.5", priceUnit: "1", net: "125.00", tax: "9.99", taxCategory: "GOODS" }], charges: [], net: "125.00", chargesTotal: "0.00", tax: "9.99", total: "134.99",
};
const invoice = (more: Partial<Parameters<typeof command>[3]> = {}, other: object = {}) => command("post_invoice", unit, { ...payload, ...other }, more);
const methodOf = (seen: Seen): string => (JSON.parse(seen.body) as { method: string }).method;
const acts = (seen: Seen): boolean => methodOf(seen) === "model.account.invoice.post";
const reads: Readonly<Record<string, unknown>> = recorded.reads;
const accepts: Vendor = (seen) => {
  const method = methodOf(seen);
  if (method === "common.db.login") return { body: { id: 1, result: [2, "5e55104e5e55104e"] } };
  if (method === "model.account.invoice.create") return { body: { id: 1, result: [3] } };
  return { body: { id: 1, result: method.endsWith(".search_read") ? (reads[method.slice("model.".length, -".search_read".length)] ?? []) : null } };
};

conforms(setup, { signsIn: (seen) => (methodOf(seen) === "common.db.login" ? accepts(seen) : null), idle: ["feed shipments", "feed returns", "feed moves", "census shipments", "census returns"] });
conformsWhenSending("Tryton", {
  setup, command: invoice(), accepts, acts,
  refusal: { status: 200, body: { id: 1, error: ["UserError", ["To continue, you must create a period for the date \"01/01/2031\".", "", null]] }, code: "INV-01" },
  unmapped: { command: invoice({}, { billTo: "nobody" }), code: "MAP-01" },
});

test("of two products with one code nobody knows which is meant: neither is invoiced, and it says what to do", async () => {
  const stub = await bench(setup, (seen) => {
    if (methodOf(seen) !== "model.product.product.search_read") return accepts(seen);
    const rows = reads["product.product"] as { id: number }[];
    return { body: { id: 1, result: [...rows, ...rows.map((row) => ({ ...row, id: row.id + 1000 }))] } };
  });
  const { outcome } = await stub.integrations.send(invoice(), lease());
  await stub.close();
  expect(outcome).toMatchObject({ kind: "rejected", failure: { code: "MAP-02" } });
  expect(outcome.kind === "rejected" && outcome.failure.message).toMatch(/2 active products with the code \S+: leave it to one of them/);
  expect(stub.seen.filter(acts)).toEqual([]);
});

describe("what an answer of Tryton proves", () => {
  const sent = async (answer: Answer, strike: (seen: Seen) => boolean = acts, use = invoice()) => {
    const stub = await bench(setup, (seen) => (strike(seen) ? answer : accepts(seen)));
    const { outcome, exchange } = await stub.integrations.send(use, lease());
    await stub.close();
    return { outcome, exchange, methods: stub.seen.map(methodOf) };
  };
  const error = (...parts: unknown[]): Answer => ({ body: { id: 1, error: parts } });
  test.each([
    ["a lost lock on the sequence", error("could not obtain lock on row in relation \"ir_sequence_strict\"\n", ""), { kind: "retryable", failure: { code: "TEC-01" } }],
    ["a database that comes up again", error("FATAL:  the database system is starting up\n", ""), { kind: "retryable", failure: { code: "TEC-01" } }],
    ["a database that is away", error("connection to server at \"127.0.0.1\", port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n", ""), { kind: "retryable", failure: { code: "TEC-01" } }],
    ["a database with no connection left", error("FATAL:  sorry, too many clients already\n", ""), { kind: "retryable", failure: { code: "TEC-01" } }],
    ["a Tryton with no connection left", error("connection pool exhausted", ""), { kind: "retryable", failure: { code: "TEC-01" } }],
    ["a connection that broke under it", error("cursor already closed", ""), { kind: "retryable", failure: { code: "TEC-01" } }],
    ["a change by somebody else", error("ConcurrencyException", ["Records were modified in the meanwhile"]), { kind: "retryable", failure: { code: "TEC-01" } }],
    ["no right to it", error("UserError", ["You are not allowed to access \"Invoice\".", "", null]), { kind: "retryable", authentication: true, failure: { code: "TEC-02" } }],
    ["a password that is wanted", error("LoginException", ["password", "Password for o2c", "password"]), { kind: "retryable", authentication: true, failure: { code: "TEC-02" } }],
    ["a field that is missing", error("UserError", ["A value is required for field \"Journal\" in \"Invoice\".", "", null]), { kind: "rejected", failure: { code: "INV-01" } }],
    ["a foreign key", error("UserError", ["The value \"987654\" for field \"Party\" in \"Invoice\" does not exist.", "", null]), { kind: "rejected", failure: { code: "INV-01" } }],
    ["a date before the last number", error("UserError", ["To post invoice, you must set an accounting date after 11/27/2026 because the sequence has already been used.", "", null]), { kind: "rejected", failure: { code: "INV-01" } }],
    ["a row that is not there, or not to be seen", error("UserError", ["You are not allowed to read records \"99999\" of \"Invoice\" because of at least one of these rules", "", null]), { kind: "rejected", failure: { code: "INV-01" } }],
    ["a warning for a person", error("UserWarning", ["credit_limit_amount_sale.sale,3", "Party has reached their credit limit.", ""]), { kind: "rejected", failure: { code: "INV-01" } }],
    ["a field that it does not know", error("'nmae'", ""), { kind: "rejected", failure: { code: "TEC-05" } }],
    ["a method that it does not know", { status: 403, text: "<html>" }, { kind: "rejected", failure: { code: "TEC-05" } }],
    ["a page of its own failure", { status: 500, text: "<html>" }, { kind: "unknown", failure: { code: "TEC-04" } }],
  ] as const)("%s", async (_, answer, outcome) => { expect((await sent(answer as Answer)).outcome).toMatchObject(outcome); });
  test("an answer that does nothing, with the document still a draft, proves nothing", async () => {
    const [document] = reads["account.invoice"] as object[];
    const answer = await sent({ body: { id: 1, result: [{ ...document, state: "draft" }] } }, (seen) => methodOf(seen) === "model.account.invoice.search_read");
    expect(answer.outcome).toMatchObject({ kind: "unknown", failure: { code: "TEC-04" } });
  });
  test("a session that ended is begun anew once; the session is never kept", async () => {
    let refused = 0;
    const { outcome, exchange, methods } = await sent({ status: 401, text: "" }, (seen) => acts(seen) && refused++ === 0);
    expect(outcome.kind).toBe("confirmed");
    expect(methods.filter((method) => method === "common.db.login")).toHaveLength(2);
    expect(JSON.stringify(exchange)).not.toContain("5e55104e");
  });
  test("a refused login is not asked again by anyone for ten seconds: six would lock the account", async () => {
    const stub = await bench(setup, (seen) => (methodOf(seen) === "common.db.login" ? { status: 401, text: "<html>" } : accepts(seen)));
    const logins = () => stub.seen.filter((seen) => methodOf(seen) === "common.db.login").length;
    await Promise.all(Array.from({ length: 8 }, () => stub.integrations.send(invoice(), lease())));
    expect((await stub.integrations.readFeed("under-test", "credit", null, lease())).authentication).toBe(true);
    expect(logins()).toBe(1);
    stub.now.value = "2026-11-23T12:00:10.000Z";
    await stub.integrations.send(invoice(), lease());
    expect(logins()).toBe(2);
    await stub.close();
  });
  test("a lock-out is waited for", async () => {
    expect((await sent({ status: 429, text: "<html>" }, (seen) => methodOf(seen) === "common.db.login")).outcome).toMatchObject({ kind: "retryable", retryAfterMs: 300_000 });
  });
  test("a draft that an earlier try left is taken away before another is made", async () => {
    const [document] = reads["account.invoice"] as object[];
    let deleted = false;
    const stub = await bench(setup, (seen) => {
      deleted ||= methodOf(seen) === "model.account.invoice.delete";
      return methodOf(seen) === "model.account.invoice.search_read" && !seen.body.includes('["id","in",[3]]') ? { body: { id: 1, result: deleted ? [] : [{ ...document, id: 2, state: "draft", number: null, move: null }] } } : accepts(seen);
    });
    const { outcome } = await stub.integrations.send(invoice({ attempt: 2 }), lease());
    await stub.close();
    expect(outcome.kind).toBe("confirmed");
    const methods = stub.seen.map(methodOf);
    expect(methods.indexOf("model.account.invoice.delete")).toBeGreaterThan(0);
    expect(methods.indexOf("model.account.invoice.delete")).toBeLessThan(methods.indexOf("model.account.invoice.create"));
  });
});

describe("several invoices at once", () => {
  /** Drafts get their ids in turn; the posting of those that `refuses` names is refused, as is any that they are among. */
  const ledger = (refuses: (ids: readonly number[]) => Answer | null): Vendor => {
    const references = new Map<number, unknown>();
    return (seen) => {
      const { method, params } = JSON.parse(seen.body) as { method: string; params: unknown[] };
      const [document] = reads["account.invoice"] as object[];
      if (method === "model.account.invoice.create") { const id = references.size + 11; references.set(id, (params as [[{ reference: string }]])[0][0].reference); return { body: { id: 1, result: [id] } }; }
      if (method === "model.account.invoice.post") return { delayMs: 50, ...(refuses(params[0] as number[]) ?? { body: { id: 1, result: null } }) };
      if (method !== "model.account.invoice.search_read") return accepts(seen);
      const ids = [...references.keys()].filter((id) => seen.body.includes(`["id","in",[`) && (params as [[string, string, number[]][]])[0].some(([field, , values]) => field === "id" && values.includes(id)));
      return { body: { id: 1, result: ids.map((id) => ({ ...document, id, number: `INV-${id}`, reference: references.get(id) })) } };
    };
  };
  const sendAll = async (count: number, refuses: (ids: readonly number[]) => Answer | null = () => null) => {
    const stub = await bench(setup, ledger(refuses));
    const answers = await Promise.all(Array.from({ length: count }, (_, at) => stub.integrations.send(invoice({ naturalKey: `k${at}` }, { reference: `post_invoice|US01:billing_unit:S${at}||1` }), lease())));
    await stub.close();
    return { answers, posts: stub.seen.filter(acts).map((seen) => (JSON.parse(seen.body) as { params: [number[]] }).params[0]), questions: stub.seen.filter((seen) => methodOf(seen) === "model.party.party.search_read").length };
  };
  const numbers = (answers: Awaited<ReturnType<typeof sendAll>>["answers"]) => answers.map(({ outcome }) => (outcome.kind === "confirmed" ? outcome.reference : outcome.kind));
  test("what is ready while another is posted is posted together, each told its own number and keeping the posting in its record", async () => {
    const { answers, posts, questions } = await sendAll(5);
    expect(posts.length).toBeLessThan(5);
    expect(posts.flat().sort()).toEqual([11, 12, 13, 14, 15]);
    expect(new Set(numbers(answers))).toEqual(new Set(["INV-11", "INV-12", "INV-13", "INV-14", "INV-15"]));
    expect(questions).toBe(2);
    for (const { exchange } of answers) expect(JSON.stringify(exchange)).toContain("model.account.invoice.post");
  });
  test("one that is refused takes no other with it", async () => {
    const refusal: Answer = { body: { id: 1, error: ["UserError", ["You cannot do that.", "", null]] } };
    const { answers, posts } = await sendAll(5, (ids) => (ids.includes(13) ? refusal : null));
    expect(numbers(answers).filter((number) => number === "rejected")).toHaveLength(1);
    expect(numbers(answers).filter((number) => number.startsWith("INV-"))).toHaveLength(4);
    expect(posts.filter((ids) => ids.length === 1 && ids[0] === 13)).toHaveLength(1);
  });
  test("an answer that is lost leaves each of them unknown, none posted again", async () => {
    const { answers, posts } = await sendAll(5, (ids) => (ids.length > 1 ? { cut: true } : null));
    expect(new Set(numbers(answers).filter((number) => !number.startsWith("INV-")))).toEqual(new Set(["unknown"]));
    expect(new Set(posts.flat()).size).toBe(posts.flat().length);
  });
});

test.each([
  ["money is applied", command("apply_receipt", { kind: "receipt", key: "R-1" }, { reference: "apply_receipt|US01:receipt:R-1||1", receipt: "R-1", receiptNumber: "12", invoice: "INV2026-2", amount: "134.99", writeOff: "0.00", currency: "USD" }), "PAY-01"],
  ["an invoice is taken back", command("void_invoice", unit, { reference: "void_invoice|US01:billing_unit:S1||1", invoice: "INV2026-2" }), "INV-01"],
] as const)("two documents of one number, as each fiscal year's sequence may begin anew: no guess when %s", async (_, use, code) => {
  const [document] = reads["account.invoice"] as object[];
  const stub = await bench(setup, (seen) => (methodOf(seen) === "model.account.invoice.search_read" ? { body: { id: 1, result: [{ ...document, id: 2 }, document] } } : accepts(seen)));
  const { outcome } = await stub.integrations.send(use, lease());
  await stub.close();
  expect(outcome).toMatchObject({ kind: "rejected", failure: { code, message: expect.stringContaining("several documents INV2026-2") as string } });
  expect(stub.seen.map(methodOf).filter((method) => !method.endsWith(".search_read") && method !== "common.db.login")).toEqual([]);
});

test("a price of which Tryton makes the amount exactly, whatever the division leaves", () => {
  expect(priced({ quantity: "10", price: "12.5", priceUnit: "1", net: "125.00" }, "USD")).toEqual({ quantity: "10", price: "12.5", rest: null });
  expect(priced({ quantity: "10", price: "12.5", priceUnit: "1", net: "124.99" }, "USD")).toEqual({ quantity: "10", price: "12.499", rest: null });
  expect(priced({ quantity: "3000", price: "0.33333", priceUnit: "1", net: "1000.00" }, "USD")).toEqual({ quantity: "3000", price: "0.3333", rest: "0.1" });
  expect(priced({ quantity: "0", net: "12.50" }, "USD")).toEqual({ quantity: "1", price: "12.5", rest: null });
});
test("Tryton rounds what lies between two cents to the even one: no price is left to that, in a currency of any decimals", () => {
  /** Ten thousandths of a price times a whole quantity, rounded as Tryton's currency does: exact, in whole numbers. */
  const booked = ({ quantity, price, rest }: ReturnType<typeof priced>, decimals: number): number => {
    const product = Math.round(Number(price) * 10_000) * Number(quantity), unit = 10 ** (4 - decimals), whole = Math.floor(product / unit), over = product - whole * unit;
    return whole + (over * 2 > unit || (over * 2 === unit && whole % 2 === 1) ? 1 : 0) + Math.round(Number(rest ?? "0") * 10 ** decimals);
  };
  expect(booked({ quantity: "150", price: "0.1003", rest: null }, 2)).toBe(1504);
  for (const [currency, decimals] of [["USD", 2], ["KWD", 3], ["JPY", 0]] as const) for (const quantity of [7, 60, 150, 250, 350, 999]) for (let units = 1; units < 1000; units += 7)
    expect([currency, quantity, booked(priced({ quantity: String(quantity), net: (units / 10 ** decimals).toFixed(decimals) }, currency), decimals)]).toEqual([currency, quantity, units]);
});

conformsWhenTranslating("Tryton", { setup, messages: recorded.messages, expected: { customer: ["customer.described", "credit.positioned"], item: ["item.described"], credit: ["credit.positioned"], periods: ["periods.described"], document: ["ledger.document_read"] } });

test("a page of a feed that is full is read on from its last row, and rows that change meanwhile are read again", async () => {
  const row = (id: number) => ({ id, create_date: { __class__: "datetime", year: 2026, month: 11, day: 23, hour: 11, minute: 59, second: 0, microsecond: 5 }, write_date: null });
  const stub = await bench({ ...setup, settings: { ...setup.settings, pageSize: 2 } }, (seen) => methodOf(seen) === "model.party.party.search_read" && seen.body.includes('["id",">"') ? { body: { id: 1, result: seen.body.includes('["id",">",0]') ? [row(1), row(2)] : [row(3)] } } : accepts(seen));
  const first = (await stub.integrations.readFeed("under-test", "customers", null, lease())).reading;
  expect(first).toMatchObject({ ok: true, value: { more: true, cursor: { page: 2 } } });
  stub.now.value = "2026-11-23T12:00:30.000Z";
  const second = first.ok ? (await stub.integrations.readFeed("under-test", "customers", first.value.cursor, lease())).reading : first;
  await stub.close();
  expect(second).toMatchObject({ ok: true, value: { more: false, cursor: { newest: "2026-11-23T11:59:00.000Z", from: "2026-11-23T11:58:00.000Z", page: null } } });
});

test("a balance that moved is a later position, though the party that tells it was not written again", async () => {
  const told = async (receivable: string, receivedAt: string) => {
    const read = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify({ ...recorded.messages.customer, receivable })) });
    return read.ok ? read.value.events.find(({ type }) => type === "credit.positioned")?.data as { version: number; openReceivables: string } : null;
  };
  const [before, after] = [await told("304.47", "2026-11-27T07:00:00.000Z"), await told("0", "2026-11-27T07:00:05.000Z")];
  expect(after).toMatchObject({ openReceivables: "0" });
  expect(after?.version).toBeGreaterThan(before?.version ?? Infinity);
});

test("an invoice of somebody else is kept, with what people wrote on it, until a person says whose it is; a credit note of somebody else is not", async () => {
  const told = async (more: object) => {
    const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: "2026-11-27T00:00:00.000Z", contentType: "application/json", body: new TextEncoder().encode(JSON.stringify({ ...recorded.messages.document, ...more })) });
    return answer.ok ? answer.value.events.map(({ subject, data }) => ({ subject, data })) : answer;
  };
  expect(await told({ reference: "by hand", text: "for order VE-77" })).toMatchObject([{ subject: { entity: "US01", kind: "master_record", key: "unclaimed/INV2026-2" }, data: { kind: "invoice", reference: "by hand", text: "for order VE-77", total: "134.99" } }]);
  expect(await told({ reference: null })).toMatchObject([{ subject: { key: "unclaimed/INV2026-2" } }]);
  expect(await told({ reference: "by hand", total: "-134.99", tax: "-9.99" })).toEqual([]);
});

const [posted] = reads["account.invoice"] as object[];
conformsWhenAsked("Tryton", {
  setup: { ...setup, settings: { ...setup.settings, pageSize: 1 } }, census: "documents", feed: "documents", total: 2, expected: ["invoices 1", "invoices 2"],
  vendor: (seen) => {
    const method = methodOf(seen), row = (id: number) => ({ ...posted, id, number: String(id), reference });
    if (method === "model.account.invoice.search_count") return { body: { id: 1, result: 2 } };
    if (method !== "model.account.invoice.search_read") return accepts(seen);
    const [domain] = (JSON.parse(seen.body) as { params: [unknown[][]] }).params, after = domain.find(([field, operator]) => field === "id" && operator === ">"), among = domain.find(([field, operator]) => field === "id" && operator === "in");
    return { body: { id: 1, result: [1, 2].filter((id) => (among ? (among[2] as number[]).includes(id) : id === Number(after?.[2] ?? 0) + 1)).map(row) } };
  },
});
