import { Command } from "commander";
import { composition } from "@/server/composition";
import { completenessRows, controlTotals, gapFigure } from "@/server/read/completeness";
import { knownEntity } from "./given";

/** Whether anything is missing that a source says exists or that it told; exits with 1 where it is, or where a source does not answer. */
export function completenessCommand(): Command {
  return new Command("completeness")
    .description("What sources say exists beside what is held and what the next system confirmed; exit code 1 on a gap, a control total that differs or did not come, or where a source does not answer")
    .option("--entity <code>", "one legal entity")
    .option("--week", "over the last week instead of the last day; gaps are told however old")
    .option("--json", "each source with its counts")
    .action(async (options: { entity?: string; week?: boolean; json?: boolean }) => {
      const { services } = await composition();
      if (options.entity !== undefined) await knownEntity(options.entity);
      const entities = options.entity ? [options.entity] : null;
      const hours = options.week ? 168 : 24, [sources, totals, gap] = await Promise.all([completenessRows(services.query, entities, hours), controlTotals(services.query, entities, hours), gapFigure(services.query, entities)]);
      if (options.json) process.stdout.write(`${JSON.stringify({ gap, sources, totals })}\n`);
      else {
        for (const { name, kind, said, held, excluded, late, missing, confirmed, checkedTo, failure, oldestMissing } of sources)
          process.stdout.write(`${missing > 0 ? "GAP " : failure !== null ? "??? " : "ok  "}${name}, ${kind}: says ${said}, held ${held}, excluded ${excluded}, late ${late}, missing ${missing}${oldestMissing === null ? "" : ` since ${oldestMissing}`}; next system confirmed ${confirmed}; asked up to ${checkedTo}${failure === null ? "" : `, does not answer: ${failure}`}\n`);
        for (const { name, kind, opensAt, closesAt, count, heldCount, state, since } of totals)
          process.stdout.write(`${state === "differs" || state === "silent" ? "GAP " : "ok  "}${name}, ${kind}, control total of ${opensAt} to ${closesAt}: ${count === null ? "not stated" : `says ${count}, held ${heldCount ?? "not counted yet"}`}, ${state}${since === null ? "" : ` since ${since}`}\n`);
        process.stdout.write(`${gap.sources} kinds of document proved, ${gap.missing} missing, ${gap.late} late${gap.totals > 0 ? `, ${gap.totals} ${gap.totals === 1 ? "control total differs or was" : "control totals differ or were"} not stated` : ""}${gap.unanswered > 0 ? `, ${gap.unanswered} ${gap.unanswered === 1 ? "source does" : "sources do"} not answer` : ""}\n`);
      }
      process.exitCode = gap.missing > 0 || gap.totals > 0 || gap.unanswered > 0 ? 1 : 0;
    });
}
