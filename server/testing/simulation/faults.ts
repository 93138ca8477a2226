import type { Chance } from "./scheduler";

/** What becomes of one call of a target. */
export const callFaults = {
  lose: "does it, and the answer is lost", vanish: "never hears of it, and nobody knows", down: "cannot be connected to", broken: "answers 503 and did it", busy: "answers 503 and did nothing",
  limited: "answers 429", refuse: "refuses it, this once", slow: "does it so late that nobody listens any more", throw: "breaks the connector",
} as const;
export type CallFault = keyof typeof callFaults;

/** One thing that goes wrong. `step` counts what stores were asked for, `nth` the calls of one connector, milliseconds count from the start. */
export type Fault =
  | { what: "request_lost" | "answer_lost"; step: number }
  | { what: "crash"; step: number; when: "before" | "after"; backMs: number }
  | { what: "freeze"; step: number; ms: number }
  | { what: "call"; connector: string; nth: number; does: CallFault }
  | { what: "outage" | "credentials"; connector: string; fromMs: number; ms: number };

export const connectors = ["shop", "wms", "erp", "tax", "pay", "crm"] as const;
const minute = 60_000;

const pick = <T>(chance: Chance, from: readonly T[]): T => from[chance(from.length)] as T;

/** Faults of one run. Every run has kinds of its own, so that each of them is also seen without the others. */
export function faultsOf(chance: Chance, orders: number): Fault[] {
  const faults: Fault[] = [], steps = 250 + 180 * orders, isOn = () => chance(3) > 0;
  const some = (most: number, make: () => Fault): void => { if (isOn()) for (let left = chance(most + 1); left > 0; left--) faults.push(make()); };
  const scale = Math.min(12, orders);
  some(2 + scale, () => ({ what: "crash", step: chance(steps), when: pick(chance, ["before", "after"]), backMs: pick(chance, [10, 1_000, 40_000, 5 * minute]) }));
  some(2, () => ({ what: "freeze", step: chance(steps), ms: pick(chance, [5_000, 35_000, 70_000, 130_000]) }));
  some(2 + scale, () => ({ what: pick(chance, ["request_lost", "answer_lost"]), step: chance(steps) }));
  some(3 * scale, () => {
    const connector = pick(chance, connectors), does = pick(chance, Object.keys(callFaults) as CallFault[]);
    // A warehouse that refuses has its reasons, and so has who tells customers: what follows is not to try again.
    return { what: "call", connector, nth: chance(6 * orders), does: does === "refuse" && connector !== "erp" && connector !== "tax" ? "busy" : does };
  });
  some(1, () => ({ what: "outage", connector: pick(chance, connectors), fromMs: chance(20 * minute), ms: pick(chance, [minute, 10 * minute, 180 * minute]) }));
  some(1, () => ({ what: "credentials", connector: pick(chance, connectors), fromMs: chance(20 * minute), ms: 15 * minute }));
  return faults;
}

/** One line for a story that a person reads. */
export function tell(fault: Fault): string {
  if (fault.what === "call") return `${fault.connector}, call ${fault.nth}: ${callFaults[fault.does]}`;
  if (fault.what === "crash") return `step ${fault.step}: its worker dies ${fault.when === "before" ? "before it is done" : "when it is done"} and is back after ${fault.backMs / 1000} s`;
  if (fault.what === "freeze") return `step ${fault.step}: its worker stands still for ${fault.ms / 1000} s`;
  if ("step" in fault) return `step ${fault.step}: ${fault.what === "request_lost" ? "the store never hears of it" : "done, but its worker is told of a lost connection"}`;
  return `${fault.connector} ${fault.what === "outage" ? "is away" : "refuses our credentials"} from minute ${Math.round(fault.fromMs / minute)} on for ${Math.round(fault.ms / minute)} min`;
}
