import type { BookDocument } from "@/server/domain/reconciliation/documents";
import { comesBack, type ProcessName } from "@/server/domain/reconciliation/settling";

/** A row of a side; `excluded` names the rule by which it is not compared. */
export interface SourceRow extends BookDocument { excluded: string | null }

/** Parameters: entity, first and last day, the statement before. Documents that it left open are read again, whatever their day. */
const within = (side: "a" | "b", day: string, key: string): string => `(${day} between $2 and $3 or exists (
  select 1 from reconciliation_document d join reconciliation_item i on i.run_id = d.run_id and i.no = d.item_no
  where d.run_id = $4 and d.side = '${side}' and d.key = ${key} and (i.state in ('open', 'proposed') or i.state = 'settled' and i.reason_code = '${comesBack}')))`;
const row = (side: "a" | "b", columns: { key: string; label: string; identifiers: string; party: string; currency: string; day: string; amount: string; tax: string; subject: string; excluded: string }): string =>
  `select '${side}' as side, ${columns.key} as key, ${columns.label} as label, json_strip_nulls(${columns.identifiers}) as identifiers, ${columns.party} as party, ${columns.currency} as currency, ${columns.day} as day, ${columns.amount} as amount, ${columns.tax} as tax, ${columns.subject} as subject, ${columns.excluded} as excluded`;
/** The newest word on each document; facts of one type, of one entity. */
const newest = (type: string, number: string): string => `
  select distinct on (f.source, f.data->>'kind', f.data->>'${number}') f.source, f.subject_id, f.data, f.data->>'kind' as kind, f.data->>'${number}' as number
  from fact f where f.type = '${type}' and starts_with(f.subject_id, $1 || ':') order by f.source, f.data->>'kind', f.data->>'${number}', f.version desc, f.recorded_at desc`;

const postedByUs = `${row("a", {
  key: "c.natural_key", label: "coalesce(c.reference, c.natural_key)", identifiers: "json_build_object('reference', coalesce(c.payload->>'reference', c.natural_key), 'number', substr(c.kind, 6) || ' ' || c.reference)",
  party: "c.payload->>'billTo'", currency: "c.payload->>'currency'", day: "c.payload->>'accountingDate'",
  amount: "case when c.kind = 'post_credit' then (-(c.payload->>'total')::numeric)::text else c.payload->>'total' end", tax: "case when c.kind = 'post_credit' then (-(c.payload->>'tax')::numeric)::text else c.payload->>'tax' end", subject: "c.subject_id",
  excluded: `case when exists (select 1 from command v where v.subject_id = c.subject_id and v.kind = 'void_invoice' and v.state = 'confirmed' and v.payload->>'invoice' = c.reference) then 'voided'
    when c.verified_at is null and not exists (select 1 from fact f where f.subject_id = c.subject_id and f.type = 'ledger.document_read') then 'in_flight' end`,
})} from command c where c.entity = $1 and c.kind in ('post_invoice', 'post_credit', 'post_debit') and c.state = 'confirmed' and ${within("a", "c.payload->>'accountingDate'", "c.natural_key")}`;

const readBack = `${row("b", {
  key: "n.source || ' ' || n.kind || ' ' || n.number", label: "n.number", identifiers: "json_build_object('reference', n.data->>'reference', 'number', n.kind || ' ' || n.number)",
  party: "n.data->>'customer'", currency: "n.data->>'currency'", day: "n.data->>'accountingDate'",
  amount: "case when n.kind = 'credit' then (-coalesce(n.data->>'total', '0')::numeric)::text else coalesce(n.data->>'total', '0') end", tax: "case when n.kind = 'credit' then (-(n.data->>'tax')::numeric)::text else n.data->>'tax' end", subject: "n.subject_id",
  excluded: `case when n.data->>'state' in ('voided', 'draft') then n.data->>'state' when n.data->>'total' is null then 'without_total'
    when not exists (select 1 from command c where c.subject_id = n.subject_id and c.kind in ('post_invoice', 'post_credit', 'post_debit') and c.state = 'confirmed') then case
      when r.data->>'claimedBy' is not null or 'adopted' = any(s.facets) then 'adopted' when 'managed_elsewhere' = any(s.facets) then 'observed' end end`,
})} from (${newest("ledger.document_read", "number")}) n left join subject s on s.id = n.subject_id left join reference_row r on r.entity = $1 and r.topic = 'unclaimed' and r.key = n.number
  where ${within("b", "n.data->>'accountingDate'", "n.source || ' ' || n.kind || ' ' || n.number")}`;

const booked = `${row("a", {
  key: "c.natural_key", label: "coalesce(c.reference, c.natural_key)", identifiers: "json_build_object('reference', c.payload->>'receipt')",
  party: "c.payload->>'payer'", currency: "c.payload->>'currency'", day: "c.payload->>'accountingDate'", amount: "c.payload->>'amount'", tax: "null::text", subject: "c.subject_id",
  excluded: "case when exists (select 1 from command v where v.subject_id = c.subject_id and v.kind = 'reverse_receipt' and v.state = 'confirmed' and v.payload->>'receiptNumber' = c.reference) then 'reversed' end",
})} from command c where c.entity = $1 and c.kind = 'post_receipt' and c.state = 'confirmed' and ${within("a", "c.payload->>'accountingDate'", "c.natural_key")}`;

const toldByBank = `${row("b", {
  key: "n.source || ' ' || n.number", label: "n.number", identifiers: "json_build_object('reference', n.number)",
  party: "n.data->>'payer'", currency: "n.data->>'currency'", day: "n.data->>'receivedOn'", amount: "n.data->>'amount'", tax: "null::text", subject: "n.subject_id",
  excluded: "case when (n.data->>'reversed')::boolean then 'reversed' end",
})} from (${newest("receipt.recorded", "receipt")}) n where ${within("b", "n.data->>'receivedOn'", "n.source || ' ' || n.number")}`;

/** Both sides of each process, one statement each. */
export const sourceSql: Readonly<Record<ProcessName, readonly [a: string, b: string]>> = { documents: [postedByUs, readBack], receipts: [booked, toldByBank] };
