import { expect, test } from "vitest";
import { bench, command, conformsWhenSending, conformsWhenTranslating, lease, type Seen, type Setup, type Vendor } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { sandboxCrm } from ".";
import messages from "./fixtures/messages.json";

const setup: Setup = { connector: sandboxCrm, settings: { clientId: "ledgerline" }, secrets: { clientSecret: "kc-very-secret-1" }, codes: { "customer|D10001": "0010001001" } };
const unit = { kind: "billing_unit", key: "SHP1/D10001/USD/N30/p1" } as const;
const invoice = (customer: string) => command("send_invoice", unit, { invoice: "103001", customer, channel: "web", total: "295.19", currency: "USD" });
/** Hand-made from API.md. */
const accepted = { Id: "0050000001", ExternalId: "x", Status: "Accepted", CreatedDate: "2026-11-23T09:00:00.000+0000", LastModifiedDate: "2026-11-23T09:00:00.000+0000" };
const acts = (seen: Seen): boolean => seen.method === "PUT";
const accepts: Vendor = (seen) => (acts(seen) ? { status: 201, body: accepted } : { body: { access_token: "kat_token-1", token_type: "Bearer", expires_in: 1800 } });

conforms(setup, { signsIn: ({ path }) => (path.startsWith("/oauth") ? { body: { access_token: "tok-1", token_type: "Bearer", expires_in: 3600 } } : null) });
conformsWhenSending("Kindred CRM", {
  setup, command: invoice("D10001"), accepts, acted: (seen) => (seen.path.startsWith("/oauth") ? accepts(seen) : { body: accepted }), acts, refusal: { status: 422, body: [{ errorCode: "REFUSED", message: "Opted out" }], code: "INV-06" }, unmapped: { command: invoice("nobody"), code: "MAP-01" },
});

test("the order's own channel is not a channel of Kindred: the account chooses", async () => {
  const stub = await bench(setup, accepts);
  const { outcome } = await stub.integrations.send(invoice("D10001"), lease());
  await stub.close();
  expect(outcome).toMatchObject({ kind: "confirmed", reference: "0050000001", result: { at: "2026-11-23T09:00:00.000Z" } });
  expect(JSON.parse(stub.seen.find(acts)?.body ?? "{}")).not.toHaveProperty("Channel");
});

test("the channel is told by the shop, so nothing is sent for it", async () => {
  const stub = await bench(setup, accepts);
  const { outcome } = await stub.integrations.send(command("notify_shipment", { kind: "shipment", key: "SHP1" }, { audience: "channel", customer: "D10001" }), lease());
  await stub.close();
  expect(outcome.kind).toBe("confirmed");
  expect(stub.seen).toHaveLength(0);
});

const bounced = { ...messages.invoiceMessage, Status: "Bounced", FailureReason: "No such mailbox" };
conformsWhenTranslating("Kindred CRM", {
  setup, messages: { ...messages, bounced, waiting: { ...messages.invoiceMessage, Status: "Accepted" } },
  expected: { invoiceMessage: ["invoice.delivered"], bounced: ["invoice.delivered"], waiting: [], notice: [] },
});
