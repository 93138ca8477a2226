/** Runs one read-only statement. `rows` are plain values: timestamps as ISO text in UTC, numerics and bigints as text, json parsed. */
export interface Query {
  rows<T>(sql: string, parameters?: readonly unknown[]): Promise<T[]>;
}

/** The first row, or null. */
export async function one<T>(query: Query, sql: string, parameters?: readonly unknown[]): Promise<T | null> {
  return (await query.rows<T>(sql, parameters))[0] ?? null;
}

/** A keyset page: `next` goes back as `cursor`; null at the end. */
export interface Page<T> { items: T[]; next: string | null }

export const encodeCursor = (values: readonly (string | null)[]): string => Buffer.from(JSON.stringify(values)).toString("base64url");
/** Null for a cursor that this server did not make. */
export function decodeCursor(cursor: string, length: number): (string | null)[] | null {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(values) && values.length === length && values.every((value) => value === null || typeof value === "string") ? values : null;
  } catch { return null; }
}

/** A page of rows that were read one beyond it. `at` is a row's place in the order of the list: the next page begins behind it. */
export function pageOf<T extends { at: (string | null)[] }>(rows: readonly T[], limit: number): Page<Omit<T, "at">> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(({ at: _at, ...row }) => row), next: last ? encodeCursor(last.at) : null };
}
/** The place behind which a page begins; as many nulls where it is the first. */
export const placeOf = (cursor: string | undefined, length: number): (string | null)[] => (cursor === undefined ? null : decodeCursor(cursor, length)) ?? Array.from({ length }, () => null);
