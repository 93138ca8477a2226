import type pg from "pg";
import type { Broadcasts } from "@/server/pipeline/ports";
import type { Signals } from "../signals";
import { rowsOf, statement } from "../statement";

/**
 * A publication to nobody in particular wakes whoever looks at it. Readers name what they look at in a commit of its own
 * before they read it, and this runs after the publication's commit: so either they see the new row or the row sees them.
 */
const passOn = statement("outbox_pass_on", `
  with chosen as (select id, publisher, entity, topic, key from outbox order by id limit $1 for update skip locked),
  woken as (insert into wake (subject_id) select distinct d.subject_id from chosen c join dependency d on d.entity = c.entity and d.topic = c.topic and d.key = c.key where d.subject_id <> c.publisher)
  delete from outbox o using chosen where o.id = chosen.id returning o.id`);

export const createBroadcasts = (pool: pg.Pool, signals: Signals): Broadcasts => ({
  async passOn(limit) {
    const passed = (await rowsOf(pool, passOn, [limit])).length;
    if (passed > 0) signals.send("facts");
    return passed;
  },
});
