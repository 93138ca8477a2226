import { expect, test } from "vitest";
import { z } from "zod";
import type { ConnectorRow } from "./installation";
import { connectorTypesOf, describeConnectors } from "./describe";
import { connectorTypes } from "./registry";
import type { Integrations } from "./runtime";

const types = connectorTypesOf(connectorTypes);

test("every connector that speaks to an address says so, and reads the same address written otherwise as the same", () => {
  for (const [type, connector] of connectorTypes)
    if (connector.capabilities.length > 0) expect(Object.keys(types.destination(type, {})), type).toEqual(expect.arrayContaining(type === "sftp-drop" ? ["host", "port", "hostKey"] : ["url"]));
  const settings = { url: "https://erp.example.test/", company: "US01", clientId: "tower" };
  expect(types.destination("sandbox-erp", settings)).toEqual(types.destination("sandbox-erp", { ...settings, url: "https://erp.example.test", allowPrivateNetwork: false, pageSize: 50 }));
  expect(types.destination("sandbox-erp", { ...settings, url: "https://foreign.example.test" })).not.toEqual(types.destination("sandbox-erp", settings));
});

test("a connector does what its code can do, and nothing else", () => {
  expect([types.can("sandbox-erp", "post_invoice"), types.can("sandbox-wms", "post_invoice"), types.can("sandbox-wms", "release_to_warehouse"), types.can("nobody", "post_invoice")]).toEqual([true, false, true, false]);
});

test("a setting that the kind does not have is refused, and the message names those that it has", () => {
  const settings = { url: "https://erp.example.test", company: "US01", clientId: "tower" };
  expect(types.check("sandbox-erp", { ...settings, bogus: 1 }, { clientSecret: "secret" })).toMatchObject({ ok: false, error: { code: "SETTINGS", message: expect.stringMatching(/^bogus: sandbox-erp has no such setting; it has url, .*company/) as string } });
  expect(types.check("sandbox-erp", settings, { clientSecret: "secret" }).ok).toBe(true);
  expect([types.check("sandbox-erp", { ...settings, bogus: 1 }, { clientSecret: "secret" }, { bogus: 1 }).ok, types.check("sandbox-erp", { ...settings, wrong: 1 }, { clientSecret: "secret" }, { bogus: 1 }).ok], "one that stood before keeps nobody from changing others").toEqual([true, false]);
});

test("a test of a connection asks the settings of this moment", async () => {
  const read: string[] = [];
  const integrations = { refresh: () => { read.push("again"); }, find: () => Promise.resolve({} as ConnectorRow), check: () => { read.push("check"); return Promise.resolve({ result: { ok: true, value: { detail: "fine" } } }); } } as unknown as Integrations;
  await describeConnectors(integrations, connectorTypes, () => Promise.resolve([])).check("erp");
  expect(read).toEqual(["again", "check"]);
});

test("the folders of a file drop are shown as they are where nobody names others", async () => {
  const kinds = await describeConnectors({} as Integrations, connectorTypes, () => Promise.resolve([])).describe();
  const { properties = {} } = kinds.find(({ type }) => type === "sftp-drop")?.settingsSchema ?? {};
  expect(["inbox", "work", "archive", "error"].map((name) => properties[name]?.default)).toEqual(["inbox", "work", "archive", "error"]);
});

test("a form is told which protocols an address may have, and what has several lines", () => {
  for (const [type, own] of [["nats", { user: "tower" }], ["rabbitmq", { user: "tower" }], ["vendure", null]] as const) {
    const schema = connectorTypes.get(type)?.settings as unknown as z.ZodType, { properties } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { properties: Record<string, { protocols?: string[]; multiline?: boolean } | undefined> };
    if (own === null) { expect(properties["url"]?.protocols).toBeUndefined(); continue; }
    const told = properties["url"]?.protocols ?? [];
    expect(["nats", "tls", "amqp", "amqps", "https", "http"].filter((protocol) => schema.safeParse({ ...own, url: `${protocol}://a.example` }).success), type).toEqual(told.toSorted());
    expect(properties["authority"]?.multiline).toBe(true);
  }
});
