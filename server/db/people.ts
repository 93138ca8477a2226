import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Person } from "@/server/api/services";
import type { UserDirectory } from "@/server/auth/directory";
import type { RoleGrant } from "@/server/domain/rights";

const lockAfter = 10;

interface UserRow { id: string; name: string; email: string; active: boolean; password_hash: string | null; failed_sign_ins: number; locked_until: Date | null }

export const createDirectory = (pool: pg.Pool): UserDirectory => ({
  async byEmail(email) {
    const { rows } = await pool.query<UserRow>("select id, name, email, active, password_hash, failed_sign_ins, locked_until from app_user where email = $1", [email]);
    const row = rows[0];
    return row ? { id: row.id, name: row.name, email: row.email, active: row.active, passwordHash: row.password_hash, failedSignIns: row.failed_sign_ins, lockedUntil: row.locked_until?.toISOString() ?? null } : null;
  },
  async signedIn(id) {
    await pool.query("update app_user set failed_sign_ins = 0, locked_until = null, last_sign_in_at = now() where id = $1", [id]);
  },
  async signInFailed(id) {
    await pool.query(`update app_user set failed_sign_ins = failed_sign_ins + 1,
      locked_until = case when (failed_sign_ins + 1) % $2 = 0 then now() + interval '15 minutes' else locked_until end where id = $1`, [id, lockAfter]);
  },
  async fromSingleSignOn({ email, name, grants }) {
    const client = await pool.connect();
    try {
      await client.query("begin");
      const { rows } = await client.query<{ id: string }>(
        "insert into app_user (id, email, name, last_sign_in_at) values ($1, $2, $3, now()) on conflict (email) do update set name = excluded.name, last_sign_in_at = now() returning id", [randomUUID(), email, name]);
      const id = rows[0]?.id;
      if (!id) throw new Error("the person was not written");
      // Rights to approve were given by an administrator and stay; roles follow the groups.
      await client.query("delete from role_grant where user_id = $1 and hold_codes = '{}'", [id]);
      for (const grant of grants) await client.query("insert into role_grant (user_id, role, entity) values ($1, $2, $3)", [id, grant.role, grant.entity]);
      await client.query("commit");
      return { id, name, email };
    } catch (error) { await client.query("rollback"); throw error; } finally { client.release(); }
  },
});

/** The person with the rights of this moment; null where unknown or inactive. */
export async function readPerson(pool: pg.Pool, id: string): Promise<Person | null> {
  const { rows } = await pool.query<{ id: string; name: string; email: string; grants: RoleGrant[]; teams: string[]; leads: string[] }>(
    `select u.id, u.name, u.email,
       coalesce((select json_agg(json_build_object('role', g.role, 'entity', g.entity, 'holdCodes', g.hold_codes, 'approveUpTo', g.approve_up_to::text, 'currency', g.currency)) from role_grant g where g.user_id = u.id), '[]') as grants,
       coalesce((select array_agg(m.team_id order by m.team_id) from team_member m where m.user_id = u.id), '{}') as teams,
       coalesce((select array_agg(t.id order by t.id) from team t where t.lead = u.id), '{}') as leads
     from app_user u where u.id = $1 and u.active`, [id]);
  return rows[0] ?? null;
}

export interface NewUser { email: string; name: string; passwordHash: string; grants: RoleGrant[]; teams: string[] }

/** Adds a person, or gives an existing one (by address) this password, these grants and teams. Returns the id. */
export async function writeUser(pool: pg.Pool, user: NewUser): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<{ id: string }>(
      `insert into app_user (id, email, name, password_hash) values ($1, $2, $3, $4)
       on conflict (email) do update set name = excluded.name, password_hash = excluded.password_hash, active = true, failed_sign_ins = 0, locked_until = null returning id`,
      [randomUUID(), user.email.toLowerCase(), user.name, user.passwordHash]);
    const id = rows[0]?.id;
    if (!id) throw new Error("the user was not written");
    await client.query("delete from role_grant where user_id = $1", [id]);
    for (const grant of user.grants)
      await client.query("insert into role_grant (user_id, role, entity, hold_codes, approve_up_to, currency) values ($1, $2, $3, $4, $5, $6)", [id, grant.role, grant.entity, grant.holdCodes, grant.approveUpTo, grant.currency]);
    for (const team of user.teams)
      await client.query("insert into team_member (team_id, user_id) values ($1, $2) on conflict do nothing", [team, id]);
    await client.query("commit");
    return id;
  } catch (error) { await client.query("rollback"); throw error; } finally { client.release(); }
}
