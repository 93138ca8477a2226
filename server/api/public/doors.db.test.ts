import { globSync, readFileSync } from "node:fs";
import pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readHealth } from "@/server/db/health";
import { createKey, readClient } from "@/server/db/keys";
import { sealOrders } from "@/server/db/order-feed";
import { isOutage } from "@/server/db/outage";
import { createQuery } from "@/server/db/query";
import { createStores } from "@/server/db/stores";
import { examples } from "@/server/domain/contracts/examples";
import { ok } from "@/server/domain/result";
import { renderMetrics } from "@/server/observability/metrics";
import { postingStops } from "@/server/read/posting-brake";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { receive } from "@/server/pipeline/receive";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { messageOf } from "@/server/testing/memory/landscape";
import { planner } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";
import { publishedContracts } from "./contracts";
import { createAdmission } from "../admission";
import { door, noDoor, type Doors } from "./door";
import { postEvents, type EventResult } from "./events";
import { getHealth, getMetrics } from "./health";
import { openApi } from "./openapi";
import type { OrderView } from "@/server/read/public-orders";
import { getOrder, listOrders } from "./orders";
import { postWebhook } from "./webhooks";

let engine: Engine, services: Doors, secret: string;
const ample = () => createAdmission({ requests: 100, bytes: 1e8, backlog: 1e6, bodyMs: 60_000, graceMs: 60_000 }, { backlog: () => Promise.resolve(0), fraction: () => 0 });
const doorsOn = (pool: pg.Pool, inbox = engine.stores.inbox, admission = ample()): Doors => ({
  query: createQuery(pool), receive: (inputs) => receive(inbox, inputs), clientOf: (bearer) => readClient(pool, bearer), health: () => readHealth(pool), metrics: () => renderMetrics(createQuery(pool), () => readHealth(pool), () => postingStops(createQuery(pool), null), admission), isOutage, admission,
  verifyWebhook: (_, headers) => Promise.resolve(ok({ id: headers["x-id"] ?? "", contentType: "application/json" })),
});
beforeAll(async () => {
  engine = await createEngine();
  services = doorsOn(engine.pool);
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
  const key = await createKey(engine.pool, { name: "test", entity: "US01", source: "shop-api", scopes: ["events:*", "orders:read:all"], createdBy: "test", expiresAt: null });
  if (!key.ok) throw new Error(key.error.message);
  secret = key.value.secret;
});
afterAll(async () => { await engine.close(); });

/** The public addresses as the routes open them, on these services. */
const addresses = (on: () => Doors = () => services) => {
  const open = () => Promise.resolve(on());
  return {
    events: door({ POST: postEvents }, open), orders: door({ GET: listOrders }, open), order: door<{ number: string }>({ GET: (doors, request, { number }) => getOrder(doors, request, number) }, open),
    webhook: door<{ connector: string }>({ POST: (doors, request, { connector }, entry) => postWebhook(doors, connector, request, entry) }, open), health: door({ GET: getHealth }, open),
  };
};
const asked = (path: string, more: RequestInit = {}): Request => new Request(`http://tower.test${path}`, { ...more, headers: { authorization: `Bearer ${secret}`, "content-type": "application/cloudevents+json", ...more.headers } });
const parameters = <P>(value: P) => ({ params: Promise.resolve(value) });
const list = (query = "", on?: () => Doors) => addresses(on).orders.GET(asked(`/api/v1/orders${query}`), parameters({}));
const read = (number: string, on?: () => Doors) => addresses(on).order.GET(asked("/api/v1/orders/one"), parameters({ number }));
const page = async (query = ""): Promise<{ items: OrderView[]; next: string | null }> => (await list(query)).json() as never;

let events = 0;
const event = (over: Record<string, unknown> = {}): Record<string, unknown> => ({ specversion: "1.0", id: `e-${events += 1}`, source: "/test", type: "com.ledgerline.order.captured.v1", time: "2026-03-02T10:00:00Z", data: examples["order.captured"], ...over });
async function sends(...list: unknown[]): Promise<EventResult[]> {
  const answer = await postEvents(services, new Request("http://tower.test/api/v1/events", { method: "POST", headers: { authorization: `Bearer ${secret}`, "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify(list) }));
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { results: EventResult[] }).results;
}

describe("text that cannot be kept", () => {
  const order = examples["order.captured"] as { lines: object[] };
  it.each<[string, Record<string, unknown>, string]>([
    ["in the id", { id: "a\u0000b" }, "/id"],
    ["in the correlation id", { correlationid: "a\ud800" }, "/correlationid"],
    ["in the source", { source: "\udc00" }, "/source"],
    ["in an attribute that we do not know", { partner: { name: "x\u0000" } }, "/partner/name"],
    ["deep in the data", { data: { ...order, lines: [{ ...order.lines[0], description: "x\u0000" }] } }, "/data/lines/0/description"],
    ["too deep", { partner: JSON.parse(`${"[".repeat(3_000)}${"]".repeat(3_000)}`) as unknown }, "/partner/0/0/0/0/0/0/0/0/0"],
    ["in a name", { data: { ...order, "a\u0000": 1 } }, "/data"],
  ])("%s is refused at its place, and the event beside it is taken", async (_, over, pointer) => {
    expect(await sends(event(), event(over), event())).toMatchObject([{ status: "accepted" }, { status: "refused", code: "TEXT", pointer }, { status: "accepted" }]);
  });
});

describe("an event in binary mode", () => {
  const binary = (over: Record<string, string> = {}, body: unknown = examples["order.captured"]): Promise<Response> => {
    events += 1;
    return postEvents(services, asked("/api/v1/events", { method: "POST", headers: { "content-type": "application/json", "ce-specversion": "1.0", "ce-id": `e-${events}`, "ce-source": "/test", "ce-type": "com.ledgerline.order.captured.v1", "ce-time": "2026-03-02T10:00:00Z", ...over }, body: typeof body === "string" ? body : JSON.stringify(body) }));
  };
  const results = async (answer: Response): Promise<unknown> => { expect(answer.status).toBe(202); return ((await answer.json()) as { results: unknown }).results; };

  it("is taken, and is the same event when it comes again in structured mode", async () => {
    expect(await results(await binary())).toMatchObject([{ id: `e-${events}`, status: "accepted" }]);
    const id = `e-${events}`;
    expect(await sends(event({ id }))).toMatchObject([{ id, status: "repeated" }]);
  });
  it("is refused for what it lacks, at the attribute or the field", async () => {
    expect(await results(await binary({ "ce-type": "com.ledgerline.order.captured.v9" }))).toMatchObject([{ id: `e-${events}`, status: "refused", code: "UNKNOWN_VERSION", pointer: "/type" }]);
    expect(await results(await binary({ "ce-specversion": "0.3" }))).toMatchObject([{ status: "refused", code: "NOT_A_CLOUDEVENT", pointer: "/specversion" }]);
    expect(await results(await binary({}, { number: "X" }))).toMatchObject([{ status: "refused", code: "CONTRACT" }]);
    expect((await binary({ "content-type": "application/xml" }, "<a/>")).status).toBe(415);
    expect((await binary({}, "{")).status).toBe(400);
    expect((await binary({ "ce-subject": "a%ff" })).status).toBe(400);
  });
});

it("a number that parts the keys made of it is refused at its place, so that no phantom of its first part comes to be", async () => {
  const data = { ...(examples["order.captured"] as object), number: "P|69787" };
  expect(await sends(event({ data }), event({ subject: "billing_unit/SH|1" }), event())).toMatchObject([{ status: "refused", code: "CONTRACT", pointer: "/data/number" }, { status: "refused", pointer: "/subject" }, { status: "accepted" }]);
});

it("a parameter that there is not is refused by its name: one that is misspelt must not look like an answer", async () => {
  const answer = await list("?updated_after=2026-03-02T10:00:00Z");
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: "PARAMETER", parameter: "updated_after", detail: "updated_after is no parameter: status, updatedAfter, cursor, limit" }]);
});

/** An order that is planned, as a worker plans it; it is in the list once it is sealed. */
async function planned(number: string, by = planner(() => ({})), from?: string): Promise<void> {
  await receive(engine.stores.inbox, [messageOf({ ...order(number).build(), ...(from && { source: from }) }, `order ${number} ${from ?? ""}`)]);
  while ((await normalizeWaiting(engine.ports, 10)) + (await planWaiting(engine.ports, { order: by }, 10)) > 0);
}

describe("whatever goes wrong is a problem (RFC 9457)", () => {
  const isProblem = async (answer: Response, status: number, code: string): Promise<Record<string, unknown>> => {
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
    const body = (await answer.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ status, code, detail: expect.stringMatching(/\w+ \w+/) });
    return body;
  };
  const forged = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString("base64url");

  it.each<[string, string, string]>([
    ["a cursor of another make", `?cursor=${forged("x")}`, "CURSOR"],
    ["a cursor with too much in it", `?cursor=${forged("2026-03-02T10:00:00.000Z", "y")}`, "CURSOR"],
    ["a cursor that holds U+0000", `?cursor=${forged("\u0000")}`, "CURSOR"],
    ["a status with U+0000", "?status=a%00b", "PARAMETER"],
    ["a status that is none", "?status=blorp", "PARAMETER"],
    ["a time that no calendar has", "?updatedAfter=0000-01-01T00:00:00Z", "PARAMETER"],
    ["a limit that is no number", "?limit=many", "PARAMETER"],
  ])("%s is 400", async (_, query, code) => { await isProblem(await list(query), 400, code); });

  it("a status that is none is told which there are", async () => {
    expect(await isProblem(await list("?status=blorp"), 400, "PARAMETER")).toMatchObject({ parameter: "status", detail: expect.stringMatching(/open, complete, .*bill_control/) });
  });
  it("an order whose number nobody could write is not there", async () => {
    for (const number of ["a\u0000b", "a\ud800", "50%"]) await isProblem(await read(number), 404, "NOT_FOUND");
  });
  it("another method is 405 and names those that are taken; an address that is none is 404", async () => {
    const answer = await addresses().events.GET(asked("/api/v1/events"), parameters({}));
    await isProblem(answer, 405, "METHOD");
    expect(answer.headers.get("allow")).toBe("POST");
    expect((await addresses().events.OPTIONS(asked("/api/v1/events"), parameters({}))).headers.get("allow")).toBe("POST");
    await isProblem(await addresses().orders.DELETE(asked("/api/v1/orders"), parameters({})), 405, "METHOD");
    await isProblem(await noDoor(asked("/api/v1/nothing"), parameters({})), 404, "NO_SUCH_ADDRESS");
  });
  it("a database that is away is 503, and health says why", async () => {
    const gone = new pg.Pool({ connectionString: "postgresql://nobody@127.0.0.1:1/none" });
    const away = doorsOn(gone, createStores({ pool: gone }).inbox), on = () => away;
    const open = addresses(on);
    await isProblem(await list("", on), 503, "UNAVAILABLE");
    await isProblem(await read("SO-1", on), 503, "UNAVAILABLE");
    await isProblem(await open.events.POST(asked("/api/v1/events", { method: "POST", body: JSON.stringify(event()) }), parameters({})), 503, "UNAVAILABLE");
    const answer = await open.webhook.POST(asked("/api/webhooks/shop", { method: "POST", body: "{}" }), parameters({ connector: "shop" }));
    await isProblem(answer, 503, "UNAVAILABLE");
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    const health = await open.health.GET(asked("/api/health"), parameters({}));
    expect([health.status, await health.json()]).toMatchObject([503, { status: "failing", reason: "The database does not answer" }]);
    await gone.end();
  });
  it("a fault of our own is 500 with a number for the log, and tells nothing else", async () => {
    const body = await isProblem(await list("", () => ({ ...services, query: { rows: () => Promise.reject(new Error("select secret from somewhere")) } })), 500, "INTERNAL");
    expect(body).toMatchObject({ correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(JSON.stringify(body)).not.toContain("secret");
  });
});

describe("more than there is room for", () => {
  it("is answered 429 and leaves nothing behind, by either door; what is let in beside it is kept whole; the figures tell", async () => {
    const admission = createAdmission({ requests: 100, bytes: 20_000, backlog: 1e6, bodyMs: 60_000, graceMs: 60_000 }, { backlog: () => Promise.resolve(0), fraction: () => 0 }), on = () => doorsOn(engine.pool, engine.stores.inbox, admission);
    const kept = () => engine.value<number>("select count(*)::int from inbound_message"), before = await kept();
    const large = Array.from({ length: 40 }, () => event()), small = [event(), event()];
    const post = (list: unknown[]) => addresses(on).events.POST(asked("/api/v1/events", { method: "POST", headers: { "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify(list) }), parameters(null));
    const answers = await Promise.all([post(large), post(small), addresses(on).webhook.POST(asked("/api/webhooks/shop", { method: "POST", body: "x".repeat(30_000), headers: { "x-id": "too-large-now" } }), parameters({ connector: "shop" }))]);
    expect(answers.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual([[429, "1"], [202, null], [429, "1"]]);
    expect(await kept()).toBe(before + 2);
    expect(await (await getMetrics(on())).text()).toContain('ledgerline_door_turned_away_total{reason="bytes"} 2');
  });
});

describe("the published document", () => {
  const document = openApi() as { paths: Record<string, Record<string, { responses: Record<string, { content: Record<string, { schema: { $ref?: string } }> }> }>>; components: { schemas: Record<string, object> } };
  /** The published schema of an answer, that reads it whole. */
  const schemaOf = (path: string, method: string, answer: Response): z.ZodType => {
    const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
    const schema = document.paths[path]?.[method]?.responses[answer.status]?.content[type]?.schema;
    expect(schema, `${method} ${path} ${answer.status} ${type} is published`).toBeDefined();
    const resolved = JSON.parse(JSON.stringify(schema ?? {}).replaceAll("#/components/schemas/", "#/$defs/")) as object;
    return z.fromJSONSchema({ ...resolved, $defs: document.components.schemas } as never);
  };
  const fits = async (path: string, method: string, answer: Response): Promise<void> => {
    const schema = schemaOf(path, method, answer);
    expect(schema.safeParse(await answer.json()).error?.issues ?? []).toEqual([]);
  };

  it("names every door of the app with the methods that it takes, and for each of them another method and a failure of ours", async () => {
    const files = ["app/api/v1", "app/api/webhooks", "app/api/health", "app/metrics"].flatMap((folder) => globSync(`${folder}/**/route.ts`));
    const doors = files.map((file) => ({ address: file.replace(/^app(.*)\/route\.ts$/, "$1").replaceAll(/\[(\w+)\]/g, "{$1}"), takes: [...(/door(?:<.*?>)?\(\{(.*)\}\)/s.exec(readFileSync(file, "utf8"))?.[1] ?? "").matchAll(/\b(GET|POST|PUT|PATCH|DELETE):/g)].map(([, method = ""]) => method.toLowerCase()) }));
    expect(Object.keys(document.paths).sort()).toEqual(doors.map(({ address }) => address).sort());
    for (const { address, takes } of doors) {
      expect(Object.keys(document.paths[address] ?? {}).sort(), address).toEqual([...takes, ...(takes.includes("get") ? ["head"] : []), "options"].sort());
      for (const method of takes) expect(Object.keys(document.paths[address]?.[method]?.responses ?? {}), `${method} ${address}`).toEqual(expect.arrayContaining(["405", "500"]));
    }
  });
  it("says what is answered to another method, to OPTIONS, by a failure, and to a scraper", async () => {
    const open = addresses();
    await fits("/api/v1/events", "post", await open.events.PUT(asked("/api/v1/events", { method: "PUT" }), parameters({})));
    expect((await open.events.OPTIONS(asked("/api/v1/events", { method: "OPTIONS" }), parameters({}))).status).toBe(204);
    const broken = door({ GET: () => { throw new Error("by us"); } }, () => Promise.resolve(services));
    await fits("/api/v1/contracts", "get", await broken.GET(asked("/api/v1/contracts"), parameters({})));
    const metrics = await getMetrics(services);
    expect(document.paths["/metrics"]?.["get"]?.responses[metrics.status]?.content[metrics.headers.get("content-type")?.split(";")[0] ?? ""]).toBeDefined();
  });
  it("says what is answered, for every address", async () => {
    await planned("SO-D1");
    await planned("SO-D2", planner(() => { throw new Error("no plan"); }));
    await sealOrders(engine.pool);
    const open = addresses();
    await fits("/api/v1/orders", "get", await list());
    for (const number of ["SO-D1", "SO-D2", "NONE"]) await fits("/api/v1/orders/{number}", "get", await read(number));
    await fits("/api/v1/orders", "get", await list("?status=blorp"));
    await fits("/api/v1/events", "post", await open.events.POST(asked("/api/v1/events", { method: "POST", body: JSON.stringify(event()) }), parameters({})));
    await fits("/api/v1/events", "post", await open.events.POST(asked("/api/v1/events", { method: "POST", body: "<" }), parameters({})));
    for (const _ of [1, 2]) await fits("/api/webhooks/{connector}", "post", await open.webhook.POST(asked("/api/webhooks/shop", { method: "POST", body: "{}", headers: { "x-id": "w-1" } }), parameters({ connector: "shop" })));
    await fits("/api/health", "get", await open.health.GET(asked("/api/health"), parameters({})));
    await engine.pool.query("insert into worker_heartbeat (id, started_at, seen_at, detail) values ('w', now(), now(), '{}')");
    await fits("/api/health", "get", await open.health.GET(asked("/api/health"), parameters({})));
    await fits("/api/v1/contracts", "get", Response.json({ contracts: publishedContracts() }));
  });
  it("is strict: an answer with a field that is not published, or without one that is, does not fit", async () => {
    const answer = await read("SO-D1"), schema = schemaOf("/api/v1/orders/{number}", "get", answer), view = (await answer.json()) as Record<string, unknown>;
    expect([schema.safeParse(view).success, schema.safeParse({ ...view, more: 1 }).success, schema.safeParse({ ...view, number: null }).success]).toEqual([true, false, false]);
  });
});

describe("a poller that goes on from the last updatedAt it saw", () => {
  /** One poll: everything after `since`, by pages of one; answers those whose numbers begin so. */
  const poll = async (prefix: string, since: string | null): Promise<{ numbers: string[]; last: string | null }> => {
    await sealOrders(engine.pool);
    const numbers: string[] = [];
    let last = since, cursor: string | null = null;
    do {
      const { items, next } = await page(`?limit=1${since === null ? "" : `&updatedAfter=${encodeURIComponent(since)}`}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      for (const { number, updatedAt } of items) { if (number.startsWith(prefix)) numbers.push(number); last = updatedAt; }
      cursor = next;
    } while (cursor !== null);
    return { numbers, last };
  };

  it("sees an order whose slow transaction began before that and was committed after it", async () => {
    for (const number of ["SO-P1", "SO-P2", "SO-P3"]) await planned(number);
    let { last } = await poll("SO-P", null);
    let begin!: () => void, finish!: () => void;
    const begun = new Promise<void>((resolve) => { begin = resolve; }), finished = new Promise<void>((resolve) => { finish = resolve; });
    await engine.pool.query("delete from wake");
    await engine.pool.query("insert into wake (subject_id, due_at) values ('US01:order:SO-P1', now() - interval '1 second')");
    // the plan holds its transaction open in the middle
    const slow = engine.stores.plans.planWaiting(1, async (job) => {
      begin();
      await finished;
      const now = new Date().toISOString(), { plan } = planner(() => ({}));
      return { plan: plan({ ...job, subject: { ...job.subject, kind: "order" }, reference: new Map(), now }), changes: [], dependencies: [], now };
    });
    await begun;
    await planned("SO-P4");
    const meanwhile = await poll("SO-P", last);
    expect(meanwhile.numbers).toEqual(["SO-P4"]);
    ({ last } = meanwhile);
    finish();
    await slow;
    expect((await poll("SO-P", last)).numbers).toEqual(["SO-P1"]);
  });

  it("sees every change that many planners commit at once", async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => `SO-Q${index}`);
    let { last } = await poll("SO-Q", null);
    const seen = new Set<string>();
    const planning = Promise.all(numbers.map((number) => planned(number))).then(() => true);
    for (let done = false; !done;) {
      done = await Promise.race([planning, new Promise<boolean>((resolve) => setTimeout(resolve, 5, false))]);
      const turn = await poll("SO-Q", last);
      for (const number of turn.numbers) seen.add(number);
      ({ last } = turn);
    }
    expect([...seen].sort()).toEqual([...numbers].sort());
  });
});

it("a key that reads its orders reads those of its source alone, and no other's by naming its number", async () => {
  const key = await createKey(engine.pool, { name: "zeta", entity: "US01", source: "zeta", scopes: ["orders:read"], createdBy: "test", expiresAt: null });
  const bearer = { headers: { authorization: `Bearer ${key.ok ? key.value.secret : ""}` } };
  const its = async (number: string) => (await addresses().order.GET(asked("/api/v1/orders/one", bearer), parameters({ number }))).status;
  for (const [number, from] of [["SO-O1", "shop"], ["SO-O2", "zeta"], ["SO-O1", "zeta"], ["SO-O3", "zeta"], ["SO-O4", "omega"]] as const) await planned(number, undefined, from);
  await sealOrders(engine.pool);
  expect([await its("SO-O1"), await its("SO-O2"), await its("SO-O4")]).toEqual([404, 200, 404]);
  const { items } = (await (await addresses().orders.GET(asked("/api/v1/orders", bearer), parameters({}))).json()) as { items: OrderView[] };
  expect(items.map(({ number }) => number).sort()).toEqual(["SO-O2", "SO-O3"]);
  await engine.pool.query("insert into policy_version (entity, version, valid_from, author, confirmed_by, data) values ('US01', 900, now() - interval '1 hour', 'ada', 'bob', '{\"systemsOfRecord\":{\"order\":\"zeta\"}}')");
  expect([await its("SO-O1"), await its("SO-O4")]).toEqual([200, 404]);
  await engine.pool.query("delete from policy_version where version = 900");
});

it("one order is read by its number without looking at the others, however many there are", async () => {
  await planned("SO-N1");
  await engine.pool.query("update subject set number = 'WEB-77' where key = 'SO-N1'");
  await engine.pool.query("insert into subject_identifier (subject_id, kind, value, normal) values ('US01:order:SO-N1', 'order', 'WEB-77', 'WEB77')");
  await engine.pool.query("insert into subject (id, entity, kind, key, number) select 'US01:order:H-' || n, 'US01', 'order', 'H-' || n, 'H-' || n from generate_series(1, 20000) n");
  await engine.pool.query("insert into subject_identifier (subject_id, kind, value, normal) select id, 'order', key, replace(key, '-', '') from subject where key like 'H-%'");
  await engine.pool.query("insert into order_change (subject_id) select id from subject where key like 'H-%'");
  while (await sealOrders(engine.pool));
  await engine.pool.query("analyze");
  const client = createPool(engine.url, { max: 1, of: "screens" });
  client.on("error", () => undefined);
  const scanned = async (): Promise<number> => {
    await client.query("select pg_stat_force_next_flush()");
    return Number((await client.query<{ rows: string }>("select sum(seq_tup_read) as rows from pg_stat_user_tables where relname in ('subject', 'subject_identifier', 'order_feed')")).rows[0]?.rows);
  };
  const on = { ...services, query: createQuery(client) }, before = await scanned();
  for (const number of ["SO-N1", "WEB-77"]) expect(await (await read(number, () => on)).json()).toMatchObject({ number: "WEB-77" });
  expect((await scanned()) - before).toBeLessThan(20_000);
  await client.end();
});
