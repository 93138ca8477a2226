import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { DecideHold, Desk } from "@/server/api/desk";
import { localDay } from "@/server/domain/calendar";
import { dec } from "@/server/domain/decimal";
import { hasMoved } from "@/server/domain/decisions";
import { consequencesOf, manualBlocks, saysWhatFollows } from "@/server/domain/holds";
import { mayDecide, mayDo } from "@/server/domain/rights";
import type { SubjectKind } from "@/server/domain/subject";
import { fail, ok, type Result } from "@/server/domain/result";
import type { Policies } from "../policies";
import { audit, inTransaction, nudge, sayAs } from "./transaction";
import { databaseNow } from "../clock";

interface HoldRow { evidence: { over?: string; personsNeeded?: number }; prepared_in: string[]; id: string; subject_id: string; entity: string; rule: string; slot: string; state: string; amount: string; currency: string | null; digest: string; prepared_by: string | null; correlation_id: string | null }

interface Said { verdict: "approve" | "reject"; consequence: string | null; author: string; name: string; amount: string }

/** What persons decided about the hold as it stands, latest first. An approval of another amount has fallen, as in `verdictOn`. */
async function saidOf(client: pg.PoolClient, hold: HoldRow): Promise<Said[]> {
  const { rows } = await client.query<Said>(
    `select d.verdict, d.consequence, d.author, coalesce(u.name, d.author) as name, d.amount::text from hold_decision d left join app_user u on u.id = d.author
     where d.hold_id = $1 and d.digest = $2 order by d.created_at desc`, [hold.id, hold.digest]);
  return rows.filter(({ amount }) => hold.rule === "MANUAL" || !hasMoved(amount, hold.amount));
}
const isDecided = ({ evidence }: HoldRow, said: readonly Pick<Said, "verdict" | "author">[]): boolean =>
  said[0]?.verdict === "reject" || new Set(said.map(({ author }) => author)).size >= (evidence.personsNeeded ?? 1);
/** A total may move under one digest, which tells prices and not quantities. What was placed by hand is lifted whatever the money. */
const isOfAnotherAmount = (hold: HoldRow, { amount }: DecideHold): boolean => amount !== undefined && hold.rule !== "MANUAL" && !(isDecimal(amount.replace("-", "")) && dec(amount).eq(dec(hold.amount)));
const inWords = ({ name, verdict, consequence }: Said): string => `${name} ${verdict === "approve" ? "approved" : "rejected"} this already${consequence === null ? "" : ` (${consequence.replaceAll("_", " ")})`}`;

/**
 * Records a person's decision as a fact of the held subject. The decision is bound to the digest and the amount that were shown:
 * where the hold has changed or gone since, nothing is written (CONFLICT). A hold that is decided leaves `active` in the same commit, so
 * that nobody decides it otherwise before the next plan, which acts on it.
 */
export const decideHold = (pool: pg.Pool, policies: Policies): Desk["decideHold"] => (person, input: DecideHold) =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<HoldRow>(
      `select h.id::text, h.subject_id, h.entity, h.rule, h.slot, h.state, h.amount::text, h.currency, h.digest, h.prepared_by, h.evidence, array(select team_id from team_member where user_id = h.prepared_by) as prepared_in,
         (select e.correlation_id from canonical_event e where e.subject_id = h.subject_id order by e.recorded_at limit 1) as correlation_id
       from hold h where h.id = $1 for update of h`, [input.holdId]);
    const hold = rows[0];
    if (!hold) return fail("NOT_FOUND", "This hold does not exist");
    const said = await saidOf(client, hold);
    // a plan that had read the facts before a decision may have written `active` over it: what was said counts as well
    if (hold.state !== "active" || isDecided(hold, said)) return fail("CONFLICT", said[0] ? inWords(said[0]) : `This hold is ${hold.state} already`);
    if (hold.digest !== input.digest || isOfAnotherAmount(hold, input)) return fail("CONFLICT", "What is held has changed since it was shown. Look again before you decide.");
    const allowed = mayDecide(person, { entity: hold.entity, rule: hold.rule, amount: hold.amount, currency: hold.currency, preparedBy: hold.prepared_by, preparedIn: hold.prepared_in });
    if (!allowed.ok) return allowed;
    const follows = whatFollows(hold, input);
    if (!follows.ok) return follows;
    if (said.some(({ author, verdict }) => author === person.id && verdict === input.verdict)) return fail("CONFLICT", "You have decided this already; another person must");
    const otherwise = said.find(({ verdict, consequence }) => verdict === "approve" && input.verdict === "approve" && consequence !== (input.consequence ?? null));
    if (otherwise) return fail("CONFLICT", `${inWords(otherwise)}: both must say the same, or one rejects it`);
    const decision = randomUUID();
    const data = { decision, rule: hold.rule, slot: hold.slot, digest: hold.digest, verdict: input.verdict, ...(input.consequence === undefined ? {} : { consequence: input.consequence }), ...(input.quantity === undefined ? {} : { quantity: input.quantity }), ...(hold.currency === null ? {} : { currency: hold.currency }), total: hold.amount, reason: input.reason, author: person.id };
    await client.query("insert into hold_decision (id, hold_id, verdict, consequence, reason, author, digest, amount) values ($1, $2, $3, $4, $5, $6, $7, $8)", [decision, hold.id, input.verdict, input.consequence ?? null, input.reason, person.id, hold.digest, hold.amount]);
    if (isDecided(hold, [{ verdict: input.verdict, author: person.id }, ...said])) await client.query("update hold set state = $2 where id = $1 and state = 'active'", [hold.id, input.verdict === "approve" ? "approved" : "rejected"]);
    await sayAs(client, policies, person.id, { id: decision, type: "hold.decided", entity: hold.entity, subject: hold.subject_id, correlationId: hold.correlation_id ?? decision, data });
    await audit(client, { actor: person.id, action: `hold.${input.verdict}`, aboutKind: "hold", aboutId: hold.id, reason: input.reason, detail: { rule: hold.rule, slot: hold.slot, subject: hold.subject_id, amount: hold.amount, currency: hold.currency, digest: hold.digest, consequence: input.consequence ?? null, quantity: input.quantity ?? null } });
    await nudge(client);
    return ok({ decision });
  });

/** A decision says which of the possible sequels follows, and no other; of an over-shipment a part may be billed. */
function whatFollows(hold: HoldRow, { verdict, consequence, quantity }: DecideHold): Result<true> {
  const possible = consequencesOf(hold.rule, verdict);
  if (verdict === "reject" && possible.length === 0) return fail("STATE", `${hold.rule} cannot be rejected: it is released, or it stands`);
  if (!saysWhatFollows(hold.rule, verdict, consequence)) return fail("INPUT", possible.length === 0 ? `Nothing else follows for ${hold.rule}` : `Say what follows: ${possible.join(", ")}`);
  if (quantity === undefined) return ok(true);
  if (hold.rule !== "OVER_SHIPMENT" || consequence !== "bill") return fail("INPUT", "Only an over-shipment is billed in part");
  const over = hold.evidence.over;
  if (!isDecimal(quantity) || dec(quantity).lte(0) || over === undefined || dec(quantity).gt(dec(over))) return fail("INPUT", `Bill more than nothing and at most ${over ?? "what is too much"}`);
  return ok(true);
}

const isDecimal = (text: string): boolean => /^\d{1,15}(\.\d{1,6})?$/.test(text);

/** Places code 25: the commands named wait until who placed it, or that person's lead, releases them. */
export const placeHold = (pool: pg.Pool, policies: Policies): Desk["placeHold"] => (person, { subject, blocks, until, reason }) =>
  inTransaction<Result<{ decision: string }>>(pool, async (client) => {
    if (reason.trim() === "") return fail("REASON", "Say why, in a few words");
    const { rows: [row] } = await client.query<{ entity: string; kind: SubjectKind; complete: boolean; watched: boolean; correlation: string | null }>(
      "select entity, kind, complete, 'managed_elsewhere' = any(facets) as watched, (select e.correlation_id from canonical_event e where e.subject_id = s.id order by e.recorded_at limit 1) as correlation from subject s where id = $1", [subject]);
    if (!row) return fail("NOT_FOUND", "There is nothing of this name to hold");
    const allowed = mayDo(person.grants, "hold.place", row.entity);
    if (!allowed.ok) return allowed;
    const possible = manualBlocks[row.kind] ?? [];
    const wrong = blocks.find((kind) => !possible.some((one) => one === kind));
    if (blocks.length === 0 || wrong !== undefined) return fail("INPUT", possible.length === 0 ? `Nothing of a ${row.kind.replaceAll("_", " ")} can be held by hand` : `Name what is held: ${possible.join(", ")}`);
    if (row.watched) return fail("STATE", "It is only watched: nothing is done for it that could be held");
    if (row.complete) return fail("STATE", "It is complete: nothing is left to hold");
    const { calendar } = await policies.of(row.entity);
    if (until !== undefined && (row.kind !== "order" || until <= localDay(calendar, databaseNow()))) return fail("STATE", row.kind === "order" ? "Choose a day that has not come" : "A date is kept for orders only");
    const decision = randomUUID();
    await sayAs(client, policies, person.id, { id: decision, type: "hold.placed", entity: row.entity, subject, correlationId: row.correlation ?? decision, data: { decision, blocks: [...blocks], ...(until === undefined ? {} : { until }), reason, author: person.id, lifted: false } });
    await audit(client, { actor: person.id, action: "hold.place", aboutKind: "subject", aboutId: subject, reason, detail: { decision, blocks, until: until ?? null } });
    await nudge(client);
    return ok({ decision });
  });
