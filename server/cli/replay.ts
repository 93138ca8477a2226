import { Command } from "commander";
import { composition } from "@/server/composition";
import { each, givenWhole, knownOrders } from "./given";

/** Reads stored messages again, or plans subjects again. Harmless by design: known facts and confirmed commands stay as they are. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("Read failed messages again, or plan orders again")
    .option("--message <id...>", "these stored messages", each(givenWhole))
    .option("--failed", "every message that failed")
    .option("--order <number...>", "plan these orders again")
    .option("--connector <id>", "only messages of this connector")
    .option("--json")
    .action(async (options: { message?: string[]; failed?: boolean; order?: string[]; connector?: string; json?: boolean }) => {
      if (!options.message && !options.failed && !options.order) throw new Error("Say what: --message, --failed or --order");
      const { replay, services } = await composition();
      if (options.order) await knownOrders(options.order);
      const stored = options.message ? (await services.query.rows<{ id: string }>("select id::text from inbound_message where id = any($1::bigint[])", [options.message])).map(({ id }) => id) : [];
      const unknown = options.message?.find((id) => !stored.includes(id));
      if (unknown !== undefined) throw new Error(`No message ${unknown} is stored`);
      if (options.connector !== undefined && (await services.query.rows("select 1 from connector where id = $1", [options.connector])).length === 0) throw new Error(`No connector is called ${options.connector} (tower connector list)`);
      const result = await replay({ messages: options.message ?? null, failed: options.failed ?? false, orders: options.order ?? [], connector: options.connector ?? null });
      process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${result.messages} messages and ${result.subjects} orders are read again\n`);
    });
}
