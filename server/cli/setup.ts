import { Command } from "commander";
import { composition } from "@/server/composition";

/** `08:00` as minutes from midnight; NaN where it is no time, which the set-up refuses. */
const minutesOf = (text: string | undefined): number => { const match = /^(\d{1,2}):(\d{2})$/.exec(text ?? ""); return match ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN; };

export function setupCommand(): Command {
  return new Command("setup")
    .description("Make a legal entity with its first rules (every route only observes), calendar, service levels and teams. Again, it changes nothing but the name")
    .requiredOption("--entity <code>", "two to twelve capital letters and digits, as US01")
    .requiredOption("--name <name>", "what people call it")
    .requiredOption("--currency <code>", "currency of its books, as USD")
    .requiredOption("--zone <zone>", "IANA time zone of its offices, as America/Chicago")
    .option("--hours <from-to>", "business hours, Monday to Friday", "08:00-17:00")
    .option("--holiday <day...>", "days off, as 2026-12-25", [])
    .option("--json", "print {entity, created}")
    .action(async (options: { entity: string; name: string; currency: string; zone: string; hours: string; holiday: string[]; json?: boolean }) => {
      const [opens, closes] = options.hours.split("-");
      const { setUp } = await composition();
      const made = await setUp({ code: options.entity, name: options.name, currency: options.currency, zone: options.zone, opens: minutesOf(opens), closes: minutesOf(closes), holidays: options.holiday }, "cli");
      if (!made.ok) throw new Error(made.error.message);
      const { created } = made.value;
      process.stdout.write(options.json ? `${JSON.stringify({ entity: options.entity, created })}\n`
        : created ? `${options.entity} is set up. Every route only observes: add its connectors (tower connector add), then change its routes (tower route).\n` : `${options.entity} was set up before; nothing changed but what it is called.\n`);
    });
}
