import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClaimedCommand } from "@/server/pipeline/ports";
import { cuttingProxy, type CuttingProxy } from "@/server/testing/systems/cutting-proxy";
import { createTrytonDatabase, type TrytonDatabase } from "@/server/testing/systems/tryton-database";
import { command, integrationsOf, lease, type Setup } from "../contract/testing/conformance";
import { listed } from "../contract/testing/listed";
import type { Integrations } from "../runtime";
import { tryton } from ".";

/** The connector against Tryton itself; what is in the ledger is read by SQL, past the connector. */
const year = new Date().getUTCFullYear(), today = new Date().toISOString().slice(0, 10), due = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
let database: TrytonDatabase, proxy: CuttingProxy, integrations: Integrations, setup: Setup;
const codes = { "customer|D1": "C1001", "customer|D2": "C1002", "customer|gone": "C9999", "terms|N30": "NET30", "item|1000-001": "BRK-1P-15", "base_unit|1000-001": "u", "item|none": "NO-SUCH", "base_unit|none": "u", "charge|freight": "FREIGHT" };
beforeAll(async () => {
  database = await createTrytonDatabase();
  proxy = await cuttingProxy(database.url);
  const [company] = await database.sql<{ id: number }>("select id from company_company");
  setup = { connector: tryton, codes, secrets: { password: database.passwords.connector }, settings: { login: "ledgerline", company: company?.id, receivableAccount: "1200", cashAccount: "1000", writeOffAccount: "6900", tax: "Sales tax" } };
  integrations = integrationsOf(setup, proxy.url);
});
afterAll(async () => { await proxy.close(); await database.drop(); });

const send = (use: ClaimedCommand, by = integrations) => by.send(use, lease(20_000)).then(({ outcome }) => outcome);
const again = (use: ClaimedCommand): ClaimedCommand => ({ ...use, attempt: use.attempt + 1 });
const unitKey = (name: string) => ({ kind: "billing_unit", key: `${name}/D1/USD/N30/p1` }) as const;
function invoice(name: string, more: Record<string, unknown> = {}): ClaimedCommand {
  const unit = unitKey(name), reference = `post_invoice|US01:billing_unit:${unit.key}||1`;
  return command("post_invoice", unit, {
    reference, unit: unit.key, revision: 1, customer: "D1", billTo: "D1", payer: "D1", orders: ["N-1"], purchaseOrder: "4711", shipment: name, currency: "USD", terms: "N30", accountingDate: today, dueDate: due, revenueDate: today, shipTo: { country: "US", state: "OH" },
    lines: [{ key: "N-1/l1", order: "N-1", line: "l1", item: "1000-001", description: "Breaker", quantity: "10", price: "12.5", priceUnit: "1", net: "124.99", tax: "9.99", taxCategory: "GOODS" }],
    charges: [{ charge: "freight", order: "N-1", amount: "15.00", tax: "1.20", taxCategory: "freight" }], net: "124.99", chargesTotal: "15.00", tax: "11.19", total: "151.18", ...more,
  }, { naturalKey: reference });
}
const subject = { kind: "return", key: "RT-1" } as const;
const adjustmentReference = (kind: "post_credit" | "post_debit", name: string): string => `${kind}|US01:return:${name}|${name}|1`;
const adjustment = (kind: "post_credit" | "post_debit", name: string, sold: string, amounts: { quantity: string; net: string; tax: string; total: string }, dueDate = due) => command(kind, { kind: "return", key: name }, {
  reference: adjustmentReference(kind, name), class: "return", cause: name, customer: "D1", billTo: "D1", payer: "D1", order: "N-1", invoice: sold, currency: "USD", accountingDate: today, taxDate: today, ...(kind === "post_debit" ? { terms: null, dueDate } : {}),
  lines: [{ key: "N-1/l1", line: "l1", item: "1000-001", description: "Breaker", quantity: amounts.quantity, net: amounts.net, tax: amounts.tax, taxCategory: "GOODS" }], charges: [], net: amounts.net, chargesTotal: "0.00", tax: amounts.tax, total: amounts.total,
});
const receipt = (name: string, amount: string) => command("post_receipt", { kind: "receipt", key: name }, { reference: `post_receipt|${name}`, receipt: name, payer: "D1", means: "bank", amount, currency: "USD", accountingDate: today });
const application = (name: string, receiptNumber: string, invoiceNumber: string, amount: string, writeOff = "0.00") => command("apply_receipt", { kind: "receipt", key: name }, { reference: `apply_receipt|${name}|${invoiceNumber}`, receipt: name, receiptNumber, invoice: invoiceNumber, amount, writeOff, currency: "USD" });
const numberOf = (outcome: Awaited<ReturnType<typeof send>>): string => { expect(outcome).toMatchObject({ kind: "confirmed" }); return outcome.kind === "confirmed" ? outcome.reference : ""; };

/** Balances of the general ledger by account, of what is posted under one reference. */
async function booked(reference: string): Promise<Record<string, string>> {
  const rows = await database.sql<{ code: string; balance: string }>(
    "select a.code, sum(l.debit - l.credit)::numeric(16,2)::text as balance from account_move_line l join account_move m on m.id = l.move join account_account a on a.id = l.account left join account_invoice i on i.move = m.id where m.state = 'posted' and (m.description = $1 or i.reference = $1) group by a.code order by a.code", [reference]);
  return Object.fromEntries(rows.map(({ code, balance }) => [code, balance]));
}
const receivable = async (): Promise<string> => (await database.sql<{ balance: string }>("select coalesce(sum(l.debit - l.credit), 0)::numeric(16,2)::text as balance from account_move_line l join account_move m on m.id = l.move join account_account a on a.id = l.account where a.code = '1200' and m.state = 'posted'"))[0]?.balance ?? "";
const stateOf = async (number: string): Promise<string | undefined> => (await database.sql<{ state: string }>("select state from account_invoice where number = $1", [number]))[0]?.state;

describe("an invoice for a shipment", () => {
  test("is in the general ledger to the cent, owed until its due date, and read back from there", async () => {
    const use = invoice("S1"), number = numberOf(await send(use));
    expect(number).toMatch(new RegExp(`^INV${year}-`));
    expect(await booked(String(use.payload["reference"]))).toEqual({ 1200: "151.18", 2200: "-11.19", 4000: "-124.99", 4100: "-15.00" });
    expect((await integrations.verify(use, number, lease(20_000))).answer).toMatchObject({ kind: "read", result: { number, net: "124.99", charges: "15", tax: "11.19", total: "151.18", customer: "D1", currency: "USD", accountingDate: today, dueDate: due, state: "posted", lines: [{ key: "N-1/l1", quantity: "10", net: "124.99", tax: "9.99" }] } });
  });
  test("is taken back by a move of its own", async () => {
    const number = numberOf(await send(invoice("S-void"))), before = await receivable();
    const use = command("void_invoice", unitKey("S-void"), { invoice: number, reference: "void|S-void" });
    expect(await send(use)).toMatchObject({ kind: "confirmed", result: { state: "voided" } });
    expect(await send(again(use))).toMatchObject({ kind: "confirmed" });
    expect(Number(before) - Number(await receivable())).toBeCloseTo(151.18, 2);
    expect((await integrations.lookup(use, lease(20_000))).answer).toMatchObject({ kind: "found" });
  });
});

describe("credits, debits and money", () => {
  test("a part credit and the rest of it bring the invoice to nothing, applied by their numbers", async () => {
    const sold = numberOf(await send(invoice("S2"))), before = Number(await receivable());
    const part = numberOf(await send(adjustment("post_credit", "RT-part", sold, { quantity: "3", net: "37.50", tax: "3.00", total: "40.50" })));
    expect(part).toMatch(new RegExp(`^CN${year}-`));
    expect(await booked(adjustmentReference("post_credit", "RT-part"))).toEqual({ 1200: "-40.50", 2200: "3.00", 4000: "37.50" });
    const rest = numberOf(await send(adjustment("post_credit", "RT-rest", sold, { quantity: "0", net: "102.49", tax: "8.19", total: "110.68" })));
    const use = (credit: string, amount: string) => command("apply_credit", subject, { reference: `apply_credit|${credit}`, credit, invoice: sold, amount, currency: "USD" });
    expect(await send(use(part, "40.50"))).toMatchObject({ kind: "confirmed", result: { applied: "40.5", open: "110.68" } });
    expect(await send(use(rest, "110.68"))).toMatchObject({ kind: "confirmed", result: { applied: "110.68" } });
    expect([await stateOf(sold), await stateOf(part), await stateOf(rest)]).toEqual(["paid", "paid", "paid"]);
    expect(before - Number(await receivable())).toBeCloseTo(151.18, 2);
  });
  test("a debit is owed beyond its invoice, on its own due date", async () => {
    const use = adjustment("post_debit", "DB-1", "x", { quantity: "0", net: "12.50", tax: "1.00", total: "13.50" });
    expect(await send(use)).toMatchObject({ kind: "confirmed", result: { net: "12.5", tax: "1", total: "13.5", dueDate: due } });
    expect(await booked(adjustmentReference("post_debit", "DB-1"))).toEqual({ 1200: "13.50", 2200: "-1.00", 4000: "-12.50" });
  });
  test("what is due in the past is posted all the same, though Tryton asks: that was decided before it came here", async () => {
    const use = adjustment("post_debit", "DB-past", "x", { quantity: "0", net: "12.50", tax: "1.00", total: "13.50" }, `${year}-01-01`);
    expect(await send(use)).toMatchObject({ kind: "confirmed", result: { dueDate: `${year}-01-01`, total: "13.5" } });
  });
  test("a payment in part, then the rest with a small difference written off, pays the invoice; what bounced is owed no less", async () => {
    const sold = numberOf(await send(invoice("S3"))), paid = numberOf(await send(receipt("BKR-1", "151.00"))), before = Number(await receivable());
    expect(await booked("post_receipt|BKR-1")).toEqual({ 1000: "151.00", 1200: "-151.00" });
    const first = application("BKR-1", paid, sold, "100.00");
    expect(await send(first)).toMatchObject({ kind: "confirmed", result: { applied: "100", writtenOff: "0", open: "51.18" } });
    expect(await stateOf(sold)).toBe("posted");
    const second = { ...application("BKR-1", paid, sold, "51.00", "0.18"), payload: { ...application("BKR-1", paid, sold, "51.00", "0.18").payload, reference: "apply_receipt|BKR-1|2" } };
    expect(await send(second)).toMatchObject({ kind: "confirmed", result: { applied: "51", writtenOff: "0.18" } });
    expect(await stateOf(sold)).toBe("paid");
    expect(await booked("apply_receipt|BKR-1|2")).toEqual({ 1200: "-0.18", 6900: "0.18" });
    expect(before - Number(await receivable())).toBeCloseTo(0.18, 2);
    expect((await integrations.verify(second, "", lease(20_000))).answer).toMatchObject({ kind: "read", result: { applied: "51", writtenOff: "0.18" } });
    const bounced = numberOf(await send(receipt("BKR-2", "20.00"))), owed = Number(await receivable());
    const reversal = command("reverse_receipt", { kind: "receipt", key: "BKR-2" }, { reference: "reverse_receipt|BKR-2", receipt: "BKR-2", receiptNumber: bounced, amount: "20.00", currency: "USD", accountingDate: today });
    for (const use of [reversal, again(reversal)]) expect(await send(use)).toMatchObject({ kind: "confirmed", result: { reversed: "20" } });
    expect(Number(await receivable()) - owed).toBeCloseTo(20, 2);
  });
  test("a payment is taken off its invoice again in part, then whole, owed as before each time; then it may bounce", async () => {
    const sold = numberOf(await send(invoice("S-off"))), paid = numberOf(await send(receipt("BKR-off", "151.00"))), before = Number(await receivable());
    expect(await send(application("BKR-off", paid, sold, "151.00", "0.18"))).toMatchObject({ kind: "confirmed", result: { writtenOff: "0.18" } });
    expect(await stateOf(sold)).toBe("paid");
    const off = (amount: string, sequence: number) => command("reverse_application", { kind: "receipt", key: "BKR-off" }, { reference: `reverse_application|BKR-off|${sequence}`, receipt: "BKR-off", invoice: sold, amount }, { sequence });
    expect(await send(off("51.00", 1))).toMatchObject({ kind: "confirmed", result: { reversed: "51" } });
    expect(await stateOf(sold)).toBe("posted");
    expect(await booked("reverse_application|BKR-off|1")).toEqual({ 1200: "0.00" });
    expect((await database.sql("select amount_to_pay from (select i.number, sum(l.debit - l.credit)::numeric(16,2)::text as amount_to_pay from account_invoice i join account_move_line l on l.move = i.move and l.account = i.account or l.id in (select line from \"account_invoice-account_move_line\" where invoice = i.id) group by i.number) s where number = $1", [sold]))).toEqual([{ amount_to_pay: "51.00" }]);
    proxy.cut({ when: /account\.move\.post/, lose: "answer" });
    expect(await send(off("100.00", 2))).toMatchObject({ kind: "unknown" });
    expect(await send(again(off("100.00", 2)))).toMatchObject({ kind: "confirmed", result: { reversed: "100" } });
    expect((await integrations.lookup(off("100.00", 2), lease(20_000))).answer).toMatchObject({ kind: "found", result: { reversed: "100" } });
    expect(await send(off("100.00", 3))).toMatchObject({ kind: "rejected", failure: { code: "PAY-01" } });
    expect(before - Number(await receivable())).toBeCloseTo(0.18, 2);
    const later = { ...application("BKR-off", paid, sold, "151.00"), payload: { ...application("BKR-off", paid, sold, "151.00").payload, reference: "apply_receipt|BKR-off|again" } };
    expect(await send(later)).toMatchObject({ kind: "confirmed", result: { applied: "151" } });
    expect(await stateOf(sold)).toBe("paid");
    expect(await send(off("151.00", 4))).toMatchObject({ kind: "confirmed", result: { reversed: "151" } });
    expect(await stateOf(sold)).toBe("posted");
    expect(await send(command("reverse_receipt", { kind: "receipt", key: "BKR-off" }, { reference: "reverse_receipt|BKR-off", receipt: "BKR-off", receiptNumber: paid, amount: "151.00", currency: "USD", accountingDate: today }))).toMatchObject({ kind: "confirmed", result: { reversed: "151" } });
    expect(await database.sql("select reconciliation is not null as settled from account_move_line where description = 'BKR-off'")).toEqual([{ settled: true }]);
  });
  test("money that did not go back after all is back in the bank, and its credit open again", async () => {
    const credit = numberOf(await send(adjustment("post_credit", "RT-failed", "x", { quantity: "1", net: "12.50", tax: "1.00", total: "13.50" })));
    const given = numberOf(await send(command("post_refund", subject, { reference: "post_refund|RT-failed", source: "credit", number: credit, means: "bank", amount: "13.50", currency: "USD", accountingDate: today })));
    const use = command("reverse_refund", subject, { reference: "reverse_refund|RT-failed", refundNumber: given, source: "credit", number: credit, amount: "13.50", currency: "USD", accountingDate: today });
    for (const one of [use, again(use)]) expect(await send(one)).toMatchObject({ kind: "confirmed", result: { reversed: "13.5" } });
    expect(await booked("reverse_refund|RT-failed")).toEqual({ 1000: "13.50", 1200: "-13.50" });
    expect(await stateOf(credit)).toBe("posted");
    expect(await send(command("post_refund", subject, { reference: "post_refund|RT-failed|2", source: "credit", number: credit, means: "bank", amount: "13.50", currency: "USD", accountingDate: today }))).toMatchObject({ kind: "confirmed" });
    expect(await stateOf(credit)).toBe("paid");
  });
  test("money given back leaves the bank and settles the credit that it came from", async () => {
    const credit = numberOf(await send(adjustment("post_credit", "RT-back", "x", { quantity: "1", net: "12.50", tax: "1.00", total: "13.50" })));
    const use = command("post_refund", subject, { reference: "post_refund|RT-back", source: "credit", number: credit, means: "bank", amount: "13.50", currency: "USD", accountingDate: today });
    expect(await send(use)).toMatchObject({ kind: "confirmed", result: { amount: "13.5" } });
    expect(await booked("post_refund|RT-back")).toEqual({ 1000: "-13.50", 1200: "13.50" });
    expect(await stateOf(credit)).toBe("paid");
  });
});

describe("faults", () => {
  test.each([["posting", /account\.invoice\.post/], ["draft", /account\.invoice\.create/]] as const)("the answer to the %s is lost after the commit: it is looked up, and nothing is there twice", async (name, when) => {
    const use = invoice(`S-lost-${name}`);
    proxy.cut({ when, lose: "answer" });
    expect(await send(use)).toMatchObject({ kind: "unknown", failure: { code: "TEC-04" } });
    const looked = (await integrations.lookup(use, lease(20_000))).answer;
    expect(looked.kind).toBe(name === "posting" ? "found" : "absent");
    const number = numberOf(await send(again(use)));
    if (looked.kind === "found") expect(looked.reference).toBe(number);
    expect(await database.sql("select number, state from account_invoice where reference = $1", [use.payload["reference"]])).toEqual([{ number, state: "posted" }]);
  });
  test("an application whose reconciliation was cut off is finished by the next try", async () => {
    const sold = numberOf(await send(invoice("S-cut"))), paid = numberOf(await send(receipt("BKR-cut", "151.18"))), use = application("BKR-cut", paid, sold, "151.18");
    proxy.cut({ when: /account\.move\.reconciliation\.create/, lose: "request" });
    expect((await send(use)).kind).toBe("unknown");
    expect((await integrations.lookup(use, lease(20_000))).answer).toEqual({ kind: "absent" });
    expect(await send(again(use))).toMatchObject({ kind: "confirmed", result: { applied: "151.18" } });
    expect(await stateOf(sold)).toBe("paid");
    expect(await database.sql("select count(*)::int as moves from account_move where description = $1", [use.payload["reference"]])).toEqual([{ moves: 1 }]);
  });
  test("eight at once with cuts between: each is there once, numbers unique and without a gap", async () => {
    const all = Array.from({ length: 8 }, (_, at) => invoice(`S-race-${at}`)), numbers = new Set<string>();
    proxy.cut({ when: /account\.invoice\.post/, lose: "answer" }, 2);
    let open = all;
    for (let round = 0; open.length > 0 && round < 30; round++) {
      const outcomes = await Promise.all(open.map((use) => send(round === 0 ? use : { ...use, attempt: round + 1 })));
      for (const outcome of outcomes) { expect(outcome.kind).not.toBe("rejected"); if (outcome.kind === "confirmed") numbers.add(outcome.reference); }
      open = open.filter((_, at) => outcomes[at]?.kind !== "confirmed");
    }
    expect(numbers.size).toBe(8);
    const rows = await database.sql<{ at: number }>("select substring(number from '[0-9]+$')::int as at from account_invoice where number like 'INV%' order by 1");
    expect(rows.map(({ at }) => at)).toEqual(Array.from({ length: rows.length }, (_, at) => at + 1));
    expect(await database.sql("select reference from account_invoice where state <> 'cancelled' group by reference having count(*) > 1")).toEqual([]);
  });
});

describe("what Tryton refuses", () => {
  test("a day without a period, a customer that is gone, an item it does not know: the right exception, and no draft is left", async () => {
    expect(await send(invoice("S-2099", { accountingDate: "2099-01-01" }))).toMatchObject({ kind: "rejected", failure: { code: "INV-01", message: expect.stringContaining("create a period") as string } });
    expect(await send(invoice("S-closed", { accountingDate: `${year - 1}-05-01` }))).toMatchObject({ kind: "rejected", failure: { code: "INV-01" } });
    expect(await send(invoice("S-euro", { currency: "EUR" }))).toMatchObject({ kind: "rejected", failure: { code: "INV-01", message: expect.stringContaining("in USD") as string } });
    expect(await send(invoice("S-gone", { billTo: "gone" }))).toMatchObject({ kind: "rejected", failure: { code: "MAP-01" } });
    const [line] = invoice("x").payload["lines"] as object[];
    expect(await send(invoice("S-item", { lines: [{ ...line, item: "none" }] }))).toMatchObject({ kind: "rejected", failure: { code: "MAP-02" } });
    await database.sql("update party_party set active = false where code = 'C1002'");
    expect(await send(invoice("S-deleted", { billTo: "D2" }))).toMatchObject({ kind: "rejected", failure: { code: "MAP-01" } });
    expect(await database.sql("select reference from account_invoice where state = 'draft'")).toEqual([]);
  });
  test("a document that was edited by hand is read as it is now, one without its reference by its number", async () => {
    const use = invoice("S-hand"), number = numberOf(await send(use));
    await database.sql("update account_invoice set reference = 'by hand' where number = $1", [number]);
    await database.sql("update account_move_line set debit = debit + 1 where move = (select move from account_invoice where number = $1) and debit > 0", [number]);
    expect((await integrations.verify(use, number, lease(20_000))).answer).toMatchObject({ kind: "read", result: { number, total: "152.18" } });
    await database.sql("update account_move_line set debit = debit - 1 where move = (select move from account_invoice where number = $1) and debit > 0", [number]);
  });
  test("rights that were taken away, and a wrong password asked for once however many want to work", async () => {
    const clerk = integrationsOf({ ...setup, settings: { ...setup.settings, login: "clerk" }, secrets: { password: database.passwords.clerk } }, proxy.url);
    expect(await send(invoice("S-clerk"), clerk)).toMatchObject({ kind: "retryable", authentication: true, failure: { code: "TEC-02" } });
    const wrong = integrationsOf({ ...setup, secrets: { password: "not-this-one" } }, proxy.url);
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, at) => send(invoice(`S-wrong-${at}`), wrong)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "retryable", authentication: true, failure: { code: "TEC-02" } });
    expect(await send(invoice("S-wrong-more"), wrong)).toMatchObject({ authentication: true });
    expect(await database.sql("select count(*)::int as tries from res_user_login_attempt where login = 'ledgerline'")).toEqual([{ tries: 1 }]);
    numberOf(await send(invoice("S-right")));
  });
});

describe("what it tells", () => {
  const read = async (feed: string, cursor: unknown = null) => {
    const { reading } = await integrations.readFeed("under-test", feed, cursor, lease(20_000));
    if (!reading.ok) throw new Error(reading.error.message);
    const events = await Promise.all(reading.value.messages.map((one) => integrations.translate({ connector: "under-test", entity: "US01", sourceMessageId: one.sourceMessageId, correlationId: "c", receivedAt: new Date().toISOString(), contentType: one.contentType, body: one.body })));
    return { cursor: reading.value.cursor, events: events.flatMap((one) => { if (!one.ok) throw new Error(one.error.message); return one.value.events; }) };
  };
  test("customers with terms, limits and what they owe by the ledger; periods with their state; documents by our reference", async () => {
    expect((await read("customers")).events).toEqual(expect.arrayContaining([expect.objectContaining({ type: "customer.described", data: expect.objectContaining({ customer: "C1001", terms: "NET30", state: "active" }) as object })]));
    const { events, cursor } = await read("credit");
    expect(events.find(({ data }) => (data as { account?: string }).account === "C1001")?.data).toMatchObject({ limit: "50000", currency: "USD", openReceivables: String(Number(await receivable())) });
    numberOf(await send(receipt("BKR-feed", "5.00")));
    expect((await read("credit", cursor)).events.at(-1)?.data).toMatchObject({ openReceivables: String(Number(await receivable())) });
    const periods = (await read("periods")).events[0]?.data as { periods: { name: string; state: string }[] };
    expect(periods.periods.filter(({ name }) => name.startsWith(String(year - 1))).map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => "closed"));
    expect(periods.periods.find(({ name }) => name === today.slice(0, 7))?.state).toBe("open");
    expect((await read("documents")).events).toEqual(expect.arrayContaining([expect.objectContaining({ type: "ledger.document_read", data: expect.objectContaining({ kind: "credit", total: "40.5" }) as object })]));
  });
  test("items with their unit, again when what they are changes in their template", async () => {
    const { events, cursor } = await read("items");
    expect(events).toEqual(expect.arrayContaining([expect.objectContaining({ type: "item.described", data: expect.objectContaining({ item: "BRK-1P-15", description: "Circuit breaker 1-pole 15A", state: "active", baseUnit: "u" }) as object }), expect.objectContaining({ data: expect.objectContaining({ item: "CBL-12-2", baseUnit: "m" }) as object })]));
    const variant = (await read("variants")).events.find(({ data }) => (data as { item: string }).item === "BRK-1P-15");
    await database.sql("update product_template set default_uom = (select id from product_uom where symbol = 'kg'), write_date = now() at time zone 'utc' where code = 'BRK-1P-15'");
    const after = (await read("items", cursor)).events.find(({ data }) => (data as { item: string }).item === "BRK-1P-15");
    expect(after?.data).toMatchObject({ baseUnit: "kg" });
    expect((after?.data as { version: number }).version).toBeGreaterThan((variant?.data as { version: number }).version);
  });
  test("what exists in the ledger, by its own count and page by page: each document of ours by its number, drafts not", async () => {
    const use = invoice("S-listed"), number = numberOf(await send(use)), paged = integrationsOf({ ...setup, settings: { ...setup.settings, pageSize: 2 } }, proxy.url);
    const hour = 3_600_000, span = { from: new Date(Date.now() - hour).toISOString(), to: new Date(Date.now() + hour).toISOString() };
    const { statements, pages, rows, total, failure } = await listed(paged, "documents", span);
    const [there] = await database.sql<{ count: number }>("select count(*)::int as count from account_invoice where type = 'out' and state in ('posted', 'paid', 'cancelled')");
    expect({ failure, rows, total }).toEqual({ failure: null, rows: there?.count, total: there?.count });
    expect(pages).toBeGreaterThan(1);
    expect(statements.filter(({ document }) => document === number)).toMatchObject([{ kind: "invoices", amount: "151.18", currency: "USD", excluded: null, fact: { subject: `US01:billing_unit:${unitKey("S-listed").key}` } }]);
    expect((await listed(paged, "documents", { from: span.to, to: span.to })).statements).toEqual([]);
  });
  test("the connection test names the company", async () => { expect((await integrations.check("under-test", lease(20_000))).result).toMatchObject({ ok: true, value: { detail: "The ledger of Hartline Electric Supply is readable" } }); });
});
