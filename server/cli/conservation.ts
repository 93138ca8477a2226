import { Command } from "commander";
import { composition } from "@/server/composition";
import { drifts, prove, unexplainedDifference, unexplainedText } from "@/server/domain/conservation/evaluate";
import { openOn, readBooks } from "@/server/read/conservation";
import { givenDay, givenInstant, knownEntity, knownOrders } from "./given";

/** Proves the books and exits with 1 on any drift, so that a schedule or a test can stand on it. */
export function conservationCommand(): Command {
  return new Command("conservation")
    .description("Prove the conservation equations in quantity and money; exit code 1 on drift")
    .option("--entity <code>", "one legal entity")
    .option("--order <number>", "one order")
    .option("--day <date>", "documents up to this accounting date", givenDay)
    .option("--known <instant>", "as it was known then", givenInstant)
    .option("--json", "each equation with its terms and residual; exceptions that are open on what drifts")
    .action(async (options: { entity?: string; order?: string; day?: string; known?: string; json?: boolean }) => {
      const { services } = await composition();
      if (options.entity !== undefined) await knownEntity(options.entity);
      const subjects = options.order === undefined ? undefined : await knownOrders([options.order], options.entity ?? null);
      const books = await readBooks(services.query, { entities: options.entity ? [options.entity] : null, subjects, known: options.known });
      const proofs = prove(books, { ...(options.day ? { day: options.day } : {}), ...(options.known ? { known: options.known } : {}) });
      const wrong = drifts(proofs);
      // what was known at an instant has the exceptions of today beside it, not those of then
      const open = options.known === undefined && wrong.length > 0 ? await openOn(services.query, wrong.flatMap(({ subject }) => subject ?? [])) : [];
      if (options.json) process.stdout.write(`${JSON.stringify({ equations: proofs, drifts: wrong.length, unexplained: unexplainedDifference(proofs), exceptions: open })}\n`);
      else {
        for (const proof of wrong) process.stdout.write(`${proof.equation}  ${proof.subject ?? ""} ${proof.line}  ${proof.left} ≠ ${proof.right}, residual ${proof.residual}\n${proof.terms.map((term) => `    ${term.side === "left" ? " " : "="} ${term.name} ${term.value}`).concat(open.filter((one) => one.subject === proof.subject).map((one) => `    ${one.code}: ${one.message}`)).join("\n")}\n`);
        process.stdout.write(`${proofs.length} proved, ${wrong.length} ${wrong.length === 1 ? "drift" : "drifts"}, unexplained ${unexplainedText(unexplainedDifference(proofs))}\n`);
      }
      process.exitCode = wrong.length > 0 ? 1 : 0;
    });
}
