import { describe, expect, test } from "vitest";
import { fail, ok } from "@/server/domain/result";
import type { OutboundCommand } from "./contract/connector";
import { command, integrationsOf, lease, testNow, type Setup } from "./contract/testing/conformance";
import { connectorTypes } from "./registry";
import { createIntegrations, type ConnectorRow, type RuntimeSources } from "./runtime";

const row = (more: Partial<ConnectorRow>): ConnectorRow => ({ id: "shop", type: "sandbox-shop", name: "", entity: "US01", settings: { url: "http://127.0.0.1:9", allowPrivateNetwork: true }, secrets: { apiKey: "k-secret", webhookSecret: "w-secret" }, state: "active", concurrency: 2, perMinute: 1_000_000, ...more });
const sources: Omit<RuntimeSources, "loadConnectors"> = { resolveCode: (_entity, _system, _kind, canonical) => ok(canonical), renewCodes: () => Promise.resolve(), baseUnit: () => ok("EA"), clock: { now: () => testNow } };
const runtime = (rows: ConnectorRow[]) => createIntegrations({ ...sources, loadConnectors: () => Promise.resolve(rows) });
const acknowledge = command("acknowledge_order", { kind: "order", key: "N-1" }, { order: "N-1", version: 1, state: "accepted", lines: [] }, { connector: "shop" });

describe("connectors that cannot work", () => {
  test.each([
    ["a setting that is not usable", row({ settings: { url: "file:///etc/passwd" } })], ["a secret that is missing", row({ secrets: { apiKey: "k-secret" } })], ["nothing at all", row({ settings: null, secrets: null })],
  ])("%s is said plainly, pauses the connector and sends nothing", async (_, broken) => {
    const integrations = runtime([broken]);
    expect(await integrations.problems()).toMatchObject([{ id: "shop", failure: { code: "SETTINGS" } }]);
    expect(await integrations.send(acknowledge, lease())).toMatchObject({ outcome: { kind: "retryable", authentication: true, failure: { code: "TEC-02" } }, exchange: { request: null } });
    expect((await integrations.verifyWebhook("shop", {}, new Uint8Array())).ok).toBe(false);
    expect(JSON.stringify(await integrations.problems())).not.toContain("k-secret");
  });
  test("an unknown kind is told and not listed", async () => {
    const integrations = runtime([row({ type: "sandbox-nothing" })]);
    expect(await integrations.list()).toEqual([]);
    expect(await integrations.problems()).toMatchObject([{ failure: { code: "CTR-03" } }]);
  });
  test("an unknown connector, a command that it has not, a door that it has not", async () => {
    const integrations = runtime([row({}), row({ id: "wms", type: "sandbox-wms", settings: { url: "http://127.0.0.1:9", username: "u", defaultSite: "W", defaultCarrier: "C" }, secrets: { password: "pw-secret" } })]);
    expect((await integrations.send({ ...acknowledge, connector: "nobody" }, lease())).outcome).toMatchObject({ kind: "rejected", failure: { code: "TEC-05" } });
    expect((await integrations.send({ ...acknowledge, connector: "wms" }, lease())).outcome).toMatchObject({ kind: "rejected", failure: { code: "TEC-05" } });
    expect(await integrations.verifyWebhook("wms", {}, new Uint8Array())).toMatchObject({ ok: false, error: { code: "NO_WEBHOOK" } });
    expect(await integrations.verifyWebhook("nobody", {}, new Uint8Array())).toMatchObject({ ok: false, error: { code: "UNKNOWN_CONNECTOR" } });
  });
  test("nobody may have more than the connector allows", async () => { expect(await runtime([row({})]).find("shop")).toMatchObject({ policy: { concurrency: 2, perMinute: 3000 }, paused: false }); });
});

describe("a connector that breaks inside", () => {
  const shop = connectorTypes.get("sandbox-shop") as NonNullable<ReturnType<typeof connectorTypes.get>>;
  const setup = (send: unknown): Setup => ({ connector: { ...shop, send: send as typeof shop.send }, settings: {}, secrets: { apiKey: "k-secret", webhookSecret: "w-secret" }, codes: {} });
  const use = { ...acknowledge, connector: "under-test" };
  test("before anything left: rejected, and its words hold no secret", async () => {
    const { outcome } = await integrationsOf(setup(() => Promise.reject(new Error("boom k-secret"))), "http://127.0.0.1:9").send(use, lease());
    expect(outcome).toMatchObject({ kind: "rejected", failure: { code: "TEC-05" } });
    expect(JSON.stringify(outcome)).not.toContain("k-secret");
  });
  test("that never answers ends with its lease", async () => {
    expect((await integrationsOf(setup(() => new Promise(() => undefined)), "http://127.0.0.1:9").send(use, lease(50))).outcome.kind).toBe("retryable");
  });
});

test("a connection that breaks long after it was opened tells no secret either", async () => {
  const nats = connectorTypes.get("nats") as NonNullable<ReturnType<typeof connectorTypes.get>>, breaks = () => Promise.reject(new Error("Authorization Violation: k-secret"));
  const broker = { uses: () => ({ consumes: true, publishes: true }), open: () => Promise.resolve(ok({ consume: breaks, publish: breaks, close: () => Promise.resolve() })) };
  const opened = await integrationsOf({ connector: { ...nats, broker }, settings: { url: "nats://127.0.0.1:9" }, secrets: { password: "k-secret" }, codes: {} }, "").openBroker("under-test", lease());
  if (!opened.ok) throw new Error(opened.error.message);
  const { consume, publish } = opened.value;
  for (const work of [() => consume(() => Promise.resolve([]), lease()), () => publish([])]) await expect(work()).rejects.toThrow(/^Authorization Violation: •••$/);
});

describe("a connector that was made a moment ago", () => {
  const message = (connector: string) => ({ id: "1", connector, entity: "US01", sourceMessageId: "m", contentType: "application/json", body: new TextEncoder().encode("{}"), correlationId: "c", receivedAt: testNow, deaths: 0 });
  test("is looked for before its messages are turned down, once for all of them", async () => {
    const rows = [row({})];
    let reads = 0;
    const integrations = createIntegrations({ ...sources, loadConnectors: () => { reads += 1; return Promise.resolve([...rows]); } });
    await integrations.list();
    rows.push(row({ id: "new" }));
    const answers = await Promise.all(Array.from({ length: 50 }, () => integrations.translate(message("new"))));
    expect(answers.every((answer) => answer.ok || answer.error.code !== "CTR-03")).toBe(true);
    expect(reads).toBe(2);
    expect(await integrations.translate(message("nobody"))).toMatchObject({ ok: false, error: { code: "CTR-03" } });
  });
});

describe("a code that the cross-reference in hand does not have", () => {
  const shop = connectorTypes.get("sandbox-shop") as NonNullable<ReturnType<typeof connectorTypes.get>>;
  const asked = async (mappedMeanwhile: boolean) => {
    let isMapped = false, reads = 0;
    const type = { ...shop, send: ((_: unknown, { code }: OutboundCommand) => { const found = code("customer", "C-1"); return Promise.resolve(found.ok ? { kind: "confirmed", reference: found.value, result: {} } : { kind: "rejected", failure: found.error }); }) as typeof shop.send };
    const integrations = createIntegrations({
      ...sources, loadConnectors: () => Promise.resolve([row({})]), resolveCode: () => (isMapped ? ok("D-1") : fail("MAP-01", "no code")), renewCodes: () => { reads += 1; isMapped = mappedMeanwhile; return Promise.resolve(); },
    }, { types: new Map([["sandbox-shop", type]]) });
    return { outcome: (await integrations.send(acknowledge, lease())).outcome, reads };
  };
  test("is looked up anew before the command is turned down", async () => { expect(await asked(true)).toMatchObject({ outcome: { kind: "confirmed", reference: "D-1" }, reads: 1 }); });
  test("is missing when it is not there either", async () => { expect(await asked(false)).toMatchObject({ outcome: { kind: "rejected", failure: { code: "MAP-01" } }, reads: 1 }); });
});

test("a code that its target does not know is looked up anew, and sent once more only where it is another by now", async () => {
  const shop = connectorTypes.get("sandbox-shop") as NonNullable<ReturnType<typeof connectorTypes.get>>, said: string[] = [];
  const type = { ...shop, send: ((_: unknown, { code }: OutboundCommand) => {
    const found = code("customer", "C-1"), value = found.ok ? found.value : "";
    said.push(value);
    return Promise.resolve(value === "C-2" ? { kind: "confirmed", reference: value, result: {} } : { kind: "rejected", failure: { code: "MAP-01", message: `no customer ${value}` } });
  }) as typeof shop.send };
  const asked = (renamed: string) => { let now = "C-1"; said.length = 0; return createIntegrations({ ...sources, loadConnectors: () => Promise.resolve([row({})]), resolveCode: () => ok(now), renewCodes: () => { now = renamed; return Promise.resolve(); } }, { types: new Map([["sandbox-shop", type]]) }).send(acknowledge, lease()); };
  expect([(await asked("C-2")).outcome.kind, [...said]]).toEqual(["confirmed", ["C-1", "C-2"]]);
  expect([(await asked("C-1")).outcome.kind, [...said]]).toEqual(["rejected", ["C-1"]]);
});

test("where its target does not know a code and there is another for the same, it is said which is to be taken away", async () => {
  const shop = connectorTypes.get("sandbox-shop") as NonNullable<ReturnType<typeof connectorTypes.get>>;
  const refusing = (message: string) => ({ ...shop, send: ((_: unknown, { code }: OutboundCommand) => { code("customer", "C-1"); code("item", "A"); return Promise.resolve({ kind: "rejected", failure: { code: "MAP-01", message } }); }) as typeof shop.send });
  const said = async (message: string, others: readonly string[]) => {
    const { outcome } = await createIntegrations({ ...sources, loadConnectors: () => Promise.resolve([row({})]), resolveCode: (_entity, _system, kind) => ok(kind === "customer" ? "C1005" : "IT-1"), otherCodes: (_entity, _system, kind) => (kind === "customer" ? others : []) }, { types: new Map([["sandbox-shop", refusing(message)]]) }).send(acknowledge, lease());
    return outcome.kind === "rejected" ? outcome.failure.message : outcome.kind;
  };
  expect(await said("no active party with the code C1005", ["C9005"])).toBe("no active party with the code C1005. customer C-1 has the code C9005 there too: take the mapping of C1005 away where it is out of use, and C9005 is used");
  expect([await said("no active party with the code C1005", []), await said("no product IT-1", ["C9005"])]).toEqual(["no active party with the code C1005", "no product IT-1"]);
});

test("every connector says what it cannot do and reads its own settings", () => {
  for (const [type, connector] of connectorTypes) {
    expect(type).toBe(connector.type);
    if (type.startsWith("sandbox-")) expect(connector.grade).toBe("sandbox");
    expect(connector.cannot.length).toBeGreaterThan(0);
    for (const support of Object.values(connector.commands)) expect(support.idempotentForMs > 0 || support.lookup?.complete).toBeTruthy();
  }
});
