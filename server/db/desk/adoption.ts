import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { AdoptionChoice, Desk } from "@/server/api/desk";
import { pairDigest, pairOf, type AdoptionPair, type InvoiceSlot } from "@/server/domain/adoption";
import { inFlight, type CommandState } from "@/server/domain/commands";
import { adopting, declining } from "@/server/domain/remedies/unclaimed";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import { parseSubjectId, subjectId, type SubjectId } from "@/server/domain/subject";
import { believed } from "@/server/domain/systems-of-record";
import { readUnclaimed, unclaimedSubject, wordsOn, type UnclaimedDocument } from "@/server/domain/unclaimed";
import { invoiceSlot } from "@/server/read/adoption";
import type { PlanJob } from "@/server/pipeline/ports";
import { loadJobs, lockNamed, type LockedSubject } from "../plan/load";
import type { Policies } from "../policies";
import { createQuery } from "../query";
import { audit, inTransaction, nudge, sayAllAs } from "./transaction";

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Slots before documents, each in the order of their names: no two acts wait for each other. Their facts are read after the lock. */
async function locked(client: pg.PoolClient, policies: Policies, entity: string, choices: readonly AdoptionChoice[]): Promise<Result<ReadonlyMap<string, PlanJob>>> {
  const found: LockedSubject[] = [];
  for (const id of [...choices.map(({ subject }) => subject).sort(byName), ...choices.map(({ number }) => subjectId(unclaimedSubject(entity, number))).sort(byName)]) {
    const one = await lockNamed(client, id);
    if (one?.entity !== entity) return fail("NOT_FOUND", `There is no ${id} in ${entity}`);
    found.push(one);
  }
  return ok(new Map((await loadJobs(client, policies, found)).map((job) => [job.subject.id as string, job])));
}

/** Nothing of the slot may be on its way: from here on nothing of it is sent either, as its row is withdrawn in the same commit. */
async function stopped(client: pg.PoolClient, subject: string): Promise<Result<true>> {
  const { rows } = await client.query<{ state: CommandState; reference: string | null }>("select state, reference from command where subject_id = $1 and kind = 'post_invoice' for update", [subject]);
  if (rows.some(({ state }) => inFlight(state))) return fail("STATE", `The invoice of ${parseSubjectId(subject).key} is on its way to the ledger: decide when it is known what became of it`);
  const posted = rows.find(({ state }) => state === "confirmed");
  if (posted) return fail("STATE", `${parseSubjectId(subject).key} is billed by ${posted.reference ?? "us"} already`);
  await client.query("update command set state = 'withdrawn', updated_at = now() where subject_id = $1 and kind = 'post_invoice' and state = 'wanted'", [subject]);
  return ok(true);
}

/** Whether the document may be the slot's invoice, as both stand under the lock, and is what was shown. */
function judged(slot: InvoiceSlot | null, row: UnclaimedDocument | null, { subject, number, digest }: AdoptionChoice, verdict: "adopt" | "decline"): Result<AdoptionPair> {
  const { key } = parseSubjectId(subject);
  if (!slot) return fail("STATE", `Nothing is to be billed for ${key} any more`);
  if (row?.claimedBy) return fail("CONFLICT", `${number} is the invoice of ${parseSubjectId(row.claimedBy).key} already`);
  const pair = row ? pairOf(slot, row) : null;
  if (!row || !pair) return fail("CONFLICT", `${number} does not stand in the ledger as the invoice of ${key} any more. Look again before you decide.`);
  if (pairDigest(slot, row) !== digest) return fail("CONFLICT", `${number} or what it is for has changed since it was shown. Look again before you decide.`);
  return verdict === "adopt" && pair.differs.length > 0 ? fail("STATE", `${number} cannot be adopted for ${key}: ${pair.differs.join(", ")}`) : ok(pair);
}

export const decideAdoptions = (pool: pg.Pool, policies: Policies): Desk["decideAdoptions"] => (person, entity, choices, verdict, reason) =>
  inTransaction<Result<{ decided: number }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "decision.finance", entity);
    if (!allowed.ok) return allowed;
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    if (new Set(choices.map(({ subject }) => subject)).size < choices.length || new Set(choices.map(({ number }) => number)).size < choices.length) return fail("CONFLICT", "One document is one invoice: each is named once");
    const jobs = await locked(client, policies, entity, choices), query = createQuery(client);
    if (!jobs.ok) return jobs;
    for (const choice of choices) {
      const { subject, number } = choice, ref = parseSubjectId(subject), document = jobs.value.get(subjectId(unclaimedSubject(entity, number))), own = jobs.value.get(subject);
      if (!document || !own) return fail("NOT_FOUND", `There is no ${number} in the ledger of ${entity}`);
      const free = await stopped(client, subject);
      if (!free.ok) return free;
      const row = readUnclaimed(believed(document).facts, number), pair = judged(await invoiceSlot(query, subject, entity), row, choice, verdict);
      if (!pair.ok) return pair;
      const { adopted } = wordsOn(own.facts, ref.key), decision = randomUUID(), { rows: [origin] } = await client.query<{ id: string }>("select correlation_id as id from canonical_event where subject_id = $1 order by recorded_at limit 1", [subject]);
      await sayAllAs(client, policies, person.id, (verdict === "adopt" ? adopting({ ...believed(own), subject: ref }, number, adopted) : declining(ref, number, adopted)).map(({ type, subject: of, ...said }, index) => {
        const id = index === 0 ? decision : randomUUID();
        return { id, type, entity, subject: of ? subjectId(of) : (subject as SubjectId), correlationId: origin?.id ?? decision, data: { ...said, decision: id, reason, author: person.id } };
      }));
      await audit(client, { actor: person.id, action: `adoption.${verdict}`, aboutKind: "subject", aboutId: subject, reason, detail: { entity, document: number, ledger: row?.source ?? null, total: row?.document.total ?? null, currency: row?.document.currency ?? null, because: pair.value.because, differs: pair.value.differs, decision } });
    }
    await nudge(client);
    return ok({ decided: choices.length });
  });
