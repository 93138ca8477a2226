import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ofType, publishedOf } from "@/server/domain/facts";
import type { Plan, PlanInput } from "@/server/domain/plan";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting, type Planners } from "@/server/pipeline/plan";
import { anotherProcess, createEngine, type Engine } from "@/server/testing/memory/engine";
import { planner } from "@/server/testing/memory/small-planner";
import { order } from "@/server/testing/world/builders";

let engine: Engine;
let heard: [string, unknown][];
beforeEach(async () => { engine = await createEngine(); heard = []; });
afterEach(async () => { await engine.close(); });

const came = async (...numbers: string[]): Promise<void> => {
  await engine.say(...numbers.map((number) => order(number).line("1", "A", 1, "1.00")));
  while ((await normalizeWaiting(engine.ports, 100)) > 0);
};
const plan = (planners: Planners) => planWaiting(engine.ports, planners, 50);
const settle = async (planners: Planners) => { while ((await plan(planners)) > 0); };
const account = { entity: "US01", kind: "credit_account", key: "C-1" } as const;
const wordsOf = (input: Pick<PlanInput, "facts">, topic: string): unknown[] => publishedOf<{ word: unknown }>(input.facts, topic).map(({ data }) => data.word);
const says = (topic: string, key: string, to: Plan["publications"][number]["to"], word: unknown): Plan["publications"][number] => ({ topic, key, to, data: { word } });
const noting = (plans: (input: PlanInput) => Partial<Plan>, topic: string) => planner((input) => { heard.push([input.subject.key, wordsOf(input, topic)]); return plans(input); });
const stored = (kind: string) => engine.rows(`select s.key, f.type, f.data->>'word' as word from fact f join subject s on s.id = f.subject_id where s.kind = '${kind}' and f.type like 'published.%' order by 1, 2`);
const planNo = (kind: string) => engine.rows(`select key, plan_no as no from subject where kind = '${kind}' order by 1`);
const wakes = () => engine.value("select count(*)::int from wake");

/** Asks its account, and acts on the answer. */
const asking = noting((input) => ({ publications: [says("credit.request", input.subject.key, account, "may I")], sentence: wordsOf(input, "credit.answer").length > 0 ? "yes" : "asked" }), "credit.answer");
const answering = noting((input) => ({
  publications: publishedOf(input.facts, "credit.request").map(({ document }) => says("credit.answer", document, { entity: "US01", kind: "order", key: document }, "yes")),
}), "credit.request");

describe("subjects of one batch", () => {
  it("hear each other before they are written: each is written once, with what it heard, and nobody is woken", async () => {
    await came("SO-1", "SO-2");
    expect(await plan({ order: asking, credit_account: answering })).toBe(2);
    expect([...heard.slice(0, 2).sort(), heard[2], ...heard.slice(3).sort()]).toEqual([["SO-1", []], ["SO-2", []], ["C-1", ["may I", "may I"]], ["SO-1", ["yes"]], ["SO-2", ["yes"]]]);
    expect([await planNo("order"), await planNo("credit_account")]).toEqual([[{ key: "SO-1", no: 1 }, { key: "SO-2", no: 1 }], [{ key: "C-1", no: 1 }]]);
    expect([await stored("order"), await stored("credit_account")]).toEqual([
      ["SO-1", "SO-2"].map((key) => ({ key, type: "published.credit.answer", word: "yes" })), ["SO-1", "SO-2"].map(() => ({ key: "C-1", type: "published.credit.request", word: "may I" })),
    ]);
    expect(await engine.rows("select distinct sentence from subject where kind = 'order'")).toEqual([{ sentence: "yes" }]);
    expect([await wakes(), await plan({ order: asking, credit_account: answering })]).toEqual([0, 0]);
  });

  it("are told again nothing that they have heard, also where the memory of the last plan is lost", async () => {
    await came("SO-1");
    const planners = { order: asking, credit_account: answering };
    await settle(planners);
    const facts = await engine.rows("select * from fact order by subject_id, source, document");
    await engine.pool.query("update subject set plan_digests = null");
    await engine.pool.query("insert into wake (subject_id, due_at) select id, now() - interval '1 second' from subject");
    await settle(planners);
    expect(await engine.rows("select * from fact order by subject_id, source, document")).toEqual(facts);
    expect(await planNo("order")).toEqual([{ key: "SO-1", no: 2 }]);
  });

  it("pass over whoever is planned by somebody else: that one is woken by what is written", async () => {
    const planners = { order: asking, credit_account: answering };
    await came("SO-1");
    await settle(planners);
    await came("SO-2");
    await engine.pool.query("insert into wake (subject_id, due_at) select id, now() - interval '1 second' from subject where kind = 'credit_account'");
    const other = anotherProcess(engine);
    // The other process has the account, and reads it before the order is planned here.
    const slow = noting((input) => answering.plan(input), "credit.request");
    let begin = (): void => undefined, go = (): void => undefined;
    const begun = new Promise<void>((resolve) => { begin = resolve; }), let_go = new Promise<void>((resolve) => { go = resolve; });
    await engine.pool.query("update wake set due_at = now() + interval '1 hour' where subject_id like '%:order:%'");
    const elsewhere = other.ports.plans.planWaiting(50, async (job) => {
      begin();
      await let_go;
      return { plan: slow.plan({ subject: { ...account, id: job.subject.id }, facts: job.facts, commands: [], reference: new Map(), policy: job.policy, now: new Date().toISOString() }), changes: [], dependencies: [], now: new Date().toISOString() };
    });
    await begun;
    await engine.pool.query("update wake set due_at = now() - interval '1 second' where subject_id like '%:order:%'");
    heard = [];
    await plan(planners);
    expect(heard).toEqual([["SO-2", []]]);
    go();
    await elsewhere;
    await settle(planners);
    await other.pool.end();
    expect(heard.slice(-2)).toEqual([["C-1", ["may I", "may I"]], ["SO-2", ["yes"]]]);
    expect(await wakes()).toBe(0);
  });

  it("pass over who knows so much that planning it again and again is dear", async () => {
    await came("SO-1");
    await engine.pool.query("insert into subject (id, entity, kind, key) values ('US01:credit_account:C-1', 'US01', 'credit_account', 'C-1')");
    await engine.pool.query("insert into fact (subject_id, source, document, grp, version, shape, type, digest, occurred_at, data) select 'US01:credit_account:C-1', 'erp', n::text, '', 0, 'register', 'known', '', now(), '{}' from generate_series(1, 300) n");
    const planners = { order: asking, credit_account: answering };
    await plan(planners);
    expect([heard, await wakes()]).toEqual([[["SO-1", []]], 1]);
    await settle(planners);
    expect(heard.slice(1)).toEqual([["C-1", ["may I"]], ["SO-1", ["yes"]]]);
  });

  it("keep what a plan kept that another one followed, and that one knows it", async () => {
    await came("SO-1");
    const record = { type: "gate", document: "g", group: "g", version: 1, occurredAt: "2026-03-02T09:00:00.000Z", data: { price: "1.00" } };
    const deciding = planner((input) => {
      const known = ofType(input.facts, "gate").map(({ data }) => data);
      return { ...asking.plan(input), records: known.length === 0 ? [record] : [], sentence: JSON.stringify(known) };
    });
    await settle({ order: deciding, credit_account: answering });
    expect(await engine.rows("select type, data from fact where source = 'tower'")).toEqual([{ type: "gate", data: { price: "1.00" } }]);
    expect([await engine.value("select sentence from subject where kind = 'order'"), await planNo("order")]).toEqual(['[{"price":"1.00"}]', [{ key: "SO-1", no: 1 }]]);
  });

  it("that were misled are planned again with what is said in the end", async () => {
    await came("SO-1");
    // Having heard the answer of the first account it asks the second one instead.
    const fickle = planner((input) => ({ publications: [says("credit.request", "SO-1", wordsOf(input, "credit.answer").length === 0 ? account : { ...account, key: "C-2" }, "may I")] }));
    await settle({ order: fickle, credit_account: answering });
    expect(heard).toEqual([["C-1", ["may I"]], ["C-2", ["may I"]], ["C-1", []]]);
    expect(await stored("credit_account")).toEqual([{ key: "C-2", type: "published.credit.request", word: "may I" }]);
    expect(await engine.value("select count(*)::int from exception_item")).toBe(0);
    expect(await wakes()).toBe(0);
  });

  it("say for good what a plan said and the one after it does not name", async () => {
    await came("SO-1");
    const brief = planner((input) => ({ publications: wordsOf(input, "credit.answer").length === 0 ? [says("credit.request", "SO-1", account, "may I")] : [] }));
    await settle({ order: brief, credit_account: answering });
    expect([heard, await stored("credit_account"), await wakes()]).toEqual([[["C-1", ["may I"]]], [{ key: "C-1", type: "published.credit.request", word: "may I" }], 0]);
  });

  it("come to an end though they never agree: the rest is said by wakes", async () => {
    await came("SO-1");
    let turns = 0;
    const counting = (topic: string, answer: string, to: (input: PlanInput) => Plan["publications"][number]["to"]) => planner((input) => {
      const word = Number(wordsOf(input, topic)[0] ?? 0);
      turns += 1;
      return { publications: word < 9 ? [says(answer, "SO-1", to(input), word + 1)] : [] };
    });
    const planners = { order: counting("credit.answer", "credit.request", () => account), credit_account: counting("credit.request", "credit.answer", () => ({ entity: "US01", kind: "order", key: "SO-1" })) };
    await plan(planners);
    expect([turns, await engine.value("select count(distinct subject_id)::int from wake")]).toEqual([5, 1]);
    await settle(planners);
    expect([turns, await wakes()]).toEqual([10, 0]);
    expect([await stored("order"), await stored("credit_account")].flat().map(({ word }) => word)).toEqual(["8", "9"]);
  });

  it("do not suffer from a reader that cannot be written: it alone is reported, and it has been told", async () => {
    await came("SO-1", "SO-2");
    const poisonous = planner(() => ({ balances: [{ line: "1", term: "ordered", document: "d", quantity: "1e400", amount: "0", currency: "USD", effectiveOn: "2026-03-02", period: null }] }));
    await settle({ order: asking, credit_account: poisonous });
    expect(await engine.rows("select code, subject_id from exception_item where state = 'open'")).toEqual([{ code: "TEC-05", subject_id: "US01:credit_account:C-1" }]);
    expect(await engine.value("select count(*)::int from subject where kind = 'order' and plan_no = 1 and plan_failures = 0")).toBe(2);
    expect(await stored("credit_account")).toHaveLength(2);
  });
});
