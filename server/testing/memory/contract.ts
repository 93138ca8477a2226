import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PostingDesk } from "@/server/api/desk";
import { latestOf } from "@/server/domain/facts";
import { addMs } from "@/server/domain/instant";
import { budgetOf, defaultRules } from "@/server/domain/resilience";
import { normalizeWaiting } from "@/server/pipeline/normalize";
import { planWaiting, type Planners } from "@/server/pipeline/plan";
import type { ClaimedCommand, Ports, Settlement } from "@/server/pipeline/ports";
import { order } from "../world/builders";
import { messageOf } from "./landscape";
import { grant, person } from "./people";
import { planner } from "./small-planner";

/** Stores under test, with what no port tells. */
export interface Harness {
  ports: Ports;
  /** All deadlines come nearer by so much. */
  pass(ms: number): Promise<void>;
  commands(): Promise<{ naturalKey: string; state: string; attempts: number; tries: number; payload: unknown }[]>;
  breaker(connector: string): Promise<string>;
  openExceptions(): Promise<string[]>;
  postings: PostingDesk;
  /** The stop of US01 that stands. */
  stopped(): Promise<{ since: string; by: string; reason: string } | null>;
  /** Postings that wait alone because they are too large. */
  aside(): Promise<{ command: string; digest: string }[]>;
  close(): Promise<void>;
}
export interface HarnessOptions { /** Every `post_invoice` of a connector is one after the other. */ serial: boolean }

const leaseMs = 30_000;
/** One acknowledgement and one invoice for each order, with the newest version in them. */
const speaking = planner((input) => {
  const newest = latestOf(input.facts, "order.captured").at(-1);
  if (!newest) return {};
  const wish = (kind: "acknowledge_order" | "post_invoice") => ({ kind, slot: "", sequence: 1, payload: { order: input.subject.key, version: newest.version }, blockedBy: [], amount: kind === "post_invoice" ? { amount: `${newest.version}0.00`, currency: "USD" } : null, dueSince: input.now });
  return { wanted: [wish("acknowledge_order"), wish("post_invoice")] };
});
const planners: Planners = { order: speaking };

/** What every store of the pipeline must do, whatever it is made of: so that a run in memory cannot lie about the database. */
export function portsContract(name: string, create: (options: HarnessOptions) => Promise<Harness>): void {
  describe(`${name}: the ports of the pipeline`, () => {
    let harness: Harness, isOpen = false;
    let concurrency = 8, perMinute = 1_000_000;
    const start = async (options: Partial<HarnessOptions> = {}): Promise<void> => { if (isOpen) await harness.close(); harness = await create({ serial: false, ...options }); isOpen = true; };
    beforeEach(() => { concurrency = 8; perMinute = 1_000_000; return start(); }, 60_000);
    afterEach(async () => { isOpen = false; await harness.close(); });

    let said = 0;
    const message = (number: string, version = 1) => messageOf(order(number).line("1", "A", version, "1.00").with({ version }), `contract-${++said}`, "shop");
    const understand = async (): Promise<void> => { while ((await normalizeWaiting(harness.ports, 100)) + (await planWaiting(harness.ports, planners, 100)) > 0); };
    const wanted = async (count: number): Promise<void> => { await harness.ports.inbox.store(Array.from({ length: count }, (_, index) => message(`SO-${index}`))); await understand(); };
    const claim = (worker: string, { limit = 10, connector = "erp", lane = "finance" }: { limit?: number; connector?: string; lane?: "finance" | "operations" } = {}) => harness.ports.commands.claim({ worker, connector, lane, limit, leaseMs, budget: budgetOf(lane, { ...defaultRules, concurrency, perMinute }) });
    const claimUnknown = (worker: string) => harness.ports.commands.claimUnknown({ worker, connector: "erp", limit: 5, leaseMs, budget: budgetOf("inquiry", { ...defaultRules, concurrency, perMinute }) });
    const settlement = (command: ClaimedCommand, more: Partial<Settlement>): Settlement => ({
      command, purpose: "send", startedAt: harness.ports.clock.now(), endedAt: harness.ports.clock.now(), request: { method: "POST" }, response: null, httpStatus: 201, to: null, outcome: "confirmed", failure: null, standing: null, reference: null, result: null, dueAt: null,
      repeatUntil: null, lookups: 0, uncounted: false, deaths: more.purpose === "lookup" ? command.deaths : 0, verifiedAt: null, verifyDueAt: null, technicalFailure: false, authenticationFailure: false, callAgainAt: null, events: [], ...more,
    });
    const confirmed = (command: ClaimedCommand) => settlement(command, { to: "confirmed", reference: "R-1", result: {} });
    const failed = (command: ClaimedCommand) => settlement(command, { to: "wanted", outcome: "retryable", httpStatus: null, failure: { code: "TEC-01", message: "refused" }, technicalFailure: true, dueAt: harness.ports.clock.now() });
    const stateOf = async (kind: string) => (await harness.commands()).filter(({ naturalKey }) => naturalKey.startsWith(kind)).map(({ state, attempts }) => [state, attempts]);

    it("keeps a message once, and other content under its id beside it", async () => {
      const one = message("SO-1"), other = { ...message("SO-1", 2), sourceMessageId: one.sourceMessageId };
      const verdicts = async (...inputs: (typeof one)[]) => (await harness.ports.inbox.store(inputs)).map(({ verdict }) => verdict);
      expect(await verdicts(one)).toEqual(["accepted"]);
      expect(await verdicts(one, one)).toEqual(["repeated", "repeated"]);
      expect(await verdicts(other)).toEqual(["conflict"]);
      expect(await harness.openExceptions()).toEqual(["CTR-02"]);
      expect(await harness.ports.inbox.claimWaiting(10, leaseMs)).toHaveLength(1);
    });

    it("gives a message to one worker, and one over which a worker died alone and counted", async () => {
      await harness.ports.inbox.store([message("SO-1"), message("SO-2")]);
      expect((await harness.ports.inbox.claimWaiting(10, leaseMs)).map(({ deaths }) => deaths)).toEqual([0, 0]);
      expect(await harness.ports.inbox.claimWaiting(10, leaseMs)).toEqual([]);
      await harness.pass(leaseMs + 1_000);
      await harness.ports.inbox.store([message("SO-3")]);
      expect((await harness.ports.inbox.claimWaiting(10, leaseMs)).map(({ deaths }) => deaths)).toEqual([1]);
    });

    it("plans what was said in between once more, and plans a subject for nobody else meanwhile", async () => {
      await harness.ports.inbox.store([message("SO-1")]);
      await normalizeWaiting(harness.ports, 10);
      let meanwhile = -1;
      await harness.ports.plans.planWaiting(10, async (job, read) => {
        await harness.ports.inbox.store([message("SO-1", 2)]);
        await normalizeWaiting(harness.ports, 10);
        meanwhile = await planWaiting(harness.ports, planners, 10);
        let answer: Awaited<ReturnType<Parameters<Ports["plans"]["planWaiting"]>[1]>> | null = null;
        await planWaiting({ ...harness.ports, plans: { planWaiting: async (_, decide) => { answer = await decide(job, read); return 1; } } }, planners, 1);
        return answer!;
      });
      expect(meanwhile).toBe(0);
      expect((await harness.commands())[0]?.payload).toMatchObject({ version: 1 });
      await understand();
      expect((await harness.commands()).map(({ payload }) => (payload as { version: number }).version)).toEqual([2, 2]);
    });

    it("rewrites what is wanted, and touches nothing in flight or confirmed", async () => {
      await wanted(1);
      const [sending] = await claim("w1");
      await harness.ports.inbox.store([message("SO-0", 2)]);
      await understand();
      const versions = async () => Object.fromEntries((await harness.commands()).map(({ naturalKey, payload }) => [naturalKey.split("|")[0], (payload as { version: number }).version]));
      expect(await versions()).toEqual({ acknowledge_order: 2, post_invoice: 1 });
      expect(await harness.ports.commands.settle([confirmed(sending!)])).toBe(1);
      await harness.ports.inbox.store([message("SO-0", 3)]);
      await understand();
      expect(await versions()).toEqual({ acknowledge_order: 3, post_invoice: 1 });
    });

    it("gives a command to one worker, marked before any byte leaves, within the lane's share of the connector", async () => {
      concurrency = 4;
      await wanted(6);
      expect(await claim("w1", { connector: "shop", lane: "operations" })).toHaveLength(3);
      expect(await claim("w2", { connector: "shop", lane: "operations" })).toHaveLength(0);
      expect(await claim("w1", { limit: 3 })).toHaveLength(3);
      expect(await claim("w2")).toHaveLength(1);
      expect(await stateOf("post_invoice")).toEqual([["sending", 1], ["sending", 1], ["sending", 1], ["sending", 1], ["wanted", 0], ["wanted", 0]]);
    });

    it("gives no more calls a minute than the connector takes, keeps most of those at rest for postings, and reads take of the same", async () => {
      perMinute = 120; // four kept, one more each half second
      await wanted(8);
      const operations = { connector: "shop", lane: "operations" } as const;
      expect([(await claim("w1", operations)).length, (await claim("w2", operations)).length]).toEqual([3, 0]);
      const sent = await claim("w1");
      expect([sent.length, (await claim("w2")).length]).toEqual([4, 0]);
      await harness.ports.commands.settle(sent.map((command) => settlement(command, { to: "unknown", outcome: "unknown", dueAt: harness.ports.clock.now() })));
      expect(await claimUnknown("w1")).toEqual([]);
      await harness.pass(1_600);
      expect((await claimUnknown("w1")).length).toBe(1); // of three, two are left for postings
      expect([(await claim("w1")).length, (await claim("w2")).length]).toEqual([2, 0]);
    });

    it("calls nobody of a connector before the time that it named, whoever it told", async () => {
      await wanted(4);
      const [first] = await claim("w1", { limit: 1 });
      const at = addMs(harness.ports.clock.now(), 60_000);
      await harness.ports.commands.settle([settlement(first!, { to: "wanted", outcome: "retryable", httpStatus: 429, failure: { code: "TEC-01", message: "later" }, dueAt: at, callAgainAt: at })]);
      expect([await claim("w1"), await claim("w2"), await harness.breaker("erp")]).toEqual([[], [], "closed"]);
      expect((await claim("w2", { connector: "shop", lane: "operations" })).length).toBe(4);
      await understand();
      await harness.pass(61_000);
      expect((await claim("w2")).length).toBe(4);
    });

    it("lets one at a time go for each serial key", async () => {
      await start({ serial: true });
      await wanted(3);
      const [first] = await claim("w1");
      expect(await claim("w2")).toEqual([]);
      await harness.pass(leaseMs + 1_000);
      expect(await claim("w2")).toEqual([]);
      expect(await harness.ports.reconciliation.expireLeases()).toBe(1);
      expect(await claim("w2")).toHaveLength(1);
      expect(await harness.ports.commands.settle([confirmed(first!)])).toBe(0);
    });

    it("makes a doubt of a lease that ran out, and a late worker changes nothing", async () => {
      await wanted(1);
      const [late] = await claim("w1");
      expect(await claimUnknown("w2")).toEqual([]);
      await harness.pass(leaseMs + 1_000);
      expect(await harness.ports.commands.connectorsWithDoubt()).toEqual([{ connector: "erp", unknown: true, unverified: false }]);
      const [looked] = await claimUnknown("w2");
      expect(looked).toMatchObject({ attempt: 1, lookups: 0, inDoubt: false });
      expect(await harness.ports.commands.settle([confirmed(late!)])).toBe(0);
      expect(await claim("w3")).toEqual([]);
      expect(await harness.ports.commands.settle([settlement(looked!, { purpose: "lookup", outcome: "absent", to: "wanted", dueAt: harness.ports.clock.now() })])).toBe(1);
      expect(await claim("w3")).toEqual([]);
      await understand();
      expect(await claim("w3")).toMatchObject([{ attempt: 2, tries: 2 }]);
      expect(await harness.ports.commands.settle([confirmed(late!)])).toBe(0);
      expect(await stateOf("post_invoice")).toEqual([["sending", 2]]);
    });

    it("sends what was under way again as it is wanted by then, never as it left", async () => {
      await wanted(1);
      const [sent] = await claim("w1"), now = harness.ports.clock.now();
      await harness.ports.inbox.store([message("SO-0", 2)]);
      await understand();
      await harness.ports.commands.settle([settlement(sent!, { to: "wanted", outcome: "retryable", httpStatus: 429, failure: { code: "TEC-03", message: "slower" }, dueAt: now })]);
      expect([await claim("w2"), (await harness.ports.commands.lanesWithWork()).map(({ connector }) => connector)]).toEqual([[], ["shop"]]);
      await understand();
      expect(await claim("w2")).toMatchObject([{ attempt: 2, payload: { version: 2 } }]);
    });

    it("does not send what was under way again while its plan fails: what came meanwhile is not seen yet", async () => {
      await wanted(1);
      const [sent] = await claim("w1"), now = harness.ports.clock.now();
      await harness.ports.inbox.store([message("SO-0", 2)]);
      await harness.ports.commands.settle([settlement(sent!, { to: "wanted", outcome: "retryable", httpStatus: 429, failure: { code: "TEC-03", message: "slower" }, dueAt: now })]);
      await normalizeWaiting(harness.ports, 10);
      expect(await planWaiting(harness.ports, { order: planner(() => { throw new Error("a plan that fails"); }) }, 10)).toBe(1);
      expect([await claim("w2"), (await harness.ports.commands.lanesWithWork()).map(({ connector }) => connector)]).toEqual([[], ["shop"]]);
      await harness.pass(60_000);
      await understand();
      expect(await claim("w2")).toMatchObject([{ attempt: 2, payload: { version: 2 } }]);
    });

    it("sends those with which a worker died one at a time, so that one that kills takes no innocent one with it again and again", async () => {
      await wanted(3);
      await claim("w1");
      await harness.pass(leaseMs + 1_000);
      const looked = await claimUnknown("w2");
      expect(looked.map(({ deaths }) => deaths)).toEqual([1, 1, 1]);
      await harness.ports.commands.settle(looked.map((command) => settlement(command, { purpose: "lookup", outcome: "absent", to: "wanted", dueAt: harness.ports.clock.now() })));
      await understand();
      const [one, ...others] = await claim("w3");
      expect([one?.deaths, others, await claim("w4")]).toEqual([1, [], []]);
      await harness.ports.commands.settle([confirmed(one!)]);
      expect(await claim("w4")).toHaveLength(1);
    });

    it("sends that of which no worker died beside the one that is tried alone, however many of those wait before it", async () => {
      await wanted(4);
      await claim("w1");
      await harness.pass(leaseMs + 1_000);
      const looked = await claimUnknown("w2");
      await harness.ports.commands.settle(looked.map((command) => settlement(command, { purpose: "lookup", outcome: "absent", to: "wanted", dueAt: harness.ports.clock.now() })));
      await harness.ports.inbox.store([message("SO-8"), message("SO-9")]);
      await understand();
      const sent = [...(await claim("w3", { limit: 2 })), ...(await claim("w4", { limit: 2 }))];
      expect(sent.map(({ deaths }) => deaths).sort()).toEqual([0, 0, 1]);
    });

    it("leaves what is repeated under a living key to a look when a worker died over it: it is judged before it is sent again", async () => {
      await wanted(1);
      const [sent] = await claim("w1"), repeatUntil = addMs(harness.ports.clock.now(), 600_000);
      await harness.ports.commands.settle([settlement(sent!, { to: "unknown", outcome: "unknown", dueAt: harness.ports.clock.now(), repeatUntil })]);
      expect(await claim("w1")).toMatchObject([{ inDoubt: true }]);
      await harness.pass(leaseMs + 1_000);
      const [looked] = await claimUnknown("w2");
      expect([looked?.deaths, await claim("w3")]).toEqual([1, []]);
      await harness.ports.commands.settle([settlement(looked!, { purpose: "lookup", outcome: "absent", dueAt: harness.ports.clock.now(), repeatUntil })]);
      expect(await claim("w3")).toMatchObject([{ inDoubt: true, attempt: 3, deaths: 1 }]);
    });

    it("sends what is in doubt again while its key lives, and only looks for it afterwards", async () => {
      await wanted(1);
      const [sent] = await claim("w1"), now = harness.ports.clock.now();
      await harness.ports.commands.settle([settlement(sent!, { to: "unknown", outcome: "unknown", dueAt: now, repeatUntil: addMs(now, 600_000) })]);
      expect(await claimUnknown("w2")).toEqual([]);
      const [again] = await claim("w2");
      expect(again).toMatchObject({ attempt: 2, inDoubt: true, payload: sent!.payload });
      await harness.ports.commands.settle([settlement(again!, { to: "unknown", outcome: "unknown", dueAt: now, repeatUntil: addMs(now, 600_000) })]);
      await harness.pass(601_000);
      expect(await claim("w3")).toEqual([]);
      expect(await claimUnknown("w3")).toHaveLength(1);
    });

    it("opens the breaker after five in a row, sends one probe when its time has come, and closes it with an answer", async () => {
      await wanted(7);
      const all = await claim("w1");
      await harness.ports.commands.settle(all.slice(0, 5).map(failed));
      expect([await harness.breaker("erp"), await harness.openExceptions()]).toEqual(["open", ["TEC-01"]]);
      expect(await claim("w1")).toEqual([]);
      await understand();
      await harness.pass(11_000);
      const probes = await claim("w1");
      expect(probes).toMatchObject([{ isProbe: true }]);
      expect([await harness.breaker("erp"), await claim("w2")]).toEqual(["half_open", []]);
      await harness.ports.commands.settle([confirmed(probes[0]!)]);
      expect([await harness.breaker("erp"), await harness.openExceptions()]).toEqual(["closed", []]);
      expect((await claim("w2")).length).toBeGreaterThan(1);
    });

    it("opens the breaker where half of twenty calls failed though no five in a row, with one exception however many follow", async () => {
      await wanted(30);
      concurrency = 100;
      const all = await claim("w1", { limit: 30 });
      await harness.ports.commands.settle(all.slice(0, 19).map((command, index) => (index % 2 === 0 ? confirmed : failed)(command)));
      expect([await harness.breaker("erp"), await harness.openExceptions()]).toEqual(["closed", []]);
      await harness.ports.commands.settle(all.slice(19).map(failed));
      expect([await harness.breaker("erp"), await harness.openExceptions()]).toEqual(["open", ["TEC-01"]]);
      expect(await claim("w2")).toEqual([]);
    });

    it("stops a connector that refuses the credentials, with one exception", async () => {
      await wanted(3);
      const refused = (await claim("w1", { limit: 2 })).map((command) => settlement(command, { to: "wanted", outcome: "retryable", httpStatus: 401, authenticationFailure: true, uncounted: true, failure: { code: "TEC-02", message: "no" }, dueAt: harness.ports.clock.now() }));
      expect(await harness.ports.commands.settle(refused)).toBe(2);
      expect(await claim("w1")).toEqual([]);
      expect(await harness.openExceptions()).toEqual(["TEC-02"]);
      expect((await harness.ports.commands.lanesWithWork()).map(({ connector }) => connector)).toEqual(["shop"]);
      expect((await harness.commands()).filter(({ attempts }) => attempts > 0).map(({ tries }) => tries)).toEqual([0, 0]);
    });

    it("reads back what was accepted until it was", async () => {
      await wanted(1);
      const [sent] = await claim("w1");
      await harness.ports.commands.settle([{ ...confirmed(sent!), verifyDueAt: harness.ports.clock.now() }]);
      const ask = (worker: string) => harness.ports.commands.claimUnverified({ worker, connector: "erp", limit: 5, leaseMs, budget: budgetOf("inquiry", { ...defaultRules, concurrency, perMinute }) });
      const [read] = await ask("w1");
      expect(read).toMatchObject({ reference: "R-1" });
      expect(await ask("w2")).toEqual([]);
      await harness.pass(leaseMs + 1_000);
      const [again] = await ask("w2");
      expect(await harness.ports.commands.settle([settlement(read!, { purpose: "verify", outcome: "agreed", verifiedAt: harness.ports.clock.now() })])).toBe(0);
      expect(await harness.ports.commands.settle([settlement(again!, { purpose: "verify", outcome: "agreed", verifiedAt: harness.ports.clock.now() })])).toBe(1);
      await harness.pass(3_600_000);
      expect(await ask("w3")).toEqual([]);
    });

    const [ann, bob] = [person("ann", grant()), person("bob", grant())];
    const resume = async (who = bob, raisedTo: string | null = null) => harness.postings.resume(who, "US01", (await harness.stopped())?.since ?? "", "checked", raisedTo);

    it("lets no new posting go while those of the entity are stopped, repeats what is in doubt, and goes on when another person says so", async () => {
      await wanted(3);
      const [sent] = await claim("w1", { limit: 1 }), now = harness.ports.clock.now();
      await harness.ports.commands.settle([settlement(sent!, { to: "unknown", outcome: "unknown", dueAt: now, repeatUntil: addMs(now, 600_000) })]);
      expect(await harness.postings.stop(ann, "US01", "two invoices for one order")).toEqual({ ok: true, value: true });
      expect((await claim("w1")).map(({ naturalKey, inDoubt }) => [naturalKey, inDoubt])).toEqual([[sent!.naturalKey, true]]);
      expect((await harness.ports.commands.lanesWithWork()).map(({ connector }) => connector)).toEqual(["shop"]);
      expect([await harness.postings.stop(bob, "US01", "once more"), await resume(ann)]).toMatchObject([{ error: { code: "CONFLICT" } }, { error: { code: "FORBIDDEN" } }]);
      expect(await claim("w2", { connector: "shop", lane: "operations" })).toHaveLength(3);
      expect(await resume()).toEqual({ ok: true, value: true });
      expect([await claim("w2"), await harness.stopped()]).toMatchObject([[{ attempt: 1 }, { attempt: 1 }], null]);
    });

    it("stops before the first posting above the day's limit has left, and counts one that is tried again once", async () => {
      await wanted(3);
      const ada = person("ada", grant({ role: "admin" }));
      expect([await harness.postings.limit([bob, bob], "US01", { count: "3" }, "why"), await harness.postings.limit([ada, bob], "US01", { count: "3" }, "the first month")]).toMatchObject([{ error: { code: "FORBIDDEN" } }, { value: { count: 3 } }]);
      const [first, ...more] = await claim("w1", { limit: 3 });
      expect(more).toHaveLength(2);
      await harness.ports.commands.settle([settlement(first!, { to: "wanted", outcome: "retryable", failure: { code: "TEC-01", message: "busy" }, dueAt: harness.ports.clock.now() })]);
      await understand();
      expect(await claim("w1", { limit: 1 })).toMatchObject([{ naturalKey: first!.naturalKey, attempt: 2 }]);
      await harness.ports.inbox.store([message("SO-8"), message("SO-9")]);
      await understand();
      expect([await claim("w2"), await harness.stopped()]).toMatchObject([[], { by: "posting-guard", reason: "5 postings in one day would be more than 3: a limit that was set" }]);
      expect([await resume(bob, "4"), await resume(bob, "5")]).toMatchObject([{ error: { code: "LIMIT" } }, { ok: true }]);
      expect(await claim("w2")).toHaveLength(2);
    });

    it("lets a document that is too large wait alone until a person lets it go as it is", async () => {
      await harness.ports.inbox.store([message("SO-1"), message("SO-2", 20)]);
      await understand();
      await harness.postings.limit([person("ada", grant({ role: "admin" })), bob], "US01", { currency: "USD", document: "150" }, "the first month");
      expect((await claim("w1")).map(({ naturalKey }) => naturalKey)).toEqual(["post_invoice|US01:order:SO-1||1"]);
      const [held] = await harness.aside();
      expect([await claim("w1"), await harness.stopped(), await harness.postings.release(bob, held!.command, "another", "an old page")]).toMatchObject([[], null, { error: { code: "CONFLICT" } }]);
      expect(await harness.postings.release(bob, held!.command, held!.digest, "a new customer's first order")).toEqual({ ok: true, value: true });
      expect([await harness.aside(), await claim("w1")]).toMatchObject([[], [{ naturalKey: "post_invoice|US01:order:SO-2||1" }]]);
    });
  });
}
