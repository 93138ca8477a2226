import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCompletenessStore } from "@/server/db/completeness";
import { fetchNow } from "@/server/db/desk/completeness";
import { createQuery } from "@/server/db/query";
import { planners } from "@/server/domain/planners";
import type { AnyConnector } from "@/server/integrations/contract/connector";
import { connectorTypes } from "@/server/integrations/registry";
import { createIntegrations, type Integrations } from "@/server/integrations/runtime";
import { startForTest, testCredentials, type TestSystem } from "@/server/landscape/testing/in-process";
import { logger } from "@/server/observability/logger";
import { receive } from "@/server/pipeline/receive";
import { exceptionGroup } from "@/server/read/exceptions";
import { fixPage } from "@/server/read/fixes";
import { flowOf, flowRows } from "@/server/read/flow";
import { completenessRows, completenessDocuments, completenessWindows } from "@/server/read/completeness";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { runToRest } from "@/server/testing/memory/ports";
import { createCompleteness } from "./completeness";

/** The simulated shop over HTTP, its webhooks into our front door, and nothing polled: what a webhook loses only the census finds. */
let shop: TestSystem, door: Server, integrations: Integrations, engine: Engine;
/** Everybody's clock in the test: windows close when it says so. */
let now = Date.now();
const clock = { now: () => new Date(now).toISOString() };
const windowSeconds = 60;
const shopType = connectorTypes.get("sandbox-shop") as AnyConnector;
const narrow: AnyConnector = { ...shopType, censuses: shopType.censuses?.map((census) => ({ ...census, windowSeconds, overlapSeconds: windowSeconds })) ?? [] };
const take = (connector: string, id: string, contentType: string, body: Uint8Array) => receive(engine.stores.inbox, [{ connector, sourceMessageId: id, digest: createHash("sha256").update(body).digest("hex"), contentType, headers: {}, body, correlationId: randomUUID() }]);

beforeAll(async () => {
  door = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const body = Buffer.concat(chunks), headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      void integrations.verifyWebhook("shop", headers, body).then(async (known) => {
        if (known.ok) await take("shop", known.value.id, known.value.contentType, body);
        response.writeHead(known.ok ? 200 : 401).end();
      });
    });
  });
  await new Promise<void>((done) => { door.listen(0, "127.0.0.1", done); });
  shop = await startForTest("shop", { webhookBase: `http://127.0.0.1:${(door.address() as AddressInfo).port}` });
});
afterAll(async () => { await shop.close(); door.close(); });

beforeEach(async () => {
  engine = await createEngine();
  await shop.call("POST", "/_reset");
  // a test lies in one window
  const left = windowSeconds * 1000 - (Date.now() % (windowSeconds * 1000));
  if (left < 5_000) await new Promise((done) => setTimeout(done, left));
  now = Math.floor(Date.now() / (windowSeconds * 1000)) * windowSeconds * 1000;
  await engine.pool.query("update connector set type = 'sandbox-shop', name = 'Northgate', created_at = to_timestamp($1 / 1000.0) where id = 'shop'", [now]);
  const row = { id: "shop", type: "sandbox-shop", name: "Northgate", entity: "US01", settings: { url: shop.url, allowPrivateNetwork: true }, secrets: { apiKey: (testCredentials.shop as { apiKey: string }).apiKey, webhookSecret: "whs_test" }, state: "active" as const, concurrency: null, perMinute: null };
  integrations = createIntegrations({ loadConnectors: () => Promise.resolve([row]), resolveCode: () => ({ ok: true, value: "" }), renewCodes: () => Promise.resolve(), baseUnit: () => ({ ok: true, value: "EA" }), clock }, { types: new Map([[narrow.type, narrow]]) });
});
afterEach(async () => { integrations.close(); await engine.close(); });

const closeOf = (at: number): number => (Math.floor(at / (windowSeconds * 1000)) + 1) * windowSeconds * 1000;
const draft = (number: string) => ({
  id: `ord_${number}`, number, site: "US01", channel: "web", purpose: "standard", placed_at: new Date().toISOString(), currency: "USD", header_discount: "0.00", terms: "NET30",
  customer: { code: "C-1" }, bill_to: { code: "C-1" }, ship_to: { code: "C-1", address: { country: "US" } }, payment: { method: "terms" },
  lines: [{ id: `${number}-1`, position: 1, item_number: "NG-100001", quantity: "10", cancelled_quantity: "0", unit: "each", unit_price: "12.500000", price_per: "1", line_discount: "0.00" }], charges: [],
});
const place = (number: string) => shop.call("POST", "/_control/place-order", { actionId: number, order: draft(number) });
async function seen<T>(what: string, look: () => Promise<T | false>, ms = 10_000): Promise<T> {
  for (const end = Date.now() + ms; ; await new Promise((done) => setTimeout(done, 50))) { const found = await look(); if (found !== false) return found; if (Date.now() > end) throw new Error(`not seen: ${what}`); }
}
const arrived = (number: string) => seen(`message of ${number}`, async () => (await engine.value<number>("select count(*)::int from inbound_message where convert_from(body, 'utf8') like $1", [`%${number}%`])) > 0);
const worker = (name = "w", through = engine.pool) => createCompleteness({ worker: name, store: createCompletenessStore(through, engine.stores.policies), integrations, receive: (inputs) => receive(engine.stores.inbox, inputs), clock, logger });
const forever = new AbortController().signal;
const read = async () => (await engine.rows<{ document: string; state: string }>("select document, state from census_document where kind = 'orders' order by 1")).map(({ document, state }) => `${document} ${state}`);
const gaps = () => engine.rows<{ document: string; state: string; resolution: string | null }>("select document, state, resolution from exception_item where code = 'CMP-01' order by 1");
/** Turns until the source was asked up to the close of this window of it. */
const checked = async (turn: ReturnType<typeof worker>, closes: number) => seen("the window was checked", async () => { await turn(forever); return (await engine.value<boolean>("select checked_to >= to_timestamp($1 / 1000.0) from census where name = 'orders'", [closes])) === true; });

const person = { id: "ann", name: "Ann", email: "ann@x", teams: [], leads: [], grants: [{ role: "ops" as const, entity: "*", holdCodes: [], approveUpTo: null, currency: null }] };
const fingerprint = "CMP-01|code=orders|connector=shop|entity=US01";

describe("an order whose webhook was lost", () => {
  test("is a work item within a minute of its window's close, and is healed by fetching it, once it is held", async () => {
    await shop.call("POST", "/_faults", { kind: "webhook_lost" });
    await place("N-100001");
    await place("N-100002");
    await arrived("N-100002");
    await runToRest({ ...engine.ports, connectors: integrations }, planners);
    const turn = worker();
    now = closeOf(Date.now()) + 11_000;
    await checked(turn, now - 11_000);
    expect(await read()).toEqual(["N-100001 late", "N-100002 held"]);
    expect(await gaps()).toEqual([]);

    const [lost] = await engine.rows<{ closes: Date; missesFrom: Date }>(`select w.closes_at as closes, d.misses_from as "missesFrom" from census_document d join census_window w on w.kind = d.kind and w.opens_at = d.opens_at where document = 'N-100001'`);
    now = lost?.missesFrom.getTime() ?? 0;
    expect(now - (lost?.closes.getTime() ?? 0)).toBeLessThan(60_000);
    await turn(forever);
    expect(await gaps()).toEqual([{ document: "N-100001", state: "open", resolution: null }]);
    expect(await engine.rows("select code, team, title, state from exception_group where code = 'CMP-01'")).toEqual([{ code: "CMP-01", team: "integration", title: "Source has it, we do not · shop · orders", state: "new" }]);
    expect(await engine.rows("select amount::text, currency, first_seen_at = to_timestamp($1 / 1000.0) as aged from exception_item where code = 'CMP-01'", [now])).toEqual([{ amount: "125.000000", currency: "USD", aged: true }]);
    const query = createQuery(engine.pool);
    expect((await completenessRows(query, null, 24)).map(({ kind, said, held, missing, money, failure }) => ({ kind, said, held, missing, money, failure }))).toEqual([
      { kind: "orders", said: 2, held: 1, missing: 1, money: [{ currency: "USD", amount: "125.000000" }], failure: null }, { kind: "returns", said: 0, held: 0, missing: 0, money: [], failure: null },
    ]);

    const decade = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };
    const fixed = async () => {
      const { fixes } = flowOf(await flowRows(query, ["US01"], decade), decade), { items: [fix] } = await fixPage(query, ["US01"], decade, { result: "all", limit: 9 }), progress = (await exceptionGroup(query, ["US01"], fingerprint))?.group.fix;
      return [fixes.tried, fixes.verified, fix && [fix.verb, fix.author, fix.total, fix.verified], progress && [progress.verb, progress.waiting, progress.accepted, progress.verified, progress.failed]];
    };
    expect(await fixed()).toEqual([0, 0, undefined, null]);
    expect(await fetchNow(engine.pool)(person, { fingerprint }, "the webhook was lost")).toEqual({ ok: true, value: { fix: expect.any(String) as string, asked: 1 } });
    expect(await fixed()).toEqual([1, 0, ["fetch", "ann", 1, 0], ["fetch", 1, 0, 0, 0]]);
    await turn(forever);
    await seen("it was taken in", async () => (await engine.value("select answer from census_document where document = 'N-100001'")) === "taken in");
    // it counts as fixed when it is held, which a look sees: this turn's where it was taken in before that, else the next
    const isHeld = (await engine.value("select state from census_document where document = 'N-100001'")) === "held";
    expect(await fixed()).toEqual(isHeld ? [1, 1, ["fetch", "ann", 1, 1], ["fetch", 0, 0, 1, 0]] : [1, 0, ["fetch", "ann", 1, 0], ["fetch", 0, 1, 0, 0]]);
    await turn(forever);
    expect(await fixed()).toEqual([1, 1, ["fetch", "ann", 1, 1], ["fetch", 0, 0, 1, 0]]);
    await runToRest({ ...engine.ports, connectors: integrations }, planners);
    expect(await read()).toEqual(["N-100001 held", "N-100002 held"]);
    expect(await gaps()).toEqual([{ document: "N-100001", state: "resolved", resolution: "closed_by_evidence" }]);
    expect(await engine.rows("select answer, missed from census_document where document = 'N-100001'")).toEqual([{ answer: "taken in", missed: true }]);
    expect(await engine.value("select count(*)::int from fact where type = 'order.captured' and source = 'shop'")).toBe(2);
    expect((await completenessDocuments(query, ["US01"], { connector: "shop", kind: "orders", show: "healed", hours: 24, limit: 10 })).items.map(({ document, askedBy }) => [document, askedBy])).toEqual([["N-100001", "ann"]]);
    expect((await completenessWindows(query, ["US01"], { connector: "shop", kind: "orders", limit: 100 })).items.reduce((sum, { said }) => sum + said, 0)).toBe(2);
    expect((await completenessWindows(query, ["EU01"], { connector: "shop", kind: "orders", limit: 100 })).items).toEqual([]);
  });

  test("that comes by itself in the end closes its own gap; a person's word that it need not come is kept", async () => {
    await shop.call("POST", "/_faults", { kind: "webhook_lost", count: 2 });
    await place("N-1");
    await place("N-2");
    const turn = worker();
    now = closeOf(Date.now()) + 31_000;
    await checked(turn, now - 31_000);
    expect((await gaps()).map(({ document, state }) => `${document} ${state}`)).toEqual(["N-1 open", "N-2 open"]);
    const order = ((await shop.call("GET", "/api/v2/orders?number=N-1")).body as { data: unknown[] }).data[0];
    await take("shop", "late webhook", "application/json", Buffer.from(JSON.stringify({ type: "order.created", data: { order } })));
    await runToRest({ ...engine.ports, connectors: integrations }, planners);
    await engine.pool.query("update exception_item set state = 'resolved', resolved_by = 'ann', resolution = 'not_a_problem', resolved_at = now() where document = 'N-2'");
    await turn(forever);
    expect(await read()).toEqual(["N-1 held", "N-2 excused"]);
    expect((await gaps()).map(({ document, resolution }) => `${document} ${resolution ?? ""}`)).toEqual(["N-1 closed_by_evidence", "N-2 not_a_problem"]);
  });

  test("is open again where it was ended by a word that is not true", async () => {
    await shop.call("POST", "/_faults", { kind: "webhook_lost" });
    await place("N-1");
    const turn = worker();
    now = closeOf(Date.now()) + 31_000;
    await checked(turn, now - 31_000);
    await engine.pool.query("update exception_item set state = 'resolved', resolved_by = 'ann', resolution = 'fixed_at_source', resolved_at = now() where document = 'N-1'");
    await turn(forever);
    expect((await gaps()).map(({ state }) => state).sort()).toEqual(["open", "resolved"]);
  });
});

describe("checks", () => {
  test("by several workers are one for each window, and go on where they stood after a restart", async () => {
    for (const number of ["N-1", "N-2", "N-3"]) await place(number);
    await arrived("N-3");
    const closes = closeOf(Date.now());
    now = closes + 11_000;
    const turns = Array.from({ length: 6 }, (_, index) => worker(`w${index}`));
    await Promise.all(turns.map((turn) => checked(turn, closes)));
    expect(await engine.rows("select kind, max(checks) as checks, count(*)::int as windows from census_window where opens_at >= to_timestamp($1 / 1000.0) group by 1 order by 1", [closes - windowSeconds * 1000])).toEqual([{ kind: "orders", checks: 1, windows: 1 }, { kind: "returns", checks: 1, windows: 1 }]);

    now += windowSeconds * 1000;
    // one that died holding the source: nobody else asks it before the lease is over, and nothing of it is written then
    await engine.pool.query("update census set claimed_by = 'dead', claimed_until = now() + interval '1 hour', due_at = now() - interval '1 second'");
    const turn = worker("after");
    await turn(forever);
    expect(await engine.value("select max(checked_to) = to_timestamp($1 / 1000.0) from census", [closes])).toBe(true);
    await engine.pool.query("update census set claimed_until = now()");
    await checked(worker("after the lease"), closes + windowSeconds * 1000);
    expect(await engine.rows("select checks from census_window where kind = 'orders' order by opens_at desc limit 2")).toEqual([{ checks: 1 }, { checks: 2 }]);
  });

  test("of a source that does not answer say so, and are made up for", async () => {
    await place("N-1");
    await arrived("N-1");
    await runToRest({ ...engine.ports, connectors: integrations }, planners);
    const closes = closeOf(Date.now());
    now = closes + 11_000;
    await shop.call("POST", "/_faults", { match: { path: "/orders" }, kind: "error" });
    const turn = worker();
    await seen("it failed", async () => { await turn(forever); return (await engine.value<number>("select failures from census where name = 'orders'")) === 1; });
    expect(await engine.value("select failure from census where name = 'orders'")).toMatch(/500|does not answer|failed/i);
    expect(await engine.value("select count(*)::int from census_window where kind = 'orders'")).toBe(0);
    await engine.pool.query("update census set due_at = now() - interval '1 second'");
    await checked(worker("w2"), closes);
    expect(await read()).toEqual(["N-1 held"]);
  });
});
