import path from "node:path";
import { Command } from "commander";
import { composition } from "@/server/composition";
import { secretFrom } from "@/server/config/env";
import type { Person } from "@/server/api/services";
import { connectorBoard, connectorDetail } from "@/server/read/connectors";
import { newConnector } from "./connector-new";
import { print } from "./output";
import { typedUnseen } from "./typed";

/** Whoever runs the command line administers the installation; what they do is written down as done there. */
const operator: Person = { id: "cli", name: "command line", email: "", grants: [{ role: "admin", entity: "*", holdCodes: [], approveUpTo: null, currency: null }], teams: [], leads: [] };

function objectOf(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try { value = JSON.parse(text); } catch { throw new Error(`${what} are no JSON`); }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${what} are one JSON object, as {"url":"https://…"}`);
  return value as Record<string, unknown>;
}

interface SecretOptions { secret: string[]; secretsStdin?: boolean }

/** Secrets come from named environment variables or standard input, never from an argument, which every process list shows. */
async function secretsOf(options: SecretOptions): Promise<Record<string, string>> {
  const given = options.secretsStdin ? objectOf(await typedUnseen("Secrets as JSON: "), "The secrets") : {};
  const named = options.secret.map((pair): [string, string] => {
    const [name = "", variable = ""] = pair.split("=");
    const value = secretFrom(variable);
    if (name === "" || value === undefined) throw new Error(`--secret takes name=VARIABLE, and ${variable || "the variable"} must be set in the environment`);
    return [name, value];
  });
  const all: Record<string, unknown> = { ...given, ...Object.fromEntries(named) };
  const odd = Object.entries(all).find(([, value]) => typeof value !== "string");
  if (odd) throw new Error(`Secret ${odd[0]} is not text`);
  return all as Record<string, string>;
}

const withSecrets = (command: Command): Command => command
  .option("--secret <name=VARIABLE...>", "a secret, from an environment variable", [])
  .option("--secrets-stdin", "secrets as one JSON object on standard input");

function done(result: { ok: boolean; error?: { message: string } }): void {
  if (!result.ok) throw new Error(result.error?.message ?? "It was refused");
}

async function known(id: string) {
  const { services } = await composition();
  const detail = await connectorDetail(services.query, null, id);
  if (!detail) throw new Error(`No connector is called ${id} (tower connector list)`);
  return detail;
}

export function connectorCommand(): Command {
  const connector = new Command("connector").description("Systems that are connected");
  connector.command("list", { isDefault: true }).description("Every connector with its state").option("--json").action(async ({ json }: { json?: boolean }) => {
    const { services } = await composition();
    print((await connectorBoard(services.query, null)).map(({ id, type, entity, state, health, lastGoodAt, lastError }) => ({ id, type, entity, state, health, lastSuccessAt: lastGoodAt, lastError })), json ?? false, ["id", "type", "entity", "state", "health", "lastSuccessAt", "lastError"]);
  });
  connector.command("types").description("Kinds that can be added, with what they serve, their settings and the names of their secrets").option("--json").action(async ({ json }: { json?: boolean }) => {
    const { services } = await composition();
    const kinds = (await services.connectors.describe()).map(({ type, title, capabilities, settingsSchema, secretNames }) => ({
      type, title, serves: capabilities.join(", ") || "events in", settings: Object.keys(settingsSchema.properties ?? {}).map((name) => `${name}${settingsSchema.required?.includes(name) ? "*" : ""}`).join(", "), secrets: secretNames.map(({ name, required }) => `${name}${required ? "*" : ""}`).join(", "),
    }));
    print(kinds, json ?? false, ["type", "serves", "settings", "secrets"]);
  });
  withSecrets(connector.command("add").description("Add one. It is paused until it is resumed, and observes until a route leads to it"))
    .argument("<id>", "small letters, digits and hyphens").requiredOption("--type <type>", "see tower connector types").requiredOption("--entity <code>").option("--name <name>", "what people call it; default: its id").option("--settings <json>", "as the kind wants them", "{}")
    .action(async (id: string, options: SecretOptions & { type: string; entity: string; name?: string; settings: string }) => {
      if (!/^[a-z][a-z0-9-]{1,39}$/.test(id)) throw new Error(`${id} is no id for a connector: small letters, digits and hyphens, at most 40, beginning with a letter`);
      const { services } = await composition();
      done(await services.desk.addConnector(operator, { id, type: options.type, name: options.name ?? id, entity: options.entity, settings: objectOf(options.settings, "Settings"), secrets: await secretsOf(options) }, "added at the command line"));
      const calls = (await services.connectors.describe()).find(({ type }) => type === options.type)?.webhook ?? false;
      process.stdout.write(`${id} is added and paused. Try it with tower connector test ${id}, start it with tower connector resume ${id}.\n${calls ? `Its webhooks come to /api/webhooks/${id}.\n` : ""}`);
    });
  withSecrets(connector.command("set").description("Change settings (those named; the rest stays) or secrets, as a new version"))
    .argument("<id>").option("--settings <json>", "settings to change", "{}")
    .action(async (id: string, options: SecretOptions & { settings: string }) => {
      const { services } = await composition();
      const present = await known(id);
      const result = await services.desk.saveConnectorSettings(operator, id, { settings: { ...present.settings, ...objectOf(options.settings, "Settings") }, secrets: await secretsOf(options), version: present.settingsVersion }, "changed at the command line");
      if (!result.ok) throw new Error(result.error.message);
      process.stdout.write(`${id} has version ${result.value.version} of its settings; workers take it within seconds.\n`);
    });
  connector.command("new").description("For programmers: make the folder of a new kind, with tests that pass, and its line in the registry").argument("<name>", "such as acme-shop").action((name: string) => {
    const files = newConnector(name, path.join(process.cwd(), "server/integrations"));
    process.stdout.write(`${files.map((file) => path.relative(process.cwd(), file)).join("\n")}\nIts line stands in server/integrations/registry.ts. Begin with wire.ts and to-canonical.ts; npm test -- unit server/integrations/${name}\n`);
  });
  connector.command("test").description("Call it once, as it is set; exit code 1 where it does not answer").argument("<id>").action(async (id: string) => {
    const { services } = await composition();
    const result = await services.connectors.check(id);
    process.stdout.write(`${id}: ${result.ok ? `${result.value.detail}, in ${result.value.tookMs} ms` : result.error.message}\n`);
    if (!result.ok) process.exitCode = 1;
  });
  for (const [verb, paused, what] of [["resume", false, "Start reading and sending"], ["pause", true, "Stop reading and sending; what it sends us is still taken"]] as const)
    connector.command(verb).description(what).argument("<id...>").action(async (ids: string[]) => {
      const { services } = await composition();
      for (const id of ids) {
        done(await services.desk.pauseConnector(operator, id, paused, "at the command line"));
        process.stdout.write(`${id} is ${paused ? "paused" : "on"}.\n`);
      }
    });
  return connector;
}
