/** The slice helpers behind the four paging styles of the landscape; each system words its own answer. */
export function clampLimit(raw: string | null, fallback: number, highest: number): number {
  const value = Number(raw ?? fallback);
  return Number.isInteger(value) && value >= 1 ? Math.min(value, highest) : fallback;
}

export function clampOffset(raw: string | null, fallback = 0): number {
  const value = Number(raw ?? fallback);
  return Number.isInteger(value) && value >= 0 ? value : fallback;
}

export interface OffsetPage<T> {
  rows: T[];
  total: number;
  /** Null on the last page. */
  nextOffset: number | null;
}

export function offsetPage<T>(all: readonly T[], offset: number, limit: number): OffsetPage<T> {
  const rows = all.slice(offset, offset + limit);
  const next = offset + rows.length;
  return { rows, total: all.length, nextOffset: next < all.length ? next : null };
}

export interface NumberedPage<T> {
  rows: T[];
  page: number;
  pages: number;
  total: number;
}

export function numberedPage<T>(all: readonly T[], page: number, size: number): NumberedPage<T> {
  return { rows: all.slice((page - 1) * size, page * size), page, pages: Math.max(1, Math.ceil(all.length / size)), total: all.length };
}

/** Keyset paging over rows sorted by `key`: stable while rows are added; a row that changes moves to the end. */
export function cursorPage<T>(sorted: readonly T[], key: (row: T) => string, cursor: string | null, limit: number): { rows: T[]; nextCursor: string | null } {
  const after = cursor === null ? '' : Buffer.from(cursor, 'base64url').toString('utf8');
  const rest = after === '' ? sorted : sorted.filter((row) => key(row) > after);
  const rows = rest.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: rest.length > limit && last !== undefined ? Buffer.from(key(last)).toString('base64url') : null };
}
