import { Command } from "commander";
import { composition } from "@/server/composition";
import { localDay } from "@/server/domain/calendar";
import { accrualEntry } from "@/server/domain/close/accrual";
import { lateTotals } from "@/server/domain/close/unbilled";
import { unexplainedText } from "@/server/domain/conservation/evaluate";
import { closeView, lateSince, signOffs } from "@/server/read/close";
import { entityPeriods, lastDay } from "@/server/read/close-periods";
import { givenDay, givenInstant, knownEntity } from "./given";

interface Given { entity: string; period: string; day?: string; known?: string; json?: boolean }

/** What a close looks at; exits with 1 where something blocks it. Signing is a person's, on the screen. */
export function closeCommand(): Command {
  return new Command("close")
    .description("Whether a fiscal period is ready to be closed: figures, what blocks by amount, who signed, what came since; exit code 1 where something blocks")
    .requiredOption("--entity <code>", "the legal entity")
    .requiredOption("--period <name>", "the period as its ledger calls it, such as 2026-11")
    .option("--day <day>", "documents up to this day of it; its last day otherwise", givenDay)
    .option("--known <time>", "as it was known then; now otherwise. What is on its way, missing or does not close is always as it stands now", givenInstant)
    .option("--json", "every figure, blocker and the proposed entry, for scripts")
    .action(async ({ entity, period: name, day, known, json }: Given) => {
      const { services } = await composition();
      await knownEntity(entity);
      const [calendar] = await entityPeriods(services.query, [entity]), period = calendar?.periods.find((one) => one.name === name);
      if (!calendar || !period) throw new Error(`The ledger of ${entity} has told no period ${name}`);
      const now = services.now(), last = lastDay(period, localDay(calendar, now)), isNow = known === undefined || known >= now;
      if (day !== undefined && (day < period.from || day > period.to)) throw new Error(`${day} is no day of ${name}, which is ${period.from} to ${period.to}`);
      const view = await closeView(services.query, { entity, zone: calendar.zone, asOf: { day: day ?? last, known: isNow ? now : known }, isNow });
      const live = (await signOffs(services.query, entity, name)).find(({ state }) => state !== "withdrawn") ?? null, late = live ? await lateSince(services.query, live, calendar.zone, now) : [], { figures, blockers, digest } = view;
      if (json) process.stdout.write(`${JSON.stringify({ entity, period, asOf: figures.asOf, figures, blockers, digest, entry: accrualEntry(view.unbilled.rows, figures.asOf.day, { entity, period: name }), signed: live && { id: live.id, state: live.state, by: live.preparedByName, at: live.preparedAt, confirmedBy: live.confirmedByName, digest: live.digest }, lateSinceClose: { totals: lateTotals(late), shipments: late } })}\n`);
      else {
        process.stdout.write(`${entity} ${name}, ${period.from} to ${period.to}, ${period.state.replace("_", "-")} in the ledger; as of ${figures.asOf.day}, known at ${figures.asOf.known}\nunexplained ${unexplainedText(figures.unexplained)}\n`);
        for (const { control, accrual, currency, shipments } of figures.unbilled) process.stdout.write(`shipped not invoiced ${control} ${currency} in ${shipments} ${shipments === 1 ? "shipment" : "shipments"}, of which accrual ${accrual} ${currency}\n`);
        for (const { says, money } of blockers) process.stdout.write(`BLOCKS ${says}${money.map(({ amount, currency }) => `, ${amount} ${currency}`).join("")}\n`);
        if (live) process.stdout.write(`${live.state} by ${live.preparedByName}${live.confirmedByName ? ` and ${live.confirmedByName}` : ""} at ${live.preparedAt}\n`);
        for (const { control, accrual, currency } of lateTotals(late)) process.stdout.write(`late since close ${control} ${currency}, accrual ${accrual} ${currency}\n`);
        process.stdout.write(`${blockers.length === 0 ? "ready" : `${blockers.length} ${blockers.length === 1 ? "thing blocks" : "things block"}`}\n`);
      }
      process.exitCode = blockers.length > 0 ? 1 : 0;
    });
}
