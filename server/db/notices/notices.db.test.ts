import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Person } from "@/server/api/services";
import type { NoticeDelivery, NoticeKind } from "@/server/domain/notices";
import { grant } from "@/server/testing/memory/people";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { readPerson, writeUser } from "../people";
import { createPolicies } from "../policies";
import { createNoticeStore } from "./outbox";
import { subscribe } from "./subscriptions";

let database: TestDatabase, pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 6, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

const now = (): string => new Date().toISOString();
const store = () => createNoticeStore(pool, createPolicies(pool));
const mailers = [{ id: "mail", entity: "US01" }];
let ann: Person;
beforeEach(async () => {
  await pool.query("truncate bulk_action, app_user, role_grant, team_member, connector, exception_group, exception_item, hold, subject, notice_subscription, notice_episode, notice, mail, service_level, entity cascade");
  await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'One', 'USD', 'America/Chicago')");
  await pool.query("insert into connector (id, type, name, entity, settings) values ('mail', 'smtp', 'Mail', 'US01', '{}'), ('erp', 'tryton', 'ERP', 'US01', '{}')");
  const id = await writeUser(pool, { email: "ann@example.test", name: "Ann", passwordHash: "h", grants: [grant({ holdCodes: ["CREDIT_APPROVAL"], approveUpTo: "1000" })], teams: [] });
  const person = await readPerson(pool, id);
  if (!person) throw new Error("Ann is there");
  ann = person;
});
const wants = (kind: NoticeKind, delivery: NoticeDelivery | null = "at_once", team: "" | "tax" = "") => subscribe(pool)(ann, { kind, entity: "US01", team, delivery });
const cause = (fingerprint: string, { team = "master_data", snoozed = null as string | null } = {}) => pool.query(
  `insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at, snoozed_until) values ($1, 'US01', 'MAP-02', 'mapping', 'Item without mapping', '{}', $2, now(), now(), now(), $3)`, [fingerprint, team, snoozed]);
const stop = (fingerprint: string, subject: string) => pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, message, first_seen_at) values ($2, 'US01', 'MAP-02', 'mapping', $1, '{}', 'm', now())", [fingerprint, subject]);
const told = async () => (await store().due(mailers)).flatMap(({ notices }) => notices.map(({ kind, title, detail, path }) => ({ kind, title, detail, path })));
const posted = async (id = "m1") => { const [due] = await store().due(mailers); if (!due) throw new Error("nothing is due"); return store().post(due, { id, subject: "s", text: "t", html: "h" }); };

describe("what is told", () => {
  test("a cause is told once, however many documents it stops, with the count of the moment and its own page", async () => {
    await wants("exceptions");
    await cause("MAP-02|item=A|entity=US01");
    for (const subject of ["o1", "o2", "o3"]) await stop("MAP-02|item=A|entity=US01", subject);
    expect([await store().raise(now()), await store().raise(now())]).toEqual([1, 0]);
    expect(await told()).toEqual([{ kind: "exceptions", title: "Item without mapping", detail: "3 documents", path: "/exceptions?group=MAP-02%7Citem%3DA%7Centity%3DUS01" }]);
    await posted();
    await pool.query("update exception_group set opened_at = now() + interval '1 second', state = 'regressed'");
    expect(await store().raise(now()), "it came back").toBe(1);
  });
  test("nothing that began before it was asked for, and nothing of another queue", async () => {
    await cause("old");
    await new Promise((done) => setTimeout(done, 5));
    await wants("exceptions", "at_once", "tax");
    await cause("tax", { team: "tax" });
    await cause("other");
    expect(await store().raise(now())).toBe(1);
  });
  test("sleeps with its cause, and is dropped where the cause is over before anybody was told", async () => {
    await wants("exceptions");
    await cause("a"); await cause("b");
    await store().raise(now());
    await pool.query("update exception_group set snoozed_until = now() + interval '1 hour' where fingerprint = 'a'");
    await pool.query("update exception_group set state = 'resolved' where fingerprint = 'b'");
    expect(await told()).toEqual([]);
    await pool.query("update exception_group set snoozed_until = now() where fingerprint = 'a'");
    expect(await told()).toHaveLength(1);
    await cause("c", { snoozed: new Date(Date.now() + 60_000).toISOString() });
    expect(await store().raise(now()), "asleep from the start").toBe(0);
  });
  test("holds only to who may decide them", async () => {
    await wants("holds");
    await pool.query("insert into subject (id, kind, key, entity) values ('s1', 'order', 'O-1', 'US01')");
    for (const [rule, amount] of [["CREDIT_APPROVAL", 900], ["CREDIT_APPROVAL", 1100], ["AMOUNT_LIMIT", 5]])
      await pool.query("insert into hold (subject_id, entity, rule, slot, blocks, amount, currency, message, released_by, evidence, digest, owner) values ('s1', 'US01', $1, $2, '{}', $3, 'USD', 'Above the limit', '', '{}', 'd', 'credit')", [rule, String(amount), amount]);
    expect([await store().raise(now()), await store().raise(now())]).toEqual([1, 0]);
    expect(await told()).toMatchObject([{ title: "CREDIT_APPROVAL, O-1", detail: "Above the limit" }]);
    await pool.query("update hold set state = 'released'");
    expect(await told()).toEqual([]);
  });
  test("a paused connector once, again only when it is paused again, and never one's own act", async () => {
    await wants("connectors");
    const pause = (by: string) => pool.query("update connector set state = 'paused', paused_by = $1, paused_reason = 'refused' where id = 'erp'", [by]);
    await pause("tower");
    expect([await store().raise(now()), await store().raise(now())]).toEqual([1, 0]);
    await pool.query("update connector set state = 'active'");
    await store().raise(now());
    expect(await told(), "over").toEqual([]);
    await pause(ann.id);
    expect(await store().raise(now())).toBe(0);
  });
  test("a bulk action that stopped by itself, to its author too, once for each stop", async () => {
    await wants("bulk_actions");
    await pool.query("insert into bulk_action (id, verb, author, reason, selection, state, steps, stopped_why, stopped_at) values ('b1', 'retry', $1, 'r', '{}', 'stopped', '{1,1}', '1 of 1 failed in step 1 of 2', now())", [ann.id]);
    await pool.query("insert into bulk_action_item (action_id, position, step, state, entity, name, exceptions) values ('b1', 1, 0, 'failed', 'US01', 'SO-1', '{}'), ('b1', 2, 1, 'waiting', 'US01', 'SO-2', '{}')");
    expect([await store().raise(now()), await store().raise(now())]).toEqual([1, 0]);
    expect(await told()).toEqual([{ kind: "bulk_actions", title: "A retry of 2 documents stopped by itself", detail: "1 of 1 failed in step 1 of 2", path: "/bulk/b1" }]);
    await pool.query("update bulk_action set state = 'running'");
    await store().raise(now());
    expect(await told(), "continued").toEqual([]);
  });
  test("a broken service level once while it lasts", async () => {
    await wants("service_levels");
    await pool.query("insert into service_level (id, entity, name, measure, target_minutes, updated_by) values ('l1', 'US01', 'Orders in a day', 'order_age', 60, 'x')");
    await pool.query("insert into subject (id, kind, key, entity, placed_at) values ('s1', 'order', 'O-1', 'US01', now() - interval '3 hours')");
    expect([await store().raise(now()), await store().raise(now())]).toEqual([1, 0]);
    expect(await told()).toEqual([{ kind: "service_levels", title: "Orders in a day", detail: "1 of 1 past the limit", path: "/service-levels?level=l1" }]);
  });
  test("a daily one waits for the morning, at most a day", async () => {
    await wants("exceptions", "daily");
    await cause("a");
    await store().raise(now());
    expect(await told()).toEqual([]);
    const { rows: [row] } = await pool.query<{ soon: boolean; hour: number }>("select due_at > now() and due_at <= now() + interval '25 hours' as soon, extract(hour from due_at at time zone 'America/Chicago')::int as hour from notice");
    expect(row).toEqual({ soon: true, hour: 7 });
  });
  test("not to who lost the right, nor after it was taken back", async () => {
    await wants("exceptions");
    await cause("a");
    await store().raise(now());
    await pool.query("delete from role_grant");
    expect(await told()).toEqual([]);
    expect(await subscribe(pool)({ ...ann, grants: [] }, { kind: "holds", entity: "US01", team: "", delivery: "daily" })).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    await cause("b");
    await wants("exceptions", null);
    expect(await store().raise(now())).toBe(0);
  });
});

describe("the outbox", () => {
  beforeEach(async () => { await wants("exceptions"); await cause("a"); await store().raise(now()); });
  test("two workers put one mail, and the next one at once waits five minutes", async () => {
    const [due] = await store().due(mailers);
    if (!due) throw new Error("one is due");
    const put = await Promise.all(["m1", "m2", "m3"].map((id) => store().post(due, { id, subject: "s", text: "t", html: "h" })));
    expect(put.filter(Boolean)).toHaveLength(1);
    expect((await pool.query("select 1 from mail")).rowCount).toBe(1);
    await cause("b");
    await store().raise(now());
    expect(await told()).toEqual([]);
    await pool.query("update mail set created_at = now() - interval '6 minutes'");
    expect(await told()).toHaveLength(1);
  });
  test("one that a dead worker left is taken again when its lease ends, and only the last try is believed", async () => {
    await posted();
    const first = await store().take(["mail"], 60_000);
    expect(await store().take(["mail"], 60_000)).toBeNull();
    await pool.query("update mail set lease_until = now() - interval '1 second'");
    const second = await store().take(["mail"], 60_000);
    expect([first?.tries, second?.tries, second?.id]).toEqual([1, 2, "m1"]);
    if (!first || !second) throw new Error("both were taken");
    await store().sent(second, "250 ok");
    await store().failed(first, "late", null);
    expect((await pool.query("select state, answer from mail")).rows).toEqual([{ state: "sent", answer: "250 ok" }]);
  });
  test("what fails is due later; what is given up is a technical exception, ended by the next mail to that address", async () => {
    await posted();
    const mail = await store().take(["mail"], 60_000);
    if (!mail) throw new Error("one is wanted");
    await store().failed(mail, "away", 60_000);
    expect(await store().take(["mail"], 60_000)).toBeNull();
    await pool.query("update mail set due_at = now() - interval '1 second'");
    const again = await store().take(["mail"], 60_000);
    if (!again) throw new Error("it is due");
    await store().failed(again, "550 no such user", null);
    const open = async () => (await pool.query("select code, connector, message from exception_item where state = 'open'")).rows;
    expect(await open()).toEqual([{ code: "TEC-03", connector: "mail", message: "A notice to ann@example.test was given up: 550 no such user" }]);
    await pool.query("update mail set state = 'wanted', due_at = now() - interval '1 second'");
    const third = await store().take(["mail"], 60_000);
    if (third) await store().sent(third, "250");
    expect(await open()).toEqual([]);
  });
  test("nothing is put where nobody carries mail; it waits", async () => {
    expect(await store().due([])).toEqual([]);
    expect(await told()).toHaveLength(1);
  });
});
