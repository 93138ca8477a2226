import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { ReconciliationDesk, Statement, StatementAsked } from "@/server/api/desk";
import { tolerancesOf } from "@/server/domain/reconciliation/documents";
import { checkTolerance, comesBack } from "@/server/domain/reconciliation/settling";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import { audit, inTransaction, nudge } from "../desk/transaction";
import { policyInForce } from "../policies";
import { changedBy, rowsOf, statement } from "../statement";
import { compareBooks, saidBefore } from "./bench";

const begun = statement("reconciliation_begun", `select to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, exists (select 1 from entity where code = $1) as known`);
const previousOf = statement("reconciliation_previous", "update reconciliation_run set state = 'superseded' where entity = $1 and process = $2 and state = 'open' returning id");
const begin = statement("reconciliation_begin", `
  insert into reconciliation_run (id, entity, process, from_day, to_day, known_at, tolerance_amount, tolerance_days, author, reason, previous_id, totals, excluded) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '[]', '[]')`);
const conclude = statement("reconciliation_conclude", "update reconciliation_run set totals = $2, excluded = $3 where id = $1");
/** An item is as old as the oldest open item that one of its documents was in. */
const aged = statement("reconciliation_aged", `
  update reconciliation_item i set since = o.since from (
    select d.item_no as no, min(p.since) as since from reconciliation_document d join reconciliation_document e on e.run_id = $2 and e.side = d.side and e.key = d.key
    join reconciliation_item p on p.run_id = e.run_id and p.no = e.item_no and (p.state in ('open', 'proposed') or p.state = 'settled' and p.reason_code = '${comesBack}') where d.run_id = $1 group by 1) o
  where i.run_id = $1 and i.no = o.no and i.since > o.since`);
const carried = statement("reconciliation_carried", "update reconciliation_item set state = 'carried' where run_id = $1 and state in ('open', 'proposed')");

function checkSpan({ from, to }: StatementAsked): Result<true> {
  return from <= to ? ok(true) : fail("SPAN", "The last day lies before the first", "to");
}

/** Takes one at a time: what waits for another's statement sees it whole. */
async function take(client: pg.PoolClient, author: string, asked: StatementAsked, reason: string): Promise<Result<Statement>> {
  const { entity, process, from, to, tolerance } = asked;
  await client.query("set transaction isolation level repeatable read");
  // takes no snapshot, so that what the one before wrote is seen
  await client.query("lock table reconciliation_run in share row exclusive mode");
  const [moment] = await rowsOf<{ at: string; known: boolean }>(client, begun, [entity]);
  if (!moment?.known) return fail("NOT_FOUND", `There is no entity ${entity}`);
  const policy = await policyInForce(client, entity), span = checkSpan(asked), sound = checkTolerance(tolerance, policy.writeOffUpTo);
  if (!span.ok) return span;
  if (!sound.ok) return sound;
  const { said, settled } = await saidBefore(client, entity, process), [before] = await rowsOf<{ id: string }>(client, previousOf, [entity, process]), id = randomUUID(), previous = before?.id ?? null;
  await changedBy(client, begin, [id, entity, process, from, to, moment.at, tolerance.amount, tolerance.days, author, reason, previous]);
  const found = await compareBooks(client, { run: id, entity, process, from, to, previous, knownAt: moment.at, matching: { tolerances: tolerancesOf(tolerance), said }, settled });
  await changedBy(client, conclude, [id, JSON.stringify(found.totals), JSON.stringify(found.excluded)]);
  if (previous !== null) {
    await changedBy(client, aged, [id, previous]);
    await changedBy(client, carried, [previous]);
  }
  await audit(client, { actor: author, action: "reconciliation.take", aboutKind: "reconciliation", aboutId: id, reason, detail: { entity, process, from, to, tolerance, previous, open: found.open } });
  return ok({ id, knownAt: moment.at, ...found });
}

export const takeStatement = (pool: pg.Pool): ReconciliationDesk["take"] => (person, asked, reason) =>
  inTransaction<Result<Statement>>(pool, async (client) => {
    const allowed = mayDo(person.grants, "decision.finance", asked.entity);
    if (!allowed.ok) return allowed;
    if (reason.trim().length < 3) return fail("REASON", "Say why, so that the record can be read later");
    const taken = await take(client, person.id, asked, reason);
    if (taken.ok) await nudge(client);
    return taken;
  });

/** The transaction of a rehearsal is undone by its own refusal, which carries the answer out. */
export const rehearseStatement = (pool: pg.Pool): ReconciliationDesk["rehearse"] => async (asked) => {
  const answer = await inTransaction<{ ok: false; answer: Result<Statement> }>(pool, async (client) => ({ ok: false, answer: await take(client, "rehearsal", asked, "rehearsal") }));
  return answer.answer;
};
