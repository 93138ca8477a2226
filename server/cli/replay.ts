import { Command } from "commander";
import { composition } from "@/server/composition";

/** Reads stored messages again, or plans subjects again. Harmless by design: known facts and confirmed commands stay as they are. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("Read failed messages again, or plan orders again")
    .option("--message <id...>", "these stored messages")
    .option("--failed", "every message that failed")
    .option("--order <number...>", "plan these orders again")
    .option("--connector <id>", "only messages of this connector")
    .option("--json")
    .action(async (options: { message?: string[]; failed?: boolean; order?: string[]; connector?: string; json?: boolean }) => {
      if (!options.message && !options.failed && !options.order) throw new Error("Say what: --message, --failed or --order");
      const { replay } = await composition();
      const result = await replay({ messages: options.message ?? null, failed: options.failed ?? false, orders: options.order ?? [], connector: options.connector ?? null });
      process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${result.messages} messages and ${result.subjects} orders are read again\n`);
    });
}
