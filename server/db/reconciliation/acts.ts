import type pg from "pg";
import type { ItemNamed, ReconciliationDesk } from "@/server/api/desk";
import { groupDigest, type BookDocument, type ResultCode, type RuleName } from "@/server/domain/reconciliation/documents";
import { approve, atStakeOf, refuse, settle, type ItemState, type Standing } from "@/server/domain/reconciliation/settling";
import { writeOffIn } from "@/server/domain/policy";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, inTransaction, nudge } from "../desk/transaction";
import { passwordSetSince } from "../desk/rules";
import { policyInForce } from "../policies";
import { changedBy, rowsOf, statement } from "../statement";
import { takeStatement, rehearseStatement } from "./take";

// the run first: while a newer statement is being taken its row is locked, and whoever acts waits and then sees that
const runOf = statement("reconciliation_run_of", "select entity, state from reconciliation_run where id = $1 for share");
const itemOf = statement("reconciliation_item_of", `
  select result, state, rule, difference::text, tax_difference::text as "taxDifference", currency, digest, since, prepared_by as "preparedBy", prepared_at as "preparedAt", reason_code as code, comment from reconciliation_item where run_id = $1 and no = $2 for update`);
const prepared = statement("reconciliation_prepare", "update reconciliation_item set state = $3, reason_code = $4, comment = $5, prepared_by = $6, prepared_at = now() where run_id = $1 and no = $2 and state = 'open'");
const approved = statement("reconciliation_approve", "update reconciliation_item set state = 'settled', approved_by = $3, approved_at = now() where run_id = $1 and no = $2 and state = 'proposed'");
const reopened = statement("reconciliation_reopen", "update reconciliation_item set state = 'open', reason_code = null, comment = null, prepared_by = null, prepared_at = null where run_id = $1 and no = $2 and state = 'proposed'");
const refused = statement("reconciliation_refuse", "update reconciliation_item set state = 'refused', comment = $3, prepared_by = $4, prepared_at = now() where run_id = $1 and no = $2 and state = 'open'");
const documentsOf = statement("reconciliation_documents_of", `
  select side, key, label, identifiers, party, currency, day, amount::text, tax::text, subject_id as subject from reconciliation_document where run_id = $1 and item_no = $2 order by side, key collate "C"`);
const apart = statement("reconciliation_apart", `
  with last as (select max(no) as no from reconciliation_item where run_id = $1),
  made as (insert into reconciliation_item (run_id, no, rule, result, state, currency, amount_a, amount_b, difference, tax_difference, because, group_key, digest, since)
    select $1, last.no + x.place, 'none', x.result, 'open', d.currency, case when d.side = 'a' then d.amount else 0 end, case when d.side = 'b' then d.amount else 0 end, case when d.side = 'a' then d.amount else -d.amount end, 0,
      array[$4::text], d.side || ' ' || d.key, x.digest, i.since
    from json_to_recordset($3) as x(place int, side text, key text, result text, digest text) cross join last join reconciliation_document d on d.run_id = $1 and d.side = x.side and d.key = x.key join reconciliation_item i on i.run_id = $1 and i.no = $2)
  update reconciliation_document d set item_no = last.no + x.place from json_to_recordset($3) as x(place int, side text, key text, result text, digest text) cross join last where d.run_id = $1 and d.side = x.side and d.key = x.key`);

interface ItemRow { result: ResultCode; state: ItemState; rule: RuleName; difference: string; taxDifference: string; currency: string; digest: string; since: string; preparedBy: string | null; preparedAt: string | null; code: string | null; comment: string | null }
interface Found { standing: Standing; row: ItemRow }

/** The item as it is now, locked; CONFLICT where it is not what was shown. */
async function locked(client: pg.PoolClient, { run, no, digest }: ItemNamed): Promise<Result<Found>> {
  const [of] = await rowsOf<{ entity: string; state: string }>(client, runOf, [run]);
  const [row] = of ? await rowsOf<ItemRow>(client, itemOf, [run, no]) : [];
  if (!of || !row) return fail("NOT_FOUND", "There is no such item");
  if (of.state !== "open") return fail("CONFLICT", "A newer statement was taken: what was open is carried into it");
  if (row.digest !== digest) return fail("CONFLICT", "Its figures are not those that were shown");
  return ok({ row, standing: { entity: of.entity, rule: row.rule, result: row.result, state: row.state, atStake: atStakeOf(row), currency: row.currency, preparedBy: row.preparedBy } });
}
const about = ({ run, no }: ItemNamed) => ({ aboutKind: "reconciliation", aboutId: `${run}/${String(no)}` });
const detailOf = ({ row, standing }: Found): Record<string, unknown> => ({ entity: standing.entity, result: row.result, rule: row.rule, atStake: standing.atStake, currency: row.currency, digest: row.digest });

const settleItem = (pool: pg.Pool): ReconciliationDesk["settle"] => (person, item, code, comment) =>
  inTransaction<Result<{ state: "settled" | "proposed" }>>(pool, async (client) => {
    const found = await locked(client, item);
    if (!found.ok) return found;
    const { standing } = found.value, verdict = settle(person, standing, code, comment, writeOffIn(await policyInForce(client, standing.entity), standing.currency));
    if (!verdict.ok) return verdict;
    await changedBy(client, prepared, [item.run, item.no, verdict.value.state, code, comment, person.id]);
    await audit(client, { actor: person.id, action: verdict.value.state === "settled" ? "reconciliation.settle" : "reconciliation.prepare", ...about(item), reason: comment, detail: { ...detailOf(found.value), code } });
    await nudge(client);
    return verdict;
  });

const approveItem = (pool: pg.Pool): ReconciliationDesk["approve"] => (person, item, comment) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const found = await locked(client, item);
    if (!found.ok) return found;
    const { standing, row } = found.value, verdict = approve(person, standing);
    if (!verdict.ok) return verdict;
    if (row.preparedAt !== null && await passwordSetSince(client, person.id, new Date(row.preparedAt))) return fail("FORBIDDEN", "Your password was set since it was prepared: whoever set it could speak for you. Another person approves it");
    await changedBy(client, approved, [item.run, item.no, person.id]);
    await audit(client, { actor: person.id, action: "reconciliation.approve", ...about(item), reason: comment, detail: { ...detailOf(found.value), code: row.code, preparedBy: row.preparedBy } });
    await nudge(client);
    return ok(true);
  });

const refuseItem = (pool: pg.Pool): ReconciliationDesk["refuse"] => (person, item, comment) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const found = await locked(client, item);
    if (!found.ok) return found;
    const { standing, row } = found.value, verdict = refuse(person, standing, comment);
    if (!verdict.ok) return verdict;
    if (standing.state === "proposed") await changedBy(client, reopened, [item.run, item.no]);
    else await takeApart(client, item, person.id, comment);
    await audit(client, { actor: person.id, action: "reconciliation.refuse", ...about(item), reason: comment, detail: { ...detailOf(found.value), was: standing.state, code: row.code, preparedBy: row.preparedBy } });
    await nudge(client);
    return ok(true);
  });

/** Each document stands alone again; sums over all items stay what they were. */
async function takeApart(client: pg.PoolClient, { run, no }: ItemNamed, person: string, comment: string): Promise<void> {
  const documents = await rowsOf<BookDocument>(client, documentsOf, [run, no]);
  await changedBy(client, refused, [run, no, comment, person]);
  await changedBy(client, apart, [run, no, JSON.stringify(documents.map((document, index) => ({
    place: index + 1, side: document.side, key: document.key, result: document.side === "a" ? "missing_in_b" : "missing_in_a", digest: groupDigest({ a: document.side === "a" ? [document] : [], b: document.side === "b" ? [document] : [] }),
  }))), `a suggestion was refused: ${comment}`]);
}

export const createReconciliationDesk = (pool: pg.Pool): ReconciliationDesk => ({ take: takeStatement(pool), rehearse: rehearseStatement(pool), settle: settleItem(pool), approve: approveItem(pool), refuse: refuseItem(pool) });
