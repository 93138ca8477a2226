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
export const fromEpochMs = (ms: number): Instant => new Date(ms).toISOString();
export const addMs = (value: Instant, ms: number): Instant => fromEpochMs(epochMs(value) + ms);
export const addDays = (value: Day, days: number): Day => addMs(`${value}T00:00:00.000Z`, days * 86_400_000).slice(0, 10);
export const dayOf = (value: Instant): Day => value.slice(0, 10);
export const earliest = (...values: (Instant | null | undefined)[]): Instant | null =>
  values.filter((value): value is Instant => value != null).sort()[0] ?? null;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
