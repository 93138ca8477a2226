const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `short` for lists ("26 h", "3 h 40", "2 d"), `precise` where hours of a day matter ("2 d 3 h"). */
export type DurationStyle = "short" | "precise";

/** A length of time as people say it, rounded down, never negative. Two parts at most; minutes after hours carry no unit. */
export function durationText(milliseconds: number, style: DurationStyle = "short"): string {
  const length = Math.max(0, milliseconds);
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  const hours = Math.floor(length / HOUR);
  const minutes = Math.floor((length % HOUR) / MINUTE);
  if (length < (style === "short" ? 4 * HOUR : DAY)) return minutes === 0 ? `${hours} h` : `${hours} h ${String(minutes).padStart(2, "0")}`;
  if (style === "short") return length < 2 * DAY ? `${hours} h` : `${Math.floor(length / DAY)} d`;
  const days = Math.floor(length / DAY);
  const rest = hours - days * 24;
  return rest === 0 ? `${days} d` : `${days} d ${rest} h`;
}

/** The same length for a machine: `PT3H40M`. */
export function isoDuration(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / MINUTE);
  return `PT${Math.floor(minutes / 60)}H${minutes % 60}M`;
}

/** An instant in full, in the person's time zone: "Thu 16 Jul 2026, 14:32:08 CDT". The instant's own text if it cannot be read. */
export function absoluteText(instant: string, timeZone: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const parts = new Map(
    new Intl.DateTimeFormat("en-US", {
      weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone, timeZoneName: "short",
    }).formatToParts(date).map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? "";
  return `${part("weekday")} ${part("day")} ${part("month")} ${part("year")}, ${part("hour")}:${part("minute")}:${part("second")} ${part("timeZoneName")}`;
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function zoneOffset(at: number, timeZone: string): number {
  const part = new Map(
    new Intl.DateTimeFormat("en-US", { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23", timeZone })
      .formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]),
  );
  const read = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
  return Date.UTC(read("year"), read("month") - 1, read("day"), read("hour"), read("minute")) - Math.floor(at / MINUTE) * MINUTE;
}

const dayOf = (date: Date, timeZone: string): string => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone }).format(date);

/** A calendar day in few words: "16 Jul". */
export const shortDay = (day: string): string => dayOf(new Date(day), "UTC");

/** The day of an instant in the person's zone: "Thu 16 Jul 2026". */
export const dayText = (instant: string, timeZone: string): string => absoluteText(instant, timeZone).split(",")[0] ?? instant;

const yearOf = (date: Date, timeZone: string): string => new Intl.DateTimeFormat("en-GB", { year: "numeric", timeZone }).format(date);

/** A clock time with its day where that is not today's, and its year where that is not this one: "14:32", "16 Jul, 14:32", "16 Jul 2006, 14:32". */
export function dayClockText(instant: string, timeZone: string, now: number | null, seconds = false): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const day = dayOf(date, timeZone), clock = clockText(instant, timeZone, seconds);
  if (now === null) return `${day}, ${clock}`;
  const today = new Date(now), year = yearOf(date, timeZone);
  if (year !== yearOf(today, timeZone)) return `${day} ${year}, ${clock}`;
  return day === dayOf(today, timeZone) ? clock : `${day}, ${clock}`;
}

/** What a time axis says at a mark: the day at midnight, else the clock. */
export function axisText(at: number, timeZone: string): string {
  const clock = clockText(new Date(at).toISOString(), timeZone);
  return clock === "00:00" ? dayOf(new Date(at), timeZone) : clock;
}

/** A clock time in the person's zone: "14:32", with seconds if asked. */
export function clockText(instant: string, timeZone: string, seconds = false): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", ...(seconds && { second: "2-digit" }), hourCycle: "h23", timeZone }).format(date);
}
