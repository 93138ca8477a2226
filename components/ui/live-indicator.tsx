"use client";
import { useClock } from "./clock";
import { clockText, durationText } from "./duration-text";

export type LiveStatus =
  | { state: "live"; changedAt: string | null }
  | { state: "connecting" }
  /** The connection is lost; what is shown was true at `asOf`. */
  | { state: "stale"; asOf: string; retryAt?: string | undefined }
  /** The person stopped it. `waiting` changes are held back. */
  | { state: "paused"; since: string; waiting: number };

function sentence(status: LiveStatus, now: number | null, timeZone: string): string {
  switch (status.state) {
    case "live": {
      if (status.changedAt === null || now === null) return "Live";
      const length = now - Date.parse(status.changedAt);
      return length < 2_000 ? "Live, changed just now" : `Live, changed ${durationText(length)} ago`;
    }
    case "connecting": return "Connecting";
    case "stale": return `Shown as of ${clockText(status.asOf, timeZone)}${status.retryAt === undefined ? "" : `, tries again ${clockText(status.retryAt, timeZone, true)}`}`;
    case "paused": return `Paused ${clockText(status.since, timeZone)}${status.waiting > 0 ? `, ${status.waiting} new` : ""}`;
  }
}

/** Says plainly whether what is shown is live, stale or paused. */
export function LiveIndicator({ status }: { status: LiveStatus }) {
  const { now, timeZone } = useClock();
  return (
    <span className="live" data-state={status.state}>
      <i aria-hidden />
      <span>{sentence(status, now, timeZone)}</span>
      <span className="vh" role="status">{status.state === "live" ? "" : sentence(status, null, timeZone)}</span>
    </span>
  );
}
