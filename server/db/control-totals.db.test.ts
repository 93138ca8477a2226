import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Doors } from "@/server/api/public/door";
import { postEvents } from "@/server/api/public/events";
import { createCompletenessStore } from "@/server/db/completeness";
import { createKey, readClient } from "@/server/db/keys";
import { createQuery } from "@/server/db/query";
import { cloudEventType } from "@/server/domain/contracts/registry";
import { addMs } from "@/server/domain/instant";
import { planners } from "@/server/domain/planners";
import { cloudEvents } from "@/server/integrations/cloud-events";
import type { ExpectedTotals } from "@/server/jobs/ports";
import { receive } from "@/server/pipeline/receive";
import { controlTotals, gapFigure } from "@/server/read/completeness";
import { createEngine, type Engine } from "@/server/testing/memory/engine";
import { runToRest } from "@/server/testing/memory/ports";
import { event, type Told } from "@/server/testing/world/builders";
import { tellSilentFeeds } from "./silent-feeds";

/** A key's source, which pushes receipts and states what it told. */
let engine: Engine, now: string;
const window = { from: "2026-03-02T08:00:00.000Z", to: "2026-03-02T09:00:00.000Z" };
beforeEach(async () => {
  engine = await createEngine();
  await engine.pool.query("update connector set type = 'cloud-events', name = 'Zeta' where id = 'pay'");
  now = "2026-03-02T09:00:10.000Z";
});
afterEach(async () => { await engine.close(); });

const store = () => createCompletenessStore(engine.pool, engine.stores.policies);
const turn = (afterMs: number, expected: readonly ExpectedTotals[] = []) => store().totals(expected, addMs(now, afterMs));
const receipt = (number: string, amount: string, at = "2026-03-02T08:30:00.000Z", version = 1): Told => event("receipt.recorded", at, { receipt: number, version, payer: "C-1", means: "card", amount, currency: "USD", receivedOn: "2026-03-02" }, "pay");
const total = (more: object, at = "2026-03-02T09:00:10.000Z"): Told => event("control_total.stated", at, { kind: "payments", ...window, count: 2, ...more } as never, "pay");
/** What is stated, is stated now. */
async function tell(...told: Told[]): Promise<void> {
  await engine.say(...told);
  await runToRest(engine.ports, planners);
  await engine.pool.query("update control_total set stated_at = $1, check_at = $1 where state = 'late'", [now]);
}
const ledger = async () => (await controlTotals(createQuery(engine.pool), null, 24 * 3650)).map(({ kind, count, heldCount, heldSums, state, differed }) => [kind, count, heldCount, heldSums?.map(({ currency, amount }) => `${amount} ${currency}`), state, differed]);
const exceptions = () => engine.rows<{ code: string; state: string; message: string; amount: string; currency: string | null }>("select code, state, message, amount::float8::text as amount, currency from exception_item where code like 'CMP-%' order by id");
const settle = (resolution: string) => engine.pool.query("update exception_item set state = 'resolved', resolved_by = 'ann', resolution = $1, resolved_at = $2 where state = 'open' and code like 'CMP-%'", [resolution, addMs(now, 60_000)]);

describe("what a source says that it told in a window", () => {
  test("agrees with what is held: a row of its own, and nothing to do", async () => {
    await tell(receipt("R-1", "100.00"), receipt("R-2", "40.50"), receipt("R-9", "7.00", "2026-03-02T09:00:00.000Z"), total({ sums: [{ currency: "USD", amount: "140.50" }], documents: ["R-1", "R-2"] }));
    expect(await turn(1_000)).toBe(1);
    expect([await ledger(), await exceptions()]).toEqual([[["payments", 2, 2, ["140.5 USD"], "agreed", false]], []]);
    expect(await turn(700_000)).toBe(0);
  });

  test("and has not arrived is a gap half a minute later, with its age and money, and is closed by what arrives", async () => {
    await tell(receipt("R-1", "100.00"), total({ sums: [{ currency: "USD", amount: "140.50" }], documents: ["R-1", "R-2"] }));
    await turn(1_000);
    expect([await ledger(), await exceptions()]).toEqual([[["payments", 2, 1, ["100 USD"], "late", false]], []]);
    await turn(40_000);
    expect(await exceptions()).toEqual([{ code: "CMP-01", state: "open", amount: "40.5", currency: "USD", message: "What Zeta says that it told of payments from 2026-03-02 08:00 to 09:00 UTC is not what is held: it says 2, 1 are held; it says 140.50 USD, 100.00 USD is held; not here: R-2. Have it send what is missing again, or state the total anew." }]);
    expect(await engine.value("select e.first_seen_at = t.stated_at + interval '30 seconds' and t.since = e.first_seen_at from exception_item e, control_total t where e.code = 'CMP-01'")).toBe(true);
    expect(await gapFigure(createQuery(engine.pool), ["US01"])).toMatchObject({ missing: 0, totals: 1 });
    expect(await gapFigure(createQuery(engine.pool), ["EU01"])).toMatchObject({ totals: 0 });
    await tell(receipt("R-2", "40.50", "2026-03-02T08:59:59.999Z"));
    expect(await turn(41_000)).toBe(0);
    expect(await turn(50_000)).toBe(1);
    expect([await ledger(), (await exceptions()).map(({ state }) => state)]).toEqual([[["payments", 2, 2, ["140.5 USD"], "agreed", true]], ["resolved"]]);
    expect(await gapFigure(createQuery(engine.pool), null)).toMatchObject({ totals: 0 });
  });

  test("is less than what is held: told too, until it is stated anew; an older statement that comes later changes nothing", async () => {
    await tell(receipt("R-1", "100.00"), receipt("R-2", "40.50"), total({ count: 1 }));
    await turn(40_000);
    expect((await exceptions()).map(({ state, message }) => [state, /it says 1, 2 are held/.test(message)])).toEqual([["open", true]]);
    await tell(total({ count: 2, version: 3 }));
    await tell(total({ count: 5, version: 2 }));
    await turn(45_000);
    expect([await ledger(), (await exceptions()).map(({ state }) => state)]).toEqual([[["payments", 2, 2, ["140.5 USD"], "agreed", true]], ["resolved"]]);
  });

  test("that a person settles is excused and stays so; a word that is not true opens it again", async () => {
    await tell(receipt("R-1", "100.00"), total({}));
    await turn(40_000);
    await settle("fixed_at_source");
    await turn(50_000);
    expect((await exceptions()).map(({ state }) => state)).toEqual(["resolved", "open"]);
    await settle("not_a_problem");
    await turn(60_000);
    expect([(await ledger())[0]?.[4], (await exceptions()).map(({ state }) => state)]).toEqual(["excused", ["resolved", "resolved"]]);
  });

  test("is another source's or another kind's where it is", async () => {
    await tell(receipt("R-1", "100.00"), { ...receipt("R-2", "40.50"), source: "bank" }, total({ count: 1 }), total({ kind: "refunds", count: 0 }));
    await turn(40_000);
    expect(await ledger()).toEqual([["payments", 1, 1, ["100 USD"], "agreed", false], ["refunds", 0, 0, [], "agreed", false]]);
  });

  test("is counted by one of several workers, once", async () => {
    await tell(receipt("R-1", "100.00"), total({}));
    await Promise.all(Array.from({ length: 5 }, () => turn(40_000)));
    expect((await exceptions()).map(({ state }) => state)).toEqual(["open"]);
  });
});

test("comes by the front door as any other event does: refused at its place where it cannot be, kept once, and a row of its own", async () => {
  await engine.pool.query("insert into entity (code, name, currency, zone) values ('US01', 'Test', 'USD', 'UTC')");
  const key = await createKey(engine.pool, { name: "zeta", entity: "US01", source: "zeta", scopes: ["events:control_total.*", "events:receipt.*"], createdBy: "test", expiresAt: null });
  if (!key.ok) throw new Error(key.error.message);
  const services = { receive: (inputs) => receive(engine.stores.inbox, inputs), clientOf: (bearer) => readClient(engine.pool, bearer) } as Pick<Doors, "receive" | "clientOf"> as Doors;
  const said = (id: string, more: object) => ({ specversion: "1.0", id, source: "/zeta", type: cloudEventType("control_total.stated"), time: window.to, data: { kind: "payments", ...window, count: 0, ...more } });
  const post = async (...events: object[]) => ((await (await postEvents(services, new Request("http://tower.test/api/v1/events", { method: "POST", headers: { authorization: `Bearer ${key.value.secret}`, "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify(events) }))).json()) as { results: { status: string; pointer?: string }[] }).results.map(({ status, pointer }) => pointer ?? status);
  expect(await post(said("t-1", {}), said("t-2", { kind: "shipments", sums: [{ currency: "USD", amount: "1.00" }] }), said("t-1", {}))).toEqual(["accepted", "/data/sums", "repeated"]);
  const connectors: typeof engine.landscape = { ...engine.landscape, translate: (message) => Promise.resolve(cloudEvents.toCanonical({ ...message, connectorId: "zeta", entity: "US01", settings: {} })) };
  await runToRest({ ...engine.ports, connectors }, planners);
  expect(await engine.rows("select connector, kind, count, state, version::int from control_total")).toEqual([{ connector: "zeta", kind: "payments", count: 0, state: "late", version: 1 }]);
});

describe("a control total that was to be stated", () => {
  const hourly = (more: Partial<ExpectedTotals> = {}): ExpectedTotals => ({ connector: "pay", entity: "US01", paused: false, kinds: ["payments"], windowSeconds: 3600, dueSeconds: 900, ...more });
  /** Set up at the begin of an hour; `now` is 16 minutes after the close of the second. */
  beforeEach(async () => {
    now = "2026-03-02T10:16:00.000Z";
    await engine.pool.query("update connector set updated_at = '2026-03-02T08:00:00Z' where id = 'pay'");
  });

  test("and was not is told once with its age, from the first whole window on, and ends when it comes", async () => {
    await turn(-120_000, [hourly()]);
    expect([(await ledger()).map((row) => row[4]), (await exceptions()).map(({ code, message }) => [code, message])]).toEqual([["silent", "awaited"], [["CMP-02", "Zeta has not stated its control total of payments from 2026-03-02 08:00 to 09:00 UTC: whether all that it told is here is not known."]]]);
    await turn(0, [hourly()]);
    expect((await exceptions()).map(({ message }) => message)).toEqual(["Zeta has not stated its control total of payments from 2026-03-02 08:00 to 09:00 UTC, nor 1 after it: whether all that it told is here is not known."]);
    expect(await engine.value("select first_seen_at = '2026-03-02T09:15:00Z' from exception_item where code = 'CMP-02'")).toBe(true);
    expect(await tellSilentFeeds(engine.pool, engine.stores.policies)).toBe(0);
    await tell(total({ count: 0 }), total({ count: 0, from: window.to, to: "2026-03-02T10:00:00.000Z" }));
    await turn(0, [hourly()]);
    expect([(await ledger()).map((row) => [row[4], row[5]]), (await exceptions()).map(({ state }) => state)]).toEqual([[["agreed", true], ["agreed", true]], ["resolved"]]);
  });

  test("is not owed by one that was never told to, nor told of a paused one; what is owed no more is excused", async () => {
    await turn(0, []);
    expect(await ledger()).toEqual([]);
    await turn(0, [hourly()]);
    await engine.pool.query("update connector set state = 'paused' where id = 'pay'");
    await turn(0, [hourly({ paused: true })]);
    expect([(await ledger()).map((row) => row[4]), (await exceptions()).map(({ state }) => state)]).toEqual([["silent", "silent"], ["resolved"]]);
    await engine.pool.query("update connector set state = 'active' where id = 'pay'");
    await turn(0, [hourly()]);
    expect((await exceptions()).map(({ state }) => state)).toEqual(["resolved", "open"]);
    await turn(0, [hourly({ kinds: ["refunds"] })]);
    expect((await ledger()).filter((row) => row[0] === "payments").map((row) => row[4])).toEqual(["excused", "excused"]);
  });

  test("of many windows that nobody was there to see is owed for a week, and no longer", async () => {
    now = "2026-03-20T10:16:00.000Z";
    await turn(0, [hourly({ windowSeconds: 86_400 })]);
    expect((await ledger()).length).toBe(6);
  });
});
