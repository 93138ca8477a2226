import type pg from "pg";
import { createPool } from "@/server/db/pool";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createNoticeStore } from "@/server/db/notices/outbox";
import { writeUser } from "@/server/db/people";
import { createPolicies } from "@/server/db/policies";
import { fail } from "@/server/domain/result";
import { createIntegrations } from "@/server/integrations/runtime";
import { tellPeople } from "@/server/jobs/notices";
import { grant } from "../../memory/people";
import { createTestDatabase, type TestDatabase } from "../../test-database";
import { certificate, type Certificate } from "../certificate";
import { header, password, readable, startSink, type Sink } from "./sink";

let own: Certificate, strange: Certificate;
const sinks: Sink[] = [];
beforeAll(() => { own = certificate(); strange = certificate(); });
afterAll(() => { own.remove(); strange.remove(); });
afterEach(async () => { for (const sink of sinks.splice(0)) await sink.stop(); });

const sinkOf = async (options: Parameters<typeof startSink>[1], of = own): Promise<Sink> => { const sink = await startSink(of, options); sinks.push(sink); return sink; };
const settingsOf = (sink: Sink, over: object = {}) => ({ host: "localhost", port: sink.port, security: "starttls", allowPrivateNetwork: true, authority: own.authority, user: "tower", from: "tower@example.test", ...over });
const integrationsOf = (settings: object, secrets: object = { password }) => createIntegrations({
  loadConnectors: () => Promise.resolve([{ id: "mail", type: "smtp", name: "Mail", entity: "US01", settings, secrets, state: "active" as const, concurrency: null, perMinute: null }]),
  resolveCode: () => fail("MAP-04", "none"), renewCodes: () => Promise.resolve(), baseUnit: () => fail("MAP-03", "none"), clock: { now: () => new Date().toISOString() },
});
const signal = (): AbortSignal => AbortSignal.timeout(20_000);
const mail = (address = "ann@example.test") => ({ messageId: "<m1@tower.example.test>", to: { name: "Ann Ö", address }, subject: "US01: Größe", text: "Zwölf", html: "<p>Zwölf</p>", unsubscribe: "https://tower.example.test/notices" });
const sent = (settings: object, secrets?: object, message = mail()) => integrationsOf(settings, secrets).sendMail("mail", message, signal());

describe("a real mail server", () => {
  test.each(["starttls", "tls"] as const)("takes a mail, encrypted by %s and signed in, as text and as HTML", async (security) => {
    const sink = await sinkOf({ security });
    expect(await sent(settingsOf(sink, { security }))).toMatchObject({ ok: true });
    const [taken] = sink.taken;
    expect(taken).toMatchObject({ to: ["ann@example.test"], encrypted: true, user: "tower" });
    const raw = taken?.raw ?? "";
    expect([header(raw, "Message-ID"), header(raw, "Auto-Submitted"), header(raw, "List-Unsubscribe"), header(raw, "From")]).toEqual(["<m1@tower.example.test>", "auto-generated", "<https://tower.example.test/notices>", "Ledgerline <tower@example.test>"]);
    expect(readable(raw)).toContain("<p>Zwölf</p>");
    expect(raw).toMatch(/multipart\/alternative/);
  });
  test("a relay in our own network without a login is used as it is", async () => {
    const sink = await sinkOf({ security: "none", login: false });
    expect(await sent(settingsOf(sink, { security: "none", user: "", authority: "" }), {})).toMatchObject({ ok: true });
    expect(sink.taken).toHaveLength(1);
  });
  test("the test button connects, encrypts and signs in, and sends nothing", async () => {
    const sink = await sinkOf({ security: "starttls" });
    expect((await integrationsOf(settingsOf(sink)).check("mail", signal())).result).toEqual({ ok: true, value: { detail: "Connected, encrypted and signed in; no mail was sent" } });
    expect(sink.taken).toEqual([]);
  });
  test("a wrong password is a refused login, and stands in no message", async () => {
    const sink = await sinkOf({ security: "starttls" });
    const answer = await sent(settingsOf(sink), { password: "wrong-4712" });
    expect(answer).toMatchObject({ ok: false, error: { code: "TEC-02" } });
    expect(JSON.stringify(answer)).not.toContain("wrong-4712");
  });
  test("without encryption, or with a certificate of others, no password leaves us", async () => {
    const bare = await sinkOf({ security: "none" }), foreign = await sinkOf({ security: "starttls" }, strange);
    for (const sink of [bare, foreign]) expect(await sent(settingsOf(sink))).toMatchObject({ ok: false, error: { code: "TEC-01" } });
    expect([bare.logins, foreign.logins, bare.taken.length, foreign.taken.length]).toEqual([0, 0, 0, 0]);
    expect((await integrationsOf(settingsOf(bare, { security: "none" })).check("mail", signal())).result, "a login is never sent in the clear").toMatchObject({ ok: false });
  });
  test("a mailbox that is not there is final, one that is busy is not", async () => {
    const sink = await sinkOf({ security: "starttls" });
    expect(await sent(settingsOf(sink), undefined, mail("refused@example.test"))).toMatchObject({ ok: false, error: { code: "REFUSED" } });
    expect(await sent(settingsOf(sink), undefined, mail("later@example.test"))).toMatchObject({ ok: false, error: { code: "TEC-01" } });
  });
  test("our own network is closed unless the settings open it, and nobody there is no refusal", async () => {
    const sink = await sinkOf({ security: "starttls" });
    expect(await sent(settingsOf(sink, { allowPrivateNetwork: false }))).toMatchObject({ ok: false, error: { code: "TEC-01", message: expect.stringContaining("inward") as string } });
    expect(await sent(settingsOf({ ...sink, port: 1 }))).toMatchObject({ ok: false, error: { code: "TEC-01" } });
  });
});

describe("what people are told", () => {
  let database: TestDatabase, pool: pg.Pool;
  beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 8, of: "screens" }); });
  afterAll(async () => { await pool.end(); await database.drop(); });

  test("comes once though two workers run and a storm stops thousands, and an answer that was lost costs a second mail of the same id at most", async () => {
    const sink = await sinkOf({ security: "starttls" });
    const ann = await writeUser(pool, { email: "ann@example.test", name: "Ann", passwordHash: "h", grants: [grant({})], teams: [] });
    await pool.query("insert into entity (code, name, currency, zone) values ('US01', 'One', 'USD', 'UTC') on conflict do nothing");
    await pool.query("insert into connector (id, type, name, entity, settings) values ('mail', 'smtp', 'Mail', 'US01', '{}')");
    await pool.query("insert into notice_subscription (user_id, kind, entity, delivery) values ($1, 'exceptions', 'US01', 'at_once')", [ann]);
    await pool.query("insert into exception_group (fingerprint, entity, code, kind, title, key, team, first_seen_at, opened_at, last_seen_at) values ('MAP-02|item=7', 'US01', 'MAP-02', 'mapping', 'Item without mapping · 7', '{}', 'master_data', now(), now(), now())");
    await pool.query("insert into exception_item (subject_id, entity, code, kind, fingerprint, stops, message, first_seen_at) select 'o' || n, 'US01', 'MAP-02', 'mapping', 'MAP-02|item=7', '{}', 'm', now() from generate_series(1, 3000) n");
    const refused: string[] = [];
    const turn = tellPeople({ store: createNoticeStore(pool, createPolicies(pool)), integrations: integrationsOf(settingsOf(sink)), health: { refused: (connector) => { refused.push(connector); return Promise.resolve(); } }, now: () => new Date().toISOString(), address: "https://tower.example.test" });
    sink.loseNextAnswer();
    expect(await Promise.all([turn(), turn()])).toEqual([0, 0]);
    expect((await pool.query("select state, tries from mail")).rows).toEqual([{ state: "wanted", tries: 1 }]);
    await pool.query("update mail set due_at = now() - interval '1 second'");
    const both = await Promise.all([turn(), turn()]);
    expect(both.toSorted()).toEqual([0, 1]);
    await turn();
    expect(new Set(sink.taken.map(({ raw }) => header(raw, "Message-ID"))).size).toBe(1);
    expect(sink.taken).toHaveLength(2);
    const text = readable(sink.taken[1]?.raw ?? "");
    expect(text).toContain("3000 documents");
    expect(text).toContain("https://tower.example.test/exceptions?group=MAP-02%7Citem%3D7");
    expect(refused).toEqual([]);
  });
});
