import type pg from "pg";
import { rowsOf, statement } from "../statement";

/**
 * A publication to nobody in particular wakes whoever looks at it: one wake row for each, delivered under the reader's own
 * lock. Nobody locks two subjects. Readers name what they look at in a commit of its own before they read it, so that
 * either they see the new row or the row sees them.
 */
const expand = statement("outbox_expand", `
  with chosen as (select id, publisher, entity, topic, key from outbox where delivered_at is null and to_subject is null order by id limit $1 for update skip locked),
  wakes as (insert into outbox (publisher, topic, key, to_subject, entity, version, data)
    select distinct on (d.subject_id) c.publisher, '~wake', c.topic || '|' || c.key, d.subject_id, d.entity, 0, 'null'::jsonb
    from chosen c join dependency d on d.entity = c.entity and d.topic = c.topic and d.key = c.key where d.subject_id <> c.publisher)
  update outbox o set delivered_at = now() from chosen where o.id = chosen.id returning o.id`);

/** Answers how many publications were passed on. */
export const expandBroadcasts = async (pool: pg.Pool, limit: number): Promise<number> => (await rowsOf(pool, expand, [limit])).length;
