import { orderHref } from "@/components/orders/search";
import { stageWords } from "@/components/tower/stage-words";
import type { LevelPart } from "@/server/domain/figures/levels";
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
export function stateText(level: LevelState): string {
  if (level.state === "off") return "Switched off";
  if (level.counted === 0) return "Nothing is open";
  return stateParts(level).map(({ text }) => text).join(", ");
}

/** Each number of the state with what it counts. */
export function stateParts({ state, counted, breached, warned }: LevelState): { text: string; part: LevelPart }[] {
  const number = (count: number): string => count.toLocaleString("en-US");
  if (state === "met") return [{ text: `All ${number(counted)} within it`, part: "counted" }];
  const parts: [number, string, LevelPart][] = [[breached, "past it", "breached"], [warned, "near it", "warned"], [counted, "in all", "counted"]];
  return parts.flatMap(([count, words, part]) => (count > 0 ? [{ text: `${number(count)} ${words}`, part }] : []));
}

/** The orders behind a number of a level. */
export const levelHref = (id: string, part: LevelPart): string => orderHref({ stage: "all", level: { id, part } }, {});
