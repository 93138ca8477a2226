import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { createDoor } from "./door";
import { mayCall, refusalOf } from "./guard";
import { Recording } from "./recording";
import { redactor } from "./redact";
import { traceparent } from "./trace";

const opened = (allowPrivateNetwork: boolean, maxBytes?: number) => {
  const door = createDoor(maxBytes === undefined ? {} : { maxBytes });
  const recording = new Recording(redactor(["hush-hush"]));
  return { http: door.open({ allowPrivateNetwork, timeoutMs: 500, correlationId: "c", signal: AbortSignal.timeout(5000), recording }), recording, door };
};

describe("who may be called", () => {
  test.each(["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:7f00:1"])("%s only where the settings allow it", (address) => {
    expect([mayCall(address, false), mayCall(address, true)]).toEqual([false, true]);
  });
  test.each(["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "::ffff:169.254.169.254", "nonsense"])("%s never", (address) => { expect([mayCall(address, false), mayCall(address, true)]).toEqual([false, false]); });
  test.each(["8.8.8.8", "2606:4700::1111"])("%s always", (address) => { expect(mayCall(address, false)).toBe(true); });
  test.each(["ftp://a.example/", "http://user:pw@a.example/", "http://0x7f000001/", "http://2130706433/", "http://[::ffff:127.0.0.1]/"])("%s is refused as written", (url) => { expect(refusalOf(new URL(url), false)).not.toBeNull(); });
  test("a name that leads inwards is refused when it is resolved, and nothing has left", async () => {
    const { http } = opened(false);
    expect(await http.request({ method: "POST", url: "http://localhost:9/", body: "x" })).toMatchObject({ ok: false, fault: { code: "blocked", left: "no" } });
  });
});

describe("proof that nothing left", () => {
  test.each([["http://127.0.0.1:9/", "refused"], ["http://no-such-host.invalid/", "dns"]])("%s is %s", async (url, code) => {
    expect(await opened(true).http.request({ method: "POST", url, body: "x" })).toMatchObject({ ok: false, fault: { code, left: "no" } });
  });
  test("a server that speaks no TLS", async () => {
    const server = createServer((_, response) => { response.end(); });
    await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
    const answer = await opened(true).http.request({ method: "POST", url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`, body: "x" });
    server.close();
    expect(answer).toMatchObject({ ok: false, fault: { code: "tls", left: "no" } });
  });
  test("a lease that has ended starts nothing", async () => {
    const door = createDoor();
    const http = door.open({ allowPrivateNetwork: true, timeoutMs: 500, correlationId: "c", signal: AbortSignal.abort(), recording: new Recording(redactor([])) });
    expect(await http.request({ method: "GET", url: "http://127.0.0.1:9/" })).toMatchObject({ ok: false, fault: { code: "aborted", left: "no" } });
  });
});

test("an answer that never ends is cut at its limit", async () => {
  const server = createServer((_, response) => { const timer = setInterval(() => response.write("x".repeat(1000)), 1); response.on("close", () => { clearInterval(timer); }); });
  await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
  const answer = await opened(true, 20_000).http.request({ method: "GET", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  server.closeAllConnections(); server.close();
  expect(answer).toMatchObject({ ok: false, fault: { code: "too_large", left: "perhaps" } });
});

describe("what is kept of an exchange", () => {
  const redact = redactor(["hush-hush"]);
  test("names, values and card numbers are masked; numbers of documents are not", () => {
    expect(redact.deep({ authorization: "Bearer x", client_secret: "a", nested: { apiKey: "k", "X-PW-Signature": "s" }, card: "4242-4242-4242-4242", order: "1763888400000", note: "say hush-hush", signedBy: "J. Miller", "idempotency-key": "post|1" })).toEqual({
      authorization: "•••", client_secret: "•••", nested: { apiKey: "•••", "X-PW-Signature": "•••" }, card: "•••4242", order: "1763888400000", note: "say •••", signedBy: "J. Miller", "idempotency-key": "post|1",
    });
    expect(redact.text(Buffer.from("hush-hush").toString("base64"))).toBe("•••");
    expect(redact.url("http://a.example/x?access_token=abc&page=2")).toBe("http://a.example/x?access_token=•••&page=2");
  });
});

test("one trace for one correlation id", () => {
  const [one, two] = [traceparent("0f8fad5b-d9cb-469f-a165-70867728950e"), traceparent("0f8fad5b-d9cb-469f-a165-70867728950e")];
  expect(one).toMatch(/^00-0f8fad5bd9cb469fa16570867728950e-[0-9a-f]{16}-01$/);
  expect(two).not.toBe(one);
  expect(traceparent("any text")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});
