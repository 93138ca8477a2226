import { afterEach, beforeEach, expect, test } from "vitest";
import type { CanonicalEvent } from "@/server/domain/facts";
import type { SubjectId } from "@/server/domain/subject";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { transaction } from "../statement";
import { recordEvents, type Recorded } from "./record-events";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

const subject = "US01:master_record:item/A" as SubjectId;
const described = (id: string, description: string, version = 1, source = "erp") => ({
  event: { id, type: "item.described", source, entity: "US01", occurredAt: "2026-03-02T09:00:00.000Z", correlationId: "c", data: { item: "A", version, description, state: "active", baseUnit: "EA" } } as unknown as CanonicalEvent,
  subject, messageId: null, recordedAt: "2026-03-02T09:00:01.000Z",
});
const record = (...told: ReturnType<typeof described>[]): Promise<Recorded> => transaction(engine.pool, (client) => recordEvents(client, engine.stores.policies, told));
const kept = () => engine.rows("select event_id, version::int, data->>'description' as says from fact order by version");
const wakes = () => engine.value("select count(*)::int from wake");

test("an event adds its fact and wakes its subject; the same again does neither", async () => {
  await record(described("e1", "first"));
  expect([await kept(), await wakes()]).toEqual([[{ event_id: "e1", version: 1, says: "first" }], 1]);
  expect(await record(described("e1", "first"))).toEqual({ refused: [], exceptions: [], moved: 0 });
  expect([await kept(), await wakes()]).toEqual([[{ event_id: "e1", version: 1, says: "first" }], 1]);
});

test.each([["later", false], ["in the same batch", true]])("an event id that is known with other content is refused, and adds no fact, %s", async (_, together) => {
  const first = described("e1", "first"), second = described("e1", "second", 2);
  if (!together) await record(first);
  const { refused } = await record(...(together ? [first, second] : [second]));
  expect(refused).toMatchObject([{ failure: { code: "CTR-02" } }]);
  expect([await kept(), await wakes()]).toEqual([[{ event_id: "e1", version: 1, says: "first" }], 1]);
});

test.each([["later", false], ["in the same batch", true]])("two events that say the same version otherwise: the first stays, and CTR-02 says so, %s", async (_, together) => {
  const first = described("e1", "first"), second = described("e2", "second");
  if (!together) await record(first);
  const { exceptions, refused } = await record(...(together ? [first, second] : [second]));
  expect([exceptions.map(({ code, subjectId }) => [code, subjectId]), refused]).toEqual([[["CTR-02", subject]], []]);
  expect(await kept()).toEqual([{ event_id: "e1", version: 1, says: "first" }]);
});

test("two events that say the same are one fact, and nothing is wrong", async () => {
  await record(described("e1", "first"));
  expect(await record(described("e2", "first"))).toMatchObject({ refused: [], exceptions: [] });
  expect([await kept(), await wakes()]).toEqual([[{ event_id: "e1", version: 1, says: "first" }], 1]);
});

test("whoever is to be woken is woken though all that is told is known or refused", async () => {
  await record(described("e1", "first"));
  await engine.pool.query("delete from wake");
  for (const told of [described("e1", "first"), described("e1", "second", 2)]) await transaction(engine.pool, (client) => recordEvents(client, engine.stores.policies, [told], [subject]));
  expect(await engine.rows("select subject_id from wake")).toEqual([{ subject_id: subject }, { subject_id: subject }]);
});
