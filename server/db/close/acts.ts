import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { CloseDesk } from "@/server/api/desk";
import { localDay } from "@/server/domain/calendar";
import { askReopening, check, confirm, sign, withdraw, type SignState } from "@/server/domain/close/signing";
import type { Instant } from "@/server/domain/instant";
import { fail, ok, type Result } from "@/server/domain/result";
import { mayDo } from "@/server/domain/rights";
import { closeView, reopeningAction } from "@/server/read/close";
import { entityPeriods } from "@/server/read/close-periods";
import { passwordSetSince } from "../desk/rules";
import { audit, inTransaction, nudge } from "../desk/transaction";
import { createQuery } from "../query";
import { changedBy, json, rowsOf, statement } from "../statement";

const moment = statement("close_moment", `select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`);
const liveOf = statement("close_live", "select state from close_sign_off where entity = $1 and period = $2 and state <> 'withdrawn'");
const put = statement("close_put", `
  insert into close_sign_off (id, entity, period, from_day, to_day, known_at, figures, blockers, digest, state, reason, prepared_by, prepared_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $6)`);
const putRows = statement("close_put_rows", `
  insert into close_sign_off_row (sign_off_id, subject_id, shipment, currency, goods, charges, total, accrued, shipped_on, title_on)
  select $1, "order", shipment, currency, goods, charges, total, accrued, "shippedOn", "titleOn" from json_to_recordset($2) as x("order" text, shipment text, currency text, goods numeric, charges numeric, total numeric, accrued numeric, "shippedOn" date, "titleOn" date)`);
const standing = statement("close_standing", `select entity, period, state, digest, prepared_by as "preparedBy", prepared_at as "preparedAt" from close_sign_off where id = $1 for update`);
const confirmed = statement("close_confirm", "update close_sign_off set state = 'signed', confirmed_by = $2, confirmed_at = now(), confirm_reason = $3 where id = $1 and state = 'proposed'");
const withdrawn = statement("close_withdraw", "update close_sign_off set state = 'withdrawn', withdrawn_by = $2, withdrawn_at = now(), withdraw_reason = $3 where id = $1 and state <> 'withdrawn'");
const stepOf = statement("close_step_of", "select done from close_step where entity = $1 and period = $2 and step = $3 for update");
const tick = statement("close_tick", `
  insert into close_step (entity, period, step, done, person, note) values ($1, $2, $3, $4, $5, $6)
  on conflict (entity, period, step) do update set done = excluded.done, person = excluded.person, note = excluded.note, at = now() where close_step.done <> excluded.done`);

interface Standing { entity: string; period: string; state: SignState; digest: string; preparedBy: string; preparedAt: Instant }
const stale = fail("CONFLICT", "The figures are not those that were shown. Look again before you sign.");
const about = (id: string) => ({ aboutKind: "close", aboutId: id });

/** One after the other: who waits for another's signature sees it. Everything is read in one snapshot. */
const signPeriod = (pool: pg.Pool): CloseDesk["sign"] => (person, asked, reason) =>
  inTransaction<Result<{ id: string; state: "proposed" | "signed" }>>(pool, async (client) => {
    const { entity, period: name, digest } = asked, allowed = mayDo(person.grants, "period.sign", entity);
    if (!allowed.ok) return allowed;
    await client.query("set transaction isolation level repeatable read");
    // takes no snapshot, so that what the one before wrote is seen
    await client.query("lock table close_sign_off in share row exclusive mode");
    const query = createQuery(client), [now] = await rowsOf<{ at: Instant }>(client, moment), [calendar] = await entityPeriods(query, [entity]), period = calendar?.periods.find((one) => one.name === name);
    if (!now || !calendar || !period) return fail("NOT_FOUND", `The ledger of ${entity} has no period ${name}`);
    const [live] = await rowsOf<{ state: SignState }>(client, liveOf, [entity, name]), { zone } = calendar;
    const view = await closeView(query, { entity, zone, asOf: { day: period.to, known: now.at }, isNow: true });
    const verdict = sign(person, { entity, to: period.to, today: localDay({ zone }, now.at), live: live?.state ?? null, blockers: view.blockers.length }, reason);
    if (!verdict.ok) return verdict;
    if (view.digest !== digest) return stale;
    const id = randomUUID(), state = verdict.value.state === "proposed" ? "proposed" : "signed";
    await changedBy(client, put, [id, entity, name, period.from, period.to, now.at, JSON.stringify(view.figures), JSON.stringify(view.blockers), digest, state, reason.trim() === "" ? null : reason.trim(), person.id]);
    await changedBy(client, putRows, [id, json(view.unbilled.rows)]);
    await audit(client, { actor: person.id, action: state === "signed" ? "close.sign" : "close.prepare", ...about(id), reason: reason.trim() || null, detail: { entity, period: name, digest, knownAt: now.at, unbilled: view.figures.unbilled, blockers: view.blockers } });
    await nudge(client);
    return ok({ id, state });
  });

async function found(client: pg.PoolClient, id: string): Promise<Result<Standing>> {
  const [row] = await rowsOf<Standing>(client, standing, [id]);
  return row ? ok(row) : fail("NOT_FOUND", "There is no such sign-off");
}

const confirmSignOff = (pool: pg.Pool): CloseDesk["confirm"] => (person, { id, digest }, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const row = await found(client, id);
    if (!row.ok) return row;
    const verdict = confirm(person, row.value);
    if (!verdict.ok) return verdict;
    if (row.value.digest !== digest) return stale;
    if (await passwordSetSince(client, person.id, new Date(row.value.preparedAt))) return fail("FORBIDDEN", "Your password was set since it was signed first: whoever set it could speak for you. Another person confirms it");
    await changedBy(client, confirmed, [id, person.id, reason.trim() === "" ? null : reason.trim()]);
    await audit(client, { actor: person.id, action: "close.confirm", ...about(id), reason: reason.trim() || null, detail: { entity: row.value.entity, period: row.value.period, digest, preparedBy: row.value.preparedBy } });
    await nudge(client);
    return ok(true);
  });

const withdrawSignOff = (pool: pg.Pool): CloseDesk["withdraw"] => (person, id, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const row = await found(client, id);
    if (!row.ok) return row;
    const verdict = withdraw(person, row.value, reason);
    if (!verdict.ok) return verdict;
    await changedBy(client, withdrawn, [id, person.id, reason.trim()]);
    await audit(client, { actor: person.id, action: "close.withdraw", ...about(id), reason: reason.trim(), detail: { entity: row.value.entity, period: row.value.period, was: row.value.state, digest: row.value.digest, preparedBy: row.value.preparedBy } });
    await nudge(client);
    return ok(true);
  });

/** The record of the act is all that there is of it: the answer is the ledger's. */
const ask = (pool: pg.Pool): CloseDesk["askReopening"] => (person, { entity, period: name }, reason) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const [calendar] = await entityPeriods(createQuery(client), [entity]), period = calendar?.periods.find((one) => one.name === name);
    if (!period) return fail("NOT_FOUND", `The ledger of ${entity} has no period ${name}`);
    const verdict = askReopening(person, { entity, state: period.state }, reason);
    if (!verdict.ok) return verdict;
    await audit(client, { actor: person.id, action: reopeningAction, aboutKind: "close", aboutId: `${entity}/${name}`, reason: reason.trim(), detail: { entity, period: name, state: period.state } });
    await nudge(client);
    return ok(true);
  });

const checkStep = (pool: pg.Pool): CloseDesk["check"] => (person, { entity, period, step, done }, note) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const [row] = await rowsOf<{ done: boolean }>(client, stepOf, [entity, period, step]), verdict = check(person, { entity, done: row?.done ?? false, wanted: done }, note);
    if (!verdict.ok) return verdict;
    const [calendar] = await entityPeriods(createQuery(client), [entity]);
    if (!calendar?.periods.some(({ name }) => name === period)) return fail("NOT_FOUND", `The ledger of ${entity} has no period ${period}`);
    if (await changedBy(client, tick, [entity, period, step, done, person.id, note.trim()]) === 0) return fail("CONFLICT", "Somebody did so just now");
    await audit(client, { actor: person.id, action: done ? "close.check" : "close.uncheck", aboutKind: "close", aboutId: `${entity}/${period}`, reason: note.trim(), detail: { entity, period, step } });
    await nudge(client);
    return ok(true);
  });

export const createCloseDesk = (pool: pg.Pool): CloseDesk => ({ sign: signPeriod(pool), confirm: confirmSignOff(pool), withdraw: withdrawSignOff(pool), check: checkStep(pool), askReopening: ask(pool) });
