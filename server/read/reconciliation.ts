import { type BookDocument, type ResultCode, type RuleName } from "@/server/domain/reconciliation/documents";
import { suggestingRules, type ItemState, type ProcessName, type ReasonCode } from "@/server/domain/reconciliation/settling";
import type { Excluded, Total } from "@/server/domain/reconciliation/stages";
import type { Entities } from "./exceptions";
import { one, pageOf, placeOf, type Page, type Query } from "./query";

/** A statement as it was taken, with what became of its items since. */
export interface StatementRow {
  id: string; entity: string; process: ProcessName; from: string; to: string; knownAt: string; toleranceAmount: string; toleranceDays: number; author: string; reason: string; state: "open" | "superseded"; previous: string | null;
  totals: Total[]; excluded: Excluded[];
  /** Items that did not agree by themselves, as they stand now. */
  standing: { result: ResultCode; state: ItemState; currency: string; items: number; /** A less B. */ difference: string; oldest: string }[];
}
const columns = `r.id, r.entity, r.process, r.from_day as "from", r.to_day as "to", r.known_at as "knownAt", r.tolerance_amount::text as "toleranceAmount", r.tolerance_days as "toleranceDays", coalesce(u.name, r.author) as author, r.reason, r.state, r.previous_id as previous, r.totals, r.excluded,
  coalesce((select json_agg(x) from (select i.result, i.state, i.currency, count(*)::int as items, sum(i.difference)::text as difference, to_char(min(i.since) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as oldest
    from reconciliation_item i where i.run_id = r.id and i.state <> 'agreed' group by 1, 2, 3 order by 3, 1, 2) x), '[]') as standing`;
const from = "from reconciliation_run r left join app_user u on u.id = r.author where ($1::text[] is null or r.entity = any($1))";

/** Statements, the newest first. */
export const statementPage = async (query: Query, entities: Entities, { process, open, cursor, limit }: { process?: ProcessName | undefined; open?: boolean | undefined; cursor?: string | undefined; limit: number }): Promise<Page<StatementRow>> =>
  pageOf(await query.rows<StatementRow & { at: string[] }>(`select ${columns}, array[r.known_at::text, r.id] as at ${from} and ($2::text is null or r.process = $2) and (not $3 or r.state = 'open') and ($4::timestamptz is null or (r.known_at, r.id) < ($4, $5)) order by r.known_at desc, r.id desc limit $6`,
    [entities, process ?? null, open ?? false, ...placeOf(cursor, 2), limit + 1]), limit);
export const statementOf = (query: Query, entities: Entities, id: string): Promise<StatementRow | null> => one(query, `select ${columns} ${from} and r.id = $2`, [entities, id]);

/** What is shown of a statement's items. `suggested`: open, and only to be confirmed. */
export const itemFilters = ["open", "suggested", "proposed", "settled", "agreed", "all"] as const;
export type ItemFilter = (typeof itemFilters)[number];
const shown: Readonly<Record<ItemFilter, string>> = {
  open: "i.state = 'open'", suggested: `i.state = 'open' and i.rule in (${suggestingRules.map((rule) => `'${rule}'`).join(", ")})`, proposed: "i.state = 'proposed'", settled: "i.state = 'settled'", agreed: "i.state = 'agreed'", all: "i.state <> 'refused'",
};
export interface StatementItem {
  no: number; rule: RuleName; result: ResultCode; state: ItemState; currency: string; amountA: string; amountB: string; difference: string; taxDifference: string; because: string[]; digest: string; since: string;
  code: ReasonCode | null; comment: string | null; preparedBy: string | null; preparedByName: string | null; preparedAt: string | null; approvedByName: string | null; approvedAt: string | null;
  documents: (Pick<BookDocument, "side" | "key" | "label" | "party" | "day" | "amount" | "tax"> & { subject: string | null; subjectKind: string | null; number: string | null; partyName: string | null })[];
}
const size = "-greatest(abs(i.difference), abs(i.tax_difference), case when i.state = 'open' and i.difference = 0 then abs(i.amount_a) else 0 end)";

/** Items of a statement, most money first; a suggestion without difference counts with what it would join. */
export async function statementItems(query: Query, entities: Entities, { run, show, result, no, cursor, limit }: { run: string; show: ItemFilter; result?: ResultCode | undefined; no?: number | undefined; cursor?: string | undefined; limit: number }): Promise<Page<StatementItem>> {
  return pageOf(await query.rows<StatementItem & { at: string[] }>(
    `select i.no, i.rule, i.result, i.state, i.currency, i.amount_a::text as "amountA", i.amount_b::text as "amountB", i.difference::text, i.tax_difference::text as "taxDifference", i.because, i.digest, i.since, i.reason_code as code, i.comment,
       i.prepared_by as "preparedBy", coalesce(p.name, i.prepared_by) as "preparedByName", i.prepared_at as "preparedAt", coalesce(a.name, i.approved_by) as "approvedByName", i.approved_at as "approvedAt",
       (select json_agg(json_build_object('side', d.side, 'key', d.key, 'label', d.label, 'party', d.party, 'partyName', s.customer_name, 'day', d.day, 'amount', d.amount::text, 'tax', d.tax::text, 'subject', s.id, 'subjectKind', s.kind, 'number', coalesce(s.number, s.key)) order by d.side, d.day, d.key)
         from reconciliation_document d left join subject s on s.id = d.subject_id where d.run_id = i.run_id and d.item_no = i.no) as documents,
       array[(${size})::text, i.no::text] as at
     from reconciliation_item i join reconciliation_run r on r.id = i.run_id left join app_user p on p.id = i.prepared_by left join app_user a on a.id = i.approved_by
     where r.id = $2 and ($1::text[] is null or r.entity = any($1)) and ${shown[show]} and ($3::text is null or i.result = $3) and ($4::int is null or i.no = $4) and ($5::numeric is null or (${size}, i.no) > ($5, $6::int)) order by ${size}, i.no limit $7`,
    [entities, run, result ?? null, no ?? null, ...placeOf(cursor, 2), limit + 1]), limit);
}
