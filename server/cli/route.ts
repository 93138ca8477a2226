import { Command, Option } from "commander";
import { composition } from "@/server/composition";
import type { RouteMode } from "@/server/domain/policy";
import { routedCapabilities, routeModes, type RouteChange, type RouteVerdict } from "@/server/domain/route-change";
import { entityRoutes } from "@/server/read/routes";
import { print } from "./output";
import { personTyped } from "./typed";

const document = (name: string): string => (name === "*" ? "all" : name);

async function show({ entity, json }: { entity?: string; json?: boolean }): Promise<void> {
  const { services } = await composition();
  const tables = await entityRoutes(services.query, entity === undefined ? null : [entity]);
  if (entity !== undefined && tables.length === 0) throw new Error(`There is no entity ${entity}: make it with tower setup --entity ${entity}`);
  const rows = tables.flatMap(({ code, policyVersion, routes }) => routes.map((route) => ({
    entity: code, version: policyVersion, capability: route.capability, document: document(route.document), connector: `${route.connector}${{ active: "", paused: " (paused)", absent: " (not added)" }[route.connectorState]}`, mode: route.mode, managedFrom: route.managedFrom,
    proposedBy: route.proposedBy, confirmedBy: route.confirmedBy,
    open: route.proposal && { id: route.proposal.id, connector: route.proposal.connector, mode: route.proposal.mode, managedFrom: route.proposal.managedFrom, by: route.proposal.proposedBy, reason: route.proposal.reason, openOrders: route.proposal.openOrders },
  })));
  print(json ? rows : rows.map((row) => ({ ...row, open: row.open && `${row.open.mode} from ${row.open.managedFrom ?? "no date"} to ${row.open.connector}, by ${row.open.by}: ${row.open.id}` })), json ?? false, ["entity", "capability", "document", "connector", "mode", "managedFrom", "proposedBy", "confirmedBy", "open"]);
}

async function decide(id: string, verdict: RouteVerdict, options: { as: string; reason: string; json?: boolean }): Promise<void> {
  const person = await personTyped(options.as);
  const { services } = await composition();
  const result = await services.routes.decide(person, id, verdict, options.reason);
  if (!result.ok) throw new Error(result.error.message);
  const { version } = result.value;
  process.stdout.write(options.json ? `${JSON.stringify({ id, version })}\n` : version === null ? "Done; the route stays as it is.\n" : `In force as version ${version} of the rules; everything open is planned again within seconds.\n`);
}

/** Who leads what to which system, in which mode. A change is proposed by one person and confirmed by a second, each with their password. */
export function routeCommand(): Command {
  const route = new Command("route").description("Which connector serves what, in which mode (observe, propose, act), and from which date on");
  route.command("show", { isDefault: true }).alias("list").description("The routing tables, with what is proposed").option("--entity <code>").option("--json").action(show);
  route.command("propose")
    .description("Propose a change; the password is typed or piped in, and a second person confirms it")
    .requiredOption("--entity <code>").addOption(new Option("--capability <name>").choices(routedCapabilities).makeOptionMandatory())
    .requiredOption("--connector <id>").addOption(new Option("--mode <mode>").choices(routeModes).makeOptionMandatory())
    .option("--from <date>", "documents of that day or minute (2026-12-01T06:00, in the entity's zone) or instant and later are managed; earlier ones are only compared")
    .option("--document <type>", "only this type of document, such as invoice; default: all", "*")
    .requiredOption("--as <email>", "who proposes it").requiredOption("--reason <text>").option("--json", "print {id}")
    .action(async (options: { entity: string; capability: RouteChange["capability"]; connector: string; mode: RouteMode; from?: string; document: RouteChange["document"]; as: string; reason: string; json?: boolean }) => {
      const person = await personTyped(options.as);
      const { services } = await composition();
      const made = await services.routes.propose(person, options.entity, { capability: options.capability, document: options.document, connector: options.connector, mode: options.mode, managedFrom: options.from ?? null }, options.reason);
      if (!made.ok) throw new Error(made.error.message);
      process.stdout.write(options.json ? `${JSON.stringify(made.value)}\n` : `Proposed. It is in force when a second person has said: tower route confirm ${made.value.id} --as <email> --reason <text>\n`);
    });
  for (const [verdict, what] of [["confirm", "Put a proposal in force; never by whoever proposed it"], ["reject", "Turn a proposal down"], ["withdraw", "Take your own proposal back"]] as const)
    route.command(verdict).description(what).argument("<id>").requiredOption("--as <email>", "who decides").requiredOption("--reason <text>").option("--json", "print {id, version}")
      .action((id: string, options: { as: string; reason: string; json?: boolean }) => decide(id, verdict, options));
  return route;
}
