import { expect, test } from "vitest";
import { cloudEventToCanonical, identityOfBytes } from "./cloud-event";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const event = { specversion: "1.0", id: "1", source: "/shop", type: "com.example.told.v1", data: { a: 1, b: 2 } };
const translate = (value: unknown, scopes = ["events:*"]) => cloudEventToCanonical({ settings: {}, connectorId: "b", entity: "US01", sourceMessageId: "m", correlationId: "c", receivedAt: "2026-03-02T14:00:00.000Z", contentType: "x", body: bytes(value) }, scopes);

test("the same event is the same whatever the order of its fields; other content under its id is not", () => {
  const one = identityOfBytes(bytes(event));
  expect(identityOfBytes(bytes({ data: { b: 2, a: 1 }, type: event.type, source: "/shop", id: "1", specversion: "1.0" }))).toEqual(one);
  expect(one.sourceMessageId).toBe("/shop|1");
  expect(identityOfBytes(bytes({ ...event, data: {} }))).toMatchObject({ sourceMessageId: "/shop|1" });
  expect(identityOfBytes(bytes({ ...event, data: {} })).digest).not.toBe(one.digest);
});

test("an event is the same whether or not it says that its data is JSON, as a sender in binary mode must", () => {
  const one = identityOfBytes(bytes(event));
  for (const said of ["application/json", "application/json; charset=utf-8"]) expect(identityOfBytes(bytes({ ...event, datacontenttype: said })).digest).toBe(one.digest);
  expect(identityOfBytes(bytes({ ...event, datacontenttype: "application/xml" })).digest).not.toBe(one.digest);
});

test.each(["", "{", "null", "[]", JSON.stringify({ ...event, id: "x".repeat(3000) }), JSON.stringify({ ...event, id: "a\u0000" })])("what is no event is known by its bytes and kept as it came: %.20j", (text) => {
  const known = identityOfBytes(bytes(text));
  expect(known.sourceMessageId).toMatch(/^sha256\|[0-9a-f]{64}$/);
  expect(known.body).toEqual(bytes(text));
});

test.each([
  ["not JSON", "{", undefined], ["no event", { a: 1 }, "specversion"], ["no contract of ours", event, "type"], ["an answer that only a target gives", { ...event, type: "com.ledgerline.tax.determined.v1" }, "type"],
  ["another version", { ...event, type: "com.ledgerline.order.captured.v9" }, "type"], ["broken data", { ...event, type: "com.ledgerline.order.captured.v1" }, "data.number"],
])("%s is CTR-01 at its place", (_, value, at) => {
  const answer = translate(value);
  expect(answer.ok ? null : [answer.error.code, answer.error.at]).toEqual(["CTR-01", at]);
});

test("what its settings do not let in is refused, and what we told ourselves is left out", () => {
  expect(translate({ ...event, type: "com.ledgerline.order.captured.v1" }, ["events:shipment.*"])).toMatchObject({ ok: false, error: { code: "CTR-01", at: "type" } });
  expect(translate({ ...event, source: "ledgerline/US01", type: "com.ledgerline.order.changed.v1" })).toMatchObject({ ok: true, value: { events: [], excluded: "It was told by this tower itself" } });
});
