import { epochMs } from "@/server/domain/instant";
import type { Clock } from "./ports";

/**
 * How many calls may leave now. The one in use counts within this process; one that takes tokens in blocks from the
 * database, so that all workers share a connector's rate, fits behind the same two functions.
 */
export interface Budget {
  /** Takes up to `wanted` tokens; the answer may be 0. */
  take(connector: string, perMinute: number, wanted: number): number;
  /** Gives back what was taken and not used. */
  giveBack(connector: string, count: number): void;
}

interface Bucket { tokens: number; at: number }

/** Token bucket: holds at most two seconds' worth (at least 1), refills evenly. */
export function createProcessBudget(clock: Clock): Budget {
  const buckets = new Map<string, Bucket>();
  return {
    take(connector, perMinute, wanted) {
      const now = epochMs(clock.now());
      const most = Math.max(1, perMinute / 30);
      const bucket = buckets.get(connector) ?? { tokens: most, at: now };
      bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000);
      bucket.at = now;
      const granted = Math.max(0, Math.min(wanted, Math.floor(bucket.tokens)));
      bucket.tokens -= granted;
      buckets.set(connector, bucket);
      return granted;
    },
    giveBack(connector, count) {
      const bucket = buckets.get(connector);
      if (bucket) bucket.tokens += count;
    },
  };
}
