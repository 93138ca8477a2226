/**
 * Text that PostgreSQL cannot keep, in no column: U+0000, and one half of a surrogate pair. What others say is refused at its
 * place where it may not be changed, and written with U+FFFD instead where it only tells a person something.
 */
const isKeepable = (text: string): boolean => !text.includes("\u0000") && text.isWellFormed();

export const keepable = (text: string): string => (isKeepable(text) ? text : text.toWellFormed().replaceAll("\u0000", "\ufffd"));

export type Place = readonly (string | number)[];

/** Levels of a JSON value: no document of ours has a tenth of it, and neither we nor the database read any depth. */
const deepest = 100;
export const whyUnkeepable = `U+0000, half of a surrogate pair and more than ${deepest} levels cannot be kept`;

/** Most values can be kept whole, and are seen to be so without anything being written down. */
function isKeepableJson(value: unknown, levels = 0): boolean {
  if (typeof value === "string") return isKeepable(value);
  if (value === null || typeof value !== "object") return true;
  if (levels >= deepest) return false;
  if (Array.isArray(value)) return value.every((part) => isKeepableJson(part, levels + 1));
  for (const [name, part] of Object.entries(value)) if (!isKeepable(name) || !isKeepableJson(part, levels + 1)) return false;
  return true;
}

/** Where in a JSON value the first text stands that cannot be kept, or the level that is one too deep; for a name, the object that has it. Null: nowhere. */
export const unkeepablePlace = (value: unknown): Place | null => (isKeepableJson(value) ? null : placeIn(value, []));

function placeIn(value: unknown, place: Place): Place | null {
  if (typeof value === "string") return isKeepable(value) ? null : place;
  if (value === null || typeof value !== "object") return null;
  if (place.length >= deepest) return place;
  if (Array.isArray(value)) return firstPlace(value.entries(), place);
  const fields = Object.entries(value);
  return fields.every(([name]) => isKeepable(name)) ? firstPlace(fields, place) : place;
}

function firstPlace(parts: Iterable<readonly [string | number, unknown]>, place: Place): Place | null {
  for (const [name, part] of parts) {
    const found = placeIn(part, [...place, name]);
    if (found) return found;
  }
  return null;
}

/** A JSON value with every text as it can be kept; the very same value where all of it can. */
export function keepableJson<T>(value: T): T {
  return isKeepableJson(value) ? value : (JSON.parse(JSON.stringify(value), (_, part: unknown) => {
    if (typeof part === "string") return keepable(part);
    return part !== null && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).map(([name, field]) => [keepable(name), field])) : part;
  }) as T);
}
