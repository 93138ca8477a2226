import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishedContracts } from "@/server/api/public/contracts";
import { killOutright, surround, type Surroundings } from "@/server/testing/survival/landscape";
import { createTestDatabase } from "@/server/testing/test-database";

/** What a new administrator does, with nothing there but an empty migrated database and the customer's own systems. */
const ports = 10_000 + (process.pid % 100) * 20;
const leavings: (() => Promise<unknown>)[] = [];
let around: Surroundings;
let pool: pg.Pool;
let systems: Record<string, { url: string; credentials: Record<string, string> }>;
beforeAll(async () => {
  const database = await createTestDatabase();
  leavings.push(database.drop);
  pool = createPool(database.url, { max: 2, of: "screens" });
  pool.on("error", () => undefined);
  leavings.push(() => pool.end());
  around = await surround({ databaseUrl: database.url, portBase: ports, speed: 6000, demo: false });
  leavings.push(around.stop);
  const file = JSON.parse(readFileSync(path.join(around.state, "landscape.json"), "utf8")) as { systems: { name: string; url: string; credentials: Record<string, string> }[] };
  systems = Object.fromEntries(file.systems.map((system) => [system.name, system]));
  const running = [around.launch("server/jobs/worker.ts"), around.launch("server/testing/survival/doors.ts", [String(around.doorsPort)])];
  leavings.push(() => Promise.all(running.map(killOutright)));
});
afterAll(async () => { for (const leave of leavings.reverse()) await leave(); });

const tower = (args: string[], input?: string, more?: Record<string, string | undefined>) => around.run("server/cli/main.ts", args, input, more);
/** Says what it printed; a refusal fails the test. */
async function does(args: string[], input?: string, more?: Record<string, string | undefined>): Promise<string> {
  const { code, stdout, stderr } = await tower(args, input, more);
  expect({ command: args.slice(0, 2).join(" "), code, stderr }).toEqual({ command: args.slice(0, 2).join(" "), code: 0, stderr: "" });
  return stdout;
}
/** One sentence on standard error, exit code 2, nothing else. */
async function refuses(args: string[], sentence: string | RegExp, input?: string): Promise<void> {
  const { code, stdout, stderr } = await tower(args, input);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trim()).toMatch(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
}
const rows = async <T>(sql: string): Promise<T[]> => (await pool.query(sql)).rows as T[];
async function until<T>(what: string, ask: () => Promise<T | null | undefined | false>, limitMs = 60_000): Promise<T> {
  for (const end = Date.now() + limitMs; Date.now() < end; await pause(250)) { const answer = await ask(); if (answer) return answer; }
  throw new Error(`${what}: not within ${limitMs} ms; ${JSON.stringify(await rows("select sentence from subject where kind = 'order' union all select kind || ' ' || state || ' ' || coalesce(rejection_message, '') from command"))}`);
}

const examples = new Map(publishedContracts().map(({ name, example }) => [name as string, example as { id: string; data: Record<string, unknown> }]));
/** The published example of a contract, with parts of its data changed. */
function event(type: string, over: Record<string, unknown> = {}, id = `first-${type}`): Record<string, unknown> {
  const example = examples.get(type);
  if (!example) throw new Error(`no example of ${type}`);
  return { ...example, id, data: { ...example.data, ...over } };
}
const mapped = (kind: string, system: string, code: string, canonical: string) => event("code.mapped", { kind, system, code, canonical }, `map-${kind}-${system}-${canonical}`);
async function call(method: string, at: string, key: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`http://127.0.0.1:${around.doorsPort}${at}`, { method, headers: { authorization: `Bearer ${key}`, "content-type": "application/cloudevents-batch+json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as Record<string, unknown> };
}

const ada = ["--as", "ada@hartline.example", "--reason", "go live"], bob = ["--as", "bob@hartline.example", "--reason", "checked"];
const [adasPassword, bobsPassword] = ["a-password-of-ada", "a-password-of-bob"];
const number = "SO-10021";

test("from an empty database to the first command that a real system answered", async () => {
  // nothing is there yet, and each command says what comes first
  await refuses(["key", "create", "--name", "Order system"], /^There is no entity US01: make it first, with tower setup --entity US01$/);
  await refuses(["setup", "--entity", "US01", "--name", "Hartline", "--currency", "USD", "--zone", "Chicago"], /^Chicago is no time zone/);
  expect(await does(["setup", "--entity", "US01", "--name", "Hartline Supply", "--currency", "USD", "--zone", "America/Chicago"])).toMatch(/^US01 is set up\. Every route only observes/);
  expect(await does(["setup", "--entity", "US01", "--name", "Hartline Supply", "--currency", "USD", "--zone", "America/Chicago"])).toMatch(/^US01 was set up before/);
  await refuses(["user", "create", "--email", "ada@hartline.example", "--name", "Ada", "--role", "admin", "--entity", "US1"], /^There is no entity US1: make it first/);
  await does(["user", "create", "--email", "ada@hartline.example", "--name", "Ada", "--role", "admin", "--password", adasPassword]);
  await refuses(["user", "create", "--email", "ADA@hartline.example", "--name", "Ada", "--role", "ops"], /^ADA@hartline\.example is here already: user password gives another password, user grant another right$/);
  await refuses(["user", "password", "--email", "eve@hartline.example"], /^Nobody has the address eve@hartline\.example/);
  await does(["user", "password", "--email", "ada@hartline.example", "--password", adasPassword]);
  await does(["user", "create", "--email", "bob@hartline.example", "--name", "Bob", "--role", "finance", "--password", bobsPassword]);
  const { secret: key } = JSON.parse(await does(["key", "create", "--name", "Order system", "--json"])) as { secret: string };
  const { secret: erp } = JSON.parse(await does(["key", "create", "--name", "ERP", "--source", "erp", "--scope", "events:*", "--json"])) as { secret: string };

  // the order is taken, seen and planned, and nobody is told of it
  const told = [event("customer.described", { purchaseOrderRequired: false }), event("customer.described", { customer: "C-1001-02", name: "Harbor Supply, Dock 2" }, "dock"), event("item.described"), event("item.described", { item: "HOSE-50", description: "Hose, 50 ft" }, "hose"), event("credit.positioned"), event("periods.described")], ordered = event("order.captured");
  expect((await call("POST", "/api/v1/events", key, told)).body["results"]).toEqual(told.map(({ id }) => expect.objectContaining({ id, status: "refused", code: "SCOPE" }) as object));
  for (const [by, list] of [[erp, told], [key, [ordered]]] as const) {
    const taken = await call("POST", "/api/v1/events", by, list);
    expect([taken.status, taken.body["results"]]).toEqual([202, list.map(({ id }) => ({ id, status: "accepted" }))]);
  }
  const seen = await until("the order", async () => { const { status, body } = await call("GET", `/api/v1/orders/${number}`, key); return status === 200 && body; });
  expect(seen).toMatchObject({ number, entity: "US01", currency: "USD" });
  expect(seen["facets"]).toContain("managed_elsewhere");
  expect(await rows("select 1 from command union all select 1 from exception_item where code like 'CTR%'")).toEqual([]);

  // the systems are connected; a secret stands in no argument, no output and no table
  const tax = systems["tax"], wms = systems["wms"];
  if (!tax || !wms) throw new Error("no simulated systems");
  const taxSettings = { url: tax.url, allowPrivateNetwork: true, username: tax.credentials["username"], companyCode: "HARTLINE", shipFrom: { country: "US", region: "OH", postalCode: "43004" } };
  await refuses(["connector", "add", "tax", "--type", "sandbox-tax", "--entity", "US01", "--settings", "{}"], /^url: /);
  await refuses(["connector", "add", "tax", "--type", "sandbox-tax", "--entity", "US01", "--settings", JSON.stringify(taxSettings)], /^A secret is missing/);
  await refuses(["connector", "add", "tax", "--type", "sandbox-tax", "--entity", "XX99", "--settings", JSON.stringify(taxSettings)], /^There is no entity XX99/);
  await does(["connector", "add", "tax", "--type", "sandbox-tax", "--entity", "US01", "--settings", JSON.stringify(taxSettings), "--secret", "password=TAX_PASSWORD"], "", { TAX_PASSWORD: tax.credentials["password"] });
  await does(["connector", "add", "wms", "--type", "sandbox-wms", "--entity", "US01", "--settings", JSON.stringify({ url: wms.url, allowPrivateNetwork: true, username: "nobody", defaultSite: "W01", defaultCarrier: "PWGR" }), "--secrets-stdin"], JSON.stringify({ password: wms.credentials["password"] }));
  expect(await tower(["connector", "test", "wms"])).toMatchObject({ code: 1 });
  await does(["connector", "set", "wms", "--settings", JSON.stringify({ username: wms.credentials["username"] })]);
  for (const id of ["tax", "wms"]) expect(await does(["connector", "test", id])).toMatch(new RegExp(`^${id}: .+ in \\d+ ms$`, "m"));
  await does(["connector", "resume", "tax", "wms"]);
  expect(await rows("select id, state, settings_version from connector order by id")).toEqual([{ id: "api", state: "active", settings_version: 1 }, { id: "erp", state: "active", settings_version: 1 }, { id: "tax", state: "active", settings_version: 1 }, { id: "wms", state: "active", settings_version: 2 }]);
  const names = JSON.parse(readFileSync(path.join(around.state, "landscape-xref.json"), "utf8")) as { customers: { tax: string }[]; items: { wms: string }[]; units: { canonical: string; wms: string }[] };
  await call("POST", "/api/v1/events", erp, [
    mapped("customer", "tax", names.customers[0]?.tax ?? "", "C-1001"), mapped("tax", "tax", "P0000000", "goods"), mapped("tax", "tax", "FR020100", "freight"),
    mapped("item", "wms", names.items[0]?.wms ?? "", "VALVE-12"), mapped("item", "wms", names.items[1]?.wms ?? "", "HOSE-50"), mapped("unit", "wms", "EA", "EA"),
  ]);

  // connected is not managed: still nothing is sent, until two persons with two passwords have said so
  const toTax = ["--entity", "US01", "--capability", "tax", "--connector", "tax", "--mode", "act", "--from", "2026-03-01"];
  await refuses(["route", "propose", ...toTax, ...ada], /^ada@hartline\.example is unknown, the password is wrong, or there were too many failures/, "not her password");
  await refuses(["route", "propose", "--entity", "US01", "--capability", "tax", "--connector", "wms", "--mode", "act", "--from", "2026-03-01", ...ada], /^wms does not serve tax, only warehouse$/, adasPassword);
  const proposals: string[] = [];
  for (const [capability, connector] of [["tax", "tax"], ["warehouse", "wms"]] as const)
    proposals.push((JSON.parse(await does(["route", "propose", "--entity", "US01", "--capability", capability, "--connector", connector, "--mode", "act", "--from", "2026-03-01", ...ada, "--json"], adasPassword)) as { id: string }).id);
  await refuses(["route", "confirm", proposals[0] ?? "", ...ada], /^Whoever proposed it may not decide it: a second person must$/, adasPassword);
  expect(await rows("select 1 from command")).toEqual([]);
  for (const id of proposals) expect(await does(["route", "confirm", id, ...bob], bobsPassword)).toMatch(/^In force as version \d of the rules/);
  const table = JSON.parse(await does(["route", "--json"])) as { capability: string; connector: string; mode: string; proposedBy: string | null; confirmedBy: string | null }[];
  expect(table.filter(({ mode }) => mode === "act").map(({ capability, connector, proposedBy, confirmedBy }) => [capability, connector, proposedBy, confirmedBy])).toEqual([["warehouse", "wms", "Ada", "Bob"], ["tax", "tax", "Ada", "Bob"]]);

  // the order that was only watched is now worked on: real calls, answered by the real systems
  await until("an estimate of the tax", async () => (await rows("select 1 from command c join attempt a on a.command_id = c.id where c.kind = 'estimate_tax' and c.connector = 'tax' and c.state = 'confirmed' and a.http_status = 200")).length > 0);
  const allocations = await until("an allocation in the warehouse", async () => {
    const { documents } = await (await fetch(`${wms.url}/_documents`)).json() as { documents: Record<string, { salesOrderNo?: string }[]> };
    const ours = Object.values(documents).flat().filter(({ salesOrderNo }) => salesOrderNo === number);
    return ours.length > 0 && ours;
  });
  expect(allocations.length).toBeGreaterThan(0);
  expect((await call("GET", `/api/v1/orders/${number}`, key)).body["facets"]).not.toContain("managed_elsewhere");
  // finance was never routed: it is not asked
  expect(await rows("select distinct connector from command where connector not in ('tax', 'wms')")).toEqual([]);
  const secrets = [tax.credentials["password"], wms.credentials["password"], key.split(".")[1]].map((value) => value ?? "");
  const kept = JSON.stringify(await rows("select (select json_agg(a) from audit_entry a) as audit, (select json_agg(t) from attempt t) as attempts, (select json_agg(v) from connector_settings_version v) as settings"));
  expect(secrets.filter((secret) => secret === "" || kept.includes(`"${secret}"`))).toEqual([]);
}, 240_000);
