import { createHash, randomUUID } from "node:crypto";
import { Command } from "commander";
import { composition } from "@/server/composition";
import { canonicalJson } from "@/server/domain/commands";
import { print } from "./output";

const chunk = 500;
/** Where the first folder comes in. */
const usual = "northwind";

/** Historic data through the front door, in observe mode: nothing is ever sent for it. */
export function importCommand(): Command {
  const command = new Command("import").description("Take in historic data, observing only");
  command.command("northwind")
    .description("The Northwind sample orders: a folder with its tables as csv or csv.gz")
    .argument("<folder>")
    .option("--entity <code>", "legal entity that it becomes: one without rules of its own", "NW01")
    .option("--connector <id>", "connector that it comes through: one for each folder", usual)
    .option("--json", "print what was found")
    .action(async (folder: string, options: { entity: string; connector: string; json?: boolean }) => {
      const { imports, services, drain } = await composition();
      const source = options.connector;
      const read = imports.northwind(folder, source);
      if (!read.ok) throw new Error(read.error.message);
      // two folders are two sources in every list
      const prepared = await imports.prepare({ entity: options.entity, name: source === usual ? "Northwind Traders" : `Northwind Traders, ${source}`, currency: "USD", connector: source });
      if (!prepared.ok) throw new Error(prepared.error.message);
      let accepted = 0, repeated = 0, refused = 0;
      for (let from = 0; from < read.value.length; from += chunk) {
        const results = await services.receive(read.value.slice(from, from + chunk).map((event) => {
          const body = Buffer.from(canonicalJson(event));
          return { connector: source, sourceMessageId: `northwind|${event.id}`, digest: createHash("sha256").update(body).digest("hex"), contentType: "application/cloudevents+json", headers: {}, body: new Uint8Array(body), correlationId: randomUUID() };
        }));
        accepted += results.filter(({ verdict }) => verdict === "accepted").length;
        repeated += results.filter(({ verdict }) => verdict === "repeated").length;
        refused += results.filter(({ verdict }) => verdict === "conflict").length;
      }
      await drain({ entity: options.entity, connector: source });
      await imports.taken(source);
      const found = await services.query.rows<Record<string, unknown>>(
        `select e.code, e.kind, coalesce(s.number, s.key, m.source_message_id) as number, e.message from exception_item e left join subject s on s.id = e.subject_id left join inbound_message m on m.id = e.message_id
           where e.state = 'open' and e.entity = $1 and (e.subject_id is not null or e.message_id is not null)
         union all select f.code, 'finding', coalesce(s.number, s.key), f.message from finding f join subject s on s.id = f.subject_id where s.entity = $1 order by 1, 3`, [options.entity]);
      if (options.json) { process.stdout.write(`${JSON.stringify({ accepted, repeated, ...(refused > 0 ? { refused } : {}), found })}\n`); return; }
      process.stdout.write(`${accepted} events taken in, ${repeated} known before${refused > 0 ? `, ${refused} refused as their id came before with other content` : ""}. Found:\n`);
      print(found, false, ["code", "kind", "number", "message"]);
    });
  return command;
}
