import type pg from "pg";
import type { DueNotices, NoticeStore, WantedMail } from "@/server/jobs/ports";
import type { Notice, NoticeDelivery } from "@/server/domain/notices";
import { causeOf, closeCauses, dueBy, writeExceptions } from "../exceptions";
import type { Policies } from "../policies";
import { changedBy, rowsOf, statement, transaction } from "../statement";
import { atNow, raise } from "./raise";
import { databaseNow } from "../clock";

const stands = `exists (select 1 from app_user u join role_grant r on r.user_id = u.id where u.id = n.user_id and u.active and r.entity in ('*', n.entity)) and case n.kind
  when 'exceptions' then exists (select 1 from exception_group g where g.fingerprint = n.about and g.state <> 'resolved' and g.opened_at = n.began_at)
  when 'holds' then exists (select 1 from hold h where h.id::text = n.about and h.state = 'active')
  else exists (select 1 from notice_episode p where p.about = n.about and p.since = n.began_at) end`;
const waiting = `n.mail_id is null and n.dropped_at is null and n.due_at <= ${atNow}`;
const drop = statement("notice_drop", `update notice n set dropped_at = now() where ${waiting} and not (${stands})`);
/** What sleeps stays and is told when it wakes. Whoever had a mail at once within five minutes waits for the next. */
const due = statement("notice_due", `
  select n.id::text, n.user_id as "userId", u.name, u.email, n.delivery, n.kind, n.entity, n.title, n.path, n.began_at as "raisedAt",
    case when n.kind = 'exceptions' then (select count(*) || case when count(*) = 1 then ' document' else ' documents' end from exception_item i where i.fingerprint = n.about and i.state = 'open') else n.detail end as detail
  from notice n join app_user u on u.id = n.user_id
  where ${waiting} and not exists (select 1 from exception_group g where n.kind = 'exceptions' and g.fingerprint = n.about and g.snoozed_until > ${atNow})
    and not (n.delivery = 'at_once' and exists (select 1 from mail m where m.user_id = n.user_id and m.delivery = 'at_once' and m.created_at > now() - interval '5 minutes'))
  order by n.id limit 5000`);
const insertMail = statement("mail_insert", "insert into mail (id, user_id, connector, address, delivery, subject, text, html) values ($1, $2, $3, $4, $5, $6, $7, $8)");
const taken = statement("notice_taken", "update notice set mail_id = $1 where id = any($2::bigint[]) and mail_id is null and dropped_at is null");

const take = statement("mail_take", `
  update mail m set state = 'sending', tries = m.tries + 1, lease_until = now() + $2::int * interval '1 millisecond' from app_user u
  where u.id = m.user_id and m.id = (select id from mail where connector = any($1) and ((state = 'wanted' and due_at <= ${atNow}) or (state = 'sending' and lease_until < now())) order by due_at limit 1 for update skip locked)
  returning m.id, m.connector, m.tries, m.address, u.name, m.subject, m.text, m.html`);
/** Only by whoever holds the lease of this try. */
const settle = statement("mail_settle", `
  update mail set state = $3, answer = $4, due_at = coalesce(now() + $5::int * interval '1 millisecond', due_at), lease_until = null, sent_at = case when $3 = 'sent' then now() end where id = $1 and state = 'sending' and tries = $2`);
const entityOf = statement("mail_entity", "select entity from connector where id = $1");

export const createNoticeStore = (pool: pg.Pool, policies: Policies): NoticeStore => ({
  raise: (now) => raise(pool, now),
  async due(mailers) {
    await changedBy(pool, drop);
    if (mailers.length === 0) return [];
    const mails = new Map<string, DueNotices>();
    for (const { userId, name, email, delivery, ...notice } of await rowsOf<Notice & { id: string; userId: string; name: string; email: string; delivery: NoticeDelivery }>(pool, due)) {
      const connector = (mailers.find(({ entity }) => entity === notice.entity) ?? mailers[0])?.id ?? "", key = JSON.stringify([userId, delivery, connector]);
      const mail = mails.get(key) ?? { person: { id: userId, name, address: email }, delivery, connector, notices: [] };
      mail.notices.push(notice);
      mails.set(key, mail);
    }
    return [...mails.values()];
  },
  async post({ person, delivery, connector, notices }, { id, subject, text, html }) {
    const lost = new Error("another worker put one of them");
    try {
      await transaction(pool, async (client) => {
        await changedBy(client, insertMail, [id, person.id, connector, person.address, delivery, subject, text, html]);
        if ((await changedBy(client, taken, [id, notices.map((one) => one.id)])) !== notices.length) throw lost;
      });
      return true;
    } catch (error) { if (error === lost) return false; throw error; }
  },
  async take(mailers, leaseMs) {
    const [mail] = await rowsOf<Omit<WantedMail, "to"> & { address: string; name: string }>(pool, take, [[...mailers], leaseMs]);
    if (!mail) return null;
    const { address, name, ...rest } = mail;
    return { ...rest, to: { name, address } };
  },
  async sent({ id, tries, connector, to }, answer) {
    await transaction(pool, async (client) => {
      const [row] = await rowsOf<{ entity: string }>(client, entityOf, [connector]);
      if ((await changedBy(client, settle, [id, tries, "sent", answer, null])) === 1 && row) await closeCauses(client, [causeOf(row.entity, "TEC-03", { connector, partner: to.address })]);
    });
  },
  async failed({ id, tries, connector, to }, why, afterMs) {
    await transaction(pool, async (client) => {
      const settled = await changedBy(client, settle, [id, tries, afterMs === null ? "dead" : "wanted", why, afterMs]);
      const [row] = await rowsOf<{ entity: string }>(client, entityOf, [connector]);
      if (settled === 0 || afterMs !== null || !row) return;
      const since = databaseNow(), { calendar } = await policies.of(row.entity);
      await writeExceptions(client, [{ subjectId: null, messageId: null, connector, entity: row.entity, code: "TEC-03", key: { connector, partner: to.address }, stops: [], amount: "0", currency: null, message: `A notice to ${to.address} was given up: ${why}`, since, dueAt: dueBy("TEC-03", since, calendar) }], []);
    });
  },
});
