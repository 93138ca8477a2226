import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limitPostings, releasePosting, resumePostings } from "@/server/db/desk/postings";
import { createQuery } from "@/server/db/query";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { largePostings, postingStops } from "@/server/read/posting-brake";
import { ample, anotherProcess, createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { invoicing } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";

let engine: Engine;
beforeEach(async () => {
  engine = await createEngine({ concurrency: 1000 });
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
});
afterEach(async () => { await engine.close(); });

const bob = person("bob", grant());
const stops = () => postingStops(createQuery(engine.pool), null);
const large = () => largePostings(createQuery(engine.pool), null);
const resume = async (raisedTo: string | null) => resumePostings(engine.pool)(bob, "US01", (await stops())[0]?.since ?? "", "the year's catalogue went out", raisedTo);
const claim = (limit = 10, ports = engine.ports) => ports.commands.claim({ worker: "w", connector: "erp", lane: "finance", limit, leaseMs: 30_000, budget: ample("finance", 1000) });
const sent = () => engine.value<number>("select count(*)::int from command where first_sent_at is not null");
async function wanted(many: number, amount = "10.80"): Promise<void> {
  await engine.say(...Array.from({ length: many }, (_, index) => order(`SO-${index}`).line("1", "A", 1, "1.00")));
  while ((await normalizeWaiting(engine.ports, 200)) + (await engine.ports.broadcasts.passOn(500)) + (await planWaiting(engine.ports, { order: invoicing }, 200)) > 0);
  await engine.pool.query("update command set amount = $1, currency = 'USD'", [amount]);
}
/** So many working days, before today in any zone, with `count` postings of 10.80 each. */
const past = (days: number, count: number) => engine.pool.query(
  `insert into posting_day (entity, day, count, money) select 'US01', day, $2::int, jsonb_build_object('USD', jsonb_build_object('total', ($2::int * 10.80)::text, 'largest', '10.80'))
   from (select d::date as day from generate_series(current_date - 62, current_date - 2, interval '1 day') d where extract(isodow from d) < 6 order by d desc limit $1) w`, [days, count]);

describe("the guard of a day", () => {
  it("is off until 20 working days with postings exist; the day's figures are kept all the same", async () => {
    await past(19, 1);
    await wanted(30);
    expect(await claim(30)).toHaveLength(30);
    expect(await engine.rows("select claimed->'count' as count, claimed->'money' as money, limits->'count' as count_limit from posting_brake where entity = 'US01'")).toEqual([{ count: 30, money: { USD: { total: "324", largest: "10.8" } }, count_limit: null }]);
  });

  it("stops before the first posting above it leaves, says why, and goes on with a raised limit that has its name on it", async () => {
    await past(20, 2);
    await wanted(14);
    expect(await claim(6)).toHaveLength(6);
    expect(await claim(4)).toHaveLength(4);
    expect([await claim(1), await engine.ports.commands.lanesWithWork(), await sent()]).toEqual([[], [], 10]);
    expect(await stops()).toMatchObject([{ by: "The posting guard", reason: "11 postings in one day would be more than 10: 5 times the median of the last 20 working days, 2", waiting: 4, money: [{ currency: "USD", amount: "43.200000" }], excess: { what: "count", reached: "11" } }]);
    expect(await resume(null)).toMatchObject({ ok: false, error: { code: "LIMIT" } });
    expect(await resume("10")).toMatchObject({ ok: false, error: { code: "LIMIT" } });
    expect(await resume("13")).toEqual({ ok: true, value: true });
    // the money of these days would stop it next
    expect(await claim(3)).toEqual([]);
    expect(await stops()).toMatchObject([{ excess: { what: "total", currency: "USD", reached: "140.4" }, reason: "Postings of 140.40 USD in one day would be more than 108.00 USD: 5 times the median of the last 20 working days, 21.60 USD" }]);
    expect(await resume("200")).toEqual({ ok: true, value: true });
    expect([(await claim(3)).length, (await claim(1)).length]).toEqual([3, 0]);
    expect(await stops()).toMatchObject([{ reason: "14 postings in one day would be more than 13: a limit that was raised for this day" }]);
    expect(await engine.rows("select actor, action, detail->>'raisedTo' as raised from audit_entry order by id")).toEqual([
      { actor: "posting-guard", action: "postings.stop", raised: null }, { actor: "bob", action: "postings.resume", raised: "13" }, { actor: "posting-guard", action: "postings.stop", raised: null }, { actor: "bob", action: "postings.resume", raised: "200" },
      { actor: "posting-guard", action: "postings.stop", raised: null },
    ]);
  });

  it("until it has learned, goes by what two persons set, from the next claim on", async () => {
    await wanted(5);
    expect(await claim(2)).toHaveLength(2);
    const set = limitPostings(engine.pool), ada = person("ada", grant({ role: "admin" }));
    expect([await set([bob, bob], "US01", { count: "3" }, "why"), await set([bob, ada], "US01", { count: "3" }, "why"), await set([ada, bob], "US01", { count: "many" }, "why"), await set([ada, bob], "US01", { total: "5" }, "why")]).toMatchObject(["FORBIDDEN", "FORBIDDEN", "LIMIT", "LIMIT"].map((code) => ({ ok: false, error: { code } })));
    expect(await set([ada, bob], "US01", { count: "3", currency: "USD", document: "100000" }, "the first month")).toEqual({ ok: true, value: { count: 3, money: { USD: { total: null, document: "100000" } } } });
    expect([(await claim(1)).length, (await claim(1)).length]).toEqual([1, 0]);
    expect(await stops()).toMatchObject([{ reason: "4 postings in one day would be more than 3: a limit that was set" }]);
    expect(await set([ada, bob], "US01", { count: null }, "it was too few")).toMatchObject({ ok: true });
    expect(await resume(null)).toEqual({ ok: true, value: true });
    expect(await claim()).toHaveLength(2);
  });

  it("holds over all workers together: never one more than its limit", async () => {
    await past(20, 20);
    await engine.pool.query("update posting_day set money = '{}'");
    await wanted(160);
    const other = anotherProcess(engine);
    const worker = async (ports: Engine["ports"]): Promise<void> => { for (let round = 0; round < 20; round += 1) await claim(3, ports); };
    await Promise.all([worker(engine.ports), worker(other.ports), worker(engine.ports), worker(other.ports), worker(engine.ports)]);
    await other.pool.end();
    const count = await sent();
    expect(count).toBeLessThanOrEqual(100);
    expect(count).toBeGreaterThan(97);
    expect(await engine.value("select (claimed->>'count')::int from posting_brake where entity = 'US01'")).toBe(count);
    expect(await stops()).toMatchObject([{ byId: "posting-guard" }]);
    expect(await engine.value("select count(*)::int from audit_entry where action = 'postings.stop'")).toBe(1);
  });

  it("counts a posting once, however often it is tried", async () => {
    await wanted(1);
    await claim();
    await engine.pool.query("update command set state = 'wanted', lease_until = null, due_at = now() - interval '1 second'");
    await engine.pool.query("delete from wake");
    expect(await claim()).toHaveLength(1);
    expect(await engine.value("select (claimed->>'count')::int from posting_brake where entity = 'US01'")).toBe(1);
  });

  it("begins anew with the entity's day, and keeps the one that ended", async () => {
    await wanted(2);
    await claim(1);
    await engine.pool.query("update posting_brake set day = day - 1, day_ends = now()");
    expect(await claim(1)).toHaveLength(1);
    expect(await engine.rows("select count, money from posting_day")).toEqual([{ count: 1, money: { USD: { total: "10.8", largest: "10.8" } } }]);
    expect(await engine.value("select (claimed->>'count')::int from posting_brake where entity = 'US01'")).toBe(1);
  });
});

describe("a document that is far larger than any of late", () => {
  it("waits alone for a person, and goes as it was shown", async () => {
    await past(20, 100);
    await wanted(3);
    await engine.pool.query("update command set amount = 108.01 where natural_key like '%SO-1%'");
    expect((await claim()).map(({ naturalKey }) => naturalKey).sort()).toEqual(["post_invoice|US01:order:SO-0||1", "post_invoice|US01:order:SO-2||1"]);
    const [held] = await large();
    expect(held).toMatchObject({ kind: "post_invoice", document: "SO-1", amount: "108.010000", currency: "USD", reason: "108.01 USD is more than 108.00 USD: 10 times the largest of the last 90 days, 10.80 USD" });
    expect([await stops(), await engine.ports.commands.lanesWithWork()]).toEqual([[], []]);
    const release = releasePosting(engine.pool), shown = [held?.command ?? "", held?.digest ?? ""] as const;
    expect(await release(person("ada", grant({ role: "admin" })), ...shown, "why")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await release(bob, shown[0], "another", "an old page")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await release(bob, ...shown, "the opening order of a new customer")).toEqual({ ok: true, value: true });
    expect([await large(), (await claim()).length, await release(bob, ...shown, "twice")]).toMatchObject([[], 1, { ok: false, error: { code: "CONFLICT" } }]);
  });

  it("is judged too where it was refused while it was small", async () => {
    await past(20, 100);
    await wanted(1);
    expect(await claim()).toHaveLength(1);
    await engine.pool.query("delete from wake");
    await engine.pool.query("update command set state = 'wanted', lease_until = null, due_at = now() - interval '1 second', digest = digest || 'x', amount = 100000");
    expect(await claim()).toEqual([]);
    expect((await large()).map(({ amount }) => amount)).toEqual(["100000.000000"]);
  });

  it("is judged anew once it has changed", async () => {
    await past(20, 100);
    await wanted(2);
    await engine.pool.query("update command set amount = 500");
    expect(await claim()).toEqual([]);
    expect(await large()).toHaveLength(2);
    await releasePosting(engine.pool)(bob, (await large())[0]?.command ?? "", (await large())[0]?.digest ?? "", "checked");
    await engine.pool.query("update command set digest = digest || 'x', amount = 600");
    expect(await large()).toEqual([]);
    expect(await claim()).toEqual([]);
    expect((await large()).map(({ amount }) => amount)).toEqual(["600.000000", "600.000000"]);
    await engine.pool.query("update command set digest = digest || 'x', amount = 50");
    expect(await claim()).toHaveLength(2);
  });
});
