import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planWaiting } from "@/server/pipeline/plan";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { planner } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";

let engine: Engine;
let planned: string[];
beforeEach(async () => { engine = await createEngine(); planned = []; });
afterEach(async () => { await engine.close(); });

const noting = planner((input) => { planned.push(input.subject.key); return {}; });
const plan = (limit: number) => planWaiting(engine.ports, { order: noting }, limit);
const wake = (key: string, { patient, agoMs }: { patient: boolean; agoMs: number }) =>
  engine.pool.query("insert into wake (subject_id, due_at, patient) values ($1, now() - $2 * interval '1 millisecond', $3)", [`US01:order:${key}`, agoMs, patient]);

describe("whose turn it is", () => {
  beforeEach(async () => {
    await engine.say(order("SO-1").line("1", "A", 1, "1.00"), order("SO-2").line("1", "A", 1, "1.00"));
    while ((await normalizeWaiting(engine.ports, 10)) > 0);
    await engine.pool.query("delete from wake");
  });

  it("gives way to what cannot wait, and comes when nothing else does", async () => {
    await wake("SO-1", { patient: true, agoMs: 3_000 });
    await wake("SO-2", { patient: false, agoMs: 0 });
    while ((await plan(1)) > 0);
    expect(planned).toEqual(["SO-2", "SO-1"]);
  });

  it("never gives way for long", async () => {
    await wake("SO-1", { patient: true, agoMs: 12_000 });
    await wake("SO-2", { patient: false, agoMs: 1_000 });
    while ((await plan(1)) > 0);
    expect(planned).toEqual(["SO-1", "SO-2"]);
  });

  it("is one plan for all that woke the subject, and a review in the future is begun anew by it", async () => {
    await wake("SO-1", { patient: true, agoMs: 3_000 });
    await wake("SO-1", { patient: false, agoMs: 0 });
    await wake("SO-1", { patient: false, agoMs: -60_000 });
    while ((await plan(1)) > 0);
    expect(planned).toEqual(["SO-1"]);
    expect(await engine.rows("select 1 from wake")).toEqual([]);
  });

  it("is not before it is due", async () => {
    await wake("SO-1", { patient: true, agoMs: -60_000 });
    expect(await plan(10)).toBe(0);
  });
});
