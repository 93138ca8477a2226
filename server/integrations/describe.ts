import { z } from "zod";
import type { ConnectorDescription, Connectors, ConnectorTypes, SettingsSchema } from "@/server/api/connectors";
import { fail, ok, type Result } from "@/server/domain/result";
import type { AnyConnector } from "./contract/connector";
import type { Integrations } from "./runtime";

const checkMs = 10_000;

/** What zod returns carries methods; this crosses the wire as plain data. */
const plainSchema = (schema: unknown): SettingsSchema => JSON.parse(JSON.stringify(z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" }))) as SettingsSchema;

function description(connector: AnyConnector): ConnectorDescription {
  const secrets = plainSchema(connector.secrets);
  return {
    type: connector.type, title: connector.title, grade: connector.grade, capabilities: connector.capabilities, cannot: connector.cannot, limits: connector.limits,
    commands: Object.entries(connector.commands).map(([kind, support]) => ({ kind, verify: support.verify, lookupBy: support.lookup?.by ?? null })),
    feeds: connector.feeds.map(({ name, everyMs }) => ({ name, everyMs })), censuses: (connector.censuses ?? []).map(({ name, kinds, windowSeconds }) => ({ name, kinds, windowSeconds })), webhook: connector.webhook !== null, mail: connector.mail !== undefined,
    mapping: connector.mapping ? { setting: connector.mapping.setting, targets: connector.mapping.targets, sample: connector.mapping.sample } : null,
    settingsSchema: plainSchema(connector.settings),
    secretNames: Object.entries(secrets.properties ?? {}).map(([name, field]) => ({ name, title: field.title ?? name, required: secrets.required?.includes(name) ?? false })),
  };
}

async function timed(call: (signal: AbortSignal) => Promise<{ result: Result<{ detail: string }> }>): Promise<Result<{ detail: string; tookMs: number }>> {
  const started = performance.now();
  const { result } = await call(AbortSignal.timeout(checkMs));
  return result.ok ? ok({ detail: result.value.detail, tookMs: Math.round(performance.now() - started) }) : result;
}

const namesOf = (connector: AnyConnector): string[] => Object.keys(description(connector).settingsSchema.properties ?? {});

/** Names of the settings that decide where secrets go, as the schema marks them. */
const addressesOf = (connector: AnyConnector): string[] => Object.entries(description(connector).settingsSchema.properties ?? {}).flatMap(([name, field]) => (field.address === true ? [name] : []));

/** What the desk asks of the code behind a connector. */
export const connectorTypesOf = (types: ReadonlyMap<string, AnyConnector>): ConnectorTypes => ({
  check: (type, given, secrets, before) => {
    const known = types.get(type);
    if (!known) return fail("STATE", `There is no connector type ${type}`);
    const names = namesOf(known), strange = Object.keys(given ?? {}).find((name) => !names.includes(name) && !Object.hasOwn(before ?? {}, name));
    if (strange !== undefined) return fail("SETTINGS", `${strange}: ${type} has no such setting; it has ${names.join(", ") || "none"}`);
    const parsed = known.settings.safeParse(given);
    if (!parsed.success) return fail("SETTINGS", `${parsed.error.issues[0]?.path.join(".") ?? ""}: ${parsed.error.issues[0]?.message ?? "not valid"}`);
    return known.secrets.safeParse(secrets).success ? ok(true) : fail("SETTINGS", "A secret is missing or not in the form that the connector needs");
  },
  can: (type, kind) => types.get(type)?.commands[kind] !== undefined,
  serialKey: (type, kind, payload) => types.get(type)?.serializeBy(kind, payload) ?? null,
  destination: (type, settings) => {
    const known = types.get(type);
    if (!known) return {};
    const parsed = (known.settings as z.ZodType).safeParse(settings);
    const read = (parsed.success ? parsed.data : settings) as Record<string, unknown> | null;
    return Object.fromEntries(addressesOf(known).map((name) => [name, read?.[name]]));
  },
});

/** What screens may know of connectors and their installations. `secretsOf` gives the names that are set, never the values. */
export function describeConnectors(integrations: Integrations, types: ReadonlyMap<string, AnyConnector>, secretsOf: (id: string) => Promise<string[]>): Connectors {
  const described = [...types.values()].map(description);
  return {
    describe: () => Promise.resolve(described),
    secretsSet: secretsOf,
    tryMapping: (type, mapping, text) => types.get(type)?.mapping?.tryOn(mapping, text) ?? Promise.resolve(fail("STATE", `${types.get(type)?.title ?? type} reads no files`)),
    tryOut: (row) => timed((signal) => integrations.tryOut({ ...row, name: "", state: "paused", concurrency: null, perMinute: null }, signal)),
    check: async (id) => {
      // Another process may have saved other settings a moment ago: what is tested is what is stored now.
      integrations.refresh();
      return (await integrations.find(id)) ? timed((signal) => integrations.check(id, signal)) : fail("NOT_FOUND", `No connector is called ${id}`);
    },
  };
}
