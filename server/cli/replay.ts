import { Command } from "commander";
import { composition } from "@/server/composition";
import type { BulkSelection } from "@/server/api/desk";
import { bulkAction } from "@/server/read/bulk-actions";
import { told } from "./bulk";
import { each, givenInstant, givenWhole, knownOrders } from "./given";
import { personTyped } from "./typed";

interface Options { message?: string[]; failed?: boolean; accepted?: boolean; order?: string[]; connector?: string; from?: string; to?: string; as?: string; reason: string; preview?: boolean; json?: boolean }

async function selectionOf({ message, failed, accepted, order, connector, from, to }: Options): Promise<BulkSelection> {
  if ([message, failed, accepted, order].filter((one) => one !== undefined).length !== 1) throw new Error("Say what, one of: --message, --failed, --accepted or --order");
  if (order) { await knownOrders(order); return { of: "orders", numbers: order }; }
  const { services } = await composition();
  const stored = message ? (await services.query.rows<{ id: string }>("select id::text from inbound_message where id = any($1::bigint[])", [message])).map(({ id }) => id) : [];
  const unknown = message?.find((id) => !stored.includes(id));
  if (unknown !== undefined) throw new Error(`No message ${unknown} is stored`);
  if (connector !== undefined && (await services.query.rows("select 1 from connector where id = $1", [connector])).length === 0) throw new Error(`No connector is called ${connector} (tower connector list)`);
  return { of: "messages", ids: message, state: failed ? "failed" : accepted ? "normalized" : undefined, connector, from, to };
}

async function replay(options: Options): Promise<void> {
  const selection = await selectionOf(options), person = options.as === undefined ? null : await personTyped(options.as), { services } = await composition();
  const asked = await services.bulk.ask(person, "replay", selection, null);
  if (!asked.ok) throw new Error(asked.error.message);
  const { id } = asked.value, preview = await bulkAction(services.query, null, id);
  if (!preview) throw new Error("It was not kept");
  const begun = options.preview || preview.touched === 0 ? null : await services.bulk.start(person, id, options.reason);
  if (begun && !begun.ok) throw new Error(begun.error.message);
  const state = begun?.value.state ?? "asked";
  if (options.json) { process.stdout.write(`${JSON.stringify({ id, state, documents: preview.touched, leftOut: preview.leftOut })}\n`); return; }
  process.stdout.write(told({ ...preview, state }) + (state === "asked" ? `${preview.touched === 0 ? "Nothing is read again." : `Start it: tower bulk start ${id} --reason <text>`}\n` : `tower bulk show ${id} tells how far it is\n`));
}

/** Reads stored messages once more, or plans orders again, by the ramp of every bulk action. Nothing doubles: known facts and confirmed documents stay as they are. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("Read stored messages once more, or plan orders again; 1, 10, 100, then the rest, and it stops by itself when they fail")
    .option("--message <id...>", "these stored messages", each(givenWhole))
    .option("--failed", "every message that failed")
    .option("--accepted", "every message that was read")
    .option("--order <number...>", "plan these orders again")
    .option("--connector <id>", "only messages of this connector")
    .option("--from <time>", "only messages received from then on", givenInstant)
    .option("--to <time>", "only messages received before then", givenInstant)
    .option("--as <email>", "who does it; the password is typed or piped in. Without it the shell of the installation does")
    .option("--reason <text>", "kept with it", "asked for on the command line")
    .option("--preview", "only say what it would do; tower bulk start starts it")
    .option("--json", "print {id, state, documents, leftOut}")
    .action(replay);
}
