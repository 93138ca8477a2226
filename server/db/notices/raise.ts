import type pg from "pg";
import type { Instant } from "@/server/domain/instant";
import { mayDecide, type HoldToDecide } from "@/server/domain/rights";
import { serviceLevels } from "@/server/read/service-levels";
import { readPerson } from "../people";
import { createQuery } from "../query";
import { changedBy, json, rowsOf, statement } from "../statement";

/** Times are kept to the millisecond, rounded: what was due a moment ago may stand a part of one ahead. */
export const atNow = "now() + interval '1 millisecond'";

/** A daily one is due at seven in the morning where the entity is. */
const dueAt = `case when s.delivery = 'at_once' then now() else
  (select (case when m.seven <= now() then m.tomorrow else m.seven end) from entity e cross join lateral (select
     (date_trunc('day', now() at time zone e.zone) + interval '7 hours') at time zone e.zone as seven, (date_trunc('day', now() at time zone e.zone) + interval '31 hours') at time zone e.zone as tomorrow) m where e.code = s.entity) end`;
const columns = "(user_id, kind, entity, about, began_at, title, detail, path, delivery, due_at)";

const tellable = `s.kind = 'exceptions' and s.team in ('', g.team) and g.state <> 'resolved' and (g.snoozed_until is null or g.snoozed_until <= ${atNow})`;
/** Who subscribed to a queue and to all of them is told once, as they said of the queue. */
const causes = statement("notice_causes", `
  insert into notice ${columns}
  select distinct on (s.user_id, g.fingerprint) s.user_id, s.kind, s.entity, g.fingerprint, g.opened_at, g.title, '', '/exceptions?group=' || ($1::jsonb->>g.fingerprint), s.delivery, ${dueAt}
  from notice_subscription s join exception_group g on g.entity = s.entity and g.opened_at >= s.since
  where ${tellable} and g.fingerprint = any($2)
  order by s.user_id, g.fingerprint, s.team desc
  on conflict do nothing`);
/** Causes that somebody is still to be told of. */
const untold = statement("notice_untold", `
  select distinct g.fingerprint from notice_subscription s join exception_group g on g.entity = s.entity and g.opened_at >= s.since
  where ${tellable} and not exists (select 1 from notice n where n.user_id = s.user_id and n.kind = s.kind and n.about = g.fingerprint and n.began_at = g.opened_at) limit 1000`);

const waitingHolds = statement("notice_holds_waiting", `
  select s.user_id as "userId", h.id::text, h.entity, h.rule, h.amount::text, h.currency, h.prepared_by as "preparedBy", array(select m.team_id from team_member m where m.user_id = h.prepared_by) as "preparedIn"
  from notice_subscription s join hold h on h.entity = s.entity and h.state = 'active' and h.opened_at >= s.since
  where s.kind = 'holds' and not exists (select 1 from notice n where n.user_id = s.user_id and n.kind = s.kind and n.about = h.id::text) limit 5000`);
const holds = statement("notice_holds", `
  insert into notice ${columns}
  select s.user_id, s.kind, s.entity, h.id::text, h.opened_at, h.rule || ', ' || coalesce(b.number, b.key), h.message, '/held?hold=' || h.id, s.delivery, ${dueAt}
  from json_to_recordset($1) as x("userId" text, id bigint) join hold h on h.id = x.id join subject b on b.id = h.subject_id join notice_subscription s on s.user_id = x."userId" and s.kind = 'holds' and s.entity = h.entity and s.team = ''
  on conflict do nothing`);

const wantsLevels = statement("notice_wants_levels", "select exists (select 1 from notice_subscription where kind = 'service_levels') as wanted");
const seeEpisodes = statement("notice_episodes_see", `
  insert into notice_episode (about, kind, entity, title, detail, path, actor, seen_at)
  select 'connector:' || id, 'connectors', entity, name || ' is paused', coalesce(paused_reason, ''), '/connectors?connector=' || id, paused_by, now() from connector where state = 'paused'
  union all select distinct 'bulk:' || a.id || ':' || i.entity, 'bulk_actions', i.entity, 'A ' || a.verb || ' of ' || (select count(*) from bulk_action_item n where n.action_id = a.id and n.step is not null) || ' documents stopped by itself', a.stopped_why, '/bulk/' || a.id, null, now()
    from bulk_action a join bulk_action_item i on i.action_id = a.id and i.step is not null where a.state = 'stopped'
  union all select about, 'service_levels', entity, title, detail, path, null, now() from json_to_recordset($1) as x(about text, entity text, title text, detail text, path text)
  on conflict (about) do update set detail = excluded.detail, seen_at = now()`);
/** A connector that was resumed and a bulk action that was continued or aborted are over; a level that flickers is one until it was met for half an hour. */
const endEpisodes = statement("notice_episodes_end", `
  delete from notice_episode p where case when kind = 'connectors' then not exists (select 1 from connector c where p.about = 'connector:' || c.id and c.state = 'paused')
    when kind = 'bulk_actions' then not exists (select 1 from bulk_action a where p.about like 'bulk:' || a.id || ':%' and a.state = 'stopped') else seen_at < now() - interval '30 minutes' end`);
const episodes = statement("notice_episodes", `
  insert into notice ${columns}
  select s.user_id, s.kind, s.entity, p.about, p.since, p.title, p.detail, p.path, s.delivery, ${dueAt}
  from notice_subscription s join notice_episode p on p.kind = s.kind and p.entity = s.entity and p.since >= s.since and p.actor is distinct from s.user_id
  on conflict do nothing`);

async function raiseHolds(pool: pg.Pool): Promise<number> {
  const people = new Map<string, Awaited<ReturnType<typeof readPerson>>>(), told: { userId: string; id: string }[] = [];
  for (const { userId, id, ...hold } of await rowsOf<HoldToDecide & { userId: string; id: string }>(pool, waitingHolds)) {
    if (!people.has(userId)) people.set(userId, await readPerson(pool, userId));
    const person = people.get(userId);
    if (person && mayDecide(person, hold).ok) told.push({ userId, id });
  }
  return told.length === 0 ? 0 : changedBy(pool, holds, [json(told)]);
}

async function raiseEpisodes(pool: pg.Pool, now: Instant): Promise<number> {
  const [wants] = await rowsOf<{ wanted: boolean }>(pool, wantsLevels);
  const broken = wants?.wanted ? (await serviceLevels(createQuery(pool), null, now)).filter(({ state }) => state === "breached") : [];
  await changedBy(pool, seeEpisodes, [json(broken.map(({ id, entity, name, breached, counted }) => ({ about: `level:${id}`, entity, title: name, detail: `${breached} of ${counted} past the limit`, path: `/service-levels?level=${encodeURIComponent(id)}` })))]);
  await changedBy(pool, endEpisodes);
  return changedBy(pool, episodes);
}

/** From rows, not from nudges: what began and was told to nobody yet is found whenever it is looked for. */
export async function raise(pool: pg.Pool, now: Instant): Promise<number> {
  const fingerprints = (await rowsOf<{ fingerprint: string }>(pool, untold)).map(({ fingerprint }) => fingerprint);
  const told = fingerprints.length === 0 ? 0 : await changedBy(pool, causes, [json(Object.fromEntries(fingerprints.map((one) => [one, encodeURIComponent(one)]))), fingerprints]);
  return told + (await raiseHolds(pool)) + (await raiseEpisodes(pool, now));
}
