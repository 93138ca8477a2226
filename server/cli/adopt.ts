import { Command } from "commander";
import { composition } from "@/server/composition";
import { adoptionCounts, slotsToAdopt } from "@/server/read/adoption";
import { print } from "./output";
import { personTyped } from "./typed";

async function show({ entity, json }: { entity: string; json?: boolean }): Promise<void> {
  const { services } = await composition(), rows = await slotsToAdopt(services.query, entity), counts = await adoptionCounts(services.query, entity, rows);
  if (json) { process.stdout.write(`${JSON.stringify({ counts, rows })}\n`); return; }
  print(rows.map(({ subject, orders, amount, currency, observed, document, pair }) => ({
    subject, order: orders[0] ?? "", amount: `${amount} ${currency}`, mode: observed ? "observed" : "live", document: document?.number ?? null, sure: pair ? (pair.differs.length > 0 ? "differs" : pair.confidence) : null, because: pair ? [...pair.differs, ...pair.because, ...(pair.rival === null ? [] : [`${pair.rival} fits as well`])].join(", ") : null,
  })), false, ["subject", "order", "amount", "mode", "document", "sure", "because"]);
  process.stdout.write(`${counts.suggested} suggested, ${counts.differs} differ, nothing found for ${counts.wouldPost}; ${counts.byReference} exist by reference, ${counts.adopted} adopted, ${counts.unclaimed} documents of nobody\n`);
}

interface Options { entity: string; as: string; reason: string; certain?: boolean; json?: boolean }

/** Of what is suggested now: the named ones, or all that are certain. */
async function decide(verdict: "adopt" | "decline", subjects: readonly string[], { entity, as, reason, certain, json }: Options): Promise<void> {
  if (subjects.length === 0 && !certain) throw new Error("Name the subjects as tower adopt show prints them, or give --certain");
  const person = await personTyped(as), { services } = await composition(), rows = await slotsToAdopt(services.query, entity);
  const unknown = subjects.filter((subject) => !rows.some((row) => row.subject === subject && row.pair));
  if (unknown.length > 0) throw new Error(`Nothing is suggested for ${unknown.join(", ")}`);
  const choices = rows.flatMap(({ subject, pair }) => (pair && (subjects.length > 0 ? subjects.includes(subject) : pair.confidence === "certain") ? [{ subject, number: pair.number, digest: pair.digest }] : []));
  const done = choices.length === 0 ? null : await services.desk.decideAdoptions(person, entity, choices, verdict, reason);
  if (done && !done.ok) throw new Error(done.error.message);
  const decided = done?.value.decided ?? 0;
  process.stdout.write(json ? `${JSON.stringify({ decided })}\n` : `${decided} ${verdict === "adopt" ? "adopted: nothing is posted for them" : "declined"}.\n`);
}

/** Which documents that the ledger has already are invoices that would be billed; a person says so, with their password. */
export function adoptCommand(): Command {
  const adopt = new Command("adopt").description("What would be billed beside what the ledger has already; a person adopts or declines what is suggested");
  adopt.command("show", { isDefault: true }).description("Every invoice that would be billed, with the document that may be it and why").requiredOption("--entity <code>").option("--json").action(show);
  for (const [name, verdict, what] of [["take", "adopt", "The documents are these invoices: nothing is posted for them"], ["decline", "decline", "The documents are not these invoices; where invoices are live, ours are posted"]] as const) {
    const command = adopt.command(name).description(what).argument("[subjects...]", "orders and billing units as tower adopt show prints them").requiredOption("--entity <code>").requiredOption("--as <email>", "who decides").requiredOption("--reason <text>").option("--json", "print {decided}");
    if (verdict === "adopt") command.option("--certain", "all that are certain");
    command.action((subjects: string[], options: Options) => decide(verdict, subjects, options));
  }
  return adopt;
}
