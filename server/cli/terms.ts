import { Command } from "commander";
import { composition } from "@/server/composition";
import { termsOf, type PaymentTerms, type TermsChange } from "@/server/domain/payment-terms";
import type { RouteVerdict } from "@/server/domain/route-change";
import { entityTerms } from "@/server/read/terms";
import { print } from "./output";
import { personTyped } from "./typed";

/** `2/10 net 30`, `end of month + 30`, `in advance`. */
function inWords({ days, endOfMonth, advance, discount }: Pick<PaymentTerms, "days" | "endOfMonth" | "advance"> & { discount?: PaymentTerms["discount"] | null }): string {
  if (advance) return "in advance";
  return `${discount ? `${discount.percent}/${discount.days} ` : ""}${endOfMonth ? `end of month + ${days}` : `net ${days}`}`;
}

async function list({ entity, json }: { entity?: string; json?: boolean }): Promise<void> {
  const { services } = await composition();
  const found = await entityTerms(services.query, entity === undefined ? null : [entity]), now = services.now();
  if (entity !== undefined && found.length === 0) throw new Error(`There is no entity ${entity}: make it with tower setup --entity ${entity}`);
  const rows = found.flatMap((home) => [...new Set([...Object.keys(home.terms), ...home.proposals.map(({ code }) => code)])].sort().map((code) => {
    const present = termsOf(home, code, now), newest = home.terms[code], open = home.proposals.find((proposal) => proposal.code === code) ?? null;
    return { entity: home.entity, version: home.version, code, present, next: newest && newest !== present ? newest : null, open };
  }));
  print(json ? rows : rows.map(({ present, next, open, ...row }) => ({
    ...row, name: present?.name, terms: present && inWords(present), since: present?.from, next: next && `${inWords(next)} from ${next.from ?? ""}`, open: open && `${inWords(open)}${open.from === null ? "" : ` from ${open.from}`}, by ${open.proposedBy}: ${open.id}`,
  })), json ?? false, ["entity", "code", "name", "terms", "since", "next", "open"]);
}

async function decide(id: string, verdict: RouteVerdict, options: { as: string; reason: string; json?: boolean }): Promise<void> {
  const person = await personTyped(options.as);
  const { services } = await composition();
  const result = await services.terms.decide(person, id, verdict, options.reason);
  if (!result.ok) throw new Error(result.error.message);
  const { version } = result.value;
  process.stdout.write(options.json ? `${JSON.stringify({ id, version })}\n` : version === null ? "Done; the terms stay as they are.\n" : `In force as version ${version} of the rules; what waits for them is planned again within seconds.\n`);
}

interface Given { entity: string; name: string; days?: string; endOfMonth?: boolean; advance?: boolean; discountDays?: string; discountPercent?: string; from?: string; as: string; reason: string; json?: boolean }

/** A number as it was typed; NaN, which the rules refuse, where it is none. */
const whole = (text: string): number => (/^\d{1,4}$/.test(text) ? Number(text) : Number.NaN);

function asGiven(code: string, { name, days, endOfMonth = false, advance = false, discountDays, discountPercent, from }: Given): TermsChange {
  if ((discountDays === undefined) !== (discountPercent === undefined)) throw new Error("A cash discount has days and percent: give both, or none");
  if (days === undefined && !advance) throw new Error("Give --days, or --advance");
  return { code, name, days: whole(days ?? "0"), endOfMonth, advance, discount: discountDays === undefined || discountPercent === undefined ? null : { days: whole(discountDays), percent: discountPercent }, from: from ?? null };
}

/** Payment terms of an entity. A change is proposed by one person and confirmed by a second, each with their password. */
export function termsCommand(): Command {
  const terms = new Command("terms").description("Payment terms that the rules know: net days, end of month, cash discount");
  terms.command("list", { isDefault: true }).description("The terms of each entity, with what is proposed").option("--entity <code>").option("--json").action(list);
  terms.command("set")
    .description("Propose new or changed terms; the password is typed or piped in, and a second person confirms them")
    .argument("<code>", "as customers and the ERP call them, such as N45").requiredOption("--entity <code>").requiredOption("--name <name>", "what people call them").option("--days <n>", "net days; 0 is due at once. Needed but for --advance")
    .option("--end-of-month", "days count from the end of the invoice's month").option("--advance", "paid before anything leaves")
    .option("--discount-days <n>", "days in which less is enough").option("--discount-percent <p>", "how much less, of the goods without charges and tax, as 2")
    .option("--from <date>", "changed terms count for orders placed from that day (in the entity's zone) or instant on; default: from the confirmation")
    .requiredOption("--as <email>", "who proposes it").requiredOption("--reason <text>").option("--json", "print {id}")
    .action(async (code: string, options: Given) => {
      const change = asGiven(code, options), person = await personTyped(options.as);
      const { services } = await composition();
      const made = await services.terms.propose(person, options.entity, change, options.reason);
      if (!made.ok) throw new Error(made.error.message);
      process.stdout.write(options.json ? `${JSON.stringify(made.value)}\n` : `Proposed: ${code} ${inWords(change)}. It is in force when a second person has said: tower terms confirm ${made.value.id} --as <email> --reason <text>\n`);
    });
  for (const [verdict, what] of [["confirm", "Put a proposal in force; never by whoever proposed it"], ["reject", "Turn a proposal down"], ["withdraw", "Take your own proposal back"]] as const)
    terms.command(verdict).description(what).argument("<id>").requiredOption("--as <email>", "who decides").requiredOption("--reason <text>").option("--json", "print {id, version}")
      .action((id: string, options: { as: string; reason: string; json?: boolean }) => decide(id, verdict, options));
  return terms;
}
