import { Command } from "commander";
import { composition } from "@/server/composition";
import type { BulkDesk } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import { bulkVerbs } from "@/server/domain/bulk";
import type { Result } from "@/server/domain/result";
import { bulkAction, bulkActions, bulkItems, type BulkActionDetail, type BulkActionRow } from "@/server/read/bulk-actions";
import { print } from "./output";
import { personTyped } from "./typed";

const moneyText = (money: BulkActionRow["money"]): string => money.map(({ currency, amount }) => `${Number(amount).toFixed(2)} ${currency}`).join(", ");

async function found(id: string): Promise<BulkActionDetail> {
  const { services } = await composition(), action = await bulkAction(services.query, null, id);
  if (!action) throw new Error(`There is no bulk action ${id}: tower bulk list names them`);
  return action;
}

/** What it would do, or how far it is, in a few lines. */
export function told(action: BulkActionDetail): string {
  const { counts, steps, leftOut, periods, present } = action, lines = [
    `${action.id}  ${bulkVerbs[action.verb].label.toLowerCase()}, ${action.state}${action.stoppedWhy === null ? "" : ` (${action.stoppedWhy})`}, frozen ${action.frozenAt} by ${action.author}`,
    `${action.touched} documents${action.money.length === 0 ? "" : `, ${moneyText(action.money)}`}; steps ${steps.join(", ") || "none"}`,
    `${counts.verified} verified, ${counts.cleared} without anything to read back, ${counts.sent} sent, ${counts.failed} failed, ${counts.waiting} waiting, ${counts.left_out} left out`,
  ];
  if (periods.length > 0) lines.push(`Periods: ${periods.map(({ entity, period, open, documents }) => `${entity} ${period ?? "not known before it is planned"} × ${documents}${open ? "" : " (closed)"}`).join(", ")}`);
  if (present.postings > 0) lines.push(`${present.postings} postings of ${present.documents} documents are at the target already and stay as they are`);
  if (action.secondWhy !== null) lines.push(`Needs a second person: ${action.secondWhy}${action.confirmedBy === null ? "" : `; confirmed by ${action.confirmedBy}`}`);
  return [...lines, ...leftOut.map(({ why, count }) => `Left out: ${count} ${why}`)].map((line) => `${line}\n`).join("");
}

async function list({ open, json }: { open?: boolean; json?: boolean }): Promise<void> {
  const { services } = await composition(), { items } = await bulkActions(services.query, null, { open: open ?? false, limit: 200 });
  const rows = items.map((row) => ({ id: row.id, verb: row.verb, state: row.state, by: row.author, frozenAt: row.frozenAt, documents: row.touched, money: json ? row.money : moneyText(row.money), ...row.counts, stoppedWhy: row.stoppedWhy }));
  print(json ? rows : rows.map((row) => ({ ...row, documents: String(row.documents), verified: String(row.verified), failed: String(row.failed) })), json ?? false, ["id", "verb", "state", "by", "frozenAt", "documents", "money", "verified", "failed", "stoppedWhy"]);
}

async function show(id: string, { items, json }: { items?: boolean; json?: boolean }): Promise<void> {
  const action = await found(id), { services } = await composition();
  const documents = items ? (await bulkItems(services.query, null, id, { limit: 50_000 })).items : undefined;
  if (json) { process.stdout.write(`${JSON.stringify({ ...action, ...(documents && { items: documents }) })}\n`); return; }
  process.stdout.write(told(action));
  if (documents) print(documents.map((row) => ({ ...row, step: row.step === null ? null : String(row.step + 1), amount: row.amount === null ? null : `${Number(row.amount).toFixed(2)} ${row.currency ?? ""}` })), false, ["name", "step", "state", "amount", "reference", "why"]);
}

/** With a person, by their right and password; without one it is the shell of the installation that acts. */
const act = (of: (desk: BulkDesk, person: Person | null, id: string, reason: string) => Promise<Result<unknown>>) => async (id: string, { as, reason, json }: { as?: string; reason: string; json?: boolean }): Promise<void> => {
  const person = as === undefined ? null : await personTyped(as), { services } = await composition();
  const done = await of(services.bulk, person, id, reason);
  if (!done.ok) throw new Error(done.error.message);
  const after = await found(id);
  process.stdout.write(json ? `${JSON.stringify({ id, state: after.state })}\n` : told(after));
};

/** Bulk actions: what was asked for, how far each is, and their end. */
export function bulkCommand(): Command {
  const bulk = new Command("bulk").description("Bulk actions: what they would do, how far they are, and their end");
  bulk.command("list", { isDefault: true }).description("All that were started, newest first").option("--open", "only those that are not over").option("--json").action(list);
  bulk.command("show").description("One of them, with what was left out and why").argument("<id>").option("--items", "with its documents").option("--json").action(show);
  const acts = [
    ["start", "Start what was asked for with --preview", (desk, ...given) => desk.start(...given)], ["continue", "Go on from where it stopped by itself", (desk, ...given) => desk.goOn(...given)], ["abort", "Send nothing more of it; what was sent ends known", (desk, ...given) => desk.abort(...given)],
  ] as const satisfies readonly (readonly [string, string, Parameters<typeof act>[0]])[];
  for (const [name, what, of] of acts) bulk.command(name).description(what).argument("<id>").option("--as <email>", "who does it; the password is typed or piped in").requiredOption("--reason <text>").option("--json", "print {id, state}").action(act(of));
  bulk.command("confirm").description("As the second person, where the money is above the limit").argument("<id>").requiredOption("--as <email>", "never who asked for it; the password is typed or piped in").requiredOption("--reason <text>").option("--json", "print {id, state}")
    .action(act((desk, person, id, reason) => { if (person === null) throw new Error("A second person confirms it"); return desk.confirm(person, id, reason); }));
  return bulk;
}
