import { addMs, epochMs, type Instant } from "@/server/domain/instant";

/** A source's clock may be this far from ours. */
const skewMs = 120_000;

/**
 * From when a polled window starts. What was committed late carries a time a little before the newest that was read, so
 * windows overlap; once that time is long past nothing of it can still come, and the same rows are not read for ever.
 */
export function windowStart(newest: Instant, overlapSeconds: number, now: Instant): Instant {
  const settled = epochMs(now) - epochMs(newest) > overlapSeconds * 1000 + skewMs;
  return addMs(newest, settled ? 1 : -overlapSeconds * 1000);
}
