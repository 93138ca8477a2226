import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { exceptionCatalogue } from "@/server/domain/exceptions";
import { naturalKey, type CommandKind } from "@/server/domain/commands";
import { fail, ok, type Result } from "@/server/domain/result";
import { subjectId, type SubjectRef } from "@/server/domain/subject";
import type { ClaimedCommand } from "@/server/pipeline/ports";
import { createIntegrations, type Integrations } from "../../runtime";
import type { AnyConnector, CodeKind, Outcome } from "../connector";

/** A request as the stub saw it. */
export interface Seen { method: string; path: string; headers: IncomingHttpHeaders; body: string }
export interface Answer { status?: number; body?: unknown; text?: string; headers?: Record<string, string>; /** Cut the connection: before reading on, or as if the work had been done. */ cut?: boolean; delayMs?: number }
export type Vendor = (seen: Seen) => Answer;

/** A vendor's server in a few lines, and the connector under test pointed at it through the real runtime and door. */
export interface Bench { seen: Seen[]; url: string; integrations: Integrations; now: { value: string }; close(): Promise<void> }
export interface Setup {
  connector: AnyConnector;
  settings: Record<string, unknown>;
  secrets: Record<string, string>;
  /** Codes by `kind|canonical`; what is missing here is missing in the cross-reference. */
  codes: Readonly<Record<string, string>>;
}

export const testNow = "2026-11-23T12:00:00.000Z";

export async function bench(setup: Setup, vendor: Vendor): Promise<Bench> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call: Seen = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
      seen.push(call);
      const answer = vendor(call);
      const reply = () => {
        if (answer.cut) { request.socket.destroy(); return; }
        response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
        response.end(answer.text ?? JSON.stringify(answer.body ?? {}));
      };
      if (answer.delayMs) setTimeout(reply, answer.delayMs);
      else reply();
    });
  });
  await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = { value: testNow };
  return { seen, url, integrations: integrationsOf(setup, url, now), now, close: () => close(server) };
}

const close = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  await new Promise((done) => { server.close(done); });
};

export function integrationsOf(setup: Setup, url: string, now: { value: string } = { value: testNow }): Integrations {
  const row = { id: "under-test", type: setup.connector.type, name: "", entity: "US01", settings: { url, allowPrivateNetwork: true, ...setup.settings }, secrets: setup.secrets, state: "active" as const, concurrency: null, perMinute: null };
  const code = (kind: string, canonical: string): Result<string> => {
    const found = setup.codes[`${kind}|${canonical}`];
    return found === undefined ? fail(kind === "item" ? "MAP-02" : kind === "customer" ? "MAP-01" : "MAP-04", `${kind} ${canonical} has no mapping`) : ok(found);
  };
  return createIntegrations(
    { loadConnectors: () => Promise.resolve([row]), resolveCode: (_entity, _system, kind: CodeKind, canonical) => (kind === "unit" ? ok(canonical) : code(kind, canonical)), renewCodes: () => Promise.resolve(), baseUnit: (_entity, item) => code("base_unit", item), clock: { now: () => now.value } },
    { types: new Map([[setup.connector.type, setup.connector]]), refreshMs: 0 },
  );
}

export function command(kind: CommandKind, subject: Omit<SubjectRef, "entity">, payload: object, more: Partial<ClaimedCommand> = {}): ClaimedCommand {
  const id = subjectId({ entity: "US01", ...subject });
  const slot = "", sequence = 1;
  return {
    id: "1", connector: "under-test", lane: "finance", subjectId: id, correlationId: "0f8fad5b-d9cb-469f-a165-70867728950e", owner: "w", leaseUntil: "2099-01-01T00:00:00.000Z", tries: 1, lookups: 0, firstSentAt: testNow, lastSentAt: testNow,
    confirmedAt: null, reference: null, inDoubt: false, deaths: 0, naturalKey: naturalKey(id, { kind, slot, sequence }), kind, entity: "US01", sequence, attempt: 1, payload: payload as Record<string, unknown>, ...more,
  };
}
export const lease = (ms = 5000): AbortSignal => AbortSignal.timeout(ms);

/** What a vendor's test tells the kit: one command, and how its vendor answers it. */
export interface Case {
  setup: Setup;
  /** A command that the vendor accepts, and the answers with which it does (tokens and reads included). */
  command: ClaimedCommand;
  accepts: Vendor;
  /** The vendor that keeps what it was told, or answers as one that has it, for the look-up after a lost answer. Default: `accepts`. */
  acted?: Vendor;
  /** The requests that may act: the faults below strike these only. */
  acts: (seen: Seen) => boolean;
  /** The vendor's acceptance carries nothing that is needed: an unreadable body of a 2xx is an acceptance all the same. */
  readsNoAnswer?: boolean;
  /** The vendor's own shape of a business refusal, and the exception code that it must become. */
  refusal: { status: number; body: unknown; code: keyof typeof exceptionCatalogue };
  /** A payload with a code that nobody has mapped. */
  unmapped?: { command: ClaimedCommand; code: string };
}

export const hugeAnswer: Answer = { text: "x".repeat(11 * 1024 * 1024) };

/** Every connector that sends keeps these promises. */
export function conformsWhenSending(name: string, one: Case): void {
  const sent = async (fault: Answer | null, use: ClaimedCommand = one.command): Promise<{ outcome: Outcome; exchange: string; status: number | null; acted: number }> => {
    const ending = new AbortController();
    // the lease of a slow answer ends while it is waited for, however fast this machine is
    const stub = await bench(one.setup, (seen) => { if (fault === null || !one.acts(seen)) return one.accepts(seen); if (fault.delayMs !== undefined) ending.abort(); return fault; });
    try {
      const { outcome, exchange } = await stub.integrations.send(use, AbortSignal.any([ending.signal, lease(20_000)]));
      return { outcome, exchange: JSON.stringify([outcome, exchange]), status: exchange.httpStatus, acted: stub.seen.filter(one.acts).length };
    } finally {
      stub.integrations.close();
      await stub.close();
    }
  };

  describe(`${name} when sending`, () => {
    test("is confirmed with the vendor's own number, and sends once", async () => {
      const { outcome, acted } = await sent(null);
      expect(outcome).toMatchObject({ kind: "confirmed" });
      expect(outcome.kind === "confirmed" && outcome.reference).not.toBe("");
      expect(acted).toBe(1);
    });
    test("never shows a secret in what is kept", async () => {
      const echo = { status: 422, body: { message: Object.values(one.setup.secrets).join(" "), card: "4242 4242 4242 4242", token: "abc" } };
      const { exchange } = await sent(echo);
      for (const value of Object.values(one.setup.secrets)) { expect(exchange).not.toContain(value); expect(exchange).not.toContain(Buffer.from(value).toString("base64")); }
      expect(exchange).not.toContain("4242 4242 4242 4242");
    });
    test("does not know what became of it when the answer is lost after the work", async () => {
      expect((await sent({ cut: true })).outcome.kind).toBe("unknown");
    });
    test("does not know what became of it when no answer comes within the lease", async () => {
      expect((await sent({ delayMs: 1500 })).outcome.kind).toBe("unknown");
    });
    const { idempotentForMs = 0, lookup = null } = one.setup.connector.commands[one.command.kind] ?? {};
    if (lookup) test("finds after a lost answer what was done, under the number that it was confirmed with", async () => {
      const vendor = one.acted ?? one.accepts, stub = await bench(one.setup, (seen) => { const answer = vendor(seen); return one.acts(seen) ? { cut: true } : answer; });
      await stub.integrations.send(one.command, lease());
      const { answer } = await stub.integrations.lookup(one.command, lease());
      stub.integrations.close();
      await stub.close();
      const { outcome } = await sent(null);
      expect(answer).toMatchObject({ kind: "found", reference: outcome.kind === "confirmed" ? outcome.reference : null });
    });
    if (idempotentForMs > 0) test("says the same again in a second try, by which the vendor knows it", async () => {
      const stub = await bench(one.setup, one.accepts);
      for (let attempt = 1; attempt <= 2; attempt += 1) await stub.integrations.send(one.command, lease());
      stub.integrations.close();
      await stub.close();
      const [first, second] = stub.seen.filter(one.acts).map(({ method, path, headers, body }) => ({ method, path, body, key: headers["idempotency-key"] }));
      expect(first).toBeDefined();
      expect(second).toEqual(first);
    });
    test.each([["malformed", { text: '{"Id":"1","No' }], ["of another shape", { body: { something: "else" } }], ["huge", hugeAnswer], ["a page for people", { status: 500, text: "<html>Oops</html>" }], ["a redirect inwards", { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data/" } }]] as const)
    ("does not know what became of it when the answer is %s", async (_, answer) => {
      const accepted = one.readsNoAnswer === true && !("status" in answer) && answer !== hugeAnswer;
      expect((await sent({ ...answer })).outcome.kind).toBe(accepted ? "confirmed" : "unknown");
    });
    test("comes back when it is told to, as late as it is told", async () => {
      expect((await sent({ status: 429, headers: { "retry-after": "7" } })).outcome).toMatchObject({ kind: "retryable", retryAfterMs: 7000 });
    });
    test("knows a refused login, which pauses the connector", async () => {
      expect((await sent({ status: 401 })).outcome).toMatchObject({ kind: "retryable", authentication: true, failure: { code: "TEC-02" } });
    });
    test("gives a refusal its code and the vendor's own words", async () => {
      const { outcome } = await sent({ status: one.refusal.status, body: one.refusal.body });
      expect(outcome).toMatchObject({ kind: "rejected", failure: { code: one.refusal.code } });
      expect(Object.hasOwn(exceptionCatalogue, one.refusal.code)).toBe(true);
    });
    test("may try again, with proof, when nobody listens", async () => {
      const integrations = integrationsOf(one.setup, "http://127.0.0.1:9");
      const { outcome, exchange } = await integrations.send(one.command, lease());
      integrations.close();
      expect(outcome.kind).toBe("retryable");
      expect(exchange).toMatchObject({ httpStatus: null, response: { left: "no" } });
    });
    test("sends nothing inwards unless its settings allow it", async () => {
      const stub = await bench({ ...one.setup, settings: { ...one.setup.settings, allowPrivateNetwork: false } }, one.accepts);
      const { outcome } = await stub.integrations.send(one.command, lease());
      await stub.close();
      expect(outcome.kind).toBe("retryable");
      expect(stub.seen).toHaveLength(0);
    });
    const { unmapped } = one;
    if (unmapped) test("refuses what has no mapping before anything that acts is sent", async () => {
      const { outcome, acted } = await sent(null, unmapped.command);
      expect(outcome).toMatchObject({ kind: "rejected", failure: { code: unmapped.code } });
      expect(acted).toBe(0);
    });
  });
}

/** Every connector with webhooks keeps these promises. `sign` is the vendor's side, written from its own page. */
export function conformsWhenCalled(name: string, one: { setup: Setup; body: string; id: string; sign(body: string, atMs: number): Record<string, string> }): void {
  const at = new Date(testNow).getTime();
  const verified = (headers: Record<string, string>, body: string) => integrationsOf(one.setup, "http://127.0.0.1:9").verifyWebhook("under-test", headers, new TextEncoder().encode(body));
  describe(`${name} when called`, () => {
    test("knows the sender, and the same message by the same id", async () => {
      expect(await verified(one.sign(one.body, at), one.body)).toMatchObject({ ok: true, value: { id: one.id } });
      expect(await verified(one.sign(one.body, at + 60_000), one.body)).toMatchObject({ ok: true, value: { id: one.id } });
    });
    test.each([
      ["another body", (headers: Record<string, string>) => [headers, `${one.body} `]],
      ["no signature", () => [{}, one.body]],
      ["a signature that is cut", (headers: Record<string, string>) => [Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value.slice(0, -2)])), one.body]],
    ] as const)("refuses %s", async (_, alter) => {
      const [headers, body] = alter(one.sign(one.body, at)) as [Record<string, string>, string];
      expect((await verified(headers, body)).ok).toBe(false);
    });
    test("refuses an old signature", async () => { expect((await verified(one.sign(one.body, at - 301_000), one.body)).ok).toBe(false); });
  });
}

/** Translation of stored messages: the same bytes say the same, and hostile bytes are a contract failure, never a crash. */
export function conformsWhenTranslating(name: string, one: { setup: Setup; messages: Readonly<Record<string, unknown>>; expected: Readonly<Record<string, readonly string[]>> }): void {
  const translate = (text: string) => integrationsOf(one.setup, "http://127.0.0.1:9").translate({ connector: "under-test", entity: "US01", sourceMessageId: "m1", correlationId: "c", receivedAt: testNow, contentType: "application/json", body: new TextEncoder().encode(text) });
  describe(`${name} when translating`, () => {
    test.each(Object.entries(one.expected))("%s", async (message, types) => {
      const text = JSON.stringify(one.messages[message]);
      const first = await translate(text);
      expect(first.ok ? first.value.events.map((event) => event.type) : first.error).toEqual(types);
      expect(await translate(text)).toEqual(first);
    });
    test("keeps what it does not know out of the way", async () => {
      for (const message of Object.keys(one.expected)) {
        const known = one.messages[message] as Record<string, unknown>;
        expect((await translate(JSON.stringify({ ...known, somethingNew: { deep: [1] } }))).ok).toBe(true);
      }
    });
    test.each(["", "{", "null", "[]", "7", '{"data":null}', JSON.stringify({ kind: "document", docType: "SHIPMENT", data: { order: {} }, document: {} })])("is not broken by %j", async (text) => {
      const answer = await translate(text);
      expect(answer.ok ? answer.value.events : []).toEqual([]);
      if (!answer.ok) expect(answer.error.code).toBe("CTR-01");
    });
  });
}

/** A feed whose windows overlap tells of what did not change under the same id: then it is the same bytes, or it would be another's message under a known id. */
export function conformsWhenReadAgain(name: string, one: { setup: Setup; feed: string; vendor: Vendor }): void {
  test(`${name} tells the same again in the same bytes, whenever it is read: ${one.feed}`, async () => {
    const stub = await bench(one.setup, one.vendor), told = new Map<string, Set<string>>();
    for (const at of [testNow, "2026-11-23T12:01:00.000Z", "2026-11-23T13:30:00.000Z"]) {
      stub.now.value = at;
      const { reading } = await stub.integrations.readFeed("under-test", one.feed, null, lease());
      for (const { sourceMessageId, body } of reading.ok ? reading.value.messages : []) told.set(sourceMessageId, (told.get(sourceMessageId) ?? new Set()).add(Buffer.from(body).toString("utf8")));
    }
    await stub.close();
    expect(told.size).toBeGreaterThan(0);
    expect([...told.values()].filter((bodies) => bodies.size > 1).map((bodies) => [...bodies])).toEqual([]);
  });
}
