import type { Difference } from "@/components/ui/difference-list";
import type { FieldChange, MessageField } from "@/server/api/shapes";

/** What a person types for a field, and as what it is meant. */
export interface Given { text: string; as: Meaning }
export const meanings = { text: "Text", number: "Number", truth: "True or false", nothing: "Nothing" } as const;
export type Meaning = keyof typeof meanings;

export const shownValue = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "not there" : JSON.stringify(value));
export const givenOf = (value: unknown): Given =>
  typeof value === "number" ? { text: String(value), as: "number" } : typeof value === "boolean" ? { text: String(value), as: "truth" } : { text: typeof value === "string" ? value : "", as: "text" };

/** The value that is meant, or what is wrong with it in one sentence. */
export function meant({ text, as }: Given): { ok: true; value: string | number | boolean | null } | { ok: false; error: string } {
  const trimmed = text.trim();
  if (as === "nothing") return { ok: true, value: null };
  if (as === "truth") return trimmed === "true" || trimmed === "false" ? { ok: true, value: trimmed === "true" } : { ok: false, error: "true or false" };
  if (as === "number") return trimmed !== "" && Number.isFinite(Number(trimmed)) ? { ok: true, value: Number(trimmed) } : { ok: false, error: "A number, as 12 or 12.5" };
  return { ok: true, value: text };
}

/** Where a fault lies in the words of RFC 6901; a connector says it with dots. */
export const placeOf = (errorAt: string | null): string | null => (errorAt === null || errorAt === "" ? null : errorAt.startsWith("/") ? errorAt : `/${errorAt.split(".").join("/")}`);

/** The faulty field first, then the fields that fit the filter, at most so many. A faulty field that is missing gets a row of its own. */
export function shownFields(fields: readonly MessageField[], fault: string | null, filter: string, most: number): MessageField[] {
  const faulty = fault === null ? [] : [fields.find(({ at }) => at === fault) ?? { at: fault, value: undefined, care: "free" as const, why: null }].filter(({ at, value }) => value !== undefined || !fields.some((field) => field.at.startsWith(`${at}/`)));
  const text = filter.trim().toLowerCase();
  return [...faulty, ...fields.filter(({ at, value }) => at !== fault && (text === "" || at.toLowerCase().includes(text) || shownValue(value).toLowerCase().includes(text))).slice(0, most)];
}

export const differencesOf = (changes: readonly FieldChange[]): Difference[] => changes.map(({ at, before, value }) => ({ name: at, before: before === undefined ? null : shownValue(before), after: shownValue(value) }));
