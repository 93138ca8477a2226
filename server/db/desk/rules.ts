import type pg from "pg";
import type { Policy } from "@/server/domain/policy";

/** Rules of one entity change one after the other. Null where there is no such entity. */
export const lockEntity = async (client: pg.PoolClient, entity: string): Promise<{ zone: string } | null> => (await client.query<{ zone: string }>("select zone from entity where code = $1 for update", [entity])).rows[0] ?? null;

/** A version of the rules is in force at once, in the names of two persons. */
export const putInForce = (client: pg.PoolClient, policy: Policy, { author, confirmedBy }: { author: string; confirmedBy: string }) =>
  client.query("insert into policy_version (entity, version, valid_from, data, author, confirmed_by) values ($1, $2, now(), $3, $4, $5)", [policy.entity, policy.version, JSON.stringify(policy), author, confirmedBy]);

/** Whether a person's password was set after a moment: then whoever set it may speak through the account. */
export const passwordSetSince = async (client: pg.PoolClient, person: string, at: Date): Promise<boolean> =>
  (await client.query("select 1 from app_user where id = $1 and password_set_at > $2", [person, at])).rows.length > 0;

/** After this long every process plans by a version that came into force. */
const settledMs = 3_000;

/** All that is open; master records too where another system of record speaks for them now. */
export const planAgain = (client: pg.PoolClient, entity: string, masters: boolean) =>
  client.query("insert into wake (subject_id, due_at) select id, now() + $2 * interval '1 millisecond' from subject where entity = $1 and (not complete or $3 and kind = 'master_record')", [entity, settledMs, masters]);
