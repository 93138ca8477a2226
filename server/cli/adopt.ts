import { Command } from "commander";
import { composition } from "@/server/composition";
import type { Person, Services } from "@/server/api/services";
import { adoptionCounts, slotsCompared, slotsToAdopt } from "@/server/read/adoption";
import { creditsToAdopt } from "@/server/read/credits-to-adopt";
import { parseSubjectId } from "@/server/domain/subject";
import { print } from "./output";
import { personTyped } from "./typed";

async function show({ entity, json }: { entity: string; json?: boolean }): Promise<void> {
  const { services } = await composition(), rows = await slotsToAdopt(services.query, entity), counts = await adoptionCounts(services.query, entity, rows), credits = await creditsToAdopt(services.query, entity);
  if (json) { process.stdout.write(`${JSON.stringify({ counts, rows, credits: credits.rows })}\n`); return; }
  print(rows.map(({ subject, orders, amount, currency, observed, document, pair }) => ({
    subject, order: orders[0] ?? "", amount: `${amount} ${currency}`, mode: observed ? "observed" : "live", document: document?.number ?? null, sure: pair ? (pair.differs.length > 0 ? "differs" : pair.confidence) : null, because: pair ? [...pair.differs, ...pair.because, ...(pair.rival === null ? [] : [`${pair.rival} fits as well`])].join(", ") : null,
  })), false, ["subject", "order", "amount", "mode", "document", "sure", "because"]);
  if (rows.length >= slotsCompared) process.stdout.write(`The oldest ${slotsCompared} are compared: what is beyond follows as these are decided.\n`);
  if (credits.total > 0) {
    process.stdout.write(`\nCredits in the ledger that may be a return's; tower adopt take or decline names the return\n`);
    print(credits.rows.map(({ subject, order, number, total, currency, because }) => ({ subject, order, document: number, total: total === null ? null : `${total} ${currency}`, because })), false, ["subject", "order", "document", "total", "because"]);
    if (credits.total > credits.rows.length) process.stdout.write(`The oldest ${credits.rows.length} of ${credits.total}: the rest follows as these are decided.\n`);
  }
  process.stdout.write(`${counts.suggested} suggested, ${counts.differs} differ, nothing found for ${counts.wouldPost}; ${counts.byReference} exist by reference, ${counts.adopted} adopted, ${counts.unclaimed} documents of nobody\n`);
}

interface Options { entity: string; as: string; reason: string; certain?: boolean; json?: boolean }

/** A credit of the ledger is its return's, or stands beside it: said by the same act as on its exception. */
async function decideCredits(services: Services, person: Person, verdict: "adopt" | "decline", subjects: readonly string[], { entity, reason }: Pick<Options, "entity" | "reason">): Promise<number> {
  const { rows } = await creditsToAdopt(services.query, entity);
  for (const subject of subjects) {
    const own = rows.filter((row) => row.subject === subject), [row] = own;
    if (!row) throw new Error(`Nothing is suggested for ${subject}`);
    if (own.length > 1) throw new Error(`${own.map(({ number }) => number).join(" and ")} may both be that of ${row.return}: decide on its exception`);
    const offered = await services.desk.remedies(person, row.item), remedy = offered.ok ? offered.value.find(({ verb, target }) => verb === verdict && target === row.number) : null;
    if (!offered.ok) throw new Error(offered.error.message);
    if (!remedy || remedy.why !== null) throw new Error(`${row.number} cannot be decided so for ${row.return}${remedy?.why ? `: ${remedy.why}` : ""}`);
    const done = await services.desk.remedy(person, row.item, { verb: remedy.verb, target: remedy.target, digest: remedy.digest, given: {} }, reason);
    if (!done.ok) throw new Error(done.error.message);
  }
  return subjects.length;
}

/** Of what is suggested now: the named ones, or all that are certain. */
async function decide(verdict: "adopt" | "decline", named: readonly string[], { entity, as, reason, certain, json }: Options): Promise<void> {
  const returns = named.filter((subject) => parseSubjectId(subject).kind === "return"), subjects = named.filter((subject) => !returns.includes(subject));
  if (named.length === 0 && !certain) throw new Error("Name the subjects as tower adopt show prints them, or give --certain");
  const person = await personTyped(as), { services } = await composition(), rows = await slotsToAdopt(services.query, entity);
  const unknown = subjects.filter((subject) => !rows.some((row) => row.subject === subject && row.pair));
  if (unknown.length > 0) throw new Error(`Nothing is suggested for ${unknown.join(", ")}`);
  const choices = rows.flatMap(({ subject, pair }) => (pair && (named.length > 0 ? subjects.includes(subject) : pair.confidence === "certain") ? [{ subject, number: pair.number, digest: pair.digest }] : []));
  const done = choices.length === 0 ? null : await services.desk.decideAdoptions(person, entity, choices, verdict, reason);
  if (done && !done.ok) throw new Error(done.error.message);
  const decided = (done?.value.decided ?? 0) + (await decideCredits(services, person, verdict, returns, { entity, reason }));
  process.stdout.write(json ? `${JSON.stringify({ decided })}\n` : `${decided} ${verdict === "adopt" ? "adopted: nothing is posted for them" : "declined"}.\n`);
}

/** Which documents that the ledger has already are invoices that would be billed; a person says so, with their password. */
export function adoptCommand(): Command {
  const adopt = new Command("adopt").description("What would be billed beside what the ledger has already; a person adopts or declines what is suggested");
  adopt.command("show", { isDefault: true }).description("Every invoice that would be billed, with the document that may be it and why").requiredOption("--entity <code>").option("--json").action(show);
  for (const [name, verdict, what] of [["take", "adopt", "The documents are these invoices: nothing is posted for them"], ["decline", "decline", "The documents are not these invoices; where invoices are live, ours are posted"]] as const) {
    const command = adopt.command(name).description(what).argument("[subjects...]", "orders, billing units and returns as tower adopt show prints them").requiredOption("--entity <code>").requiredOption("--as <email>", "who decides").requiredOption("--reason <text>").option("--json", "print {decided}");
    if (verdict === "adopt") command.option("--certain", "all that are certain");
    command.action((subjects: string[], options: Options) => decide(verdict, subjects, options));
  }
  return adopt;
}
