import type pg from "pg";
import { bulkInFlight, bulkVerbs, type BulkVerb } from "@/server/domain/bulk";
import { mayDo } from "@/server/domain/rights";
import { nudge } from "../desk/transaction";
import { readPerson } from "../people";
import { isTransient, rowsOf, statement, transaction } from "../statement";
import { actOn, type FrozenItem } from "./act-on";
import { attendSteps, settleSent } from "./settle";

interface Action { id: string; verb: BulkVerb; author: string; state: string }

const open = statement("bulk_open", `
  select id from bulk_action a where state = 'running' or (state in ('stopped', 'aborted') and exists (select 1 from bulk_action_item i where i.action_id = a.id and i.state = 'sent')) order by started_at, id`);
const lock = statement("bulk_lock", "select id, verb, author, state from bulk_action where id = $1 for update skip locked");
/** While one document moves the action cannot be stopped or aborted under it, and another worker moves another. */
const share = statement("bulk_share", "select id, verb, author, state from bulk_action where id = $1 and state = 'running' for share");
const take = statement("bulk_take", `
  select i.position, i.subject_id as subject, i.message_id::text as message, i.exceptions::text[] as exceptions, i.entity, i.fingerprint from bulk_action_item i
  where i.action_id = $1 and i.state = 'waiting' and i.step = (select a.step from bulk_action a where a.id = $1) order by i.step, i.position limit 1 for update of i skip locked`);
const sent = statement("bulk_sent", "update bulk_action_item set state = 'sent', natural_keys = $3, copy_id = $4, acted_at = now() where action_id = $1 and position = $2 and state = 'waiting'");
const leave = statement("bulk_leave", "update bulk_action_item set state = 'left_out', counted = false, why = $3, settled_at = now() where action_id = $1 and position = $2 and state = 'waiting'");
/** A fix for each document, so that the rate of verified fixes counts what was read back and nothing else. */
const tried = statement("bulk_tried", `
  insert into fix_attempt (id, fingerprint, verb, author, reason, natural_keys, subject_ids, bulk_action_id)
  select a.id || '/' || $2::int, $3, a.verb, a.author, a.reason, $4, $5, a.id from bulk_action a where a.id = $1`);
const refuse = statement("bulk_refuse", "update bulk_action_item set state = 'failed', counted = false, why = $3, acted_at = now(), settled_at = now() where action_id = $1 and position = $2 and state = 'waiting'");

/** Looks at what was sent, and whether more may be. Skips an action that another worker looks at. */
const attend = (pool: pg.Pool, id: string): Promise<{ room: number; changed: boolean }> =>
  transaction(pool, async (client) => {
    const [action] = await rowsOf<Action>(client, lock, [id]);
    if (!action) return { room: 0, changed: false };
    const known = await settleSent(client, id, action.verb);
    const after = action.state === "running" ? await attendSteps(client, id) : { goesOn: false, sent: 0, changed: false };
    const changed = known > 0 || after.changed;
    if (changed) await nudge(client);
    return { room: after.goesOn ? Math.max(0, bulkInFlight - after.sent) : 0, changed };
  });

/** Moves one document and keeps that it did in the same commit: a worker that dies has moved it once or not at all. False where nothing is left. */
async function moveOne(pool: pg.Pool, id: string): Promise<boolean> {
  let position: number | null = null;
  try {
    return await transaction(pool, async (client) => {
      const [action] = await rowsOf<Action>(client, share, [id]);
      const [item] = action ? await rowsOf<FrozenItem>(client, take, [id]) : [];
      if (!action || !item) return false;
      ({ position } = item);
      const person = action.author === "cli" ? null : await readPerson(pool, action.author);
      const right = action.author === "cli" ? { ok: true as const } : mayDo(person?.grants ?? [], bulkVerbs[action.verb].permission, item.entity);
      const moved = right.ok ? await actOn(client, action, item) : { why: `its author may not any more: ${right.error.message}` };
      if ("why" in moved) { await rowsOf(client, leave, [id, position, moved.why]); return true; }
      await rowsOf(client, sent, [id, position, moved.naturalKeys, moved.copy]);
      if (item.fingerprint !== null) await rowsOf(client, tried, [id, position, item.fingerprint, moved.naturalKeys, item.subject === null ? [] : [item.subject]]);
      return true;
    });
  } catch (error) {
    if (isTransient(error) || position === null) throw error;
    await rowsOf(pool, refuse, [id, position, `It could not be done: ${(error as Error).message.slice(0, 300)}`]);
    return true;
  }
}

/** One look at every bulk action: settles, goes on, moves what there is room for. Any number of workers may look. Answers how much changed. */
export const createBulkRunner = (pool: pg.Pool) => async (signal?: AbortSignal): Promise<number> => {
  let changed = 0;
  for (const { id } of await rowsOf<{ id: string }>(pool, open)) {
    const { room, changed: isNews } = await attend(pool, id);
    changed += Number(isNews);
    let moved = 0;
    while (moved < room && !signal?.aborted && (await moveOne(pool, id))) moved += 1;
    if (moved > 0) await pool.query("select pg_notify('tower_changed', '')");
    changed += moved;
  }
  return changed;
};
