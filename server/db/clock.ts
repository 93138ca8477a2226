import type pg from "pg";
import type { Instant } from "@/server/domain/instant";
import { rowsOf, statement } from "./statement";

/** Clocks that are kept agree to some milliseconds; only what is worse is mended, so that time does not tremble. */
const leastMs = 1_000, everyMs = 5_000;
const ask = statement("clock_now", `select (extract(epoch from clock_timestamp()) * 1000)::float8 as "ms"`);

/** How far the database's clock is ahead of this machine's, ms; of this process, as its clock is. */
let aheadMs = 0;

/**
 * The time of the tower is that of its database, which all of its processes share: what one of them writes as due is due for the others,
 * though its machine's clock be wrong. Own time until `keepTime` has asked once, and while the difference is below a second.
 */
export const databaseNow = (own: () => number = Date.now): Instant => new Date(own() + aheadMs).toISOString();

/** Measures the difference once, to half of the question's way. Answers what is applied from now on. */
export async function measureClock(pool: pg.Pool, own: () => number = Date.now): Promise<number> {
  const asked = own(), began = performance.now();
  const [row] = await rowsOf<{ ms: number }>(pool, ask);
  if (!row) return aheadMs;
  const difference = row.ms - (asked + (performance.now() - began) / 2);
  return (aheadMs = Math.abs(difference) < leastMs ? 0 : difference);
}

/** Measures now, and again every five seconds until it is told to end; while the database is away the last difference stands. */
export async function keepTime(pool: pg.Pool): Promise<() => void> {
  const measure = (): Promise<unknown> => measureClock(pool).catch(() => undefined);
  await measure();
  const timer = setInterval(() => { void measure(); }, everyMs);
  timer.unref();
  return () => { clearInterval(timer); };
}
