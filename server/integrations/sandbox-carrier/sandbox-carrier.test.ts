import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bench, conformsWhenCalled, conformsWhenTranslating, integrationsOf, lease, testNow, type Setup } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { sandboxCarrier } from ".";
import messages from "./fixtures/messages.json";

const setup: Setup = { connector: sandboxCarrier, settings: { keyId: "pwk_1" }, secrets: { signingSecret: "pw-very-secret-1", webhookSecret: "pw-very-secret-2" }, codes: {} };
const hmac = (secret: string | undefined, text: string): string => createHmac("sha256", secret ?? "").update(text).digest("base64");
/** Hand-made from API.md. */
const scan = { eventId: "PWE-4", trackingNumber: "PW1US", shipperReference: "SHP1", sequence: 4, code: "DL", text: "Delivered", at: "2026-11-24T15:02:00+00:00", place: "Columbus, OH", receivedBy: "J. Miller" };

conforms(setup);
conformsWhenCalled("Parcelway", {
  setup, id: "PWE-4", body: JSON.stringify(scan),
  sign: (body, at) => ({ "x-pw-timestamp": String(at), "x-pw-webhook-signature": `sha256=${hmac(setup.secrets["webhookSecret"], `${at}\n${body}`)}` }),
});

conformsWhenTranslating("Parcelway", {
  setup, messages: { ...messages, delivered: scan, announced: { ...scan, code: "AN", sequence: 1 }, "a code of tomorrow": { ...scan, code: "ZZ" } },
  expected: { delivered: ["shipment.delivered"], announced: [], "a code of tomorrow": [], parcel: [...expectedOf(messages.parcel.events), "shipment.expected"] },
});
function expectedOf(events: readonly { code: string }[]): string[] { return events.filter(({ code }) => code !== "AN").map(() => "shipment.delivered"); }

describe("a parcel", () => {
  const read = async (message: object) => {
    const answer = await integrationsOf(setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(JSON.stringify(message)) });
    return answer.ok ? answer.value.events.map(({ data }) => data) : answer.error;
  };
  test("says the same of a scan, webhook or poll", async () => {
    const { trackingNumber, shipperReference, receivedBy, ...event } = scan;
    expect(await read({ trackingNumber, shipperReference, receivedBy, updatedAt: scan.at, events: [event] })).toEqual(await read(scan));
  });
  test("tells the carrier's date, by its newest word", async () => {
    const parcel = { trackingNumber: "PW1US", shipperReference: "SHP1", updatedAt: scan.at, estimatedDelivery: "2026-11-25", events: [] };
    expect(await read(parcel)).toEqual([{ shipment: "SHP1", tracking: "PW1US", on: "2026-11-25", at: "2026-11-24T15:02:00.000Z" }]);
  });
  test.each([["refused by consignee", "refused"], ["lost in transit", "lost"], ["damaged", "failed"], ["address unknown", "failed"]])("%s is %s", async (text, state) => {
    expect(await read({ ...scan, code: "EX", text })).toMatchObject([{ shipment: "SHP1", state, version: 4 }]);
  });
});

test("a read is signed over method, path with query, date and the digest of its body", async () => {
  const stub = await bench(setup, () => ({ body: [] }));
  const { reading } = await stub.integrations.readFeed("under-test", "trackings", null, lease());
  await stub.close();
  const seen = stub.seen[0];
  const signed = ["GET", seen?.path, seen?.headers["x-pw-date"], createHash("sha256").update("").digest("hex")].join("\n");
  expect(reading.ok).toBe(true);
  expect(seen?.headers["x-pw-signature"]).toBe(hmac(setup.secrets["signingSecret"], signed));
});
