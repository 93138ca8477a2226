import { z } from "zod";
import { Ended, search, system } from "../client";
import type { TrytonSession } from "../config";
import { changedAt, datetime } from "../wire";

const stamped = z.looseObject({ id: z.number(), create_date: datetime, write_date: datetime.nullable() });
const most = 5;

/**
 * Documents with what belongs to them, which Tryton gives one after the other: what somebody changed in between is read again, so
 * that no document is told in a state that it was not in. @throws Ended
 */
export async function atOneMoment<Row extends z.infer<typeof stamped>, T>(session: TrytonSession, model: string, documents: () => Promise<readonly Row[]>, withTheirs: (rows: readonly Row[]) => Promise<T[]>): Promise<T[]> {
  for (let tries = 1; tries <= most; tries += 1) {
    const rows = await documents();
    if (rows.length === 0) return [];
    const told = await withTheirs(rows), after = await search(session, model, [["id", "in", rows.map(({ id }) => id)]], ["create_date", "write_date"], stamped);
    if (rows.every((row) => after.some((each) => each.id === row.id && changedAt(each) === changedAt(row)))) return told;
  }
  throw new Ended({ kind: "retryable", failure: { code: "TEC-01", message: `${system}: a document changes faster than it can be read` } });
}
