import { addDays, addMs, epochMs, fromEpochMs, type Day, type Instant } from "./instant";
import type { BusinessCalendar } from "./policy";

/**
 * Business time: the minutes in which a calendar's offices are open. Zones come from the runtime's own tables, so a day on
 * which the clocks change has the minutes that really passed. Targets and ages count in it (domain.md 2.3, 2.6, 3.1).
 */
interface Window { opens: number; closes: number }

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  formats.set(zone, made);
  return made;
}

/** Zones change their clocks on quarter hours of UTC only, so one offset and one day hold for each; the newest few thousand are kept. */
const quarterMs = 900_000;
interface Quarter { offset: number; day: Day }
const quarters = new Map<string, Map<number, Quarter>>();

function quarterOf(zone: string, ms: number): Quarter {
  let known = quarters.get(zone);
  if (!known || known.size > 4000) quarters.set(zone, (known = new Map<number, Quarter>()));
  const at = Math.floor(ms / quarterMs);
  let quarter = known.get(at);
  if (!quarter) {
    const begins = at * quarterMs, part: Record<string, number> = {};
    for (const { type, value } of format(zone).formatToParts(begins)) part[type] = Number(value);
    const wall = Date.UTC(part["year"] ?? 0, (part["month"] ?? 1) - 1, part["day"] ?? 1, part["hour"] ?? 0, part["minute"] ?? 0, part["second"] ?? 0);
    known.set(at, (quarter = { offset: wall - begins, day: fromEpochMs(wall).slice(0, 10) }));
  }
  return quarter;
}

/** The wall clock in a zone, read as if it were UTC. */
const wallClock = (zone: string, ms: number): number => ms + quarterOf(zone, ms).offset - (((ms % 1000) + 1000) % 1000);

/** The calendar's day at an instant: the legal entity's date, not UTC's. */
export const localDay = (calendar: Pick<BusinessCalendar, "zone">, at: Instant): Day => quarterOf(calendar.zone, epochMs(at)).day;

/** Instant of a wall clock minute of a day. A minute that a clock change skips is read as the first one after it. */
export function instantOn(calendar: Pick<BusinessCalendar, "zone">, day: Day, minutesOfDay: number): Instant {
  const wall = epochMs(`${day}T00:00:00.000Z`) + minutesOfDay * 60_000;
  const first = wall - (wallClock(calendar.zone, wall) - wall), second = first + wall - wallClock(calendar.zone, first);
  if (wallClock(calendar.zone, second) === wall) return fromEpochMs(second);
  // Skipped: the two lie on either side of the change.
  let at = Math.floor(Math.min(first, second) / quarterMs) * quarterMs;
  while (wallClock(calendar.zone, at) < wall) at += quarterMs;
  return fromEpochMs(at);
}

/** When goods that a carrier expected to deliver on a day are late: once the day after has begun (stage `deliver`). */
export const deliveryDue = (calendar: Pick<BusinessCalendar, "zone">, expected: Day): Instant => instantOn(calendar, addDays(expected, 1), 0);

/** Whether the entity works on a day: a weekday of its week, and no holiday. */
export function isWorkday(calendar: BusinessCalendar, day: Day): boolean {
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay() || 7;
  return calendar.workdays.includes(weekday) && !calendar.holidays.includes(day);
}

const windows = new WeakMap<BusinessCalendar, Map<Day, Window | null>>();
function windowOf(calendar: BusinessCalendar, day: Day): Window | null {
  let known = windows.get(calendar);
  if (!known) windows.set(calendar, (known = new Map<Day, Window | null>()));
  const present = known.get(day);
  if (present !== undefined) return present;
  const made = isWorkday(calendar, day)
    ? { opens: epochMs(instantOn(calendar, day, calendar.opens)), closes: epochMs(instantOn(calendar, day, calendar.closes)) }
    : null;
  known.set(day, made);
  return made;
}

/** A calendar that could never be open would make every search endless. */
const everOpen = (calendar: BusinessCalendar): boolean => calendar.workdays.length > 0 && calendar.closes > calendar.opens;

/** Milliseconds of business time in `[from, to)`; 0 where `to` is not after `from`. */
export function businessMs(calendar: BusinessCalendar, from: Instant, to: Instant): number {
  const start = epochMs(from), end = epochMs(to);
  if (end <= start || !everOpen(calendar)) return 0;
  let total = 0;
  // From the day before: a window may reach over midnight where `closes` is beyond 24:00.
  for (let day = addDays(localDay(calendar, from), -1), last = localDay(calendar, to); day <= last; day = addDays(day, 1)) {
    const window = windowOf(calendar, day);
    if (window) total += Math.max(0, Math.min(end, window.closes) - Math.max(start, window.opens));
  }
  return total;
}
export const businessMinutes = (calendar: BusinessCalendar, from: Instant, to: Instant): number => businessMs(calendar, from, to) / 60_000;

/** The instant by which `minutes` of business time have passed since `from`; never before `from`. */
export function addBusinessMinutes(calendar: BusinessCalendar, from: Instant, minutes: number): Instant {
  if (!everOpen(calendar)) throw new Error("a calendar that never opens has no business time");
  let left = minutes * 60_000;
  let moment = epochMs(from);
  for (let day = addDays(localDay(calendar, from), -1); ; day = addDays(day, 1)) {
    const window = windowOf(calendar, day);
    if (!window || window.closes <= moment) continue;
    moment = Math.max(moment, window.opens);
    if (left <= window.closes - moment) return fromEpochMs(moment + left);
    left -= window.closes - moment;
    moment = window.closes;
  }
}

/** `from` itself inside business hours, else the next opening. */
export const nextBusinessMoment = (calendar: BusinessCalendar, from: Instant): Instant => addBusinessMinutes(calendar, addMs(from, 1), 0) <= addMs(from, 1) ? from : addBusinessMinutes(calendar, from, 0);

/** The same wall clock time `days` working days later; outside business hours it counts from the next opening. */
export function addBusinessDays(calendar: BusinessCalendar, from: Instant, days: number): Instant {
  const start = nextBusinessMoment(calendar, from);
  let day = localDay(calendar, start);
  const minuteOfDay = (wallClock(calendar.zone, epochMs(start)) - epochMs(`${day}T00:00:00.000Z`)) / 60_000;
  for (let left = days; left > 0; ) {
    day = addDays(day, 1);
    if (isWorkday(calendar, day)) left -= 1;
  }
  return instantOn(calendar, day, minuteOfDay);
}

/** A service level of a catalogue (`exceptions.ts`, `holds.ts`): whole multiples of 1,440 minutes are business days. */
export const addServiceLevel = (calendar: BusinessCalendar, from: Instant, minutes: number): Instant =>
  minutes > 0 && minutes % 1440 === 0 ? addBusinessDays(calendar, from, minutes / 1440) : addBusinessMinutes(calendar, from, minutes);
