import type pg from "pg";

/** Runs `work` in one transaction; an error or a failed result leaves nothing behind. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    const failed = typeof result === "object" && result !== null && "ok" in result && result.ok === false;
    await client.query(failed ? "rollback" : "commit");
    return result;
  } catch (error) { await client.query("rollback").catch(() => undefined); throw error; } finally { client.release(); }
}

export interface Act { actor: string; action: string; aboutKind: string; aboutId: string; reason: string | null; detail: Record<string, unknown> }

/** Every act of a person leaves a row in the same commit as its effect. */
export async function audit(client: pg.PoolClient, act: Act): Promise<void> {
  await client.query("insert into audit_entry (actor, action, about_kind, about_id, reason, detail) values ($1, $2, $3, $4, $5, $6)", [act.actor, act.action, act.aboutKind, act.aboutId, act.reason, JSON.stringify(act.detail)]);
}

/** Tells workers and screens to look; losing it loses nothing. */
export async function nudge(client: pg.PoolClient): Promise<void> {
  await client.query("select pg_notify('tower_changed', '')");
}
