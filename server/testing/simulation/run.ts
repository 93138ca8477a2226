import { epochMs, fromEpochMs } from "@/server/domain/instant";
import { planners } from "@/server/domain/planners";
import type { Ports } from "@/server/pipeline/ports";
import { receive } from "@/server/pipeline/receive";
import { messageOf } from "../memory/landscape";
import { release } from "../memory/plans";
import { createMemoryStores } from "../memory/ports";
import { createRows, type Rows } from "../memory/rows";
import type { Step } from "../memory/steps";
import type { Told } from "../world/builders";
import { seeded } from "../world/chance";
import { testPolicy } from "../world/defaults";
import type { Setting } from "./setting";
import { createNetwork, type Network } from "./network";
import { violationsOf, whatIsLeft } from "./oracle";
import { attend, type Desk } from "./people";
import { Scheduler, type Owner } from "./scheduler";
import { masters } from "./traffic";
import { startWorker, type LoopName, type SimulatedWorker } from "./worker";

const start = epochMs("2026-03-02T21:00:00.000Z");
const leaseMs = 30_000, minute = 60_000, horizonMs = 24 * 60 * minute;
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
  const { stories, faults } = setting, chance = seeded(setting.seed ^ 0x5eed), scheduler = new Scheduler(chance, start, keepsTrace), rows = createRows();
  const network = createNetwork({ scheduler, chance, faults, manners: setting.manners, concurrency: setting.concurrency, perMinute: setting.perMinute, start, entity: testPolicy.entity, slowness: setting.slowness });
  const clock = { now: () => scheduler.instant() };
  const workers = new Map<number, { owner: Owner; loops: SimulatedWorker }>();
  const stepFaults = new Map(faults.flatMap((fault) => ("step" in fault ? [[fault.step, fault] as const] : [])));
  let steps = 0, incarnations = 0, waitingTellings = 0;

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
    const lost = new Error("the connection to the store was lost");
    scheduler.plan(travel(), null, `${owner.name} ${name}`, () => {
      const planned = stepFaults.get(steps++);
      // A source lives on, whatever becomes of its connection.
      const fault = planned && owner === source && planned.what !== "freeze" ? { ...planned, what: planned.what === "answer_lost" || (planned.what === "crash" && planned.when === "after") ? "answer_lost" as const : "request_lost" as const } : planned;
      // What a dead one had asked for may be on its way.
      if (!owner.isAlive && chance(2) === 0) return;
      if (fault?.what === "crash" && fault.when === "before") { crash(owner, fault.backMs); return; }
      if (fault?.what === "request_lost") { answered(() => { reject(lost); }); return; }
      let made: ReturnType<typeof effect>;
      try { made = effect(); } catch (error) { answered(() => { reject(error instanceof Error ? error : new Error(String(error))); }); return; }
      if (made !== 0) nudge(name);
      if (fault?.what === "crash") crash(owner, fault.backMs);
      if (!owner.isAlive) { undo?.(made); return; }
      if (fault?.what === "answer_lost") { undo?.(made); answered(() => { reject(lost); }); return; }
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
  const portsOf = (owner: Owner): Ports => tamper({
    clock, timers: { after: (ms, act) => scheduler.plan(ms, owner, `${owner.name} timer`, act) },
    identifiers: { next: () => `id-${chance(1 << 30)}` }, random: { fraction: () => chance(1 << 20) / (1 << 20) }, connectors: network.of(owner),
    ...createMemoryStores({ rows, clock, policy: testPolicy, worker: owner.name, step: stepOf(owner), serialKeyOf: (connector, kind) => (setting.isSerial && connector === "erp" && kind === "post_invoice" ? "invoices" : null) }),
  }, rows);
  const begin = (slot: number): void => {
    const owner: Owner = { name: `w${slot}.${++incarnations}`, isAlive: true, frozenUntil: 0 };
    workers.set(slot, { owner, loops: startWorker({ ports: portsOf(owner), name: owner.name, planners, leaseMs, batch: setting.batch, pause: pauseOf(owner) }) });
  };

  const door = portsOf(source).inbox, pauseSource = pauseOf(source);
  const tell = async (told: Told, id: string): Promise<void> => {
    const message = messageOf(told, id);
    for (;;) { try { await receive(door, [message]); waitingTellings -= 1; return; } catch { await pauseSource(1_000).over; } }
  };
  let said = 0;
  const deliver = (tellings: readonly Told[], withinMs: number): void => {
    for (const told of tellings) {
      const id = `m${++said}`, arrives = chance(withinMs + 1), copies = chance(4) === 0 ? (chance(2) === 0 ? [id, id] : [id, `${id}-again`]) : [id];
      for (const [copy, name] of copies.entries()) {
        waitingTellings += 1;
        scheduler.plan(arrives + (copy === 0 ? 0 : chance(withinMs + 1)), source, `${told.type} is told`, () => { void tell(told, name); });
      }
      if (told.type === "shipment.confirmed") network.wms.physically(told.data as never);
    }
  };

  const desk: Desk = { decisions: 0, answered: new Set() };
  const lastFault = faults.reduce((last, fault) => ("fromMs" in fault ? Math.max(last, start + fault.fromMs + fault.ms) : last), start);
  const phases = Math.max(...stories.map((story) => story.phases.length));
  let phase = 0, isOver = false, left: string[] = [];
  const look = (): void => {
    attend(rows, network, desk, scheduler.instant(), testPolicy.entity);
    left = whatIsLeft(rows, scheduler.now);
    if (left.length === 0 && waitingTellings === 0 && scheduler.now >= lastFault) {
      if (phase >= phases) { isOver = true; return; }
      deliver(stories.flatMap((story) => story.phases[phase] ?? []), setting.spreadMs);
      phase += 1;
    }
    scheduler.plan(minute, null, "the desk looks", look);
  };
  deliver(masters(), 1_000);
  deliver(stories.flatMap((story) => story.phases[0] ?? []), setting.spreadMs);
  phase = 1;
  for (let slot = 0; slot < setting.workers; slot++) begin(slot);
  scheduler.plan(minute, null, "the desk looks", look);
  const mostHappened = happenedEach * (stories.length + 2);
  await scheduler.run(start + horizonMs, () => isOver || scheduler.happened > mostHappened);
  const violations = isOver ? violationsOf(rows, network, stories) : [`not at rest on ${fromEpochMs(scheduler.now)}: ${left.slice(0, 5).join("; ")}${waitingTellings > 0 ? `; ${waitingTellings} tellings not taken` : ""}`];
  return { violations, digest: scheduler.digest(), trace: scheduler.trace ?? [], happened: scheduler.happened, rows, network };
}
