import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import { fail, ok, type Result } from "@/server/domain/result";
import { audit, inTransaction } from "./transaction";

const MOST = 50;

/** A person's own view; the same name on the same page is written over. */
export const saveView = (pool: pg.Pool): Desk["saveView"] => (person, view) =>
  inTransaction<Result<{ id: string }>>(pool, async (client) => {
    if (person.grants.length === 0) return fail("FORBIDDEN", "No right in any entity yet");
    const { rows: [count] } = await client.query<{ n: number }>("select count(*)::int as n from saved_view where user_id = $1 and not (page = $2 and name = $3)", [person.id, view.page, view.name]);
    if ((count?.n ?? 0) >= MOST) return fail("STATE", `At most ${MOST} views: remove one first`);
    const { rows: [row] } = await client.query<{ id: string }>(
      `insert into saved_view (id, user_id, page, name, query, shared) values ($1, $2, $3, $4, $5, $6)
       on conflict (user_id, page, name) do update set query = excluded.query, shared = excluded.shared, updated_at = now() returning id`,
      [randomUUID(), person.id, view.page, view.name, view.query, view.shared]);
    if (!row) return fail("CONFLICT", "It could not be kept; try again");
    await audit(client, { actor: person.id, action: "view.save", aboutKind: "view", aboutId: row.id, reason: null, detail: { ...view } });
    return ok({ id: row.id });
  });

export const removeView = (pool: pg.Pool): Desk["removeView"] => (person, id) =>
  inTransaction<Result<true>>(pool, async (client) => {
    const { rows: [row] } = await client.query<{ page: string; name: string }>("delete from saved_view where id = $1 and user_id = $2 returning page, name", [id, person.id]);
    if (!row) return fail("NOT_FOUND", "This view is not here, or not yours");
    await audit(client, { actor: person.id, action: "view.remove", aboutKind: "view", aboutId: id, reason: null, detail: { ...row } });
    return ok(true);
  });
