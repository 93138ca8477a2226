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
