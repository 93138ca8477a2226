import type pg from "pg";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditHash, createMaintenance } from "@/server/db/maintenance";
import { createFeedCursors } from "@/server/db/feed-cursors";
import { createQueueDatabase } from "@/server/db/queue-database";
import { createTestDatabase, type TestDatabase } from "@/server/testing/test-database";
import { jobNames } from "./catalog";
import { createHandlers } from "./handlers";
import { startQueue } from "./queue";
import { createPool } from "@/server/db/pool";

let database: TestDatabase, pool: pg.Pool;
beforeAll(async () => { database = await createTestDatabase(); pool = createPool(database.url, { max: 8, of: "screens" }); });
afterAll(async () => { await pool.end(); await database.drop(); });

describe("the queue", () => {
  it("makes every job of the catalogue, schedules it, and runs what comes due", async () => {
    const done: string[] = [], failed: unknown[] = [];
    const queue = await startQueue(createQueueDatabase(pool), createHandlers(createMaintenance(pool), () => Promise.resolve(0)), {
      done: (name, count) => { done.push(`${name} ${count}`); }, failed: (name, error) => { failed.push([name, error]); },
    });
    expect((await pool.query("select name from queue.queue where name not like '\\_\\_%' order by name")).rows.map((row: { name: string }) => row.name)).toEqual([...jobNames].sort());
    expect((await pool.query("select name from queue.schedule order by name")).rows).toEqual([{ name: "audit.seal" }, { name: "feeds.silent" }, { name: "maintenance.prune" }, { name: "notices.send" }, { name: "policy.follow" }]);
    const clock = new PgBoss({ db: createQueueDatabase(pool), schema: "queue", schedule: false, supervise: false });
    await clock.start();
    await clock.send("policy.follow", {});
    for (let wait = 0; wait < 150 && !done.includes("policy.follow 0"); wait++) await new Promise((resolve) => setTimeout(resolve, 100));
    await clock.stop({ graceful: false, close: false });
    await queue.stop();
    expect(done).toContain("policy.follow 0");
    expect(failed).toEqual([]);
  });
});

describe("the seal of the audit trail", () => {
  it("numbers committed entries once, whoever seals, and shows a changed one", async () => {
    await pool.query("insert into audit_entry (actor, action, about_kind, about_id, detail) select 'ann', 'note', 'order', 'SO-' || n, '{\"b\":1,\"a\":2}' from generate_series(1, 50) n");
    const sealers = Array.from({ length: 4 }, () => createMaintenance(pool).sealAudit());
    expect((await Promise.all(sealers)).reduce((sum, count) => sum + count, 0)).toBe(50);
    const { rows } = await pool.query<{ sealed_no: string; hash: string; at: Date; about_id: string; detail: unknown }>("select sealed_no, hash, at, about_id, detail from audit_entry order by sealed_no");
    expect(rows.map((row) => Number(row.sealed_no))).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    const entry = (row: (typeof rows)[number]) => ({ at: row.at.toISOString(), actor: "ann", action: "note", aboutKind: "order", aboutId: row.about_id, reason: null, detail: row.detail });
    let before = "";
    for (const row of rows) { expect(auditHash(before, BigInt(row.sealed_no), entry(row))).toBe(row.hash); before = row.hash; }
  });
});

describe("cursors of feeds", () => {
  it("are taken by one worker in a turn, and only move from where they were", async () => {
    const cursors = createFeedCursors(pool);
    const taken = await Promise.all(Array.from({ length: 5 }, () => cursors.take("wms", "events", 60_000)));
    expect(taken.filter(Boolean)).toEqual([{ cursor: null }]);
    expect(await cursors.move("wms", "events", null, { seq: 5 })).toBe(true);
    expect(await cursors.move("wms", "events", null, { seq: 3 })).toBe(false);
    expect(await cursors.take("wms", "events", 0)).toEqual({ cursor: { seq: 5 } });
  });
});
