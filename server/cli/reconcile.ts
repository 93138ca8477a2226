import { Command } from "commander";
import { composition } from "@/server/composition";
import { processes, processNames, type ProcessName } from "@/server/domain/reconciliation/settling";
import { givenDay, knownEntity } from "./given";
import { personTyped } from "./typed";

interface Given { entity: string; process: ProcessName; from: string; to: string; tolerance: string; days: string; keep?: boolean; as?: string; reason?: string; json?: boolean }

/** Compares two books now; exits with 1 where something is open. `--keep` freezes the statement in the name of who takes it. */
export function reconcileCommand(): Command {
  return new Command("reconcile")
    .description("Two books side by side: what agrees, what is missing on a side, what differs; exit code 1 where something is open")
    .requiredOption("--entity <code>", "the legal entity")
    .option("--process <name>", `whose books: ${processNames.join(" or ")}`, "documents")
    .requiredOption("--from <day>", "first accounting date", givenDay)
    .requiredOption("--to <day>", "last accounting date", givenDay)
    .option("--tolerance <amount>", "of one amount, up to what the rules write off by themselves", "0")
    .option("--days <days>", "how far apart documents without a common reference may lie", "5")
    .option("--keep", "freeze it as the statement that people work on; needs --as and --reason")
    .option("--as <email>", "who takes it").option("--reason <text>", "why it is taken")
    .option("--json", "totals and what was left out, for scripts")
    .action(async (given: Given) => {
      if (!processNames.includes(given.process)) throw new Error(`There is no process ${given.process}: it is ${processNames.join(" or ")}`);
      if (!/^\d{1,3}$/.test(given.days)) throw new Error(`${given.days} is not a number of days`);
      const { services } = await composition();
      await knownEntity(given.entity);
      const asked = { entity: given.entity, process: given.process, from: given.from, to: given.to, tolerance: { amount: given.tolerance, days: Number(given.days) } };
      if (given.keep && (given.as === undefined || given.reason === undefined)) throw new Error("A statement that is kept has a name and a reason: give --as and --reason");
      const result = given.keep ? await services.reconciliation.take(await personTyped(given.as ?? ""), asked, given.reason ?? "") : await services.reconciliation.rehearse(asked);
      if (!result.ok) throw new Error(result.error.message);
      const { id, knownAt, totals, excluded, open } = result.value, { a, b } = processes[given.process];
      if (given.json) process.stdout.write(`${JSON.stringify({ ...asked, id: given.keep ? id : null, knownAt, open, totals, excluded })}\n`);
      else {
        for (const row of totals) process.stdout.write(`${row.certain && row.result === "matched" ? "ok  " : "OPEN"} ${row.result.replaceAll("_", " ")}${row.result === "matched" && !row.certain ? ", suggested" : ""}: ${row.items} items, A ${row.documentsA} of ${row.amountA}, B ${row.documentsB} of ${row.amountB} ${row.currency}\n`);
        for (const row of excluded) process.stdout.write(`left out of ${row.side.toUpperCase()}, ${row.rule.replaceAll("_", " ")}: ${row.documents} of ${row.amount} ${row.currency}\n`);
        process.stdout.write(`A ${a}; B ${b}; known at ${knownAt}; ${open} open\n`);
      }
      process.exitCode = open > 0 ? 1 : 0;
    });
}
