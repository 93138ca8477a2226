import { Command } from "commander";
import { adoptCommand } from "./adopt";
import { completenessCommand } from "./completeness";
import { bulkCommand } from "./bulk";
import { connectorCommand } from "./connector";
import { conservationCommand } from "./conservation";
import { exceptionsCommand, holdsCommand } from "./desk";
import { generateCommand, oracleCommand } from "./demo";
import { importCommand } from "./import";
import { keyCommand } from "./key";
import { policyCommand } from "./policy";
import { postingsCommand } from "./postings";
import { closeCommand } from "./close";
import { reconcileCommand } from "./reconcile";
import { replayCommand } from "./replay";
import { routeCommand } from "./route";
import { setupCommand } from "./setup";
import { termsCommand } from "./terms";
import { userCommand } from "./user";

const program = new Command("tower")
  .description("Ledgerline from the command line. Commands that list or make something take --json, as their own help says; errors go to stderr with exit code 2.")
  .exitOverride();

/** Each command refuses on standard error, with exit code 2, and says whose help lists what there is. */
function refusing(command: Command, named: string): Command {
  command.exitOverride().showHelpAfterError(`(${named} --help lists what there is)`);
  for (const part of command.commands) refusing(part, part.commands.length > 0 ? `${named} ${part.name()}` : named);
  return command;
}
for (const command of [setupCommand(), userCommand(), connectorCommand(), routeCommand(), adoptCommand(), termsCommand(), postingsCommand(), policyCommand(), keyCommand(), importCommand(), generateCommand(), replayCommand(), bulkCommand(), conservationCommand(), completenessCommand(), reconcileCommand(), closeCommand(), exceptionsCommand(), holdsCommand(), oracleCommand()]) program.addCommand(command);
refusing(program, "tower");

// a reader that has seen enough, as head, stops nothing
process.stdout.on("error", (error: NodeJS.ErrnoException) => { if (error.code !== "EPIPE") throw error; });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof Error && "exitCode" in error && typeof error.exitCode === "number") process.exitCode = error.exitCode === 0 ? 0 : 2;
  else { process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`); process.exitCode = 2; }
}
process.exit(process.exitCode ?? 0);
