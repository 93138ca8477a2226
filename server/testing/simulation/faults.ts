import type { Chance } from "./scheduler";

/** What becomes of one call of a target. */
export const callFaults = {
  lose: "does it, and the answer is lost", vanish: "never hears of it, and nobody knows", down: "cannot be connected to", broken: "answers 503 and did it", busy: "answers 503 and did nothing",
  limited: "answers 429", refuse: "refuses it, this once", slow: "does it so late that nobody listens any more", throw: "breaks the connector",
} as const;
export type CallFault = keyof typeof callFaults;

/** One thing that goes wrong, or that a person does in the middle. `step` counts what stores were asked for, `nth` the calls of one connector, milliseconds count from the start. */
export type Fault =
  | { what: "request_lost" | "answer_lost"; step: number }
  | { what: "crash"; step: number; when: "before" | "after"; backMs: number }
  | { what: "freeze"; step: number; ms: number }
  | { what: "call"; connector: string; nth: number; does: CallFault }
  | { what: "outage" | "credentials" | "bad"; connector: string; fromMs: number; ms: number }
  /** A machine's clock is wrong until it has asked the database again. */
  | { what: "clock"; worker: number; fromMs: number; ms: number; aheadMs: number }
  /** One person stops all postings, another lets them go on. */
  | { what: "stop"; fromMs: number; ms: number }
  /** Everything that was understood is to be understood again, and every order planned. */
  | { what: "replay"; fromMs: number };

export const connectors = ["shop", "wms", "erp", "tax", "pay", "crm"] as const;
const minute = 60_000;
/** Decision 30: so often the database is asked for the time. */
const clockAskedMs = 5_000;

const pick = <T>(chance: Chance, from: readonly T[]): T => from[chance(from.length)] as T;
/** What may happen to a call in a bad hour: nothing that is a word of the target's own. */
export const badFaults = (Object.keys(callFaults) as CallFault[]).filter((fault) => fault !== "refuse");

/** Faults of one run, those with a time in its first `withinMs`. Every run has kinds of its own, so that each of them is also seen without the others. */
export function faultsOf(chance: Chance, orders: number, withinMs: number): Fault[] {
  const faults: Fault[] = [], steps = 250 + 180 * orders, isOn = () => chance(3) > 0;
  const some = (most: number, make: () => Fault | Fault[]): void => { if (isOn()) for (let left = chance(most + 1); left > 0; left--) faults.push(...[make()].flat()); };
  const scale = Math.min(12, orders);
  some(2 + scale, () => ({ what: "crash", step: chance(steps), when: pick(chance, ["before", "after"]), backMs: pick(chance, [10, 1_000, 40_000, 5 * minute]) }));
  some(2, () => ({ what: "freeze", step: chance(steps), ms: pick(chance, [5_000, 35_000, 70_000, 130_000]) }));
  some(2 + scale, () => ({ what: pick(chance, ["request_lost", "answer_lost"]), step: chance(steps) }));
  some(3 * scale, () => {
    const connector = pick(chance, connectors), does = pick(chance, Object.keys(callFaults) as CallFault[]);
    // A warehouse that refuses has its reasons, and so has who tells customers: what follows is not to try again.
    return { what: "call", connector, nth: chance(6 * orders), does: does === "refuse" && connector !== "erp" && connector !== "tax" ? "busy" : does };
  });
  // Away, and bad for a while when it is back.
  some(1, () => {
    const away = { what: "outage" as const, connector: pick(chance, connectors), fromMs: chance(withinMs), ms: pick(chance, [minute, 10 * minute, 180 * minute]) };
    return chance(2) === 0 ? [away] : [away, { ...away, what: "bad" as const, fromMs: away.fromMs + away.ms, ms: pick(chance, [minute, 10 * minute]) }];
  });
  some(1, () => ({ what: "credentials", connector: pick(chance, connectors), fromMs: chance(withinMs), ms: 15 * minute }));
  some(3, () => ({ what: "clock", worker: chance(3), fromMs: chance(withinMs), ms: 1 + chance(clockAskedMs), aheadMs: (chance(2) === 0 ? -1 : 1) * (1_000 + chance(10 * minute)) }));
  some(2, () => ({ what: "stop", fromMs: chance(withinMs), ms: pick(chance, [minute, 5 * minute, 40 * minute]) }));
  some(1, () => ({ what: "replay", fromMs: chance(withinMs) }));
  return faults;
}

const after = (ms: number): string => `minute ${(ms / minute).toFixed(1)}`;
const during = { outage: "is away", credentials: "refuses our credentials", bad: "fails every second call" } as const;

/** One line for a story that a person reads. */
export function tell(fault: Fault): string {
  switch (fault.what) {
    case "call": return `${fault.connector}, call ${fault.nth}: ${callFaults[fault.does]}`;
    case "crash": return `step ${fault.step}: its worker dies ${fault.when === "before" ? "before it is done" : "when it is done"} and is back after ${fault.backMs / 1000} s`;
    case "freeze": return `step ${fault.step}: its worker stands still for ${fault.ms / 1000} s`;
    case "request_lost": return `step ${fault.step}: the store never hears of it`;
    case "answer_lost": return `step ${fault.step}: done, but its worker is told of a lost connection`;
    case "clock": return `${after(fault.fromMs)}: the clock of worker ${fault.worker} is ${fault.aheadMs / 1000} s ahead for ${fault.ms / 1000} s`;
    case "stop": return `${after(fault.fromMs)}: a person stops all postings, and another lets them go on ${Math.round(fault.ms / minute)} min later`;
    case "replay": return `${after(fault.fromMs)}: everything is to be understood and every order planned again`;
    default: return `${fault.connector} ${during[fault.what]} from ${after(fault.fromMs)} on for ${Math.round(fault.ms / minute)} min`;
  }
}
