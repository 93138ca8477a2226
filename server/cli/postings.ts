import { Command } from "commander";
import { composition } from "@/server/composition";
import type { Result } from "@/server/domain/result";
import { postingStops } from "@/server/read/posting-brake";
import { entityList } from "@/server/read/shell";
import { print } from "./output";
import { personTyped, twoPersonsTyped } from "./typed";

interface Act { entity: string; as: string; reason: string; raisedTo?: string; json?: boolean }

async function status({ entity, json }: { entity?: string; json?: boolean }): Promise<void> {
  const { services } = await composition();
  const reach = entity === undefined ? null : [entity], [homes, stops] = await Promise.all([entityList(services.query, reach), postingStops(services.query, reach)]);
  if (entity !== undefined && homes.length === 0) throw new Error(`There is no entity ${entity}: make it with tower setup --entity ${entity}`);
  const rows = homes.map(({ code }) => {
    const stop = stops.find((each) => each.entity === code);
    return { entity: code, postings: stop ? "stopped" : "running", since: stop?.since ?? null, by: stop?.by ?? null, reason: stop?.reason ?? null, waiting: stop?.waiting ?? null, money: stop?.money ?? null, underWay: stop?.underWay ?? null };
  });
  print(json ? rows : rows.map((row) => ({ ...row, waiting: row.waiting?.toString(), money: row.money?.map(({ currency, amount }) => `${Number(amount).toFixed(2)} ${currency}`).join(", "), underWay: row.underWay?.toString() })), json ?? false, ["entity", "postings", "since", "by", "reason", "waiting", "money", "underWay"]);
}

function answer(result: Result<true>, { entity, json }: Act, postings: "stopped" | "running", text: string): void {
  if (!result.ok) throw new Error(result.error.message);
  process.stdout.write(json ? `${JSON.stringify({ entity, postings })}\n` : text);
}

async function stop(act: Act): Promise<void> {
  const person = await personTyped(act.as);
  const { services } = await composition();
  answer(await services.postings.stop(person, act.entity, act.reason), act, "stopped", `Postings of ${act.entity} are stopped: nothing new is sent, and what is under way ends known. Another person of finance lets them go again: tower postings resume --entity ${act.entity} --as <email> --reason <text>\n`);
}

async function resume(act: Act): Promise<void> {
  const person = await personTyped(act.as);
  const { services } = await composition();
  const [stop] = await postingStops(services.query, [act.entity]);
  answer(await services.postings.resume(person, act.entity, stop?.since ?? "", act.reason, act.raisedTo ?? null), act, "running", `Postings of ${act.entity} go on.\n`);
}

const orNone = (value: string | undefined): { given: string | null } | null => (value === undefined ? null : { given: value === "none" ? null : value });

async function limit({ entity, as, with: second, reason, count, currency, total, document, json }: { entity: string; as: string; with: string; reason: string; count?: string; currency?: string; total?: string; document?: string; json?: boolean }): Promise<void> {
  const persons = await twoPersonsTyped(as, second), [number, sum, one] = [orNone(count), orNone(total), orNone(document)];
  const { services } = await composition();
  const set = await services.postings.limit(persons, entity, { ...(number && { count: number.given }), ...(currency === undefined ? {} : { currency }), ...(sum && { total: sum.given }), ...(one && { document: one.given }) }, reason);
  if (!set.ok) throw new Error(set.error.message);
  process.stdout.write(json ? `${JSON.stringify({ entity, ...set.value })}\n` : `In force from the next posting on, where the guard has not learned a limit of its own: ${JSON.stringify(set.value)}\n`);
}

/** The brake on money. One person stops, another releases, each with their password. */
export function postingsCommand(): Command {
  const postings = new Command("postings").description("Stop everything new that would change an entity's books or move its money, and let it go again");
  postings.command("status", { isDefault: true }).description("Where postings are stopped, since when, by whom, why, and what waits").option("--entity <code>").option("--json").action(status);
  postings.command("stop").description("Stop all postings of an entity at once; what is under way ends known").requiredOption("--entity <code>").requiredOption("--as <email>", "who stops them; the password is typed or piped in").requiredOption("--reason <text>").option("--json", "print {entity, postings}").action(stop);
  postings.command("resume").description("Let them go again; never by whoever stopped them").requiredOption("--entity <code>").requiredOption("--as <email>", "who releases them; the password is typed or piped in").requiredOption("--reason <text>").option("--raised-to <limit>", "of a stop by the guard: the number or amount that the rest of the day may reach").option("--json", "print {entity, postings}").action(resume);
  postings.command("limit").description("Limits of a day until the guard has learned its own, by two persons at once, the second of finance; `none` takes one away").requiredOption("--entity <code>")
    .option("--count <n>", "postings that may leave in one day").option("--currency <code>", "of the money that follows").option("--total <amount>", "money that may leave in one day").option("--document <amount>", "above it a document waits alone for a person")
    .requiredOption("--as <email>", "who sets it; both passwords are typed, or piped in as two lines").requiredOption("--with <email>", "the second person").requiredOption("--reason <text>").option("--json", "print {entity, count, money}").action(limit);
  return postings;
}
