import { afterEach, beforeEach, expect, it } from "vitest";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { createFeedCursors } from "./feed-cursors";
import { createMaintenance } from "./maintenance";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

const open = () => engine.rows<{ code: string; stops: string[]; message: string }>("select code, stops, message from exception_item where state = 'open' order by stops");
const later = (minutes: number) => engine.rows("update feed_cursor set failing_since = failing_since - $1 * interval '1 minute'", [minutes]);

it("a feed that has not answered for five minutes is one exception with what it says, which ends once it answers", async () => {
  const [{ id }] = await engine.rows<{ id: string }>("select id from connector where state = 'active' order by id limit 1") as [{ id: string }];
  const cursors = createFeedCursors(engine.pool), attend = () => createMaintenance(engine.pool).tellSilentFeeds();
  for (const feed of ["events", "stock"]) { await cursors.take(id, feed, 0); await cursors.failed(id, feed, "changedTime: not a time"); }
  expect([await attend(), await open()]).toEqual([0, []]);
  await later(4);
  await cursors.failed(id, "stock", "changedTime is missing");
  expect(await attend()).toBe(0);
  await later(2);
  expect([await attend(), await attend()]).toEqual([2, 0]);
  expect(await open()).toMatchObject([{ code: "CMP-02", stops: [`${id}/events`], message: expect.stringContaining("changedTime: not a time") as string }, { stops: [`${id}/stock`], message: expect.stringContaining("changedTime is missing") as string }]);

  await cursors.move(id, "stock", null, { seq: 1 });
  expect([await attend(), (await open()).map(({ stops }) => stops)]).toEqual([1, [[`${id}/events`]]]);
  await engine.rows("update connector set state = 'paused' where id = $1", [id]);
  expect([await attend(), await open()]).toEqual([1, []]);
});

it("a source whose clock was set back is told at once, by each feed that has seen it, until its clock has passed where it was", async () => {
  const [{ id }] = await engine.rows<{ id: string }>("select id from connector where state = 'active' order by id limit 1") as [{ id: string }];
  const cursors = createFeedCursors(engine.pool), attend = () => createMaintenance(engine.pool).tellSilentFeeds(), since = "2026-11-23T12:00:00.000Z";
  for (const feed of ["orders", "stock"]) await cursors.take(id, feed, 0);
  await cursors.move(id, "orders", null, { from: since, setBack: since });
  await cursors.move(id, "stock", null, { from: since, setBack: null });
  expect([await attend(), await attend()]).toEqual([1, 0]);
  expect(await open()).toMatchObject([{ code: "CMP-02", stops: [`${id}/orders/clock`], message: expect.stringContaining("shows less than it did") as string }]);
  await cursors.failed(id, "orders", "no answer");
  await later(6);
  expect([await attend(), (await open()).map(({ stops }) => stops)]).toEqual([1, [[`${id}/orders`], [`${id}/orders/clock`]]]);
  await cursors.move(id, "orders", { from: since, setBack: since }, { from: since, setBack: null });
  expect([await attend(), await open()]).toEqual([2, []]);
});
