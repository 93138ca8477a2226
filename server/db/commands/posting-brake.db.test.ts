import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resumePostings, stopPostings } from "@/server/db/desk/postings";
import { createQuery } from "@/server/db/query";
import { postingKinds } from "@/server/domain/posting-brake";
import { runToRest } from "@/server/testing/memory/ports";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { postingStops, runningPostings } from "@/server/read/posting-brake";
import { ample, anotherProcess, createEngine, type Engine } from "@/server/testing/memory/engine";
import { grant, person } from "@/server/testing/memory/people";
import { acknowledging, invoicing } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";

let engine: Engine;
beforeEach(async () => {
  engine = await createEngine({ concurrency: 1000 });
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC'), ('DE01', 'Other', 'EUR', 'UTC')");
});
afterEach(async () => { await engine.close(); });

const [ann, bob] = [person("ann", grant()), person("bob", grant())];
const stop = () => stopPostings(engine.pool)(ann, "US01", "two invoices for one order");
const stops = () => postingStops(createQuery(engine.pool), null);
const resume = async (who = bob) => resumePostings(engine.pool)(who, "US01", (await stops())[0]?.since ?? "", "it was one customer's test");
const claim = (connector = "erp", lane: "finance" | "operations" = "finance", ports = engine.ports, limit = 10) => ports.commands.claim({ worker: "w", connector, lane, limit, leaseMs: 30_000, budget: ample(lane, 1000) });
const count = (where: string) => engine.value<number>(`select count(*)::int from command c where ${where}`);
async function wanted(many: number, planner = invoicing): Promise<void> {
  await engine.say(...Array.from({ length: many }, (_, index) => order(`SO-${index}`).line("1", "A", 1, "1.00")));
  while ((await normalizeWaiting(engine.ports, 200)) + (await engine.ports.broadcasts.passOn(500)) + (await planWaiting(engine.ports, { order: planner }, 200)) > 0);
}

describe("while the postings of an entity are stopped", () => {
  it("no posting is claimed, whichever process asks; other work goes on; released, all of it goes once", async () => {
    await wanted(3);
    expect(await stop()).toEqual({ ok: true, value: true });
    const other = anotherProcess(engine);
    expect([await claim(), await claim("erp", "finance", other.ports), await engine.ports.commands.lanesWithWork()]).toEqual([[], [], []]);
    await engine.pool.query("update command set kind = 'commit_tax' where natural_key like '%SO-1%'");
    expect(await engine.ports.commands.lanesWithWork()).toEqual([{ connector: "erp", lane: "finance", due: 1 }]);
    expect((await claim("erp", "finance", other.ports)).map(({ kind }) => kind)).toEqual(["commit_tax"]);
    expect(await resume()).toEqual({ ok: true, value: true });
    expect(await claim()).toHaveLength(2);
    await other.pool.end();
  });

  it("every kind of posting waits, in every lane", async () => {
    await wanted(postingKinds.length);
    await engine.pool.query("update command c set kind = k.kind, lane = case when n % 2 = 0 then 'bulk' else 'finance' end from unnest($1::text[]) with ordinality k(kind, n), (select id, row_number() over (order by id) as at from command) r where c.id = r.id and r.at = k.n", [postingKinds]);
    await stop();
    expect([await claim(), await engine.ports.commands.claim({ worker: "w", connector: "erp", lane: "bulk", limit: 100, leaseMs: 30_000, budget: ample("bulk") })]).toEqual([[], []]);
  });

  it("another entity goes on", async () => {
    await wanted(2);
    await engine.pool.query("update connector set entity = 'DE01' where id = 'erp'");
    await engine.pool.query("update command set entity = 'DE01'");
    await stop();
    expect(await claim()).toHaveLength(2);
  });

  it("goods and acknowledgements go on to the end", async () => {
    await stop();
    await engine.say(order("SO-1").line("1", "A", 1, "1.00"));
    await runToRest(engine.ports, { order: acknowledging });
    expect(await count("c.state = 'confirmed'")).toBe(1);
  });

  it("what was sent before ends known, and is not sent again by the brake's release", async () => {
    engine.landscape.faults.push({ connector: "erp", kind: "post_invoice", does: "lose" });
    await wanted(2);
    const [first] = await claim("erp", "finance", engine.ports, 1);
    await stop();
    await engine.pool.query("update command set lease_until = now() - interval '1 second' where id = $1", [first?.id]);
    expect(await stops()).toMatchObject([{ waiting: 1, underWay: 1 }]);
    expect((await engine.ports.commands.claimUnknown({ worker: "w", connector: "erp", limit: 10, leaseMs: 30_000, budget: ample("inquiry") })).map(({ id }) => id)).toEqual([first?.id]);
    await engine.pool.query("update command set state = 'confirmed', lease_until = null, verify_due_at = now() - interval '1 second' where id = $1", [first?.id]);
    expect((await engine.ports.commands.claimUnverified({ worker: "w", connector: "erp", limit: 10, leaseMs: 30_000, budget: ample("inquiry") })).map(({ id }) => id)).toEqual([first?.id]);
  });

  it("what is in doubt is repeated under its living key: that is how it becomes known", async () => {
    await wanted(2);
    const [first] = await claim("erp", "finance", engine.ports, 1);
    await engine.pool.query("update command set state = 'unknown', lease_until = null, due_at = now() - interval '1 second', repeat_until = now() + interval '1 hour' where id = $1", [first?.id]);
    await stop();
    expect((await claim()).map(({ id, inDoubt }) => [id, inDoubt])).toEqual([[first?.id, true]]);
  });
});

describe("a stop and claims at the same moment", () => {
  it("nothing is claimed after the stop has answered, with four workers in two processes at it", async () => {
    await wanted(400);
    const other = anotherProcess(engine);
    let isOver = false;
    const worker = async (ports: Engine["ports"]): Promise<void> => { while (!isOver) await claim("erp", "finance", ports, 3); };
    const workers = [worker(engine.ports), worker(other.ports), worker(engine.ports), worker(other.ports)];
    const seen: [number, number][] = [];
    for (let round = 0; round < 8; round += 1) {
      await stop();
      const atOnce = await count("c.first_sent_at is not null");
      await new Promise((done) => { setTimeout(done, 25); });
      seen.push([atOnce, await count("c.first_sent_at is not null")]);
      await resume();
    }
    isOver = true;
    await Promise.all(workers);
    await other.pool.end();
    expect(seen.map(([, later]) => later)).toEqual(seen.map(([atOnce]) => atOnce));
    expect(seen[0]?.[0]).toBeLessThan(400);
    expect(seen.at(-1)?.[0]).toBeGreaterThan(0);
  });
});

describe("who stops and who releases", () => {
  it("says beforehand who else could release", async () => {
    await engine.pool.query("insert into app_user (id, email, name, active) values ('ann', 'ann@x', 'Ann', true), ('bob', 'bob@x', 'Bob', true), ('old', 'old@x', 'Old', false), ('ada', 'ada@x', 'Ada', true)");
    await engine.pool.query("insert into role_grant (user_id, role, entity) values ('ann', 'finance', '*'), ('bob', 'finance', 'US01'), ('old', 'finance', '*'), ('ada', 'admin', '*')");
    expect(await runningPostings(createQuery(engine.pool), null, "ann")).toEqual([{ code: "DE01", name: "Other", releasers: [] }, { code: "US01", name: "Test", releasers: ["Bob"] }]);
    await stop();
    expect((await runningPostings(createQuery(engine.pool), null, "ann")).map(({ code }) => code)).toEqual(["DE01"]);
  });

  it("never the same one; each with a reason that stays, and one stop at a time", async () => {
    await wanted(2);
    await engine.pool.query("update command set amount = 10.80, currency = 'USD'");
    expect(await stopPostings(engine.pool)(person("ada", grant({ role: "admin" })), "US01", "why")).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await stopPostings(engine.pool)(person("ann", grant({ entity: "*" })), "FR01", "why")).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    await stop();
    expect(await stop()).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await stops()).toMatchObject([{ entity: "US01", by: "ann", reason: "two invoices for one order", waiting: 2, money: [{ currency: "USD", amount: "21.600000" }], underWay: 0 }]);
    expect(await resume(ann)).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect(await resumePostings(engine.pool)(bob, "US01", "2026-01-01T00:00:00.000Z", "an old page")).toMatchObject({ ok: false, error: { code: "CONFLICT" } });
    expect(await resume()).toEqual({ ok: true, value: true });
    expect([await stops(), await resume()]).toMatchObject([[], { ok: false, error: { code: "CONFLICT" } }]);
    expect(await engine.rows("select actor, action, about_id as about, reason, detail->>'stoppedBy' as of from audit_entry where action like 'postings.%' order by id")).toEqual([
      { actor: "ann", action: "postings.stop", about: "US01", reason: "two invoices for one order", of: null },
      { actor: "bob", action: "postings.resume", about: "US01", reason: "it was one customer's test", of: "ann" },
    ]);
  });
});
