import { randomUUID } from "node:crypto";
import { keyWith, type Key } from "../given/a-key";
import { orderCaptured, uniqueNumber, withLine } from "../given/an-event";
import { expect, test } from "../given/somebody";
import { isProblem, isPrometheusText, refsResolve, results } from "../then/door";
import { runFile } from "../tower";
import { towerJson } from "../when/command-line";
import { opensCause } from "../when/desk";
import { call, reads, sends, shopSays } from "../when/door";

const MB = 1024 * 1024;
let key: Key;
let readOnly: Key;

test.describe("FEATURE: the doors that other systems use", () => {
  test.beforeAll(async () => {
    test.setTimeout(120_000);
    key = await keyWith("events:*", "orders:read");
    readOnly = await keyWith("orders:read");
  });

  test.describe("RULE: a webhook that cannot be verified is refused and leaves nothing behind", () => {
    test("EXAMPLE: a connector that does not exist", async () => {
      isProblem(await call("/api/webhooks/nobody", { method: "POST", body: "{}" }), 404, "UNKNOWN_CONNECTOR");
    });
    test("EXAMPLE: a connector that takes no webhooks", async () => {
      isProblem(await call("/api/webhooks/erp", { method: "POST", body: "{}" }), 404);
    });
    test("EXAMPLE: no signature, a wrong one, and one that is too old", async () => {
      const body = JSON.stringify({ id: `evt_${randomUUID()}`, type: "order.created", created_at: new Date().toISOString(), data: {} });
      isProblem(await call("/api/webhooks/shop", { method: "POST", body }), 401, "SIGNATURE");
      isProblem(await shopSays(body, "not the secret"), 401, "SIGNATURE");
      isProblem(await shopSays(body, undefined, Math.floor(Date.now() / 1000) - 3600), 401, "SIGNATURE");
    });
    test("EXAMPLE: a body above the limit, and none at all", async () => {
      isProblem(await shopSays(" ".repeat(5 * MB + 1)), 413, "TOO_LARGE");
      isProblem(await shopSays(""), 400, "EMPTY");
    });
    test("EXAMPLE: rightly signed, but broken in the middle", async () => {
      isProblem(await shopSays('{"id":"evt_broken","type":"order.cre'), 400, "BODY");
    });
  });

  test.describe("RULE: a key that leaked is ended, and opens nothing from then on", () => {
    test("EXAMPLE: an administrator revokes it where its source stands", async ({ as }) => {
      const name = `leaked ${randomUUID().slice(0, 6)}`, { id, secret } = await towerJson<Key>("key", "create", "--name", name);
      expect((await reads("/api/v1/orders", secret)).status).toBe(200);
      const page = await as("admin");
      await page.goto("/connectors?connector=api");
      const row = page.getByRole("table", { name: "Keys" }).getByRole("row").filter({ hasText: name });
      await row.getByRole("button", { name: `Revoke ${name}` }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Reason", { exact: false }).fill("it stood in a log");
      await dialog.getByRole("button", { name: "Revoke the key" }).click();
      await expect(row.getByText("Revoked")).toBeVisible();
      isProblem(await reads("/api/v1/orders", secret), 401, "UNAUTHENTICATED");
      expect((await towerJson<{ id: string; state: string }[]>("key", "list")).find((key) => key.id === id)?.state).toBe("revoked");
    });
  });

  test.describe("RULE: what a person does is taken from our own pages alone", () => {
    test("EXAMPLE: a page of another address sends an act", async () => {
      const headers = { "content-type": "application/json" };
      isProblem(await call("/api/trpc/exceptions.note", { method: "POST", headers: { ...headers, origin: "https://evil.example" }, body: "{}" }), 403, "FOREIGN_ORIGIN");
      expect((await call("/api/trpc/exceptions.note", { method: "POST", headers: { ...headers, origin: runFile().web }, body: "{}" })).status).toBe(401);
    });
  });

  test.describe("RULE: a verified message is stored once and answered at once", () => {
    test("EXAMPLE: the same delivery twice is taken once", async () => {
      const body = JSON.stringify({ id: `evt_${randomUUID()}`, type: "customer.greeted", created_at: new Date().toISOString(), data: {} });
      const [first, second] = [await shopSays(body), await shopSays(body)];
      expect([first.status, first.body.status]).toEqual([202, "accepted"]);
      expect([second.status, second.body.status]).toEqual([200, "repeated"]);
      expect(second.body.message).toBe(first.body.message);
    });
  });

  test.describe("RULE: the front door takes CloudEvents, one or many, and answers for each", () => {
    test("EXAMPLE: a single event, and the same once more", async () => {
      const event = orderCaptured();
      expect(results(await sends(key.secret, event))).toEqual([{ id: event.id, status: "accepted" }]);
      expect(results(await sends(key.secret, event))).toEqual([{ id: event.id, status: "repeated" }]);
    });
    test("EXAMPLE: an event in binary mode, its attributes in headers", async () => {
      const { data, ...attributes } = orderCaptured();
      const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
      const answer = await call("/api/v1/events", { method: "POST", headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json", ...headers }, body: JSON.stringify(data) });
      expect(results(answer)).toEqual([{ id: attributes.id, status: "accepted" }]);
    });
    test("EXAMPLE: a batch of new, repeated and broken ones; the good ones are taken", async () => {
      const [one, two] = [orderCaptured(), orderCaptured()];
      expect(results(await sends(key.secret, one))).toMatchObject([{ status: "accepted" }]);
      const answer = results(await sends(key.secret, [one, two, { ...two, id: randomUUID(), specversion: "0.3" }, "not an event"]));
      expect(answer.map(({ status }) => status)).toEqual(["repeated", "accepted", "refused", "refused"]);
      expect(answer.slice(2)).toMatchObject([{ code: "NOT_A_CLOUDEVENT" }, { id: null, code: "NOT_A_CLOUDEVENT" }]);
    });
    test("EXAMPLE: an order whose number has a blank, a slash and a percent sign is read by it", async () => {
      const number = `${uniqueNumber("E2E")} 50%/x`;
      expect(results(await sends(key.secret, orderCaptured({}, number)))).toMatchObject([{ status: "accepted" }]);
      await expect(async () => { expect(await reads(`/api/v1/orders/${encodeURIComponent(number)}`, key.secret)).toMatchObject({ status: 200, body: { number } }); }).toPass({ timeout: 30_000 });
    });
    test("EXAMPLE: an accepted order can be read by its number and in the list, page by page", async () => {
      const events = [orderCaptured(), orderCaptured()];
      expect(results(await sends(key.secret, events))).toMatchObject([{ status: "accepted" }, { status: "accepted" }]);
      const numbers = events.map((event) => event.data.number);
      const updates: string[] = [];
      for (const number of numbers) {
        await expect(async () => { expect((await reads(`/api/v1/orders/${number}`, key.secret)).status).toBe(200); }).toPass({ timeout: 30_000 });
        const { body } = await reads(`/api/v1/orders/${number}`, key.secret);
        expect(body, "whole from the first answer on").toMatchObject({ number, entity: "US01", currency: "USD", identifiers: expect.arrayContaining([expect.objectContaining({ value: number })]) });
        updates.push(body.updatedAt);
      }
      const since = new Date(Math.min(...updates.map((at) => Date.parse(at))) - 1).toISOString();
      const list = await reads(`/api/v1/orders?updatedAfter=${encodeURIComponent(since)}&limit=200`, key.secret);
      expect(list.body.items.map(({ number }: { number: string }) => number)).toEqual(expect.arrayContaining(numbers));
      // what changes meanwhile moves to the end of the walk, so that it meets every order
      const met = new Set<string>();
      let cursor: string | null = null;
      do {
        const page: { items: { number: string }[]; next: string | null } = (await reads(`/api/v1/orders?updatedAfter=${encodeURIComponent(since)}&limit=1${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`, key.secret)).body;
        expect(page.items.length).toBeLessThanOrEqual(1);
        for (const { number } of page.items) met.add(number);
        cursor = page.next;
      } while (cursor !== null && met.size < 200);
      expect([...met]).toEqual(expect.arrayContaining(numbers));
    });
  });

  test.describe("RULE: bad input gets a clear answer that says where", () => {
    const refused: [string, () => unknown, { code: string; pointer: string }][] = [
      ["a contract version that is not known", () => ({ ...orderCaptured(), type: "com.ledgerline.order.captured.v9" }), { code: "UNKNOWN_VERSION", pointer: "/type" }],
      ["a type that no contract has", () => ({ ...orderCaptured(), type: "com.ledgerline.order.sung.v1" }), { code: "UNKNOWN_TYPE", pointer: "/type" }],
      ["a reading of the ledger that does not say of what", () => ({ ...orderCaptured(), type: "com.ledgerline.ledger.document_read.v1" }), { code: "CONTRACT", pointer: "/subject" }],
      ["what only a person may say", () => ({ ...orderCaptured(), type: "com.ledgerline.hold.decided.v1" }), { code: "UNKNOWN_TYPE", pointer: "/type" }],
      ["a currency that is none", () => orderCaptured({ currency: "dollars" }), { code: "CONTRACT", pointer: "/data/currency" }],
      ["a negative quantity", () => orderCaptured(withLine({ quantity: "-5" })), { code: "CONTRACT", pointer: "/data/lines/0/quantity" }],
      ["an absurd quantity", () => orderCaptured(withLine({ quantity: "1e30" })), { code: "CONTRACT", pointer: "/data/lines/0/quantity" }],
      ["a quantity that is no number", () => orderCaptured(withLine({ quantity: "a dozen" })), { code: "CONTRACT", pointer: "/data/lines/0/quantity" }],
      ["a day that does not exist", () => orderCaptured({ placed: "2026-02-30T10:00:00Z" }), { code: "CONTRACT", pointer: "/data/placed" }],
    ];
    for (const [what, event, answer] of refused)
      test(`EXAMPLE: ${what}`, async () => {
        expect(results(await sends(key.secret, event()))).toMatchObject([{ status: "refused", detail: expect.stringMatching(/\w+ \w+/), ...answer }]);
      });

    test("EXAMPLE: what is no JSON, of another type, a list called single, or too much", async () => {
      isProblem(await sends(key.secret, '{"specversion":"1.0","id":'), 400, "NOT_JSON");
      isProblem(await sends(key.secret, "<order/>", "application/xml"), 415, "MEDIA_TYPE");
      isProblem(await sends(key.secret, [orderCaptured()], "application/cloudevents+json"), 400, "BATCH_TYPE");
      isProblem(await sends(key.secret, " ".repeat(10 * MB + 1)), 413, "TOO_LARGE");
      isProblem(await sends(key.secret, Array.from({ length: 1001 }, () => orderCaptured())), 413, "TOO_MANY");
    });
    test("EXAMPLE: no key, a made-up key, and a key without the right", async () => {
      isProblem(await call("/api/v1/events", { method: "POST", headers: { "content-type": "application/cloudevents+json" }, body: JSON.stringify(orderCaptured()) }), 401, "UNAUTHENTICATED");
      isProblem(await sends("ll_made-up-made-up-made-up", orderCaptured()), 401, "UNAUTHENTICATED");
      isProblem(await call("/api/v1/orders"), 401);
      expect(results(await sends(readOnly.secret, orderCaptured()))).toMatchObject([{ status: "refused", code: "SCOPE" }]);
    });
    test("EXAMPLE: an order that is not there, and a list asked for wrongly", async () => {
      isProblem(await reads("/api/v1/orders/NO-SUCH-ORDER", key.secret), 404, "NOT_FOUND");
      isProblem(await reads("/api/v1/orders?limit=many", key.secret), 400);
      isProblem(await reads("/api/v1/orders?updatedAfter=yesterday", key.secret), 400);
      isProblem(await reads("/api/v1/orders?cursor=made-up", key.secret), 400);
      isProblem(await reads("/api/v1/orders?status=blorp", key.secret), 400, "PARAMETER");
      isProblem(await reads("/api/v1/orders/a%00b", key.secret), 404, "NOT_FOUND");
    });
    test("EXAMPLE: an address that cannot be read, one that is none, and a method that it does not take", async () => {
      isProblem(await reads("/api/v1/orders/%E0%A4%A", key.secret), 400, "ENCODING");
      for (const path of ["/api/v1/nothing", "/api/v1/orders/A/B", "/api/nothing"]) isProblem(await reads(path, key.secret), 404, "NO_SUCH_ADDRESS");
      for (const path of ["/api/v1/events", "/api/webhooks/shop"]) isProblem(await reads(path, key.secret), 405, "METHOD");
      for (const path of ["/api/v1/orders", "/api/v1/contracts", "/api/v1/openapi.json", "/api/health", "/metrics"]) isProblem(await call(path, { method: "POST", body: "{}" }), 405, "METHOD");
    });
    test("EXAMPLE: U+0000 in one event of a batch", async () => {
      const [good, bad] = [orderCaptured(), { ...orderCaptured(), id: "a\u0000b" }];
      expect(results(await sends(key.secret, [good, bad]))).toMatchObject([{ status: "accepted" }, { status: "refused", code: "TEXT", pointer: "/id" }]);
    });
  });

  test.describe("RULE: nothing that was taken is lost: what cannot go on is seen, with its cause", () => {
    test("EXAMPLE: one id with two contents is CTR-02", async ({ as }) => {
      test.setTimeout(120_000);
      const event = orderCaptured();
      expect(results(await sends(key.secret, event))).toMatchObject([{ status: "accepted" }]);
      const other = { ...event, data: { ...event.data, ...withLine({ quantity: "11" }) } };
      expect(results(await sends(key.secret, other))).toMatchObject([{ status: "refused", code: "CTR-02" }]);
      const page = await as("ops");
      await page.goto("/exceptions?code=CTR-02");
      await expect(page.getByRole("list", { name: "Groups" }).getByText("CTR-02").first()).toBeVisible({ timeout: 30_000 });
    });
    for (const [what, code, over] of [
      ["a customer whom nobody knows", "MAP-01", { parties: { sellTo: "C-NOBODY", billTo: "C-NOBODY", shipTo: "C-NOBODY-1" } }],
      ["an item that nobody knows", "MAP-02", withLine({ item: "NO-SUCH-ITEM" })],
    ] as const)
      test(`EXAMPLE: ${what} is ${code}`, async ({ as }) => {
        test.setTimeout(120_000);
        const event = orderCaptured(over, uniqueNumber("BAD"));
        expect(results(await sends(key.secret, event))).toMatchObject([{ status: "accepted" }]);
        const page = await as("ops");
        await opensCause(page, code, event.data.number);
      });
    test("EXAMPLE: a currency that is not the customer's is seen on the order", async ({ as }) => {
      test.setTimeout(120_000);
      const event = orderCaptured({ currency: "EUR" }, uniqueNumber("EUR"));
      expect(results(await sends(key.secret, event))).toMatchObject([{ status: "accepted" }]);
      const page = await as("ops");
      await expect(async () => { expect((await page.goto(`/orders/${event.data.number}`))?.status()).toBe(200); }).toPass({ timeout: 30_000 });
      await expect(page.locator("ol.ps").getByText(/currency|EUR/i).first()).toBeVisible({ timeout: 30_000 });
    });
    test("EXAMPLE: a shipment of an order not yet seen waits for it", async ({ as }) => {
      test.setTimeout(120_000);
      const shipment = uniqueNumber("SH");
      const event = {
        specversion: "1.0", id: randomUUID(), source: "/partner", type: "com.ledgerline.shipment.confirmed.v1",
        data: { shipment, version: 1, warehouse: "COL", shippedAt: new Date().toISOString(), lines: [{ shipmentLine: "1", order: uniqueNumber("LATER"), orderLine: "1", item: "1000-001", quantity: "1" }] },
      };
      expect(results(await sends(key.secret, event))).toMatchObject([{ status: "accepted" }]);
      const page = await as("ops");
      await expect(async () => {
        await page.goto(`/trace?q=${shipment}&view=list`);
        await expect(page.getByText("shipment.confirmed").first()).toBeVisible({ timeout: 2000 });
      }).toPass({ timeout: 30_000 });
    });
  });

  test.describe("RULE: what the doors publish is true", () => {
    test("EXAMPLE: every contract has a schema and an example that the front door accepts", async () => {
      const { body, status } = await call("/api/v1/contracts");
      expect(status).toBe(200);
      const contracts = body.contracts as { type: string; schema: { type?: string }; example: { id: string; type: string } }[];
      expect(contracts.length).toBeGreaterThan(15);
      for (const { schema } of contracts) expect(schema).toMatchObject({ type: "object", properties: expect.anything() });
      const run = randomUUID().slice(0, 8);
      const answer = results(await sends(key.secret, contracts.map(({ example }) => ({ ...example, id: `${example.id}-${run}` }))));
      expect(answer.map(({ status: each, detail }, index) => ({ type: contracts[index]?.type, status: each, detail }))).toEqual(contracts.map(({ type }) => ({ type, status: "accepted", detail: undefined })));
    });
    test("EXAMPLE: the OpenAPI document names every door and resolves", async () => {
      const { body, status } = await call("/api/v1/openapi.json");
      expect(status).toBe(200);
      expect(body).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), info: { title: "Ledgerline", version: expect.any(String) } });
      expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(["/api/v1/events", "/api/v1/contracts", "/api/v1/orders", "/api/v1/orders/{number}", "/api/webhooks/{connector}", "/api/health"]));
      for (const path of Object.values(body.paths)) for (const operation of Object.values(path as Record<string, unknown>)) expect(operation).toMatchObject({ summary: expect.any(String), responses: expect.anything() });
      refsResolve(body);
    });
    test("EXAMPLE: health says ok with its parts", async () => {
      const { body, status } = await call("/api/health");
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body).toMatchObject({ status: "ok", database: { ok: true }, workers: [expect.objectContaining({ fresh: true })], backlog: expect.anything() });
    });
    test("EXAMPLE: a scraper can read the metrics", async () => {
      const { status, text, type } = await call("/metrics");
      expect({ status, type }).toEqual({ status: 200, type: "text/plain" });
      expect(new Set(isPrometheusText(text)).size).toBeGreaterThan(5);
    });
    test("EXAMPLE: a method that a door does not have is 405, not a page", async () => {
      expect((await call("/api/v1/events")).status).toBe(405);
      expect((await call("/api/health", { method: "DELETE" })).status).toBe(405);
    });
  });
});
