"use client";
import { useClock } from "./clock";
import { absoluteText, clockText, dayClockText, dayText, durationText, type DurationStyle } from "./duration-text";

export interface AgeProps {
  /** When it began (ISO instant). */
  since: string;
  format?: DurationStyle | undefined;
  /** "26 h ago" rather than "26 h". */
  ago?: boolean | undefined;
}

/** How long ago, with the absolute time on hover. Moves on with the clock. */
export function Age({ since, format = "short", ago = false }: AgeProps) {
  const { now, timeZone } = useClock();
  const absolute = absoluteText(since, timeZone);
  const text = now === null ? absolute : `${durationText(now - Date.parse(since), format)}${ago ? " ago" : ""}`;
  return <time className="n" dateTime={since} title={absolute} suppressHydrationWarning>{text}</time>;
}

/** A clock time ("13:40:06") with the full date on hover. */
export function Clock({ at, seconds = false }: { at: string; seconds?: boolean | undefined }) {
  const { timeZone } = useClock();
  return <time className="n" dateTime={at} title={absoluteText(at, timeZone)} suppressHydrationWarning>{clockText(at, timeZone, seconds)}</time>;
}

/** What history is told by: its day, "Mon 5 Jun 2006", with the time on hover. */
export function Day({ at }: { at: string }) {
  const { timeZone } = useClock();
  return <time className="n" dateTime={at} title={absoluteText(at, timeZone)} suppressHydrationWarning>{dayText(at, timeZone)}</time>;
}

/** A day of a calendar that is nobody's instant: an accounting or due date, the same in every zone. */
export function CalendarDay({ day }: { day: string }) {
  return <time className="n" dateTime={day}>{dayText(`${day}T00:00:00Z`, "UTC").replace(/^\w+ /, "")}</time>;
}

/** A clock time with its day where that is not today's, the full date on hover. */
export function Moment({ at, seconds = false }: { at: string; seconds?: boolean | undefined }) {
  const { now, timeZone } = useClock();
  return <time className="n" dateTime={at} title={absoluteText(at, timeZone)} suppressHydrationWarning>{dayClockText(at, timeZone, now, seconds)}</time>;
}
