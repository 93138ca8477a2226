import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { DecideHold, Desk } from "@/server/api/desk";
import { mayDecide } from "@/server/domain/rights";
import { fail, ok } from "@/server/domain/result";
import type { Policies } from "../policies";
import { audit, inTransaction, nudge, sayAs } from "./transaction";

interface HoldRow { id: string; subject_id: string; entity: string; rule: string; slot: string; state: string; amount: string; currency: string | null; digest: string; prepared_by: string | null; correlation_id: string | null }

/**
 * Records a person's decision as a fact of the held subject. The decision is bound to the digest that was shown: where the
 * hold has changed or gone since, nothing is written (CONFLICT). The next plan acts on it.
 */
export const decideHold = (pool: pg.Pool, policies: Policies): Desk["decideHold"] => (person, input: DecideHold) =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<HoldRow>(
      `select h.id::text, h.subject_id, h.entity, h.rule, h.slot, h.state, h.amount::text, h.currency, h.digest, h.prepared_by,
         (select e.correlation_id from canonical_event e where e.subject_id = h.subject_id order by e.recorded_at limit 1) as correlation_id
       from hold h where h.id = $1 for update of h`, [input.holdId]);
    const hold = rows[0];
    if (!hold) return fail("NOT_FOUND", "This hold does not exist");
    if (hold.state !== "active") return fail("CONFLICT", `This hold is ${hold.state} already`);
    if (hold.digest !== input.digest) return fail("CONFLICT", "What is held has changed since it was shown. Look again before you decide.");
    const allowed = mayDecide(person, { entity: hold.entity, rule: hold.rule, amount: hold.amount, currency: hold.currency, preparedBy: hold.prepared_by });
    if (!allowed.ok) return allowed;
    const before = await client.query("select 1 from hold_decision where hold_id = $1 and digest = $2 and author = $3 and verdict = $4", [hold.id, hold.digest, person.id, input.verdict]);
    if (before.rowCount) return fail("CONFLICT", "You have decided this already; another person must");
    const decision = randomUUID();
    const data = { decision, rule: hold.rule, slot: hold.slot, digest: hold.digest, verdict: input.verdict, ...(input.consequence === undefined ? {} : { consequence: input.consequence }), ...(hold.currency === null ? {} : { currency: hold.currency }), total: hold.amount, reason: input.reason, author: person.id };
    await client.query("insert into hold_decision (id, hold_id, verdict, consequence, reason, author, digest, amount) values ($1, $2, $3, $4, $5, $6, $7, $8)", [decision, hold.id, input.verdict, input.consequence ?? null, input.reason, person.id, hold.digest, hold.amount]);
    await sayAs(client, policies, person.id, { id: decision, type: "hold.decided", entity: hold.entity, subject: hold.subject_id, correlationId: hold.correlation_id ?? decision, data });
    await audit(client, { actor: person.id, action: `hold.${input.verdict}`, aboutKind: "hold", aboutId: hold.id, reason: input.reason, detail: { rule: hold.rule, slot: hold.slot, subject: hold.subject_id, amount: hold.amount, currency: hold.currency, digest: hold.digest, consequence: input.consequence ?? null } });
    await nudge(client);
    return ok({ decision });
  });
