import { stageWords } from "@/components/tower/stage-words";
import { stageTable, type Stage } from "@/server/domain/stages";

/** How a measure reads in a sentence: "when <when>, <then> within …". */
export interface MeasureWords { name: string; when: string; then: string }

/** Words of a measure; a stage speaks with its own start and stop. */
export function measureWords(measure: string): MeasureWords {
  if (measure === "posting_latency") return { name: "Posting latency", when: "billing is due", then: "the invoice is posted" };
  if (measure === "order_age") return { name: "Order age", when: "an order is placed", then: "it is commercially complete" };
  const stage = measure as Stage;
  if (!(stage in stageTable)) return { name: measure, when: measure, then: "it ends" };
  return { name: stageWords[stage].name, ...stageSentences[stage] ?? { when: `an order enters ${stageWords[stage].name.toLowerCase()}`, then: "it leaves it" } };
}

const stageSentences: Partial<Record<Stage, { when: string; then: string }>> = {
  intake: { when: "a message is stored", then: "its order is accepted" }, validate: { when: "an order is accepted", then: "its codes, address and tax are answered" }, approve: { when: "an order is validated", then: "its last hold is released" },
  allocate: { when: "an order may be released", then: "its stock is reserved" }, backorder: { when: "stock is not available", then: "it is reserved, substituted or cancelled" }, release: { when: "stock is reserved", then: "the warehouse takes the request" },
  fulfil: { when: "the warehouse takes a request", then: "its shipment is confirmed" }, notify: { when: "goods are shipped", then: "the customer is told" }, deliver: { when: "goods are shipped", then: "they are delivered" },
  bill_wait: { when: "goods are shipped", then: "their billing date is reached" }, bill_control: { when: "billing is due", then: "tax is determined and the last hold released" }, post: { when: "a posting is ready", then: "it is posted and read back" },
  send: { when: "an invoice is posted", then: "the customer’s channel takes it" }, collect: { when: "an invoice is posted", then: "it is paid" },
};

export const units = { minutes: 1, hours: 60, days: 1440 } as const;
export type Unit = keyof typeof units;

/** The largest unit in which a target is a whole number. */
export function inUnit(minutes: number): { count: number; unit: Unit } {
  if (minutes % units.days === 0) return { count: minutes / units.days, unit: "days" };
  return minutes % units.hours === 0 ? { count: minutes / units.hours, unit: "hours" } : { count: minutes, unit: "minutes" };
}

/** "120 minutes", "1 hour", "5 days of business time". A day of business time is 24 business hours here, and says so. */
export function targetText(minutes: number, clock: "wall" | "business"): string {
  const { count, unit } = clock === "business" && minutes % units.hours === 0 ? { count: minutes / units.hours, unit: "hours" as const } : inUnit(minutes);
  const word = count === 1 ? unit.slice(0, -1) : unit;
  return `${count.toLocaleString("en-US")} ${clock === "business" ? "business " : ""}${word}`;
}

/** "0.750" as "75 %", never broken before its sign. */
export const warnText = (warnAt: string): string => `${Math.round(Number(warnAt) * 100)}\u00a0%`;

export interface LevelState { state: "met" | "warn" | "breached" | "off"; counted: number; breached: number; warned: number }

/** State in words: what is past, what is near, of how many. */
export function stateText({ state, counted, breached, warned }: LevelState): string {
  if (state === "off") return "Switched off";
  if (counted === 0) return "Nothing is open";
  if (state === "met") return `All ${counted.toLocaleString("en-US")} within it`;
  const parts = [breached > 0 ? `${breached.toLocaleString("en-US")} past it` : null, warned > 0 ? `${warned.toLocaleString("en-US")} near it` : null].filter(Boolean);
  return `${parts.join(", ")} of ${counted.toLocaleString("en-US")}`;
}

/** The orders that a level is about: those past it where it is broken on wall time, else all that are open. */
export function levelHref(level: { measure: string; channel: string | null; clock: string; targetMinutes: number; breached: number }): string {
  const query = new URLSearchParams();
  query.set("stage", level.measure === "posting_latency" ? "bill_control,post" : level.measure === "order_age" ? "open" : level.measure);
  if (level.channel) query.set("channel", level.channel);
  if (level.breached > 0 && level.clock === "wall" && level.measure !== "order_age" && level.measure !== "posting_latency") query.set("ageFrom", String(level.targetMinutes / 60));
  return `/orders?${query.toString()}`;
}
