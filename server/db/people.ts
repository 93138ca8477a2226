import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Person } from "@/server/api/services";
import type { Outsider, SignedIn, UserDirectory } from "@/server/auth/directory";
import { fail, ok, type Result } from "@/server/domain/result";
import type { RoleGrant } from "@/server/domain/rights";
import { transaction } from "./statement";

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
  async signInFailed(email) {
    await pool.query(`update app_user set failed_sign_ins = failed_sign_ins + 1, locked_until = case when (failed_sign_ins + 1) % $2 = 0 then now() + interval '15 minutes' else locked_until end
      where email = $1 and (locked_until is null or locked_until <= now())`, [email, lockAfter]);
  },
  fromSingleSignOn: (outsider) => transaction(pool, (client) => linkOutsider(client, outsider)),
});

interface Known { id: string; name: string; email: string; active: boolean; sso_subject: string | null }
const outsiderColumns = "id, name, email, active, sso_subject";

/** Known by the provider's name first, by a verified address only once: from then on the address alone opens nothing. */
async function linkOutsider(client: pg.PoolClient, { subject, email, name, grants }: Outsider): Promise<Result<SignedIn>> {
  const bySubject = await client.query<Known>(`select ${outsiderColumns} from app_user where sso_subject = $1 for update`, [subject]);
  const known = bySubject.rows[0] ?? (await client.query<Known>(`select ${outsiderColumns} from app_user where email = $1 for update`, [email])).rows[0];
  if (known && known.sso_subject !== null && known.sso_subject !== subject) return fail("LINKED", "This address belongs to another person of the single sign-on");
  if (known?.active === false) return fail("LEFT", "This person has left");
  const id = known?.id ?? randomUUID();
  if (known) await client.query("update app_user set sso_subject = $2, name = $3, last_sign_in_at = now() where id = $1", [id, subject, name]);
  else await client.query("insert into app_user (id, email, name, sso_subject, last_sign_in_at) values ($1, $2, $3, $4, now())", [id, email, name, subject]);
  await client.query("delete from role_grant where user_id = $1 and by_group", [id]);
  for (const grant of grants) await client.query("insert into role_grant (user_id, role, entity, by_group) values ($1, $2, $3, true)", [id, grant.role, grant.entity]);
  return ok({ id, name, email: known?.email ?? email });
}

/** The person with the rights of this moment; null where unknown or inactive, or signed in (`since`) before the password was set. */
export async function readPerson(pool: pg.Pool, id: string, since?: string): Promise<Person | null> {
  const { rows } = await pool.query<{ id: string; name: string; email: string; grants: RoleGrant[]; teams: string[]; leads: string[] }>(
    `select u.id, u.name, u.email,
       coalesce((select json_agg(json_build_object('role', g.role, 'entity', g.entity, 'holdCodes', g.hold_codes, 'approveUpTo', g.approve_up_to::text, 'currency', g.currency)) from role_grant g where g.user_id = u.id), '[]') as grants,
       coalesce((select array_agg(m.team_id order by m.team_id) from team_member m where m.user_id = u.id), '{}') as teams,
       coalesce((select array_agg(t.id order by t.id) from team t where t.lead = u.id), '{}') as leads
     from app_user u where u.id = $1 and u.active and ($2::timestamptz is null or u.password_set_at is null or u.password_set_at <= $2)`, [id, since ?? null]);
  return rows[0] ?? null;
}

export interface NewUser { email: string; name: string; passwordHash: string; grants: RoleGrant[]; teams: string[]; leads?: string[] }

/** Adds a person, or gives an existing one (by address) this name and password; another one ends their sessions. Who had left is here again. Grants and teams are added to those that there are. Returns the id. */
export const writeUser = (pool: pg.Pool, user: NewUser): Promise<string> =>
  transaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `insert into app_user (id, email, name, password_hash, password_set_at) values ($1, $2, $3, $4, now())
       on conflict (email) do update set name = excluded.name, password_hash = excluded.password_hash, password_set_at = case when app_user.password_hash = excluded.password_hash then app_user.password_set_at else now() end, active = true, failed_sign_ins = 0, locked_until = null returning id`,
      [randomUUID(), user.email.toLowerCase(), user.name, user.passwordHash]);
    const id = rows[0]?.id;
    if (!id) throw new Error("the user was not written");
    await told(client, "user.write", id, { email: user.email.toLowerCase(), name: user.name });
    for (const grant of user.grants) await addGrant(client, id, grant);
    await joinTeams(client, id, user.teams, user.leads ?? []);
    return id;
  });

/** Written by who has the command line of the installation. */
const told = (client: pg.PoolClient, action: string, person: string, detail: object, reason: string | null = null) =>
  client.query("insert into audit_entry (actor, action, about_kind, about_id, reason, detail) values ('cli', $1, 'user', $2, $3, $4)", [action, person, reason, JSON.stringify(detail)]);

/** The same grant again changes nothing. */
async function addGrant(client: pg.PoolClient, person: string, { role, entity, holdCodes, approveUpTo, currency }: RoleGrant): Promise<void> {
  const { rowCount } = await client.query(
    `insert into role_grant (user_id, role, entity, hold_codes, approve_up_to, currency) select $1, $2::text, $3::text, $4::text[], $5::numeric, $6::text
     where not exists (select 1 from role_grant where user_id = $1 and role = $2 and entity = $3 and hold_codes = $4 and approve_up_to is not distinct from $5::numeric and currency is not distinct from $6 and not by_group)`,
    [person, role, entity, holdCodes, approveUpTo, currency]);
  if (rowCount === 1) await told(client, "user.grant", person, { role, entity, holdCodes, approveUpTo, currency });
}

async function joinTeams(client: pg.PoolClient, person: string, teams: readonly string[], leads: readonly string[]): Promise<void> {
  for (const team of [...teams, ...leads]) await client.query("insert into team_member (team_id, user_id) values ($1, $2) on conflict do nothing", [team, person]);
  for (const team of leads) await client.query("update team set lead = $2 where id = $1", [team, person]);
  if (teams.length + leads.length > 0) await told(client, "user.team", person, { teams, leads });
}

export interface GrantRow extends RoleGrant { id: string; byGroup: boolean }
export interface UserCard { id: string; email: string; name: string; active: boolean; lastSignInAt: string | null; singleSignOn: boolean; grants: GrantRow[]; teams: string[]; leads: string[] }

/** What a person may; null where the address is not known. */
export async function showUser(pool: pg.Pool, email: string): Promise<UserCard | null> {
  const { rows } = await pool.query<Omit<UserCard, "grants" | "teams" | "leads">>(`select id, email, name, active, to_char(last_sign_in_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "lastSignInAt", sso_subject is not null as "singleSignOn" from app_user where email = $1`, [email.toLowerCase()]);
  const [user] = rows;
  if (!user) return null;
  const grants = await pool.query<GrantRow>(`select id::text, role, entity, hold_codes as "holdCodes", approve_up_to::float8::text as "approveUpTo", currency, by_group as "byGroup" from role_grant g where user_id = $1 order by g.id`, [user.id]);
  const person = await readPerson(pool, user.id);
  return { ...user, grants: grants.rows, teams: [...(person?.teams ?? [])], leads: [...(person?.leads ?? [])] };
}

export interface ListedUser { email: string; name: string; active: boolean; lastSignInAt: string | null; singleSignOn: boolean; /** Role and entity of each grant. */ rights: string[] }

/** Everybody who may sign in or could, by address. */
export const listUsers = async (pool: pg.Pool): Promise<ListedUser[]> =>
  (await pool.query<ListedUser>(`select u.email, u.name, u.active, to_char(u.last_sign_in_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "lastSignInAt", u.sso_subject is not null as "singleSignOn",
     array(select distinct g.role || ' ' || g.entity from role_grant g where g.user_id = u.id order by 1) as rights from app_user u order by u.email`)).rows;

/** Adds a grant and teams to a person who is there. Null where the address is not known. */
export const grantTo = (pool: pg.Pool, email: string, grant: RoleGrant | null, teams: readonly string[], leads: readonly string[]): Promise<string | null> =>
  transaction(pool, async (client) => {
    const { rows: [user] } = await client.query<{ id: string }>("select id from app_user where email = $1 for update", [email.toLowerCase()]);
    if (!user) return null;
    if (grant) await addGrant(client, user.id, grant);
    await joinTeams(client, user.id, teams, leads);
    return user.id;
  });

/** Takes one grant back; what a group gave goes with the group. Answers whether it was there. */
export const revokeFrom = (pool: pg.Pool, email: string, grant: string): Promise<boolean> =>
  transaction(pool, async (client) => {
    const { rows: [gone] } = await client.query<{ user_id: string; role: string; entity: string; hold_codes: string[] }>(
      "delete from role_grant g using app_user u where u.id = g.user_id and u.email = $1 and g.id::text = $2 and not g.by_group returning g.user_id, g.role, g.entity, g.hold_codes", [email.toLowerCase(), grant]);
    if (!gone) return false;
    await told(client, "user.revoke", gone.user_id, { role: gone.role, entity: gone.entity, holdCodes: gone.hold_codes });
    return true;
  });

/** Ends what a person may: sessions and sign-in at once, password, rights, queues and what they had taken on. Their name stays where they acted. Answers whether they were here; null where the address is not known. */
export const letGo = (pool: pg.Pool, email: string, reason: string): Promise<boolean | null> =>
  transaction(pool, async (client) => {
    const { rows: [user] } = await client.query<{ id: string; active: boolean }>("select id, active from app_user where email = $1 for update", [email.toLowerCase()]);
    if (user?.active !== true) return user ? false : null;
    await client.query("update app_user set active = false, password_hash = null, password_set_at = now() where id = $1", [user.id]);
    const { rows: rights } = await client.query<object>(`delete from role_grant where user_id = $1 returning role, entity, hold_codes as "holdCodes", approve_up_to::float8::text as "approveUpTo", currency`, [user.id]);
    const teams = await client.query<{ team: string }>("delete from team_member where user_id = $1 returning team_id as team", [user.id]);
    const leads = await client.query<{ team: string }>("update team set lead = null where lead = $1 returning id as team", [user.id]);
    const taken = await client.query<{ fingerprint: string }>("update exception_group set assignee = null where assignee = $1 returning fingerprint", [user.id]);
    await told(client, "user.leave", user.id, { email: email.toLowerCase(), rights, teams: teams.rows.map(({ team }) => team).sort(), leads: leads.rows.map(({ team }) => team).sort(), released: taken.rows.map(({ fingerprint }) => fingerprint) }, reason);
    return true;
  });
