import { changedBy, statement, type Executor } from "./statement";

/** What need not be acted on at once is planned after this time, or with what comes before. */
export const soon = "interval '250 milliseconds'";

const insert = statement("wake", "insert into wake (subject_id, patient) select unnest($1::text[]), $2::boolean");

/**
 * Says, in the caller's transaction, that subjects are to be planned. Rows are only added, so that nobody waits for a
 * subject that is being planned: what is committed after that plan has read is planned next. `patient`: after what is not.
 */
export async function wake(executor: Executor, subjects: Iterable<string>, { patient = false } = {}): Promise<void> {
  const ids = [...new Set(subjects)];
  if (ids.length > 0) await changedBy(executor, insert, [ids, patient]);
}
