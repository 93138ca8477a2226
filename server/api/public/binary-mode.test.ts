import { expect, test } from "vitest";
import { eventOfHeaders, isBinaryMode } from "./binary-mode";

const headers = (over: Record<string, string> = {}) => new Headers({ "content-type": "application/json", "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/shop", "ce-type": "com.example.told.v1", ...over });

test("attributes are the ce- headers and data is the body, as the CloudEvents HTTP binding says", () => {
  expect(eventOfHeaders(headers({ "ce-time": "2026-03-02T10:00:00Z", "ce-subject": "order/SO-1", "ce-partner": "north", "x-other": "left alone" }), { a: 1 }))
    .toEqual({ ok: true, value: { specversion: "1.0", id: "1", source: "/shop", type: "com.example.told.v1", time: "2026-03-02T10:00:00Z", subject: "order/SO-1", partner: "north", datacontenttype: "application/json", data: { a: 1 } } });
});

test("a body of nothing is an event without data", () => {
  expect(eventOfHeaders(headers(), undefined)).toMatchObject({ ok: true, value: { id: "1" } });
  expect(eventOfHeaders(headers(), undefined)).not.toHaveProperty("value.data");
});

test.each([["Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"], ["100%", "100%"], ["a%2Cb%25", "a,b%"], ['"north \\"east\\""', 'north "east"']])("the value %s is read as %s", (sent, read) => {
  expect(eventOfHeaders(headers({ "ce-subject": sent }), {})).toMatchObject({ ok: true, value: { subject: read } });
});

test("what is not UTF-8 once it is decoded is refused by its header, and an attribute is never taken for data", () => {
  expect(eventOfHeaders(headers({ "ce-subject": "a%ff" }), {})).toMatchObject({ ok: false, error: { code: "ENCODING", message: expect.stringContaining("ce-subject") as string } });
  expect(eventOfHeaders(headers({ "ce-data": "x" }), { a: 1 })).toMatchObject({ ok: true, value: { data: { a: 1 } } });
});

test("the media type says how an event is sent: of CloudEvents itself it is structured, whatever headers stand beside it", () => {
  expect(isBinaryMode(headers())).toBe(true);
  expect(isBinaryMode(headers({ "content-type": "application/cloudevents+json; charset=utf-8" }))).toBe(false);
  expect(isBinaryMode(new Headers({ "content-type": "application/json" }))).toBe(false);
});
