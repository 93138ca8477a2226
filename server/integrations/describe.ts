import { z } from "zod";
import type { ConnectorDescription, Connectors, SettingsSchema } from "@/server/api/connectors";
import { fail, ok, type Result } from "@/server/domain/result";
import type { AnyConnector } from "./contract/connector";
import type { Integrations } from "./runtime";

const checkMs = 10_000;

function description(connector: AnyConnector): ConnectorDescription {
  const secrets = z.toJSONSchema(connector.secrets as z.ZodType, { io: "input", unrepresentable: "any" }) as SettingsSchema;
  return {
    type: connector.type, title: connector.title, grade: connector.grade, capabilities: connector.capabilities, cannot: connector.cannot, limits: connector.limits,
    commands: Object.entries(connector.commands).map(([kind, support]) => ({ kind, verify: support.verify, lookupBy: support.lookup?.by ?? null })),
    feeds: connector.feeds.map(({ name, everyMs }) => ({ name, everyMs })), webhook: connector.webhook !== null,
    settingsSchema: z.toJSONSchema(connector.settings as z.ZodType, { io: "input", unrepresentable: "any" }) as SettingsSchema,
    secretNames: Object.entries(secrets.properties ?? {}).map(([name, field]) => ({ name, title: field.title ?? name, required: secrets.required?.includes(name) ?? false })),
  };
}

async function timed(call: (signal: AbortSignal) => Promise<{ result: Result<{ detail: string }> }>): Promise<Result<{ detail: string; tookMs: number }>> {
  const started = performance.now();
  const { result } = await call(AbortSignal.timeout(checkMs));
  return result.ok ? ok({ detail: result.value.detail, tookMs: Math.round(performance.now() - started) }) : result;
}

/** What screens may know of connectors and their installations. `secretsOf` gives the names that are set, never the values. */
export function describeConnectors(integrations: Integrations, types: ReadonlyMap<string, AnyConnector>, secretsOf: (id: string) => Promise<string[]>): Connectors {
  const described = [...types.values()].map(description);
  return {
    describe: () => Promise.resolve(described),
    secretsSet: secretsOf,
    tryOut: (row) => timed((signal) => integrations.tryOut({ ...row, name: "", state: "paused", concurrency: null, perMinute: null }, signal)),
    check: async (id) => ((await integrations.find(id)) ? timed((signal) => integrations.check(id, signal)) : fail("NOT_FOUND", `No connector is called ${id}`)),
  };
}
