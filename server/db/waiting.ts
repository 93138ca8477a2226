import type pg from "pg";
import { rowsOf, statement } from "./statement";

const waiting = statement("waiting_of", `
  select exists (select 1 from inbound_message where state = 'received' and connector = $2) or exists (select 1 from outbox where entity = $1)
    or exists (select 1 from wake where due_at <= now() and starts_with(subject_id, $1 || ':')) as open`);

/** Whether something of this entity, or a message of this connector, has yet to be read or planned, also by another process. */
export const isWaiting = async (pool: pg.Pool, of: { entity: string; connector: string }): Promise<boolean> => (await rowsOf<{ open: boolean }>(pool, waiting, [of.entity, of.connector]))[0]?.open ?? false;
