import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import type { Person } from "@/server/api/services";
import type { ExceptionCode } from "@/server/domain/exceptions";
import { referenceId, type PlanInput, type Reference, type ReferenceKey } from "@/server/domain/plan";
import { planners } from "@/server/domain/planners";
import { remediesOf, type Given, type Remedy } from "@/server/domain/remedies";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDecide, mayDo } from "@/server/domain/rights";
import { parseSubjectId, subjectId } from "@/server/domain/subject";
import { loadJobs, lockNamed } from "../plan/load";
import { readReferences } from "../plan/references";
import type { Policies } from "../policies";
import { follow } from "./exceptions";
import { inTransaction, sayAs } from "./transaction";
import { databaseNow } from "../clock";

interface Item { id: string; entity: string; code: ExceptionCode; fingerprint: string; subjectId: string; amount: string; currency: string | null; stops: string[]; message: string }

const columns = `id::text, entity, code, fingerprint, subject_id as "subjectId", amount::text, currency, stops, message`;
const gone = fail("CONFLICT", "This exception is not open any more");

/** The subject is locked before its exception, as the planner locks them, so that what is shown is what is decided. */
async function inFront(client: pg.PoolClient, policies: Policies, id: string): Promise<Result<{ item: Item; remedies: Remedy[] }>> {
  const named = await client.query<{ subject: string | null }>("select subject_id as subject from exception_item where id = $1", [id]);
  const subject = named.rows[0]?.subject;
  if (subject === undefined) return fail("NOT_FOUND", "This exception does not exist");
  const locked = subject === null ? null : await lockNamed(client, subject);
  if (!locked) return fail("STATE", "This is about a message or a system: there is no document to decide about");
  const { rows: [item] } = await client.query<Item>(`select ${columns} from exception_item where id = $1 and state = 'open' for update`, [id]);
  if (!item) return gone;
  const [job] = await loadJobs(client, policies, [locked]);
  const ref = { ...parseSubjectId(locked.id), id: locked.id };
  const planner = planners[ref.kind];
  if (!job || !planner) return ok({ item, remedies: [] });
  const reference = await referenceOf(client, item.entity, (known) => planner.dependencies({ subject: ref, facts: job.facts, policy: job.policy, reference: known }));
  const input: PlanInput = { subject: ref, facts: job.facts, commands: job.commands, policy: job.policy, reference, now: databaseNow() };
  return ok({ item, remedies: remediesOf(input, item) });
}

/** A mapping names a master record, and the record may name another. */
async function referenceOf(client: pg.PoolClient, entity: string, ask: (known: Reference) => ReferenceKey[]): Promise<Reference> {
  const asked = new Set<string>();
  let known: Reference = new Map();
  for (let round = 0; round < 3; round++) {
    const fresh = ask(known).filter((key) => !asked.has(referenceId(key)));
    if (fresh.length === 0) break;
    for (const key of fresh) asked.add(referenceId(key));
    known = new Map([...known, ...(await readReferences(client, entity, fresh))]);
  }
  return known;
}

/** The role in the entity, and where money is accepted also the limit of the hold code that it would need. */
function mayTake(person: Person, entity: string, { permission, limitedBy, amount, currency }: Remedy): Result<true> {
  const role = mayDo(person.grants, permission, entity);
  return !role.ok || limitedBy === null ? role : mayDecide(person, { entity, rule: limitedBy, amount: amount ?? "0", currency, preparedBy: null });
}

export const remedies = (pool: pg.Pool, policies: Policies): Desk["remedies"] => (person, id) =>
  inTransaction(pool, async (client) => {
    const found = await inFront(client, policies, id);
    if (!found.ok) return found;
    const { item } = found.value;
    const reader = mayDo(person.grants, "read", item.entity);
    if (!reader.ok) return reader;
    return ok(found.value.remedies.map((remedy) => { const { say: _, ...shown } = remedy; const right = mayTake(person, item.entity, remedy); return { ...shown, missing: right.ok ? null : right.error.message }; }));
  });

export const decideRemedy = (pool: pg.Pool, policies: Policies): Desk["remedy"] => (person, id, choice, reason) =>
  inTransaction<Result<{ fix: string }>>(pool, async (client) => {
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    const found = await inFront(client, policies, id);
    if (!found.ok) return found;
    const { item } = found.value;
    const reader = mayDo(person.grants, "read", item.entity);
    if (!reader.ok) return reader;
    const remedy = found.value.remedies.find(({ verb, target }) => verb === choice.verb && target === choice.target);
    if (!remedy) return fail("CONFLICT", "This cannot be decided any more: somebody did, or the document has changed");
    const right = mayTake(person, item.entity, remedy);
    if (!right.ok) return right;
    if (remedy.digest !== choice.digest) return fail("CONFLICT", "What is to be decided has changed since it was shown. Look again before you decide.");
    if (remedy.why !== null) return fail("STATE", remedy.why);
    const known = await openInvoice(client, item, choice.given);
    if (!known.ok) return known;
    const sayings = remedy.say(choice.given);
    if (!sayings.ok) return sayings;
    const { rows: [origin] } = await client.query<{ id: string }>("select correlation_id as id from canonical_event where subject_id = $1 order by recorded_at limit 1", [item.subjectId]);
    const decisions: string[] = [], keys: string[] = [];
    for (const { type, ...saying } of sayings.value) {
      const { subject = null, ...said } = { subject: undefined, ...saying };
      const decision = randomUUID();
      decisions.push(decision);
      if ("naturalKey" in said) keys.push(said.naturalKey);
      await sayAs(client, policies, person.id, { id: decision, type, entity: item.entity, subject: subject === null ? item.subjectId : subjectId(subject), correlationId: origin?.id ?? decision, data: { ...said, decision, reason, author: person.id } });
    }
    await client.query("update exception_item set resolution = $2, resolution_reference = $3 where id = $1", [item.id, remedy.resolution, choice.given.reference ?? choice.given.document ?? null]);
    const { verb, target, digest, amount, currency, evidence } = remedy;
    return ok({ fix: await follow(client, person, verb, { fingerprint: item.fingerprint }, reason, keys, [item.subjectId], { item: item.id, target, digest, amount, currency, evidence, given: choice.given, decisions }) });
  });

/** Money is matched to an invoice that is open in the same currency (2.9, invariant 6). */
async function openInvoice(client: pg.PoolClient, item: Item, { document }: Given): Promise<Result<true>> {
  if (document === undefined) return ok(true);
  const found = (await readReferences(client, item.entity, [{ topic: "open_item", key: document }])).get(referenceId({ topic: "open_item", key: document }))?.data as { currency: string; open: string } | undefined;
  if (!found) return fail("UNKNOWN", `There is no posted invoice ${document} in ${item.entity}`);
  if (found.currency !== item.currency) return fail("STATE", `${document} is in ${found.currency}: money in ${item.currency ?? "no currency"} is not applied to it without an exchange`);
  return Number(found.open) > 0 ? ok(true) : fail("STATE", `${document} has nothing open`);
}
