import { randomBytes } from "node:crypto";
import { Command, Option } from "commander";
import { hashPassword } from "@/server/auth/directory";
import { composition } from "@/server/composition";
import { holdCodes } from "@/server/domain/holds";
import { roles, type Role } from "@/server/domain/rights";
import { entityList } from "@/server/read/shell";

export function userCommand(): Command {
  const user = new Command("user").description("People who sign in");
  user.command("create")
    .description("Add a person, or set the password and rights of one by address")
    .requiredOption("--email <address>")
    .requiredOption("--name <name>")
    .addOption(new Option("--role <role>").choices([...roles]).default("viewer"))
    .option("--entity <code>", "legal entity, or * for all", "*")
    .option("--team <team...>", "queues that the person works", [])
    .addOption(new Option("--hold <code...>", "hold codes that the person may decide").choices([...holdCodes]).default([]))
    .option("--limit <amount>", "amount up to which the person may decide them")
    .option("--currency <code>", "currency of the limit", "USD")
    .option("--password <password>", "default: made at random and printed once")
    .option("--json", "print {id, email, password}")
    .action(async (options: { email: string; name: string; role: Role; entity: string; team: string[]; hold: string[]; limit?: string; currency: string; password?: string; json?: boolean }) => {
      if (!/^[^@\s]+@[^@\s]+$/.test(options.email)) throw new Error(`${options.email} is not an e-mail address`);
      if (options.password !== undefined && options.password.length < 10) throw new Error("A password has at least 10 characters");
      if (options.role === "admin" && options.hold.length > 0) throw new Error("An administrator approves nothing by that role; give the right with another role");
      const password = options.password ?? randomBytes(12).toString("base64url");
      const { people, services } = await composition();
      if (options.entity !== "*" && (await entityList(services.query, [options.entity])).length === 0) throw new Error(`There is no entity ${options.entity}: make it first, with tower setup --entity ${options.entity}`);
      const id = await people.write({
        email: options.email, name: options.name, passwordHash: await hashPassword(password), teams: options.team,
        grants: [{ role: options.role, entity: options.entity, holdCodes: options.hold, approveUpTo: options.limit ?? null, currency: options.limit === undefined ? null : options.currency }],
      });
      process.stdout.write(options.json ? `${JSON.stringify({ id, email: options.email, password })}\n` : `${options.email} may sign in with ${options.password === undefined ? `password ${password}` : "the given password"}\n`);
    });
  return user;
}
