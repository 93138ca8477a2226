import { randomBytes } from "node:crypto";
import { Command, Option } from "commander";
import { hashPassword } from "@/server/auth/directory";
import { composition } from "@/server/composition";
import { teams, type Team } from "@/server/domain/exceptions";
import { decidableCodes } from "@/server/domain/holds";
import { roles, unsound, type Role, type RoleGrant } from "@/server/domain/rights";
import { entityList } from "@/server/read/shell";
import { print } from "./output";

interface GrantOptions { role?: Role; entity: string; hold: string[]; limit?: string; currency: string; team: Team[]; lead: Team[] }

/** Options of one grant: a role in an entity, with hold codes and the amount up to which they may be decided. */
const withGrant = (command: Command): Command => command
  .option("--entity <code>", "legal entity, or * for all", "*")
  .addOption(new Option("--hold <code...>", "hold codes that this grant may decide").choices([...decidableCodes]).default([]))
  .option("--limit <amount>", "amount up to which this grant may decide them; other codes with another limit are another grant")
  .option("--currency <code>", "currency of the limit", "USD")
  .addOption(new Option("--team <team...>", "queues that the person works").choices([...teams]).default([]))
  .addOption(new Option("--lead <team...>", "queues that the person leads").choices([...teams]).default([]));

async function grantOf({ role, entity, hold, limit, currency }: GrantOptions & { role: Role }): Promise<RoleGrant> {
  const grant: RoleGrant = { role, entity, holdCodes: hold, approveUpTo: limit ?? null, currency: limit === undefined ? null : currency };
  const wrong = unsound(grant);
  if (wrong !== null) throw new Error(wrong);
  const { services } = await composition();
  if (entity !== "*" && (await entityList(services.query, [entity])).length === 0) throw new Error(`There is no entity ${entity}: make it first, with tower setup --entity ${entity}`);
  return grant;
}

/** An installation that was never started has no queues yet. */
async function withTeams() {
  const { people, seeding } = await composition();
  await seeding.basics();
  return people;
}

const nobody = (email: string): Error => new Error(`Nobody has the address ${email}; add the person with user create`);
const hasLeft = (email: string): Error => new Error(`${email} has left; user create with the same address lets them in again`);
function longEnough(password: string | undefined): void {
  if (password !== undefined && password.length < 10) throw new Error("A password has at least 10 characters");
}
const role = (): Option => new Option("--role <role>").choices([...roles]);

export function userCommand(): Command {
  const user = new Command("user").description("People who sign in");
  withGrant(user.command("create").description("Add a person with a first grant").requiredOption("--email <address>").requiredOption("--name <name>").addOption(role().default("viewer")))
    .option("--password <password>", "default: made at random and printed once")
    .option("--json", "print {id, email, password}")
    .action(async (options: GrantOptions & { email: string; name: string; role: Role; password?: string; json?: boolean }) => {
      if (!/^[^@\s]+@[^@\s]+$/.test(options.email)) throw new Error(`${options.email} is not an e-mail address`);
      longEnough(options.password);
      const grant = await grantOf(options), password = options.password ?? randomBytes(12).toString("base64url");
      const people = await withTeams();
      const card = await people.show(options.email);
      if (card?.active) throw new Error(`${options.email} is here already: user password gives another password, user grant another right`);
      const id = await people.write({ email: options.email, name: options.name, passwordHash: await hashPassword(password), teams: options.team, leads: options.lead, grants: [grant] });
      process.stdout.write(options.json ? `${JSON.stringify({ id, email: options.email, password })}\n` : `${card ? `${card.name} had left and is here again, with this right only; ` : ""}${options.email} may sign in with ${options.password === undefined ? `password ${password}` : "the given password"}\n`);
    });
  user.command("password").description("Give a person another password, which ends their sessions; what they may stays").requiredOption("--email <address>")
    .option("--password <password>", "default: made at random and printed once").option("--json", "print {id, email, password}")
    .action(async ({ email, password: given, json }: { email: string; password?: string; json?: boolean }) => {
      longEnough(given);
      const { people } = await composition(), card = await people.show(email), password = given ?? randomBytes(12).toString("base64url");
      if (card === null) throw nobody(email);
      if (!card.active) throw hasLeft(email);
      const id = await people.write({ email, name: card.name, passwordHash: await hashPassword(password), teams: [], grants: [] });
      process.stdout.write(json ? `${JSON.stringify({ id, email, password })}\n` : `${email} may sign in with ${given === undefined ? `password ${password}` : "the given password"}\n`);
    });
  withGrant(user.command("grant").description("Give a person one more right, a queue, or the lead of one").requiredOption("--email <address>").addOption(role()))
    .option("--json", "print {id}")
    .action(async (options: GrantOptions & { email: string; json?: boolean }) => {
      if (options.role === undefined && (options.hold.length > 0 || options.limit !== undefined)) throw new Error("Name the role that the right belongs to");
      const grant = options.role === undefined ? null : await grantOf({ ...options, role: options.role });
      if (grant === null && options.team.length + options.lead.length === 0) throw new Error("Name a role, a team or a lead");
      const people = await withTeams();
      if ((await people.show(options.email))?.active === false) throw hasLeft(options.email);
      const id = await people.grant(options.email, grant, options.team, options.lead);
      if (id === null) throw nobody(options.email);
      process.stdout.write(options.json ? `${JSON.stringify({ id })}\n` : `Given to ${options.email}; it holds from the next request on\n`);
    });
  user.command("revoke").description("Take one grant back; user show names them").requiredOption("--email <address>").requiredOption("--grant <id>")
    .action(async ({ email, grant }: { email: string; grant: string }) => {
      if (!(await (await composition()).people.revoke(email, grant))) throw new Error(`${email} has no grant ${grant} that was given here; a right of a group goes with the group`);
      process.stdout.write(`Taken from ${email}; it ends with the next request\n`);
    });
  user.command("leave").description("End what a person may at once: sessions, sign-in, rights, queues, what they had taken on; their name stays where they acted").requiredOption("--email <address>").requiredOption("--reason <text>")
    .action(async ({ email, reason }: { email: string; reason: string }) => {
      const gone = await (await composition()).people.letGo(email, reason);
      if (gone === null) throw nobody(email);
      if (!gone) throw new Error(`${email} has left already`);
      process.stdout.write(`${email} has left: signed out everywhere, by password and single sign-on alike; user create with the same address lets them in again\n`);
    });
  user.command("list").description("Everybody, with role and entity of each right and the last sign-in").option("--json")
    .action(async ({ json }: { json?: boolean }) => { print(await (await composition()).people.list(), json ?? false, ["email", "name", "active", "singleSignOn", "lastSignInAt", "rights"]); });
  user.command("show").description("What a person may, and in which queues").requiredOption("--email <address>").option("--json")
    .action(async ({ email, json }: { email: string; json?: boolean }) => {
      const card = await (await composition()).people.show(email);
      if (!card) throw nobody(email);
      if (json) { process.stdout.write(`${JSON.stringify(card)}\n`); return; }
      process.stdout.write(`${card.name} <${card.email}>${card.active ? "" : ", has left"}${card.singleSignOn ? ", by single sign-on" : ""}; teams: ${card.teams.join(", ") || "none"}; leads: ${card.leads.join(", ") || "none"}\n`);
      print(card.grants, false, ["id", "role", "entity", "holdCodes", "approveUpTo", "currency", "byGroup"]);
    });
  return user;
}
