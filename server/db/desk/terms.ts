import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { TermsDesk } from "@/server/api/desk";
import { checkTermsChange, knowsTerms, withTerms, type PaymentTerms, type TermsChange } from "@/server/domain/payment-terms";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import { managedFromOf, mayDecideRoute } from "@/server/domain/route-change";
import { policyInForce } from "../policies";
import { lockEntity, passwordSetSince, planAgain, putInForce } from "./rules";
import { audit, inTransaction, nudge } from "./transaction";

interface OpenProposal { entity: string; terms: TermsChange; proposed_by: string; proposed_at: Date; state: string }

export const proposeTerms = (pool: pg.Pool): TermsDesk["propose"] => (person, entity, asked, reason) =>
  inTransaction<Result<{ id: string }>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "terms.propose", entity);
    if (!allowed.ok) return allowed;
    const home = await lockEntity(client, entity);
    if (!home) return fail("NOT_FOUND", `There is no entity ${entity}`);
    const from = asked.from === null ? ok(null) : managedFromOf(home.zone, asked.from);
    if (!from.ok) return from;
    const change: TermsChange = { ...asked, from: from.value };
    const sound = checkTermsChange(change);
    if (!sound.ok) return sound;
    if (change.from !== null && !knowsTerms(await policyInForce(client, entity), change.code)) return fail("TERMS", `${entity} does not know ${change.code} yet: it counts for every order that waits for it, so leave the date out`, "from");
    const id = randomUUID();
    const { rowCount } = await client.query(
      "insert into terms_change (id, entity, code, terms, reason, proposed_by) values ($1, $2, $3, $4, $5, $6) on conflict (entity, code) where state = 'open' do nothing", [id, entity, change.code, JSON.stringify(change), reason, person.id]);
    if (rowCount !== 1) return fail("CONFLICT", `Something is proposed for ${change.code} already: it is decided or withdrawn first`);
    await audit(client, { actor: person.id, action: "terms.propose", aboutKind: "terms", aboutId: id, reason, detail: { entity, ...change } });
    await nudge(client);
    return ok({ id });
  });

/** Confirmed terms are a new version of the entity's rules, as a confirmed route is. */
export const decideTerms = (pool: pg.Pool, now: () => string): TermsDesk["decide"] => (person, id, verdict, reason) =>
  inTransaction<Result<{ version: number | null }>>(pool, async (client) => {
    const { rows: [row] } = await client.query<OpenProposal>("select entity, terms, proposed_by, proposed_at, state from terms_change where id = $1 for update", [id]);
    if (!row) return fail("NOT_FOUND", "There is no such proposal");
    const { entity, terms, proposed_by: proposedBy } = row;
    const allowed = mayDecideRoute(person, { entity, proposedBy, passwordSince: await passwordSetSince(client, person.id, row.proposed_at) }, verdict, "terms.confirm");
    if (!allowed.ok) return allowed;
    if (row.state !== "open") return fail("CONFLICT", `It is ${row.state} already`);
    let version: number | null = null, before: PaymentTerms | null = null;
    if (verdict === "confirm") {
      await lockEntity(client, entity);
      const present = await policyInForce(client, entity), next = withTerms(present, terms, now());
      await putInForce(client, next, { author: proposedBy, confirmedBy: person.id });
      await planAgain(client, entity, false);
      version = next.version;
      before = knowsTerms(present, terms.code) ? (present.terms[terms.code] ?? null) : null;
    }
    const state = { confirm: "confirmed", reject: "rejected", withdraw: "withdrawn" }[verdict];
    await client.query("update terms_change set state = $2, decided_by = $3, decided_at = now(), decision_reason = $4, policy_version = $5 where id = $1 and state = 'open'", [id, state, person.id, reason, version]);
    await audit(client, { actor: person.id, action: `terms.${verdict}`, aboutKind: "terms", aboutId: id, reason, detail: { entity, ...terms, proposedBy, ...(version === null ? {} : { version, before }) } });
    await nudge(client);
    return ok({ version });
  });
