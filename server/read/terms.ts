import { defaultPolicy } from "@/server/domain/default-policy";
import type { PaymentTerms, TermsChange } from "@/server/domain/payment-terms";
import type { Policy } from "@/server/domain/policy";
import type { Entities } from "./exceptions";
import type { Query } from "./query";

export interface TermsProposal extends TermsChange { id: string; entity: string; reason: string; proposedBy: string; proposedAt: string }
export interface EntityTerms { entity: string; version: number; terms: Readonly<Record<string, PaymentTerms>>; proposals: TermsProposal[] }

/** Every entity with the payment terms that its rules know, and what is proposed. */
export async function entityTerms(query: Query, entities: Entities): Promise<EntityTerms[]> {
  const [homes, proposals] = await Promise.all([
    query.rows<{ entity: string; version: number | null; terms: Policy["terms"] | null }>(
      `select e.code as entity, p.version, p.terms from entity e
       left join lateral (select version, data->'terms' as terms from policy_version where entity = e.code and valid_from <= now() order by version desc limit 1) p on true
       where ($1::text[] is null or e.code = any($1)) order by e.code`, [entities]),
    query.rows<{ id: string; entity: string; terms: TermsChange; reason: string; proposedBy: string; proposedAt: string }>(
      `select t.id, t.entity, t.terms, t.reason, coalesce(u.name, t.proposed_by) as "proposedBy", t.proposed_at as "proposedAt" from terms_change t left join app_user u on u.id = t.proposed_by
       where t.state = 'open' and ($1::text[] is null or t.entity = any($1)) order by t.proposed_at, t.id`, [entities]),
  ]);
  return homes.map(({ entity, version, terms }) => ({
    entity, version: version ?? defaultPolicy.version, terms: terms ?? defaultPolicy.terms,
    proposals: proposals.filter((row) => row.entity === entity).map(({ terms: change, ...row }) => ({ ...row, ...change })),
  }));
}
