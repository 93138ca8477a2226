import { Command } from "commander";
import { orderScopes } from "@/server/api/public/orders";
import { composition } from "@/server/composition";
import { apiSource } from "@/server/domain/entity";
import { acceptedTypes } from "@/server/integrations/contract/cloud-event";
import { keyList } from "@/server/read/keys";
import { givenInstant, knownEntity } from "./given";
import { print } from "./output";

const scopes = new Set(["events:*", ...orderScopes, ...acceptedTypes.flatMap((type) => [`events:${type}`, `events:${type.split(".")[0]}.*`])]);

/** What an order source needs: its orders and their changes, what its checkout authorised, the returns that it allows, the services that it confirms, and to read its orders. */
const orderSource = ["events:order.*", "events:payment.authorised", "events:return.authorised", "events:shipment.confirmed", "orders:read"];

export function keyCommand(): Command {
  const key = new Command("key").description("Keys of API clients");
  key.command("create")
    .description("Make a key; its secret is shown once. Its source is made with it where nothing has that name")
    .requiredOption("--name <name>", "who uses it")
    .option("--entity <code>", "legal entity it speaks for", "US01")
    .option("--source <connector>", "whose events it brings: they count for its own orders and for whatever the rules name it the system of record of, as erp", apiSource)
    .option("--scope <scope...>", `events:<type>, events:<noun>.*, events:*, orders:read: the orders of its source, orders:read:all: every order of the entity (types: ${acceptedTypes.join(", ")})`, orderSource)
    .option("--expires <instant>", "ISO time after which it ends", givenInstant)
    .option("--json", "print {id, secret}")
    .action(async (options: { name: string; entity: string; source: string; scope: string[]; expires?: string; json?: boolean }) => {
      const unknown = options.scope.find((scope) => !scopes.has(scope));
      if (unknown !== undefined) throw new Error(`No key can have the scope ${unknown}: ${[...scopes].join(", ")}`);
      const { keys, services } = await composition();
      if (options.expires !== undefined && options.expires <= services.now()) throw new Error(`${options.expires} has passed: the key would never be one`);
      const made = await keys.create({ name: options.name, entity: options.entity, source: options.source, scopes: options.scope, createdBy: "cli", expiresAt: options.expires ?? null });
      if (!made.ok) throw new Error(made.error.message);
      const { id, secret } = made.value;
      process.stdout.write(options.json ? `${JSON.stringify({ id, secret })}\n` : `id      ${id}\nsecret  ${secret}\nThe secret is not shown again.\n`);
    });
  key.command("list").description("Keys with their source, scopes and last use; those that open nothing any more come last")
    .option("--entity <code>").option("--json")
    .action(async ({ entity, json }: { entity?: string; json?: boolean }) => {
      if (entity !== undefined) await knownEntity(entity);
      const { services } = await composition();
      print(await keyList(services.query, entity === undefined ? null : [entity]), json ?? false, ["id", "name", "state", "entity", "source", "lastUsedAt", "expiresAt", "createdBy", "createdAt", "scopes"]);
    });
  key.command("revoke").description("End a key for good: it opens nothing from the next request on; what it brought stays. key list names them").argument("<id>").requiredOption("--reason <text>").option("--json", "print {id}")
    .action(async (id: string, { reason, json }: { reason: string; json?: boolean }) => {
      const { keys } = await composition(), ended = await keys.revoke(id, reason);
      if (!ended.ok) throw new Error(ended.error.message);
      process.stdout.write(json ? `${JSON.stringify({ id })}\n` : `${id} is revoked; it ends with the next request\n`);
    });
  return key;
}
