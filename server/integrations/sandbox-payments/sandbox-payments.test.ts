import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bench, command, conformsWhenCalled, conformsWhenSending, conformsWhenTranslating, integrationsOf, lease, testNow, type Setup } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenAsked } from "../contract/testing/conforms-when-asked";
import { sandboxPayments } from ".";
import messages from "./fixtures/messages.json";
import { fromMinor, toMinor } from "./wire";

const setup: Setup = { connector: sandboxPayments, settings: {}, secrets: { apiKey: "sk_very-secret-1", webhookSecret: "whsec_very-secret-2" }, codes: {} };
const unit = "SHP1/D10036/USD/2/10N30/p1";
const key = `capture_payment|US01:billing_unit:${unit}|pa_1|1`;
const capture = command("capture_payment", { kind: "billing_unit", key: unit }, { reference: key, order: "N-1", unit, authorisation: "pa_1", amount: "140.40", currency: "USD", invoice: "103001" });
/** Hand-made from API.md. */
const taken = { id: "cap_1", object: "capture", authorisation: "pa_1", amount: 14040, amount_refunded: 0, currency: "usd", reference: `${key} 103001 N-1`, status: "succeeded", fee: 437, payout: null, created: 1_763_888_400 };

conforms(setup);
conformsWhenSending("Cardwright", {
  setup, command: capture, accepts: () => ({ status: 201, body: taken }), acted: ({ method }) => ({ body: method === "GET" ? { data: [taken], has_more: false } : taken }), acts: ({ method }) => method === "POST",
  refusal: { status: 402, body: { error: { type: "card_error", code: "authorisation_expired", message: "Expired" } }, code: "PAY-03" },
});

describe("money", () => {
  test("is taken under the command's own key, with a reference that says whose it is", async () => {
    const stub = await bench(setup, () => ({ status: 201, body: taken }));
    const { outcome } = await stub.integrations.send(capture, lease());
    await stub.close();
    expect(outcome).toMatchObject({ reference: "cap_1", result: { capture: "cap_1", amount: "140.40" } });
    expect(stub.seen[0]?.headers["idempotency-key"]).toBe(capture.naturalKey);
    expect(JSON.parse(stub.seen[0]?.body ?? "{}")).toEqual({ amount: 14040, reference: taken.reference, final: false });
  });
  test("a key that was used for something else is looked into, not refused", async () => {
    const stub = await bench(setup, () => ({ status: 409, body: { error: { type: "idempotency_error", code: "key_reused", message: "x" } } }));
    expect((await stub.integrations.send(capture, lease())).outcome.kind).toBe("unknown");
    await stub.close();
  });
  test("goes back on its capture; what no card paid is refused without asking, and by that nowhere to be found", async () => {
    const refund = (capture: string | null) => command("refund_payment", { kind: "receipt", key: "cap_1" }, { reference: "r", receipt: "cap_1", capture, amount: "10.00", currency: "USD", reason: "paid twice" });
    const stub = await bench(setup, () => ({ status: 201, body: { id: "re_1", object: "refund", capture: "cap_1", amount: 1000, currency: "usd", reference: "r", status: "succeeded", created: 1_763_888_400 } }));
    expect([(await stub.integrations.send(refund("cap_1"), lease())).outcome, (await stub.integrations.send(refund(null), lease())).outcome]).toMatchObject([{ kind: "confirmed", reference: "re_1" }, { kind: "rejected", failure: { code: "REF-01" } }]);
    expect(stub.seen.map(({ path }) => path)).toEqual(["/v1/captures/cap_1/refunds"]);
    expect((await stub.integrations.lookup(refund(null), lease())).answer).toEqual({ kind: "absent" });
    await stub.close();
  });
  test("is exact in currencies of none, two and three decimals", () => {
    expect([fromMinor(1099, "jpy"), fromMinor(29519, "usd"), fromMinor(2594, "kwd"), toMinor("295.19", "USD"), toMinor("1099", "JPY"), toMinor("2.594", "KWD")]).toEqual(["1099", "295.19", "2.594", 29519, 1099, 2594]);
  });
});

conformsWhenCalled("Cardwright", {
  setup, id: "evt_000001", body: JSON.stringify({ id: "evt_000001", object: "event", type: "capture.succeeded", created: 1_763_888_400, data: { object: taken } }),
  sign: (body, at) => { const t = Math.floor(at / 1000); return { "cardwright-signature": `t=${t},v1=${createHmac("sha256", setup.secrets["webhookSecret"] ?? "").update(`${t}.${body}`).digest("hex")}` }; },
});

const bank = { seq: 1, id: "BKR-1", booked_on: "2026-11-24", amount: 29519, currency: "usd", payer: { name: "Abbott Electric", debtor_reference: "D10001" }, method: "ach", text: "INV 103001", remittance: [], reversal_of: null };
const event = (type: string, object: object) => ({ id: "evt_2", object: "event", type, created: 1_763_888_400, data: { object } });
conformsWhenTranslating("Cardwright", {
  setup,
  messages: { ...messages, "capture told": event("capture.succeeded", taken), "capture of somebody else": event("capture.succeeded", { ...taken, reference: "by hand" }), "authorisation made": event("authorisation.created", { object: "authorisation" }), "authorisation expired": event("authorisation.expired", { id: "pa_1", object: "authorisation", amount: 14040, currency: "usd", status: "expired", order_reference: "N-1", created: 1 }), payout: event("payout.paid", { object: "payout" }) },
  expected: { capture: ["receipt.recorded"], refund: ["refund.settled"], bankReceipt: ["receipt.recorded"], "capture told": ["receipt.recorded"], "capture of somebody else": [], "authorisation made": [], "authorisation expired": ["payment.authorised"], payout: [] },
});

describe("receipts", () => {
  const read = async (message: object) => {
    const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(message)) });
    return answer.ok ? answer.value.events[0]?.data : answer.error;
  };
  test("a capture says the same, webhook or poll, and knows payer, invoice and order", async () => {
    expect(await read(event("capture.succeeded", taken))).toMatchObject({ receipt: "cap_1", payer: "D10036", means: "card", amount: "140.40", remittance: [{ document: "103001", amount: "140.40" }], order: "N-1", authorisation: "pa_1" });
    expect(await read({ capture: taken })).toEqual(await read(event("capture.succeeded", taken)));
  });
  test("the bank's remittance is as written; one number in the text is what the whole is for, two are for a person", async () => {
    expect(await read({ bank_receipt: bank })).toMatchObject({ receipt: "BKR-1", payer: "D10001", remittance: [{ document: "103001", amount: "295.19" }] });
    expect(await read({ bank_receipt: { ...bank, text: "INV 103001 103002" } })).toMatchObject({ remittance: [] });
    expect(await read({ bank_receipt: { ...bank, remittance: [{ document: "X-9", amount: 100 }], payer: { name: "Abbott", debtor_reference: null } } })).toMatchObject({ payer: "Abbott", remittance: [{ document: "X-9", amount: "1.00" }] });
  });
  test("a returned payment is the first one, reversed", async () => {
    expect(await read({ bank_receipt: { ...bank, id: "BKR-9", amount: -29519, reversal_of: "BKR-1" } })).toMatchObject({ receipt: "BKR-1", version: 2, reversed: true, amount: "295.19" });
  });
});

const takenToo = { ...messages.capture.capture, id: "cap_000002" };
conformsWhenAsked("Cardwright", {
  setup, census: "captures", feed: "captures", total: null, expected: [`payments ${messages.capture.capture.id}`, "payments cap_000002", "payments excluded"],
  vendor: ({ path }) => ({ body: path.includes("starting_after=") ? { data: [takenToo, { ...takenToo, id: "cap_3", reference: "somebody else's" }], has_more: false } : { data: [messages.capture.capture], has_more: true } }),
});
