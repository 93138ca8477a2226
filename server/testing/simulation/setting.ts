import { seeded } from "../world/chance";
import { connectors, faultsOf, type Fault } from "./faults";
import type { Manner } from "./network";
import type { Story } from "./story";
import { storiesOf } from "./traffic";

/** All that a seed decides before the first thing happens; a smaller one is got by leaving stories and faults out. */
export interface Setting {
  seed: number; stories: readonly Story[]; faults: readonly Fault[]; manners: Readonly<Record<string, Manner>>;
  /** How far each worker's clock is ahead of the store's, ms: what is below a second is left as it is (decision 30). */
  clocks: readonly number[];
  /** Postings of a day that two persons allow before the guard asks; null: as many as there are. */
  limit: number | null;
  workers: number; concurrency: number; perMinute: number; batch: number; isSerial: boolean; slowness: number; spreadMs: number;
}

const day = 86_400_000, minute = 60_000;

/** `orders`: default 1 to 12. */
export function settingOf(seed: number, orders?: number): Setting {
  const chance = seeded(seed), count = orders ?? 1 + chance(12), pick = <T>(...from: T[]): T => from[chance(from.length)] as T;
  const mannerOf = (connector: string): Manner => {
    const remembers = connector === "erp" || connector === "wms" ? pick(0, 0, day) : pick(day, day, 5 * minute);
    const settleMs = pick(0, 0, 5_000, 60_000);
    return { idempotentForMs: remembers, lookup: chance(8) === 0 ? null : { by: "reference", consistency: settleMs === 0 ? "read_your_writes" : "eventual", settleMs, complete: chance(8) > 0 } };
  };
  const spreadMs = pick(1_000, minute, 15 * minute);
  return {
    seed, stories: storiesOf(chance, count), faults: faultsOf(chance, count, 2 * spreadMs + 5 * minute), manners: Object.fromEntries(connectors.map((connector) => [connector, mannerOf(connector)])),
    workers: 1 + chance(3), concurrency: pick(1, 4, 8, 16), perMinute: pick(600, 6_000, 100_000), batch: pick(1, 8, 100), isSerial: chance(3) === 0, slowness: pick(1, 1, 10), spreadMs,
    clocks: Array.from({ length: 3 }, () => (chance(2) === 0 ? 0 : chance(1_999) - 999)), limit: chance(4) === 0 ? 1 + chance(2 * count) : null,
  };
}
