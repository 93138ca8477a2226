import { afterEach, beforeEach, expect, it } from "vitest";
import { planners } from "@/server/domain/planners";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting } from "@/server/pipeline/plan";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { customer, event, item, order } from "@/server/testing/world/builders";
import { readReferences } from "./references";

let engine: Engine;
beforeEach(async () => { engine = await createEngine(); });
afterEach(async () => { await engine.close(); });

const settle = async () => {
  do { while ((await normalizeWaiting(engine.ports, 100)) + (await engine.ports.broadcasts.passOn(100)) > 0); } while ((await planWaiting(engine.ports, planners, 50)) > 0);
};
const maps = (canonical: string, version = 1) => event("code.mapped", new Date().toISOString(), { kind: "item", system: "shop", code: `SKU-${canonical}`, version, canonical });
const state = () => engine.value("select state from command where kind = 'acknowledge_order'");
/** As settlement leaves it: the subject is woken by what became of its command. */
const refuse = async () => {
  await engine.pool.query("update command set state = 'rejected', attempts = attempts + 1, rejection_code = 'MAP-02:item/A', rejection_message = 'shop has no code for item A', updated_at = now() where kind = 'acknowledge_order'");
  await engine.pool.query("insert into wake (subject_id) select distinct subject_id from command");
  await settle();
};

it("a command that was refused for want of a code is wanted again when the code is mapped, whether the refusal or the mapping is committed first", async () => {
  await engine.say(customer("C-1"), item("A"), order("SO-1").line("1", "A", 1, "1.00"));
  await settle();
  expect(await state()).toBe("wanted");
  await refuse();
  expect([await state(), await engine.rows("select code, key from exception_group where code like 'MAP-%' and state <> 'resolved'")]).toEqual(["rejected", [{ code: "MAP-02", key: expect.objectContaining({ connector: "shop", code: "item/A" }) as object }]]);
  await engine.say(maps("B"));
  await settle();
  expect(await state()).toBe("rejected");
  await engine.say(maps("A"));
  await settle();
  expect(await state()).toBe("wanted");
  // the worker that refuses had read the cross-reference a moment before the mapping
  await refuse();
  expect(await state()).toBe("wanted");
});

it("a code that comes to mean something else leaves its old word without one, unless another code means it", async () => {
  const says = (code: string, canonical: string, version: number) => event("code.mapped", new Date().toISOString(), { kind: "item", system: "shop", code, version, canonical });
  const codeOf = async (canonical: string) => [...(await readReferences(engine.pool, "US01", [{ topic: "code", key: `item/shop/${canonical}` }])).values()].map(({ data }) => (data as { code: string } | null)?.code ?? null);
  await engine.say(says("SKU-1", "A", 1), says("SKU-2", "B", 1), says("SKU-3", "B", 1));
  await settle();
  await engine.say(says("SKU-1", "C", 2), says("SKU-3", "C", 2));
  await settle();
  expect(await engine.rows("select key, plan_failures from subject where plan_failures > 0")).toEqual([]);
  expect(await engine.rows("select key, data->>'canonical' as means from reference_row where topic = 'map' order by key")).toEqual([{ key: "item/shop/SKU-1", means: "C" }, { key: "item/shop/SKU-2", means: "B" }, { key: "item/shop/SKU-3", means: "C" }]);
  expect([await codeOf("A"), await codeOf("B")]).toEqual([[null], ["SKU-2"]]);
});

it("what an order no longer looks at is no dependency of it any more; what it still looks at, and others look at, stays", async () => {
  await engine.say(customer("C-1"), customer("C-2"), item("A"), order("SO-1").customer("C-1").line("1", "A", 1, "1.00"), order("SO-2").customer("C-1").line("1", "A", 1, "1.00"));
  await settle();
  await engine.pool.query("insert into dependency (subject_id, entity, topic, key) select distinct subject_id, entity, 'customer', 'C-9' from dependency where subject_id like '%SO-_'");
  await engine.say(order("SO-1").customer("C-2").line("1", "A", 1, "1.00").with({ version: 2 }));
  await settle();
  expect(await engine.rows("select right(subject_id, 4) as order, key from dependency where subject_id like '%:order:%' and topic = 'customer' order by 1, 2"))
    .toEqual([{ order: "SO-1", key: "C-1" }, { order: "SO-1", key: "C-2" }, { order: "SO-2", key: "C-1" }, { order: "SO-2", key: "C-9" }]);
});
