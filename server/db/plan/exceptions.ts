import type pg from "pg";
import { dec, text } from "@/server/domain/decimal";
import { settlingWords } from "@/server/domain/exceptions";
import type { Instant } from "@/server/domain/instant";
import { causeOf, dueBy, writeExceptions, type OpenException } from "../exceptions";
import { rowsOf, statement } from "../statement";
import { grouped, idsOf, withChanged, type Write } from "./sections";

// What a message contradicts (CTR-02 without a connector) is not the plan's to close; two sources of one number are.
const read = statement("plan_exceptions_read", `
  select id::text, subject_id as subject, fingerprint, state, message, amount::text, first_seen_at as since from exception_item
  where subject_id = any($1) and message_id is null and (code <> 'CTR-02' or connector is not null) and (state = 'open' or (resolved_by is not null and resolution = any($2)))`);
interface Present { id: string; subject: string; fingerprint: string; state: string; message: string; amount: string; since: Instant }

/** A subject whose plan failed; closed by the next plan that does not. */
export interface FailedPlan { id: string; entity: string; message: string; now: Instant; dueAt: Instant | null }
const failedException = ({ id, entity, message, now, dueAt }: FailedPlan): OpenException => ({
  subjectId: id, messageId: null, connector: null, entity, code: "TEC-05", key: { code: "plan" }, stops: ["plan"], amount: "0", currency: null, message, since: now, dueAt,
});

/** When the first thing about the subject came to us: nothing of it was seen before, however old it is. */
const knownSince = (facts: Write["facts"]): Instant => facts.reduce((first, { recordedAt }) => (first === "" || recordedAt < first ? recordedAt : first), "");

/** One for each cause: two lines with the same fault are one exception with the money of both. */
function findingsOf({ id, entity, plan, policy, facts }: Write): Map<string, OpenException> {
  const found = new Map<string, OpenException>(), known = plan.exceptions.length > 0 ? knownSince(facts) : "";
  for (const { code, fingerprint: key, stops, keepsNothing = false, amount, currency, message, since: began, dueAt } of plan.exceptions) {
    const since = began < known ? known : began;
    const cause = causeOf(entity, code, key), same = found.get(cause);
    found.set(cause, same
      ? { ...same, stops: [...new Set([...same.stops, ...stops])], keepsNothing: same.keepsNothing === true && keepsNothing, amount: text(dec(same.amount).plus(amount)), since: since < same.since ? since : same.since }
      : { subjectId: id, messageId: null, connector: key.connector ?? null, entity, code, key, stops, keepsNothing, amount, currency, message, since, dueAt: dueAt ?? dueBy(code, since, policy.calendar) });
  }
  return found;
}

/**
 * Opens what plans found, closes by evidence what they no longer find, and reports failed plans. The last write of its
 * transaction. Findings that are as they were are not compared with the rows: whoever ends a row by a word that does not
 * settle it makes the subject forget them in the same commit.
 */
export async function writeSubjectExceptions(client: pg.PoolClient, writes: readonly Write[], failed: readonly FailedPlan[]): Promise<void> {
  const changed = withChanged(writes, "exceptions");
  const opened = failed.map(failedException), closed: Present[] = [];
  if (changed.length > 0) {
    const present = grouped(await rowsOf<Present>(client, read, [idsOf(changed), settlingWords]));
    for (const write of changed) {
      const found = findingsOf(write), rows = present.get(write.id) ?? [];
      for (const row of rows.filter(({ state }) => state === "open")) if (!found.has(row.fingerprint)) closed.push(row);
      for (const [cause, exception] of found) {
        const isSettled = rows.some((row) => row.state !== "open" && row.fingerprint === cause && row.message === exception.message && dec(row.amount).eq(exception.amount));
        if (!isSettled) opened.push(exception);
      }
    }
  }
  await writeExceptions(client, opened, closed);
}
