import { afterEach, beforeEach, expect, it } from "vitest";
import { planners } from "@/server/domain/planners";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { messageOf } from "@/server/testing/memory/landscape";
import { credit, customer, item, order, periods } from "@/server/testing/world/builders";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

/** PostgreSQL refuses every row of a table as it does where its disk is full (SQLSTATE 53100). */
async function full(table: string): Promise<() => Promise<void>> {
  await engine.rows(`create or replace function no_room() returns trigger language plpgsql as $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`);
  await engine.rows(`create trigger no_room before insert or update on ${table} for each row execute function no_room()`);
  return async () => { await engine.rows(`drop trigger no_room on ${table}`); };
}

it("what cannot be written while the disk is full is nobody's fault: messages and subjects wait, and go on once there is room", async () => {
  await engine.stores.inbox.store([periods(1, "2026-01-01 00:00"), item("A"), customer("C-1"), credit("C-1", 1, "2026-01-01 00:00", "1000.00", "0.00"), order("SO-1").line("1", "A", 5, "10.00")].map((thing, no) => messageOf(thing, `m-${no}`)));
  let makeRoom = await full("fact");
  await expect(normalizeWaiting(engine.ports, 100)).rejects.toThrow("No space left");
  await makeRoom();
  expect(await engine.rows("select distinct state, deaths, claimed_until from inbound_message")).toEqual([{ state: "received", deaths: 0, claimed_until: null }]);
  while ((await normalizeWaiting(engine.ports, 100)) > 0);

  makeRoom = await full("subject");
  await expect(planWaiting(engine.ports, planners, 50)).rejects.toThrow("No space left");
  await makeRoom();
  while ((await planWaiting(engine.ports, planners, 50)) > 0);
  expect(await engine.value("select count(*)::int from exception_item where code = 'TEC-05'")).toBe(0);
  expect(await engine.value("select bool_and(plan_no > 0) from subject")).toBe(true);
});
