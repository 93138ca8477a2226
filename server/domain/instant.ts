import { z } from "zod";

/** A moment in UTC with milliseconds, `2026-03-11T17:00:00.000Z`; text order is time order. */
export type Instant = string;
/** A calendar day of the legal entity, `2026-03-11`. */
export type Day = string;

/** Years in which anything is believed to happen: what calendars, columns and other systems all hold. */
const isPlausible = (value: string): boolean => value >= "1900" && value < "9990";
const plausible = "must lie between 1900 and 9989";
export const instant = z.iso.datetime({ offset: true }).refine(isPlausible, plausible).transform((value) => new Date(value).toISOString());
export const day = z.iso.date().refine(isPlausible, plausible);

export const epochMs = (value: Instant): number => Date.parse(value);

const minuteMs = 60_000, secondMs = 1_000;
const padded = (below: number, digits: number): readonly string[] => Array.from({ length: below }, (_, count) => String(count).padStart(digits, "0"));
const secondTexts = padded(60, 2), millisecondTexts = padded(secondMs, 3);
/** The text of the minute written last: moments of one plan lie close together, and writing a whole date costs five times as much. */
let written = { minute: NaN, text: "" };

/** Parts of a millisecond are left out; a moment that no date can hold is a RangeError. */
export function fromEpochMs(ms: number): Instant {
  const whole = Math.trunc(ms), minute = Math.floor(whole / minuteMs), rest = whole - minute * minuteMs, second = Math.floor(rest / secondMs);
  if (written.minute !== minute) written = { minute, text: new Date(minute * minuteMs).toISOString().slice(0, -"00.000Z".length) };
  return `${written.text}${secondTexts[second] ?? ""}.${millisecondTexts[rest - second * secondMs] ?? ""}Z`;
}

export const addMs = (value: Instant, ms: number): Instant => fromEpochMs(epochMs(value) + ms);
export const addDays = (value: Day, days: number): Day => addMs(`${value}T00:00:00.000Z`, days * 86_400_000).slice(0, 10);
export const dayOf = (value: Instant): Day => value.slice(0, 10);
export const earliest = (...values: (Instant | null | undefined)[]): Instant | null =>
  values.filter((value): value is Instant => value != null).sort()[0] ?? null;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
