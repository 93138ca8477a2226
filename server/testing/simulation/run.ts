import { epochMs, fromEpochMs } from "@/server/domain/instant";
import { planners } from "@/server/domain/planners";
import type { Ports } from "@/server/pipeline/ports";
import { receive } from "@/server/pipeline/receive";
import { createMemoryPostings } from "../memory/brake";
import { messageOf } from "../memory/landscape";
import { grant, person } from "../memory/people";
import { release } from "../memory/plans";
import { createMemoryStores } from "../memory/ports";
import { replayAll } from "../memory/replay";
import { mayFind } from "./looks";
import { createRows, type Rows } from "../memory/rows";
import type { Step } from "../memory/steps";
import { isLater, type Later, type Told } from "../world/builders";
import { seeded } from "../world/chance";
import { testPolicy } from "../world/defaults";
import type { Setting } from "./setting";
import { createNetwork, type Network } from "./network";
import { violationsOf, whatIsLeft } from "./oracle";
import { attend, type Desk } from "./people";
import { Progress } from "./progress";
import { Scheduler, type Owner } from "./scheduler";
import { masters } from "./traffic";
import { startWorker, type LoopName, type SimulatedWorker } from "./worker";

const evening = epochMs("2026-03-02T21:00:00.000Z");
/** The longest that a run may be awake. */
const awakeMs = 24 * 3_600_000;
const leaseMs = 30_000, minute = 60_000;
/** More than this for each order is a circle. */
const happenedEach = 30_000;
/** Whom a store nudges after which step. */
const nudges: Readonly<Record<string, readonly LoopName[]>> = {
  "inbox.store": ["normalize"], "inbox.settle": ["plan"], "plan.commit": ["plan", "dispatch", "broadcast"], "commands.settle": ["plan", "confirm", "dispatch"], "broadcasts.pass_on": ["plan"],
};

export interface Outcome { violations: string[]; digest: string; trace: string[]; happened: number; rows: Rows; network: Network }
/** Wraps the ports of every worker: how a guard is broken on purpose. */
export type Tamper = (ports: Ports, rows: Rows) => Ports;

/** One run from its setting to rest; the same setting gives the same run. */
export async function run(setting: Setting, { keepsTrace = false, tamper = (ports: Ports): Ports => ports }: { keepsTrace?: boolean; tamper?: Tamper } = {}): Promise<Outcome> {
  const { stories, faults } = setting, start = stories.reduce((first, { chapters }) => chapters.reduce((before, { from }) => Math.min(before, from === null ? evening : epochMs(from)), first), evening), chance = seeded(setting.seed ^ 0x5eed), scheduler = new Scheduler(chance, start, keepsTrace), rows = createRows();
  const network = createNetwork({ scheduler, chance, faults, manners: setting.manners, concurrency: setting.concurrency, perMinute: setting.perMinute, start, entity: testPolicy.entity, slowness: setting.slowness, names: new Map(stories.flatMap(({ names }) => [...names])) });
  const clock = { now: () => scheduler.instant() };
  const workers = new Map<number, { owner: Owner; loops: SimulatedWorker }>();
  const stepFaults = new Map(faults.flatMap((fault) => ("step" in fault ? [[fault.step, fault] as const] : [])));
  let steps = 0, incarnations = 0, waitingTellings = 0;
  const clockFaults = faults.flatMap((fault) => (fault.what === "clock" ? [fault] : []));
  /** The time as the machine of a worker has it; asked for more often than it passes. */
  const clockOf = (slot: number) => {
    let told = { ms: NaN, instant: "" };
    return { now: () => {
      let ahead = setting.clocks[slot] ?? 0;
      if (ahead === 0 && clockFaults.length === 0) return scheduler.instant();
      for (const { worker, fromMs, ms, aheadMs } of clockFaults) if (worker === slot && scheduler.now >= start + fromMs && scheduler.now < start + fromMs + ms) ahead += aheadMs;
      const ms = scheduler.now + ahead;
      if (told.ms !== ms) told = { ms, instant: fromEpochMs(ms) };
      return told.instant;
    } };
  };

  const travel = (): number => (chance(50) === 0 ? chance(400) : chance(6));
  const nudge = (name: string): void => { for (const loop of nudges[name] ?? []) for (const { owner, loops } of workers.values()) if (chance(2) > 0) scheduler.plan(1 + chance(8), owner, `${owner.name} nudged ${loop}`, () => { loops.wake(loop); }); };
  const crash = (owner: Owner, backMs: number): void => {
    const slot = [...workers].find(([, worker]) => worker.owner === owner)?.[0];
    if (slot === undefined) return;
    owner.isAlive = false;
    scheduler.note(`${owner.name} dies`);
    release(rows, owner.name);
    workers.delete(slot);
    scheduler.plan(backMs, null, "a worker starts", () => { begin(slot); });
  };
  /** A source that says a thing until it was heard; now and then twice. */
  const source: Owner = { name: "source", isAlive: true, frozenUntil: 0 };
  const stepOf = (owner: Owner): Step => (name, effect, undo) => new Promise((resolve, reject) => {
    const answered = (act: () => void): void => { scheduler.plan(travel(), owner, `${owner.name} ${name} answered`, act); };
    const lost = (): void => { reject(new Error("the connection to the store was lost")); };
    scheduler.plan(travel(), null, `${owner.name} ${name}`, () => {
      const planned = stepFaults.get(steps++);
      // A source lives on, whatever becomes of its connection.
      const fault = planned && owner === source && planned.what !== "freeze" ? { ...planned, what: planned.what === "answer_lost" || (planned.what === "crash" && planned.when === "after") ? "answer_lost" as const : "request_lost" as const } : planned;
      // What a dead one had asked for may be on its way.
      if (!owner.isAlive && chance(2) === 0) return;
      if (fault?.what === "crash" && fault.when === "before") { crash(owner, fault.backMs); return; }
      if (fault?.what === "request_lost") { answered(lost); return; }
      let made: ReturnType<typeof effect>;
      try { made = effect(); } catch (error) { answered(() => { reject(error instanceof Error ? error : new Error(String(error))); }); return; }
      if (made !== 0) nudge(name);
      if (fault?.what === "crash") crash(owner, fault.backMs);
      if (!owner.isAlive) { undo?.(made); return; }
      if (fault?.what === "answer_lost") { undo?.(made); answered(lost); return; }
      if (fault?.what !== "freeze") { resolve(made); return; }
      owner.frozenUntil = scheduler.now + fault.ms;
      answered(() => { resolve(made); });
    });
  });
  const pauseOf = (owner: Owner) => (ms: number) => {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => { end = resolve; });
    const takeBack = scheduler.plan(ms, owner, `${owner.name} looks`, () => { end(); });
    return { over, end: () => { takeBack(); end(); } };
  };
  const portsOf = (owner: Owner, slot: number): Ports => tamper({
    clock: clockOf(slot), timers: { after: (ms, act) => scheduler.plan(ms, owner, `${owner.name} timer`, act) },
    identifiers: { next: () => `id-${chance(1 << 30)}` }, random: { fraction: () => chance(1 << 20) / (1 << 20) }, connectors: network.of(owner),
    ...createMemoryStores({ rows, clock, policy: testPolicy, worker: owner.name, step: stepOf(owner), serialKeyOf: (connector, kind) => (setting.isSerial && connector === "erp" && kind === "post_invoice" ? "invoices" : null) }),
  }, rows);
  const begin = (slot: number): void => {
    const owner: Owner = { name: `w${slot}.${++incarnations}`, isAlive: true, frozenUntil: 0 };
    workers.set(slot, { owner, loops: startWorker({ ports: portsOf(owner, slot), name: owner.name, planners, leaseMs, batch: setting.batch, pause: pauseOf(owner), isWorth: (loop) => mayFind(rows, loop, scheduler.instant()) }) });
  };

  const door = portsOf(source, -1).inbox, pauseSource = pauseOf(source);
  const tell = async (told: Told, id: string): Promise<void> => {
    const message = messageOf(told, id);
    for (;;) { try { await receive(door, [message]); waitingTellings -= 1; return; } catch { await pauseSource(1_000).over; } }
  };
  let said = 0;
  /** When what is to be told later is told. */
  const post = new Set<{ at: number }>();
  const deliver = (tellings: readonly (Told | Later)[], withinMs: number): void => {
    for (const thing of tellings) {
      const told = isLater(thing) ? thing.say(network) : thing;
      if (told === null) continue;
      const id = `m${++said}`, waits = Math.max(0, epochMs(told.at) - scheduler.now), arrives = waits + chance(withinMs + 1), copies = chance(4) === 0 ? (chance(2) === 0 ? [id, id] : [id, `${id}-again`]) : [id];
      for (const [copy, name] of copies.entries()) {
        const comes = arrives + (copy === 0 ? 0 : chance(withinMs + 1)), letter = { at: scheduler.now + comes };
        post.add(letter);
        scheduler.plan(comes, source, `${told.type} is told`, () => { post.delete(letter); waitingTellings += 1; void tell(told, name); }, true);
      }
      network.hears(told);
    }
  };

  const desk: Desk = { decisions: 0, answered: new Set() }, postings = createMemoryPostings(rows, clock), progress = new Progress(stories);
  let isOver = false, left: string[] = [];
  /** Goes on to the next chapter; where nothing is to be done before some date, it is that date. */
  const goOn = (): void => {
    const { chapters, at } = progress.next(scheduler.instant());
    for (const { told } of chapters) deliver(told, setting.spreadMs);
    if (chapters.length > 0) return;
    const soon = scheduler.now + minute, dates = [...(at === null ? [] : [epochMs(at)]), ...[...post].map((letter) => letter.at)];
    if (dates.length === 0) { isOver = progress.isOver(scheduler.instant()); return; }
    for (const { wakes } of rows.subjects.values()) for (const wake of wakes) dates.push(epochMs(wake));
    scheduler.skip(Math.min(...dates.filter((date) => date > soon)) - 1_000);
  };
  const look = (): void => {
    attend({ rows, network, desk, now: scheduler.instant(), entity: testPolicy.entity, stories, progress, postings });
    left = whatIsLeft(rows, scheduler.now);
    const first = [...post].reduce((earliest, letter) => Math.min(earliest, letter.at), Infinity);
    if (left.length === 0 && waitingTellings === 0 && first > scheduler.now + minute) goOn();
    scheduler.plan(minute, null, "the desk looks", look);
  };
  const [ann, bob, ada] = [person("ann", grant()), person("bob", grant()), person("ada", grant({ role: "admin" }))];
  if (setting.limit !== null) void postings.limit([ada, bob], testPolicy.entity, { count: String(setting.limit) }, "the first month");
  for (const fault of faults) {
    if (fault.what === "replay") scheduler.plan(fault.fromMs, null, "everything is replayed", () => { replayAll(rows, clock); });
    if (fault.what === "stop") scheduler.plan(fault.fromMs, null, "postings are stopped", () => {
      const since = scheduler.instant();
      void postings.stop(ann, testPolicy.entity, "two invoices for one order");
      scheduler.plan(fault.ms, null, "postings go on", () => { void postings.resume(bob, testPolicy.entity, since, "it was one customer's test"); });
    });
  }
  deliver(masters(), 1_000);
  for (const { told } of progress.next(scheduler.instant()).chapters) deliver(told, setting.spreadMs);
  for (let slot = 0; slot < setting.workers; slot++) begin(slot);
  scheduler.plan(minute, null, "the desk looks", look);
  const mostHappened = happenedEach * (stories.length + 2);
  await scheduler.run(() => isOver || scheduler.happened > mostHappened || scheduler.awakeMs > awakeMs);
  const violations = isOver ? violationsOf({ rows, network, stories, limit: setting.limit }) : [`not at rest on ${fromEpochMs(scheduler.now)}: ${left.slice(0, 5).join("; ")}${waitingTellings > 0 ? `; ${waitingTellings} tellings not taken` : ""}`];
  return { violations, digest: scheduler.digest(), trace: scheduler.trace ?? [], happened: scheduler.happened, rows, network };
}
